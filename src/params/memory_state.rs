//! The memory of lines where it leaves its lock: as a plan for the audio thread, and as text in saved states.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::link::Giver;
use crate::memory::packed::{self, Unpacked};
use crate::memory::remembered::Reel;
use crate::memory::shared::SharedReel;
use crate::memory::text85;
use crate::ride::plan::Plan;

/// Key of the remembered lines in saved states.
pub const REEL_FIELD: &str = "reel";

/// Key of the number in saved states by which an instance knows what it learned and didn't save.
pub const REEL_ID_FIELD: &str = "reel_id";

/// What is known of a memory beside its lines.
#[derive(Debug, Default)]
pub struct MemoryState {
    plans: Mutex<Plans>,
    /// The last reel that was packed, and its revision.
    packed: Mutex<Option<(u64, String)>>,
    loaded: Mutex<Loaded>,
}

#[derive(Debug, Default)]
struct Plans {
    giver: Option<Giver<Plan>>,
    /// Revision of the reel that the audio thread has or will get.
    given: Option<u64>,
}

/// Of the state that was loaded last.
#[derive(Debug, Default, Clone)]
struct Loaded {
    num_loads: u64,
    id: Option<String>,
    problem: Option<String>,
}

impl MemoryState {
    /// Plans go through `giver` from now on.
    pub fn connect(&self, giver: Giver<Plan>) {
        let mut plans = lock(&self.plans);
        plans.giver = Some(giver);
        plans.given = None;
    }

    /// Gives the audio thread what `reel` is to be played as, if it has changed since the last time. Where too much
    /// waits already, the next call does. Never on the audio thread.
    pub fn give_plan(&self, reel: &SharedReel) {
        let mut plans = lock(&self.plans);
        let Plans { giver, given } = &mut *plans;
        let Some(giver) = giver else { return };
        giver.collect();
        let revision = reel.revision();
        if *given != Some(revision) && giver.give(reel.read(Reel::plan)) {
            *given = Some(revision);
        }
    }

    /// As [`Self::give_plan`], also if it hasn't changed.
    pub fn give_plan_again(&self, reel: &SharedReel) {
        lock(&self.plans).given = None;
        self.give_plan(reel);
    }

    /// The reel as text, packed.
    pub fn text(&self, reel: &SharedReel) -> String {
        let mut packed = lock(&self.packed);
        let revision = reel.revision();
        match &*packed {
            Some((known, text)) if *known == revision => text.clone(),
            _ => {
                let text = text85::encode(&reel.read(packed::pack));
                *packed = Some((revision, text.clone()));
                text
            }
        }
    }

    /// What goes to a saved state: nothing where nothing is remembered.
    pub fn save(&self, reel: &SharedReel, fields: &mut BTreeMap<String, String>) {
        let is_empty = reel.read(|reel| reel.lines().is_empty() && reel.spans_s().is_empty());
        if !is_empty {
            fields.insert(REEL_FIELD.to_owned(), self.text(reel));
            fields.insert(REEL_ID_FIELD.to_owned(), self.id());
        }
    }

    /// Takes what a saved state has; a state without lines has none.
    pub fn load(&self, reel: &SharedReel, fields: &BTreeMap<String, String>) {
        let text = fields.get(REEL_FIELD);
        let unpacked = text.map(|text| read_text(text));
        let problem = unpacked.as_ref().and_then(Unpacked::problem);
        let read = unpacked.unwrap_or_default().reel;
        let is_same = reel.read(|reel| *reel == read);
        if !is_same {
            reel.change(|reel| *reel = read);
        }
        let mut loaded = lock(&self.loaded);
        loaded.num_loads += 1;
        loaded.problem = problem;
        loaded.id = fields.get(REEL_ID_FIELD).filter(|id| is_id(id)).cloned();
        drop(loaded);
        self.give_plan(reel);
    }

    /// By what the instance's memory is known from one session to the next; made when it is first asked.
    pub fn id(&self) -> String {
        let new_id = || format!("{:016x}", RandomState::new().build_hasher().finish());
        lock(&self.loaded).id.get_or_insert_with(new_id).clone()
    }

    /// By what the instance's memory is known, if it has been saved or has begun to learn.
    pub fn known_id(&self) -> Option<String> {
        lock(&self.loaded).id.clone()
    }

    /// Takes the place of another instance that is gone.
    pub fn set_id(&self, id: String) {
        lock(&self.loaded).id = Some(id);
    }

    /// How many states were loaded.
    pub fn num_loads(&self) -> u64 {
        lock(&self.loaded).num_loads
    }

    /// What of the loaded lines could not be read, in words.
    pub fn problem(&self) -> Option<String> {
        lock(&self.loaded).problem.clone()
    }
}

/// A reel of the text of [`MemoryState::text`]; what is damaged is left out, and said.
pub fn read_text(text: &str) -> Unpacked {
    packed::unpack(&text85::decode(text))
}

/// Whether a text can be an id of [`MemoryState::id`].
pub fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
