//! The values themselves: what the engine reads.

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
    /// From `min` to `max`.
    pub const fn new(min: f32, max: f32, default: f32) -> Self {
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
    /// As much loudness everywhere: [`Settings::amount_lu`].
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
    /// Every look-ahead, from the shortest to the longest.
    pub const ALL: [Self; 5] = [Self::Off, Self::Ms5, Self::Ms10, Self::Ms20, Self::Ms40];

    /// Look-ahead time, ms.
    pub fn ms(self) -> u32 {
        match self {
            Self::Off => 0,
            Self::Ms5 => 5,
            Self::Ms10 => 10,
            Self::Ms20 => 20,
            Self::Ms40 => 40,
        }
    }

    /// Look-ahead time in samples, to the nearest.
    pub fn samples(self, sample_rate_hz: f64) -> u32 {
        (f64::from(self.ms()) * 1e-3 * sample_rate_hz).round() as u32
    }
}

/// What is done with the memory of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pass {
    /// Nothing: the duck decides by what it hears.
    #[default]
    Live,
    /// The duck decides by what it hears, and what is heard is remembered in the place of what was.
    Learn,
    /// Remembered lines get what was remembered.
    Play,
}

/// What happens in [`Pass::Play`] where nothing is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Elsewhere {
    /// The duck decides by what it hears.
    #[default]
    Live,
    /// The music passes untouched.
    Untouched,
}

/// For whom verdict and duck are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Normal hearing in silence, at the level of the monitors.
    #[default]
    Reference,
    /// In the cinema.
    Cinema,
    /// In front of a television at home.
    Home,
    /// A viewer of 70 in front of a television at home.
    Home70,
    /// With a phone on a train.
    Phone,
    /// Hard of hearing, in front of a television at home.
    HardOfHearing,
}

impl Audience {
    /// Everybody but the reference listener, in the order of their names.
    pub const NAMED: [Self; 5] = [
        Self::Cinema,
        Self::Home,
        Self::Home70,
        Self::Phone,
        Self::HardOfHearing,
    ];

    /// The place among [`Self::NAMED`]; `None` for the reference listener.
    pub fn named_idx(self) -> Option<usize> {
        Self::NAMED.iter().position(|it| *it == self)
    }
}

/// With how many ears the figures hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ears {
    /// One: music hides as much from wherever it comes.
    #[default]
    One,
    /// Two, without the room's reverberation.
    Two,
    /// Two, in the middle of a cinema.
    TwoInCinema,
}

impl Ears {
    /// In words; `None` for one.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::One => None,
            Self::Two => Some("two, without reverberation"),
            Self::TwoInCinema => Some("two, in the middle of a cinema"),
        }
    }
}

/// Whether what is given up goes to a lane of the host's, or comes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Automation {
    /// Neither.
    #[default]
    Off,
    /// What the duck takes goes out.
    Write,
    /// [`Settings::ride_lu`] says how much loudness is taken.
    Read,
}

/// Declares a struct, and the value from which the table's defaults are filled in. Written by hand, that
/// value would be one more place to touch for each new field.
macro_rules! with_blank {
    ($(#[$meta:meta])* pub struct $Name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        pub struct $Name { $($(#[$field_meta])* pub $field: $type,)* }

        /// With every field at the default of its type. No path leads here from outside.
        pub fn blank() -> $Name {
            $Name { $($field: <$type>::default(),)* }
        }
    };
}

with_blank! {
    /// All settings of the engine. Values out of range are clamped by [`Settings::sanitized`].
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Settings {
        /// Measure or duck.
        pub mode: Mode,
        /// What steers the duck.
        pub steer: Steer,
        /// Music loudness to give up, LU.
        pub amount_lu: f32,
        /// Audibility to reach, 0 to 1.
        pub target: f32,
        /// Deepest cut, dB.
        pub max_cut_db: f32,
        /// Time in which a cut gets 63 % of the way down, ms.
        pub attack_ms: f32,
        /// Time for which a cut stays when nobody speaks any more, ms.
        pub hold_ms: f32,
        /// Time in which a cut gets 63 % of the way back, ms.
        pub release_ms: f32,
        /// Low limit, Hz.
        pub low_hz: f32,
        /// High limit, Hz.
        pub high_hz: f32,
        /// Gain of the dialogue before it is analysed, dB.
        pub trim_db: f32,
        /// Share of the front's cut that the surround and height channels get, 0 to 1.
        pub focus: f32,
        /// Level of the monitors, dB SPL.
        pub monitor_db_spl: f32,
        /// What comes out.
        pub listen: Listen,
        /// What is done with the memory of lines.
        pub pass: Pass,
        /// Time before a remembered line's first word in which its cut sets in, ms.
        pub ahead_ms: f32,
        /// What happens where nothing is remembered.
        pub elsewhere: Elsewhere,
        /// For whom verdict and duck are.
        pub audience: Audience,
        /// Music loudness to give up at this moment, LU, with [`Automation::Read`].
        pub ride_lu: f32,
        /// Whether the ride goes to the host's lane or comes from it.
        pub automation: Automation,
        /// With how many ears the figures hear.
        pub ears: Ears,
    }
}
