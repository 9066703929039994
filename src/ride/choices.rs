//! Every choice of this room that a source leaves open, with its reason.

/// Time in which a cut goes after the last sound of a line, s. As long as the tail of a word in a room, and
/// so slow that a cut of 12 dB makes no swell.
pub const FALL_S: f64 = 0.4;

/// Gaps between lines up to this stay down, s: a cut that comes up between two sentences is heard as pumping.
pub const SHORT_GAP_S: f64 = 0.6;

/// Music in gaps longer than this is untouched but for the ramps, s: there it is alone.
pub const LONG_GAP_S: f64 = 1.5;

/// Shortest time in which a cut sets in, s: where less is asked for. Faster ones are heard as clicks on pure
/// tones.
pub const LEAST_RISE_S: f64 = 0.02;
