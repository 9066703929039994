//! What the user can set: plain `Copy` values with their ranges. The plugin's parameters and the
//! command line's flags are both made from the ranges here, so they can't drift apart.
//! They are read on the audio thread, which must not panic.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

/// A range of a setting, both ends allowed, with its default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Smallest value allowed.
    pub min: f32,
    /// Largest value allowed.
    pub max: f32,
    /// Value of a new instance.
    pub default: f32,
}

impl Range {
    const fn new(min: f32, max: f32, default: f32) -> Self {
        Self { min, max, default }
    }

    /// Whether `value` is within the range (NaN isn't).
    pub fn contains(&self, value: f32) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// `value` forced into the range; NaN gives the default.
    pub fn clamp(&self, value: f32) -> f32 {
        if value.is_nan() {
            self.default
        } else {
            value.clamp(self.min, self.max)
        }
    }
}

/// Amount: music loudness given up while somebody speaks, LU (with [`Steer::Amount`]).
pub const AMOUNT_LU: Range = Range::new(0.0, 6.0, 2.0);
/// Target: audibility of the line that the duck aims at, 0 to 1 (with [`Steer::Target`]).
pub const TARGET: Range = Range::new(0.5, 0.8, 0.65);
/// Max cut: the deepest cut of any band, dB.
pub const MAX_CUT_DB: Range = Range::new(0.0, 18.0, 12.0);
/// Attack: time in which a cut gets 63 % of the way down, ms.
pub const ATTACK_MS: Range = Range::new(1.0, 200.0, 30.0);
/// Hold: time for which a cut stays when nobody speaks any more, ms.
pub const HOLD_MS: Range = Range::new(0.0, 1000.0, 400.0);
/// Release: time in which a cut gets 63 % of the way back, ms.
pub const RELEASE_MS: Range = Range::new(20.0, 2000.0, 500.0);
/// Low limit: no band centred below it is cut, Hz.
pub const LOW_HZ: Range = Range::new(100.0, 10_000.0, 100.0);
/// High limit: no band centred above it is cut, Hz.
pub const HIGH_HZ: Range = Range::new(100.0, 10_000.0, 10_000.0);
/// Trim: gain of the dialogue before it is analysed, dB. It is never heard.
pub const TRIM_DB: Range = Range::new(-24.0, 24.0, 0.0);
/// Focus: how much of the front's cut the surround and height channels get, 0 to 1.
pub const FOCUS: Range = Range::new(0.0, 1.0, 0.5);
/// Monitor: sound pressure level at the listener of pink noise at -20 dBFS RMS, dB SPL: 85 on a dub
/// stage, 82 in a smaller room, 79 in near-field and television rooms (ATSC A/85). The default is the
/// most careful of them: the quieter the room, the sooner the threshold of hearing takes part.
pub const MONITOR_DB_SPL: Range = Range::new(60.0, 90.0, 79.0);

/// What the engine does with the music.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Measures only; the music passes untouched.
    #[default]
    Meter,
    /// Takes out of the music what hides the words.
    Duck,
}

/// What decides how much music the duck takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Steer {
    /// As much as the line needs to reach [`Settings::target`]: clear lines cost nothing.
    #[default]
    Target,
    /// The same loudness everywhere: [`Settings::amount_lu`].
    Amount,
}

/// What comes out of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listen {
    /// The music, with its cuts.
    #[default]
    Mix,
    /// What was removed: exactly input minus mix.
    Removed,
    /// The dialogue as the analysis hears it, with its trim.
    Dialogue,
}

/// How far ahead of the music the analysis hears: the engine delays the music by it. It is no part
/// of [`Settings`], since it is the only thing that changes the latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LookAhead {
    /// Not at all: no latency.
    #[default]
    Off,
    /// 5 ms.
    Ms5,
    /// 10 ms.
    Ms10,
    /// 20 ms.
    Ms20,
    /// 40 ms.
    Ms40,
}

impl LookAhead {
    /// All of them, from the shortest to the longest.
    pub const ALL: [Self; 5] = [Self::Off, Self::Ms5, Self::Ms10, Self::Ms20, Self::Ms40];

    /// Its time, ms.
    pub fn ms(self) -> u32 {
        match self {
            Self::Off => 0,
            Self::Ms5 => 5,
            Self::Ms10 => 10,
            Self::Ms20 => 20,
            Self::Ms40 => 40,
        }
    }

    /// Its time in samples, to the nearest.
    pub fn samples(self, sample_rate_hz: f64) -> u32 {
        (f64::from(self.ms()) * 1e-3 * sample_rate_hz).round() as u32
    }
}

/// All settings of the engine. Values out of range are clamped by [`Settings::sanitized`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Measure or duck.
    pub mode: Mode,
    /// What steers the duck.
    pub steer: Steer,
    /// Music loudness to give up, LU; see [`AMOUNT_LU`].
    pub amount_lu: f32,
    /// Audibility to reach; see [`TARGET`].
    pub target: f32,
    /// Deepest cut, dB; see [`MAX_CUT_DB`].
    pub max_cut_db: f32,
    /// See [`ATTACK_MS`].
    pub attack_ms: f32,
    /// See [`HOLD_MS`].
    pub hold_ms: f32,
    /// See [`RELEASE_MS`].
    pub release_ms: f32,
    /// See [`LOW_HZ`].
    pub low_hz: f32,
    /// See [`HIGH_HZ`].
    pub high_hz: f32,
    /// See [`TRIM_DB`].
    pub trim_db: f32,
    /// See [`FOCUS`].
    pub focus: f32,
    /// See [`MONITOR_DB_SPL`].
    pub monitor_db_spl: f32,
    /// What comes out.
    pub listen: Listen,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            steer: Steer::default(),
            amount_lu: AMOUNT_LU.default,
            target: TARGET.default,
            max_cut_db: MAX_CUT_DB.default,
            attack_ms: ATTACK_MS.default,
            hold_ms: HOLD_MS.default,
            release_ms: RELEASE_MS.default,
            low_hz: LOW_HZ.default,
            high_hz: HIGH_HZ.default,
            trim_db: TRIM_DB.default,
            focus: FOCUS.default,
            monitor_db_spl: MONITOR_DB_SPL.default,
            listen: Listen::default(),
        }
    }
}

impl Settings {
    /// The same settings with every value inside its range.
    pub fn sanitized(self) -> Self {
        Self {
            mode: self.mode,
            steer: self.steer,
            amount_lu: AMOUNT_LU.clamp(self.amount_lu),
            target: TARGET.clamp(self.target),
            max_cut_db: MAX_CUT_DB.clamp(self.max_cut_db),
            attack_ms: ATTACK_MS.clamp(self.attack_ms),
            hold_ms: HOLD_MS.clamp(self.hold_ms),
            release_ms: RELEASE_MS.clamp(self.release_ms),
            low_hz: LOW_HZ.clamp(self.low_hz),
            high_hz: HIGH_HZ.clamp(self.high_hz),
            trim_db: TRIM_DB.clamp(self.trim_db),
            focus: FOCUS.clamp(self.focus),
            monitor_db_spl: MONITOR_DB_SPL.clamp(self.monitor_db_spl),
            listen: self.listen,
        }
    }
}
