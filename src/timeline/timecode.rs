//! Film time: which frame of the picture a moment of the audio belongs to.
//!
//! Labels, drop frame and exact frame rates are those of the crate `smpte-timecode` (SMPTE ST
//! 12-1); here is what lies between them and the samples of a file.

use smpte_timecode::{FrameRate, Timecode, TimecodeError};

/// The frame rates that have a name on the command line.
pub const RATES: [(&str, FrameRate); 12] = [
    ("23.976", FrameRate::FPS_23_976),
    ("24", FrameRate::FPS_24),
    ("25", FrameRate::FPS_25),
    ("29.97df", FrameRate::FPS_29_97_DF),
    ("29.97", FrameRate::FPS_29_97),
    ("30", FrameRate::FPS_30),
    ("47.952", FrameRate::FPS_47_952),
    ("48", FrameRate::FPS_48),
    ("50", FrameRate::FPS_50),
    ("59.94df", FrameRate::FPS_59_94_DF),
    ("59.94", FrameRate::FPS_59_94),
    ("60", FrameRate::FPS_60),
];

/// Other names that are used for one of them.
const OTHER_NAMES: [(&str, FrameRate); 2] = [
    ("23.98", FrameRate::FPS_23_976),
    ("47.95", FrameRate::FPS_47_952),
];

const DAY_S: u64 = 24 * 3600;

/// Why there is no timecode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// No such frame rate.
    #[error("must be one of {}", rate_names())]
    Rate,
    /// Not a label of the frame rate.
    #[error("{reason} (at {rate} frames per second)")]
    Label {
        /// What is wrong with it.
        reason: &'static str,
        /// Name of the frame rate.
        rate: &'static str,
    },
    /// A time reference that no recorder can have written.
    #[error("has a bext time reference of {samples} samples, beyond 24 hours: give --start")]
    BeyondDay {
        /// The time reference.
        samples: u64,
    },
}

/// The frame rate called `name`, such as `29.97df`.
///
/// # Errors
/// [`ClockError::Rate`] for any other name.
pub fn rate_from_name(name: &str) -> Result<FrameRate, ClockError> {
    RATES
        .iter()
        .chain(&OTHER_NAMES)
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|&(_, rate)| rate)
        .ok_or(ClockError::Rate)
}

/// The name of `rate` in [`RATES`].
pub fn rate_name(rate: FrameRate) -> &'static str {
    RATES
        .iter()
        .find(|&&(_, known)| known == rate)
        .map_or("unnamed", |(name, _)| name)
}

fn rate_names() -> String {
    RATES.map(|(name, _)| name).join(", ")
}

/// The label `text` (`hh:mm:ss:ff`; a drop-frame label also `hh:mm:ss;ff`) at `rate`.
///
/// # Errors
/// [`ClockError::Label`] if it isn't one that exists.
pub fn parse_label(text: &str, rate: FrameRate) -> Result<Timecode, ClockError> {
    Timecode::parse(text, rate).map_err(|error| ClockError::Label {
        reason: match error {
            TimecodeError::DroppedLabel => "is a label that drop frame leaves out",
            TimecodeError::FieldOutOfRange => "is out of range",
            TimecodeError::DropFrameSeparator => "has the `;` of drop frame",
            _ => "must be hh:mm:ss:ff",
        },
        rate: rate_name(rate),
    })
}

/// The timecode of an audio file: its first sample has a place on the day's clock.
///
/// ```
/// use underscore::timeline::timecode::{Clock, parse_label, rate_from_name};
///
/// // A reel at 48 kHz that begins at hour one, 24 frames per second.
/// let rate = rate_from_name("24")?;
/// let clock = Clock::from_label(parse_label("01:00:00:00", rate)?, 48_000);
///
/// // A line starts in the frame that shows then, and ends before the first frame after it.
/// assert_eq!(clock.frame_at(10.03).to_string(), "01:00:10:00");
/// assert_eq!(clock.frame_after(12.51).to_string(), "01:00:12:13");
/// assert_eq!(clock.time_s(parse_label("01:00:12:12", rate)?), 12.5);
///
/// // The time reference of a `bext` chunk counts samples from midnight.
/// assert_eq!(Clock::from_samples(172_800_000, 48_000, rate)?, clock);
/// # Ok::<(), underscore::timeline::timecode::ClockError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    rate: FrameRate,
    sample_rate_hz: u32,
    /// The frame in which the first sample lies.
    origin: Timecode,
    /// How far into that frame the first sample lies, in units of 1 sample / `fps.numer()`: whole
    /// numbers, so that nothing is lost however long the file is.
    origin_into_frame: u128,
}

