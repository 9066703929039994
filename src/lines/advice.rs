//! Cause and remedy of a clash: which bands cost most, and the smallest move that helps.
//!
//! Both are computed with the meter itself (`lines/trial.rs`).

use crate::clash::meter::SiiMeter;
use crate::clash::verdict::Verdict;
use crate::dsp::units::power_from_db;
use crate::lines::choices::{LEAST_IN_SURROUNDS_SII, MAX_ADVISED_DIALOGUE_DB};
use crate::lines::cut_search::{Search, SmallestMoves};
use crate::lines::log::Line;
use crate::lines::moves::{BandCut, Move};
use crate::lines::trial::{BoundedTrial, Trial};
use crate::psycho::audibility::importance;
use crate::psycho::audiences::situation_of;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::situation::Situation;
use crate::snapshot::Surrounds;

/// Excess below which a band counts as clear, dB: about the smallest level difference that is
/// heard, and less than a mixer would move anything by.
pub const CLEAR_BELOW_DB: f32 = 0.5;

/// Most bands that [`worst_bands`] and [`Advice::causes`] name.
pub const MAX_WORST_BANDS: usize = 3;

/// Moves for an audience are advised in steps of this, dB, rounded up: nobody knows a listener to a tenth.
pub const COARSE_STEP_DB: f32 = 0.5;

/// Hops of a line that the search looks at; the result is checked on all that the line kept. Of 35
/// remedies of 37 lines, the band of 4 differed from that of a search on all kept hops (9 with 32 hops, 4
/// with 128), the cut by at most 1.1 dB (1.9, 1.3) and the fader by 0.3 dB (0.7, 0.2), while `check` took
/// 0.8 times as long.
const NUM_SEARCH_HOPS: usize = 64;

/// A band with its excess.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandExcess {
    /// Index of the band.
    pub band_idx: usize,
    /// Mean excess, dB; more than [`CLEAR_BELOW_DB`].
    pub excess_db: f32,
}

/// A band with its part in what the music costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cause {
    /// Index of the band.
    pub band_idx: usize,
    /// Share of the SII lost that is lost in this band, 0 to 1.
    pub share: f32,
}

/// What lifts a line to a better verdict, two ways. `None` where no move within the limits of
/// [`crate::lines::choices`] does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Remedy {
    /// The verdict that is reached.
    pub goal: Verdict,
    /// By equaliser: the smallest cut of neighbouring bands.
    pub cut: Option<Move<BandCut>>,
    /// By fader: how far all of the music has to come down, dB.
    pub fader_cut_db: Option<Move<f32>>,
    /// How far the dialogue has to come up for an audience that no cut helps: what is below the threshold of hearing, or
    /// drowned in the noise of the place.
    pub louder: Option<Louder>,
}

/// How far dialogue has to come up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Louder {
    /// By so much, dB.
    ByDb(f32),
    /// Further than is advised ([`MAX_ADVISED_DIALOGUE_DB`]).
    BeyondAdvice,
}

/// Cause and remedy of a line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advice {
    /// The bands that cost most, worst first; empty for a clear line.
    pub causes: Vec<Cause>,
    /// One remedy for every better verdict, the nearest first; empty for a clear line.
    pub remedies: Vec<Remedy>,
    /// What two ears would have with 3 dB of the front's music in the surrounds instead; `None` for one ear, without
    /// surrounds, and where that is next to nothing.
    pub in_surrounds: Option<InSurrounds>,
}

/// What a move of music into the surrounds buys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InSurrounds {
    /// Which surrounds: those that buy most.
    pub which: Surrounds,
    /// Mean SII of the line after it.
    pub sii: f32,
    /// How the line fares then.
    pub verdict: Verdict,
}

/// What moving music into the surrounds buys `line`, if it is worth a word.
fn in_surrounds(line: &Line) -> Option<InSurrounds> {
    let every = Surrounds::EVERY
        .into_iter()
        .zip(line.ears?.in_surrounds_sii?);
    let (which, sii) = every.max_by(|a, b| a.1.total_cmp(&b.1))?;
    (sii >= line.figures.sii + LEAST_IN_SURROUNDS_SII).then(|| InSurrounds {
        which,
        sii,
        verdict: Verdict::new(sii, line.figures.sii_without_music),
    })
}

impl Advice {
    /// Whether nothing needs to be done.
    pub fn is_clear(&self) -> bool {
        self.remedies.is_empty()
    }
}

