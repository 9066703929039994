//! The events of one piece of a block, as a view of the host's list.

use std::cell::Cell;
use std::mem::zeroed;
use std::ops::Range;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    clap_event_header, clap_event_param_value, clap_event_transport, clap_input_events,
};

use crate::plugin::host_guard::clap::transport::transport_at;

/// No event space has this id: hosts number theirs from 0.
const UNKNOWN_SPACE_ID: u16 = u16::MAX;

/// A host's list of events.
#[derive(Clone, Copy)]
pub struct HostEvents<'a>(Option<&'a clap_input_events>);

impl<'a> HostEvents<'a> {
    /// # Safety
    /// `list` must be null or valid, with all its events, as long as `'a`.
    pub unsafe fn new(list: *const clap_input_events) -> Self {
        // SAFETY: the caller vouches for it.
        Self(unsafe { list.as_ref() })
    }

    fn size(self) -> u32 {
        match self.0.and_then(|list| Some((list, list.size?))) {
            // SAFETY: the host's function with its list.
            Some((list, size)) => unsafe { size(list) },
            None => 0,
        }
    }

    fn get(self, index: u32) -> Option<&'a clap_event_header> {
        let list = self.0?;
        // SAFETY: the host's function with its list; the event is valid as long as the list.
        unsafe { list.get?(list, index).as_ref() }
    }

    /// The latest transport event before the sample `end` of the host's block.
    pub fn transport_before(self, end: usize) -> Option<&'a clap_event_transport> {
        (0..self.size())
            .rev()
            .filter_map(|index| self.get(index))
            .find(|event| is_transport(event) && (event.time as usize) < end)
            // SAFETY: the type says what follows the header.
            .map(|event| unsafe { &*std::ptr::from_ref(event).cast() })
    }
}

fn is_transport(event: &clap_event_header) -> bool {
    event.space_id == CLAP_CORE_EVENT_SPACE_ID && event.type_ == CLAP_EVENT_TRANSPORT
}

/// Stands for the host's list in the framework's calls. It shows the parameter and transport
/// events of one piece, in order and within the piece: nice-plug 0.4.2 would process past the end
/// of the host's buffers up to the time of an event that lies there. All others, and parameter
/// non-finite values, which it would store and save, show as events that nobody knows.
///
/// The framework looks at one parameter event at a time, so one copy is enough. It keeps a pointer
/// to the last transport event while it looks at the next; hence two.
pub struct PieceEvents<'a> {
    host: HostEvents<'a>,
    piece: Range<u32>,
    is_last: bool,
    sample_rate_hz: f64,
    /// Time of the latest event shown, from the start of the piece.
    latest: Cell<u32>,
    unknown: Cell<clap_event_header>,
    param: Cell<clap_event_param_value>,
    transports: [TransportCopy; 2],
}

/// Copy of a transport event.
struct TransportCopy {
    event: Cell<clap_event_transport>,
    /// Index of the event in the host's list, and -1 before there is one.
    event_idx: Cell<i64>,
}

impl TransportCopy {
    fn new() -> Self {
        Self {
            // SAFETY: numbers only, which may be 0.
            event: Cell::new(unsafe { zeroed() }),
            event_idx: Cell::new(-1),
        }
    }
}

impl<'a> PieceEvents<'a> {
    /// The events of `piece` of the host's block; the last piece takes those after it too. The
    /// sample rate matters only where there are samples.
    pub fn new(
        host: HostEvents<'a>,
        piece: Range<usize>,
        is_last: bool,
        sample_rate_hz: f64,
    ) -> Self {
        Self {
            host,
            piece: piece.start as u32..piece.end as u32,
            is_last,
            sample_rate_hz,
            latest: Cell::new(0),
            unknown: Cell::new(clap_event_header {
                size: size_of::<clap_event_header>() as u32,
                time: 0,
                space_id: UNKNOWN_SPACE_ID,
                type_: u16::MAX,
                flags: 0,
            }),
            // SAFETY: numbers and a pointer, which may be 0 and null.
            param: Cell::new(unsafe { zeroed() }),
            transports: [TransportCopy::new(), TransportCopy::new()],
        }
    }

