//! The ride on its way out, as the audio thread of one instance sees it: when a pass begins and ends, and which
//! break points go out where.

use crate::link::LaneStatus;
use crate::plugin::handoff::{LaneEvent, send_lane_event};
use crate::ride::lane::LaneThinner;
use crate::snapshot::Ride;

/// Sends what is ridden from play to stop as one gesture.
pub struct LaneWriter {
    thinner: LaneThinner,
    is_writing: bool,
    /// Samples of all calls so far.
    clock: u64,
    /// After which sample of the clock the last event is.
    busy_until: u64,
    /// Where the last call ended on the timeline.
    position_samples: i64,
    /// A break point that had no sample of its own in its call.
    waiting_lu: Option<f32>,
}

/// One call of the plugin's process.
#[derive(Clone, Copy)]
pub struct LaneCall {
    /// Position of its first sample.
    pub position_samples: i64,
    /// Its length.
    pub num_samples: usize,
    /// Whether the host plays and the ride is to go out.
    pub is_writing: bool,
}

impl LaneWriter {
    /// Nothing goes out; for hops of `hop_s`.
    pub fn new(hop_s: f64) -> Self {
        Self {
            thinner: LaneThinner::new(hop_s),
            is_writing: false,
            clock: 0,
            busy_until: 0,
            position_samples: 0,
            waiting_lu: None,
        }
    }

    /// Processing begins anew, and with it the pass.
    pub fn reset(&mut self) {
        self.is_writing = false;
        self.waiting_lu = None;
    }

    /// A call begins.
    pub fn begin_call(&mut self, call: &LaneCall, status: &LaneStatus) {
        status.pass_block(call.is_writing);
        if call.num_samples == 0 {
            return;
        }
        if call.is_writing != self.is_writing {
            self.is_writing = call.is_writing;
            self.waiting_lu = None;
            if call.is_writing {
                self.thinner.reset();
            }
            let event = match call.is_writing {
                true => LaneEvent::Begin,
                false => LaneEvent::End,
            };
            self.send(0, call, event);
        } else if call.position_samples != self.position_samples {
            self.thinner.jump();
        }
        if let Some(ride_lu) = self.waiting_lu.take() {
            self.send_value(0, call, ride_lu);
        }
    }

    /// The engine has told a hop.
    pub fn take(&mut self, call: &LaneCall, ride: &Ride) {
        if !self.is_writing {
            return;
        }
        if let Some(ride_lu) = self.thinner.push(ride.lu) {
            // Played back, it is in force at the last sample before the next decision.
            let offset = (ride.told_samples - 1 - call.position_samples).max(0);
            self.send_value(offset as u64, call, ride_lu);
        }
    }

    /// The call ends.
    pub fn end_call(&mut self, call: &LaneCall) {
        self.clock = self.clock.saturating_add(call.num_samples as u64);
        let num_samples = call.num_samples as i64;
        self.position_samples = call.position_samples.saturating_add(num_samples);
    }

    fn send_value(&mut self, offset: u64, call: &LaneCall, ride_lu: f32) {
        // Hosts lose what comes in one sample with the beginning or the end of its gesture.
        let offset = offset.max(self.busy_until.saturating_sub(self.clock));
        match offset < call.num_samples as u64 {
            true => self.send(offset, call, LaneEvent::Value(ride_lu)),
            false => self.waiting_lu = Some(ride_lu),
        }
    }

    fn send(&mut self, offset: u64, call: &LaneCall, event: LaneEvent) {
        let last = (call.num_samples as u64).saturating_sub(1);
        let offset = offset.min(last);
        self.busy_until = self.clock.saturating_add(offset).saturating_add(1);
        send_lane_event(offset as u32, event);
    }
}
