//! Every choice of this room that a source leaves open, with its reason: what a cut may cost and how
//! fast it moves.
//!
//! Where figures of "seven scenes" are given, they are those of the demo scene and six more of speech under
//! scores, ducked with the default settings or with Amount: the loudness that the music lost over all
//! speech, and what `underscore check` then says of it.

/// Rise time of the music level that the duck refers to, ms: the curve of the cut moves with notes, not
/// with each attack.
pub const MUSIC_ATTACK_MS: f64 = 30.0;

/// Fall time of the music level that the duck refers to, ms: shorter than a note. Slower levels (150 to
/// 500 ms) cost more music for the same gain in intelligibility.
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

/// Time over which the music's spectrum is averaged against which the ride weighs a cut, ms.
pub const RIDE_SPECTRUM_MS: f64 = 200.0;

/// Each of the two smoothings of the ride, ms.
pub const RIDE_SMOOTHING_MS: f64 = 40.0;

/// Difference between a lane and the ride that would be written up to which both are the same, LU: lanes are
/// thinned to it.
pub const RIDE_SAME_LU: f32 = 0.2;

/// Difference between a lane and the ride that would be written from which on the lane alone counts, LU.
pub const RIDE_FAR_LU: f32 = 1.0;

/// Difference between a lane and the ride up to which the price doesn't lean, LU.
pub const UPRIGHT_LU: f32 = 0.3;

/// Share of its leaning that the price loses in a second of speech: once the loops have found what they had found when
/// the lane was written, nothing needs to lean.
pub const UPRIGHT_PER_S: f32 = 0.2;

/// Nepers per second by which the price leans per LU by which a lane differs from the ride.
pub const LEANING_SPEED_PER_LU_S: f32 = 5.0;

/// Furthest that the price leans, nepers.
pub const MAX_LEANING: f32 = 4.0;

/// Share of the usual voice's power from which on what is heard of the dialogue counts as words of this moment for
/// a lane, whether or not somebody certainly speaks: -12 dB.
pub const VOICED_SHARE: f32 = 0.063;

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

/// Range of the price with Target, as natural logarithms: at the lowest price a line that can't be saved
/// still leaves the music something, and at the highest hardly anything is cut.
pub const LOG_PRICE_OF_TARGET: (f32, f32) = (-4.3, 2.0);

/// Range of the price with Amount, as natural logarithms: it reaches every loss that can be had.
pub const LOG_PRICE_OF_AMOUNT: (f32, f32) = (-6.0, 6.0);

/// Natural logarithm of the price that is right as a rule, with Target, for a line that is at the target
/// without any cut; the loop corrects it. At 0 the music of seven scenes lost 1.83 LU on average (the SII
/// rose by 0.114), at 0.6 it lost 1.75 LU (0.110), here 1.80 LU (0.112): the loop makes up for most of it.
pub const USUAL_LOG_PRICE: f32 = 0.3;

/// Rise of the usual price per unit of audibility by which the uncut line exceeds the target, nepers. It
/// decides how much more a masked line may cost than one that is nearly clear: halved, seven scenes lost
/// 1.54 LU on average and the SII rose by 0.103; doubled, 2.05 LU and 0.119; here 1.80 LU and 0.112. The
/// gain per LU falls from 0.067 to 0.062 and 0.058, so this is the middle of a trade, not an optimum.
pub const LOG_PRICE_PER_AUDIBILITY: f32 = 8.0;

/// Greatest correction of the usual price, either way, nepers: a line that can't be saved shall not leave a
/// price behind that the next one has to unlearn. Halved, the loss in seven scenes fell from 1.80 to
/// 1.71 LU; doubled, it stayed the same, so in them the limit is never reached.
pub const MAX_CORRECTION: f32 = 2.0;

/// Speed of the price with Target: nepers per second and unit of missing audibility, so that a line that
/// misses the target by 0.1 halves its price in 1.2 s. Half the speed gained less in seven scenes (SII
/// 0.109 for 1.72 LU, against 0.112 for 1.80 LU), twice the speed more (0.114 for 1.85 LU) but moved the
/// mean cut by 4 % more decibels per second.
pub const PRICE_SPEED_PER_S: f32 = 6.0;

/// Nepers by which the price with Amount falls at once per missing LU. What came short is noticed late, as
/// the account is a mean of seconds; this part acts without delay and keeps the slow one from swinging.
/// With 3 LU wanted, the demo scene lost 2.33 LU at half of it, 2.83 here and 3.10 at twice, at which the
/// mean cut moved by 6 % more decibels per second.
pub const PRICE_PER_LU: f32 = 0.4;

/// Nepers per second by which the price with Amount falls per missing LU. With 1 LU wanted, the losses of
/// seven scenes were off by 0.09 LU on average at half the speed, 0.06 here and 0.05 at twice the speed.
pub const PRICE_SPEED_PER_LU_S: f32 = 0.6;

/// Natural logarithm of the price at the start of a pass with Amount, for no loss at all. Only the first
/// lines depend on it: with 1 LU wanted, seven scenes lost 1.06 LU on average at half of it, 1.03 here and
/// 0.98 at twice; with 3 LU, they lost the same to 0.01 LU.
pub const FIRST_LOG_PRICE: f32 = 1.2;

/// Change of the first price per LU of the amount, nepers. With 3 LU wanted, the demo scene lost 2.87 LU at
/// half of it, 2.83 here and 2.73 at twice.
pub const FIRST_LOG_PRICE_PER_LU: f32 = -1.2;

/// Audibility of the line before the first word: half, as nothing is known of it.
pub const FIRST_AUDIBILITY: f32 = 0.5;

/// Silence after which a new line begins, s: longer than the closure of any consonant, shorter than a
/// breath. Half or twice of it changed no loss in seven scenes by more than 0.02 LU.
pub const NEW_LINE_S: f32 = 0.3;

/// Length that the line before has in the judgement of a new one, s: a sound or two, on which alone a price
/// would be a guess. Half of it took 3.76 LU of the demo scene, twice 3.21 LU, against 3.52 LU here, for
/// an SII of 0.576, 0.573 and 0.575.
pub const FORMER_LINE_S: f32 = 0.1;

/// Audibility by which the uncut words may exceed the target before nothing at all is cut: clear lines
/// cost nothing, and the cut fades in before it. Half of it took 1.87 LU of seven scenes on average and
/// moved the mean cut by 5 % more decibels per second; twice, 1.74 LU and 5 % less; here 1.80 LU.
pub const CLEAR_BEYOND_TARGET: f32 = 0.1;

/// Width over which a band fades from absent to present, dB, so that a band doesn't switch. Half or
/// twice of it changed none of the figures of seven scenes.
pub const PRESENCE_FADE_DB: f32 = 6.0;

/// Least share of the power of its last moments with which a passage counts: so a cut in music that has
/// just set in is charged as if it were at most twice as loud as the passage. Half of it took 3.42 LU
/// of the demo scene, twice 3.76 LU, against 3.52 LU here; the mean of seven scenes was 1.78, 1.84 and
/// 1.80 LU.
pub const ONSET_SHARE: f32 = 0.5;
