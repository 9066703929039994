//! The VST3 object that hosts hold: the framework's inside, asked for all that is neither about
//! buses nor audio. Parameters and views are in `controller`, buses and audio in `processor`.
//!
//! The framework's interfaces for notes (`IMidiMapping`, `INoteExpressionController`) are left
//! out: the plugin takes none.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ChannelContext::{
    IInfoListener, IInfoListenerTrait,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    BusDirection, BusDirections_, BusInfo, IAttributeList, IAudioProcessor, IAudioProcessorTrait,
    IAutomationState, IAutomationStateTrait, IComponent, IComponentTrait, IEditController,
    IProcessContextRequirements, IProcessContextRequirementsTrait, IUnitInfo, IoMode, MediaType,
    MediaTypes_, RoutingInfo,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FUnknown, IBStream, IBStreamTrait, IPluginBaseTrait, TBool, TUID, int32, kInternalError,
    kInvalidArgument, kResultFalse, kResultOk, tresult, uint32,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComRef};

use crate::editor::HostWindow;
use crate::params::{UnderscoreParams, saved_state};
use crate::plugin::buses::Buses;
use crate::plugin::handoff::{with_buses, with_latency, with_params, with_window};
use crate::plugin::host_guard::vst3::audio_state::{Vst3Audio, channel_count};
use crate::plugin::host_guard::vst3::channel_context;
use crate::plugin::host_guard::vst3::host_application;
use crate::plugin::host_guard::vst3::lane_out::LaneOut;
use crate::plugin::host_guard::vst3::process_context;
use crate::plugin::host_guard::vst3::set_values::Values;
use crate::plugin::host_guard::vst3::told_latency::Latency;
use crate::plugin::host_guard::vst3::ui_timer::{LookedAfter, Timer};
use crate::plugin::instance::{Underscore, tail_samples};

/// The media type and the direction of the buses that take audio.
const AUDIO: MediaType = MediaTypes_::kAudio as MediaType;
const INPUT: BusDirection = BusDirections_::kInput as BusDirection;

/// The dialogue among the inputs.
const DIALOGUE_IDX: int32 = 1;

/// A longer state is none of ours, bytes.
const MAX_STATE_BYTES: usize = 64 << 20;

/// One instance of the plugin.
pub struct GuardedVst3 {
    pub(super) framework: ManuallyDrop<Wrapper<Underscore>>,
    pub(super) params: Arc<UnderscoreParams>,
    pub(super) values: Arc<Values>,
    pub(super) latency: Arc<Latency>,
    lane: Arc<LaneOut>,
    /// What tells the host of another latency and of the lane, if it has offered a run loop.
    timer: Mutex<Option<Timer>>,
    /// Buses as negotiated with the host; changed only while inactive.
    pub(super) buses: Mutex<Buses>,
    /// Whether the host has not switched the dialogue off.
    pub(super) is_dialogue_on: AtomicBool,
    pub(super) is_set_up: AtomicBool,
    /// From the last `setupProcessing`, as bits.
    pub(super) sample_rate_hz: AtomicU64,
    /// How long the plugin sounds on beside its latency, from the last activation.
    pub(super) tail_samples: AtomicU32,
    pub(super) is_active: AtomicBool,
    /// What processing needs. The audio thread only tries the lock, which is free but for hosts
    /// that activate and process at the same time; it never waits for it.
    pub(super) audio: Mutex<Vst3Audio>,
    /// `None` if the framework made none, which it does.
    pub(super) window: Option<Arc<HostWindow>>,
}

impl Class for GuardedVst3 {
    type Interfaces = (
        IComponent,
        IEditController,
        IAudioProcessor,
        IProcessContextRequirements,
        IUnitInfo,
        IInfoListener,
        IAutomationState,
    );
}

impl GuardedVst3 {
    /// A new instance, inactive, with the buses of [`Buses::DEFAULT`]. `context` is what the host has
    /// given the factory.
    ///
    /// # Safety
    /// `context` must be null or one of the host's objects.
    pub unsafe fn new(context: *mut FUnknown) -> Self {
        let ((framework, params), window) = with_window(|| with_params(Wrapper::new));
        // SAFETY: as the caller promises.
        unsafe { host_application::tell(&params.names, context) };
        let values = Arc::new(Values::new(params.clone()));
        let latency = Arc::new(Latency::new());
        let lane = Arc::new(LaneOut::new(
            params.clone(),
            values.clone(),
            latency.clone(),
        ));
        let looked_after = LookedAfter {
            latency: latency.clone(),
            lane: lane.clone(),
        };
        // SAFETY: as the caller promises.
        let timer = unsafe { Timer::start(context, &looked_after) };
        Self {
            framework: ManuallyDrop::new(framework),
            params,
            values: values.clone(),
            latency,
            lane,
            timer: Mutex::new(timer),
            buses: Mutex::new(Buses::DEFAULT),
            is_dialogue_on: AtomicBool::new(true),
            is_set_up: AtomicBool::new(false),
            sample_rate_hz: AtomicU64::new(0),
            tail_samples: AtomicU32::new(0),
            is_active: AtomicBool::new(false),
            audio: Mutex::new(Vst3Audio::new(values)),
            window,
        }
    }

