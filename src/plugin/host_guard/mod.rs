//! The guard between hosts and the framework: the entry points of the VST3 and the CLAP plugin,
//! and objects that answer the host's calls about buses and audio before the framework does.
//!
//! It is there for what nice-plug 0.4.2 can't do or does wrong at this boundary. Each row has its
//! tests in `tests/awkward_hosts`, and is superfluous once the framework does it right:
//!
//! | what | answered in |
//! |---|---|
//! | VST3 `setBusArrangements` compares the sidechain with the main bus: few layouts can be had | `vst3::audio` |
//! | VST3 `getBusArrangement` makes up speaker masks | `vst3::audio` |
//! | CLAP has no port types above stereo, no surround, no configurable ports | `clap::ports` |
//! | both read past the host's buses when the sidechain is missing | `block` |
//! | a sidechain that goes away leaves slices of an old length | `block` |
//! | channel pointers that are null, or fewer or more than the layout has, crash | `block` |
//! | a block longer than announced allocates on the audio thread | `block` |
//! | CLAP events after the end of the block reach past the host's buffers | `clap::events` |
//! | a VST3 parameter value that is no number is kept and saved | `vst3::changes`, `vst3::object` |
//! | VST3 automation locks, calls the system and may end the host's process | `vst3::changes` |
//! | the last VST3 instance may end the host's process when it goes | `vst3::object` |
//! | CLAP positions stand still within a block if there is no tempo | `clap::transport` |
//! | a main bus without input leaves what the host had in its output | `block` |
//! | outputs keep the host's old flags of silence | `vst3::audio`, `clap::plugin` |
//! | VST3 `process` before `setupProcessing` panics | `vst3::audio` |
//! | an editor for a CLAP host that says nothing about editors ends the host | `clap::plugin` |
//! | CLAP hosts hear of a new latency while the plugin is inactive, or not within its activation | `clap::latency` |
//!
//! The rule is simple, so that the list needn't be complete: behind the guard there is one shape
//! of call only. The framework gets blocks of at most `block::MAX_SAMPLES`, in place, in memory
//! of the guard, with a main bus and a sidechain of equal size; what a host leaves out is silence.
//! That costs one copy of each channel in and out.
//!
//! In VST3 the object is one of our own that holds the framework's and hands on what it doesn't
//! answer: no virtual tables are patched, and it has one COM identity. In CLAP, where a plugin is a
//! table of functions, the guard's table has the framework's functions but for those that it answers.

mod block;
pub mod clap;
pub mod vst3;

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::layouts::Buses;
use super::params::UnderscoreParams;

thread_local! {
    static ACTIVATING: Cell<Option<Buses>> = const { Cell::new(None) };
    static LATENCY_SAMPLES: Cell<Option<u32>> = const { Cell::new(None) };
    static PARAMS: RefCell<Option<Arc<UnderscoreParams>>> = const { RefCell::new(None) };
}

/// Runs `activate`, in which [`activating_buses`] gives `buses`: the framework's layout doesn't say
/// which loudspeakers they feed, nor how many channels are real. It activates the plugin within the
/// call, in the same thread.
fn with_buses<T>(buses: Buses, activate: impl FnOnce() -> T) -> T {
    ACTIVATING.set(Some(buses));
    let result = activate();
    ACTIVATING.set(None);
    result
}

/// The buses of the instance that is being activated.
pub fn activating_buses() -> Option<Buses> {
    ACTIVATING.get()
}

/// Tells the guard the plugin's latency, from within its activation or processing.
pub fn report_latency(latency_samples: u32) {
    LATENCY_SAMPLES.set(Some(latency_samples));
}

/// Runs `work`, and gives the latency that the plugin reported in it.
fn with_latency<T>(work: impl FnOnce() -> T) -> (T, Option<u32>) {
    LATENCY_SAMPLES.set(None);
    (work(), LATENCY_SAMPLES.take())
}

/// Hands the parameters of an instance that is being made to its guard.
pub fn hand_over(params: &Arc<UnderscoreParams>) {
    PARAMS.set(Some(params.clone()));
}

/// Runs `make`, and gives the parameters of the instance that it makes.
fn with_params<T>(make: impl FnOnce() -> T) -> (T, Arc<UnderscoreParams>) {
    let made = make();
    (made, PARAMS.take().unwrap_or_default())
}
