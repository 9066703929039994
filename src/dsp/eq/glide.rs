//! Gains on their way to a target: a straight line over one hop, then two one-pole low-passes.
//!
//! Targets come once a hop. The line makes steps of the same size into one slope, so little of the
//! hop rate is left as a tone; the low-passes round its corners, so the gain never has a kink (which
//! would be heard as a click on a pure tone).

use wide::f32x8;

use crate::dsp::eq::overlap::{BandVectors, NUM_BAND_VECTORS};

/// Time constant of each low-pass, ms: what keeps the rest of the hop rate 80 dB under a sine that
/// is swept by 12 dB seven times a second.
const POLE_MS: f64 = 3.0;

/// How far the gains lag behind their line, ms: the delay of both low-passes.
pub const LAG_MS: f64 = 2.0 * POLE_MS;

/// Distance from the line below which a gain is set onto it, dB: a step of -113 dB.
const SNAP_DB: f32 = 2e-5;

/// The gains of all bands of one group of channels, dB, moved once a control tick.
#[derive(Debug, Clone)]
pub struct Glide {
    target_db: BandVectors,
    line_db: BandVectors,
    /// Change of the line with each sample.
    line_slope_db: BandVectors,
    poles_db: [BandVectors; 2],
    hop_samples: usize,
    samples_left: usize,
    is_settled: bool,
    pole_factor: f32x8,
}

impl Glide {
    /// All gains at 0 dB. `hop_samples`: samples from one [`set_target`](Self::set_target) to the
    /// next. `tick_ms`: mean time between two calls of [`advance`](Self::advance).
    pub fn new(hop_samples: usize, tick_ms: f64) -> Self {
        Self {
            target_db: [f32x8::ZERO; NUM_BAND_VECTORS],
            line_db: [f32x8::ZERO; NUM_BAND_VECTORS],
            line_slope_db: [f32x8::ZERO; NUM_BAND_VECTORS],
            poles_db: [[f32x8::ZERO; NUM_BAND_VECTORS]; 2],
            hop_samples: hop_samples.max(1),
            samples_left: 0,
            is_settled: true,
            pole_factor: f32x8::splat((1.0 - (-tick_ms / POLE_MS).exp()) as f32),
        }
    }

    /// Back to 0 dB at once.
    pub fn reset(&mut self) {
        let zero = [f32x8::ZERO; NUM_BAND_VECTORS];
        (self.target_db, self.line_db, self.poles_db) = (zero, zero, [zero; 2]);
        self.samples_left = 0;
        self.is_settled = true;
    }

    /// Moves from now on to `target_db`, all finite.
    pub fn set_target(&mut self, target_db: BandVectors) {
        if self.is_settled && self.target_db == target_db {
            return;
        }
        self.target_db = target_db;
        self.samples_left = self.hop_samples;
        self.is_settled = false;
        let factor = f32x8::splat(1.0 / self.hop_samples as f32);
        for ((slope_db, line_db), target_db) in self
            .line_slope_db
            .iter_mut()
            .zip(&self.line_db)
            .zip(&self.target_db)
        {
            *slope_db = (*target_db - *line_db) * factor;
        }
    }

    /// Moves on by one control tick of `tick_samples`. Ticks may differ by a sample or two: the line stays
    /// straight.
    pub fn advance(&mut self, tick_samples: usize) {
        if self.is_settled {
            return;
        }
        let stood = self.samples_left == 0;
        self.samples_left = self.samples_left.saturating_sub(tick_samples);
        if self.samples_left > 0 {
            let tick_samples = f32x8::splat(tick_samples as f32);
            for (line_db, slope_db) in self.line_db.iter_mut().zip(&self.line_slope_db) {
                *line_db += *slope_db * tick_samples;
            }
        } else {
            self.line_db = self.target_db;
        }
        let [first_db, second_db] = &mut self.poles_db;
        let mut is_settled = self.samples_left == 0;
        for ((first_db, second_db), (line_db, slope_db)) in first_db
            .iter_mut()
            .zip(second_db.iter_mut())
            .zip(self.line_db.iter().zip(&self.line_slope_db))
        {
            *first_db += (*line_db - *first_db) * self.pole_factor;
            *second_db += (*first_db - *second_db) * self.pole_factor;
            let distance_db = (*line_db - *first_db)
                .abs()
                .max((*line_db - *second_db).abs());
            // Never onto a line that moves: a slow one would be followed at once by gains that have met it, and late
            // by others, and what comes out would depend on where playing began.
            let stands = match stood {
                true => f32x8::splat(f32::from_bits(u32::MAX)),
                false => slope_db.simd_eq(f32x8::ZERO),
            };
            let is_near = distance_db.simd_lt(f32x8::splat(SNAP_DB)) & stands;
            *first_db = is_near.select(*line_db, *first_db);
            *second_db = is_near.select(*line_db, *second_db);
            is_settled &= is_near.all();
        }
        self.is_settled = is_settled;
    }

    /// The gains now, dB.
    pub fn gains_db(&self) -> &BandVectors {
        &self.poles_db[1]
    }

    /// Whether the gains have arrived at their target, exactly.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Whether all gains are exactly 0 dB, now and after the next [`advance`](Self::advance).
    pub fn is_at_zero(&self) -> bool {
        let [first_db, second_db] = &self.poles_db;
        [&self.target_db, &self.line_db, first_db, second_db]
            .into_iter()
            .flatten()
            .all(|gains_db| gains_db.simd_eq(f32x8::ZERO).all())
    }
}
