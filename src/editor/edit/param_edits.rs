//! Changes of parameters on their way to the host, of what is struck from the list, and orders on their way to the
//! memory, with one undo and redo for all.

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::prelude::ParamPtr;

use crate::editor::edit::order_history::OrderEdit;
use crate::editor::edit::order_steps::OrderStep;
use crate::memory::remembered::Reel;
use crate::params::UnderscoreParams;
use crate::params::preset_values::{self, PresetValues};
use crate::params::strikes::Strikes;

/// Edits that can be undone.
const MAX_UNDO: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq)]
struct ParamChange {
    param: ParamPtr,
    from: f32,
    to: f32,
}

/// One gesture of the user.
#[derive(Debug)]
enum Edit {
    Params(Vec<ParamChange>),
    Strikes {
        from: Strikes,
        to: Strikes,
    },
    Orders(OrderEdit),
    /// The whole memory as it is on the other side of the edit.
    Reel(Reel),
}

/// What can be undone and redone. Each edit is one gesture of the user.
#[derive(Debug, Default)]
pub struct EditHistory {
    undo: Vec<Edit>,
    redo: Vec<Edit>,
    /// A gesture that goes on.
    gesture: Option<ParamChange>,
}

impl EditHistory {
    /// To be called when a window opens: no gesture goes on.
    pub fn opened(&mut self) {
        self.gesture = None;
    }
}

/// The parameters as the editor works on them: all pointers are those of `params`.
pub struct ParamEdits<'a> {
    params: &'a Arc<UnderscoreParams>,
    host: &'a GuiContext,
    edits: &'a mut EditHistory,
}

impl<'a> ParamEdits<'a> {
    /// For one frame.
    pub fn new(
        params: &'a Arc<UnderscoreParams>,
        host: &'a GuiContext,
        edits: &'a mut EditHistory,
    ) -> Self {
        Self {
            params,
            host,
            edits,
        }
    }

    /// The parameters.
    pub fn params(&self) -> Arc<UnderscoreParams> {
        self.params.clone()
    }

    /// Value of a parameter, normalized: what the user is just setting it to, or else what is in force.
    pub fn value(&self, param: ParamPtr) -> f32 {
        match self.edits.gesture.filter(|change| change.param == param) {
            Some(change) => change.to,
            // SAFETY: the pointers are those of `params`, which lives.
            None => unsafe { param.unmodulated_normalized_value() },
        }
    }

    /// Begins a gesture on a parameter; one on another parameter ends.
    pub fn begin(&mut self, param: ParamPtr) {
        if self
            .edits
            .gesture
            .is_some_and(|change| change.param == param)
        {
            return;
        }
        self.end();
        let from = self.value(param);
        self.edits.gesture = Some(ParamChange {
            param,
            from,
            to: from,
        });
        // SAFETY: the host knows all pointers of `params`.
        unsafe { self.host.raw_begin_set_parameter(param) };
    }

    /// Sets the parameter of the gesture that goes on.
    pub fn set(&mut self, normalized: f32) {
        let Some(change) = &mut self.edits.gesture else {
            return;
        };
        let normalized = normalized.clamp(0.0, 1.0);
        if change.to != normalized {
            change.to = normalized;
            let param = change.param;
            self.put(param, normalized);
        }
    }

    /// Ends the gesture, if one goes on.
    pub fn end(&mut self) {
        let Some(change) = self.edits.gesture.take() else {
            return;
        };
        // SAFETY: as above.
        unsafe { self.host.raw_end_set_parameter(change.param) };
        self.note(vec![change]);
    }

    /// Sets a parameter at once.
    pub fn set_once(&mut self, param: ParamPtr, normalized: f32) {
        self.apply(&[(param, normalized)]);
    }

    /// Sets parameters at once, as one edit.
    pub fn apply(&mut self, targets: &[(ParamPtr, f32)]) {
        self.end();
        let changes: Vec<ParamChange> = targets
            .iter()
            .map(|&(param, to)| ParamChange {
                param,
                from: self.value(param),
                to,
            })
            .collect();
        for change in &changes {
            self.send(change.param, change.from, change.to);
        }
        self.note(changes);
    }

    /// Gives the parameters these values, as one edit.
    pub fn apply_values(&mut self, values: &PresetValues) {
        self.apply(&targets(values, self.params));
    }

    /// Changes `struck` with `change`, as one edit.
    pub fn change_strikes(&mut self, struck: &mut Strikes, change: impl FnOnce(&mut Strikes)) {
        self.end();
        let from = struck.clone();
        change(struck);
        if *struck != from {
            let to = struck.clone();
            self.keep(Edit::Strikes { from, to });
        }
    }