impl Clock {
    /// A file at `sample_rate_hz` that begins with the frame `start`.
    pub fn from_label(start: Timecode, sample_rate_hz: u32) -> Self {
        Self {
            rate: start.rate(),
            sample_rate_hz,
            origin: start,
            origin_into_frame: 0,
        }
    }

    /// A file at `sample_rate_hz` whose first sample comes `samples` after midnight.
    ///
    /// # Errors
    /// [`ClockError::BeyondDay`] if that is 24 hours or more.
    pub fn from_samples(
        samples: u64,
        sample_rate_hz: u32,
        rate: FrameRate,
    ) -> Result<Self, ClockError> {
        if samples >= DAY_S * u64::from(sample_rate_hz) {
            return Err(ClockError::BeyondDay { samples });
        }
        let (numer, denom) = scaled(rate, sample_rate_hz);
        let elapsed = u128::from(samples) * numer;
        Ok(Self {
            rate,
            sample_rate_hz,
            origin: nth_frame(rate, elapsed / denom),
            origin_into_frame: elapsed % denom,
        })
    }

    /// This clock for a file at `sample_rate_hz`, to the nearest part of a frame that counts in
    /// its samples.
    pub fn at_sample_rate(self, sample_rate_hz: u32) -> Self {
        let from = u128::from(self.sample_rate_hz.max(1));
        Self {
            sample_rate_hz,
            origin_into_frame: self.origin_into_frame * u128::from(sample_rate_hz) / from,
            ..self
        }
    }

    /// The frame rate.
    pub fn rate(&self) -> FrameRate {
        self.rate
    }

    /// The frame in which the first sample lies.
    pub fn origin(&self) -> Timecode {
        self.origin
    }

    /// The frame that shows when the audio has played for `time_s`; negative times count as 0.
    /// After 23:59:59 comes 00:00:00.
    pub fn frame_at(&self, time_s: f64) -> Timecode {
        self.origin
            .wrapping_add_frames(self.num_frames(time_s, false))
    }

    /// The first frame that begins at or after `time_s`: the end, itself left out, of what lasts
    /// until then.
    pub fn frame_after(&self, time_s: f64) -> Timecode {
        self.origin
            .wrapping_add_frames(self.num_frames(time_s, true))
    }

    /// Number of frames from the origin's to the one at (or, with `up`, at or after) `time_s`.
    pub fn num_frames(&self, time_s: f64, up: bool) -> i64 {
        let (numer, denom) = scaled(self.rate, self.sample_rate_hz);
        let samples = (time_s.max(0.0) * f64::from(self.sample_rate_hz)).round() as u64;
        let elapsed = u128::from(samples) * numer + self.origin_into_frame;
        let frames = if up {
            elapsed.div_ceil(denom)
        } else {
            elapsed / denom
        };
        i64::try_from(frames).unwrap_or(i64::MAX)
    }

    /// When the frame `label` begins, s from the file's first sample: negative before it. Of the
    /// two ways round the clock the shorter one.
    pub fn time_s(&self, label: Timecode) -> f64 {
        let day = i64::from(self.rate.frames_per_day());
        let ahead = (i64::from(label.frames()) - i64::from(self.origin.frames())).rem_euclid(day);
        let frames = if ahead > day / 2 { ahead - day } else { ahead };
        let (numer, denom) = scaled(self.rate, self.sample_rate_hz);
        let elapsed = frames as f64 * denom as f64 - self.origin_into_frame as f64;
        elapsed / (numer as f64 * f64::from(self.sample_rate_hz))
    }
}

