//! Every choice of this room that a source leaves open, with its reason: what a word is and what is advised.

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

/// Least gain of the index for which moving music into a surround is advised, SII: half of the change that a comparison
/// tells of a line.
pub const LEAST_IN_SURROUNDS_SII: f32 = 0.01;

/// Shortest sound that a list takes for a word, ms: the shortest of ten voices in nine languages lasted
/// 105 ms, and 30 ms are added for an end that is too soft to be heard.
pub const LEAST_WORD_MS: f64 = 130.0;

/// Time over which the witness's scores are averaged for a line's confidence, ms: three of its frames.
/// Two, five and eight frames, the highest score alone and the mean over the line tell no better.
pub const CONFIDENCE_WINDOW_MS: f64 = 100.0;

/// Mean score of the witness over [`CONFIDENCE_WINDOW_MS`] at which a line is as likely a voice as none. All of
/// 611 lines of prompts in five languages, a sixth of them 20 dB under the others, are far above
/// (the lowest is 0.99), 211 lines of whispers and of voices 30 dB under others at 0.67 and more. Under it are 4
/// of 335 single letters and digits, the hardest words there are, and 20 of the 37 lines that 397 recordings
/// of animals, instruments, tools, machines and footsteps came to; at 0.5 it would be 10 and 26.
pub const EVEN_SCORE: f32 = 0.3;
/// Floor under which nothing of a voice counts for its fingerprint, dB under its level of the moment: room
/// tone and hum lie there, and are other ones after a cut.
pub const PRINT_FLOOR_DB: f32 = -25.0;

/// How far a sound must stand above what the softest tenth of a dialogue has to be searched for lines, dB: room
/// tone comes to 3 dB.
pub const PRINT_SOUND_DB: f32 = 6.0;

/// How far around a moment the level of the voice is taken for a fingerprint's floor, ms: a word.
pub const PRINT_LEVEL_MS: f64 = 350.0;

/// How far around a moment the mean is taken that a fingerprint leaves out, ms: a syllable. What is slower is
/// the speaker and the room, and the same in other lines.
pub const PRINT_AROUND_MS: f64 = 210.0;

/// Share of the common rise and fall of all bands that a fingerprint leaves out: less, and lines are alike
/// that have the same rhythm; more, and noise moves it.
pub const PRINT_COMMON_SHARE: f32 = 0.6;

/// How far above chance a likeness must be for a line to be found by its words alone, standard deviations:
/// with 2,000 lines in a reel of 2 hours there are some 10^9 places at which it could be by chance.
pub const LEAST_SURENESS: f64 = 7.2;

/// How far above chance a likeness must be where the lines around were moved alike, standard deviations: then
/// there are a few places only.
pub const LEAST_SURENESS_WITH_NEIGHBOURS: f64 = 4.2;

/// Least likeness of a line to its place, whatever its length, a correlation: another line with the same words
/// of the same voice comes to 0.72.
pub const LEAST_CORRELATION: f64 = 0.6;

/// Least likeness of a place where less than 60 % of a line is, a correlation, unless its neighbours vouch for it:
/// a phrase that a voice says twice comes to 0.81.
pub const LEAST_CORRELATION_OF_PART: f64 = 0.86;

/// How far above chance a likeness must be for a line to be there a second time, standard deviations: few lines are
/// doubled, and a short call comes back in another one.
pub const LEAST_SURENESS_OF_COPY: f64 = 10.5;

/// How much less alike a second place of a line may be than its own, a correlation: the same recording, in other
/// noise. Another line of the same words comes to 0.1 less and more.
pub const COPY_SHORTFALL: f64 = 0.06;

/// What it counts for two lines that they were moved by the same time: as much as a tenth more of likeness in a line of three
/// seconds. So of places that are alike the one is taken that goes with the lines around it.
pub const MOVED_ALIKE_WORTH: f64 = 0.8;

/// What it counts that a line is where a list of changes has it: as much as four lines around it.
pub const EXPECTED_WORTH: f64 = 3.2;

/// What it counts that a line is where it was: a quarter of a line beside it, so that it decides between places that are
/// alike in everything else.
pub const UNMOVED_WORTH: f64 = 0.2;

/// Furthest that louder dialogue is advised for an audience, dB: beyond it the line has to be recorded or mixed anew.
pub const MAX_ADVISED_DIALOGUE_DB: f32 = 12.0;
