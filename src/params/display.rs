//! How the editor shows what it shows: colours, smoothing, tilt.

use serde::{Deserialize, Serialize};

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Palette {
    /// Green, amber, red.
    #[default]
    Standard,
    /// Blue, yellow, orange-red: told apart with any kind of colour vision, by lightness too.
    ColourBlind,
}

impl Palette {
    /// All palettes.
    pub const ALL: [Self; 2] = [Self::Standard, Self::ColourBlind];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::ColourBlind => "Colour-blind safe",
        }
    }
}

/// How fast shown levels fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Smoothing {
    /// 100 ms.
    Fast,
    /// 400 ms, as a momentary loudness meter.
    #[default]
    Medium,
    /// 1.5 s.
    Slow,
}

impl Smoothing {
    /// All smoothings, from the fastest.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Medium, Self::Slow];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "Fast",
            Self::Medium => "Medium",
            Self::Slow => "Slow",
        }
    }

    /// Time in which shown levels fall by 63 %, s.
    pub fn time_s(self) -> f32 {
        match self {
            Self::Fast => 0.1,
            Self::Medium => 0.4,
            Self::Slow => 1.5,
        }
    }
}

/// Slope added to levels for display, round 1 kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tilt {
    /// Third-octave levels as they are: pink noise is flat.
    #[default]
    Flat,
    /// 1.5 dB per octave.
    Slight,
    /// 3 dB per octave: speech is about flat.
    Speech,
}

impl Tilt {
    /// All tilts, from the least.
    pub const ALL: [Self; 3] = [Self::Flat, Self::Slight, Self::Speech];

    /// dB per octave.
    pub fn db_per_octave(self) -> f32 {
        match self {
            Self::Flat => 0.0,
            Self::Slight => 1.5,
            Self::Speech => 3.0,
        }
    }
}
