//! The latency that the host knows, and how it hears of another one: by `restartComponent`, which VST3 wants
//! on the UI thread.
//!
//! nice-plug 0.4.2 tells it on Linux from a thread that all instances share, which is not the UI thread, and
//! which ends for all of them when an instance goes whose message it has not read; and from within
//! `setActive`, where hosts may not be ready for it. Here a timer of the host's run loop looks whether the
//! host knows the latency. A host may offer that loop to the factory, to the instance or with the editor's
//! frame; as long as it offers none, it is told within its own next call on the UI thread that saves, loads
//! or sets something.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandlerTrait, RestartFlags_,
};

/// What one instance's host knows.
pub struct Latency {
    /// The plugin's, samples.
    now: AtomicU32,
    /// What the host has read or was told to read, samples.
    known: AtomicU32,
    /// Whether the host, which has just activated the plugin, will read the latency by itself.
    is_starting: AtomicBool,
    handler: Mutex<Option<ComPtr<IComponentHandler>>>,
    ui_thread: Mutex<ThreadId>,
}

impl Latency {
    /// No latency, which is what hosts take for granted; the UI thread is this one.
    pub fn new() -> Self {
        Self {
            now: AtomicU32::new(0),
            known: AtomicU32::new(0),
            is_starting: AtomicBool::new(false),
            handler: Mutex::new(None),
            ui_thread: Mutex::new(thread::current().id()),
        }
    }

    /// This is the UI thread.
    pub fn is_initialized_here(&self) {
        *lock(&self.ui_thread) = thread::current().id();
    }

    /// Who hears of another latency.
    pub fn set_handler(&self, handler: Option<ComPtr<IComponentHandler>>) {
        // Let go only after the lock: the host may do anything in its `release`.
        let former = std::mem::replace(&mut *lock(&self.handler), handler);
        drop(former);
    }

    /// Who hears of another latency, and of all else that is told on the UI thread.
    pub fn handler(&self) -> Option<ComPtr<IComponentHandler>> {
        lock(&self.handler).clone()
    }

    /// Whether this is the UI thread.
    pub fn is_ui_thread(&self) -> bool {
        *lock(&self.ui_thread) == thread::current().id()
    }

    /// The plugin's latency is this. For the audio thread too.
    pub fn set(&self, latency_samples: u32) {
        self.now.store(latency_samples, Relaxed);
    }

    /// The plugin was activated: hosts read its latency before they process.
    pub fn activated(&self) {
        self.is_starting.store(true, Relaxed);
    }

    /// The host processes. For the audio thread.
    pub fn started(&self) {
        self.is_starting.store(false, Relaxed);
    }

    /// What the host gets when it asks.
    pub fn read(&self) -> u32 {
        let now = self.now.load(Relaxed);
        if self.is_starting.load(Relaxed) {
            self.known.store(now, Relaxed);
        }
        now
    }

    /// Tells the host if it doesn't know the latency. Only on the UI thread, and with nothing locked: the host
    /// may stop and start the plugin within.
    pub fn tell(&self) {
        let Some(handler) = self.handler() else {
            return;
        };
        let now = self.now.load(Relaxed);
        if self.known.swap(now, Relaxed) != now {
            // SAFETY: the host's own object.
            unsafe { handler.restartComponent(RestartFlags_::kLatencyChanged) };
        }
    }

    /// As [`Self::tell`] from a call of the host's, if it comes on the UI thread.
    pub fn tell_if_on_ui_thread(&self) {
        if self.is_ui_thread() {
            self.tell();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
