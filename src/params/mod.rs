//! The plugin's parameters and what is saved beside them. Parameter ids are for ever; ranges are those of
//! [`crate::settings`]. [`UnderscoreParams::settings`] runs on the audio thread.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod display;
pub mod preset_values;
pub mod saved_state;
pub mod session;
pub mod unit_text;

use std::sync::{Arc, PoisonError, RwLock};

use nice_plug::prelude::{BoolParam, Enum, EnumParam, FloatParam, FloatRange, Params};

use crate::params::session::SessionOptions;
use crate::params::unit_text::Unit;
use crate::settings::{self, Listen, LookAhead, Mode, Range, Settings, Steer};

/// Id and range of every continuous parameter.
pub const CONTINUOUS: [(&str, Range); 11] = [
    ("amount", settings::AMOUNT_LU),
    ("target", settings::TARGET),
    ("max_cut", settings::MAX_CUT_DB),
    ("focus", settings::FOCUS),
    ("attack", settings::ATTACK_MS),
    ("hold", settings::HOLD_MS),
    ("release", settings::RELEASE_MS),
    ("low", settings::LOW_HZ),
    ("high", settings::HIGH_HZ),
    ("trim", settings::TRIM_DB),
    ("monitor", settings::MONITOR_DB_SPL),
];

/// All parameters, in the order in which hosts list them.
#[derive(Params)]
pub struct UnderscoreParams {
    /// Measure or duck.
    #[id = "mode"]
    pub mode: EnumParam<Mode>,
    /// How much is taken out of the music.
    #[nested(group = "Duck")]
    pub duck: DuckParams,
    /// How fast.
    #[nested(group = "Times")]
    pub times: TimeParams,
    /// Which bands.
    #[nested(group = "Bands")]
    pub bands: BandParams,
    /// How the dialogue is heard by the analysis.
    #[nested(group = "Dialogue")]
    pub dialogue: DialogueParams,
    /// [`settings::MONITOR_DB_SPL`]
    #[id = "monitor"]
    pub monitor_db_spl: FloatParam,
    /// What comes out.
    #[id = "listen"]
    pub listen: EnumParam<Listen>,
    /// How far the analysis hears ahead: the plugin's latency.
    #[id = "look_ahead"]
    pub look_ahead: EnumParam<LookAhead>,
    /// The host's bypass switch: the music passes untouched, the meters go on.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// What the editor keeps with the session; no thread of the host's audio reads it.
    #[persist = "editor"]
    editor: Arc<RwLock<SessionOptions>>,
}

/// How much is taken out of the music.
#[derive(Params)]
pub struct DuckParams {
    /// What decides how much.
    #[id = "steer"]
    pub steer: EnumParam<Steer>,
    /// [`settings::AMOUNT_LU`]
    #[id = "amount"]
    pub amount_lu: FloatParam,
    /// [`settings::TARGET`]
    #[id = "target"]
    pub target: FloatParam,
    /// [`settings::MAX_CUT_DB`]
    #[id = "max_cut"]
    pub max_cut_db: FloatParam,
    /// [`settings::FOCUS`]
    #[id = "focus"]
    pub focus: FloatParam,
}

/// How fast a cut comes and goes.
#[derive(Params)]
pub struct TimeParams {
    /// [`settings::ATTACK_MS`]
    #[id = "attack"]
    pub attack_ms: FloatParam,
    /// [`settings::HOLD_MS`]
    #[id = "hold"]
    pub hold_ms: FloatParam,
    /// [`settings::RELEASE_MS`]
    #[id = "release"]
    pub release_ms: FloatParam,
}

/// Which bands may be cut.
#[derive(Params)]
pub struct BandParams {
    /// [`settings::LOW_HZ`]
    #[id = "low"]
    pub low_hz: FloatParam,
    /// [`settings::HIGH_HZ`]
    #[id = "high"]
    pub high_hz: FloatParam,
}

/// How the dialogue is heard by the analysis.
#[derive(Params)]
pub struct DialogueParams {
    /// [`settings::TRIM_DB`]
    #[id = "trim"]
    pub trim_db: FloatParam,
}

impl Default for UnderscoreParams {
    fn default() -> Self {
        Self {
            mode: EnumParam::new("Mode", Mode::default()),
            duck: DuckParams {
                steer: EnumParam::new("Steer", Steer::default()),
                amount_lu: linear("Amount", settings::AMOUNT_LU, &unit_text::LU),
                target: linear("Target", settings::TARGET, &unit_text::PERCENT),
                max_cut_db: linear("Max cut", settings::MAX_CUT_DB, &unit_text::DB),
                focus: linear("Focus", settings::FOCUS, &unit_text::PERCENT),
            },
            times: TimeParams {
                attack_ms: time("Attack", settings::ATTACK_MS),
                hold_ms: time("Hold", settings::HOLD_MS),
                release_ms: time("Release", settings::RELEASE_MS),
            },
            bands: BandParams {
                low_hz: frequency("Low limit", settings::LOW_HZ),
                high_hz: frequency("High limit", settings::HIGH_HZ),
            },
            dialogue: DialogueParams {
                trim_db: linear("Trim", settings::TRIM_DB, &unit_text::GAIN_DB),
            },
            monitor_db_spl: linear("Monitor", settings::MONITOR_DB_SPL, &unit_text::DB_SPL),
            listen: EnumParam::new("Listen", Listen::default()),
            look_ahead: EnumParam::new("Look-ahead", LookAhead::default()).non_automatable(),
            bypass: BoolParam::new("Bypass", false)
                .with_string_to_value(Arc::new(unit_text::parse_switch))
                .make_bypass(),
            editor: Arc::default(),
        }
    }
}

