//! The parameter changes of one piece of a block, as a view of the host's lists.

use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering::Relaxed};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID,
    ParamValue,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{int32, kResultFalse, kResultOk, tresult};
use nice_plug::wrapper::vst3::vst3::{Class, ComRef, ComWrapper};

/// Stands for the host's `IParameterChanges` in the framework's calls: shows the points of one
/// piece, with their offsets counted from its start, and none whose value is no number, which
/// nice-plug 0.4.2 would store, save and never get rid of.
///
/// Used by the audio thread alone; the atomics only make it honest to say that it is `Sync`.
pub struct PieceChanges {
    host: AtomicPtr<IParameterChanges>,
    queue: ComWrapper<PieceQueue>,
}

/// The points of one parameter; one object for all, because the framework is done with a queue
/// when it asks for the next.
struct PieceQueue {
    host: AtomicPtr<IParamValueQueue>,
    /// First and last sample of the piece.
    first: AtomicI32,
    last: AtomicI32,
}

impl Class for PieceChanges {
    type Interfaces = (IParameterChanges,);
}

impl Class for PieceQueue {
    type Interfaces = (IParamValueQueue,);
}

impl PieceChanges {
    /// A view of nothing.
    pub fn new() -> ComWrapper<Self> {
        ComWrapper::new(Self {
            host: AtomicPtr::default(),
            queue: ComWrapper::new(PieceQueue {
                host: AtomicPtr::default(),
                first: AtomicI32::new(0),
                last: AtomicI32::new(0),
            }),
        })
    }

    /// Shows the points of `first..=last` of the host's list, which may be null.
    ///
    /// # Safety
    /// The list must be valid until [`hide`](Self::hide).
    pub unsafe fn show(&self, host: *mut IParameterChanges, first: i32, last: i32) {
        self.host.store(host, Relaxed);
        self.queue.first.store(first, Relaxed);
        self.queue.last.store(last, Relaxed);
    }

    /// Forgets the host's list.
    pub fn hide(&self) {
        self.host.store(std::ptr::null_mut(), Relaxed);
        self.queue.host.store(std::ptr::null_mut(), Relaxed);
    }

    fn host(&self) -> Option<ComRef<'_, IParameterChanges>> {
        // SAFETY: null or valid, by the contract of `show`.
        unsafe { ComRef::from_raw(self.host.load(Relaxed)) }
    }
}

impl PieceQueue {
    fn host(&self) -> Option<ComRef<'_, IParamValueQueue>> {
        // SAFETY: null or from the host's list, which is valid by the contract of `show`.
        unsafe { ComRef::from_raw(self.host.load(Relaxed)) }
    }
}

impl IParameterChangesTrait for PieceChanges {
    unsafe fn getParameterCount(&self) -> int32 {
        // SAFETY: the host's list is valid.
        self.host()
            .map_or(0, |host| unsafe { host.getParameterCount() })
    }

    unsafe fn getParameterData(&self, index: int32) -> *mut IParamValueQueue {
        let Some(host) = self.host() else {
            return std::ptr::null_mut();
        };
        // SAFETY: the host's list is valid.
        let queue = unsafe { host.getParameterData(index) };
        self.queue.host.store(queue, Relaxed);
        if queue.is_null() {
            return queue;
        }
        // As VST3 has it, the caller gets no reference of its own.
        self.queue
            .as_com_ref::<IParamValueQueue>()
            .map_or(std::ptr::null_mut(), |queue| queue.as_ptr())
    }

    unsafe fn addParameterData(
        &self,
        _id: *const ParamID,
        _index: *mut int32,
    ) -> *mut IParamValueQueue {
        std::ptr::null_mut()
    }
}

impl IParamValueQueueTrait for PieceQueue {
    unsafe fn getParameterId(&self) -> ParamID {
        // SAFETY: the host's queue is valid.
        self.host()
            .map_or(ParamID::MAX, |host| unsafe { host.getParameterId() })
    }

    unsafe fn getPointCount(&self) -> int32 {
        // SAFETY: the host's queue is valid.
        self.host()
            .map_or(0, |host| unsafe { host.getPointCount() })
    }

    /// Fails for points outside the piece, and the framework goes on to the next.
    unsafe fn getPoint(
        &self,
        index: int32,
        sample_offset: *mut int32,
        value: *mut ParamValue,
    ) -> tresult {
        let Some(host) = self.host() else {
            return kResultFalse;
        };
        let (mut offset, mut new_value) = (0, 0.0);
        // SAFETY: the host's queue is valid, and so are pointers to our own variables.
        let result = unsafe { host.getPoint(index, &mut offset, &mut new_value) };
        if result != kResultOk || !new_value.is_finite() {
            return kResultFalse;
        }
        let (first, last) = (self.first.load(Relaxed), self.last.load(Relaxed));
        // What lies before the block belongs to its first piece.
        let offset = offset.max(0);
        if !(first..=last).contains(&offset) {
            return kResultFalse;
        }
        // SAFETY: the framework's pointers to its own variables.
        unsafe {
            sample_offset.write(offset - first);
            value.write(new_value.clamp(0.0, 1.0));
        }
        kResultOk
    }

    unsafe fn addPoint(
        &self,
        _sample_offset: int32,
        _value: ParamValue,
        _index: *mut int32,
    ) -> tresult {
        kResultFalse
    }
}
