//! What the plugin and its guard hand each other beside the framework, in thread-locals that are set while
//! the framework makes, activates or runs an instance.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use nice_plug::context::gui::GuiContext;

use crate::editor::HostWindow;
use crate::params::UnderscoreParams;
use crate::plugin::buses::Buses;

thread_local! {
    static ACTIVATING: Cell<Option<Buses>> = const { Cell::new(None) };
    static LATENCY_SAMPLES: Cell<Option<u32>> = const { Cell::new(None) };
    static CONTEXT: RefCell<Option<GuiContext>> = const { RefCell::new(None) };
    static WINDOW: RefCell<Option<Arc<HostWindow>>> = const { RefCell::new(None) };
    static PARAMS: RefCell<Option<Arc<UnderscoreParams>>> = const { RefCell::new(None) };
}

/// Runs `activate`, in which [`activating_buses`] gives `buses`: the framework's layout doesn't say
/// which loudspeakers they feed, nor how many channels are real. It activates the plugin within the
/// call, in the same thread.
pub fn with_buses<T>(buses: Buses, activate: impl FnOnce() -> T) -> T {
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
pub fn with_latency<T>(work: impl FnOnce() -> T) -> (T, Option<u32>) {
    LATENCY_SAMPLES.set(None);
    (work(), LATENCY_SAMPLES.take())
}

/// Hands the parameters of an instance that is being made to its guard.
pub fn hand_over(params: &Arc<UnderscoreParams>) {
    PARAMS.set(Some(params.clone()));
}

/// Runs `make`, and gives the parameters of the instance that it makes.
pub fn with_params<T>(make: impl FnOnce() -> T) -> (T, Arc<UnderscoreParams>) {
    let made = make();
    (made, PARAMS.take().unwrap_or_default())
}

/// Hands the window of an instance that is being made to its guard.
pub fn hand_over_window(window: HostWindow) {
    WINDOW.set(Some(Arc::new(window)));
}

/// Runs `make`, and gives the window of the instance that it makes.
pub fn with_window<T>(make: impl FnOnce() -> T) -> (T, Option<Arc<HostWindow>>) {
    let made = make();
    (made, WINDOW.take())
}

/// Hands the framework's way to the host's parameters to the guard.
pub fn hand_over_context(context: GuiContext) {
    CONTEXT.set(Some(context));
}

/// Runs `open`, in which the framework is asked for the editor, and gives what it hands over instead.
pub fn with_context(open: impl FnOnce()) -> Option<GuiContext> {
    CONTEXT.set(None);
    open();
    CONTEXT.take()
}