/// Frames per sample as a fraction.
fn scaled(rate: FrameRate, sample_rate_hz: u32) -> (u128, u128) {
    let fps = rate.frames_per_second();
    (
        u128::from(fps.numer()),
        u128::from(fps.denom()) * u128::from(sample_rate_hz.max(1)),
    )
}

/// The `count`th frame of the day, counted on past midnight.
fn nth_frame(rate: FrameRate, count: u128) -> Timecode {
    let of_day = (count % u128::from(rate.frames_per_day())) as u32;
    Timecode::from_frames(of_day, rate).expect("smaller than the number of frames in a day")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_drop_frame_leaves_out_are_refused() {
        let rate = FrameRate::FPS_29_97_DF;
        for label in ["00:01:00:00", "00:01:00;01", "23:59:00:00"] {
            let error = parse_label(label, rate).unwrap_err().to_string();
            assert_eq!(
                error,
                "is a label that drop frame leaves out (at 29.97df frames per second)"
            );
        }
        for label in ["00:10:00:00", "00:01:00:02", "01:00:00;00"] {
            assert!(parse_label(label, rate).is_ok(), "{label}");
        }
        for label in [
            "24:00:00:00",
            "1:00:00:00",
            "00:00:00:30",
            "00:00:60:00",
            "",
        ] {
            assert!(parse_label(label, rate).is_err(), "{label}");
        }
    }

    #[test]
    fn every_rate_has_the_name_that_it_is_asked_by() {
        for (name, rate) in RATES {
            assert_eq!(rate_from_name(name), Ok(rate));
            assert_eq!(rate_name(rate), name);
        }
        assert_eq!(rate_from_name("23.98"), Ok(FrameRate::FPS_23_976));
        assert_eq!(rate_from_name("29.97DF"), Ok(FrameRate::FPS_29_97_DF));
        for absurd in ["0", "-25", "1e9", "NaN", "29.97 df", ""] {
            assert_eq!(rate_from_name(absurd), Err(ClockError::Rate), "{absurd}");
        }
    }

    #[test]
    fn a_time_reference_is_counted_in_real_time() {
        // 3603.6 s after midnight it is 01:00:00:00 at 23.976, whose seconds last 1.001 s.
        let clock = Clock::from_samples(172_972_800, 48_000, FrameRate::FPS_23_976).unwrap();
        assert_eq!(clock.origin().to_string(), "01:00:00:00");
        let clock = Clock::from_samples(172_972_799, 48_000, FrameRate::FPS_23_976).unwrap();
        assert_eq!(clock.frame_at(0.0).to_string(), "00:59:59:23");
        assert_eq!(clock.frame_at(1.0 / 48_000.0).to_string(), "01:00:00:00");
        assert_eq!(clock.frame_after(0.0).to_string(), "01:00:00:00");
    }

    #[test]
    fn a_time_reference_beyond_the_day_is_refused() {
        let day = 24 * 3600 * 48_000;
        assert!(Clock::from_samples(day - 1, 48_000, FrameRate::FPS_25).is_ok());
        for samples in [day, u64::MAX] {
            assert_eq!(
                Clock::from_samples(samples, 48_000, FrameRate::FPS_25),
                Err(ClockError::BeyondDay { samples })
            );
        }
    }

    #[test]
    fn midnight_is_followed_by_zero() {
        let start = parse_label("23:59:59:24", FrameRate::FPS_25).unwrap();
        let clock = Clock::from_label(start, 48_000);
        assert_eq!(clock.frame_at(0.04).to_string(), "00:00:00:00");
        let label = parse_label("00:00:01:00", FrameRate::FPS_25).unwrap();
        assert!((clock.time_s(label) - 1.04).abs() < 1e-12);
        let label = parse_label("23:59:58:24", FrameRate::FPS_25).unwrap();
        assert!((clock.time_s(label) + 1.0).abs() < 1e-12);
    }
}
