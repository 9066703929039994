//! How the dialogue of the last moments fares for everybody, whoever the verdict is for.

use crate::clash::choices::DISPLAY_SMOOTHING_MS;
use crate::clash::meter::SiiMeter;
use crate::clash::verdict::Verdict;
use crate::dsp::smoothing::one_pole_coefficient;
use crate::dsp::units::power_from_db;
use crate::psycho::audiences::Situations;
use crate::settings::{AUDIENCE, Audience};
use crate::snapshot::Snapshot;

/// Every so many hops are read: 43 ms, the length of a window, and far less than a lamp can show.
const READ_EVERY_HOPS: u32 = 8;

/// Time for which lamps stay when speech has ended, s.
const LINGER_S: f64 = 2.0;

/// Number of audiences, the reference listener among them.
const NUM: usize = 1 + Audience::NAMED.len();

/// The lamps of all audiences.
#[derive(Debug, Default)]
pub struct AudienceLamps {
    meter: SiiMeter,
    situations: Situations,
    sii: [f32; NUM],
    /// What the line has to lose, by which it is judged.
    quiet_sii: f32,
    num_read: f32,
    num_hops: u32,
    silent_s: f64,
}

impl AudienceLamps {
    /// Reads a hop.
    pub fn push(&mut self, hop: &Snapshot) {
        if !hop.is_speech {
            self.silent_s += hop.hop_s();
            self.num_hops = 0;
            if self.silent_s > LINGER_S {
                self.num_read = 0.0;
            }
            return;
        }
        if self.silent_s > 0.0 {
            // A line is shown by its own words.
            self.num_read = 0.0;
            self.silent_s = 0.0;
        }
        self.num_hops += 1;
        if self.num_hops % READ_EVERY_HOPS != 1 {
            return;
        }
        let mut levels = hop.heard_levels();
        for (power, cut_db) in levels.music_power.iter_mut().zip(hop.cut_band_db) {
            *power *= power_from_db(-cut_db);
        }
        self.num_read += 1.0;
        let rate_hz = hop.hop_rate_hz() / f64::from(READ_EVERY_HOPS);
        let share = one_pole_coefficient(DISPLAY_SMOOTHING_MS, rate_hz).max(1.0 / self.num_read);
        for (variant, sii) in AUDIENCE.variants.iter().zip(&mut self.sii) {
            let situation = self.situations.of(variant.value, hop.monitor_db_spl);
            *sii += share * (self.meter.sii_in(&situation, &levels) - *sii);
        }
        self.quiet_sii += share * (hop.hop_figures.sii_without_music - self.quiet_sii);
    }

    /// Everybody but `shown`, each with its name and its verdict; `None` while nobody speaks.
    pub fn others(&self, shown: Audience) -> Vec<(Audience, &'static str, Option<Verdict>)> {
        let variants = AUDIENCE.variants.iter().zip(&self.sii);
        let others = variants.filter(|(variant, _)| variant.value != shown);
        others
            .map(|(variant, &sii)| {
                let is_known = self.num_read > 0.0;
                let verdict = is_known.then(|| Verdict::new(sii, self.quiet_sii));
                (variant.value, variant.name, verdict)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;
    use crate::snapshot::HopLevels;

    #[test]
    fn lamps_show_the_others_while_somebody_speaks_and_a_while_after() {
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: [1e-6; NUM_BANDS],
        };
        let hop = |is_speech| Snapshot {
            is_speech,
            levels,
            hop_figures: SiiMeter::new().read(&levels, 79.0),
            ..Snapshot::default()
        };
        let mut lamps = AudienceLamps::default();
        assert!(
            lamps
                .others(Audience::Reference)
                .iter()
                .all(|it| it.2.is_none())
        );
        (0..200).for_each(|_| lamps.push(&hop(true)));
        let others = lamps.others(Audience::Home);
        assert_eq!(others.len(), 5);
        assert_eq!(
            others[0],
            (Audience::Reference, "Mixer", Some(Verdict::Clear))
        );
        assert!(others.iter().any(|it| it.0 == Audience::HardOfHearing));
        (0..300).for_each(|_| lamps.push(&hop(false)));
        assert!(lamps.others(Audience::Home)[0].2.is_some());
        (0..200).for_each(|_| lamps.push(&hop(false)));
        assert!(lamps.others(Audience::Home)[0].2.is_none());
    }
}
