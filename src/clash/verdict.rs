//! From figures to a judgement: how bad a clash is, in per cent and in a word.

use crate::clash::choices::{
    AUDIBILITY_AT_HALF_CLASH, AUDIBILITY_AT_TENTH_CLASH, CLEAR_ABOVE_SII, HARMLESS_SII_LOSS,
    MASKED_BELOW_SII,
};

/// Natural logarithm of the odds of 90 to 10 per cent.
const LOG_ODDS_OF_A_TENTH: f32 = 2.197_224_6;

/// How a line fares under the music. Ordered from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The words get through, or it isn't the music that keeps them back.
    Clear,
    /// Some words are lost, or cost an effort.
    Strained,
    /// Half of the words or more are lost.
    Masked,
}

impl Verdict {
    /// The verdict on a mean SII under the music, and without it.
    ///
    /// A line from which the music takes less than [`HARMLESS_SII_LOSS`] is clear whatever its index:
    /// a whisper that is hard to follow by itself isn't the music's fault.
    pub fn new(sii: f32, sii_without_music: f32) -> Self {
        if sii >= Self::Clear.least_sii(sii_without_music) {
            Self::Clear
        } else if sii >= Self::Strained.least_sii(sii_without_music) {
            Self::Strained
        } else {
            Self::Masked
        }
    }

    /// Least SII under the music that earns this verdict, or a better one, for a line with the index
    /// `sii_without_music`; 0 for `Masked`.
    pub fn least_sii(self, sii_without_music: f32) -> f32 {
        let least = match self {
            Self::Clear => CLEAR_ABOVE_SII,
            Self::Strained => MASKED_BELOW_SII,
            Self::Masked => 0.0,
        };
        least.min(sii_without_music - HARMLESS_SII_LOSS).max(0.0)
    }

    /// The verdict in a word, lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Strained => "strained",
            Self::Masked => "masked",
        }
    }
}

/// Clash, 0 to 100 %, from the mean audibility of a stretch of speech under the music and without
/// it, both 0 to 1.
///
/// The share of the audibility that the music leaves, bent by a logistic curve so that what a
/// listener makes up for counts little: 0 where the music takes nothing, 10 % about where a line
/// stops being clear, 50 % about where it is masked, 100 % where nothing is left. It never falls when
/// the audibility under the music does, and keeps the order of stretches.
pub fn clash_percent(audibility: f32, audibility_without_music: f32) -> f32 {
    // What was missing without the music isn't its doing: the loss counts against a voice that is at
    // least barely clear.
    let before = audibility_without_music.max(AUDIBILITY_AT_TENTH_CLASH);
    let loss = (audibility_without_music - audibility).clamp(0.0, before);
    let (none, all) = (bend(1.0), bend(0.0));
    (100.0 * (bend(1.0 - loss / before) - none) / (all - none)).clamp(0.0, 100.0)
}

/// Falling logistic curve through 50 % and 10 %.
fn bend(left: f32) -> f32 {
    let width = (AUDIBILITY_AT_TENTH_CLASH - AUDIBILITY_AT_HALF_CLASH) / LOG_ODDS_OF_A_TENTH;
    1.0 / (1.0 + ((left - AUDIBILITY_AT_HALF_CLASH) / width).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clash_runs_through_its_four_points() {
        assert_eq!(clash_percent(1.0, 1.0), 0.0);
        assert_eq!(clash_percent(0.7, 0.7), 0.0);
        assert!((clash_percent(0.0, 1.0) - 100.0).abs() < 1e-3);
        assert!((clash_percent(AUDIBILITY_AT_HALF_CLASH, 1.0) - 50.0).abs() < 1.5);
        assert!((clash_percent(AUDIBILITY_AT_TENTH_CLASH, 1.0) - 10.0).abs() < 1.5);
    }

    #[test]
    fn less_audibility_is_always_more_clash() {
        for before in [0.2, 0.5, 0.9, 1.0] {
            let clash: Vec<f32> = (0..=200)
                .map(|step| clash_percent(before * step as f32 / 200.0, before))
                .collect();
            assert!(clash.is_sorted_by(|a, b| a > b), "without music {before}");
        }
    }

    #[test]
    fn a_voice_that_is_inaudible_by_itself_is_not_the_musics_fault() {
        assert_eq!(clash_percent(0.0, 0.0), 0.0);
        assert!(clash_percent(0.02, 0.1) < 5.0);
        assert_eq!(Verdict::new(0.02, 0.05), Verdict::Clear);
    }

    #[test]
    fn verdicts_follow_the_thresholds() {
        assert_eq!(Verdict::new(0.46, 0.9), Verdict::Clear);
        assert_eq!(Verdict::new(0.44, 0.9), Verdict::Strained);
        assert_eq!(Verdict::new(0.29, 0.9), Verdict::Masked);
        // A soft line: what the music takes decides.
        assert_eq!(Verdict::new(0.36, 0.4), Verdict::Clear);
        assert_eq!(Verdict::new(0.32, 0.4), Verdict::Strained);
        assert_eq!(Verdict::new(0.2, 0.4), Verdict::Masked);
    }
}
