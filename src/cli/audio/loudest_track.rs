//! One voice from the tracks of a recorder: at each moment the track that is loudest.
//!
//! Tracks of microphones are no loudspeakers: a voice on six of them is as loud as on one, and the
//! boom may have the opposite phase of the lavalier. So they are neither added up nor summed as
//! powers; the loudest is heard. Where two people speak at once it is the louder one.

use crate::dsp::units::power_from_db;

/// Length of the frames in which the tracks are compared, s.
const FRAME_S: f64 = 0.010;

/// Time in which a level that has fallen is forgotten, s: a voice that is 20 dB softer than the one before it
/// on another track is heard after 0.2 s.
const LEVEL_FALL_S: f64 = 0.050;

/// How much louder another track must be to be heard instead, dB: two microphones that hear one voice
/// alike don't take turns.
const LEAST_LEAD_DB: f32 = 3.0;

/// Chooses among tracks, frame by frame; a change is a crossfade over one frame.
#[derive(Debug, Clone)]
pub struct LoudestTrack {
    frame_samples: usize,
    levels: Vec<f32>,
    fall: f32,
    /// The last sample of each track.
    last: Vec<f32>,
    heard_idx: usize,
}

impl LoudestTrack {
    /// For `num_tracks` at `sample_rate_hz`.
    pub fn new(num_tracks: usize, sample_rate_hz: u32) -> Self {
        Self {
            frame_samples: (FRAME_S * f64::from(sample_rate_hz)).round() as usize,
            levels: vec![0.0; num_tracks],
            fall: (-FRAME_S / LEVEL_FALL_S).exp() as f32,
            last: vec![0.0; num_tracks],
            heard_idx: 0,
        }
    }

    /// Samples that are judged at once; only the last frame of a file is shorter.
    pub fn frame_samples(&self) -> usize {
        self.frame_samples
    }

    /// Appends what is heard of a frame of all tracks to `heard`.
    pub fn hear(&mut self, frame: &[Vec<f32>], heard: &mut Vec<f32>) {
        for ((level, last), track) in self.levels.iter_mut().zip(&mut self.last).zip(frame) {
            *level = (*level * self.fall).max(slope_power(track, last));
        }
        let before_idx = self.heard_idx;
        let loudest = self.levels.iter().enumerate();
        if let Some((loudest_idx, &level)) = loudest.max_by(|a, b| a.1.total_cmp(b.1))
            && level > self.levels[before_idx] * power_from_db(LEAST_LEAD_DB)
        {
            self.heard_idx = loudest_idx;
        }
        let (from, to) = (&frame[before_idx], &frame[self.heard_idx]);
        if before_idx == self.heard_idx {
            heard.extend_from_slice(to);
            return;
        }
        let step = 1.0 / from.len().max(1) as f32;
        heard.extend(from.iter().zip(to).enumerate().map(|(idx, (from, to))| {
            let share = (idx + 1) as f32 * step;
            from + share * (to - from)
        }));
    }
}

/// Power of the differences of neighbouring samples: rumble of wind and hands counts little.
fn slope_power(track: &[f32], last: &mut f32) -> f32 {
    let mut power = 0.0;
    for &sample in track {
        let slope = sample - *last;
        // A sample that isn't finite is no sound.
        if slope.is_finite() {
            power += slope * slope;
        }
        *last = if sample.is_finite() { sample } else { 0.0 };
    }
    power / track.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 16_000;

    fn tone(gain: f32, num_samples: usize) -> Vec<f32> {
        (0..num_samples)
            .map(|n| gain * (n as f32 * 0.4).sin())
            .collect()
    }

    fn heard(tracks: &[Vec<f32>]) -> Vec<f32> {
        let mut chooser = LoudestTrack::new(tracks.len(), RATE_HZ);
        let mut heard = Vec::new();
        let num_samples = tracks[0].len();
        let mut at = 0;
        while at < num_samples {
            let end = num_samples.min(at + chooser.frame_samples());
            let frame: Vec<Vec<f32>> = tracks.iter().map(|it| it[at..end].to_vec()).collect();
            chooser.hear(&frame, &mut heard);
            at = end;
        }
        heard
    }

    #[test]
    fn a_voice_on_every_track_is_as_loud_as_on_one_whatever_its_phase() {
        let voice = tone(0.5, 5000);
        let upside_down: Vec<f32> = voice.iter().map(|it| -it).collect();
        assert_eq!(heard(&[voice.clone(), upside_down, voice.clone()]), voice);
    }

    #[test]
    fn who_speaks_is_heard_on_whichever_track() {
        let mut first = tone(0.5, 8000);
        first.resize(16_000, 0.0);
        let mut second = vec![0.0; 8000];
        second.extend(tone(0.3, 8000));
        let heard = heard(&[vec![0.0; 16_000], first.clone(), second.clone()]);
        assert_eq!(heard.len(), 16_000);
        assert_eq!(heard[200..8000], first[200..8000]);
        // The level of the first track has to fall first.
        assert_eq!(heard[13_000..], second[13_000..]);
    }
}