    /// The window, open or not.
    #[cfg(test)]
    pub fn window(&self) -> &HostWindow {
        self.window.as_ref().expect("the framework made one")
    }

    /// The buses now. Not for the audio thread.
    pub(super) fn buses(&self) -> Buses {
        self.buses.lock().map_or(Buses::DEFAULT, |buses| *buses)
    }

    /// Has the framework take the layout that holds `buses`.
    fn choose_framework_layout(&self, buses: &Buses) -> tresult {
        let mask = (1 << buses.num_framework_channels()) - 1;
        let (mut inputs, mut output) = ([mask; 2], mask);
        // SAFETY: pointers to two masks and one.
        unsafe {
            self.framework
                .setBusArrangements(inputs.as_mut_ptr(), 2, &mut output, 1)
        }
    }

    /// Uses the run loop that `host` may have, if there is none yet.
    ///
    /// # Safety
    /// `host` must be null or one of the host's objects.
    unsafe fn look_for_a_run_loop(&self, host: *mut FUnknown) {
        let mut timer = self.timer.lock().unwrap_or_else(PoisonError::into_inner);
        if timer.is_none() {
            // SAFETY: as the caller promises.
            *timer = unsafe { Timer::start(host, &self.looked_after()) };
        }
    }

    pub(super) fn looked_after(&self) -> LookedAfter {
        LookedAfter {
            latency: self.latency.clone(),
            lane: self.lane.clone(),
        }
    }

    /// Processing has ended, and with it what goes out on the lane.
    pub(super) fn end_pass(&self) {
        self.params.lane.end_pass();
        if self.latency.is_ui_thread() {
            self.lane.tell();
        }
    }

    /// Uses the host's run loops no more.
    fn leave_run_loop(&self) {
        let mut timer = self.timer.lock().unwrap_or_else(PoisonError::into_inner);
        let former = timer.take();
        drop(timer);
        drop(former);
    }

    /// Loads a saved state: all values, those that can't be read being the defaults.
    fn load(&self, bytes: &[u8]) -> tresult {
        let Ok(mut state) = serde_json::from_slice(bytes) else {
            return kResultFalse;
        };
        saved_state::load(&mut state, &self.params);
        self.values.forget_held();
        kResultOk
    }
}

impl Drop for GuardedVst3 {
    /// nice-plug 0.4.2 panics when the last instance goes and the thread that all share has ended
    /// before, as it does when an instance goes whose messages it hasn't read. A panic here would
    /// end the host's process.
    fn drop(&mut self) {
        self.leave_run_loop();
        if let Some(window) = &self.window {
            window.close();
        }
        let framework = &mut self.framework;
        // SAFETY: it isn't used any more.
        let drop_it = AssertUnwindSafe(|| unsafe { ManuallyDrop::drop(framework) });
        let _ = catch_unwind(drop_it);
    }
}

/// What `work` gives, or `otherwise` if it panics, which must not reach the host.
pub(super) fn guarded<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(otherwise)
}

/// Methods that only hand on their arguments to the framework, and give `otherwise` if it panics.
macro_rules! hand_on {
    ($interface:ident: $(
        fn $method:ident($($argument:ident: $type:ty),*) -> $result:ty, or $otherwise:expr;
    )*) => {
        $(unsafe fn $method(&self, $($argument: $type),*) -> $result {
            // SAFETY: the host's arguments, under the same contract.
            guarded($otherwise, || unsafe { $interface::$method(&*self.framework, $($argument),*) })
        })*
    };
}

pub(super) use hand_on;

impl IPluginBaseTrait for GuardedVst3 {
    unsafe fn initialize(&self, context: *mut FUnknown) -> tresult {
        self.latency.is_initialized_here();
        // SAFETY: null or the host's object.
        unsafe {
            host_application::tell(&self.params.names, context);
            self.look_for_a_run_loop(context);
        }
        // SAFETY: the host's argument, under the same contract.
        guarded(kInternalError, || unsafe {
            self.framework.initialize(context)
        })
    }

    unsafe fn terminate(&self) -> tresult {
        self.end_pass();
        self.leave_run_loop();
        self.latency.set_handler(None);
        // SAFETY: no pointers.
        guarded(kInternalError, || unsafe { self.framework.terminate() })
    }
}

