//! The settings as flags, made from the rows of [`crate::settings::TABLE`].

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::cli::errors::Error;
use crate::presets::{DEFAULT_SLUG, PRESETS, Preset};
use crate::settings::{
    AMOUNT_LU, About, ChoiceFlag, Flag, Mode, ParamRow, Range, STEER, Settings, Steer, TABLE,
};

const HEADING: &str = "Settings (as the plugin's parameters)";
const PRESET: &str = "preset";

/// The engine's settings; what isn't given has the preset's value.
#[derive(Debug)]
pub struct SettingsArgs {
    preset: Settings,
    /// What was given: the number, or the place among the variants.
    given: Vec<(ParamRow, f32)>,
}

impl Args for SettingsArgs {
    fn augment_args(command: Command) -> Command {
        let mut flags: Vec<(u8, Arg)> = TABLE
            .iter()
            .filter_map(|row| Some((row.flag()?.place, setting_arg(row)?)))
            .collect();
        flags.sort_by_key(|(place, _)| *place);
        let flags = flags.into_iter().map(|(_, arg)| arg);
        command.arg(preset_arg()).args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingsArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let slug: Option<&String> = matches.get_one(PRESET);
        let preset = slug.and_then(|slug| Preset::of_slug(slug));
        let given = TABLE.iter().filter_map(|row| {
            let value = matches.get_one(row.flag()?.name)?;
            Some((*row, *value))
        });
        Ok(Self {
            preset: preset.map_or_else(Settings::default, Preset::settings),
            given: given.collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl SettingsArgs {
    /// The settings for the engine in `mode`.
    ///
    /// # Errors
    /// [`Error::Limits`] if the low limit is above the high limit.
    pub fn settings(&self, mode: Mode) -> Result<Settings, Error> {
        let mut settings = Settings {
            mode,
            ..self.preset
        };
        if self.is_given(&AMOUNT_LU.about) && !self.is_given(&STEER.about) {
            settings.steer = Steer::Amount;
        }
        for (row, value) in &self.given {
            row.set_plain(&mut settings, *value);
        }
        if settings.low_hz > settings.high_hz {
            return Err(Error::Limits {
                low_hz: settings.low_hz,
                high_hz: settings.high_hz,
            });
        }
        Ok(settings)
    }

    fn is_given(&self, about: &About) -> bool {
        self.given.iter().any(|(row, _)| row.about().id == about.id)
    }
}

fn preset_arg() -> Arg {
    let presets = PRESETS
        .iter()
        .map(|preset| PossibleValue::new(preset.slug).help(preset.purpose));
    Arg::new(PRESET)
        .long(PRESET)
        .value_name("NAME")
        .help("A set of values for the flags below; a flag that is given overrides its value")
        .help_heading(HEADING)
        .default_value(DEFAULT_SLUG)
        .value_parser(PossibleValuesParser::new(presets))
}

/// The flag of `row`, if it has one: its value is the number, or the place among the variants.
fn setting_arg(row: &ParamRow) -> Option<Arg> {
    match *row {
        ParamRow::Continuous(row) => {
            let flag = row.flag.as_ref()?;
            Some(
                arg(flag)
                    .help(help(flag.help, row.range))
                    .allow_hyphen_values(true)
                    .value_parser(number_in(row.range)),
            )
        }
        ParamRow::Choice(row) => {
            let ChoiceFlag {
                flag,
                variant_helps,
            } = row.flag()?;
            let ids = row.ids();
            let values = ids.clone().into_iter().zip(*variant_helps);
            let values = values.map(|(id, help)| PossibleValue::new(id).help(*help));
            let place = move |id: String| ids.iter().position(|it| *it == id).unwrap_or_default();
            let parser = PossibleValuesParser::new(values).map(move |id| place(id) as f32);
            Some(arg(flag).help(flag.help).value_parser(parser))
        }
        ParamRow::Switch(_) => None,
    }
}

fn arg(flag: &Flag) -> Arg {
    Arg::new(flag.name)
        .long(flag.name)
        .value_name(flag.value_name)
        .help_heading(HEADING)
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
