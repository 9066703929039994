//! Bands, causes and advice in words, alike in every list.

use crate::lines::advice::{Advice, BandExcess, Cause, InSurrounds, Louder, Remedy};
use crate::lines::choices::MAX_ADVISED_DIALOGUE_DB;
use crate::lines::moves::BandCut;
use crate::psycho::bands::{NOMINAL_HZ, edges_hz};
use crate::snapshot::Surrounds;

/// Bands with their excess, such as `2000 (+5.1), 1600 (+4.0)`; `-` for none.
pub fn bands_text(bands: &[BandExcess]) -> String {
    if bands.is_empty() {
        return "-".into();
    }
    bands
        .iter()
        .map(|band| format!("{} (+{:.1})", NOMINAL_HZ[band.band_idx], band.excess_db))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Bands with their share of what is lost, such as `2000 (31 %), 1600 (22 %)`; `-` for none.
pub fn causes_text(causes: &[Cause]) -> String {
    if causes.is_empty() {
        return "-".into();
    }
    causes
        .iter()
        .map(|cause| {
            let percent = 100.0 * cause.share;
            format!("{} ({percent:.0} %)", NOMINAL_HZ[cause.band_idx])
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// The advice in words, such as `clear: -4.2 dB at 1.4 to 2.8 kHz, or -6.0 dB on the fader`; `none
/// needed` for a clear line.
pub fn advice_text(advice: &Advice) -> String {
    if advice.is_clear() {
        return "none needed".into();
    }
    let remedies = advice.remedies.iter().map(remedy_text);
    let surrounds = advice.in_surrounds.as_ref().map(in_surrounds_text);
    let ways: Vec<String> = remedies.chain(surrounds).collect();
    ways.join("; ")
}

/// What two ears gain by music in the surrounds, such as `3 dB of it in the left surround instead: strained (SII 0.41)`.
fn in_surrounds_text(moved: &InSurrounds) -> String {
    let which = match moved.which {
        Surrounds::All => "the surrounds",
        Surrounds::Left => "the left surround",
        Surrounds::Right => "the right surround",
    };
    let (word, sii) = (moved.verdict.word(), moved.sii);
    format!("3 dB of it in {which} instead: {word} (SII {sii:.2})")
}

fn remedy_text(remedy: &Remedy) -> String {
    let cut = remedy.cut.map(|cut| cut_text(&cut.what));
    let fader = remedy
        .fader_cut_db
        .map(|fader| format!("-{:.1} dB on the fader", fader.what));
    let dialogue = remedy.louder.map(|louder| {
        let gain = louder_text(louder);
        format!("louder dialogue, {gain}: no cut of the music helps")
    });
    let ways: Vec<String> = cut.into_iter().chain(fader).chain(dialogue).collect();
    let ways = if ways.is_empty() {
        "no level helps".into()
    } else {
        ways.join(", or ")
    };
    format!("{}: {ways}", remedy.goal.word())
}

/// How far dialogue has to come up, such as `+4.5 dB`.
pub fn louder_text(louder: Louder) -> String {
    match louder {
        Louder::ByDb(gain_db) => format!("+{gain_db:.1} dB"),
        Louder::BeyondAdvice => format!("more than +{MAX_ADVISED_DIALOGUE_DB:.0} dB"),
    }
}

/// A cut with the edges of its outer bands, to two digits.
pub fn cut_text(cut: &BandCut) -> String {
    let (low_hz, _) = edges_hz(cut.low_band_idx);
    let (_, high_hz) = edges_hz(cut.high_band_idx);
    let (low_hz, high_hz) = (two_digits(low_hz), two_digits(high_hz));
    let span = if low_hz >= 1000.0 {
        format!("{} to {}", low_hz / 1000.0, frequency_text(high_hz))
    } else if high_hz < 1000.0 {
        format!("{low_hz} to {}", frequency_text(high_hz))
    } else {
        format!("{} to {}", frequency_text(low_hz), frequency_text(high_hz))
    };
    format!("-{:.1} dB at {span}", cut.cut_db)
}

fn two_digits(hz: f64) -> f64 {
    let unit = 10f64.powf(hz.log10().floor() - 1.0);
    (hz / unit).round() * unit
}

fn frequency_text(hz: f64) -> String {
    if hz < 1000.0 {
        format!("{hz} Hz")
    } else {
        format!("{} kHz", hz / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_name_their_unit_once() {
        let cut = |low_band_idx, high_band_idx| {
            cut_text(&BandCut {
                low_band_idx,
                high_band_idx,
                cut_db: 4.2,
            })
        };
        assert_eq!(cut(12, 14), "-4.2 dB at 1.4 to 2.8 kHz");
        assert_eq!(cut(4, 6), "-4.2 dB at 220 to 450 Hz");
        assert_eq!(cut(8, 11), "-4.2 dB at 560 Hz to 1.4 kHz");
    }
}
