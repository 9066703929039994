//! The mix as it is heard on fewer loudspeakers, and where it clashes only there.
//!
//! Source: ITU-R BS.775-4, table 2, for mono and stereo from 5.1. It has no rule for more channels
//! than 5.1: there, surrounds of one side are added up, and wides and heights go into the nearest
//! of its loudspeakers at -3 dB.

use std::f32::consts::FRAC_1_SQRT_2;

use crate::clash::meter::SiiMeter;
use crate::clash::verdict::{Verdict, clash_percent};
use crate::layout::Loudspeaker;
use crate::lines::speech_runs::{SpeechRuns, Sum};
use crate::snapshot::{Figures, HopLevels};

/// Gain of -3 dB.
const MINUS_3_DB: f32 = FRAC_1_SQRT_2;

/// Gain of -6 dB, twice [`MINUS_3_DB`].
const MINUS_6_DB: f32 = 0.5;

/// Places of the loudspeakers of 5.1 on its bus.
const L: usize = 0;
const R: usize = 1;
const C: usize = 2;
const LFE: usize = 3;
const LS: usize = 4;
const RS: usize = 5;
const NUM_SURROUND: usize = 6;

/// What the gains are, for the report.
pub const COEFFICIENTS: &str = "ITU-R BS.775: stereo is L + 0.71 C + 0.71 Ls and R + 0.71 C + 0.71 \
    Rs; mono is C + 0.71 (L + R) + 0.5 (Ls + Rs); LFE is left out. 5.1 from more channels: \
    surrounds of one side added up, wides and heights at 0.71 into the nearest of L, R, Ls, Rs";

/// A mix for fewer loudspeakers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldDown {
    /// 5.1
    Surround,
    /// Left and right.
    Stereo,
    /// One loudspeaker.
    Mono,
}

/// The gain of each channel of a bus in each channel of its fold-down.
pub type Gains = Vec<Vec<f32>>;

impl FoldDown {
    /// Every fold-down that has fewer loudspeakers than `bus`; none if it isn't known which its
    /// channels are.
    pub fn all_of(bus: &[Loudspeaker]) -> Vec<Self> {
        if to_surround(bus).is_none() {
            return Vec::new();
        }
        [Self::Surround, Self::Stereo, Self::Mono]
            .into_iter()
            .filter(|it| match it {
                // 5.0 has all that 5.1 has but the LFE.
                Self::Surround => bus.len() > NUM_SURROUND,
                Self::Stereo => bus.len() > 2,
                Self::Mono => bus.len() > 1,
            })
            .collect()
    }

    /// What people call the fold-down.
    pub fn name(self) -> &'static str {
        match self {
            Self::Surround => "5.1",
            Self::Stereo => "stereo",
            Self::Mono => "mono",
        }
    }

    /// Gains from the channels of `bus` (a mono bus is a centre); `None` if it isn't known which
    /// loudspeakers they are.
    pub fn gains(self, bus: &[Loudspeaker]) -> Option<Gains> {
        let surround = to_surround(bus)?;
        let to_fewer: Vec<[f32; NUM_SURROUND]> = match self {
            Self::Surround => (0..NUM_SURROUND)
                .map(|channel_idx| unit(&[(channel_idx, 1.0)]))
                .collect(),
            Self::Stereo => [(L, LS), (R, RS)]
                .map(|(front, side)| unit(&[(front, 1.0), (C, MINUS_3_DB), (side, MINUS_3_DB)]))
                .into(),
            Self::Mono => vec![unit(&[
                (C, 1.0),
                (L, MINUS_3_DB),
                (R, MINUS_3_DB),
                (LS, MINUS_6_DB),
                (RS, MINUS_6_DB),
            ])],
        };
        let gain = |fewer: &[f32; NUM_SURROUND], from: &[f32; NUM_SURROUND]| {
            fewer.iter().zip(from).map(|(a, b)| a * b).sum()
        };
        Some(
            to_fewer
                .iter()
                .map(|fewer| surround.iter().map(|from| gain(fewer, from)).collect())
                .collect(),
        )
    }
}

fn unit(gains: &[(usize, f32)]) -> [f32; NUM_SURROUND] {
    let mut all = [0.0; NUM_SURROUND];
    for &(channel_idx, gain) in gains {
        all[channel_idx] = gain;
    }
    all
}

/// Where each channel of `bus` goes in 5.1; `None` if it isn't known where one stands.
fn to_surround(bus: &[Loudspeaker]) -> Option<Vec<[f32; NUM_SURROUND]>> {
    bus.iter().map(|&it| in_surround(it)).collect()
}

