//! How time is told: as picture, as music, and by cue.

pub mod change_list;
pub mod cues;
pub mod heard_places;
pub mod host_timecode;
pub mod music_time;
pub mod stretches;
pub mod time_text;
pub mod timecode;

use crate::timeline::cues::{Cue, cue_of};
use crate::timeline::music_time::{BarBeat, TempoMap};
use crate::timeline::timecode::{Clock, rate_name};
use crate::words::clock_text;

/// What is known about the time of a pair of files. Without anything, times are counted from the
/// first sample.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Timeline {
    /// Film time.
    pub clock: Option<Clock>,
    /// Music time.
    pub tempo_map: Option<TempoMap>,
    /// Cues in order of time; they don't overlap.
    pub cues: Vec<Cue>,
}

impl Timeline {
    /// When `time_s` is, as people read it: timecode, or else the time since the first sample.
    pub fn start_text(&self, time_s: f64) -> String {
        match &self.clock {
            Some(clock) => clock.frame_at(time_s).to_string(),
            None => clock_text(time_s),
        }
    }

    /// When something ends at `time_s`, as people read it: the first frame that no longer belongs to it, or
    /// else the time since the first sample.
    pub fn end_text(&self, time_s: f64) -> String {
        match &self.clock {
            Some(clock) => clock.frame_after(time_s).to_string(),
            None => clock_text(time_s),
        }
    }

    /// Bar and beat at `time_s`, where the tempo is known.
    pub fn bar_beat(&self, time_s: f64) -> Option<BarBeat> {
        self.tempo_map.as_ref().map(|map| map.bar_beat_at(time_s))
    }

    /// The cue of what lasts from `start_s` to `end_s`: the one that it begins in, or else the one with
    /// most of it.
    pub fn cue(&self, start_s: f64, end_s: f64) -> Option<&Cue> {
        cue_of(&self.cues, start_s, end_s)
    }

    /// Frames per second, where there is a frame rate.
    pub fn frames_per_second(&self) -> Option<f64> {
        self.clock
            .map(|clock| clock.rate().frames_per_second().to_f64())
    }

    /// Name of the frame rate, where there is one.
    pub fn rate_name(&self) -> Option<&'static str> {
        self.clock.map(|clock| rate_name(clock.rate()))
    }
}
