//! A VST3 host's run loop on Linux: its timers are called when a test says so.

use std::cell::RefCell;
use std::rc::Rc;

use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use vst3::Steinberg::{kResultFalse, kResultOk, tresult};
use vst3::{Class, ComPtr, ComRef};

/// Those that wait to be called. The tests share it between threads as hosts do, one at a time.
pub type Timers = Rc<RefCell<Vec<ComPtr<ITimerHandler>>>>;

pub struct RunLoop(pub Timers);

impl Class for RunLoop {
    type Interfaces = (IRunLoop,);
}

impl IRunLoopTrait for RunLoop {
    unsafe fn registerEventHandler(&self, _: *mut IEventHandler, _: FileDescriptor) -> tresult {
        kResultFalse
    }

    unsafe fn unregisterEventHandler(&self, _: *mut IEventHandler) -> tresult {
        kResultFalse
    }

    unsafe fn registerTimer(&self, timer: *mut ITimerHandler, _: TimerInterval) -> tresult {
        let timer = unsafe { ComRef::from_raw(timer) }.unwrap();
        self.0.borrow_mut().push(timer.to_com_ptr());
        kResultOk
    }

    unsafe fn unregisterTimer(&self, timer: *mut ITimerHandler) -> tresult {
        self.0.borrow_mut().retain(|it| it.as_ptr() != timer);
        kResultOk
    }
}