    /// Does `step` to the remembered lines that lie there, s on the timeline, as one edit, which is heard at once.
    pub fn order(&mut self, spans_s: &[(f64, f64)], step: &OrderStep) {
        self.end();
        let reel = &self.params.reel;
        if let Some(edit) = reel.change(|reel| OrderEdit::make(reel, spans_s, step)) {
            self.keep(Edit::Orders(edit));
        }
    }

    /// Remembers `reel` instead of what is remembered, as one edit, which is heard at once.
    pub fn replace_reel(&mut self, mut reel: Reel) {
        self.end();
        self.swap_reel(&mut reel);
        self.keep(Edit::Reel(reel));
    }

    /// What was learned in between is in the other one afterwards, and comes back with it.
    fn swap_reel(&self, other: &mut Reel) {
        self.params.reel.change(|reel| std::mem::swap(reel, other));
    }

    /// Takes the last edit back; `struck` is what is struck from the list.
    pub fn undo(&mut self, struck: &mut Strikes) {
        self.end();
        let Some(mut edit) = self.edits.undo.pop() else {
            return;
        };
        match &mut edit {
            Edit::Params(changes) => {
                for change in changes {
                    self.send(change.param, change.to, change.from);
                }
            }
            Edit::Strikes { from, .. } => struck.clone_from(from),
            Edit::Orders(edit) => self.params.reel.change(|reel| edit.undo(reel)),
            Edit::Reel(other) => self.swap_reel(other),
        }
        self.edits.redo.push(edit);
    }

    /// Makes the last edit again that was taken back; `struck` is what is struck from the list.
    pub fn redo(&mut self, struck: &mut Strikes) {
        self.end();
        let Some(mut edit) = self.edits.redo.pop() else {
            return;
        };
        match &mut edit {
            Edit::Params(changes) => {
                for change in changes {
                    self.send(change.param, change.from, change.to);
                }
            }
            Edit::Strikes { to, .. } => struck.clone_from(to),
            Edit::Orders(edit) => self.params.reel.change(|reel| edit.redo(reel)),
            Edit::Reel(other) => self.swap_reel(other),
        }
        self.edits.undo.push(edit);
    }

    /// Whether there is something to undo, and to redo.
    pub fn can_undo_redo(&self) -> (bool, bool) {
        (!self.edits.undo.is_empty(), !self.edits.redo.is_empty())
    }

    fn send(&mut self, param: ParamPtr, from: f32, to: f32) {
        if from == to {
            return;
        }
        // SAFETY: as above.
        unsafe {
            self.host.raw_begin_set_parameter(param);
        }
        self.put(param, to);
        // SAFETY: as above.
        unsafe { self.host.raw_end_set_parameter(param) };
    }

    /// Has a value count at once, and tells the host. In VST3 the framework leaves it to the host to hand the
    /// value back, which one that processes nothing never does: it would bounce back, and be missing
    /// from the saved session.
    fn put(&mut self, param: ParamPtr, normalized: f32) {
        // SAFETY: as above.
        unsafe {
            param._internal_set_normalized_value(normalized);
            self.host.raw_set_parameter_normalized(param, normalized);
        }
    }

    fn note(&mut self, mut changes: Vec<ParamChange>) {
        changes.retain(|change| change.from != change.to);
        if !changes.is_empty() {
            self.keep(Edit::Params(changes));
        }
    }

    fn keep(&mut self, edit: Edit) {
        self.edits.redo.clear();
        self.edits.undo.push(edit);
        if self.edits.undo.len() > MAX_UNDO {
            self.edits.undo.remove(0);
        }
    }
}

/// The values that the parameters have now.
pub fn values_now(params: &UnderscoreParams) -> PresetValues {
    // The host's bypass isn't a choice of the mode.
    PresetValues::from_settings(&params.chosen())
}

/// Where each parameter has to go for `values`, normalized.
fn targets(values: &PresetValues, params: &UnderscoreParams) -> Vec<(ParamPtr, f32)> {
    let settings = values.settings();
    preset_values::rows()
        .filter_map(|row| {
            let (param, plain) = (params.ptr(row)?, row.plain(&settings)?);
            // SAFETY: the pointer is one of `params`, which lives.
            Some((param, unsafe { param.preview_normalized(plain) }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_parameters_have_the_default_values() {
        assert_eq!(
            values_now(&UnderscoreParams::default()),
            PresetValues::default()
        );
    }
}
