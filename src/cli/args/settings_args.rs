//! The settings as flags, named as the plugin's parameters, with the ranges of
//! [`crate::settings`].

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::cli::errors::Error;
use crate::presets::Preset;
use crate::settings::{self, Mode, Range, Settings, Steer};

/// The engine's settings; what isn't given has the default of a new plugin instance.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings (as the plugin's parameters)")]
pub struct SettingsArgs {
    /// A set of values for the flags below; a flag that is given overrides its value
    #[arg(long, value_enum, value_name = "NAME", default_value = "balanced")]
    preset: Preset,
    /// What decides how much music is given up [default: target, or amount with --amount-lu]
    #[arg(long, value_enum)]
    steer: Option<SteerArg>,
    #[arg(long, value_name = "LU", allow_hyphen_values = true,
        value_parser = number_in(settings::AMOUNT_LU),
        help = help("Music loudness to give up while somebody speaks", settings::AMOUNT_LU))]
    amount_lu: Option<f32>,
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true,
        value_parser = number_in(settings::TARGET),
        help = help("Audibility that each line is brought up to", settings::TARGET))]
    target: Option<f32>,
    #[arg(long, value_name = "DB", allow_hyphen_values = true,
        value_parser = number_in(settings::MAX_CUT_DB),
        help = help("Deepest cut of any band", settings::MAX_CUT_DB))]
    max_cut: Option<f32>,
    #[arg(long, value_name = "MS", allow_hyphen_values = true,
        value_parser = number_in(settings::ATTACK_MS),
        help = help("Time for 63 % of a cut to set in", settings::ATTACK_MS))]
    attack: Option<f32>,
    #[arg(long, value_name = "MS", allow_hyphen_values = true,
        value_parser = number_in(settings::HOLD_MS),
        help = help("Time for which a cut stays after it was last needed", settings::HOLD_MS))]
    hold: Option<f32>,
    #[arg(long, value_name = "MS", allow_hyphen_values = true,
        value_parser = number_in(settings::RELEASE_MS),
        help = help("Time for 63 % of a cut to go away", settings::RELEASE_MS))]
    release: Option<f32>,
    #[arg(long, value_name = "HZ", allow_hyphen_values = true,
        value_parser = number_in(settings::LOW_HZ),
        help = help("Low limit: no band below it is cut", settings::LOW_HZ))]
    low: Option<f32>,
    #[arg(long, value_name = "HZ", allow_hyphen_values = true,
        value_parser = number_in(settings::HIGH_HZ),
        help = help("High limit: no band above it is cut", settings::HIGH_HZ))]
    high: Option<f32>,
    #[arg(long, value_name = "DB", allow_hyphen_values = true,
        value_parser = number_in(settings::TRIM_DB),
        help = help("Gain of the dialogue before it is analysed", settings::TRIM_DB))]
    trim: Option<f32>,
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true,
        value_parser = number_in(settings::FOCUS),
        help = help("Share of the front's cut that surround and height channels get", settings::FOCUS))]
    focus: Option<f32>,
    #[arg(long, value_name = "DB_SPL", allow_hyphen_values = true,
        value_parser = number_in(settings::MONITOR_DB_SPL),
        help = help("Level of the monitors at -20 dBFS RMS: 85 dub stage, 82, 79 near field, or your own", settings::MONITOR_DB_SPL))]
    monitor: Option<f32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SteerArg {
    /// As much as each line needs to reach --target
    Target,
    /// The same loudness everywhere: --amount-lu
    Amount,
}

impl ValueEnum for Preset {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.purpose()))
    }
}

impl SettingsArgs {
    /// The settings for the engine in `mode`.
    ///
    /// # Errors
    /// [`Error::Limits`] if the low limit is above the high limit.
    pub fn settings(&self, mode: Mode) -> Result<Settings, Error> {
        let preset = self.preset.settings();
        let steer = match (self.steer, self.amount_lu) {
            (Some(SteerArg::Target), _) => Steer::Target,
            (Some(SteerArg::Amount), _) | (None, Some(_)) => Steer::Amount,
            (None, None) => preset.steer,
        };
        let settings = Settings {
            mode,
            steer,
            amount_lu: self.amount_lu.unwrap_or(preset.amount_lu),
            target: self.target.unwrap_or(preset.target),
            max_cut_db: self.max_cut.unwrap_or(preset.max_cut_db),
            attack_ms: self.attack.unwrap_or(preset.attack_ms),
            hold_ms: self.hold.unwrap_or(preset.hold_ms),
            release_ms: self.release.unwrap_or(preset.release_ms),
            low_hz: self.low.unwrap_or(preset.low_hz),
            high_hz: self.high.unwrap_or(preset.high_hz),
            trim_db: self.trim.unwrap_or(preset.trim_db),
            focus: self.focus.unwrap_or(preset.focus),
            listen: preset.listen,
            monitor_db_spl: self.monitor.unwrap_or(preset.monitor_db_spl),
        };
        if settings.low_hz > settings.high_hz {
            return Err(Error::Limits {
                low_hz: settings.low_hz,
                high_hz: settings.high_hz,
            });
        }
        Ok(settings)
    }
}

fn help(what: &str, range: Range) -> String {
    let Range { min, max, default } = range;
    format!("{what} [{min} to {max}, default: {default}]")
}

/// A parser for numbers in `range`; NaN is in none.
pub fn number_in(range: Range) -> impl Fn(&str) -> Result<f32, String> + Clone + Send + Sync {
    move |text| match text.parse::<f32>() {
        Ok(value) if range.contains(value) => Ok(value),
        _ => Err(format!("must be {} to {}", range.min, range.max)),
    }
}
