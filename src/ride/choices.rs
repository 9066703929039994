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

/// Most break points of a lane in a second: lanes of more are hard to edit, and some hosts thin them by themselves.
pub const LANE_POINTS_PER_S: u8 = 20;

/// How far a lane's straight lines may be from the ride, LU: less is not heard.
pub const LANE_TOLERANCE_LU: f32 = 0.1;

/// How far they are as long as few break points are needed, LU.
pub const TIGHT_TOLERANCE_LU: f32 = 0.05;

/// Longest line of a ride that moves, s: playing may stop at any moment, and what comes after the last break point
/// is lost.
pub const LONGEST_MOVE_S: f64 = 0.1;
