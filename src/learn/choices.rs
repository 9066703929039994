//! Every choice of this room that a source leaves open, with its reason.

/// Length of the stretch over which a cut is chosen, s, in a window that fades to both ends: a word or two, so
/// that the cut doesn't move within one.
pub const STRETCH_S: f64 = 0.5;

/// Distance of the moments for which a cut is chosen, s: the stretches overlap so far that nothing happens
/// between two of them.
pub const MOMENT_S: f64 = 0.1;

/// How far back the voice is heard to know its usual level, s.
pub const USUAL_S: f64 = 10.0;

/// Ratio of voice to music at which the voice begins to help, dB: that of the standard, as the levels that are
/// compared are the fast ones of the clash figures. At 2 LU of loss, -12 and -18 dB bought fewer words.
pub const LEAST_RATIO_DB: f32 = -15.0;

/// Steps in which the depth of a cut is searched, dB. The curve is evened out after that, and brought to what
/// is wanted without steps.
pub const DEPTH_STEP_DB: f32 = 0.5;

/// Price of a difference between the cuts of neighbouring bands: loss of benefit per dB squared. At 2 LU of loss, a quarter
/// of it bought 3 % more words and cost 0.019 of the music's quality index HAAQI; twice bought 8 % fewer.
pub const STEP_EVENNESS_PRICE: f32 = 4e-4;

/// Price of a cut that stands out of the mean of all bands, with Target only: loss of benefit per dB
/// squared of the difference.
pub const OVERALL_EVENNESS_PRICE: f32 = 0.4e-4;

/// How much higher the live duck reads the audibility of a line than the lists do, where both are near Target: its
/// word level holds the loudest sounds. Learned lines are brought to Target on the lists' figure, to which this is added.
pub const TARGET_ABOVE_LISTS: f32 = 0.1;

/// Natural logarithm of the lowest price with Target: so much of the music may a line take that can't be saved. There
/// it has its Max cut in the bands where that brings most.
pub const LOWEST_LOG_PRICE: f32 = -2.6;

/// How much of the mean cut of a line its opening has at least: a line whose first word happens to be clear isn't
/// opened late.
pub const LEAST_OPENING_SHARE: f32 = 0.95;

/// Length of a line's opening, s.
pub const OPENING_S: f64 = 0.5;

/// What a line that needs nothing would take, LU, for orders that want more.
pub const SPARE_LOSS_LU: f32 = 2.0;

/// Every how many hops the figures of a line are read that stand beside it: some 20 ms, less than the levels take
/// to fall.
pub const FIGURES_STRIDE: usize = 4;
