//! Every choice of this room that a source leaves open, with its reason.

/// Length of the window over which a cut is evened out in time, s: about that of a word, so that the cut
/// doesn't move within one.
pub const SMOOTHING_S: f64 = 0.4;

/// How far back the voice is heard to know its usual level, s.
pub const USUAL_S: f64 = 10.0;

/// What a line that needs nothing would take, LU, for orders that want more.
pub const SPARE_LOSS_LU: f32 = 2.0;
