//! The timer in the host's run loop that looks after one instance: whether the host knows its latency, and what is to
//! go out on its lane.

use std::sync::{Arc, Weak};

use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
    IRunLoop, IRunLoopTrait, ITimerHandler, ITimerHandlerTrait,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{FUnknown, kResultOk};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::plugin::host_guard::vst3::lane_out::LaneOut;
use crate::plugin::host_guard::vst3::told_latency::Latency;

/// How often the timer looks, ms.
const LOOK_INTERVAL_MS: u64 = 50;

/// What the timer looks after.
#[derive(Clone)]
pub struct LookedAfter {
    pub latency: Arc<Latency>,
    pub lane: Arc<LaneOut>,
}

/// The timer that looks after one instance in one run loop. It ends with this.
pub struct Timer {
    run_loop: ComPtr<IRunLoop>,
    handler: ComWrapper<OnTimer>,
}

struct OnTimer {
    latency: Weak<Latency>,
    lane: Weak<LaneOut>,
}

impl Class for OnTimer {
    type Interfaces = (ITimerHandler,);
}

impl ITimerHandlerTrait for OnTimer {
    unsafe fn onTimer(&self) {
        if let Some(latency) = self.latency.upgrade() {
            latency.tell();
        }
        if let Some(lane) = self.lane.upgrade() {
            lane.tell();
        }
    }
}

impl Timer {
    /// A timer in the run loop of `host`, which may be null; `None` where it has none.
    ///
    /// # Safety
    /// `host` must be null or one of the host's objects.
    pub unsafe fn start(host: *mut FUnknown, looked_after: &LookedAfter) -> Option<Self> {
        // SAFETY: as the caller promises.
        let run_loop = unsafe { ComRef::from_raw(host) }?.cast::<IRunLoop>()?;
        let handler = ComWrapper::new(OnTimer {
            latency: Arc::downgrade(&looked_after.latency),
            lane: Arc::downgrade(&looked_after.lane),
        });
        let pointer = handler.as_com_ref::<ITimerHandler>()?.as_ptr();
        // SAFETY: both live until the timer is taken back.
        let result = unsafe { run_loop.registerTimer(pointer, LOOK_INTERVAL_MS) };
        (result == kResultOk).then_some(Self { run_loop, handler })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.as_com_ref::<ITimerHandler>() {
            // SAFETY: what was registered.
            unsafe { self.run_loop.unregisterTimer(handler.as_ptr()) };
        }
    }
}
