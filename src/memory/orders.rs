//! What the user wants of a line.

/// How much of the music a line takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Order {
    /// As learned.
    #[default]
    Auto,
    /// Nothing.
    Off,
    /// More than learned by so much loudness, LU, or less where it is below 0.
    Change(f32),
    /// So much loudness, LU.
    Fixed(f32),
}

/// Everything that the user says about a line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Orders {
    /// How much it takes.
    pub order: Order,
    /// Where its cut is to begin instead of at its first word, s on the timeline.
    pub in_s: Option<f64>,
    /// Where its cut is to end instead of at its last sound, s on the timeline.
    pub out_s: Option<f64>,
    /// In words.
    pub note: String,
}

impl Orders {
    /// Whether the user said anything about the line.
    pub fn are_given(&self) -> bool {
        *self != Self::default()
    }
}
