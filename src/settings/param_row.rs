//! What a row of the table says about a parameter.

use std::fmt;

use crate::settings::values::{Range, Settings, Steer};

/// What every parameter has.
#[derive(Debug)]
pub struct About {
    /// For ever: saved sessions, automation and preset files go by it.
    pub id: &'static str,
    /// As hosts and the editor show it.
    pub name: &'static str,
    /// At most six characters, for the displays of control surfaces.
    pub short_name: &'static str,
    /// The group that hosts list it in; empty for none.
    pub group: &'static str,
    /// What it does, as the editor says it.
    pub help: &'static str,
    /// Whether presets hold it and A and B compare it. What belongs to the room or the moment stays as it is.
    pub is_in_presets: bool,
    /// Where control surfaces show it; `None` for nowhere.
    pub remote: Option<Remote>,
}

/// A place on a page of a control surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// The page.
    pub page: RemotePage,
    /// The knob, 0 to 7.
    pub slot: u8,
}

/// A page of eight knobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemotePage {
    /// What is used most.
    Duck,
    /// The rest of what the duck does by what it hears.
    TimesAndDialogue,
    /// What is done with remembered lines.
    Memory,
    /// What goes to the host's lane and comes from it.
    Automation,
}

impl RemotePage {
    /// All pages in their order.
    pub const ALL: [Self; 4] = [
        Self::Duck,
        Self::TimesAndDialogue,
        Self::Memory,
        Self::Automation,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duck => "Duck",
            Self::TimesAndDialogue => "Times and dialogue",
            Self::Memory => "Memory",
            Self::Automation => "Automation",
        }
    }
}

/// What a number counts: how it is written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Loudness difference, LU.
    Lu,
    /// Depth of a cut, dB.
    Db,
    /// Gain, dB, written with its sign.
    GainDb,
    /// Sound pressure level, dB SPL.
    DbSpl,
    /// Time, ms.
    Ms,
    /// Frequency, Hz.
    Hz,
    /// A ratio from 0 to 1, written in percent.
    Percent,
}

/// What is in the middle of a knob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The mean of the range's ends.
    Linear,
    /// The default.
    Time,
    /// The geometric mean of the range's ends.
    Frequency,
}

/// A flag of the command line that takes a number.
#[derive(Debug)]
pub struct Flag {
    /// The flag's name without the hyphens.
    pub name: &'static str,
    /// What its value is called in the help.
    pub value_name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Place among the flags in the help, from 0.
    pub place: u8,
}

/// A flag of the command line that takes one of a few words: the variants' ids.
#[derive(Debug)]
pub struct ChoiceFlag {
    /// The flag itself.
    pub flag: Flag,
    /// What each variant does, in the words of the flags.
    pub variant_helps: &'static [&'static str],
}

/// A place in the editor's strip of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StripPlace {
    /// The place, from 0.
    pub slot: u8,
    /// The field is there only while the duck is steered like this; `None` for always.
    pub only_with: Option<Steer>,
}

/// A parameter that is a number.
#[derive(Debug)]
pub struct Continuous {
    /// What every parameter has.
    pub about: About,
    /// What the number counts.
    pub unit: Unit,
    /// Range and default.
    pub range: Range,
    /// How the range is spread over a knob's way.
    pub scale: Scale,
    /// Flag on the command line, if it has one.
    pub flag: Option<Flag>,
    /// Field in the editor's strip, if it has one.
    pub strip: Option<StripPlace>,
    /// Where it stands in the settings.
    pub field: fn(&mut Settings) -> &mut f32,
}

impl Continuous {
    /// The parameter's value in `settings`.
    pub fn value(&self, settings: &Settings) -> f32 {
        let mut settings = *settings;
        *(self.field)(&mut settings)
    }

    /// Gives it `value`, forced into its range.
    pub fn set(&self, settings: &mut Settings, value: f32) {
        *(self.field)(settings) = self.range.clamp(value);
    }
}

/// A value of a parameter that has names for its values.
#[derive(Debug)]
pub struct Variant<T> {
    /// The value.
    pub value: T,
    /// For ever: saved sessions and preset files go by it.
    pub id: &'static str,
    /// As hosts and the editor show it.
    pub name: &'static str,
    /// What it does, as the editor says it.
    pub help: &'static str,
}

/// A parameter that has names for its values. A new instance has the default of `T`.
#[derive(Debug)]
pub struct Choice<T: 'static> {
    /// What every parameter has.
    pub about: About,
    /// All values in the order of hosts' lists, which automation goes by.
    pub variants: &'static [Variant<T>],
    /// Flag on the command line, if it is one of the settings'.
    pub flag: Option<ChoiceFlag>,
    /// Where it stands in the settings; `None` if it is no part of them.
    pub field: Option<fn(&mut Settings) -> &mut T>,
}

