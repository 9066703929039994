//! Every choice that a source leaves open, with its reason.

/// Sound pressure level of -20 dBFS RMS at the listener, dB SPL. 79 is the usual alignment of
/// near-field and television rooms (ATSC A/85; 85 is the dub stage's), and the more careful one:
/// the quieter the room, the sooner the threshold of hearing takes part in the result.
pub const MONITOR_DB_SPL: f32 = 79.0;

/// Rise time of the levels that are compared, ms. Fast on both sides follows measured
/// intelligibility (ESTOI, HASPI, a recogniser's word errors) better than the slow speech level of
/// the standard, as in the extended SII (Rhebergen and Versfeld 2005, JASA 117:2181).
pub const FAST_ATTACK_MS: f64 = 5.0;

/// Fall time of the levels that are compared, ms; see [`FAST_ATTACK_MS`].
pub const FAST_RELEASE_MS: f64 = 50.0;

/// Fall time of the dialogue level that the excess and the duck refer to, ms: the level of a word
/// rather than of the gap between two of its sounds, which needs no protection.
pub const WORD_RELEASE_MS: f64 = 400.0;

/// Fall time of the music level that the duck refers to, ms: shorter than a note, long enough not
/// to follow single periods.
pub const MUSIC_RELEASE_MS: f64 = 100.0;

/// Dialogue-to-masker ratio below which a band counts as hidden, dB. At 0 dB half of what a band
/// can contribute is gone (ANSI S3.5-1997, 5.8: audibility runs from 0 at -15 dB to 1 at +15 dB).
pub const HIDDEN_BELOW_DB: f32 = 0.0;

/// Score of the voice detector above which speech begins.
pub const SPEECH_BEGINS_ABOVE: f32 = 0.5;

/// Score of the voice detector below which speech may end: vowels and fricatives inside a word dip.
pub const SPEECH_ENDS_BELOW: f32 = 0.3;

/// Time for which speech goes on after the detector last heard it, ms: gaps between words.
pub const SPEECH_HOLD_MS: f64 = 200.0;

/// Speech-band level below which nothing counts as speech, dBFS: 38 dB under the level of
/// dialogue at -27 LUFS, below the room tone of a usable recording.
pub const LEAST_SPEECH_DBFS: f32 = -65.0;

/// Greatest difference between the cuts of neighbouring bands, dB: steeper curves are heard as
/// coloration before they buy anything.
pub const MAX_SLOPE_DB_PER_BAND: f32 = 5.0;

/// Price of a deep cut: loss of benefit per dB squared, so that two shallow cuts are taken before
/// one deep one.
pub const DEPTH_PRICE: f32 = 0.2e-4;

/// A band that lies further than this under the voice's usual level there, dB, carries none of
/// the words of this moment, and is not worth a cut.
pub const ABSENT_BELOW_DB: f32 = 40.0;

/// Time over which the voice's usual level in a band is learned, ms.
pub const USUAL_LEVEL_MS: f64 = 3000.0;

/// Time over which the music's loudness is averaged to which the price of a cut refers, ms: the
/// price is a share of the loudness of the passage, not of the moment.
pub const PASSAGE_LOUDNESS_MS: f64 = 3000.0;

/// Ratio of a word to the music at which it begins to help, dB. The level of a word holds its
/// loudest sounds and stands some 6 dB above their mean, for which the standard has -15 dB.
pub const LEAST_WORD_RATIO_DB: f32 = -9.0;

/// Bands that get an even weight in the duck besides their importance, Hz: those that measured
/// intelligibility (ESTOI) hears, and whose plain mean predicted it best.
pub const EVEN_WEIGHT_HZ: (f32, f32) = (160.0, 4000.0);

/// Smoothing of the audibility that decides whether the words need a duck at all, ms.
pub const UNCUT_SMOOTHING_MS: f64 = 200.0;

/// Share of the release time that a cut takes to go when nobody speaks any more.
pub const RELEASE_AFTER_SPEECH: f32 = 0.4;

/// Fastest change of a band's cut, dB per second: a cut of 12 dB takes 40 ms at least.
pub const MAX_SLEW_DB_PER_S: f32 = 300.0;
