//! The window as VST3 hosts open it: a view of the guard's. The framework's is asked only for its way to the
//! host's parameters.
//!
//! nice-plug 0.4.2 forgets a scale factor that comes before the window, never takes its handlers back from the
//! host's run loop, and lets the host fall with what the window library panics at, or when another thread closes the
//! window.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use nice_plug::editor::ParentWindowHandle;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewContentScaleSupport,
    IPlugViewContentScaleSupport_::ScaleFactor, IPlugViewContentScaleSupportTrait, IPlugViewTrait,
    TBool, ViewRect, char16, int16, kInvalidArgument, kNotImplemented, kPlatformTypeHWND,
    kPlatformTypeNSView, kPlatformTypeX11EmbedWindowID, kResultFalse, kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::editor::{HostWindow, WindowError, WindowHost};
use crate::plugin::handoff::with_context;
use crate::plugin::host_guard::vst3::ui_thread::UiThread;
use crate::plugin::host_guard::vst3::ui_timer::{LookedAfter, Timer};

/// The only kind of window that this system has.
const TYPE: FIDString = if cfg!(target_os = "macos") {
    kPlatformTypeNSView
} else if cfg!(target_os = "windows") {
    kPlatformTypeHWND
} else {
    kPlatformTypeX11EmbedWindowID
};

/// One view. An instance may have several, of which one at a time has the window.
pub struct GuardedView {
    framework: ComPtr<IPlugView>,
    window: Arc<HostWindow>,
    host: Arc<ViewHost>,
    has_window: AtomicBool,
    looked_after: LookedAfter,
    /// Tells the host of another latency and of the lane while its window is open, should it have no other run loop.
    timer: Mutex<Option<Timer>>,
}

/// The host's side of one view.
struct ViewHost {
    /// Not counted; the view closes its window before it goes.
    view: AtomicPtr<IPlugView>,
    frame: Mutex<Option<ComPtr<IPlugFrame>>>,
    window: Weak<HostWindow>,
    ui_thread: UiThread,
}

impl WindowHost for ViewHost {
    fn request_resize(&self, size: [u32; 2]) -> bool {
        let frame = lock(&self.frame).clone();
        let view = self.view.load(Ordering::Acquire);
        let mut rect = rect_of(size);
        // SAFETY: the host's frame, the view that has the window, and a rectangle of our own.
        frame.is_some_and(|frame| unsafe { frame.resizeView(view, &mut rect) } == kResultOk)
    }

    /// VST3 has no word for it.
    fn closed(&self) {}

    fn wake(&self) {
        let window = self.window.clone();
        self.ui_thread.post(Box::new(move || {
            if let Some(window) = window.upgrade() {
                window.serve();
            }
        }));
    }
}

impl Class for GuardedView {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

impl GuardedView {
    /// A view of `window`, whose reference the host owns.
    pub fn make(
        framework: ComPtr<IPlugView>,
        window: &Arc<HostWindow>,
        looked_after: &LookedAfter,
    ) -> *mut IPlugView {
        let host = Arc::new(ViewHost {
            view: AtomicPtr::default(),
            frame: Mutex::default(),
            window: Arc::downgrade(window),
            ui_thread: UiThread::default(),
        });
        let view = ComWrapper::new(Self {
            framework,
            window: window.clone(),
            host: host.clone(),
            has_window: AtomicBool::new(false),
            looked_after: looked_after.clone(),
            timer: Mutex::default(),
        });
        let view = view.to_com_ptr::<IPlugView>();
        let view = view.map_or(std::ptr::null_mut(), ComPtr::into_raw);
        host.view.store(view, Ordering::Release);
        view
    }

    /// Opens the window in the host's.
    fn open(&self, parent: ParentWindowHandle, handle: *mut c_void) -> Result<(), WindowError> {
        if self.window.is_open() {
            return Err(WindowError::AlreadyOpen);
        }
        let expected = self.window.size();
        let context = with_context(|| {
            // SAFETY: the host's window, under the same contract.
            unsafe { self.framework.attached(handle, TYPE) };
        });
        // Its instance is gone.
        let context = context.ok_or(WindowError::NotOpen)?;
        let frame = lock(&self.host.frame).clone();
        if let Some(frame) = &frame {
            self.host.ui_thread.reach(frame);
            // SAFETY: the host's own object.
            let timer = unsafe { Timer::start(frame.as_ptr().cast(), &self.looked_after) };
            drop(std::mem::replace(&mut *lock(&self.timer), timer));
        }
        let host = self.host.clone();
        let opened = self.window.open(Some(parent), context, host);
        let opened = opened.and_then(|()| self.window.show());
        if opened.is_err() {
            self.window.close();
            self.leave_run_loop();
            return opened;
        }
        self.has_window.store(true, Ordering::Release);
        let size = self.window.size();
        if size != expected {
            // The system says another scale than the host.
            self.host.request_resize(size);
        }
        Ok(())
    }

    /// Closes the window, if this view has it.
    fn close(&self) -> bool {
        let had_window = self.has_window.swap(false, Ordering::AcqRel);
        if had_window {
            self.window.close();
            self.leave_run_loop();
        }
        had_window
    }

