//! The VST3 object that hosts hold: the framework's inside, asked for all that is neither about
//! buses nor audio.
//!
//! The framework's interfaces for notes (`IMidiMapping`, `INoteExpressionController`) are left
//! out: the plugin takes none.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ChannelContext::{
    IInfoListener, IInfoListenerTrait,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    BusDirection, BusInfo, CString, IAttributeList, IAudioProcessor, IAudioProcessorTrait,
    IComponent, IComponentHandler, IComponentTrait, IEditController, IEditControllerTrait,
    IProcessContextRequirements, IProcessContextRequirementsTrait, IUnitInfo, IUnitInfoTrait,
    IoMode, MediaType, ParamID, ParamValue, ParameterInfo, ProgramListID, ProgramListInfo,
    RoutingInfo, String128, TChar, UnitID, UnitInfo,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IBStream, IPlugView, IPluginBaseTrait, TBool, TUID, int32,
    kInvalidArgument, kResultFalse, kResultOk, tresult, uint32,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr};

use crate::editor::HostWindow;
use crate::plugin::buses::Buses;
use crate::plugin::handoff::{with_buses, with_params, with_window};
use crate::plugin::host_guard::vst3::audio_state::{Vst3Audio, channel_count};
use crate::plugin::host_guard::vst3::view::GuardedView;
use crate::plugin::instance::Underscore;

/// One instance of the plugin.
pub struct GuardedVst3 {
    pub(super) framework: ManuallyDrop<Wrapper<Underscore>>,
    /// Buses as negotiated with the host; changed only while inactive.
    pub(super) buses: Mutex<Buses>,
    pub(super) is_set_up: AtomicBool,
    pub(super) is_active: AtomicBool,
    /// What processing needs. The audio thread only tries the lock, which is free but for hosts
    /// that activate and process at the same time; it never waits for it.
    pub(super) audio: Mutex<Vst3Audio>,
    /// `None` if the framework made none, which it does.
    window: Option<Arc<HostWindow>>,
}

impl Class for GuardedVst3 {
    type Interfaces = (
        IComponent,
        IEditController,
        IAudioProcessor,
        IProcessContextRequirements,
        IUnitInfo,
        IInfoListener,
    );
}

impl GuardedVst3 {
    /// A new instance, inactive, with the buses of [`Buses::DEFAULT`].
    pub fn new() -> Self {
        let ((framework, params), window) = with_window(|| with_params(Wrapper::new));
        Self {
            framework: ManuallyDrop::new(framework),
            buses: Mutex::new(Buses::DEFAULT),
            is_set_up: AtomicBool::new(false),
            is_active: AtomicBool::new(false),
            audio: Mutex::new(Vst3Audio::new(params)),
            window,
        }
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
}

impl Drop for GuardedVst3 {
    /// nice-plug 0.4.2 panics when the last instance goes and the thread that all share has ended
    /// before, as it does when an instance goes whose messages it hasn't read. A panic here would
    /// end the host's process.
    fn drop(&mut self) {
        if let Some(window) = &self.window {
            window.close();
        }
        let framework = &mut self.framework;
        // SAFETY: it isn't used any more.
        let drop_it = AssertUnwindSafe(|| unsafe { ManuallyDrop::drop(framework) });
        let _ = catch_unwind(drop_it);
    }
}

/// Methods that only hand on their arguments to the framework.
macro_rules! hand_on {
    ($interface:ident: $(fn $method:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(unsafe fn $method(&self, $($argument: $type),*) -> $result {
            // SAFETY: the host's arguments, under the same contract.
            unsafe { $interface::$method(&*self.framework, $($argument),*) }
        })*
    };
}

impl IPluginBaseTrait for GuardedVst3 {
    hand_on! { IPluginBaseTrait:
        fn initialize(context: *mut FUnknown) -> tresult;
        fn terminate() -> tresult;
    }
}

impl IComponentTrait for GuardedVst3 {
    hand_on! { IComponentTrait:
        fn getControllerClassId(class_id: *mut TUID) -> tresult;
        fn setIoMode(mode: IoMode) -> tresult;
        fn getBusCount(media: MediaType, direction: BusDirection) -> int32;
        fn getRoutingInfo(input: *mut RoutingInfo, output: *mut RoutingInfo) -> tresult;
        fn activateBus(
            media: MediaType, direction: BusDirection, index: int32, state: TBool
        ) -> tresult;
        fn setState(state: *mut IBStream) -> tresult;
        fn getState(state: *mut IBStream) -> tresult;
    }

    /// The framework's description with our number of channels.
    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        info: *mut BusInfo,
    ) -> tresult {
        // SAFETY: the host's arguments, under the same contract.
        let result = unsafe { self.framework.getBusInfo(media, direction, index, info) };
        if result == kResultOk
            && let Some(num_channels) = channel_count(&self.buses(), direction, index)
        {
            // SAFETY: the framework has just written there.
            unsafe { (*info).channelCount = num_channels };
        }
        result
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        let buses = self.buses();
        if state != 0 && self.choose_framework_layout(&buses) != kResultOk {
            return kResultFalse;
        }
        // SAFETY: the host's argument, under the same contract.
        let result = with_buses(buses, || unsafe { self.framework.setActive(state) });
        let is_active = state != 0 && result == kResultOk;
        self.is_active.store(is_active, Relaxed);
        if let Ok(mut audio) = self.audio.lock() {
            if is_active {
                audio.activate(&buses);
            } else {
                audio.deactivate();
            }
        }
        result
    }
}

impl IEditControllerTrait for GuardedVst3 {
    hand_on! { IEditControllerTrait:
        fn setComponentState(state: *mut IBStream) -> tresult;
        fn setState(state: *mut IBStream) -> tresult;
        fn getState(state: *mut IBStream) -> tresult;
        fn getParameterCount() -> int32;
        fn getParameterInfo(index: int32, info: *mut ParameterInfo) -> tresult;
        fn getParamStringByValue(
            id: ParamID, normalized: ParamValue, text: *mut String128
        ) -> tresult;
        fn getParamValueByString(
            id: ParamID, text: *mut TChar, normalized: *mut ParamValue
        ) -> tresult;
        fn normalizedParamToPlain(id: ParamID, normalized: ParamValue) -> ParamValue;
        fn plainParamToNormalized(id: ParamID, plain: ParamValue) -> ParamValue;
        fn getParamNormalized(id: ParamID) -> ParamValue;
        fn setComponentHandler(handler: *mut IComponentHandler) -> tresult;
    }

