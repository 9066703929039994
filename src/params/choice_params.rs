//! The parameters that have names for their values.

use nice_plug::params::Param;
use nice_plug::params::enums::Enum;
use nice_plug::prelude::{EnumParam, ParamPtr};

use crate::settings::{
    AUDIENCE, AUTOMATION, Audience, Automation, Choice, EARS, ELSEWHERE, Ears, Elsewhere, LISTEN,
    LOOK_AHEAD, Listen, LookAhead, MODE, Mode, PASS, Pass, STEER, Settings, Steer, Variant,
};

/// Makes the parameters of some rows of the table, and what the framework wants to know of their values.
macro_rules! choices {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $ROW:ident,)*) => {
        /// The parameters that have names for their values.
        pub struct ChoiceParams {
            $($(#[$doc])* pub $field: EnumParam<$type>,)*
        }

        impl Default for ChoiceParams {
            fn default() -> Self {
                Self { $($field: param(&$ROW),)* }
            }
        }

        impl ChoiceParams {
            /// The parameter with this id.
            pub fn ptr(&self, id: &str) -> Option<ParamPtr> {
                $(if id == $ROW.about.id {
                    return Some(self.$field.as_ptr());
                })*
                None
            }

            /// Gives `settings` the parameters' values.
            pub fn write(&self, settings: &mut Settings) {
                $(if let Some(field) = $ROW.field {
                    *field(settings) = self.$field.value();
                })*
            }
        }

        $(impl Enum for $type {
            fn variants() -> &'static [&'static str] {
                const NAMES: [&str; $ROW.variants.len()] = texts($ROW.variants).0;
                &NAMES
            }

            fn ids() -> Option<&'static [&'static str]> {
                const IDS: [&str; $ROW.variants.len()] = texts($ROW.variants).1;
                Some(&IDS)
            }

            fn to_index(self) -> usize {
                $ROW.idx_of(self)
            }

            fn from_index(index: usize) -> Self {
                $ROW.value_at(index).unwrap_or_default()
            }
        })*
    };
}

choices! {
    /// Measure or duck.
    mode: Mode = MODE,
    /// What decides how much is taken out of the music.
    steer: Steer = STEER,
    /// What comes out.
    listen: Listen = LISTEN,
    /// How far the analysis hears ahead: the plugin's latency.
    look_ahead: LookAhead = LOOK_AHEAD,
    /// What is done with the memory of lines.
    pass: Pass = PASS,
    /// What happens where nothing is remembered.
    elsewhere: Elsewhere = ELSEWHERE,
    /// For whom verdict and duck are.
    audience: Audience = AUDIENCE,
    /// Whether the ride goes to the host's lane or comes from it.
    automation: Automation = AUTOMATION,
    /// With how many ears the figures hear.
    ears: Ears = EARS,
}

fn param<T: Enum + Copy + PartialEq + Default>(row: &Choice<T>) -> EnumParam<T> {
    EnumParam::new(row.about.name, T::default())
}

/// Names and ids.
#[expect(
    clippy::indexing_slicing,
    reason = "the compiler runs it, and has no iterators"
)]
const fn texts<T, const NUM: usize>(variants: &[Variant<T>]) -> ([&str; NUM], [&str; NUM]) {
    let mut texts = ([""; NUM], [""; NUM]);
    let mut idx = 0;
    while idx < NUM {
        texts.0[idx] = variants[idx].name;
        texts.1[idx] = variants[idx].id;
        idx += 1;
    }
    texts
}
