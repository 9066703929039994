//! The VST3 plugin, called raw, with a frame that has a run loop.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::Mutex;

use test_support::demo::RATE_HZ;
use underscore::plugin::GetPluginFactory;
use vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler,
    TimerInterval,
};
use vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait, IEditController,
    IEditControllerTrait, ProcessModes_, ProcessSetup, SymbolicSampleSizes_,
};
use vst3::Steinberg::{
    IBStream, IBStream_::IStreamSeekMode_, IBStreamTrait, IPlugFrame, IPlugFrameTrait, IPlugView,
    IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait, IPlugViewTrait,
    IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, ViewRect, kInvalidArgument,
    kPlatformTypeX11EmbedWindowID, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper, Interface};

use super::audio_side::{AudioSide, BLOCK_SAMPLES, Vst3Audio};
use super::raw_host::RawHost;

/// The host's frame round a view.
#[derive(Default)]
pub struct Frame {
    handlers: Mutex<Vec<ComPtr<IEventHandler>>>,
    sizes: Mutex<Vec<[u32; 2]>>,
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl Frame {
    /// How many handlers are registered.
    pub fn num_handlers(&self) -> usize {
        self.handlers.lock().unwrap().len()
    }
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, rect: *mut ViewRect) -> tresult {
        let size = unsafe { size_of(&*rect) };
        self.sizes.lock().unwrap().push(size);
        let view = unsafe { ComRef::from_raw(view) }.expect("it says which view");
        unsafe { view.onSize(rect) }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(
        &self,
        handler: *mut IEventHandler,
        _: FileDescriptor,
    ) -> tresult {
        let handler = unsafe { ComRef::from_raw(handler) }.expect("it registers one");
        self.handlers.lock().unwrap().push(handler.to_com_ptr());
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        let mut handlers = self.handlers.lock().unwrap();
        handlers.retain(|registered| registered.as_ptr() != handler);
        kResultOk
    }

    unsafe fn registerTimer(&self, _: *mut ITimerHandler, _: TimerInterval) -> tresult {
        kResultFalse
    }

    unsafe fn unregisterTimer(&self, _: *mut ITimerHandler) -> tresult {
        kResultFalse
    }
}

/// One instance.
pub struct RawVst3 {
    component: ComPtr<IComponent>,
    controller: ComPtr<IEditController>,
    pub frame: ComWrapper<Frame>,
    pub view: Option<ComPtr<IPlugView>>,
}

fn size_of(rect: &ViewRect) -> [u32; 2] {
    [rect.right - rect.left, rect.bottom - rect.top].map(|side| side as u32)
}

fn rect_of([width, height]: [u32; 2]) -> ViewRect {
    ViewRect {
        left: 0,
        top: 0,
        right: width as i32,
        bottom: height as i32,
    }
}

impl RawVst3 {
    /// An instance of the plugin whose factory that is.
    pub fn from_factory(factory: *mut c_void) -> Self {
        let factory = unsafe { ComPtr::from_raw(factory.cast::<IPluginFactory>()) }.unwrap();
        let mut component = null_mut();
        let result = unsafe {
            factory.createInstance(
                b"UnderscoreClash1".as_ptr().cast(),
                IComponent::IID.as_ptr().cast(),
                &mut component,
            )
        };
        assert_eq!(result, kResultOk);
        let component = unsafe { ComPtr::from_raw(component.cast::<IComponent>()) }.unwrap();
        assert_eq!(unsafe { component.initialize(null_mut()) }, kResultOk);
        Self {
            controller: component.cast().unwrap(),
            component,
            frame: ComWrapper::new(Frame::default()),
            view: None,
        }
    }

    /// Another view, without a frame.
    pub fn new_view(&self) -> ComPtr<IPlugView> {
        let view = unsafe { self.controller.createView(c"editor".as_ptr()) };
        unsafe { ComPtr::from_raw(view) }.expect("there is an editor")
    }

    /// The view, which is made when it is first asked for.
    pub fn view(&mut self) -> ComPtr<IPlugView> {
        if self.view.is_none() {
            let view = self.new_view();
            let frame = self.frame.to_com_ptr::<IPlugFrame>().unwrap();
            assert_eq!(unsafe { view.setFrame(frame.as_ptr()) }, kResultOk);
            self.view = Some(view);
        }
        self.view.clone().unwrap()
    }

    /// Puts `view` into an X11 window.
    pub fn attach(view: &ComPtr<IPlugView>, parent: u32) -> tresult {
        let parent = parent as usize as *mut c_void;
        unsafe { view.attached(parent, kPlatformTypeX11EmbedWindowID) }
    }
}

impl RawHost for RawVst3 {
    fn new() -> Self {
        Self::from_factory(GetPluginFactory())
    }

    fn open(&mut self, parent: u32) -> bool {
        Self::attach(&self.view(), parent) == kResultOk
    }

    fn close(&mut self) {
        if let Some(view) = self.view.take() {
            unsafe {
                view.removed();
                view.setFrame(null_mut());
            }
        }
    }