/// The bands in which most is lost (excess times importance for speech), at most
/// [`MAX_WORST_BANDS`], worst first; clear bands left out.
pub fn worst_bands(excess_band_db: &PerBand) -> Vec<BandExcess> {
    let mut bands: Vec<BandExcess> = excess_band_db
        .iter()
        .enumerate()
        .filter(|&(_, &excess_db)| excess_db > CLEAR_BELOW_DB)
        .map(|(band_idx, &excess_db)| BandExcess {
            band_idx,
            excess_db,
        })
        .collect();
    let importance = importance();
    let lost = |band: &BandExcess| band.excess_db * importance[band.band_idx];
    bands.sort_by(|a, b| lost(b).total_cmp(&lost(a)));
    bands.truncate(MAX_WORST_BANDS);
    bands
}

/// Cause and remedy of `line`; nothing for a clear one.
pub fn advise(line: &Line) -> Advice {
    let verdict = line.verdict();
    if verdict == Verdict::Clear {
        return Advice::default();
    }
    let meter = SiiMeter::new();
    let Some(simulation) = Simulation::new(line, &meter) else {
        return Advice::default();
    };
    let loss = simulation.loss_per_band();
    Advice {
        causes: causes(&loss),
        remedies: [Verdict::Strained, Verdict::Clear]
            .into_iter()
            .filter(|&goal| goal < verdict)
            .map(|goal| simulation.remedy(goal, &loss))
            .collect(),
        in_surrounds: in_surrounds(line),
    }
}

fn causes(loss: &PerBand) -> Vec<Cause> {
    let total: f32 = loss.iter().sum();
    let mut causes: Vec<Cause> = loss
        .iter()
        .enumerate()
        .map(|(band_idx, loss)| Cause {
            band_idx,
            share: loss / total,
        })
        .filter(|cause| cause.share > 0.0)
        .collect();
    causes.sort_by(|a, b| b.share.total_cmp(&a.share));
    causes.truncate(MAX_WORST_BANDS);
    causes
}

/// A line to try moves on.
struct Simulation<'a> {
    line: &'a Line,
    meter: &'a SiiMeter,
    situation: Situation,
    /// On some of the kept hops, and on all.
    some: BoundedTrial<'a>,
    all: Trial<'a>,
}

impl<'a> Simulation<'a> {
    /// `None` for a line that kept no levels.
    fn new(line: &'a Line, meter: &'a SiiMeter) -> Option<Self> {
        let situation = situation_of(line.audience, line.monitor_db_spl);
        let step = line.levels.len().div_ceil(NUM_SEARCH_HOPS).max(1);
        let sii = Some(line.figures.sii);
        let some = line.levels.iter().step_by(step);
        Some(Self {
            line,
            meter,
            situation,
            some: BoundedTrial::new(Trial::new(meter, situation, some, sii)?),
            all: Trial::new(meter, situation, line.levels.iter(), sii)?,
        })
    }

    /// Mean SII lost in each band.
    fn loss_per_band(&self) -> PerBand {
        let mut loss = [0.0; NUM_BANDS];
        for levels in self.line.levels.iter() {
            let hop_loss = self.meter.sii_loss(levels, self.line.monitor_db_spl);
            for (loss, hop_loss) in loss.iter_mut().zip(hop_loss) {
                *loss += hop_loss / self.line.levels.len() as f32;
            }
        }
        loss
    }

    fn remedy(&self, goal: Verdict, loss: &PerBand) -> Remedy {
        let goal_sii = goal.least_sii(self.line.figures.sii_without_music);
        let search = Search {
            some: &self.some,
            all: &self.all,
            goal_sii,
        };
        let SmallestMoves { cut, fader_cut_db } = search.smallest_moves(loss);
        let is_hopeless = cut.is_none() && fader_cut_db.is_none();
        let louder = (is_hopeless && !self.situation.is_reference()).then(|| {
            let gain_db = least_step_db(MAX_ADVISED_DIALOGUE_DB, |gain_db| {
                self.all.sii_of_louder(power_from_db(gain_db)) >= goal_sii
            });
            gain_db.map_or(Louder::BeyondAdvice, Louder::ByDb)
        });
        Remedy {
            goal,
            cut,
            fader_cut_db,
            louder,
        }
    }
}

