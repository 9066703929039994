//! What a host says of its timecode, and what of it can be believed.

use smpte_timecode::{FrameRate, Timecode};

use crate::timeline::timecode::rate_name;

/// Parts of a frame in which VST3 hosts count where their timeline begins.
const SUBFRAMES: i64 = 80;

/// Timecode that a host offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTimecode {
    /// Name of the frame rate, as in [`crate::timeline::timecode::RATES`].
    pub rate: &'static str,
    /// Label of the timeline's first sample; `None` if the host says nothing of it, or what can't be.
    pub start: Option<String>,
}

/// Why a host's timecode is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostTimecodeError {
    /// No frames.
    #[error("0 frames per second")]
    NoFrames,
    /// A rate that no picture has.
    #[error("{frames_per_second} frames per second{}{}", pulled_down(*is_pulled_down), drop_frame(*is_drop_frame))]
    Rate {
        /// Whole frames per second.
        frames_per_second: u32,
        /// Whether a second of frames lasts 1.001 s.
        is_pulled_down: bool,
        /// Whether labels are left out.
        is_drop_frame: bool,
    },
}

fn pulled_down(is_pulled_down: bool) -> &'static str {
    if is_pulled_down {
        " with pull-down"
    } else {
        ""
    }
}

fn drop_frame(is_drop_frame: bool) -> &'static str {
    if is_drop_frame { ", drop frame" } else { "" }
}

impl HostTimecode {
    /// From whole frames per second, whether a second of frames lasts 1.001 s (pull-down), whether labels are
    /// left out (drop frame), and the label of the timeline's first sample in 80ths of a frame. To the nearest frame; an
    /// offset of 0 says nothing, since hosts that have none send that, and one outside of the day can't be.
    ///
    /// # Errors
    /// If no picture has the rate.
    pub fn new(
        frames_per_second: u32,
        is_pulled_down: bool,
        is_drop_frame: bool,
        offset_subframes: i32,
    ) -> Result<Self, HostTimecodeError> {
        let rate = match (frames_per_second, is_pulled_down, is_drop_frame) {
            (0, ..) => return Err(HostTimecodeError::NoFrames),
            (24, true, false) => FrameRate::FPS_23_976,
            (24, false, false) => FrameRate::FPS_24,
            (25, false, false) => FrameRate::FPS_25,
            (30, true, true) => FrameRate::FPS_29_97_DF,
            (30, true, false) => FrameRate::FPS_29_97,
            (30, false, false) => FrameRate::FPS_30,
            (48, true, false) => FrameRate::FPS_47_952,
            (48, false, false) => FrameRate::FPS_48,
            (50, false, false) => FrameRate::FPS_50,
            (60, true, true) => FrameRate::FPS_59_94_DF,
            (60, true, false) => FrameRate::FPS_59_94,
            (60, false, false) => FrameRate::FPS_60,
            _ => {
                return Err(HostTimecodeError::Rate {
                    frames_per_second,
                    is_pulled_down,
                    is_drop_frame,
                });
            }
        };
        let frames = (i64::from(offset_subframes) + SUBFRAMES / 2).div_euclid(SUBFRAMES);
        let label = u32::try_from(frames).ok().filter(|_| offset_subframes != 0);
        let start = label.and_then(|frames| Timecode::from_frames(frames, rate).ok());
        Ok(Self {
            rate: rate_name(rate),
            start: start.map(|start| start.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What VST3 hosts send for the label `hours`:00:00:00 of rates without drop frame.
    fn offset(hours: i32, frames_per_second: i32) -> i32 {
        hours * 3600 * frames_per_second * SUBFRAMES as i32
    }

    #[test]
    fn every_rate_has_its_name_and_its_first_label() {
        for (fps, is_pulled_down, is_drop_frame, name) in [
            (24, true, false, "23.976"),
            (24, false, false, "24"),
            (25, false, false, "25"),
            (30, true, false, "29.97"),
            (30, false, false, "30"),
            (48, true, false, "47.952"),
            (48, false, false, "48"),
            (50, false, false, "50"),
            (60, true, false, "59.94"),
            (60, false, false, "60"),
        ] {
            let said = HostTimecode::new(fps, is_pulled_down, is_drop_frame, offset(1, fps as i32));
            let said = said.unwrap();
            assert_eq!(
                (said.rate, said.start.as_deref()),
                (name, Some("01:00:00:00"))
            );
        }
        // 107,892 frames are the first hour of drop frame.
        let said = HostTimecode::new(30, true, true, 107_892 * 80).unwrap();
        assert_eq!(
            (said.rate, said.start.as_deref()),
            ("29.97df", Some("01:00:00;00"))
        );
        let said = HostTimecode::new(60, true, true, 215_784 * 80).unwrap();
        assert_eq!(
            (said.rate, said.start.as_deref()),
            ("59.94df", Some("01:00:00;00"))
        );
    }

    #[test]
    fn offsets_that_say_nothing_or_can_not_be_leave_the_rate() {
        for offset_subframes in [0, -80, i32::MIN, i32::MAX, offset(24, 25)] {
            let said = HostTimecode::new(25, false, false, offset_subframes).unwrap();
            assert_eq!((said.rate, said.start), ("25", None), "{offset_subframes}");
        }
        let said = HostTimecode::new(25, false, false, offset(1, 25) + 39).unwrap();
        assert_eq!(said.start.as_deref(), Some("01:00:00:00"));
        let said = HostTimecode::new(25, false, false, offset(1, 25) + 40).unwrap();
        assert_eq!(said.start.as_deref(), Some("01:00:00:01"));
    }

    #[test]
    fn rates_that_no_picture_has_are_told_in_words() {
        for (fps, is_pulled_down, is_drop_frame, text) in [
            (0, false, false, "0 frames per second"),
            (65_535, false, false, "65535 frames per second"),
            (25, true, false, "25 frames per second with pull-down"),
            (30, false, true, "30 frames per second, drop frame"),
        ] {
            let error = HostTimecode::new(fps, is_pulled_down, is_drop_frame, 0).unwrap_err();
            assert_eq!(error.to_string(), text);
        }
    }
}
