//! Hears what comes whether or not a window is open, so that list and history have no holes: one thread
//! for all instances of the process, which begins with the first and ends with the last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::editor::window::Shared;

/// Time between two looks at what has come. The ring of hops holds 11 s of real time, so this is enough for a
/// bounce 200 times as fast.
const INTERVAL: Duration = Duration::from_millis(50);

/// The same while a pass is learned, or hops wait: then a bounce 2,000 times as fast loses none of them.
const BUSY_INTERVAL: Duration = Duration::from_millis(5);

static LISTENING: Mutex<Listening> = Mutex::new(Listening {
    instances: Vec::new(),
    thread: None,
});

struct Listening {
    instances: Vec<Weak<Shared>>,
    thread: Option<Listener>,
}

struct Listener {
    thread: JoinHandle<()>,
    is_over: Arc<AtomicBool>,
}

/// As long as it is there, what comes to an instance is heard.
pub struct Ear(Weak<Shared>);

impl Ear {
    /// Listens for an instance. Where no thread can be had, only its open window hears what comes.
    pub fn new(instance: &Arc<Shared>) -> Self {
        let instance = Arc::downgrade(instance);
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        listening.instances.push(instance.clone());
        if listening.thread.is_none() {
            listening.thread = Listener::start().ok();
        }
        Self(instance)
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        listening
            .instances
            .retain(|instance| !instance.ptr_eq(&self.0));
        let last = match listening.instances.is_empty() {
            true => listening.thread.take(),
            false => None,
        };
        drop(listening);
        // The library may be unloaded next.
        if let Some(listener) = last {
            listener.is_over.store(true, Ordering::Release);
            listener.thread.thread().unpark();
            // It has no way to panic, and no one to tell if it had.
            let _ = listener.thread.join();
        }
    }
}

impl Listener {
    fn start() -> std::io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let is_over_there = is_over.clone();
        let listen = move || {
            let mut interval = INTERVAL;
            while !is_over_there.load(Ordering::Acquire) {
                thread::park_timeout(interval);
                let listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
                let instances = listening.instances.clone();
                drop(listening);
                let instances = instances.iter().filter_map(Weak::upgrade);
                let num_busy = instances.filter(|instance| instance.listen()).count();
                interval = match num_busy {
                    0 => INTERVAL,
                    _ => BUSY_INTERVAL,
                };
            }
        };
        let thread = thread::Builder::new()
            .name("underscore ear".to_owned())
            .spawn(listen)?;
        Ok(Self { thread, is_over })
    }
}
