//! Finds what a line takes: the one price at which its words, over the whole line, are as audible as wanted.

use crate::clash::meter::SiiMeter;
use crate::dsp::smoothing::AttackRelease;
use crate::dsp::units::power_from_db;
use crate::duck::choices::{
    LOG_PRICE_OF_AMOUNT, LOG_PRICE_OF_TARGET, MUSIC_ATTACK_MS, MUSIC_RELEASE_MS,
};
use crate::duck::curve_shape::{Shape, limit_slope, smooth_across_bands};
use crate::duck::music_loss::KPowers;
use crate::duck::offer::{Offer, Prices};
use crate::duck::terms::{Heard, Terms, audibility_under};
use crate::learn::choices::{SMOOTHING_S, SPARE_LOSS_LU, USUAL_S};
use crate::memory::remembered::{Effect, RideLine, SCALES};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::ride::curve::{Curve, KNOT_S};
use crate::settings::{Settings, Steer};
use crate::snapshot::{Figures, HopLevels, Snapshot};

/// Steps of the search for a price: to 0.002 nepers.
const NUM_PRICE_STEPS: usize = 12;

/// Steps in which a curve settles against the prices of its own evenness.
const NUM_CURVE_STEPS: usize = 4;

/// What is heard in one hop.
#[derive(Debug, Clone)]
struct Hop {
    /// Middle of the hop's window, s.
    time_s: f64,
    is_speech: bool,
    word_power: PerBand,
    music_power: PerBand,
    loudness: KPowers,
    levels: HopLevels,
}

/// Hears a reel, hop by hop.
pub struct Listener {
    terms: Terms,
    meter: SiiMeter,
    word: Option<AttackRelease>,
    music: Option<AttackRelease>,
    word_power: PerBand,
    music_power: PerBand,
    hops: Vec<Hop>,
}

impl Default for Listener {
    fn default() -> Self {
        Self {
            terms: Terms::default(),
            meter: SiiMeter::new(),
            word: None,
            music: None,
            word_power: [0.0; NUM_BANDS],
            music_power: [0.0; NUM_BANDS],
            hops: Vec::new(),
        }
    }
}

impl Listener {
    /// Hears the next hop.
    pub fn push(&mut self, snapshot: &Snapshot) {
        use crate::clash::choices::{FAST_ATTACK_MS, WORD_RELEASE_MS};
        let rate_hz = snapshot.hop_rate_hz();
        let word = self
            .word
            .get_or_insert_with(|| AttackRelease::new(FAST_ATTACK_MS, WORD_RELEASE_MS, rate_hz));
        for (state, db) in self.word_power.iter_mut().zip(&snapshot.dialogue_band_dbfs) {
            word.follow(state, power_from_db(*db));
        }
        let music = self
            .music
            .get_or_insert_with(|| AttackRelease::new(MUSIC_ATTACK_MS, MUSIC_RELEASE_MS, rate_hz));
        let now = snapshot.music_band_dbfs.map(power_from_db);
        for (state, power) in self.music_power.iter_mut().zip(&now) {
            music.follow(state, *power);
        }
        self.hops.push(Hop {
            time_s: snapshot.end_s() - 0.5 * snapshot.hop_s(),
            is_speech: snapshot.is_speech && snapshot.held_hops == 0,
            word_power: self.word_power,
            music_power: self.music_power,
            loudness: self.terms.loudness(&now, snapshot.music_outside_k_power),
            levels: snapshot.levels,
        });
    }

    /// Forgets what lies so far before a time of the timeline, s, that no later line needs it.
    pub fn forget_before(&mut self, time_s: f64) {
        let num = self
            .hops
            .partition_point(|hop| hop.time_s < time_s - USUAL_S);
        self.hops.drain(..num);
    }

    /// What a line takes that was spoken from `start_s` to `end_s` on the timeline, as far as it was heard;
    /// `None` if nothing of it was.
    pub fn solve(&self, start_s: f64, end_s: f64, settings: &Settings) -> Option<RideLine> {
        let first = self.hops.partition_point(|hop| hop.time_s < start_s);
        let last = self.hops.partition_point(|hop| hop.time_s < end_s);
        let solver = Solver::new(&self.terms, &self.hops, first..last, settings)?;
        let hops = self.hops.get(first..last)?;
        let (curve, learned_scale) = solver.solve()?;
        let curve = on_knots(&curve, hops, start_s, end_s);
        let effects = SCALES.map(|scale| self.effect(&curve, scale, hops, settings));
        Some(RideLine {
            start_s,
            end_s,
            curve,
            learned_scale,
            effects,
            ..RideLine::default()
        })
    }

