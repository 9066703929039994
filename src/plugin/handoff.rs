//! What the plugin and its guard hand each other beside the framework, in thread-locals that are set while
//! the framework makes, activates or runs an instance.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use nice_plug::context::gui::GuiContext;

use crate::editor::HostWindow;
use crate::params::UnderscoreParams;
use crate::plugin::buses::Buses;

/// Most events of the lane within one piece of a block; each hop has one at most.
const MAX_LANE_EVENTS: usize = 64;

/// What goes out on the ride's lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LaneEvent {
    /// A gesture begins.
    Begin,
    /// The ride is this, LU.
    Value(f32),
    /// The gesture ends.
    End,
}

/// The lane's events of one piece of a block, each with its sample.
#[derive(Debug, Clone, Copy)]
struct LaneEvents {
    events: [Option<(u32, LaneEvent)>; MAX_LANE_EVENTS],
    num: usize,
    /// Samples of the piece that the calls before this one had.
    passed_samples: u32,
}

const NO_LANE_EVENTS: LaneEvents = LaneEvents {
    events: [None; MAX_LANE_EVENTS],
    num: 0,
    passed_samples: 0,
};

thread_local! {
    static LANE: RefCell<LaneEvents> = const { RefCell::new(NO_LANE_EVENTS) };
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

/// Sends an event of the lane at a sample of the call that runs.
pub fn send_lane_event(offset: u32, event: LaneEvent) {
    LANE.with_borrow_mut(|lane| {
        let at = lane.passed_samples.saturating_add(offset);
        if let Some(place) = lane.events.get_mut(lane.num) {
            *place = Some((at, event));
            lane.num += 1;
        }
    });
}

/// The call that runs ends, and had so many samples.
pub fn pass_lane_samples(num_samples: usize) {
    LANE.with_borrow_mut(|lane| {
        lane.passed_samples = lane.passed_samples.saturating_add(num_samples as u32);
    });
}

/// Runs `work`, in which the framework processes a piece of a block by one call or several, and hands each event of
/// the lane to `take` with its sample in the piece.
pub fn with_lane_events<T>(work: impl FnOnce() -> T, mut take: impl FnMut(u32, LaneEvent)) -> T {
    LANE.set(NO_LANE_EVENTS);
    let result = work();
    let LaneEvents { events, .. } = LANE.replace(NO_LANE_EVENTS);
    for (at, event) in events.into_iter().flatten() {
        take(at, event);
    }
    result
}