    fn set_scale(&mut self, scale: f64) -> bool {
        let view = self.view().cast::<IPlugViewContentScaleSupport>().unwrap();
        unsafe { view.setContentScaleFactor(scale as f32) == kResultOk }
    }

    fn size(&mut self) -> [u32; 2] {
        let mut rect = rect_of([0; 2]);
        assert_eq!(unsafe { self.view().getSize(&mut rect) }, kResultOk);
        size_of(&rect)
    }

    fn adjusted(&mut self, size: [u32; 2]) -> [u32; 2] {
        let mut rect = rect_of(size);
        let result = unsafe { self.view().checkSizeConstraint(&mut rect) };
        assert_eq!(result, kResultOk);
        size_of(&rect)
    }

    fn set_size(&mut self, size: [u32; 2]) -> bool {
        unsafe { self.view().onSize(&mut rect_of(size)) == kResultOk }
    }

    fn requested_sizes(&self) -> Vec<[u32; 2]> {
        self.frame.sizes.lock().unwrap().clone()
    }

    fn serve(&mut self) {
        let handlers = self.frame.handlers.lock().unwrap().clone();
        for handler in handlers {
            // As run loops do whether or not there is something to read.
            unsafe { handler.onFDIsSet(-1) };
        }
    }

    fn save(&mut self) -> Vec<u8> {
        let stream = ComWrapper::new(Stream::default());
        let pointer = stream.to_com_ptr::<IBStream>().unwrap();
        let result = unsafe { self.component.getState(pointer.as_ptr()) };
        assert_eq!(result, kResultOk);
        stream.bytes.take()
    }

    fn load(&mut self, state: &[u8]) {
        let stream = ComWrapper::new(Stream {
            bytes: RefCell::new(state.to_vec()),
            position: Cell::new(0),
        });
        let pointer = stream.to_com_ptr::<IBStream>().unwrap();
        let result = unsafe { self.component.setState(pointer.as_ptr()) };
        assert_eq!(result, kResultOk);
    }

    fn start_audio(&mut self) -> Box<dyn AudioSide> {
        let processor = self.component.cast::<IAudioProcessor>().unwrap();
        let mut setup = ProcessSetup {
            processMode: ProcessModes_::kRealtime as i32,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as i32,
            maxSamplesPerBlock: BLOCK_SAMPLES as i32,
            sampleRate: RATE_HZ,
        };
        // Left and right.
        let (mut inputs, mut output) = ([3; 2], 3);
        unsafe {
            let inputs = inputs.as_mut_ptr();
            let result = processor.setBusArrangements(inputs, 2, &mut output, 1);
            assert_eq!(result, kResultOk);
            assert_eq!(processor.setupProcessing(&mut setup), kResultOk);
            assert_eq!(self.component.setActive(1), kResultOk);
            processor.setProcessing(1);
        }
        Box::new(Vst3Audio(processor))
    }

    fn stop_audio(&mut self) {
        let processor = self.component.cast::<IAudioProcessor>().unwrap();
        unsafe {
            processor.setProcessing(0);
            self.component.setActive(0);
        }
    }
}

impl Drop for RawVst3 {
    fn drop(&mut self) {
        unsafe { self.component.terminate() };
    }
}

/// A null pointer where a string should be.
pub const NO_TEXT: *const std::ffi::c_char = null();

/// A state in memory.
#[derive(Default)]
struct Stream {
    bytes: RefCell<Vec<u8>>,
    position: Cell<usize>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, to: *mut c_void, num_bytes: i32, num_read: *mut i32) -> tresult {
        let bytes = self.bytes.borrow();
        let rest = &bytes[self.position.get()..];
        let num = rest.len().min(num_bytes as usize);
        unsafe {
            rest.as_ptr().copy_to_nonoverlapping(to.cast(), num);
            if !num_read.is_null() {
                *num_read = num as i32;
            }
        }
        self.position.set(self.position.get() + num);
        kResultOk
    }

    unsafe fn write(&self, from: *mut c_void, num_bytes: i32, num_written: *mut i32) -> tresult {
        let from = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), num_bytes as usize) };
        self.bytes.borrow_mut().extend_from_slice(from);
        if !num_written.is_null() {
            unsafe { *num_written = num_bytes };
        }
        kResultOk
    }

    unsafe fn seek(&self, offset: i64, mode: i32, result: *mut i64) -> tresult {
        let from = match mode as u32 {
            IStreamSeekMode_::kIBSeekSet => 0,
            IStreamSeekMode_::kIBSeekCur => self.position.get(),
            IStreamSeekMode_::kIBSeekEnd => self.bytes.borrow().len(),
            _ => return kInvalidArgument,
        };
        self.position.set((from as i64 + offset) as usize);
        if !result.is_null() {
            unsafe { *result = self.position.get() as i64 };
        }
        kResultOk
    }

    unsafe fn tell(&self, position: *mut i64) -> tresult {
        unsafe { *position = self.position.get() as i64 };
        kResultOk
    }
}
