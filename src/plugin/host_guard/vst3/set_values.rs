//! The parameters' values as a VST3 host sets them: by `setParamNormalized` from its UI thread, and by the
//! lists of a block from the audio thread.
//!
//! nice-plug 0.4.2 drops what comes from the UI thread once processing is on, and waits for the lists of a
//! block that may never come: values bounced back, and states were saved without them. Here a value counts
//! at once, whatever the host is doing, with one exception. Of a parameter that its lists are moving a host
//! repeats to the UI thread, late, what they have said. Such a value is *held*: it is read and saved, and
//! is heard when the lists have said nothing for [`REST_S`] of audio (offline: when the rendering is over),
//! so that what the UI thread was late with changes no sample of an automated pass.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ParamID;

use crate::params::UnderscoreParams;
use crate::plugin::host_guard::param_number::param_number;
use crate::settings::{Automation, RIDE_LU};

/// How long after their last word the lists of a block alone move a parameter, s of audio: longer than any
/// UI thread is late.
const REST_S: f64 = 1.0;

/// A host that has processed nothing for so long isn't playing.
const IDLE_AFTER: Duration = Duration::from_millis(200);

/// No value is held.
const NOTHING: u64 = u64::MAX;

/// All parameters of an instance. The functions for the audio thread say so; all can be called from any
/// thread.
pub struct Values {
    params: Vec<Value>,
    owner: Arc<UnderscoreParams>,
    ride_idx: Option<usize>,
    /// Samples processed so far.
    clock: AtomicU64,
    /// Samples per second, as bits.
    sample_rate_hz: AtomicU64,
    /// The clock as the UI thread saw it move last, and when.
    seen: Mutex<(u64, Instant)>,
}

struct Value {
    id: ParamID,
    /// Into `owner`.
    pointer: ParamPtr,
    /// Until when on the clock only the lists move it.
    lists_until: AtomicU64,
    /// A held value and the one that it is to replace, as bits: void once that one has changed.
    held: AtomicU64,
}

impl Value {
    fn now(&self) -> f32 {
        // SAFETY: `owner` has the parameter.
        unsafe { self.pointer.unmodulated_normalized_value() }
    }

    fn make(&self, normalized: f32) {
        // SAFETY: `owner` has the parameter.
        unsafe { self.pointer._internal_set_normalized_value(normalized) };
    }

    fn hold(&self, normalized: f32) {
        let bits = u64::from(self.now().to_bits()) << 32 | u64::from(normalized.to_bits());
        self.held.store(bits, Relaxed);
    }

    fn held(&self) -> Option<f32> {
        let bits = self.held.load(Relaxed);
        let is_in_force = bits != NOTHING && (bits >> 32) as u32 == self.now().to_bits();
        is_in_force.then(|| f32::from_bits(bits as u32))
    }

    fn settle(&self) {
        if let Some(normalized) = self.held() {
            self.make(normalized);
        }
        self.held.store(NOTHING, Relaxed);
    }
}

impl Values {
    /// The values of `params` as they are.
    pub fn new(params: Arc<UnderscoreParams>) -> Self {
        let by_id = params.param_map();
        let mut ids = by_id.iter();
        Self {
            ride_idx: ids.position(|(id, ..)| id == RIDE_LU.about.id),
            params: by_id
                .into_iter()
                .map(|(id, pointer, _)| Value {
                    id: param_number(&id),
                    pointer,
                    lists_until: AtomicU64::new(0),
                    held: AtomicU64::new(NOTHING),
                })
                .collect(),
            owner: params,
            clock: AtomicU64::new(0),
            sample_rate_hz: AtomicU64::new(0),
            seen: Mutex::new((0, Instant::now())),
        }
    }

    /// Samples processed so far.
    pub fn num_samples(&self) -> u64 {
        self.clock.load(Relaxed)
    }

    /// Samples per second, 0 before it is known.
    pub fn sample_rate_hz(&self) -> f64 {
        f64::from_bits(self.sample_rate_hz.load(Relaxed))
    }

    /// Processing will have so many samples per second.
    pub fn set_sample_rate(&self, sample_rate_hz: f64) {
        self.sample_rate_hz.store(sample_rate_hz.to_bits(), Relaxed);
    }

    /// Where the ride is, if a lane of it is read. For the audio thread too.
    pub fn read_ride_idx(&self) -> Option<usize> {
        let is_read = self.owner.choices.automation.value() == Automation::Read;
        self.ride_idx.filter(|_| is_read)
    }

    /// The value in force of the parameter at `idx`, normalized; 0 if there is none. For the audio thread too.
    pub fn now(&self, idx: usize) -> f32 {
        self.params.get(idx).map_or(0.0, Value::now)
    }

    /// How many parameters there are.
    pub fn len(&self) -> usize {
        self.params.len()
    }

    /// Where the parameter with this number is.
    pub fn idx_of(&self, id: ParamID) -> Option<usize> {
        self.params.iter().position(|value| value.id == id)
    }

    /// The value that the UI thread reads, normalized; `None` if there is no such parameter.
    pub fn shown(&self, id: ParamID) -> Option<f32> {
        let value = self.params.iter().find(|value| value.id == id)?;
        if self.is_idle() {
            value.settle();
        }
        Some(value.held().unwrap_or_else(|| value.now()))
    }

