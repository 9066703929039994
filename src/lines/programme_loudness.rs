//! Integrated loudness of dialogue and music together, and of the dialogue alone while somebody speaks.
//!
//! ITU-R BS.1770-5, annex 1: mean over blocks of 400 ms, every 100 ms, that are above -70 LUFS and above 10 LU under
//! the mean of those. Departures: the K-weighting is applied to power spectra, dialogue and music add up as powers, as
//! sounds do that have nothing in common, and there is no other sound of the programme.

use crate::dsp::units::db_from_power_f64;
use crate::snapshot::Snapshot;

/// Steps of a block (BS.1770: blocks overlap by 75 %), and their length, s.
const NUM_STEPS: usize = 4;
const STEP_S: f64 = 0.1;

/// What BS.1770 adds to the level of a K-weighted power, dB: 1 kHz at full scale has -3.01 LUFS.
const OFFSET_DB: f64 = -0.691;

/// Absolute gate, LUFS.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;

/// Relative gate, LU.
const RELATIVE_GATE_LU: f64 = -10.0;

/// Blocks are counted by their loudness in steps of this, LU: so the memory is the same for any length.
const BIN_LU: f64 = 0.05;
const NUM_BINS: usize = 2000;

/// Loudness of a K-weighted mean square, LUFS.
pub fn lufs_of_power(k_power: f64) -> f64 {
    OFFSET_DB + db_from_power_f64(k_power)
}

/// Gathers the loudness of a programme.
#[derive(Debug, Clone)]
pub struct ProgrammeLoudness {
    /// Mean squares of the newest steps.
    steps: [f64; NUM_STEPS],
    num_steps: usize,
    step_power: f64,
    step_s: f64,
    /// How far into the step the clock is, s: steps end with a hop, and what a hop is longer counts for the next.
    clock_s: f64,
    /// Number and summed power of the blocks in each step of loudness above the absolute gate.
    bins: Vec<(u64, f64)>,
}

impl Default for ProgrammeLoudness {
    fn default() -> Self {
        Self {
            steps: [0.0; NUM_STEPS],
            num_steps: 0,
            step_power: 0.0,
            step_s: 0.0,
            clock_s: 0.0,
            bins: vec![(0, 0.0); NUM_BINS],
        }
    }
}

impl ProgrammeLoudness {
    /// Takes in the next hop.
    pub fn push(&mut self, hop: &Snapshot) {
        let power = f64::from(hop.dialogue_k_power) + f64::from(hop.music_k_power);
        self.step_power += power * hop.hop_s();
        self.step_s += hop.hop_s();
        self.clock_s += hop.hop_s();
        if self.clock_s < STEP_S {
            return;
        }
        self.clock_s -= STEP_S;
        self.steps.rotate_left(1);
        self.steps[NUM_STEPS - 1] = self.step_power / self.step_s;
        (self.step_power, self.step_s) = (0.0, 0.0);
        self.num_steps += 1;
        if self.num_steps >= NUM_STEPS {
            let block_power = self.steps.iter().sum::<f64>() / NUM_STEPS as f64;
            let above_lu = lufs_of_power(block_power) - ABSOLUTE_GATE_LUFS;
            if above_lu > 0.0 {
                let bin = &mut self.bins[((above_lu / BIN_LU) as usize).min(NUM_BINS - 1)];
                bin.0 += 1;
                bin.1 += block_power;
            }
        }
    }

    /// Integrated loudness so far, LUFS; `None` where nothing is above the absolute gate.
    pub fn lufs(&self) -> Option<f64> {
        let ungated = mean_power(&self.bins)?;
        let gate_lufs = lufs_of_power(ungated) + RELATIVE_GATE_LU;
        let first_bin = ((gate_lufs - ABSOLUTE_GATE_LUFS) / BIN_LU).max(0.0) as usize;
        mean_power(&self.bins[first_bin.min(NUM_BINS - 1)..]).map(lufs_of_power)
    }
}

fn mean_power(bins: &[(u64, f64)]) -> Option<f64> {
    let num: u64 = bins.iter().map(|bin| bin.0).sum();
    let power: f64 = bins.iter().map(|bin| bin.1).sum();
    (num > 0).then(|| power / num as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme(parts: &[(f64, f32)]) -> Option<f64> {
        let mut loudness = ProgrammeLoudness::default();
        for &(length_s, power) in parts {
            for _ in 0..(length_s * 200.0) as usize {
                loudness.push(&Snapshot {
                    hop_samples: 240,
                    dialogue_k_power: power / 2.0,
                    music_k_power: power / 2.0,
                    ..Snapshot::default()
                });
            }
        }
        loudness.lufs()
    }

    #[test]
    fn pauses_and_soft_parts_are_gated_as_the_standard_does() {
        assert_eq!(programme(&[(5.0, 0.0)]), None);
        let steady = programme(&[(10.0, 0.01)]).unwrap();
        assert!((steady + 20.691).abs() < 0.01, "{steady}");
        // EBU Tech 3341, case 3 in spirit: what is more than 10 LU under counts for nothing.
        let with_pauses = programme(&[(10.0, 0.01), (10.0, 1e-5), (10.0, 0.0)]).unwrap();
        assert!((with_pauses - steady).abs() < 0.1, "{with_pauses}");
    }
}
