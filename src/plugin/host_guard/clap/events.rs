//! The events of one piece of a block, as a view of the host's list.

use std::cell::Cell;
use std::mem::zeroed;
use std::ops::Range;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    clap_event_header, clap_event_param_value, clap_event_transport, clap_input_events,
};

use super::transport::transport_at;

/// No event space has this id: hosts number theirs from 0.
const UNKNOWN_SPACE_ID: u16 = u16::MAX;

/// Stands for the host's list in the framework's calls. It shows the parameter and transport
/// events of one piece, in order and within the piece: nice-plug 0.4.2 would process past the end
/// of the host's buffers up to the time of an event that lies there. All others, and parameter
/// values that are no number, which it would store and save, show as events that nobody knows.
///
/// The framework looks at one parameter event at a time, so one copy is enough. It keeps a pointer
/// to the last transport event while it looks at the next; hence two.
pub struct PieceEvents<'a> {
    host: Option<&'a clap_input_events>,
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
    /// Its index in the host's list, and -1 before there is one.
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
    ///
    /// # Safety
    /// `host` must be null or valid as long as the view is used.
    pub unsafe fn new(
        host: *const clap_input_events,
        piece: Range<usize>,
        is_last: bool,
        sample_rate_hz: f64,
    ) -> Self {
        Self {
            // SAFETY: the caller vouches for it.
            host: unsafe { host.as_ref() },
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

    fn size(&self) -> u32 {
        match self.host {
            Some(host) => match host.size {
                // SAFETY: the host's function with its list.
                Some(size) => unsafe { size(host) },
                None => 0,
            },
            None => 0,
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
        let host = self.host?;
        // SAFETY: the host's function with its list; the event is valid at least until this view's
        // caller is done.
        let event = unsafe { host.get?(host, index) };
        let header = unsafe { event.as_ref() }?;
        let is_of_piece =
            header.time >= self.piece.start && (header.time < self.piece.end || self.is_last);
        if header.space_id != CLAP_CORE_EVENT_SPACE_ID || !is_of_piece {
            return None;
        }
        let last_sample = (self.piece.len() as u32).saturating_sub(1);
        let time = (header.time - self.piece.start)
            .min(last_sample)
            .max(self.latest.get());
        let header = clap_event_header { time, ..*header };
        match header.type_ {
            // Modulation has the same fields, with an amount for the value.
            CLAP_EVENT_PARAM_VALUE | CLAP_EVENT_PARAM_MOD => {
                // SAFETY: the type says what follows the header.
                let param = unsafe { *event.cast::<clap_event_param_value>() };
                if !param.value.is_finite() {
                    return None;
                }
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
    unsafe { (*(*list).ctx.cast::<PieceEvents>()).size() }
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: made by `as_clap`, whose view outlives the framework's call.
    unsafe { (*(*list).ctx.cast::<PieceEvents>()).get(index) }
}
