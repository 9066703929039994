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
