//! Plans of transforms: their tables are made once and shared by all instances, so that they lie once in a
//! processor's cache.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rustfft::{Fft, FftPlanner};

static PLANNER: LazyLock<Mutex<FftPlanner<f32>>> = LazyLock::new(|| Mutex::new(FftPlanner::new()));

/// A complex transform of `fft_samples`. Allocates and locks: for construction only.
pub fn forward_fft(fft_samples: usize) -> Arc<dyn Fft<f32>> {
    // A planner that another thread left in the midst of a plan holds whole ones only.
    let mut planner = PLANNER.lock().unwrap_or_else(PoisonError::into_inner);
    planner.plan_fft_forward(fft_samples)
}