    /// Sets a value, normalized, from the UI thread; `false` if there is no such parameter.
    pub fn set(&self, id: ParamID, normalized: f32) -> bool {
        let Some(value) = self.params.iter().find(|value| value.id == id) else {
            return false;
        };
        let are_lists_at_it = self.clock.load(Relaxed) < value.lists_until.load(Relaxed);
        if are_lists_at_it && !self.is_idle() {
            value.hold(normalized);
        } else {
            value.held.store(NOTHING, Relaxed);
            value.make(normalized);
        }
        true
    }

    /// Makes what is held count: it is about to be saved, or the lists have ended.
    pub fn settle(&self) {
        self.params.iter().for_each(Value::settle);
    }

    /// Forgets what is held: all values have been replaced.
    pub fn forget_held(&self) {
        for value in &self.params {
            value.held.store(NOTHING, Relaxed);
        }
    }

    /// The host has ended processing, and with it whatever its lists were at.
    pub fn end_lists(&self) {
        self.settle();
        for value in &self.params {
            value.lists_until.store(0, Relaxed);
        }
    }

    /// A list of the host's sets the parameter at `idx`. For the audio thread.
    pub fn set_from_list(&self, idx: usize, normalized: f32, rest_samples: u64) {
        if let Some(value) = self.params.get(idx) {
            let until = self.clock.load(Relaxed).saturating_add(rest_samples);
            value.lists_until.store(until, Relaxed);
            value.held.store(NOTHING, Relaxed);
            value.make(normalized);
        }
    }

    /// Moves the clock on, and makes what is held count where the lists have been silent for long enough.
    /// For the audio thread.
    pub fn advance(&self, num_samples: usize) {
        let clock = self.clock.load(Relaxed).saturating_add(num_samples as u64);
        self.clock.store(clock, Relaxed);
        for value in &self.params {
            if value.held.load(Relaxed) != NOTHING && clock >= value.lists_until.load(Relaxed) {
                value.settle();
            }
        }
    }

    /// Whether the host processes nothing, as far as the UI thread can tell: it can say so only from the
    /// second look on.
    fn is_idle(&self) -> bool {
        let clock = self.clock.load(Relaxed);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if clock != seen.0 {
            *seen = (clock, Instant::now());
        }
        seen.1.elapsed() > IDLE_AFTER
    }
}

/// For how many samples after a point of a list only lists move its parameter.
pub fn rest_samples(sample_rate_hz: f64, is_offline: bool) -> u64 {
    match is_offline {
        true => u64::MAX,
        false => (sample_rate_hz * REST_S) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    fn values() -> (Values, ParamID) {
        let params = Arc::new(UnderscoreParams::default());
        (Values::new(params), param_number("focus"))
    }

    #[test]
    fn a_value_counts_at_once() {
        let (values, focus) = values();
        assert!(values.set(focus, 0.25));
        assert_eq!(values.shown(focus), Some(0.25));
        values.advance(512);
        assert!(values.set(focus, 0.5));
        assert_eq!(values.params[values.idx_of(focus).unwrap()].now(), 0.5);
        assert!(!values.set(1, 0.5));
        assert_eq!(values.shown(1), None);
    }

    #[test]
    fn late_echoes_of_lists_are_shown_but_not_heard_until_the_lists_rest() {
        let (values, focus) = values();
        let idx = values.idx_of(focus).unwrap();
        let rest = rest_samples(RATE_HZ, false);
        values.set_from_list(idx, 0.25, rest);
        values.advance(512);
        values.set_from_list(idx, 0.5, rest);
        values.set(focus, 0.25);
        assert_eq!(values.params[idx].now(), 0.5);
        assert_eq!(values.shown(focus), Some(0.25));
        // The next word of the lists counts.
        values.set_from_list(idx, 0.75, rest);
        assert_eq!(values.shown(focus), Some(0.75));
        values.set(focus, 1.0);
        values.advance(rest as usize - 1);
        assert_eq!(values.params[idx].now(), 0.75);
        values.advance(1);
        assert_eq!(values.params[idx].now(), 1.0);
    }

    #[test]
    fn what_is_held_counts_when_it_is_saved_or_processing_ends() {
        for end in [Values::settle, Values::end_lists] {
            let (values, focus) = values();
            let idx = values.idx_of(focus).unwrap();
            values.set_from_list(idx, 0.25, rest_samples(RATE_HZ, true));
            values.advance(10_000_000);
            values.set(focus, 0.5);
            assert_eq!(values.params[idx].now(), 0.25);
            end(&values);
            assert_eq!(values.params[idx].now(), 0.5);
        }
    }

    #[test]
    fn what_is_held_is_void_once_the_value_has_changed_otherwise() {
        let (values, focus) = values();
        let idx = values.idx_of(focus).unwrap();
        values.set_from_list(idx, 0.25, rest_samples(RATE_HZ, false));
        values.set(focus, 0.5);
        values.params[idx].make(1.0);
        values.settle();
        assert_eq!(values.params[idx].now(), 1.0);
    }

    #[test]
    fn a_host_that_processes_nothing_is_obeyed_at_once() {
        let (values, focus) = values();
        let idx = values.idx_of(focus).unwrap();
        values.set_from_list(idx, 0.25, rest_samples(RATE_HZ, false));
        values.advance(512);
        values.set(focus, 0.5);
        assert_eq!(values.params[idx].now(), 0.25);
        std::thread::sleep(IDLE_AFTER + Duration::from_millis(50));
        assert_eq!(values.shown(focus), Some(0.5));
        assert_eq!(values.params[idx].now(), 0.5);
    }
}
