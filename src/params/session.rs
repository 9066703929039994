//! What the editor keeps with the session beside the parameters.

use serde::{Deserialize, Serialize};
use smpte_timecode::FrameRate;

use crate::params::display::Palette;
use crate::params::display::{Smoothing, Tilt};
use crate::params::preset_values::Compare;
use crate::params::strikes::Strikes;
use crate::timeline::Timeline;
use crate::timeline::timecode::{Clock, parse_label, rate_from_name};

/// Smallest size of the window, logical pixels.
pub const MIN_SIZE: [f32; 2] = [640.0, 400.0];

/// Largest size of the window, logical pixels: 4K at 100 %.
pub const MAX_SIZE: [f32; 2] = [3840.0, 2160.0];

/// Size of a new instance's window, logical pixels.
const DEFAULT_SIZE: [f32; 2] = [1100.0, 700.0];

/// Scale factors that can be chosen.
pub const ZOOMS: [f32; 7] = [1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0];

/// Lengths of the history that can be chosen, s.
pub const SPANS_S: [f64; 6] = [10.0, 30.0, 60.0, 120.0, 300.0, 600.0];

/// Names of the frame rates that can be chosen, as in [`crate::timeline::timecode::RATES`].
pub const RATE_NAMES: [&str; 12] = [
    "23.976", "24", "25", "29.97df", "29.97", "30", "47.952", "48", "50", "59.94df", "59.94", "60",
];

/// The editor's part of a saved session. What is missing or out of range gets its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionOptions {
    /// Width and height of the window at 100 %, logical pixels.
    pub size: [f32; 2],
    /// Scale factor on top of the system's.
    pub zoom: f32,
    /// Colours.
    pub palette: Palette,
    /// Length of the history, s.
    pub span_s: f64,
    /// How fast the spectrum falls.
    pub smoothing: Smoothing,
    /// Slope of the spectrum.
    pub tilt: Tilt,
    /// Name of the frame rate; `None` shows hours, minutes and seconds.
    pub rate: Option<String>,
    /// Timecode of timeline position 0.
    pub start: String,
    /// The two settings that are compared.
    pub compare: Compare,
    /// Lines that are struck from the list.
    pub struck: Strikes,
    /// Whether the first steps are behind the user: dialogue was heard once, or they were read. Not in a new
    /// instance; in sessions that don't say it, as those of versions without first steps.
    #[serde(default = "has_begun")]
    pub has_begun: bool,
}

fn has_begun() -> bool {
    true
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            size: DEFAULT_SIZE,
            zoom: 1.0,
            palette: Palette::default(),
            span_s: 60.0,
            smoothing: Smoothing::default(),
            tilt: Tilt::default(),
            rate: None,
            start: "00:00:00:00".into(),
            compare: Compare::default(),
            struck: Strikes::default(),
            has_begun: false,
        }
    }
}

impl SessionOptions {
    /// These options with every value in its range; what isn't gets the default.
    pub fn sanitized(mut self) -> Self {
        let default = Self::default();
        let limits = MIN_SIZE.into_iter().zip(MAX_SIZE).zip(default.size);
        for (size, ((min, max), default)) in self.size.iter_mut().zip(limits) {
            // A NaN fails `contains` and is replaced too.
            if !(min..=max).contains(size) {
                *size = default;
            }
        }
        if !ZOOMS.contains(&self.zoom) {
            self.zoom = default.zoom;
        }
        if !SPANS_S.contains(&self.span_s) {
            self.span_s = default.span_s;
        }
        if self.frame_rate().is_none() {
            self.rate = None;
        }
        if self.is_bad_start(&self.start) {
            self.start = default.start;
        }
        self.struck = self.struck.sanitized();
        self
    }

    /// The frame rate, if one is chosen.
    pub fn frame_rate(&self) -> Option<FrameRate> {
        let name = self.rate.as_deref()?;
        RATE_NAMES
            .contains(&name)
            .then(|| rate_from_name(name).ok())
            .flatten()
    }

    /// Why `start` can't be the timecode of the timeline's begin; `None` if it can.
    pub fn start_problem(&self, start: &str) -> Option<String> {
        let rate = self.frame_rate().unwrap_or(FrameRate::FPS_24);
        parse_label(start, rate)
            .err()
            .map(|error| error.to_string())
    }

    fn is_bad_start(&self, start: &str) -> bool {
        self.start_problem(start).is_some()
    }

    /// How times are told.
    pub fn timeline(&self, sample_rate_hz: u32) -> Timeline {
        let clock = self.frame_rate().and_then(|rate| {
            let start = parse_label(&self.start, rate).ok()?;
            Some(Clock::from_label(start, sample_rate_hz))
        });
        Timeline {
            clock,
            ..Timeline::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_session_comes_back_as_it_was() {
        let options = SessionOptions {
            size: [1920.0, 1200.0],
            zoom: 2.0,
            palette: Palette::ColourBlind,
            rate: Some("29.97df".into()),
            start: "01:00:00;00".into(),
            struck: serde_json::from_str("[[1.5, 2.25], [3600.0, 3601.0]]").unwrap(),
            ..SessionOptions::default()
        };
        let json = serde_json::to_string(&options).unwrap();
        let back: SessionOptions = serde_json::from_str(&json).unwrap();
        assert_eq!(back.sanitized(), options);
    }

    #[test]
    fn what_is_missing_or_mad_gets_its_default() {
        let json = r#"{"size": [1e9, 700], "zoom": -3, "rate": "12", "start": "99:00:00:00"}"#;
        let read: SessionOptions = serde_json::from_str(json).unwrap();
        let default = SessionOptions {
            has_begun: true,
            ..SessionOptions::default()
        };
        assert_eq!(read.sanitized(), default);
    }

    #[test]
    fn times_are_timecode_once_a_rate_is_chosen() {
        let mut options = SessionOptions::default();
        assert_eq!(options.timeline(48_000).start_text(61.5), "0:01:01.500");
        options.rate = Some("25".into());
        options.start = "10:00:00:00".into();
        assert_eq!(options.timeline(48_000).start_text(61.5), "10:01:01:12");
    }

    #[test]
    fn a_start_that_drop_frame_leaves_out_is_no_start() {
        let mut options = SessionOptions {
            rate: Some("29.97df".into()),
            ..SessionOptions::default()
        };
        assert!(options.start_problem("00:01:00:00").is_some());
        assert!(options.start_problem("01:00:00:00").is_none());
        options.start = "00:01:00:00".into();
        assert_eq!(options.sanitized().start, "00:00:00:00");
    }
}
