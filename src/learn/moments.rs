//! What a cut of each depth brings and takes, near each of a line's moments.

use crate::dsp::band_math::db_from_powers;
use crate::duck::choices::{ABSENT_BELOW_DB, PRESENCE_FADE_DB};
use crate::duck::terms::{Terms, useful_cut_db};
use crate::learn::choices::{LEAST_RATIO_DB, MOMENT_S, STRETCH_S};
use crate::learn::heard_line::HeardLine;
use crate::psycho::audibility::AUDIBILITY_RANGE_DB;
use crate::psycho::bands::{NUM_BANDS, PerBand};

/// Most depths that are compared.
pub const MAX_DEPTHS: usize = 37;

/// A value for each depth, the shallowest first.
pub type PerDepth = [f32; MAX_DEPTHS];

/// A stretch of a line about one time: means over the hops in which somebody speaks, under a window that fades to
/// both ends.
pub struct Moment {
    /// Audibility of each band under a cut of each depth, weighted.
    pub benefit: [PerDepth; NUM_BANDS],
    /// Each band's share of the music's loudness over the line.
    pub loudness_share: PerBand,
}

/// One hop of speech, as cuts see it.
struct Word {
    time_s: f64,
    /// What a decibel of ratio is worth.
    worth: PerBand,
    /// Ratio of voice to music above the lowest one that helps, dB.
    headroom_db: PerBand,
    /// How far a cut helps, dB: what hides the words then isn't the music any more.
    useful_db: PerBand,
    loudness: PerBand,
}

/// Moments of a line, evenly from its first word to its last sound, for cuts that grow by `depth_db`.
pub fn moments(line: &HeardLine, terms: &Terms, depth_db: f32) -> Vec<Moment> {
    let words = words(line, terms);
    let (start_s, end_s) = line.span_s;
    let num = ((end_s - start_s) / MOMENT_S).ceil().max(1.0);
    let time_s = |idx: usize| start_s + (end_s - start_s) * idx as f64 / num;
    (0..=num as usize)
        .map(|idx| moment(&words, time_s(idx), depth_db))
        .collect()
}

fn words(line: &HeardLine, terms: &Terms) -> Vec<Word> {
    let line_power = line.loudness_power().max(f32::MIN_POSITIVE);
    line.spoken()
        .map(|hop| {
            let voice_db = db_from_powers(&hop.levels.dialogue_power);
            let masker_power = terms.masker_power_in(&line.situation, &hop.levels.music_power);
            let masker_db = db_from_powers(&masker_power);
            let presence = |idx: usize| {
                let above_usual_db = voice_db[idx] - line.usual_db[idx];
                ((above_usual_db + ABSENT_BELOW_DB) / PRESENCE_FADE_DB).clamp(0.0, 1.0)
            };
            Word {
                time_s: hop.time_s,
                worth: std::array::from_fn(|idx| {
                    presence(idx) * terms.weights()[idx] / AUDIBILITY_RANGE_DB
                }),
                headroom_db: std::array::from_fn(|idx| {
                    voice_db[idx] - masker_db[idx] - LEAST_RATIO_DB
                }),
                useful_db: useful_cut_db(&line.situation, &hop.levels.music_power),
                loudness: hop.loudness.band_power().map(|power| power / line_power),
            }
        })
        .collect()
}

fn moment(words: &[Word], time_s: f64, depth_db: f32) -> Moment {
    // Pauses within a line are shorter than this, but for lines that were cut off.
    let near = |half_s: f64| {
        let first = words.partition_point(|word| word.time_s <= time_s - half_s);
        let last = words.partition_point(|word| word.time_s < time_s + half_s);
        (words.get(first..last).unwrap_or_default(), half_s)
    };
    let (near_words, half_s) = match near(0.5 * STRETCH_S) {
        (found, half_s) if !found.is_empty() => (found, half_s),
        _ => near(f64::MAX),
    };
    let mut moment = Moment {
        benefit: [[0.0; MAX_DEPTHS]; NUM_BANDS],
        loudness_share: [0.0; NUM_BANDS],
    };
    let mut weights = 0.0;
    for word in near_words {
        let place = (word.time_s - time_s) / half_s;
        let weight = (0.5 + 0.5 * (std::f64::consts::PI * place).cos()) as f32;
        weights += weight;
        for (idx, benefit) in moment.benefit.iter_mut().enumerate() {
            let worth = weight * word.worth[idx];
            let headroom_db = word.headroom_db[idx];
            for (step, sum) in benefit.iter_mut().enumerate() {
                let left_db = headroom_db + f32::min(depth_db * step as f32, word.useful_db[idx]);
                *sum += worth * left_db.clamp(0.0, AUDIBILITY_RANGE_DB);
            }
            moment.loudness_share[idx] += weight * word.loudness[idx];
        }
    }
    let mean = 1.0 / weights.max(f32::MIN_POSITIVE);
    for it in moment.benefit.iter_mut().flatten() {
        *it *= mean;
    }
    for it in &mut moment.loudness_share {
        *it *= mean;
    }
    moment
}