/// Where a loudspeaker goes in 5.1; `None` for an unknown one.
fn in_surround(loudspeaker: Loudspeaker) -> Option<[f32; NUM_SURROUND]> {
    use Loudspeaker as From;
    let gains: &[(usize, f32)] = match loudspeaker {
        From::Left => &[(L, 1.0)],
        From::Right => &[(R, 1.0)],
        From::Centre => &[(C, 1.0)],
        From::Lfe => &[(LFE, 1.0)],
        From::LeftSurround | From::LeftSide | From::LeftRear => &[(LS, 1.0)],
        From::RightSurround | From::RightSide | From::RightRear => &[(RS, 1.0)],
        From::CentreSurround => &[(LS, MINUS_3_DB), (RS, MINUS_3_DB)],
        From::LeftCentre => &[(L, MINUS_3_DB), (C, MINUS_3_DB)],
        From::RightCentre => &[(R, MINUS_3_DB), (C, MINUS_3_DB)],
        From::LeftWide | From::TopFrontLeft => &[(L, MINUS_3_DB)],
        From::RightWide | From::TopFrontRight => &[(R, MINUS_3_DB)],
        From::TopFrontCentre => &[(C, MINUS_3_DB)],
        From::TopCentre => &[(L, MINUS_6_DB), (R, MINUS_6_DB)],
        From::TopSideLeft | From::TopBackLeft => &[(LS, MINUS_3_DB)],
        From::TopSideRight | From::TopBackRight => &[(RS, MINUS_3_DB)],
        From::TopBackCentre => &[(LS, MINUS_6_DB), (RS, MINUS_6_DB)],
        From::Unknown => return None,
    };
    Some(unit(gains))
}

/// How a line or a whole reel fares in a fold-down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoldFigures {
    /// Which.
    pub fold_down: FoldDown,
    /// Mean figures.
    pub figures: Figures,
    /// Clash, 0 to 100 %; over a whole reel the mean over speech of that of the line at hand.
    pub clash_percent: f32,
}

impl FoldFigures {
    /// How the line fares in the fold-down, in a word.
    pub fn verdict(&self) -> Verdict {
        Verdict::new(self.figures.sii, self.figures.sii_without_music)
    }
}

/// In words where a line fares worse, such as `strained in stereo, masked in mono`; `-` for nowhere.
pub fn fold_downs_text<'a>(worse: impl Iterator<Item = &'a FoldFigures>) -> String {
    let words: Vec<String> = worse
        .map(|fold| format!("{} in {}", fold.verdict().word(), fold.fold_down.name()))
        .collect();
    match words.is_empty() {
        true => "-".into(),
        false => words.join(", "),
    }
}

#[derive(Debug, Clone, Default)]
struct FoldSums(Vec<Figures>);

impl Sum for FoldSums {
    fn add(&mut self, other: &Self) {
        let num_folds = self.0.len().max(other.0.len());
        self.0.resize(num_folds, Figures::default());
        for (sum, figures) in self.0.iter_mut().zip(&other.0) {
            *sum += *figures;
        }
    }
}

/// Gathers the levels of fold-downs while somebody speaks.
#[derive(Debug, Clone)]
pub struct FoldLog {
    fold_downs: Vec<FoldDown>,
    meter: SiiMeter,
    runs: SpeechRuns<FoldSums>,
}

impl FoldLog {
    /// A log of these.
    pub fn new(fold_downs: Vec<FoldDown>) -> Self {
        Self {
            fold_downs,
            meter: SiiMeter::new(),
            runs: SpeechRuns::default(),
        }
    }

    /// Takes in a hop of speech from `start_s` to `end_s` with the levels of each fold-down.
    pub fn push(
        &mut self,
        (start_s, end_s): (f64, f64),
        levels: &[HopLevels],
        monitor_db_spl: f32,
    ) {
        let read = |levels| self.meter.read(levels, monitor_db_spl);
        let figures = FoldSums(levels.iter().map(read).collect());
        self.runs.at(start_s, end_s).add(&figures);
    }

