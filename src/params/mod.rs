//! The plugin's parameters and what is saved beside them, made from the rows of
//! [`crate::settings::TABLE`]. [`UnderscoreParams::settings`] runs on the audio thread.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod choice_params;
pub mod display;
pub mod host_names;
pub mod indications;
pub mod memory_state;
pub mod preset_values;
pub mod recovery;
pub mod saved_state;
pub mod session;
pub mod strikes;
pub mod unit_text;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use nice_plug::params::Param;
use nice_plug::prelude::{BoolParam, FloatParam, FloatRange, ParamPtr, Params};

use crate::link::{HostSays, LaneStatus};
use crate::memory::shared::SharedReel;
use crate::params::choice_params::ChoiceParams;
use crate::params::host_names::HostNames;
use crate::params::indications::Indications;
use crate::params::memory_state::MemoryState;
use crate::params::session::SessionOptions;
use crate::params::unit_text::UnitText;
use crate::settings::{
    self, BYPASS, Continuous, Listen, Mode, ParamRow, RIDE_LU, Range, RemotePage, Scale, Settings,
    TABLE,
};

/// Key of what the editor keeps in saved states.
pub const EDITOR_FIELD: &str = "editor";

/// All parameters.
pub struct UnderscoreParams {
    /// In the order of the table. Hosts point at the parameters: none is ever added or moved.
    continuous: Vec<(&'static Continuous, FloatParam)>,
    /// Those that have names for their values.
    pub choices: ChoiceParams,
    /// The host's bypass switch: the music passes untouched, the meters go on.
    pub bypass: BoolParam,
    /// What the editor keeps with the session; no thread of the host's audio reads it.
    editor: RwLock<SessionOptions>,
    /// The memory of lines; no thread of the host's audio reads it.
    pub reel: SharedReel,
    /// What becomes of it; no thread of the host's audio reads it.
    pub memory: MemoryState,
    /// What the host says of its time.
    pub host: HostSays,
    /// What the host calls itself and the track; no thread of the host's audio reads it.
    pub names: HostNames,
    /// What the host's lane is at.
    pub lane: LaneStatus,
    /// What the host says of its side of each parameter.
    pub indications: Indications,
}

impl Default for UnderscoreParams {
    fn default() -> Self {
        Self {
            continuous: settings::continuous()
                .map(|row| (row, float(row)))
                .collect(),
            choices: ChoiceParams::default(),
            bypass: BoolParam::new(BYPASS.about.name, false)
                .with_string_to_value(Arc::new(unit_text::parse_switch))
                .make_bypass(),
            editor: RwLock::default(),
            reel: SharedReel::default(),
            memory: MemoryState::default(),
            host: HostSays::default(),
            names: HostNames::default(),
            lane: LaneStatus::default(),
            indications: Indications::default(),
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
        let mut settings = self.chosen();
        if self.bypass.value() {
            (settings.mode, settings.listen) = (Mode::Meter, Listen::Mix);
        }
        settings
    }

    /// Gives the audio thread the memory as it is, if it has changed. Never on the audio thread.
    pub fn give_plan(&self) {
        self.memory.give_plan(&self.reel);
    }

    /// Gives the ride, LU, the value that the host is told, and says it as hosts do: 0 to 1. For the audio thread too.
    pub fn take_ride(&self, ride_lu: f32) -> f32 {
        let Some(param) = self.of(&RIDE_LU) else {
            return 0.0;
        };
        let normalized = param.preview_normalized(ride_lu);
        // SAFETY: the parameter is one of these.
        unsafe { param.as_ptr()._internal_set_normalized_value(normalized) };
        normalized
    }

    /// The settings that the user has chosen, whether or not the host bypasses them.
    pub fn chosen(&self) -> Settings {
        let mut settings = Settings::default();
        self.choices.write(&mut settings);
        for (row, param) in &self.continuous {
            row.set(&mut settings, param.value());
        }
        settings
    }

    /// The parameters that are numbers, in the order of the table.
    pub fn continuous(&self) -> impl Iterator<Item = (&'static Continuous, &FloatParam)> {
        self.continuous.iter().map(|(row, param)| (*row, param))
    }

    /// The parameter of `row`; `None` if it isn't in the table.
    pub fn of(&self, row: &Continuous) -> Option<&FloatParam> {
        self.continuous()
            .find_map(|(it, param)| (it.about.id == row.about.id).then_some(param))
    }

    /// The parameter of `row`; `None` if it isn't in the table. It lives as long as these parameters.
    pub fn ptr(&self, row: &ParamRow) -> Option<ParamPtr> {
        match row {
            ParamRow::Continuous(row) => self.of(row).map(Param::as_ptr),
            ParamRow::Choice(row) => self.choices.ptr(row.about().id),
            ParamRow::Switch(_) => Some(self.bypass.as_ptr()),
        }
    }

    /// The parameters on a page of a control surface, in their order. They live as long as these parameters.
    pub fn on_page(&self, page: RemotePage) -> Vec<ParamPtr> {
        let mut on_page: Vec<(u8, ParamPtr)> = TABLE
            .iter()
            .filter_map(|row| {
                let remote = row.about().remote.filter(|remote| remote.page == page)?;
                Some((remote.slot, self.ptr(row)?))
            })
            .collect();
        on_page.sort_by_key(|(slot, _)| *slot);
        on_page.into_iter().map(|(_, ptr)| ptr).collect()
    }
}

// SAFETY: every pointer is to a field, or to an element of a vector that never changes: both live as long as
// `self`, and the framework keeps it in an `Arc` that it holds.
unsafe impl Params for UnderscoreParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let entry = |row: &ParamRow| {
            let about = row.about();
            Some((about.id.to_owned(), self.ptr(row)?, about.group.to_owned()))
        };
        TABLE.iter().filter_map(entry).collect()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        let options = self.editor.read().unwrap_or_else(PoisonError::into_inner);
        let json = serde_json::to_string(&*options);
        let field = json.map(|json| (EDITOR_FIELD.to_owned(), json));
        let mut fields: BTreeMap<String, String> = field.into_iter().collect();
        self.memory.save(&self.reel, &mut fields);
        fields
    }