/// The smallest number of coarse steps that is enough, dB, if `deepest_db` is.
pub fn least_step_db(deepest_db: f32, is_enough: impl Fn(f32) -> bool) -> Option<f32> {
    let (mut low, mut high) = (0, (deepest_db / COARSE_STEP_DB).round() as u32);
    if !is_enough(high as f32 * COARSE_STEP_DB) {
        return None;
    }
    while high - low > 1 {
        let middle = low.midpoint(high);
        if is_enough(middle as f32 * COARSE_STEP_DB) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high as f32 * COARSE_STEP_DB)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::settings::Audience;
    use crate::snapshot::{Figures, HopLevels};

    /// A line with the dialogue at -40 dBFS per band and music of these levels, dBFS.
    pub(crate) fn line(music_dbfs: &PerBand) -> Line {
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: music_dbfs.map(power_from_db),
        };
        let figures = SiiMeter::new().read(&levels, 79.0);
        Line {
            composer: Default::default(),
            ears: None,
            confidence: 1.0,
            start_s: 1.0,
            end_s: 2.0,
            clash_percent: 50.0,
            figures,
            loudness_difference_lu: 0.0,
            dialogue_lufs: -27.0,
            excess_band_db: [0.0; NUM_BANDS],
            monitor_db_spl: 79.0,
            audience: Audience::Reference,
            levels: vec![levels; 100].into(),
        }
    }

    fn excess(bands: &[(usize, f32)]) -> PerBand {
        let mut excess_band_db = [0.0; NUM_BANDS];
        for &(band_idx, excess_db) in bands {
            excess_band_db[band_idx] = excess_db;
        }
        excess_band_db
    }

    #[test]
    fn a_clear_line_needs_nothing() {
        assert_eq!(line(&[-70.0; NUM_BANDS]).verdict(), Verdict::Clear);
        assert!(advise(&line(&[-70.0; NUM_BANDS])).is_clear());
        assert!(worst_bands(&excess(&[(4, CLEAR_BELOW_DB), (9, 0.2)])).is_empty());
    }

    #[test]
    fn worst_bands_come_worst_first_and_at_most_three() {
        let bands = worst_bands(&excess(&[
            (3, 2.0),
            (7, 6.0),
            (8, 1.0),
            (12, 6.0),
            (13, 4.0),
        ]));
        let idx: Vec<usize> = bands.iter().map(|band| band.band_idx).collect();
        // 500 Hz matters less to speech than 1.6 and 2 kHz.
        assert_eq!(idx, [12, 13, 7]);
    }

    #[test]
    fn remedies_reach_their_goals_and_a_step_less_does_not() {
        let masked = line(&[-33.0; NUM_BANDS]);
        assert_eq!(masked.verdict(), Verdict::Masked, "{:?}", masked.figures);
        let advice = advise(&masked);
        let goals: Vec<Verdict> = advice.remedies.iter().map(|remedy| remedy.goal).collect();
        assert_eq!(goals, [Verdict::Strained, Verdict::Clear]);
        for remedy in &advice.remedies {
            let fader = remedy.fader_cut_db.expect("the fader always helps");
            let after = |fader_db: f32| line(&[-33.0 - fader_db; NUM_BANDS]);
            assert_eq!(after(fader.what).verdict(), remedy.goal);
            assert!((after(fader.what).figures.sii - fader.sii).abs() < 1e-3);
            assert!(after(fader.what - 0.11).verdict() > remedy.goal);
        }
    }

    #[test]
    fn the_cut_goes_where_the_loss_is() {
        // Loud from 1 to 2.5 kHz, soft elsewhere.
        let mut music_dbfs = [-60.0; NUM_BANDS];
        music_dbfs[10..=14].fill(-15.0);
        let line = line(&music_dbfs);
        assert_eq!(line.verdict(), Verdict::Strained, "{:?}", line.figures);
        let advice = advise(&line);
        // Masking spreads upwards.
        assert!(advice.causes.iter().all(|cause| cause.band_idx >= 10));
        let cut = advice.remedies[0].cut.expect("a cut helps").what;
        assert!(cut.low_band_idx >= 9 && cut.high_band_idx <= 16, "{cut:?}");
        let mut after_dbfs = music_dbfs;
        for level_dbfs in &mut after_dbfs[cut.low_band_idx..=cut.high_band_idx] {
            *level_dbfs -= cut.cut_db;
        }
        assert_eq!(self::line(&after_dbfs).verdict(), Verdict::Clear);
    }

    #[test]
    fn a_line_without_levels_has_no_advice() {
        let bare = Line {
            figures: Figures::default(),
            levels: Vec::new().into(),
            ..line(&[0.0; NUM_BANDS])
        };
        assert!(advise(&bare).is_clear());
    }
}
