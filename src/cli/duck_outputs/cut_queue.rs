//! Cuts on their way to the tables: each waits until the music that it takes from has been heard.

use std::collections::VecDeque;

use crate::dsp::eq::glide;
use crate::dsp::spectrum::power_spectrum::WINDOW_S;
use crate::duck::music_loss::KPowers;
use crate::psycho::bands::PerBand;
use crate::snapshot::Snapshot;

/// The cut of one hop.
#[derive(Debug, Clone, Copy)]
pub struct CutHop {
    /// When the output has this cut, s from its start.
    pub time_s: f64,
    /// Cut in each band, dB.
    pub cut_band_db: PerBand,
    /// What the music loses then.
    pub loss_lu: f32,
    /// K-weighted power of the music then, full scale = 1.
    pub k_power: f32,
}

impl CutHop {
    /// A cut is decided within the hop after its window, then reached in a straight line over one
    /// more, smoothed.
    pub fn new(snapshot: &Snapshot, latency_samples: u32) -> Self {
        let hops_samples = 2 * i64::from(snapshot.hop_samples);
        let line_end_samples =
            snapshot.position_samples + hops_samples - i64::from(latency_samples);
        Self {
            time_s: line_end_samples as f64 / snapshot.sample_rate_hz + glide::LAG_MS * 1e-3,
            cut_band_db: snapshot.cut_band_db,
            loss_lu: snapshot.loss_lu,
            k_power: snapshot.music_k_power,
        }
    }
}

/// Hops whose time the analysis hasn't come to: what their cuts take depends on the music then, not on
/// that from which they were decided.
#[derive(Debug, Default)]
pub struct CutQueue {
    hops: VecDeque<CutHop>,
    num_judged: usize,
}

impl CutQueue {
    /// Takes a hop, and judges those that its window brings the music of.
    pub fn push(&mut self, hop: CutHop, snapshot: &Snapshot) {
        self.hops.push_back(hop);
        let loudness = KPowers::of_window(snapshot);
        let middle_s = snapshot.end_s() - 0.5 * WINDOW_S;
        while let Some(hop) = self.hops.get_mut(self.num_judged)
            && hop.time_s <= middle_s
        {
            hop.loss_lu = loudness.loss_lu(&hop.cut_band_db);
            hop.k_power = loudness.total_power();
            self.num_judged += 1;
        }
    }

    /// The next hop before `end_s` that is judged.
    pub fn pop(&mut self, end_s: f64) -> Option<CutHop> {
        let is_ready = self.num_judged > 0 && self.hops.front()?.time_s < end_s;
        is_ready.then_some(())?;
        self.num_judged -= 1;
        self.hops.pop_front()
    }

    /// No more music comes: what is left is told as it was expected.
    pub fn close(&mut self) {
        self.num_judged = self.hops.len();
    }
}
