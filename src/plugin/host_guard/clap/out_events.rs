//! What goes out to the host's list of one block: the framework's events and those of the lane, in the order of time.

use std::cell::RefCell;
use std::mem::size_of;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_IS_LIVE, CLAP_EVENT_PARAM_GESTURE_BEGIN,
    CLAP_EVENT_PARAM_GESTURE_END, CLAP_EVENT_PARAM_VALUE, clap_event_header,
    clap_event_param_gesture, clap_event_param_value, clap_output_events,
};
use clap_sys::id::clap_id;

use crate::plugin::handoff::LaneEvent;

/// Most events of the framework's that wait for the end of their piece; more go out at once.
const MAX_WAITING: usize = 64;

/// Stands for the host's list in the framework's calls, for one piece of a block. nice-plug 0.4.2 counts the times
/// of its events from the start of the piece, and knows nothing of the lane's.
pub struct OutEvents {
    host: *const clap_output_events,
    /// Where the piece begins in the host's block.
    start: u32,
    ride_id: clap_id,
    waiting: RefCell<Waiting>,
}

#[derive(Clone, Copy)]
enum Event {
    Gesture(clap_event_param_gesture),
    Value(clap_event_param_value),
}

struct Waiting {
    events: [Option<Event>; MAX_WAITING],
    num: usize,
}

impl Event {
    fn header(&self) -> &clap_event_header {
        match self {
            Self::Gesture(event) => &event.header,
            Self::Value(event) => &event.header,
        }
    }
}

impl OutEvents {
    /// For the piece that begins at the sample `start` of the host's block; the lane is the parameter `ride_id`.
    ///
    /// # Safety
    /// `host` must be null or valid as long as this is.
    pub unsafe fn new(host: *const clap_output_events, start: usize, ride_id: clap_id) -> Self {
        Self {
            host,
            start: start as u32,
            ride_id,
            waiting: RefCell::new(Waiting {
                events: [None; MAX_WAITING],
                num: 0,
            }),
        }
    }

    /// The list as CLAP passes it; it points to `self`.
    pub fn as_clap(&self) -> clap_output_events {
        clap_output_events {
            ctx: std::ptr::from_ref(self).cast_mut().cast(),
            try_push: Some(try_push),
        }
    }

    /// Takes an event of the lane at a sample of the piece, after all of the framework's. A value is what hosts know: 0
    /// to 1.
    pub fn push_lane(&self, at: u32, event: LaneEvent) {
        self.push_earlier(at);
        let header = |type_, size| clap_event_header {
            size: size as u32,
            time: self.start.saturating_add(at),
            space_id: CLAP_CORE_EVENT_SPACE_ID,
            type_,
            flags: CLAP_EVENT_IS_LIVE,
        };
        let gesture = |type_| {
            Event::Gesture(clap_event_param_gesture {
                header: header(type_, size_of::<clap_event_param_gesture>()),
                param_id: self.ride_id,
            })
        };
        let event = match event {
            LaneEvent::Begin => gesture(CLAP_EVENT_PARAM_GESTURE_BEGIN),
            LaneEvent::End => gesture(CLAP_EVENT_PARAM_GESTURE_END),
            LaneEvent::Value(normalized) => Event::Value(clap_event_param_value {
                header: header(CLAP_EVENT_PARAM_VALUE, size_of::<clap_event_param_value>()),
                param_id: self.ride_id,
                cookie: std::ptr::null_mut(),
                note_id: -1,
                port_index: -1,
                channel: -1,
                key: -1,
                value: f64::from(normalized),
            }),
        };
        self.push_to_host(event.header());
    }

    /// Hands on what still waits.
    pub fn finish(&self) {
        self.push_earlier(u32::MAX);
    }

    /// Hands on what waits and comes no later than the sample `at` of the piece.
    fn push_earlier(&self, at: u32) {
        let until = self.start.saturating_add(at);
        let Ok(mut waiting) = self.waiting.try_borrow_mut() else {
            return;
        };
        for place in &mut waiting.events {
            if place.is_some_and(|event| event.header().time <= until)
                && let Some(event) = place.take()
            {
                self.push_to_host(event.header());
            }
        }
    }

