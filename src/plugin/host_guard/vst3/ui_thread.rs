//! The host's UI thread, as a VST3 view reaches it on Linux: by its run loop, which watches a socket. The handler is
//! taken back when the view is closed, and both ends of the socket are closed with it (nice-plug 0.4.2 never
//! does either).

#[cfg(not(target_os = "linux"))]
pub use elsewhere::UiThread;
#[cfg(target_os = "linux")]
pub use on_linux::UiThread;

/// What is to be done there.
pub type Task = Box<dyn FnOnce() + Send>;

#[cfg(target_os = "linux")]
mod on_linux {
    use std::io::{Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

    use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
        FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait,
    };
    use nice_plug::wrapper::vst3::vst3::Steinberg::{IPlugFrame, kResultOk};
    use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComWrapper};

    use crate::plugin::host_guard::vst3::ui_thread::Task;

    /// The UI thread of one view's host, while there is a way to it.
    #[derive(Default)]
    pub struct UiThread {
        tasks: Arc<Mutex<Vec<Task>>>,
        way: Mutex<Option<Registration>>,
    }

    impl UiThread {
        /// Finds the way, if the host's `frame` has a run loop. A former way is given up.
        pub fn reach(&self, frame: &ComPtr<IPlugFrame>) {
            let way = frame.cast().and_then(|run_loop| self.register(run_loop));
            let former = std::mem::replace(&mut *lock(&self.way), way);
            // The host is called here, without the lock.
            drop(former);
        }

        /// Gives the way up.
        pub fn leave(&self) {
            let way = lock(&self.way).take();
            // The host is called here, without the lock.
            drop(way);
            lock(&self.tasks).clear();
        }

        /// Has `task` run there, if there is a way.
        pub fn post(&self, task: Task) {
            let way = lock(&self.way);
            let Some(way) = &*way else {
                return;
            };
            lock(&self.tasks).push(task);
            // Full, it will be read soon.
            let _ = (&way.doorbell).write(&[1]);
        }

        fn register(&self, run_loop: ComPtr<IRunLoop>) -> Option<Registration> {
            // A socket, because Ardour watches nothing else.
            let (doorbell, door) = UnixStream::pair().ok()?;
            doorbell.set_nonblocking(true).ok()?;
            door.set_nonblocking(true).ok()?;
            let descriptor = door.as_raw_fd();
            let handler = ComWrapper::new(Handler {
                door: Mutex::new(Some(door)),
                tasks: self.tasks.clone(),
            });
            let pointer = handler.to_com_ptr::<IEventHandler>()?;
            // SAFETY: the host's object, ours, and a descriptor that is open until it is taken back.
            let result = unsafe { run_loop.registerEventHandler(pointer.as_ptr(), descriptor) };
            (result == kResultOk).then_some(Registration {
                run_loop,
                handler,
                pointer,
                doorbell,
            })
        }
    }

    /// A handler in the host's run loop, taken back when this is dropped.
    struct Registration {
        run_loop: ComPtr<IRunLoop>,
        handler: ComWrapper<Handler>,
        pointer: ComPtr<IEventHandler>,
        doorbell: UnixStream,
    }

    impl Drop for Registration {
        fn drop(&mut self) {
            // SAFETY: the host's object and ours.
            unsafe { self.run_loop.unregisterEventHandler(self.pointer.as_ptr()) };
            // Even if the host keeps the handler.
            lock(&self.handler.door).take();
        }
    }

    struct Handler {
        door: Mutex<Option<UnixStream>>,
        tasks: Arc<Mutex<Vec<Task>>>,
    }

    impl Class for Handler {
        type Interfaces = (IEventHandler,);
    }

    impl IEventHandlerTrait for Handler {
        unsafe fn onFDIsSet(&self, _descriptor: FileDescriptor) {
            if let Some(door) = &*lock(&self.door) {
                let mut rings = [0; 32];
                let mut door = door;
                while door.read(&mut rings).is_ok_and(|num_read| num_read > 0) {}
            }
            let tasks = std::mem::take(&mut *lock(&self.tasks));
            for task in tasks {
                // The host must not fall with one.
                let _ = catch_unwind(AssertUnwindSafe(task));
            }
        }
    }

    fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use nice_plug::wrapper::vst3::vst3::ComPtr;
    use nice_plug::wrapper::vst3::vst3::Steinberg::IPlugFrame;

    use crate::plugin::host_guard::vst3::ui_thread::Task;

    /// The thread that windows run on anyway.
    #[derive(Default)]
    pub struct UiThread {}

    impl UiThread {
        /// It is where the caller is.
        pub fn reach(&self, _frame: &ComPtr<IPlugFrame>) {}

        /// Nothing to give up.
        pub fn leave(&self) {}

        /// Runs `task`: only the window posts any, from this very thread.
        pub fn post(&self, task: Task) {
            task();
        }
    }
}