    /// The view as CLAP passes lists; it points to `self`.
    pub fn as_clap(&self) -> clap_input_events {
        clap_input_events {
            ctx: std::ptr::from_ref(self).cast_mut().cast(),
            size: Some(size),
            get: Some(get),
        }
    }

    fn get(&self, index: u32) -> *const clap_event_header {
        self.event(index).unwrap_or_else(|| {
            let unknown = clap_event_header {
                time: self.latest.get(),
                ..self.unknown.get()
            };
            self.unknown.set(unknown);
            self.unknown.as_ptr()
        })
    }

    /// The copy of an event that concerns the framework.
    fn event(&self, index: u32) -> Option<*const clap_event_header> {
        let event = self.host.get(index)?;
        let is_of_piece =
            event.time >= self.piece.start && (event.time < self.piece.end || self.is_last);
        if event.space_id != CLAP_CORE_EVENT_SPACE_ID || !is_of_piece {
            return None;
        }
        let last_sample = (self.piece.len() as u32).saturating_sub(1);
        let time = (event.time - self.piece.start)
            .min(last_sample)
            .max(self.latest.get());
        let header = clap_event_header { time, ..*event };
        let event = std::ptr::from_ref(event);
        match header.type_ {
            // Modulation has the same fields, with an amount for the value.
            CLAP_EVENT_PARAM_VALUE | CLAP_EVENT_PARAM_MOD => {
                // SAFETY: the type says what follows the header.
                let param = unsafe { *event.cast::<clap_event_param_value>() };
                self.param.set(clap_event_param_value { header, ..param });
                self.latest.set(time);
                Some(self.param.as_ptr().cast_const().cast())
            }
            CLAP_EVENT_TRANSPORT => {
                // SAFETY: the type says what follows the header.
                let transport = unsafe { &*event.cast::<clap_event_transport>() };
                // The framework counts from the start of the piece, as if it had begun so.
                let seconds = -f64::from(time) / self.sample_rate_hz;
                let transport = clap_event_transport {
                    header,
                    ..transport_at(transport, seconds)
                };
                let copy = self.copy_for(i64::from(index));
                copy.event.set(transport);
                copy.event_idx.set(i64::from(index));
                self.latest.set(time);
                Some(copy.event.as_ptr().cast_const().cast())
            }
            _ => None,
        }
    }

    /// Where to copy the transport event of that index: over itself if it was shown before, or over
    /// the older one.
    fn copy_for(&self, event_idx: i64) -> &TransportCopy {
        let [first, second] = &self.transports;
        let is_in_second = second.event_idx.get() == event_idx;
        let is_first_older = first.event_idx.get() < second.event_idx.get();
        match first.event_idx.get() == event_idx || (is_first_older && !is_in_second) {
            true => first,
            false => second,
        }
    }
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: made by `as_clap`, whose view outlives the framework's call.
    unsafe { (*(*list).ctx.cast::<PieceEvents>()).host.size() }
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: made by `as_clap`, whose view outlives the framework's call.
    unsafe { (*(*list).ctx.cast::<PieceEvents>()).get(index) }
}

#[cfg(test)]
mod tests {
    use clap_sys::events::{
        CLAP_TRANSPORT_HAS_SECONDS_TIMELINE, CLAP_TRANSPORT_HAS_TEMPO, CLAP_TRANSPORT_IS_PLAYING,
    };
    use clap_sys::fixedpoint::CLAP_SECTIME_FACTOR;

    use super::*;

    const RATE_HZ: f64 = 1000.0;

    /// A host's events in one shape that is large enough for both kinds.
    type Events = Vec<clap_event_transport>;

    unsafe extern "C" fn host_size(list: *const clap_input_events) -> u32 {
        unsafe { (*(*list).ctx.cast::<Events>()).len() as u32 }
    }

    unsafe extern "C" fn host_get(
        list: *const clap_input_events,
        index: u32,
    ) -> *const clap_event_header {
        let events = unsafe { &*(*list).ctx.cast::<Events>() };
        std::ptr::from_ref(&events[index as usize]).cast()
    }

    fn list_of(events: &mut Events) -> clap_input_events {
        clap_input_events {
            ctx: std::ptr::from_mut(events).cast(),
            size: Some(host_size),
            get: Some(host_get),
        }
    }