    fn deserialize_fields(&self, fields: &BTreeMap<String, String>) {
        let json = fields.get(EDITOR_FIELD);
        if let Some(options) = json.and_then(|json| serde_json::from_str(json).ok()) {
            self.set_editor_options(options);
        }
        self.memory.load(&self.reel, fields);
    }
}

/// The places in the table of the parameters, in the order in which hosts list them: the first page of the control surfaces
/// first, since surfaces without pages of their own take the first eight, then all others in the order of the table. Hosts
/// that know parameters by their number keep them, as the table is only ever added to at its end.
pub fn host_order() -> Vec<usize> {
    let first_slot = |idx: &usize| {
        let remote = TABLE.get(*idx).and_then(|row| row.about().remote);
        remote
            .filter(|remote| remote.page == RemotePage::Duck)
            .map_or(u8::MAX, |remote| remote.slot)
    };
    let mut order: Vec<usize> = (0..TABLE.len()).collect();
    // Stable: all others keep their order.
    order.sort_by_key(first_slot);
    order
}

fn float(row: &Continuous) -> FloatParam {
    let Range { min, max, default } = row.range;
    let range = match row.scale {
        Scale::Linear => FloatRange::Linear { min, max },
        Scale::Time => skewed(row.range, default),
        Scale::Frequency => skewed(row.range, (min * max).sqrt()),
    };
    let text = UnitText::of(row.unit);
    FloatParam::new(row.about.name, default, range)
        .with_unit(text.suffix)
        .with_value_to_string(Arc::new(text.format))
        .with_string_to_value(Arc::new(text.parse))
}

/// A range with `middle` at half of the knob's way.
fn skewed(Range { min, max, .. }: Range, middle: f32) -> FloatRange {
    FloatRange::Skewed {
        min,
        max,
        factor: 0.5f32.ln() / ((middle - min) / (max - min)).ln(),
    }
}