impl<T: Copy + PartialEq> Choice<T> {
    /// The place of `value` among the variants.
    pub fn idx_of(&self, value: T) -> usize {
        let mut variants = self.variants.iter();
        variants
            .position(|variant| variant.value == value)
            .unwrap_or_default()
    }

    /// The value at a place among the variants; the first one beyond their end.
    pub fn value_at(&self, idx: usize) -> Option<T> {
        let variant = self.variants.get(idx).or_else(|| self.variants.first());
        variant.map(|variant| variant.value)
    }
}

/// A [`Choice`] between values of any type: by their places among the variants.
pub trait AnyChoice: Sync {
    /// What every parameter has.
    fn about(&self) -> &About;
    /// Flag on the command line.
    fn flag(&self) -> Option<&ChoiceFlag>;
    /// Id of each variant.
    fn ids(&self) -> Vec<&'static str>;
    /// Id of a new instance's variant.
    fn default_id(&self) -> &'static str;
    /// Which one `settings` have; `None` if it is no part of them.
    fn idx(&self, settings: &Settings) -> Option<usize>;
    /// Gives `settings` the variant at `idx`, if it is part of them.
    fn set_idx(&self, settings: &mut Settings, idx: usize);

    /// Id of the variant that `settings` have; a new instance's if it is no part of them.
    fn id_in(&self, settings: &Settings) -> &'static str {
        let id = self
            .idx(settings)
            .and_then(|idx| self.ids().get(idx).copied());
        id.unwrap_or_else(|| self.default_id())
    }

    /// Gives `settings` the variant with this id; a new instance's if there is none.
    fn set_id(&self, settings: &mut Settings, id: &str) {
        let ids = self.ids();
        let idx_of = |id: &str| ids.iter().position(|it| *it == id);
        if let Some(idx) = idx_of(id).or_else(|| idx_of(self.default_id())) {
            self.set_idx(settings, idx);
        }
    }
}

impl<T: Copy + PartialEq + Default + Sync> AnyChoice for Choice<T> {
    fn about(&self) -> &About {
        &self.about
    }

    fn flag(&self) -> Option<&ChoiceFlag> {
        self.flag.as_ref()
    }

    fn ids(&self) -> Vec<&'static str> {
        self.variants.iter().map(|variant| variant.id).collect()
    }

    fn default_id(&self) -> &'static str {
        let variant = self.variants.get(self.idx_of(T::default()));
        variant.map_or("", |variant| variant.id)
    }

    fn idx(&self, settings: &Settings) -> Option<usize> {
        let mut settings = *settings;
        self.field.map(|field| self.idx_of(*field(&mut settings)))
    }

    fn set_idx(&self, settings: &mut Settings, idx: usize) {
        if let (Some(field), Some(value)) = (self.field, self.value_at(idx)) {
            *field(settings) = value;
        }
    }
}

/// A parameter that is off or on, and off in a new instance.
#[derive(Debug)]
pub struct Switch {
    /// What every parameter has.
    pub about: About,
}

/// A parameter of any kind.
#[derive(Clone, Copy)]
pub enum ParamRow {
    /// A number.
    Continuous(&'static Continuous),
    /// Names for values.
    Choice(&'static dyn AnyChoice),
    /// Off or on.
    Switch(&'static Switch),
}

impl fmt::Debug for ParamRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.about().id)
    }
}

impl ParamRow {
    /// What every parameter has.
    pub fn about(&self) -> &'static About {
        match *self {
            Self::Continuous(row) => &row.about,
            Self::Choice(row) => row.about(),
            Self::Switch(row) => &row.about,
        }
    }

    /// The parameter's value in `settings`: the number, or the place among the variants; `None` if it is no part of them.
    pub fn plain(&self, settings: &Settings) -> Option<f32> {
        match self {
            Self::Continuous(row) => Some(row.value(settings)),
            Self::Choice(row) => row.idx(settings).map(|idx| idx as f32),
            Self::Switch(_) => None,
        }
    }

    /// Gives `settings` a value as [`ParamRow::plain`] tells it, forced into its range.
    pub fn set_plain(&self, settings: &mut Settings, plain: f32) {
        match self {
            Self::Continuous(row) => row.set(settings, plain),
            Self::Choice(row) => row.set_idx(settings, plain as usize),
            Self::Switch(_) => {}
        }
    }

    /// Flag on the command line, if it is one of the settings'.
    pub fn flag(&self) -> Option<&'static Flag> {
        match *self {
            Self::Continuous(row) => row.flag.as_ref(),
            Self::Choice(row) => row.flag().map(|choice| &choice.flag),
            Self::Switch(_) => None,
        }
    }
}