    /// How each of the lines with these starts and ends, s, fares in each fold-down, and all of
    /// them together.
    pub fn lines(&self, spans_s: &[(f64, f64)]) -> (Vec<Vec<FoldFigures>>, Vec<FoldFigures>) {
        let totals: Vec<(u32, FoldSums)> = spans_s
            .iter()
            .map(|&(start_s, end_s)| self.runs.between(start_s, end_s).unwrap_or_default())
            .collect();
        let lines: Vec<Vec<FoldFigures>> = totals.iter().map(|total| self.means(total)).collect();
        let mut whole = self.means(&self.runs.whole().unwrap_or_default());
        for (fold_idx, fold) in whole.iter_mut().enumerate() {
            let weighed = totals
                .iter()
                .zip(&lines)
                .filter_map(|((num_hops, _), line)| {
                    let num_hops = f64::from(*num_hops);
                    Some((
                        num_hops,
                        num_hops * f64::from(line.get(fold_idx)?.clash_percent),
                    ))
                });
            let (num_hops, sum) =
                weighed.fold((0.0, 0.0), |total, it| (total.0 + it.0, total.1 + it.1));
            fold.clash_percent = (sum / f64::max(num_hops, 1.0)) as f32;
        }
        (lines, whole)
    }

    fn means(&self, (num_hops, sums): &(u32, FoldSums)) -> Vec<FoldFigures> {
        self.fold_downs
            .iter()
            .zip(&sums.0)
            .map(|(&fold_down, &sum)| {
                let figures = sum / *num_hops as f32;
                FoldFigures {
                    fold_down,
                    clash_percent: clash_percent(
                        figures.audibility,
                        figures.audibility_without_music,
                    ),
                    figures,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(num_channels: usize) -> Vec<Loudspeaker> {
        Loudspeaker::usual(num_channels)[..num_channels].to_vec()
    }

    fn gains(fold_down: FoldDown, num_channels: usize) -> Gains {
        fold_down.gains(&usual(num_channels)).unwrap()
    }

    /// Each gain in dB to one place; silence is far down.
    fn in_db(gains: &Gains) -> Vec<Vec<i32>> {
        let db = |gain: &f32| (20.0 * gain.max(1e-5).log10()).round() as i32;
        gains
            .iter()
            .map(|row| row.iter().map(db).collect())
            .collect()
    }

    const NO: i32 = -100;

    #[test]
    fn stereo_and_mono_are_those_of_bs_775() {
        let stereo = gains(FoldDown::Stereo, 6);
        assert_eq!(
            in_db(&stereo),
            [[0, NO, -3, NO, -3, NO], [NO, 0, -3, NO, NO, -3]]
        );
        let mono = gains(FoldDown::Mono, 6);
        assert_eq!(in_db(&mono), [[-3, -3, 0, NO, -6, -6]]);
        assert_eq!(in_db(&gains(FoldDown::Mono, 2)), [[-3, -3]]);
        // A mono dialogue is a centre: as loud in every fold-down.
        assert_eq!(in_db(&gains(FoldDown::Stereo, 1)), [[-3], [-3]]);
        assert_eq!(in_db(&gains(FoldDown::Mono, 1)), [[0]]);
    }

    #[test]
    fn no_channel_of_a_height_layout_is_lost_or_on_the_wrong_side() {
        for num_channels in [7, 8, 10, 12, 14, 16] {
            let gains = gains(FoldDown::Surround, num_channels);
            let (mut left, mut right) = (0.0, 0.0);
            for channel_idx in 0..num_channels {
                let column: Vec<f32> = gains.iter().map(|row| row[channel_idx]).collect();
                assert!(column.iter().any(|&gain| gain > 0.0), "{num_channels}");
                left += column[L] + column[LS];
                right += column[R] + column[RS];
            }
            assert_eq!(left, right, "{num_channels}");
            assert_eq!(
                FoldDown::all_of(&usual(num_channels)).len(),
                3,
                "{num_channels}"
            );
        }
    }

    #[test]
    fn a_bus_in_the_order_of_film_folds_down_as_in_any_other() {
        use Loudspeaker::{Centre, Left, LeftSurround, Lfe, Right, RightSurround};
        let film = [Left, Centre, Right, LeftSurround, RightSurround, Lfe];
        let stereo = FoldDown::Stereo.gains(&film).unwrap();
        assert_eq!(
            in_db(&stereo),
            [[0, -3, NO, -3, NO, NO], [NO, -3, 0, NO, -3, NO]]
        );
    }

    #[test]
    fn there_is_a_fold_down_only_to_fewer_loudspeakers() {
        let names = |num_channels| -> Vec<&str> {
            let all = FoldDown::all_of(&usual(num_channels));
            all.into_iter().map(FoldDown::name).collect()
        };
        assert_eq!(names(1), [""; 0]);
        assert_eq!(names(2), ["mono"]);
        assert_eq!(names(6), ["stereo", "mono"]);
        assert_eq!(names(12), ["5.1", "stereo", "mono"]);
        assert_eq!(names(11), [""; 0]);
    }
}
