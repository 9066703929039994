//! The parameter changes of a block, taken from the host's lists and made by the guard itself.
//!
//! nice-plug 0.4.2 would hand each of them to a thread of its own, for the editor: a lock and a system
//! call on the audio thread, and the end of the host's process when the last instance goes while
//! such a message is under way. The editor looks for itself.

use std::sync::Arc;

use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

use crate::params::UnderscoreParams;

/// Changes of one block that are made in their places. Of more, each parameter's last is made at
/// the end of the block.
const MAX_POINTS: usize = 4096;

/// The changes of one block, and the parameters that they change.
pub struct Changes {
    params: Vec<Param>,
    _owner: Arc<UnderscoreParams>,
    /// In the order of time; those before `next` are made.
    points: Vec<Point>,
    next: usize,
}

struct Param {
    id: ParamID,
    /// Into `_owner`.
    pointer: ParamPtr,
    /// Beyond [`MAX_POINTS`], normalized.
    last: Option<f32>,
}

struct Point {
    offset_samples: usize,
    /// Which of those at the same sample comes first.
    order: usize,
    param: ParamPtr,
    /// Normalized, 0 to 1.
    value: f32,
}

/// A parameter's number in VST3, as the framework makes it of the id. Saved projects know it.
fn param_number(id: &str) -> ParamID {
    let hash = id.bytes().fold(0_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    // The highest bit is for parameters of the host's.
    hash & !(1 << 31)
}

impl Changes {
    /// No changes of `params`.
    pub fn new(params: Arc<UnderscoreParams>) -> Self {
        let by_id = params.param_map().into_iter();
        Self {
            params: by_id
                .map(|(id, pointer, _)| Param {
                    id: param_number(&id),
                    pointer,
                    last: None,
                })
                .collect(),
            _owner: params,
            points: Vec::with_capacity(MAX_POINTS),
            next: 0,
        }
    }

    /// Takes the changes of a block of `num_samples` from the host's list, which may be null. Those
    /// outside the block belong to its first or last sample; non-finite values are ignored.
    ///
    /// # Safety
    /// The list must be valid.
    pub unsafe fn take(&mut self, host: *mut IParameterChanges, num_samples: usize) {
        self.points.clear();
        self.next = 0;
        // SAFETY: null or valid.
        let Some(host) = (unsafe { ComRef::from_raw(host) }) else {
            return;
        };
        let last_sample = num_samples.saturating_sub(1);
        // SAFETY: the host's own objects, and pointers to our own variables.
        unsafe {
            for queue_idx in 0..host.getParameterCount() {
                let Some(queue) = ComRef::from_raw(host.getParameterData(queue_idx)) else {
                    continue;
                };
                let id = queue.getParameterId();
                let Some(param) = self.params.iter_mut().find(|param| param.id == id) else {
                    continue;
                };
                for point_idx in 0..queue.getPointCount() {
                    let (mut offset, mut value) = (0, 0.0);
                    let result = queue.getPoint(point_idx, &mut offset, &mut value);
                    if result != kResultOk || !value.is_finite() {
                        continue;
                    }
                    let value = value.clamp(0.0, 1.0) as f32;
                    if self.points.len() == MAX_POINTS {
                        param.last = Some(value);
                        continue;
                    }
                    self.points.push(Point {
                        offset_samples: usize::try_from(offset).unwrap_or(0).min(last_sample),
                        order: self.points.len(),
                        param: param.pointer,
                        value,
                    });
                }
            }
        }
        self.points
            .sort_unstable_by_key(|point| (point.offset_samples, point.order));
    }

    /// Makes all changes up to the sample `now`, and gives the sample of the next, if there is one.
    pub fn make_until(&mut self, now: usize) -> Option<usize> {
        while let Some(point) = self.points.get(self.next) {
            if point.offset_samples > now {
                return Some(point.offset_samples);
            }
            // SAFETY: `_owner` has the parameter.
            unsafe { point.param._internal_set_normalized_value(point.value) };
            self.next += 1;
        }
        None
    }

    /// Makes all that are left.
    pub fn finish(&mut self) {
        self.make_until(usize::MAX);
        for param in &mut self.params {
            if let Some(value) = param.last.take() {
                // SAFETY: `_owner` has the parameter.
                unsafe { param.pointer._internal_set_normalized_value(value) };
            }
        }
    }
}
