//! Where the host's timeline is at any sample of a block.

use clap_sys::events::clap_event_transport;

use crate::plugin::host_guard::clap::events::HostEvents;
use crate::plugin::host_guard::clap::transport::transport_at;

/// What the host says of its timeline in one block.
pub struct HostTime<'a> {
    /// Where the timeline is at the block's first sample.
    pub transport: Option<&'a clap_event_transport>,
    /// The host's events, among which the timeline may jump.
    pub events: HostEvents<'a>,
    /// Rate of the audio.
    pub sample_rate_hz: f64,
}

impl HostTime<'_> {
    /// The timeline at the sample `start` of the block, counted on from where the host was last said to
    /// be.
    pub fn transport_at(&self, start: usize) -> Option<clap_event_transport> {
        let (transport, since) = match self.events.transport_before(start) {
            Some(event) => (event, event.header.time as usize),
            None => (self.transport?, 0),
        };
        let seconds = (start - since) as f64 / self.sample_rate_hz;
        Some(transport_at(transport, seconds))
    }
}