    fn push_to_host(&self, header: &clap_event_header) -> bool {
        // SAFETY: null or the host's list, as `new`'s caller vouches, and an event of the size that it says.
        unsafe {
            let push = self.host.as_ref().and_then(|host| host.try_push);
            push.is_some_and(|push| push(self.host, header))
        }
    }

    /// Takes an event of the framework's.
    ///
    /// # Safety
    /// `event` must be null or valid.
    unsafe fn take(&self, event: *const clap_event_header) -> bool {
        // SAFETY: the caller vouches for it.
        let Some(header) = (unsafe { event.as_ref() }) else {
            return false;
        };
        let later = clap_event_header {
            time: self.start.saturating_add(header.time),
            ..*header
        };
        // SAFETY: the type says what follows the header.
        let copy = match header.type_ {
            CLAP_EVENT_PARAM_GESTURE_BEGIN | CLAP_EVENT_PARAM_GESTURE_END => unsafe {
                let event = *event.cast::<clap_event_param_gesture>();
                Event::Gesture(clap_event_param_gesture {
                    header: later,
                    ..event
                })
            },
            CLAP_EVENT_PARAM_VALUE => unsafe {
                let event = *event.cast::<clap_event_param_value>();
                Event::Value(clap_event_param_value {
                    header: later,
                    ..event
                })
            },
            // The framework sends no others: the plugin has no notes.
            _ => return false,
        };
        let Ok(mut waiting) = self.waiting.try_borrow_mut() else {
            return false;
        };
        let num = waiting.num;
        match waiting.events.get_mut(num) {
            Some(place) => {
                *place = Some(copy);
                waiting.num += 1;
                true
            }
            None => self.push_to_host(copy.header()),
        }
    }
}

unsafe extern "C" fn try_push(
    list: *const clap_output_events,
    event: *const clap_event_header,
) -> bool {
    // SAFETY: made by `as_clap`, whose list outlives the framework's call.
    unsafe { (*(*list).ctx.cast::<OutEvents>()).take(event) }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pushed = Vec<(u32, u16, f64)>;

    unsafe extern "C" fn host_push(
        list: *const clap_output_events,
        event: *const clap_event_header,
    ) -> bool {
        let pushed = unsafe { &mut *(*list).ctx.cast::<Pushed>() };
        let header = unsafe { *event };
        let value = match header.type_ {
            CLAP_EVENT_PARAM_VALUE => unsafe { (*event.cast::<clap_event_param_value>()).value },
            _ => 0.0,
        };
        pushed.push((header.time, header.type_, value));
        true
    }

    #[test]
    fn times_count_from_the_blocks_start_and_are_in_order() {
        let mut pushed = Pushed::new();
        let host = clap_output_events {
            ctx: std::ptr::from_mut(&mut pushed).cast(),
            try_push: Some(host_push),
        };
        // SAFETY: the list lives longer.
        let events = unsafe { OutEvents::new(&host, 2048, 7) };
        let list = events.as_clap();
        for time in [0, 500] {
            let event = clap_event_param_gesture {
                header: clap_event_header {
                    size: size_of::<clap_event_param_gesture>() as u32,
                    time,
                    space_id: CLAP_CORE_EVENT_SPACE_ID,
                    type_: CLAP_EVENT_PARAM_GESTURE_BEGIN,
                    flags: 0,
                },
                param_id: 3,
            };
            // SAFETY: a list and an event that are valid.
            assert!(unsafe { list.try_push.unwrap()(&list, &event.header) });
        }
        events.push_lane(100, LaneEvent::Begin);
        events.push_lane(356, LaneEvent::Value(0.25));
        events.push_lane(600, LaneEvent::End);
        events.finish();
        let (begin, end) = (CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END);
        let expected = [
            (2048, begin, 0.0),
            (2148, begin, 0.0),
            (2404, CLAP_EVENT_PARAM_VALUE, 0.25),
            (2548, begin, 0.0),
            (2648, end, 0.0),
        ];
        assert_eq!(pushed, expected);
    }

    #[test]
    fn a_host_without_a_list_gets_nothing() {
        // SAFETY: there is none.
        let events = unsafe { OutEvents::new(std::ptr::null(), 0, 7) };
        events.push_lane(0, LaneEvent::Begin);
        events.finish();
    }
}
