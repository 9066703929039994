//! Hears hops as they come and remembers each line when it has ended.

use crate::learn::solver::Listener;
use crate::lines::confirmer::Confirmer;
use crate::lines::fingerprint::{Fingerprint, VoiceTrack};
use crate::lines::line_sieve::LineSieve;
use crate::lines::line_span::MAX_GAP_S;
use crate::lines::log::{ClashLog, Line};
use crate::memory::remembered::{Reel, RideLine};
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// What is being heard of a timeline and isn't remembered yet.
#[derive(Default)]
pub struct Learner {
    listener: Listener,
    confirmer: Confirmer,
    least_confidence: f32,
    sieve: LineSieve,
    log: ClashLog,
    voice: VoiceTrack,
    pass: Option<Pass>,
    num_changes: u64,
}

/// A stretch of the timeline that is heard without a jump, s.
#[derive(Clone, Copy)]
struct Pass {
    start_s: f64,
    /// Up to where it is remembered.
    remembered_s: f64,
    end_s: f64,
}

impl Learner {
    /// One that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// One that has heard nothing, and takes lines of less confidence than this (0 to 1) for no speech.
    pub fn of_voices(least_confidence: f32) -> Self {
        Self {
            least_confidence,
            sieve: LineSieve::new(least_confidence),
            ..Self::default()
        }
    }

    /// Hears the next hop. Lines that have ended go to `reel` in the place of what was there. A jump of the
    /// timeline ends the pass.
    pub fn hear(&mut self, snapshot: &Snapshot, settings: &Settings, reel: &mut Reel) {
        let (start_s, end_s) = snapshot.span_s();
        let jumps = |pass: &Pass| (pass.end_s - start_s).abs() > 0.5 * snapshot.hop_s();
        if self.pass.as_ref().is_some_and(jumps) {
            self.end(settings, reel);
        }
        let pass = self.pass.get_or_insert(Pass {
            start_s,
            remembered_s: start_s,
            end_s,
        });
        pass.end_s = end_s;
        self.voice.push(snapshot);
        let (sieve, listener, log) = (&mut self.sieve, &mut self.listener, &mut self.log);
        self.confirmer.push(snapshot, |hop| {
            sieve.push(hop, |hop| {
                listener.push(hop);
                log.push(hop);
            });
        });
        self.remember_closed(settings, reel);
    }

    /// Ends the pass, as when the transport stops: what was heard is remembered.
    pub fn end(&mut self, settings: &Settings, reel: &mut Reel) {
        let (sieve, listener, log) = (&mut self.sieve, &mut self.listener, &mut self.log);
        let mut hear = |hop: &Snapshot| {
            listener.push(hop);
            log.push(hop);
        };
        self.confirmer.drain(|hop| sieve.push(hop, &mut hear));
        sieve.drain(&mut hear);
        self.log.end_line();
        self.remember_closed(settings, reel);
        if let Some(pass) = self.pass {
            reel.replace((pass.remembered_s, pass.end_s), Vec::new());
            self.num_changes += 1;
        }
        *self = Self {
            num_changes: self.num_changes,
            ..Self::of_voices(self.least_confidence)
        };
    }

    /// A number that is another one after each call that has changed the reel.
    pub fn num_changes(&self) -> u64 {
        self.num_changes
    }

    fn remember_closed(&mut self, settings: &Settings, reel: &mut Reel) {
        for line in self.log.take_closed() {
            let Some(pass) = &mut self.pass else { return };
            self.num_changes += 1;
            if let Some(whole) = known_whole(&line, pass, reel) {
                // The pass begins or ends in the midst of it.
                reel.replace(
                    (pass.remembered_s, whole.0.max(pass.remembered_s)),
                    Vec::new(),
                );
                pass.remembered_s = whole.1.max(pass.remembered_s);
                pass.end_s = pass.end_s.max(pass.remembered_s);
                continue;
            }
            let until_s = line.end_s.clamp(pass.remembered_s, pass.end_s);
            let learned = self.listener.solve(line.start_s, line.end_s, settings);
            let learned = learned.map(|learned| RideLine {
                fingerprint: Fingerprint::of(&self.voice, line.start_s, line.end_s),
                ..learned
            });
            reel.replace((pass.remembered_s, until_s), learned.into_iter().collect());
            pass.remembered_s = until_s;
            self.listener.forget_before(until_s);
            self.voice.forget_before(until_s);
        }
    }
}

/// Start and end of a remembered line of which the pass has heard only the end or the beginning, if `line` is
/// that part.
fn known_whole(line: &Line, pass: &Pass, reel: &Reel) -> Option<(f64, f64)> {
    let overlapping = reel
        .lines()
        .iter()
        .filter(|old| old.start_s < line.end_s && old.end_s > line.start_s);
    let mut spans_s = overlapping.map(|old| (old.start_s, old.end_s));
    spans_s.find(|&(start_s, end_s)| {
        start_s < pass.start_s || (end_s > pass.end_s && pass.end_s - line.end_s < MAX_GAP_S)
    })
}
