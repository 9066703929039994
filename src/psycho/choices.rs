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

/// Share of the near ear's gain over a sound from straight ahead that counts, in dB. A sphere has no ear lobe that
/// faces the front, so a side stands out too much at high frequencies. With half of it, noise from both sides at 60,
/// 90 and 110 degrees is released by 1.5, 0.9 and 1.5 dB; with all of it, it would hide more than from ahead, with
/// none, 3 dB less. Better readings of manikins at several places would settle it.
pub const NEAR_EAR_SHARE: f64 = 0.5;

/// Diffuse sound over direct sound in the middle of a cinema, dB: as much. An assumption: of a hall of 4,000 m3 with
/// 0.8 s of reverberation and loudspeakers with a directivity of 10 the two are alike at 12.7 m
/// (0.057 sqrt(Q V / T)), of its surrounds, less directive and nearer, at about as many metres as their distance.
pub const CINEMA_DIFFUSE_DB: f32 = 0.0;
