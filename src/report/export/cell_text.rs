//! Cells as spreadsheets take them: never a formula, and on request as those of countries with decimal
//! commas read them.

use std::borrow::Cow;

/// How a CSV table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CsvStyle {
    /// Commas between columns, decimal points, UTF-8: RFC 4180, for programs.
    #[default]
    Plain,
    /// Semicolons between columns, decimal commas, UTF-8 with a byte-order mark.
    DecimalComma,
}

impl CsvStyle {
    /// What stands between columns.
    pub fn separator(self) -> u8 {
        match self {
            Self::Plain => b',',
            Self::DecimalComma => b';',
        }
    }

    /// What stands before the first cell.
    pub fn mark(self) -> &'static [u8] {
        match self {
            Self::Plain => b"",
            Self::DecimalComma => b"\xEF\xBB\xBF",
        }
    }

    /// The cell as it is written.
    pub fn cell(self, text: String) -> String {
        match self {
            Self::DecimalComma if is_figures(&text) => text.replace('.', ","),
            _ => disarmed(text),
        }
    }
}

/// `text`, with an apostrophe before it where a spreadsheet would take it for a formula: names come from
/// anybody's files. Numbers stay as they are.
pub fn disarmed(text: String) -> String {
    const STARTS: [char; 11] = [
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
    ];
    let is_armed = text.starts_with(STARTS) && text != "-" && !is_figures(&text);
    match is_armed {
        true => Cow::from("'") + text.as_str(),
        false => text.into(),
    }
    .into_owned()
}

/// Whether there is nothing but numbers and times in `text`.
fn is_figures(text: &str) -> bool {
    let is_one = |word: &str| {
        let word = word.strip_prefix(['+', '-']).unwrap_or(word);
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || ".:;".contains(c))
            && word.starts_with(|c: char| c.is_ascii_digit())
    };
    !text.is_empty() && text.split(' ').all(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_formula_is_disarmed_and_numbers_are_not() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+cmd|x", "'+cmd|x"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("-4.70", "-4.70"),
            ("+1.3", "+1.3"),
            ("-", "-"),
            ("3M1", "3M1"),
            ("", ""),
        ] {
            assert_eq!(CsvStyle::Plain.cell(text.into()), expected, "{text:?}");
        }
    }

    #[test]
    fn decimal_commas_stand_in_numbers_and_times_alone() {
        for (text, expected) in [
            ("-4.70", "-4,70"),
            ("0.10 0.09", "0,10 0,09"),
            ("0:00:00.494", "0:00:00,494"),
            ("01:00:00:12", "01:00:00:12"),
            ("clear: -4.4 dB", "clear: -4.4 dB"),
            ("=1.5", "'=1.5"),
        ] {
            assert_eq!(
                CsvStyle::DecimalComma.cell(text.into()),
                expected,
                "{text:?}"
            );
        }
    }
}
