//! Changes of parameters on their way to the host, with undo and redo.

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::prelude::ParamPtr;

use crate::params::UnderscoreParams;
use crate::params::preset_values::{self, PresetValues};

/// EditHistory that can be undone.
const MAX_UNDO: usize = 200;

/// Time for which a value that was set is shown although the host hasn't taken it over yet, s: the
/// audio thread does that with its next block.
const PENDING_S: f64 = 0.25;

#[derive(Debug, Clone, Copy, PartialEq)]
struct ParamChange {
    param: ParamPtr,
    from: f32,
    to: f32,
}

/// What can be undone and redone. Each edit is one gesture of the user.
#[derive(Debug, Default)]
pub struct EditHistory {
    undo: Vec<Vec<ParamChange>>,
    redo: Vec<Vec<ParamChange>>,
    /// A gesture that goes on.
    gesture: Option<ParamChange>,
    /// What was set, and until when it is shown, s.
    pending: Vec<(ParamPtr, f32, f64)>,
}

impl EditHistory {
    /// Until when what was set is shown whatever the host makes of it, s; `None` if what is in force is shown.
    pub fn pending_until_s(&self) -> Option<f64> {
        let ends_s = self.pending.iter().map(|(.., until_s)| *until_s);
        ends_s.reduce(f64::max)
    }

    /// To be called when a window opens: its clock begins anew, and no gesture goes on.
    pub fn opened(&mut self) {
        self.gesture = None;
        self.pending.clear();
    }
}

/// The parameters as the editor works on them: all pointers are those of `params`.
pub struct ParamEdits<'a> {
    params: &'a Arc<UnderscoreParams>,
    host: &'a GuiContext,
    edits: &'a mut EditHistory,
    now_s: f64,
}

impl<'a> ParamEdits<'a> {
    /// For one frame, at `now_s` by any clock that goes on.
    pub fn new(
        params: &'a Arc<UnderscoreParams>,
        host: &'a GuiContext,
        edits: &'a mut EditHistory,
        now_s: f64,
    ) -> Self {
        edits.pending.retain(|(.., until_s)| now_s < *until_s);
        Self {
            params,
            host,
            edits,
            now_s,
        }
    }

    /// The parameters.
    pub fn params(&self) -> Arc<UnderscoreParams> {
        self.params.clone()
    }

    /// Value of a parameter, normalized: what the user has just set, or else what is in force.
    pub fn value(&self, param: ParamPtr) -> f32 {
        if let Some(change) = self.edits.gesture.filter(|change| change.param == param) {
            return change.to;
        }
        let pending = self.edits.pending.iter().rev();
        let set = pending.clone().find(|(pending, ..)| *pending == param);
        // SAFETY: the pointers are those of `params`, which lives.
        set.map_or_else(
            || unsafe { param.unmodulated_normalized_value() },
            |&(_, value, _)| value,
        )
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
            // SAFETY: as above.
            unsafe {
                self.host
                    .raw_set_parameter_normalized(change.param, normalized)
            };
        }
    }

    /// Ends the gesture, if one goes on.
    pub fn end(&mut self) {
        let Some(change) = self.edits.gesture.take() else {
            return;
        };
        // SAFETY: as above.
        unsafe { self.host.raw_end_set_parameter(change.param) };
        self.show_until_taken(change.param, change.to);
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

    /// Takes the last edit back.
    pub fn undo(&mut self) {
        self.end();
        if let Some(changes) = self.edits.undo.pop() {
            for change in &changes {
                self.send(change.param, change.to, change.from);
            }
            self.edits.redo.push(changes);
        }
    }

    /// Makes the last edit again that was taken back.
    pub fn redo(&mut self) {
        self.end();
        if let Some(changes) = self.edits.redo.pop() {
            for change in &changes {
                self.send(change.param, change.from, change.to);
            }
            self.edits.undo.push(changes);
        }
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
            self.host.raw_set_parameter_normalized(param, to);
            self.host.raw_end_set_parameter(param);
        }
        self.show_until_taken(param, to);
    }

    fn show_until_taken(&mut self, param: ParamPtr, value: f32) {
        let until_s = self.now_s + PENDING_S;
        self.edits.pending.retain(|(pending, ..)| *pending != param);
        self.edits.pending.push((param, value, until_s));
    }

    fn note(&mut self, mut changes: Vec<ParamChange>) {
        changes.retain(|change| change.from != change.to);
        if changes.is_empty() {
            return;
        }
        self.edits.redo.clear();
        self.edits.undo.push(changes);
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
