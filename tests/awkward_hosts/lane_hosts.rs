//! Hosts that write what a plugin sends into a lane, and play a lane back: one of each format.

use std::cell::RefCell;
use std::ptr::null_mut;
use std::rc::Rc;

use clap_sys::events::{
    CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END, CLAP_EVENT_PARAM_VALUE,
};
use underscore::plugin::GetPluginFactory;
use vst3::Steinberg::Linux::ITimerHandlerTrait;
use vst3::Steinberg::Vst::{
    IAutomationState, IAutomationStateTrait, IComponentHandler, IComponentHandlerTrait,
    IEditControllerTrait, ParamID, ParamValue,
};
use vst3::Steinberg::{
    FUnknown, IPluginFactory, IPluginFactory3, IPluginFactory3Trait, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComWrapper};

use crate::clap_instance::Clap;
use crate::harness::*;
use crate::run_loop::{RunLoop, Timers};
use crate::vst3_instance::Vst3;

/// Highest ride, LU.
pub const MAX_LU: f64 = 12.0;

/// What a plugin sends of its ride.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sent {
    Begin,
    /// LU.
    Value(f64),
    End,
}

/// A host with one instance.
pub trait LaneHost: Sized {
    type Instance: Instance;
    /// Whether values move in straight lines between those that the host names.
    const NAMES_CORNERS: bool;
    fn new() -> Self;
    fn instance(&mut self) -> &mut Self::Instance;
    /// What the plugin has sent since the last call, each with its sample in the block of `num_samples` that was
    /// processed last.
    fn sent(&mut self, num_samples: usize) -> Vec<(usize, Sent)>;
}

impl LaneHost for Clap {
    type Instance = Self;
    const NAMES_CORNERS: bool = false;

    fn new() -> Self {
        Instance::new()
    }

    fn instance(&mut self) -> &mut Self {
        self
    }

    fn sent(&mut self, num_samples: usize) -> Vec<(usize, Sent)> {
        let mut last = 0;
        let sent = self.sent.drain(..).map(|(time, type_, id, value)| {
            assert_eq!(id, param_id("ride"));
            assert!(
                time >= last && (time as usize) < num_samples.max(1),
                "{time}"
            );
            last = time;
            let sent = match type_ {
                CLAP_EVENT_PARAM_GESTURE_BEGIN => Sent::Begin,
                CLAP_EVENT_PARAM_GESTURE_END => Sent::End,
                CLAP_EVENT_PARAM_VALUE => Sent::Value(value * MAX_LU),
                other => panic!("an event {other}"),
            };
            (time as usize, sent)
        });
        sent.collect()
    }
}

struct Handler(Rc<RefCell<Vec<Sent>>>);

impl Handler {
    fn take(&self, id: ParamID, sent: Sent) -> tresult {
        assert_eq!(id, param_id("ride"));
        self.0.borrow_mut().push(sent);
        kResultOk
    }
}

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, id: ParamID) -> tresult {
        self.take(id, Sent::Begin)
    }

    unsafe fn performEdit(&self, id: ParamID, value: ParamValue) -> tresult {
        self.take(id, Sent::Value(value * MAX_LU))
    }

    unsafe fn endEdit(&self, id: ParamID) -> tresult {
        self.take(id, Sent::End)
    }

    unsafe fn restartComponent(&self, _: i32) -> tresult {
        kResultOk
    }
}

/// A VST3 host whose run loop turns after every block.
pub struct Vst3Host {
    instance: Vst3,
    timers: Timers,
    sent: Rc<RefCell<Vec<Sent>>>,
    _run_loop: ComPtr<FUnknown>,
    _handler: ComPtr<IComponentHandler>,
}

impl Vst3Host {
    /// Says what the host's automation does: 1 it reads, 2 it writes.
    pub fn set_automation(&mut self, state: i32) {
        let automation = self.instance.controller.cast::<IAutomationState>();
        let result = unsafe { automation.unwrap().setAutomationState(state) };
        assert_eq!(result, kResultOk);
    }
}

impl LaneHost for Vst3Host {
    type Instance = Vst3;
    const NAMES_CORNERS: bool = true;

    fn new() -> Self {
        let timers = Timers::default();
        let run_loop = ComWrapper::new(RunLoop(timers.clone()));
        let run_loop = run_loop.to_com_ptr::<FUnknown>().unwrap();
        let factory = GetPluginFactory().cast::<IPluginFactory>();
        let factory = unsafe { ComPtr::from_raw(factory) }.unwrap();
        let with_context = factory.cast::<IPluginFactory3>().unwrap();
        assert_eq!(
            unsafe { with_context.setHostContext(run_loop.as_ptr()) },
            kResultOk
        );
        let instance = Vst3::of(&factory);
        let sent = Rc::new(RefCell::new(Vec::new()));
        let handler = ComWrapper::new(Handler(sent.clone()));
        let handler = handler.to_com_ptr::<IComponentHandler>().unwrap();
        let result = unsafe { instance.controller.setComponentHandler(handler.as_ptr()) };
        assert_eq!(result, kResultOk);
        Self {
            instance,
            timers,
            sent,
            _run_loop: run_loop,
            _handler: handler,
        }
    }

    fn instance(&mut self) -> &mut Vst3 {
        &mut self.instance
    }

    fn sent(&mut self, num_samples: usize) -> Vec<(usize, Sent)> {
        let timers = self.timers.borrow().clone();
        for timer in timers {
            unsafe { timer.onTimer() };
        }
        let sent = std::mem::take(&mut *self.sent.borrow_mut());
        // A host writes an edit where it is: at the end of the block.
        sent.into_iter().map(|sent| (num_samples, sent)).collect()
    }
}

impl Drop for Vst3Host {
    fn drop(&mut self) {
        unsafe { self.instance.controller.setComponentHandler(null_mut()) };
    }
}
