//! Every choice of this room that a source leaves open, with its reason: what is compared and what counts as hidden.

/// By how much louder music counts in the clash while a voice is heard in it, dB. A voice is the most
/// effective of maskers of one spectrum and level (Rosen et al. 2013, J. Acoust. Soc. Am. 133:2431;
/// Brungart 2001, same journal, 109:1101), and words are followed less well over a song than over the
/// same song without its lyrics (Scharenborg and Larson 2018, Interspeech, 2280; Brouwer et al. 2022, J.
/// Exp. Psychol. Appl. 28:576). None gives decibels that hold for any song: the size is our choice, as
/// much as the loss of half of the voice's power.
pub const MUSIC_VOICE_COST_DB: f32 = 3.0;

/// Time over which figures are smoothed for display while somebody speaks, ms: a word.
pub const DISPLAY_SMOOTHING_MS: f64 = 400.0;

/// Rise time of the levels that are compared, ms. Fast on both sides follows measured
/// intelligibility (ESTOI, HASPI, a recogniser's word errors) better than the slow speech level of
/// the standard, as in the extended SII (Rhebergen and Versfeld 2005, JASA 117:2181).
pub const FAST_ATTACK_MS: f64 = 5.0;

/// Fall time of the levels that are compared, ms; see [`FAST_ATTACK_MS`].
pub const FAST_RELEASE_MS: f64 = 50.0;

/// Fall time of the dialogue level that the excess and the duck refer to, ms: the level of a word
/// rather than of the gap between two of its sounds, which needs no protection.
pub const WORD_RELEASE_MS: f64 = 400.0;

/// Dialogue-to-masker ratio below which a band counts as hidden, dB. At 0 dB half of what a band
/// can contribute is gone (ANSI S3.5-1997, 5.8: audibility runs from 0 at -15 dB to 1 at +15 dB).
pub const HIDDEN_BELOW_DB: f32 = 0.0;

/// SII under the music below which a line is masked. In fast-level SII under music a recogniser lost
/// half of the words or more below it, in a study of twelve scenes of speech over scores.
pub const MASKED_BELOW_SII: f32 = 0.3;

/// SII under the music from which on a line is clear: above it the recogniser lost few words, between
/// the two thresholds some. (ANSI S3.5-1997 calls 0.45 and less poor, for long-term levels.)
pub const CLEAR_ABOVE_SII: f32 = 0.45;

/// SII that the music may take from any line without being blamed, 1 to 2 dB of level: less than
/// repeated readings of the same line differ by.
pub const HARMLESS_SII_LOSS: f32 = 0.05;

/// Share of its audibility that is left to a line whose clash is 50 %: the median of stretches
/// with the SII of [`MASKED_BELOW_SII`], so that the figure and the verdict say the same.
pub const AUDIBILITY_AT_HALF_CLASH: f32 = 0.34;

/// Share of its audibility that is left to a line whose clash is 10 %: that of stretches with the SII
/// of [`CLEAR_ABOVE_SII`].
pub const AUDIBILITY_AT_TENTH_CLASH: f32 = 0.50;

/// Loudness difference that dialogue over music should have for listeners who know the material,
/// LU (Torcoli et al. 2019, "Preferred levels for background ducking to produce esthetically pleasing
/// TV audio with clear speech", J. Audio Eng. Soc. 67, 1003); over ambience they give 15.
pub const GUIDE_LU: f32 = 10.0;

/// What other viewers want more than experts, LU (source as for [`GUIDE_LU`]).
pub const GENERAL_VIEWER_OFFSET_LU: f32 = 4.0;
