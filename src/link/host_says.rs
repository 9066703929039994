//! What the host says of its time, from the audio thread to the editor: loose values without a history, in atomics
//! that neither side waits for.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

/// How often a reader tries again when it met a writer.
const NUM_TRIES: usize = 8;

/// Words of a place in the music.
const NUM_WORDS: usize = 6;

/// The bit of a word that says that there is something in it.
const IS_THERE: u64 = 1 << 63;

/// The flags of a timecode in its word.
const IS_PULLED_DOWN: u64 = 1 << 48;
const IS_DROP_FRAME: u64 = 1 << 49;

/// Timecode as a VST3 host says it, not yet believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidTimecode {
    /// Whole frames per second; more than 65,535 count as 65,535.
    pub frames_per_second: u32,
    /// Whether a second of frames lasts 1.001 s.
    pub is_pulled_down: bool,
    /// Whether labels are left out so that they keep up with the clock.
    pub is_drop_frame: bool,
    /// The label of the timeline's first sample, in 80ths of a frame.
    pub offset_subframes: i32,
}

/// A place in the music as a host says it, not yet believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaidPlace {
    /// Where on the timeline, s from its first sample.
    pub time_s: f64,
    /// The same in quarter notes.
    pub quarter: f64,
    /// Where the bar begins, quarter notes.
    pub bar_quarter: f64,
    /// Number of the bar, from 1, where the host has one.
    pub bar: Option<u32>,
    /// Tempo there, quarter notes per minute.
    pub tempo_bpm: f64,
    /// Beats in the bar, and what part of a whole note each is.
    pub meter: (u16, u16),
}

/// What one instance's host said last. One thread tells, any may read.
#[derive(Debug, Default)]
pub struct HostSays {
    timecode: AtomicU64,
    /// Odd while `place` is written.
    place_turn: AtomicU32,
    place: [AtomicU64; NUM_WORDS],
}

impl HostSays {
    /// The host says this timecode, or none. For the audio thread.
    pub fn tell_timecode(&self, said: Option<SaidTimecode>) {
        let word = said.map_or(0, |said| {
            let flag = |is_on: bool, bit: u64| if is_on { bit } else { 0 };
            let rate = u64::from(said.frames_per_second.min(u32::from(u16::MAX)));
            IS_THERE
                | rate << 32
                | flag(said.is_pulled_down, IS_PULLED_DOWN)
                | flag(said.is_drop_frame, IS_DROP_FRAME)
                | u64::from(said.offset_subframes.cast_unsigned())
        });
        self.timecode.store(word, Ordering::Relaxed);
    }

    /// The timecode that the host said last, if any.
    pub fn timecode(&self) -> Option<SaidTimecode> {
        let word = self.timecode.load(Ordering::Relaxed);
        (word & IS_THERE != 0).then_some(SaidTimecode {
            frames_per_second: (word >> 32) as u32 & u32::from(u16::MAX),
            is_pulled_down: word & IS_PULLED_DOWN != 0,
            is_drop_frame: word & IS_DROP_FRAME != 0,
            offset_subframes: (word as u32).cast_signed(),
        })
    }

    /// The host is at this place in the music. For the audio thread, one call at a time.
    pub fn tell_place(&self, said: &SaidPlace) {
        let meter = u64::from(said.meter.0) << 16 | u64::from(said.meter.1);
        let words = [
            said.time_s.to_bits(),
            said.quarter.to_bits(),
            said.bar_quarter.to_bits(),
            said.tempo_bpm.to_bits(),
            IS_THERE | meter,
            said.bar.map_or(0, |bar| IS_THERE | u64::from(bar)),
        ];
        let turn = self.place_turn.load(Ordering::Relaxed);
        self.place_turn
            .store(turn.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        for (place, word) in self.place.iter().zip(words) {
            place.store(word, Ordering::Relaxed);
        }
        self.place_turn
            .store(turn.wrapping_add(2), Ordering::Release);
    }

    /// The place that the host said last, if any; none too while it is just being written, again and again.
    pub fn place(&self) -> Option<SaidPlace> {
        for _ in 0..NUM_TRIES {
            let turn = self.place_turn.load(Ordering::Acquire);
            let words = self
                .place
                .each_ref()
                .map(|word| word.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if turn.is_multiple_of(2) && turn == self.place_turn.load(Ordering::Relaxed) {
                let [time_s, quarter, bar_quarter, tempo_bpm, meter, bar] = words;
                return (meter & IS_THERE != 0).then_some(SaidPlace {
                    time_s: f64::from_bits(time_s),
                    quarter: f64::from_bits(quarter),
                    bar_quarter: f64::from_bits(bar_quarter),
                    bar: (bar & IS_THERE != 0).then_some(bar as u32),
                    tempo_bpm: f64::from_bits(tempo_bpm),
                    meter: ((meter >> 16) as u16, meter as u16),
                });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    #[test]
    fn timecode_comes_out_as_it_went_in() {
        let says = HostSays::default();
        assert_eq!(says.timecode(), None);
        for (frames_per_second, offset_subframes) in [
            (24, 0),
            (30, -1),
            (60, i32::MIN),
            (0, i32::MAX),
            (65_535, 80),
        ] {
            for flags in 0..4 {
                let said = SaidTimecode {
                    frames_per_second,
                    is_pulled_down: flags & 1 != 0,
                    is_drop_frame: flags & 2 != 0,
                    offset_subframes,
                };
                says.tell_timecode(Some(said));
                assert_eq!(says.timecode(), Some(said));
            }
        }
        says.tell_timecode(None);
        assert_eq!(says.timecode(), None);
    }

    #[test]
    fn a_place_is_read_whole_while_it_is_written() {
        let says = Arc::new(HostSays::default());
        assert_eq!(says.place(), None);
        let place = |number: u32| SaidPlace {
            time_s: f64::from(number),
            quarter: 2.0 * f64::from(number),
            bar_quarter: 4.0 * f64::from(number),
            bar: Some(number),
            tempo_bpm: f64::from(number) + 0.5,
            meter: (number as u16, 4),
        };
        says.tell_place(&place(1));
        let teller = says.clone();
        let telling =
            thread::spawn(move || (1..200_000).for_each(|it| teller.tell_place(&place(it))));
        let mut num_read = 0;
        while !telling.is_finished() || num_read == 0 {
            if let Some(read) = says.place() {
                let number = read.time_s as u32;
                assert_eq!(read, place(number));
                num_read += 1;
            }
        }
        telling.join().unwrap();
        assert_eq!(says.place(), Some(place(199_999)));
    }
}
