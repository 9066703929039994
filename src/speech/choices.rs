//! Every choice of this room that a source leaves open, with its reason: what counts as a voice.

/// Level at which the neural voice detector hears the dialogue, dBFS RMS of a speaking voice: it is
/// trained on voices near full level, misses whispers 12 dB below, and hears voices in every noise
/// 12 dB above.
pub const DETECTOR_DBFS: f32 = -26.0;

/// Time for which speech goes on after it was last heard, ms: gaps between words and the closures
/// of stops. With the 5 to 15 ms that a sound's end takes, a line in quiet is held for at most 250 ms.
pub const SPEECH_HOLD_MS: f64 = 230.0;

/// Level of the quietest background that matters, dB re the voice's usual level, in each of five
/// bands: fades of a reverb tail and the hiss under a line aren't speech.
pub const VOICE_FLOOR_DB: f32 = -48.0;

/// Floor in each band below which nothing counts as speech, dBFS: far under the room tone of any
/// recording.
pub const LEAST_SPEECH_DBFS: f32 = -80.0;

/// Level of the quietest background that matters to a soft voice, dB re the voice's usual level, in each of
/// five bands: a voice 32 dB under the others still stands 20 dB out of it.
pub const SOFT_VOICE_FLOOR_DB: f32 = -64.0;

/// Floor in each band below which nothing counts as a soft voice, dBFS: a little above the noise of 16 bits.
pub const LEAST_SOFT_SPEECH_DBFS: f32 = -90.0;

/// Level at which the neural voice detector hears the music, dBFS RMS: at -27 dBFS it takes 39 to
/// 81 % of instrumental scores for voices, at this level none, and still finds 89 % of a voice that
/// is as loud as the instruments (docs/speech-activity.md).
pub const MUSIC_DETECTOR_DBFS: f32 = -40.0;

/// Score above which a voice is heard in the music.
pub const MUSIC_VOICE_SCORE: f32 = 0.5;

/// Time for which the score must stay above [`MUSIC_VOICE_SCORE`] until a voice counts, ms: longer than a
/// note of an instrument that the detector mistakes now and then.
pub const MUSIC_VOICE_BEGINS_MS: f64 = 100.0;

/// Time for which a voice in the music goes on after it was last heard, ms: gaps between words.
pub const MUSIC_VOICE_HOLD_MS: f64 = 500.0;

/// Level at which the witness hears the loudest moments of a sound, dBFS RMS of a frame of 36 ms. It hears
/// a voice at any level from -40 to -15 dBFS.
pub const WITNESS_DBFS: f32 = -24.0;

/// How fast the level falls from which a sound is brought there, dB per second: slowly enough that the
/// pauses of a word aren't brought up, fast enough for a soft line after a loud one.
pub const WITNESS_FALL_DB_PER_S: f32 = 20.0;

/// Greatest gain on the way to the witness, dB: enough for a voice of -80 dBFS, as it takes no room tone for
/// a voice however loud it becomes.
pub const WITNESS_MAX_GAIN_DB: f32 = 56.0;