    /// What a share of a curve takes and brings.
    fn effect(&self, curve: &Curve, scale: f32, hops: &[Hop], settings: &Settings) -> Effect {
        let (mut before, mut after, mut num) = (0.0, 0.0, 0.0);
        let mut figures = Figures::default();
        for hop in hops.iter().filter(|hop| hop.is_speech) {
            let cut_db = curve.cut_db_at(hop.time_s).map(|cut_db| scale * cut_db);
            before += hop.loudness.total_power();
            after += hop.loudness.power_under(&cut_db);
            let mut levels = hop.levels;
            for (power, cut_db) in levels.music_power.iter_mut().zip(&cut_db) {
                *power *= power_from_db(-cut_db);
            }
            figures += self.meter.read(&levels, settings.monitor_db_spl);
            num += 1.0;
        }
        Effect {
            loss_lu: 10.0 * (f32::max(before, 1e-12) / f32::max(after, 1e-12)).log10(),
            figures: figures / f32::max(num, 1.0),
        }
    }
}

struct Solver<'a> {
    terms: &'a Terms,
    settings: &'a Settings,
    shape: Shape,
    hops: &'a [Hop],
    usual_power: PerBand,
    passage_power: f32,
    /// Weights of the window that evens out in time, from its middle on.
    window: Vec<f32>,
}

impl<'a> Solver<'a> {
    fn new(
        terms: &'a Terms,
        all: &'a [Hop],
        range: std::ops::Range<usize>,
        settings: &'a Settings,
    ) -> Option<Self> {
        let hops = all.get(range.clone())?;
        let hop_s = match hops {
            [a, b, ..] => b.time_s - a.time_s,
            _ => return None,
        };
        // The voice as it usually is, from the speech before: so it is the same however much was heard after.
        let before = (USUAL_S / hop_s) as usize;
        let near = all.get(range.start.saturating_sub(before)..range.end)?;
        let mut usual_power = [0.0; NUM_BANDS];
        let mut num = 0.0;
        for hop in near.iter().filter(|hop| hop.is_speech) {
            for (sum, power) in usual_power.iter_mut().zip(&hop.word_power) {
                *sum += power;
            }
            num += 1.0;
        }
        for power in &mut usual_power {
            *power /= f32::max(num, 1.0);
        }
        let powers = hops.iter().map(|hop| hop.loudness.total_power());
        let passage_power = (powers.sum::<f32>() / hops.len() as f32).max(1e-12);
        let half = (0.5 * SMOOTHING_S / hop_s) as usize;
        let window = (0..=half)
            .map(|idx| {
                let x = idx as f32 / (half + 1) as f32;
                0.5 + 0.5 * (std::f32::consts::PI * x).cos()
            })
            .collect();
        Some(Self {
            terms,
            settings,
            shape: Shape::of(settings),
            hops,
            usual_power,
            passage_power,
            window,
        })
    }

    fn offers(&self, hop: &Hop, cut_db: &PerBand) -> [Offer; NUM_BANDS] {
        let heard = Heard {
            word_power: &hop.word_power,
            usual_power: &self.usual_power,
            music_power: &hop.music_power,
            loudness: &hop.loudness,
            passage_power: self.passage_power,
        };
        self.terms
            .offers(&heard, cut_db, self.settings, &self.shape)
    }

    fn spoken(&self) -> impl Iterator<Item = (usize, &Hop)> {
        self.hops
            .iter()
            .enumerate()
            .filter(|(_, hop)| hop.is_speech)
    }

    /// Mean audibility of the words under a curve.
    fn audibility(&self, curve: &[PerBand]) -> f32 {
        let (mut sum, mut num) = (0.0, 0.0);
        for (idx, hop) in self.spoken() {
            if let Some(cut_db) = curve.get(idx) {
                sum += audibility_under(cut_db, &self.offers(hop, cut_db));
                num += 1.0;
            }
        }
        sum / f32::max(num, 1.0)
    }

    /// Loudness that the music loses under a curve while somebody speaks, LU.
    fn loss_lu(&self, curve: &[PerBand]) -> f32 {
        let (mut before, mut after) = (0.0, 0.0);
        for (idx, hop) in self.spoken() {
            if let Some(cut_db) = curve.get(idx) {
                before += hop.loudness.total_power();
                after += hop.loudness.power_under(cut_db);
            }
        }
        10.0 * (f32::max(before, 1e-12) / f32::max(after, 1e-12)).log10()
    }

