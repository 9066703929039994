//! Decoded frames at their places in time: without the delay of encoders, with silence where a file has
//! none of them.

use std::collections::VecDeque;

use crate::cli::audio::edit_list::Piece;

/// Frames of silence that are handed out at once.
const SILENCE_BLOCK_FRAMES: u64 = 65_536;

/// What is ready to be handed out.
enum Ready {
    Frames(Vec<Vec<f32>>),
    Silence(u64),
}

/// Puts decoded frames where they are heard.
pub struct Placement {
    pieces: VecDeque<Piece>,
    /// Frames that came in so far, with holes among them.
    position: u64,
    ready: VecDeque<Ready>,
}

impl Placement {
    /// Frames are heard as `pieces` say.
    pub fn new(pieces: Vec<Piece>) -> Self {
        Self {
            pieces: pieces.into(),
            position: 0,
            ready: VecDeque::new(),
        }
    }

    /// Leaves out the first `num_frames` that come in.
    pub fn leave_out(&mut self, num_frames: u64) {
        if let Some(Piece::Media(range)) = self.pieces.front_mut() {
            range.start = range.start.saturating_add(num_frames).min(range.end);
        }
    }

    /// Frames that came in so far, with holes among them.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Takes in the next decoded frames.
    pub fn push(&mut self, planes: &mut Vec<Vec<f32>>) {
        let num_frames = planes.first().map_or(0, Vec::len) as u64;
        for part in self.parts(num_frames) {
            self.ready.push_back(match part {
                Piece::Silence(num_frames) => Ready::Silence(num_frames),
                Piece::Media(span) if span == (0..num_frames) => {
                    Ready::Frames(std::mem::take(planes))
                }
                Piece::Media(span) => {
                    let span = span.start as usize..span.end as usize;
                    let part = planes.iter().map(|plane| plane[span.clone()].to_vec());
                    Ready::Frames(part.collect())
                }
            });
        }
    }

    /// Takes in a hole of `num_frames`.
    pub fn push_hole(&mut self, num_frames: u64) {
        for part in self.parts(num_frames) {
            self.ready.push_back(Ready::Silence(match part {
                Piece::Silence(num_frames) => num_frames,
                Piece::Media(span) => span.end - span.start,
            }));
        }
    }

    /// Nothing more comes in: silence that the pieces end with is ready.
    pub fn close(&mut self) {
        while let Some(Piece::Silence(num_frames)) = self.pieces.front() {
            self.ready.push_back(Ready::Silence(*num_frames));
            self.pieces.pop_front();
        }
    }

    /// Replaces the contents of `planes`, of as many channels as it has, with what is heard next; false
    /// if more has to come in first.
    pub fn pop(&mut self, planes: &mut Vec<Vec<f32>>) -> bool {
        loop {
            match self.ready.front_mut() {
                None => return false,
                Some(Ready::Silence(0)) => {
                    self.ready.pop_front();
                }
                Some(Ready::Silence(num_left)) => {
                    let num_frames = SILENCE_BLOCK_FRAMES.min(*num_left);
                    *num_left -= num_frames;
                    for plane in planes.iter_mut() {
                        plane.clear();
                        plane.resize(num_frames as usize, 0.0);
                    }
                    return true;
                }
                Some(Ready::Frames(frames)) => {
                    *planes = std::mem::take(frames);
                    self.ready.pop_front();
                    return true;
                }
            }
        }
    }

    /// What is heard of the next `num_frames`, counted from the first of them, with the silence between.
    fn parts(&mut self, num_frames: u64) -> Vec<Piece> {
        let start = self.position;
        let end = start + num_frames;
        self.position = end;
        let mut parts = Vec::new();
        while let Some(piece) = self.pieces.front() {
            match piece {
                Piece::Silence(_) => parts.push(piece.clone()),
                Piece::Media(range) => {
                    let part = range.start.max(start)..range.end.min(end);
                    if part.start < part.end {
                        parts.push(Piece::Media(part.start - start..part.end - start));
                    }
                    if range.end > end {
                        break;
                    }
                }
            }
            self.pieces.pop_front();
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out of blocks of 10 frames that count up.
    fn placed(pieces: Vec<Piece>, num_blocks: usize) -> Vec<f32> {
        let mut placement = Placement::new(pieces);
        let mut out = Vec::new();
        let mut planes = vec![Vec::new()];
        for block in 0..num_blocks {
            let mut frames = vec![(0..10).map(|idx| (10 * block + idx) as f32 + 1.0).collect()];
            placement.push(&mut frames);
            while placement.pop(&mut planes) {
                out.extend_from_slice(&planes[0]);
            }
        }
        placement.close();
        while placement.pop(&mut planes) {
            out.extend_from_slice(&planes[0]);
        }
        out
    }

    #[test]
    fn frames_outside_of_the_pieces_are_left_out_and_silence_put_in() {
        let pieces = vec![Piece::Silence(3), Piece::Media(4..16)];
        let expected: Vec<f32> = [0.0; 3]
            .into_iter()
            .chain((5..17).map(|it| it as f32))
            .collect();
        assert_eq!(placed(pieces, 3), expected);
        assert_eq!(placed(vec![Piece::Media(0..u64::MAX)], 2).len(), 20);
        let two = vec![Piece::Media(0..2), Piece::Media(5..7), Piece::Silence(1)];
        assert_eq!(placed(two, 1), [1.0, 2.0, 6.0, 7.0, 0.0]);
        let near = vec![Piece::Media(0..1), Piece::Silence(1), Piece::Media(5..6)];
        assert_eq!(placed(near, 1), [1.0, 0.0, 6.0]);
        let apart = vec![Piece::Media(0..2), Piece::Silence(2), Piece::Media(12..13)];
        assert_eq!(placed(apart, 2), [1.0, 2.0, 0.0, 0.0, 13.0]);
    }

    #[test]
    fn a_hole_is_silence_of_its_length() {
        let mut placement = Placement::new(vec![Piece::Media(0..u64::MAX)]);
        placement.push_hole(70_000);
        let mut planes = vec![Vec::new(), Vec::new()];
        let mut num_frames = 0;
        while placement.pop(&mut planes) {
            num_frames += planes[1].len();
        }
        assert_eq!((num_frames, placement.position()), (70_000, 70_000));
    }
}
