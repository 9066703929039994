//! Every choice that a source leaves open, with its reason.

/// Bands over which audibility is averaged, 160 Hz to 5 kHz, all alike. Over one-second segments of
/// speech over scores, this plain mean ranks with ESTOI and with a recogniser's word errors as well
/// as or better than the Speech Intelligibility Index with its importance function, and better than
/// the mean over all bands. Without the band at 5 kHz it would agree with ESTOI as well, which hears
/// nothing above 4.3 kHz, but less with HASPI: docs/science.md has the figures.
pub const AUDIBILITY_BANDS: std::ops::Range<usize> = 2..18;

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

/// Rise time of the music level that the duck refers to, ms: the curve of the cut moves with notes, not
/// with each attack.
pub const MUSIC_ATTACK_MS: f64 = 30.0;

/// Its fall time, ms: shorter than a note. Slower levels (150 to 500 ms) cost more music for the same
/// gain in intelligibility.
pub const MUSIC_RELEASE_MS: f64 = 100.0;

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

/// Share that is left to a line whose clash is 10 %: that of stretches with the SII of
/// [`CLEAR_ABOVE_SII`].
pub const AUDIBILITY_AT_TENTH_CLASH: f32 = 0.50;

/// Deepest cut that is advised on an equaliser, dB: a deeper one is a job for the fader or for the
/// arrangement.
pub const MAX_ADVISED_CUT_DB: f32 = 12.0;

/// Furthest fader move that is advised, dB: beyond it the music is as good as gone.
pub const MAX_ADVISED_FADER_DB: f32 = 30.0;

/// Narrowest cut that is advised, bands: an octave, which one bell of an equaliser makes.
pub const LEAST_ADVISED_BANDS: usize = 3;

/// Depth at which a decibel of cut costs twice as much as the first one, dB: so the smallest cut is
/// neither a deep notch nor the fader in disguise.
pub const CUT_DEPTH_PRICE_DB: f32 = 6.0;

/// Loudness difference that dialogue over music should have for listeners who know the material,
/// LU (Torcoli et al. 2019, "Preferred levels for background ducking to produce esthetically pleasing
/// TV audio with clear speech", J. Audio Eng. Soc. 67, 1003); over ambience they give 15.
pub const GUIDE_LU: f32 = 10.0;

/// What other viewers want more than experts, LU (same source).
pub const GENERAL_VIEWER_OFFSET_LU: f32 = 4.0;

/// Level at which the neural voice detector hears the dialogue, dBFS RMS of a speaking voice: it is
/// trained on voices near full level, misses whispers 12 dB below, and hears voices in every noise
/// 12 dB above.
pub const DETECTOR_DBFS: f32 = -26.0;

/// Time for which speech goes on after it was last heard, ms: gaps between words and the closures
/// of stops. With the 5 to 15 ms that a sound's end takes, a line in quiet is held for at most 250 ms.
pub const SPEECH_HOLD_MS: f64 = 230.0;

/// Shortest sound that a list takes for a word, ms: the shortest of ten voices in nine languages lasted
/// 105 ms, and 30 ms are added for an end that is too soft to be heard.
pub const LEAST_WORD_MS: f64 = 130.0;

/// Level of the quietest background that matters, dB re the voice's usual level, in each of five
/// bands: fades of a reverb tail and the hiss under a line aren't speech.
pub const VOICE_FLOOR_DB: f32 = -48.0;

/// Floor in each band below which nothing counts as speech, dBFS: far under the room tone of any
/// recording.
pub const LEAST_SPEECH_DBFS: f32 = -80.0;

/// Level at which the neural voice detector hears the music, dBFS RMS: at -27 dBFS it takes 39 to
/// 81 % of instrumental scores for voices, at this level none, and still finds 89 % of a voice that
/// is as loud as the instruments (docs/speech-activity.md).
pub const MUSIC_DETECTOR_DBFS: f32 = -40.0;

/// Score above which a voice is heard in the music.
pub const MUSIC_VOICE_SCORE: f32 = 0.5;

/// Time for which the score must stay above it until a voice counts, ms: longer than a note of an
/// instrument that it mistakes now and then.
pub const MUSIC_VOICE_BEGINS_MS: f64 = 100.0;

/// Time for which a voice in the music goes on after it was last heard, ms: gaps between words.
pub const MUSIC_VOICE_HOLD_MS: f64 = 500.0;

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

/// The same for the mean of all bands, with Target only: there nothing else asks for the loudness of
/// the music, so the duck takes more of it where that colours less. With Amount the loudness is what
/// the user has set, and an even cut would waste it.
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

/// The same for a passage that is only beginning, ms: else a tutti that sets in with a line would be
/// charged as if it were many times the passage.
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