/// All that is left in `stream`; `None` if it is no state of ours.
///
/// # Safety
/// The stream must be null or valid.
unsafe fn read_to_end(stream: *mut IBStream) -> Option<Vec<u8>> {
    // SAFETY: as the caller promises.
    let stream = unsafe { ComRef::from_raw(stream) }?;
    let mut bytes = Vec::new();
    let mut part = [0_u8; 1 << 16];
    loop {
        let mut num_read = 0;
        // Hosts differ in what they return at the end, and some can neither seek nor tell.
        // SAFETY: there is room for that many bytes.
        unsafe {
            stream.read(
                part.as_mut_ptr().cast::<c_void>(),
                part.len() as int32,
                &mut num_read,
            )
        };
        let num_read = usize::try_from(num_read).unwrap_or(0);
        let read = part.get(..num_read)?;
        if read.is_empty() {
            return Some(bytes);
        }
        bytes.extend_from_slice(read);
        if bytes.len() > MAX_STATE_BYTES {
            return None;
        }
    }
}

impl IComponentTrait for GuardedVst3 {
    hand_on! { IComponentTrait:
        fn getControllerClassId(class_id: *mut TUID) -> tresult, or kInternalError;
        fn setIoMode(mode: IoMode) -> tresult, or kInternalError;
        fn getBusCount(media: MediaType, direction: BusDirection) -> int32, or 0;
        fn getRoutingInfo(
            input: *mut RoutingInfo, output: *mut RoutingInfo
        ) -> tresult, or kInternalError;
    }

    /// The framework's description with our number of channels.
    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        info: *mut BusInfo,
    ) -> tresult {
        let num_channels = channel_count(&self.buses(), direction, index);
        let Some(num_channels) = num_channels.filter(|_| media == AUDIO) else {
            return kInvalidArgument;
        };
        // SAFETY: the host's arguments, under the same contract.
        let result = guarded(kInternalError, || unsafe {
            self.framework.getBusInfo(media, direction, index, info)
        });
        if result == kResultOk {
            // SAFETY: the framework has just written there.
            unsafe { (*info).channelCount = num_channels };
        }
        result
    }

    /// nice-plug 0.4.2 takes no notice: a dialogue that is switched off would go on ducking.
    unsafe fn activateBus(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        state: TBool,
    ) -> tresult {
        if media != AUDIO || channel_count(&self.buses(), direction, index).is_none() {
            return kInvalidArgument;
        }
        if (direction, index) == (INPUT, DIALOGUE_IDX) {
            self.is_dialogue_on.store(state != 0, Relaxed);
        }
        kResultOk
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        self.values.end_lists();
        self.end_pass();
        let buses = self.buses();
        if state != 0 && self.choose_framework_layout(&buses) != kResultOk {
            return kResultFalse;
        }
        // SAFETY: the host's argument, under the same contract.
        let set_active = || unsafe { self.framework.setActive(state) };
        let (result, latency_samples) = guarded((kInternalError, None), || {
            with_latency(|| with_buses(buses, set_active))
        });
        let is_active = state != 0 && result == kResultOk;
        self.is_active.store(is_active, Relaxed);
        let mut audio = self.audio.lock().unwrap_or_else(PoisonError::into_inner);
        if is_active {
            audio.activate(&buses);
        } else {
            audio.deactivate();
        }
        drop(audio);
        if let Some(latency_samples) = latency_samples.filter(|_| is_active) {
            self.latency.set(latency_samples);
            self.latency.activated();
            let sample_rate_hz = f64::from_bits(self.sample_rate_hz.load(Relaxed));
            self.tail_samples
                .store(tail_samples(sample_rate_hz), Relaxed);
        }
        result
    }

    /// The framework would tell its editor on whatever thread this is, where it may not be touched, and
    /// needs a stream that can seek. The editor looks for itself.
    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        if state.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the host's stream.
        let result = guarded(kInternalError, || match unsafe { read_to_end(state) } {
            Some(bytes) => self.load(&bytes),
            None => kResultFalse,
        });
        self.latency.tell_if_on_ui_thread();
        result
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        self.values.settle();
        // SAFETY: the host's argument, under the same contract.
        let result = guarded(kInternalError, || unsafe {
            IComponentTrait::getState(&*self.framework, state)
        });
        self.latency.tell_if_on_ui_thread();
        result
    }
}

impl IProcessContextRequirementsTrait for GuardedVst3 {
    /// What the framework asks for, and timecode.
    unsafe fn getProcessContextRequirements(&self) -> uint32 {
        // SAFETY: no pointers.
        let asked = guarded(0, || unsafe {
            self.framework.getProcessContextRequirements()
        });
        asked | process_context::REQUIREMENTS
    }
}

impl IInfoListenerTrait for GuardedVst3 {
    unsafe fn setChannelContextInfos(&self, list: *mut IAttributeList) -> tresult {
        // SAFETY: null or the host's object.
        unsafe { channel_context::tell(&self.params.names, list) };
        // SAFETY: the host's argument, under the same contract.
        guarded(kInternalError, || unsafe {
            self.framework.setChannelContextInfos(list)
        })
    }
}

impl IAutomationStateTrait for GuardedVst3 {
    unsafe fn setAutomationState(&self, state: int32) -> tresult {
        self.lane.set_host(state);
        kResultOk
    }
}