    /// A view of the guard's, which holds the framework's.
    unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
        // SAFETY: the host's argument, under the same contract; the reference is ours.
        let framework = unsafe { ComPtr::from_raw(self.framework.createView(name)) };
        match (framework, &self.window) {
            (Some(framework), Some(window)) => GuardedView::make(framework, window),
            _ => std::ptr::null_mut(),
        }
    }

    /// nice-plug 0.4.2 would keep and save a non-finite value.
    unsafe fn setParamNormalized(&self, id: ParamID, normalized: ParamValue) -> tresult {
        if !normalized.is_finite() {
            return kInvalidArgument;
        }
        let normalized = normalized.clamp(0.0, 1.0);
        // SAFETY: the host's arguments, under the same contract.
        unsafe { self.framework.setParamNormalized(id, normalized) }
    }
}

impl IProcessContextRequirementsTrait for GuardedVst3 {
    hand_on! { IProcessContextRequirementsTrait:
        fn getProcessContextRequirements() -> uint32;
    }
}

impl IUnitInfoTrait for GuardedVst3 {
    hand_on! { IUnitInfoTrait:
        fn getUnitCount() -> int32;
        fn getUnitInfo(index: int32, info: *mut UnitInfo) -> tresult;
        fn getProgramListCount() -> int32;
        fn getProgramListInfo(index: int32, info: *mut ProgramListInfo) -> tresult;
        fn getProgramName(list: ProgramListID, index: int32, name: *mut String128) -> tresult;
        fn getProgramInfo(
            list: ProgramListID, index: int32, attribute: CString, value: *mut String128
        ) -> tresult;
        fn hasProgramPitchNames(list: ProgramListID, index: int32) -> tresult;
        fn getProgramPitchName(
            list: ProgramListID, index: int32, pitch: i16, name: *mut String128
        ) -> tresult;
        fn getSelectedUnit() -> UnitID;
        fn selectUnit(unit: UnitID) -> tresult;
        fn getUnitByBus(
            media: MediaType, direction: BusDirection, index: int32, channel: int32,
            unit: *mut UnitID
        ) -> tresult;
        fn setUnitProgramData(list_or_unit: int32, program: int32, data: *mut IBStream) -> tresult;
    }
}

impl IInfoListenerTrait for GuardedVst3 {
    hand_on! { IInfoListenerTrait:
        fn setChannelContextInfos(list: *mut IAttributeList) -> tresult;
    }
}