impl UnderscoreParams {
    /// What the editor keeps with the session, everything in its range.
    pub fn editor_options(&self) -> SessionOptions {
        let options = self.editor.read().unwrap_or_else(PoisonError::into_inner);
        options.clone().sanitized()
    }

    /// Changes what the editor keeps.
    pub fn set_editor_options(&self, options: SessionOptions) {
        *self.editor.write().unwrap_or_else(PoisonError::into_inner) = options;
    }

    /// The engine's settings as the parameters stand now, every value in its range. The host's
    /// bypass is the engine's `Meter` mode, heard as the mix.
    pub fn settings(&self) -> Settings {
        let (mode, listen) = if self.bypass.value() {
            (Mode::Meter, Listen::Mix)
        } else {
            (self.mode.value(), self.listen.value())
        };
        Settings {
            mode,
            steer: self.duck.steer.value(),
            amount_lu: self.duck.amount_lu.value(),
            target: self.duck.target.value(),
            max_cut_db: self.duck.max_cut_db.value(),
            attack_ms: self.times.attack_ms.value(),
            hold_ms: self.times.hold_ms.value(),
            release_ms: self.times.release_ms.value(),
            low_hz: self.bands.low_hz.value(),
            high_hz: self.bands.high_hz.value(),
            trim_db: self.dialogue.trim_db.value(),
            focus: self.duck.focus.value(),
            monitor_db_spl: self.monitor_db_spl.value(),
            listen,
        }
        .sanitized()
    }
}

fn linear(name: &str, Range { min, max, default }: Range, unit: &'static Unit) -> FloatParam {
    with_unit(
        FloatParam::new(name, default, FloatRange::Linear { min, max }),
        unit,
    )
}

/// A knob has the default time in its middle.
fn time(name: &str, range: Range) -> FloatParam {
    with_unit(
        FloatParam::new(name, range.default, skewed(range, range.default)),
        &unit_text::MS,
    )
}

/// A knob has the geometric mean of its ends in its middle.
fn frequency(name: &str, range: Range) -> FloatParam {
    with_unit(
        FloatParam::new(
            name,
            range.default,
            skewed(range, (range.min * range.max).sqrt()),
        ),
        &unit_text::HZ,
    )
}

fn with_unit(param: FloatParam, unit: &'static Unit) -> FloatParam {
    param
        .with_unit(unit.suffix)
        .with_value_to_string(Arc::new(unit.format))
        .with_string_to_value(Arc::new(unit.parse))
}

/// A range with `middle` at half of the knob's way.
fn skewed(Range { min, max, .. }: Range, middle: f32) -> FloatRange {
    FloatRange::Skewed {
        min,
        max,
        factor: 0.5f32.ln() / ((middle - min) / (max - min)).ln(),
    }
}

impl Enum for Mode {
    fn variants() -> &'static [&'static str] {
        &["Meter", "Duck"]
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&["meter", "duck"])
    }

    fn to_index(self) -> usize {
        match self {
            Mode::Meter => 0,
            Mode::Duck => 1,
        }
    }

    fn from_index(index: usize) -> Self {
        match index {
            1 => Mode::Duck,
            _ => Mode::Meter,
        }
    }
}

impl Enum for Steer {
    fn variants() -> &'static [&'static str] {
        &["Target", "Amount"]
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&["target", "amount"])
    }

    fn to_index(self) -> usize {
        match self {
            Steer::Target => 0,
            Steer::Amount => 1,
        }
    }

    fn from_index(index: usize) -> Self {
        match index {
            1 => Steer::Amount,
            _ => Steer::Target,
        }
    }
}

impl Enum for Listen {
    fn variants() -> &'static [&'static str] {
        &["Mix", "Removed", "Dialogue"]
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&["mix", "removed", "dialogue"])
    }

    fn to_index(self) -> usize {
        match self {
            Listen::Mix => 0,
            Listen::Removed => 1,
            Listen::Dialogue => 2,
        }
    }

    fn from_index(index: usize) -> Self {
        match index {
            1 => Listen::Removed,
            2 => Listen::Dialogue,
            _ => Listen::Mix,
        }
    }
}

impl Enum for LookAhead {
    fn variants() -> &'static [&'static str] {
        &["Off", "5 ms", "10 ms", "20 ms", "40 ms"]
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&["0", "5", "10", "20", "40"])
    }

    fn to_index(self) -> usize {
        LookAhead::ALL
            .into_iter()
            .position(|look_ahead| look_ahead == self)
            .unwrap_or_default()
    }

    fn from_index(index: usize) -> Self {
        LookAhead::ALL.get(index).copied().unwrap_or_default()
    }
}
