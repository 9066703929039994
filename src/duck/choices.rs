//! Every choice of this room that a source leaves open, with its reason: what a cut may cost and how fast it moves.

/// Rise time of the music level that the duck refers to, ms: the curve of the cut moves with notes, not
/// with each attack.
pub const MUSIC_ATTACK_MS: f64 = 30.0;

/// Fall time of the music level that the duck refers to, ms: shorter than a note. Slower levels (150 to 500 ms) cost more music for the same
/// gain in intelligibility.
pub const MUSIC_RELEASE_MS: f64 = 100.0;

/// Greatest difference between the cuts of neighbouring bands, dB. At equal loss of loudness, 3 dB kept
/// more of the music's quality index HAAQI than 5 dB and bought as many words; 2 dB bought fewer.
pub const MAX_SLOPE_DB_PER_BAND: f32 = 3.0;

/// Price of a deep cut: loss of benefit per dB squared, so that two shallow cuts are taken before
/// one deep one. This and the prices of evenness hold for a Max cut of 12 dB and go with its inverse.
pub const DEPTH_PRICE: f32 = 0.5e-4;

/// Price of a cut that stands out of those near it: loss of benefit per dB squared of the
/// difference. A notch colours more than a wide cut of the same depth, wherever it lies: in the
/// music's quality index HAAQI, 6 dB in any three bands cost 0.04 to 0.08, in all bands nothing.
pub const NEAR_EVENNESS_PRICE: f32 = 1.25e-4;

/// Price of a cut that stands out of the mean of all bands, with Target only: loss of benefit per dB
/// squared of the difference. There nothing else asks for the loudness of the music, so the duck takes
/// more of it where that colours less. With Amount the loudness is what the user has set, and an even
/// cut would waste it.
pub const OVERALL_EVENNESS_PRICE: f32 = 1.25e-4;

/// Standard deviation of what counts as near a band when a cut is compared with those around it,
/// bands: an octave.
pub const NEAR_BANDS: f32 = 3.0;

/// Time over which the loss of loudness is averaged to which Amount refers, ms, of speech only.
pub const LOSS_MEMORY_MS: f64 = 3000.0;

/// A band that lies further than this under the voice's usual level there, dB, carries none of
/// the words of this moment, and is not worth a cut.
pub const ABSENT_BELOW_DB: f32 = 40.0;

/// Time over which the voice's usual level in a band is learned, ms.
pub const USUAL_LEVEL_MS: f64 = 3000.0;

/// Time over which the music's loudness is averaged to which the price of a cut refers, ms: the
/// price is a share of the loudness of the passage, not of the moment.
pub const PASSAGE_LOUDNESS_MS: f64 = 3000.0;

/// Time over which the music's loudness is averaged in a passage that is only beginning, ms: else a
/// tutti that sets in with a line would be charged as if it were many times the passage.
pub const PASSAGE_ONSET_MS: f64 = 300.0;

/// Ratio of a word to the music at which it begins to help, dB. The level of a word holds its
/// loudest sounds and stands some 6 dB above their mean, for which the standard has -15 dB.
pub const LEAST_WORD_RATIO_DB: f32 = -9.0;

/// Bands that get an even weight in the duck besides their importance, Hz: those that measured
/// intelligibility (ESTOI) hears, and whose plain mean predicted it best.
pub const EVEN_WEIGHT_HZ: (f32, f32) = (160.0, 4000.0);

/// Smoothing of the audibility that decides whether the words need a duck at all, ms.
pub const UNCUT_SMOOTHING_MS: f64 = 200.0;

/// Smoothing of the audibility from which the price of a line is guessed, ms: some words, so that the
/// first line of a new scene isn't lost to a loop that must find its price first.
pub const LINE_SMOOTHING_MS: f64 = 1000.0;

/// Share of the release time that a cut takes to go when nobody speaks any more.
pub const RELEASE_AFTER_SPEECH: f32 = 0.4;

/// Fastest change of a band's cut, dB per second: a cut of 12 dB takes 40 ms at least.
pub const MAX_SLEW_DB_PER_S: f32 = 300.0;
