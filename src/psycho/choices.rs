//! Every choice of this room that a source leaves open, with its reason: how loud people have dialogue.

/// Level at which people have dialogue where they have a knob and it is quiet, dBA. The one sure figure is the level of
/// an experiment with television (Acheson and Agus 2023, DAFx); from memory, preferred dialogue at home was
/// 58 to 65 dBA (Benjamin 2004, AES 117th Convention).
pub const HOME_DIALOGUE_DBA: f32 = 60.0;

/// Noise above which people turn it up, dBA (van Heusden, Plomp and Pols 1979, Applied Acoustics: recorded
/// conversation, from 40 dBA of noise on).
pub const RAISED_ABOVE_DBA: f32 = 40.0;

/// By how much they turn it up for each dB of noise above that, dB: 3 dB for 10 (source as for
/// [`RAISED_ABOVE_DBA`]).
pub const RAISED_PER_DB: f32 = 0.3;

/// Loudness of the dialogue for which the knob is set, LUFS: about that of films as they are delivered for the
/// home. Taken from the norm and not from the reel at hand: who watches a film sets the knob once, and doesn't
/// turn down a reel of shouting.
pub const DIALOGUE_LUFS: f32 = -27.0;