    fn event(type_: u16, time: u32) -> clap_event_transport {
        clap_event_transport {
            header: clap_event_header {
                size: size_of::<clap_event_transport>() as u32,
                time,
                space_id: CLAP_CORE_EVENT_SPACE_ID,
                type_,
                flags: 0,
            },
            // SAFETY: numbers only, which may be 0.
            ..unsafe { zeroed() }
        }
    }

    /// The host is there at `time`, s.
    fn transport(time: u32, song_pos_seconds: i64) -> clap_event_transport {
        clap_event_transport {
            flags: CLAP_TRANSPORT_IS_PLAYING
                | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE
                | CLAP_TRANSPORT_HAS_TEMPO,
            tempo: 120.0,
            song_pos_seconds: song_pos_seconds * CLAP_SECTIME_FACTOR,
            ..event(CLAP_EVENT_TRANSPORT, time)
        }
    }

    /// Index and time of the events that the framework sees of a piece.
    fn shown(events: &mut Events, piece: Range<usize>, is_last: bool) -> Vec<(u32, u32)> {
        let list = list_of(events);
        let view = unsafe { PieceEvents::new(HostEvents::new(&list), piece, is_last, RATE_HZ) };
        let list = view.as_clap();
        let num_events = unsafe { list.size.unwrap()(&list) };
        (0..num_events)
            .filter_map(|index| {
                let event = unsafe { &*list.get.unwrap()(&list, index) };
                (event.space_id == CLAP_CORE_EVENT_SPACE_ID).then_some((index, event.time))
            })
            .collect()
    }

    #[test]
    fn every_event_is_shown_in_one_piece() {
        let times = [0, 9, 10, 15, 19, 20, 4000];
        let mut events = times
            .map(|time| event(CLAP_EVENT_PARAM_VALUE, time))
            .to_vec();
        assert_eq!(shown(&mut events, 0..10, false), [(0, 0), (1, 9)]);
        assert_eq!(shown(&mut events, 10..20, false), [(2, 0), (3, 5), (4, 9)]);
        // What lies after the block is taken at its end.
        assert_eq!(shown(&mut events, 20..25, true), [(5, 0), (6, 4)]);
    }

    #[test]
    fn times_never_go_back() {
        let times = [5, 3, 7];
        let mut events = times
            .map(|time| event(CLAP_EVENT_PARAM_VALUE, time))
            .to_vec();
        assert_eq!(shown(&mut events, 0..10, true), [(0, 5), (1, 5), (2, 7)]);
    }

    #[test]
    fn other_kinds_of_events_are_not_shown() {
        let mut foreign = event(CLAP_EVENT_PARAM_VALUE, 0);
        foreign.header.space_id = 7;
        let mut events = vec![event(0, 0), foreign, event(CLAP_EVENT_PARAM_VALUE, 1)];
        assert_eq!(shown(&mut events, 0..10, true), [(2, 1)]);
    }

    /// The framework adds the time of a transport event to its position, so that must be less.
    #[test]
    fn a_transport_event_holds_from_its_own_time_on() {
        let mut events = vec![transport(250, 10), transport(500, 3)];
        let list = list_of(&mut events);
        let view = unsafe { PieceEvents::new(HostEvents::new(&list), 0..1000, true, RATE_HZ) };
        let first = view.get(0).cast::<clap_event_transport>();
        // The framework looks ahead while it still uses the first.
        let second = view.get(1).cast::<clap_event_transport>();
        let position = |transport: *const clap_event_transport| unsafe {
            (*transport).song_pos_seconds as f64 / CLAP_SECTIME_FACTOR as f64
        };
        assert_eq!(position(first), 9.75);
        assert_eq!(position(second), 2.5);
        // And comes back to it.
        assert_eq!(view.get(1).cast(), second);
        assert_eq!(position(first), 9.75);
    }

    #[test]
    fn a_later_piece_knows_the_transport_of_earlier_ones() {
        let mut events = vec![transport(250, 10), transport(1500, 3)];
        let list = list_of(&mut events);
        let events = unsafe { HostEvents::new(&list) };
        let time_before = |end| events.transport_before(end).map(|event| event.header.time);
        assert_eq!(time_before(0), None);
        assert_eq!(time_before(250), None);
        assert_eq!(time_before(1024), Some(250));
        assert_eq!(time_before(2048), Some(1500));
    }
}