    /// The curve at a price.
    fn curve(&self, log_price: f32) -> Vec<PerBand> {
        let prices = Prices {
            loudness: log_price.exp(),
            ..self.shape.prices
        };
        let mut curve = vec![[0.0; NUM_BANDS]; self.hops.len()];
        for _ in 0..NUM_CURVE_STEPS {
            let mut wanted: Vec<Option<PerBand>> = vec![None; self.hops.len()];
            for (idx, hop) in self.spoken() {
                let (Some(last), Some(to)) = (curve.get(idx), wanted.get_mut(idx)) else {
                    continue;
                };
                let mut cut_db = self
                    .offers(hop, last)
                    .map(|offer| offer.best_cut_db(&prices));
                limit_slope(&mut cut_db);
                smooth_across_bands(&mut cut_db);
                *to = Some(cut_db);
            }
            curve = self.evened(&wanted);
        }
        curve
    }

    /// Evens out in time; pauses take from the words around them.
    fn evened(&self, wanted: &[Option<PerBand>]) -> Vec<PerBand> {
        let half = self.window.len() as isize - 1;
        let mut last = [0.0; NUM_BANDS];
        (0..wanted.len() as isize)
            .map(|idx| {
                let (mut sum, mut weights) = ([0.0; NUM_BANDS], 0.0);
                for offset in -half..=half {
                    let there = usize::try_from(idx + offset)
                        .ok()
                        .and_then(|it| wanted.get(it));
                    let Some(Some(cut_db)) = there else { continue };
                    let weight = self.window[offset.unsigned_abs()];
                    weights += weight;
                    for (sum, cut) in sum.iter_mut().zip(cut_db) {
                        *sum += weight * cut;
                    }
                }
                if weights > 0.0 {
                    last = sum.map(|sum| sum / weights);
                }
                last
            })
            .collect()
    }

    /// The curve of the line, and how much of it the line needs. `None` if nobody speaks in it.
    fn solve(&self) -> Option<(Vec<PerBand>, f32)> {
        self.spoken().next()?;
        let settings = self.settings;
        let nothing = vec![[0.0; NUM_BANDS]; self.hops.len()];
        let is_enough = match settings.steer {
            Steer::Target => self.audibility(&nothing) >= settings.target,
            Steer::Amount => settings.amount_lu <= 0.0,
        };
        if is_enough {
            let spare = Settings {
                steer: Steer::Amount,
                amount_lu: SPARE_LOSS_LU,
                ..*settings
            };
            let solver = Solver {
                settings: &spare,
                shape: Shape::of(&spare),
                usual_power: self.usual_power,
                window: self.window.clone(),
                ..*self
            };
            return Some((solver.found(), 0.0));
        }
        Some((self.found(), 1.0))
    }

    /// The curve at the price that brings what is wanted.
    fn found(&self) -> Vec<PerBand> {
        let (low, high) = match self.settings.steer {
            Steer::Target => LOG_PRICE_OF_TARGET,
            Steer::Amount => LOG_PRICE_OF_AMOUNT,
        };
        let is_too_little = |curve: &[PerBand]| match self.settings.steer {
            Steer::Target => self.audibility(curve) < self.settings.target,
            Steer::Amount => self.loss_lu(curve) < self.settings.amount_lu,
        };
        let (mut low, mut high) = (low, high);
        let mut best = self.curve(low);
        if is_too_little(&best) {
            return best;
        }
        for _ in 0..NUM_PRICE_STEPS {
            let middle = 0.5 * (low + high);
            let curve = self.curve(middle);
            if is_too_little(&curve) {
                high = middle;
            } else {
                low = middle;
                best = curve;
            }
        }
        best
    }
}

/// A curve on the timeline's knots.
fn on_knots(curve: &[PerBand], hops: &[Hop], start_s: f64, end_s: f64) -> Curve {
    let first_knot = (start_s / KNOT_S).floor() as i64;
    let last_knot = (end_s / KNOT_S).ceil() as i64;
    let knots: Vec<PerBand> = (first_knot..=last_knot)
        .map(|knot_idx| {
            let time_s = knot_idx as f64 * KNOT_S;
            let at = hops.partition_point(|hop| hop.time_s < time_s);
            let at = at.min(curve.len().saturating_sub(1));
            curve.get(at).copied().unwrap_or([0.0; NUM_BANDS])
        })
        .collect();
    Curve::new(first_knot, &knots)
}
