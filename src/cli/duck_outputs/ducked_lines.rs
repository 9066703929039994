//! Hears a duck as a list does, twice: under the music, and under what the cuts leave of it.

use std::collections::VecDeque;

use crate::clash::meter::SiiMeter;
use crate::cli::duck_outputs::cut_queue::CutHop;
use crate::dsp::spectrum::power_spectrum::WINDOW_S;
use crate::dsp::units::{db_from_power_f64, power_from_db};
use crate::duck::music_loss::KPowers;
use crate::found::LeftOut;
use crate::found::dips::DipTrace;
use crate::found::duck_account::DuckAccount;
use crate::lines::confirmer::Confirmer;
use crate::lines::hop_watch::HopWatch;
use crate::lines::line_sieve::LineSieve;
use crate::lines::log::ClashLog;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::Snapshot;

/// Gathers hops and their cuts.
#[derive(Debug, Default)]
pub struct DuckedLines {
    confirmer: Confirmer,
    sieve: LineSieve,
    left_out: LeftOut,
    taker: Taker,
}

/// What is made of confirmed hops.
#[derive(Debug, Default)]
struct Taker {
    before: ClashLog,
    after: ClashLog,
    watch: HopWatch,
    meter: SiiMeter,
    /// Cuts whose time hasn't come to the hop at hand.
    to_come: VecDeque<(f64, PerBand)>,
    /// The cut at the hop at hand.
    cut_db: PerBand,
    /// K-weighted power of the music outside speech, before and after.
    elsewhere: (f64, f64),
    dips: DipTrace,
}

impl DuckedLines {
    /// Nothing yet, of a list that leaves `left_out` out.
    pub fn new(left_out: LeftOut) -> Self {
        Self {
            sieve: LineSieve::new(left_out.min_confidence),
            left_out,
            ..Self::default()
        }
    }

    /// Takes a hop with its cut.
    pub fn push(&mut self, snapshot: &Snapshot, cut: &CutHop) {
        self.taker.to_come.push_back((cut.time_s, cut.cut_band_db));
        let (sieve, taker) = (&mut self.sieve, &mut self.taker);
        self.confirmer
            .push(snapshot, |hop| sieve.push(hop, |hop| taker.take(hop)));
    }

    /// What the hops came to, and what they tell about the inputs.
    pub fn finish(mut self) -> (DuckAccount, HopWatch) {
        let (sieve, taker) = (&mut self.sieve, &mut self.taker);
        self.confirmer
            .drain(|hop| sieve.push(hop, |hop| taker.take(hop)));
        sieve.drain(|hop| taker.take(hop));
        let (before, after) = self.taker.elsewhere;
        let loss_elsewhere_lu = match after > 0.0 {
            true => db_from_power_f64(before / after) as f32,
            false => 0.0,
        };
        let mut account =
            DuckAccount::new(&self.taker.before, &self.taker.after, loss_elsewhere_lu);
        account.left_out = self.left_out;
        account.left_out.num_lines = self.sieve.num_left_out();
        account.dips = self.taker.dips.dips(&account.dip_lines());
        (account, self.taker.watch)
    }
}

impl Taker {
    fn take(&mut self, hop: &Snapshot) {
        let middle_s = hop.end_s() - 0.5 * WINDOW_S;
        while let Some((_, cut_db)) = self.to_come.pop_front_if(|(time_s, _)| *time_s <= middle_s) {
            self.cut_db = cut_db;
        }
        self.watch.push(hop);
        self.before.push(hop);
        let share_left = KPowers::of_window(hop).share_left(&self.cut_db);
        self.dips
            .push(middle_s, &self.cut_db, hop.music_k_power, share_left);
        if !hop.is_speech {
            self.elsewhere.0 += f64::from(hop.music_k_power);
            self.elsewhere.1 += f64::from(hop.music_k_power * share_left);
        }
        let mut ducked = *hop;
        ducked.music_k_power *= share_left;
        // Nobody asks what moves would bring once more.
        ducked.ears = None;
        for band_idx in 0..NUM_BANDS {
            let gain = power_from_db(-self.cut_db[band_idx]);
            ducked.levels.music_power[band_idx] *= gain;
            if let Some(heard_power) = &mut ducked.heard_music_power {
                heard_power[band_idx] *= gain;
            }
        }
        if hop.is_speech {
            let levels = ducked.heard_levels();
            ducked.hop_figures =
                self.meter
                    .read_foreground(&levels, hop.monitor_db_spl, hop.is_music_voice);
        }
        self.after.push(&ducked);
    }
}