    fn leave_run_loop(&self) {
        self.host.ui_thread.leave();
        // The host is called when it goes, without the lock.
        let timer = lock(&self.timer).take();
        drop(timer);
    }
}

impl Drop for GuardedView {
    /// Of a host that didn't call `removed`.
    fn drop(&mut self) {
        self.close();
    }
}

/// Whether a host's string is `TYPE`.
///
/// # Safety
/// `type_` must be null or a string.
unsafe fn is_ours(type_: FIDString) -> bool {
    // SAFETY: not null, and the caller vouches for the rest.
    !type_.is_null() && unsafe { std::ffi::CStr::from_ptr(type_) == std::ffi::CStr::from_ptr(TYPE) }
}

/// The framework's name for the host's window, which is of [`TYPE`].
fn handle_of(parent: *mut c_void) -> Option<ParentWindowHandle> {
    if cfg!(target_os = "macos") {
        std::ptr::NonNull::new(parent).map(ParentWindowHandle::AppKitNsView)
    } else if cfg!(target_os = "windows") {
        std::num::NonZeroIsize::new(parent as isize).map(ParentWindowHandle::Win32Hwnd)
    } else {
        Some(ParentWindowHandle::XlibWindow(parent as usize as _))
    }
}

fn rect_of([width, height]: [u32; 2]) -> ViewRect {
    ViewRect {
        left: 0,
        top: 0,
        right: width as i32,
        bottom: height as i32,
    }
}

/// Width and height; `None` if it is empty.
fn size_of(rect: &ViewRect) -> Option<[u32; 2]> {
    let width = rect.right.checked_sub(rect.left)?;
    let height = rect.bottom.checked_sub(rect.top)?;
    let positive = |side: i32| u32::try_from(side).ok().filter(|side| *side > 0);
    Some([positive(width)?, positive(height)?])
}

fn result_of<T>(outcome: Result<T, WindowError>) -> tresult {
    match outcome {
        Ok(_) => kResultOk,
        Err(WindowError::NoParent | WindowError::Scale(_)) => kInvalidArgument,
        Err(_) => kResultFalse,
    }
}

impl IPlugViewTrait for GuardedView {
    unsafe fn isPlatformTypeSupported(&self, type_: FIDString) -> tresult {
        // SAFETY: null or a string of the host's.
        match unsafe { is_ours(type_) } {
            true => kResultOk,
            false => kResultFalse,
        }
    }

    unsafe fn attached(&self, parent: *mut c_void, type_: FIDString) -> tresult {
        // SAFETY: null or a string of the host's.
        if parent.is_null() || unsafe { !is_ours(type_) } {
            return kInvalidArgument;
        }
        match handle_of(parent) {
            Some(handle) => result_of(self.open(handle, parent)),
            None => kInvalidArgument,
        }
    }

    unsafe fn removed(&self) -> tresult {
        match self.close() {
            true => kResultOk,
            false => kResultFalse,
        }
    }

    unsafe fn onWheel(&self, _distance: f32) -> tresult {
        kNotImplemented
    }

    /// The window hears of keys from the system.
    unsafe fn onKeyDown(&self, _key: char16, _key_code: int16, _modifiers: int16) -> tresult {
        kResultFalse
    }

    unsafe fn onKeyUp(&self, _key: char16, _key_code: int16, _modifiers: int16) -> tresult {
        kResultFalse
    }

    unsafe fn getSize(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: null or the host's own structure.
        match unsafe { size.as_mut() } {
            Some(size) => {
                *size = rect_of(self.window.size());
                kResultOk
            }
            None => kInvalidArgument,
        }
    }

    unsafe fn onSize(&self, new_size: *mut ViewRect) -> tresult {
        // SAFETY: null or the host's own structure.
        let size = unsafe { new_size.as_ref() }.and_then(size_of);
        match size {
            Some(size) if self.has_window.load(Ordering::Acquire) => {
                result_of(self.window.set_size(size))
            }
            Some(_) => kResultFalse,
            None => kInvalidArgument,
        }
    }

    unsafe fn onFocus(&self, _state: TBool) -> tresult {
        kNotImplemented
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        // SAFETY: null or the host's own object.
        let frame = unsafe { ComRef::from_raw(frame) }.map(|frame| frame.to_com_ptr());
        self.leave_run_loop();
        if let Some(frame) = &frame
            && self.has_window.load(Ordering::Acquire)
        {
            self.host.ui_thread.reach(frame);
        }
        let former = std::mem::replace(&mut *lock(&self.host.frame), frame);
        // The host's object is released without the lock.
        drop(former);
        kResultOk
    }

    unsafe fn canResize(&self) -> tresult {
        kResultOk
    }

    unsafe fn checkSizeConstraint(&self, rect: *mut ViewRect) -> tresult {
        // SAFETY: null or the host's own structure.
        let Some(rect) = (unsafe { rect.as_mut() }) else {
            return kInvalidArgument;
        };
        let Some(size) = size_of(rect) else {
            return kInvalidArgument;
        };
        let [width, height] = self.window.adjusted(size);
        rect.right = rect.left.saturating_add(width as i32);
        rect.bottom = rect.top.saturating_add(height as i32);
        kResultOk
    }
}

impl IPlugViewContentScaleSupportTrait for GuardedView {
    unsafe fn setContentScaleFactor(&self, scale_factor: ScaleFactor) -> tresult {
        result_of(self.window.set_scale(f64::from(scale_factor)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
