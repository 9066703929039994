//! How much of a line may differ from its reference.

/// Most that two levels may differ by, dB.
pub const TOLERANCE_DB: f64 = 0.02;

/// Levels are written to 0.01 dB; this is for what that leaves as `f64`.
const ROUNDING_DB: f64 = 1e-9;

/// What stands before a hash, so that it is found in a text.
pub const HASH: &str = "fnv1a:";

/// Hexadecimal digits of a hash.
const HASH_DIGITS: usize = 16;

/// What has to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Every byte.
    Bytes,
    /// Everything but figures, hashes and the width of columns.
    Words,
    /// Words, and numbers to [`TOLERANCE_DB`].
    Levels,
}

impl Rule {
    /// Whether `line` is as `reference` says.
    pub fn allows(self, reference: &str, line: &str) -> bool {
        match self {
            Self::Bytes => reference == line,
            Self::Words => words(reference) == words(line),
            Self::Levels => {
                let tokens = || reference.split(' ').zip(line.split(' '));
                reference.split(' ').count() == line.split(' ').count()
                    && tokens().all(|(before, now)| is_same_level(before, now))
            }
        }
    }
}

/// Whether two words are the same, or two levels nearly so.
fn is_same_level(before: &str, now: &str) -> bool {
    match (before.parse::<f64>(), now.parse::<f64>()) {
        (Ok(before_db), Ok(now_db)) => (before_db - now_db).abs() <= TOLERANCE_DB + ROUNDING_DB,
        _ => before == now,
    }
}

/// `line` with `#` for each number and hash, and one space for many.
fn words(line: &str) -> String {
    let mut pieces = line.split(HASH);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text += "#";
        text += piece.get(HASH_DIGITS..).unwrap_or_default();
    }
    let mut masked = String::new();
    let mut last = ' ';
    for character in text.chars() {
        let (is_figure, follows_figure) = (character.is_ascii_digit(), last == '#');
        let is_more = follows_figure && (is_figure || character == '.');
        let is_space = character == ' ' && last == ' ';
        if !is_more && !is_space {
            last = if is_figure { '#' } else { character };
            masked.push(last);
        }
    }
    masked
}

#[test]
fn levels_may_differ_by_the_tolerance_and_words_not_at_all() {
    for (reference, line, is_allowed) in [
        ("1 -20.00", "1 -20.02", true),
        ("1 -20.00", "1 -20.03", false),
        ("1 -20.00", "1 -20.00 0.00", false),
        ("L -20.00", "R -20.00", false),
    ] {
        assert_eq!(Rule::Levels.allows(reference, line), is_allowed, "{line}");
    }
    for (reference, line, is_allowed) in [
        ("cut  9.5 dB", "cut 10.25 dB", true),
        ("cut 9.5 dB", "cut 9.5 LU", false),
        (
            "a fnv1a:0123456789abcdef.",
            "a fnv1a:fedcba9876543210.",
            true,
        ),
    ] {
        assert_eq!(Rule::Words.allows(reference, line), is_allowed, "{line}");
        assert!(!Rule::Bytes.allows(reference, line));
    }
}
