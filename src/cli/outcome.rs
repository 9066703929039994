//! How commands end.

/// How a command ended that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The clash is above `--fail-above`.
    AboveLimit,
    /// The inputs don't fit or aren't what they should be: what was found can't be trusted.
    Doubtful,
}
