//! Hops on their way from the audio thread to the editor: a wait-free ring, so that neither ever
//! waits for the other and the editor gets every hop, in order. History and list need them all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::settings::Pass;
use crate::snapshot::Snapshot;

/// Hops that may wait: 11 s of real time, or what comes of a fast bounce between two looks of the editor,
/// which listens whether or not its window is open. What comes when it is full is lost to list, history and memory,
/// and the next hop says so.
const CAPACITY: usize = 2048;

/// Shortest time between two repaints that the audio asks for, s: 30 a second are fluent for meters.
const REPAINT_S: f64 = 1.0 / 30.0;

/// What the editor is told of one hop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hop {
    /// The engine's frame.
    pub snapshot: Snapshot,
    /// Whether the position is one of the timeline: false while the transport stands and the engine
    /// only counts on.
    pub is_timeline: bool,
    /// What is done with the memory of lines: [`Pass::Live`] while nothing is ducked.
    pub pass: Pass,
    /// How many hops were lost since the one before.
    pub num_lost: u32,
}

/// What the audio thread and the window tell each other beside hops.
#[derive(Debug, Default)]
pub struct Doorbell {
    is_rung: AtomicBool,
}

impl Doorbell {
    /// Says that there is something new to see.
    pub fn ring(&self) {
        self.is_rung.store(true, Ordering::Release);
    }

    /// Whether there is something new to see since this was last asked.
    pub fn take_ring(&self) -> bool {
        self.is_rung.swap(false, Ordering::Acquire)
    }
}

/// The audio thread's end.
pub struct HopSender {
    ring: rtrb::Producer<Hop>,
    bell: Arc<Doorbell>,
    num_lost: u32,
    waiting_s: f64,
    was_quiet: bool,
}

/// The editor's end.
pub struct HopReceiver(rtrb::Consumer<Hop>);

impl HopSender {
    /// Passes a hop on, and rings the bell if there is something new to see: not while both sides
    /// are silent and the transport stands. Never allocates, locks or waits.
    pub fn send(&mut self, snapshot: &Snapshot, is_timeline: bool, pass: Pass) {
        let hop = Hop {
            snapshot: *snapshot,
            is_timeline,
            pass,
            num_lost: self.num_lost,
        };
        self.num_lost = match self.ring.push(hop) {
            Ok(()) => 0,
            Err(_) => self.num_lost.saturating_add(1),
        };
        let is_quiet = !is_timeline
            && snapshot.is_silent()
            && snapshot.cut_band_db.iter().all(|&cut_db| cut_db == 0.0);
        self.waiting_s += snapshot.hop_s();
        if self.waiting_s >= REPAINT_S {
            self.waiting_s = 0.0;
            // Once more when it has become quiet, to show that.
            if !(is_quiet && self.was_quiet) {
                self.bell.ring();
            }
            self.was_quiet = is_quiet;
        }
    }
}

impl HopReceiver {
    /// Every hop that has come since the last call, oldest first.
    pub fn drain(&mut self) -> impl Iterator<Item = Hop> {
        std::iter::from_fn(|| self.0.pop().ok())
    }
}

/// A channel to the editor that `bell` tells of and wakes.
pub fn hop_channel(bell: Arc<Doorbell>) -> (HopSender, HopReceiver) {
    let (producer, consumer) = rtrb::RingBuffer::new(CAPACITY);
    let sender = HopSender {
        ring: producer,
        bell,
        num_lost: 0,
        waiting_s: 0.0,
        was_quiet: false,
    };
    (sender, HopReceiver(consumer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::units::SILENCE_DB;

    #[test]
    fn every_hop_arrives_in_order_until_the_ring_is_full() {
        let (mut sender, mut receiver) = hop_channel(Arc::default());
        for position_samples in 0..CAPACITY as i64 + 10 {
            let snapshot = Snapshot {
                position_samples,
                ..Snapshot::default()
            };
            sender.send(&snapshot, true, Pass::Live);
        }
        let positions: Vec<i64> = receiver
            .drain()
            .map(|hop| hop.snapshot.position_samples)
            .collect();
        assert!(positions.iter().copied().eq(0..CAPACITY as i64));
        sender.send(&Snapshot::default(), false, Pass::Learn);
        sender.send(&Snapshot::default(), false, Pass::Live);
        let then: Vec<(Pass, u32)> = receiver
            .drain()
            .map(|hop| (hop.pass, hop.num_lost))
            .collect();
        assert_eq!(then, [(Pass::Learn, 10), (Pass::Live, 0)]);
    }

    #[test]
    fn the_bell_rings_thirty_times_a_second_while_there_is_something_to_see() {
        let bell = Arc::new(Doorbell::default());
        let (mut sender, mut receiver) = hop_channel(bell.clone());
        let mut rings = |music_dbfs: f32, is_timeline: bool| {
            let hops = (0..1875).map(|_| {
                let snapshot = Snapshot {
                    music_dbfs,
                    ..Snapshot::default()
                };
                sender.send(&snapshot, is_timeline, Pass::Live);
                receiver.drain().count();
                usize::from(bell.take_ring())
            });
            hops.sum::<usize>()
        };
        // Ten seconds each.
        assert!((250..=300).contains(&rings(-20.0, true)));
        assert!((250..=300).contains(&rings(-20.0, false)));
        assert!((250..=300).contains(&rings(SILENCE_DB, true)));
        assert_eq!(rings(SILENCE_DB, false), 1);
    }
}
