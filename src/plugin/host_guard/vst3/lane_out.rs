//! The lane on its way to a VST3 host: `beginEdit`, `performEdit` and `endEdit`, on the UI thread, whether or not the
//! window is open.
//!
//! An edit has no time of its own: a host writes it where it is when it hears of it. Break points of the past would
//! all land on one moment, so the ride of this moment is told, as often as a lane may have points. It is told while
//! it stands still, too: between two points hosts draw a line.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IAutomationState_::AutomationStates_, IComponentHandlerTrait, ParamID, ParamValue,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::int32;

use crate::link::HostAutomation;
use crate::params::UnderscoreParams;
use crate::plugin::host_guard::param_number::param_number;
use crate::plugin::host_guard::vst3::set_values::Values;
use crate::plugin::host_guard::vst3::told_latency::Latency;
use crate::ride::choices::LANE_POINTS_PER_S;
use crate::settings::RIDE_LU;

/// A host that has processed nothing for so long doesn't play, whatever it last said.
const STALLED_AFTER: Duration = Duration::from_millis(500);

/// Tells one instance's host the lane.
pub struct LaneOut {
    ride_id: ParamID,
    params: Arc<UnderscoreParams>,
    values: Arc<Values>,
    latency: Arc<Latency>,
    told: Mutex<Told>,
}

/// What the UI thread has seen and said.
struct Told {
    /// Number of processed samples from which on the next value may be told.
    next_samples: u64,
    /// Number of blocks, and when another one was seen.
    num_blocks: u32,
    since: Instant,
}

impl LaneOut {
    /// Of an instance with these parameters; `latency` knows the host.
    pub fn new(params: Arc<UnderscoreParams>, values: Arc<Values>, latency: Arc<Latency>) -> Self {
        Self {
            ride_id: param_number(RIDE_LU.about.id),
            params,
            values,
            latency,
            told: Mutex::new(Told {
                next_samples: 0,
                num_blocks: 0,
                since: Instant::now(),
            }),
        }
    }

    /// The host says what its automation of the plugin does.
    pub fn set_host(&self, state: int32) {
        let has = |flag| state & flag != 0;
        self.params.lane.set_host(
            match (
                has(AutomationStates_::kWriteState),
                has(AutomationStates_::kReadState),
            ) {
                (true, _) => HostAutomation::Writes,
                (false, true) => HostAutomation::Reads,
                (false, false) => HostAutomation::Off,
            },
        );
    }

    /// Tells the host what there is to tell. Only on the UI thread, and with nothing locked.
    pub fn tell(&self) {
        let Some(handler) = self.latency.handler() else {
            return;
        };
        let lane = &self.params.lane;
        let takes_values = match lane.host() {
            HostAutomation::Unknown | HostAutomation::Writes => true,
            HostAutomation::Off | HostAutomation::Reads => false,
        };
        if !(lane.is_writing() && takes_values && !self.is_stalled()) {
            if lane.set_gesture(false) {
                // SAFETY: the host's own object.
                unsafe { handler.endEdit(self.ride_id) };
            }
            return;
        }
        if lane.set_gesture(true) {
            self.told().next_samples = 0;
            // SAFETY: the host's own object.
            unsafe { handler.beginEdit(self.ride_id) };
        }
        if self.is_due() {
            let normalized = self.params.take_ride(lane.ride_lu());
            self.values.set(self.ride_id, normalized);
            // SAFETY: the host's own object.
            unsafe { handler.performEdit(self.ride_id, ParamValue::from(normalized)) };
        }
    }

    /// Whether enough was played since the last value; the next counts from here then.
    fn is_due(&self) -> bool {
        let now = self.values.num_samples();
        let apart = (self.values.sample_rate_hz() / f64::from(LANE_POINTS_PER_S)).ceil() as u64;
        let mut told = self.told();
        if now < told.next_samples {
            return false;
        }
        // A timer that was late once is not late ever after.
        told.next_samples = (told.next_samples + apart).max(now + apart / 2);
        true
    }

    fn is_stalled(&self) -> bool {
        let num_blocks = self.params.lane.num_blocks();
        let mut told = self.told();
        if num_blocks != told.num_blocks {
            told.num_blocks = num_blocks;
            told.since = Instant::now();
        }
        told.since.elapsed() > STALLED_AFTER
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
