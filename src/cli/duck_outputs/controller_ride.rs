//! The overall cut as a controller lane: a Standard MIDI file with one track that a DAW takes over
//! as automation.
//!
//! The cut is the loudness that the music loses. Controller 11 (expression) has a recommended gain
//! of 40 lg(value/127) dB (MMA, General MIDI Level 1 Developer Guidelines, 1998), so an instrument
//! that keeps to it, or any gain set by that formula, makes the same move: 127 is 0 dB, 120 is
//! -1 dB, 113 is -2 dB, 101 is -4 dB.

use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

use crate::cli::duck_outputs::cut_queue::CutHop;
use crate::cli::errors::{Error, Problem};
use crate::cli::output_file::OutputFile;

/// Controller number: expression.
const EXPRESSION: u7 = u7::new(11);

/// Value of the controller without a cut.
const NO_CUT: u8 = 127;

/// Ticks in a quarter note.
const TICKS_PER_QUARTER: u16 = 960;

/// Tempo 120 quarter notes per minute.
const US_PER_QUARTER: u32 = 500_000;

/// The lane in the making.
pub struct MidiPrint {
    file: OutputFile,
    track: Vec<TrackEvent<'static>>,
    last_tick: u64,
    last_value: u8,
}

impl MidiPrint {
    /// Starts the lane in `file`, without a cut.
    pub fn new(file: OutputFile) -> Self {
        let mut print = Self {
            file,
            track: Vec::new(),
            last_tick: 0,
            last_value: NO_CUT,
        };
        let name = MetaMessage::TrackName(b"Underscore cut");
        let tempo = MetaMessage::Tempo(u24::new(US_PER_QUARTER));
        print.push(0.0, TrackEventKind::Meta(name));
        print.push(0.0, TrackEventKind::Meta(tempo));
        print.push(0.0, control(NO_CUT));
        print
    }

    /// Takes a hop; only a change of the controller's value becomes an event.
    pub fn take(&mut self, hop: &CutHop) {
        let value = controller_value(hop.loss_lu);
        if value != self.last_value {
            self.last_value = value;
            self.push(hop.time_s, control(value));
        }
    }

    /// Ends the lane at `duration_s` and gives the file, to be finished.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn complete(mut self, duration_s: f64) -> Result<OutputFile, Error> {
        self.push(duration_s, TrackEventKind::Meta(MetaMessage::EndOfTrack));
        let timing = Timing::Metrical(u15::new(TICKS_PER_QUARTER));
        let mut smf = Smf::new(Header::new(Format::SingleTrack, timing));
        smf.tracks.push(self.track);
        let mut bytes = Vec::new();
        smf.write_std(&mut bytes)
            .map_err(|e| Error::file(self.file.path(), Problem::unwritable(&e)))?;
        self.file.write_all(&bytes)?;
        Ok(self.file)
    }

    /// An event at `time_s`, to the nearest tick (0.5 ms).
    fn push(&mut self, time_s: f64, kind: TrackEventKind<'static>) {
        let ticks_per_s = f64::from(TICKS_PER_QUARTER) * 1e6 / f64::from(US_PER_QUARTER);
        let tick = ((time_s * ticks_per_s).round() as u64).max(self.last_tick);
        // MIDI can't say more than 38 hours between two events.
        let delta = (tick - self.last_tick).min(u64::from(u28::max_value().as_int()));
        self.track.push(TrackEvent {
            delta: u28::new(delta as u32),
            kind,
        });
        self.last_tick = tick;
    }
}

fn control(value: u8) -> TrackEventKind<'static> {
    TrackEventKind::Midi {
        channel: u4::new(0),
        message: MidiMessage::Controller {
            controller: EXPRESSION,
            value: u7::new(value),
        },
    }
}

/// The value whose recommended gain is nearest to a cut of `cut_db`.
fn controller_value(cut_db: f32) -> u8 {
    (f32::from(NO_CUT) * 10f32.powf(-cut_db.max(0.0) / 40.0)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_the_recommended_gain() {
        for (cut_db, value) in [(0.0, 127), (1.0, 120), (2.0, 113), (4.0, 101), (40.0, 13)] {
            assert_eq!(controller_value(cut_db), value, "{cut_db} dB");
            let gain_db = 40.0 * (f32::from(value) / 127.0).log10();
            assert!((gain_db + cut_db).abs() < 0.6, "{cut_db} dB: {gain_db} dB");
        }
    }
}
