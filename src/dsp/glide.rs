//! Gains on their way to a target: a straight line over one hop, then two one-pole low-passes.
//!
//! Targets come once a hop. The line makes steps of the same size into one slope, so no tone at
//! the hop rate is left; the low-passes round its corners, so the gain never has a kink (which
//! would be heard as a click on a pure tone).

use wide::f32x8;

use super::overlap::{Lanes, NUM_LANES};

/// Time constant of each low-pass, ms.
const POLE_MS: f64 = 2.0;

/// Distance from the line below which a gain is set onto it, dB: a step of -113 dB.
const SNAP_DB: f32 = 2e-5;

/// The gains of all bands of one group of channels, dB, moved once a control tick.
#[derive(Debug, Clone)]
pub struct Glide {
    target_db: Lanes,
    line_db: Lanes,
    line_step_db: Lanes,
    poles_db: [Lanes; 2],
    num_line_ticks: u32,
    ticks_left: u32,
    is_settled: bool,
    pole_factor: f32x8,
}

impl Glide {
    /// All gains at 0 dB. `tick_ms` and `hop_ms`: time between two calls of
    /// [`advance`](Self::advance) and of [`set_target`](Self::set_target).
    pub fn new(tick_ms: f64, hop_ms: f64) -> Self {
        Self {
            target_db: [f32x8::ZERO; NUM_LANES],
            line_db: [f32x8::ZERO; NUM_LANES],
            line_step_db: [f32x8::ZERO; NUM_LANES],
            poles_db: [[f32x8::ZERO; NUM_LANES]; 2],
            num_line_ticks: ((hop_ms / tick_ms).round() as u32).max(1),
            ticks_left: 0,
            is_settled: true,
            pole_factor: f32x8::splat((1.0 - (-tick_ms / POLE_MS).exp()) as f32),
        }
    }

    /// Back to 0 dB at once.
    pub fn reset(&mut self) {
        let zero = [f32x8::ZERO; NUM_LANES];
        (self.target_db, self.line_db, self.poles_db) = (zero, zero, [zero; 2]);
        self.ticks_left = 0;
        self.is_settled = true;
    }

    /// From here on to `target_db`, all finite.
    pub fn set_target(&mut self, target_db: Lanes) {
        if self.is_settled && self.target_db == target_db {
            return;
        }
        self.target_db = target_db;
        self.ticks_left = self.num_line_ticks;
        self.is_settled = false;
        let factor = f32x8::splat(1.0 / self.num_line_ticks as f32);
        for ((step_db, line_db), target_db) in self
            .line_step_db
            .iter_mut()
            .zip(&self.line_db)
            .zip(&self.target_db)
        {
            *step_db = (*target_db - *line_db) * factor;
        }
    }

    /// One control tick on.
    pub fn advance(&mut self) {
        if self.is_settled {
            return;
        }
        if self.ticks_left > 0 {
            self.ticks_left -= 1;
            for (line_db, step_db) in self.line_db.iter_mut().zip(&self.line_step_db) {
                *line_db += *step_db;
            }
        }
        if self.ticks_left == 0 {
            self.line_db = self.target_db;
        }
        let [first_db, second_db] = &mut self.poles_db;
        let mut is_settled = self.ticks_left == 0;
        for ((first_db, second_db), line_db) in first_db
            .iter_mut()
            .zip(second_db.iter_mut())
            .zip(&self.line_db)
        {
            *first_db += (*line_db - *first_db) * self.pole_factor;
            *second_db += (*first_db - *second_db) * self.pole_factor;
            let distance_db = (*line_db - *first_db)
                .abs()
                .max((*line_db - *second_db).abs());
            let is_near = distance_db.simd_lt(f32x8::splat(SNAP_DB));
            *first_db = is_near.select(*line_db, *first_db);
            *second_db = is_near.select(*line_db, *second_db);
            is_settled &= is_near.all();
        }
        self.is_settled = is_settled;
    }

    /// The gains now, dB.
    pub fn gains_db(&self) -> &Lanes {
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
