//! The parameter changes of a block, taken from the host's lists and made by the guard itself.
//!
//! nice-plug 0.4.2 would hand each of them to a thread of its own, for the editor: a lock and a system
//! call on the audio thread, and the end of the host's process when the last instance goes while
//! such a message is under way. The editor looks for itself.

use std::sync::Arc;

use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

use crate::plugin::host_guard::vst3::set_values::Values;

/// Changes of one block that are made in their places. Of more, each parameter's last is made at
/// the end of the block.
const MAX_POINTS: usize = 4096;

/// How far apart the points are that are put on a line of the ride, samples: the engine looks at it once a hop.
const RIDE_STEP_SAMPLES: usize = 64;

/// The changes of one block, and the parameters that they change.
pub struct Changes {
    values: Arc<Values>,
    /// By parameter, its last one beyond [`MAX_POINTS`], normalized.
    last: Vec<Option<f32>>,
    /// In the order of time; those before `next` are made.
    points: Vec<Point>,
    next: usize,
    /// For how long after a change only lists move its parameter.
    rest_samples: u64,
}

struct Point {
    offset_samples: usize,
    /// Which of those at the same sample comes first.
    order: usize,
    param_idx: usize,
    /// Normalized, 0 to 1.
    value: f32,
}

impl Changes {
    /// No changes of `values`.
    pub fn new(values: Arc<Values>) -> Self {
        Self {
            last: vec![None; values.len()],
            values,
            points: Vec::with_capacity(MAX_POINTS),
            next: 0,
            rest_samples: 0,
        }
    }

    /// Takes the changes of a block of `num_samples` from the host's list, which may be null. Those
    /// outside the block belong to its first or last sample; non-finite values are ignored. For
    /// `rest_samples` after each only lists move its parameter.
    ///
    /// # Safety
    /// The list must be valid.
    pub unsafe fn take(
        &mut self,
        host: *mut IParameterChanges,
        num_samples: usize,
        rest_samples: u64,
    ) {
        self.points.clear();
        self.next = 0;
        self.rest_samples = rest_samples;
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
                let Some(param_idx) = self.values.idx_of(queue.getParameterId()) else {
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
                        if let Some(last) = self.last.get_mut(param_idx) {
                            *last = Some(value);
                        }
                        continue;
                    }
                    self.points.push(Point {
                        offset_samples: usize::try_from(offset).unwrap_or(0).min(last_sample),
                        order: self.points.len(),
                        param_idx,
                        value,
                    });
                }
            }
        }
        self.draw_ride();
        self.points
            .sort_unstable_by_key(|point| (point.offset_samples, point.order));
    }

    /// Puts points on the straight lines between those of the ride, if it is read: in VST3 a value moves in straight
    /// lines from the end of the last block on, and hosts send the corners alone.
    fn draw_ride(&mut self) {
        let Some(ride_idx) = self.values.read_ride_idx() else {
            return;
        };
        let mut from = (0, self.values.now(ride_idx));
        let num_corners = self.points.len();
        for idx in 0..num_corners {
            let Some(corner) = self.points.get(idx) else {
                return;
            };
            if corner.param_idx != ride_idx {
                continue;
            }
            let to = (corner.offset_samples, corner.value);
            let length = to.0.saturating_sub(from.0);
            for offset in (RIDE_STEP_SAMPLES..length).step_by(RIDE_STEP_SAMPLES) {
                if self.points.len() == MAX_POINTS {
                    return;
                }
                let share = offset as f32 / length as f32;
                self.points.push(Point {
                    offset_samples: from.0 + offset,
                    // Before the corner that they lead to, should it share a sample with one.
                    order: idx,
                    param_idx: ride_idx,
                    value: from.1 + share * (to.1 - from.1),
                });
            }
            from = to;
        }
    }

    /// Makes all changes up to the sample `now`, and gives the sample of the next, if there is one.
    pub fn make_until(&mut self, now: usize) -> Option<usize> {
        while let Some(point) = self.points.get(self.next) {
            if point.offset_samples > now {
                return Some(point.offset_samples);
            }
            self.values
                .set_from_list(point.param_idx, point.value, self.rest_samples);
            self.next += 1;
        }
        None
    }

    /// Makes all that are left.
    pub fn finish(&mut self) {
        self.make_until(usize::MAX);
        for (param_idx, last) in self.last.iter_mut().enumerate() {
            if let Some(value) = last.take() {
                self.values
                    .set_from_list(param_idx, value, self.rest_samples);
            }
        }
    }
}
