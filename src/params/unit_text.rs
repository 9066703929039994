//! Parameter values as text and back: what hosts and the editor show, and what may be typed in.
//!
//! Typed numbers may carry their unit or not, and may have a decimal comma. Text that isn't a
//! number with a known unit is refused (`None`), and so is a number that isn't finite.

use crate::settings::Unit;

/// How one kind of value is written and read.
pub struct UnitText {
    /// Stands after the number, with its space.
    pub suffix: &'static str,
    /// The number without its unit.
    pub format: fn(f32) -> String,
    /// A value from typed text.
    pub parse: fn(&str) -> Option<f32>,
}

impl UnitText {
    /// How values of `unit` are written and read.
    pub fn of(unit: Unit) -> &'static Self {
        match unit {
            Unit::Lu => &LU,
            Unit::Db => &DB,
            Unit::GainDb => &GAIN_DB,
            Unit::DbSpl => &DB_SPL,
            Unit::Ms => &MS,
            Unit::Hz => &HZ,
            Unit::Percent => &PERCENT,
        }
    }
}

/// Loudness difference, LU.
const LU: UnitText = UnitText {
    suffix: " LU",
    format: |lu| format!("{lu:.1}"),
    parse: |text| parse_scaled(text, &[("", 1.0), ("lu", 1.0)]),
};

/// Depth of a cut, dB.
const DB: UnitText = UnitText {
    suffix: " dB",
    format: |db| format!("{db:.1}"),
    parse: |text| parse_scaled(text, &[("", 1.0), ("db", 1.0)]),
};

/// Sound pressure level, dB SPL.
const DB_SPL: UnitText = UnitText {
    suffix: " dB SPL",
    format: |db_spl| format!("{db_spl:.1}"),
    parse: |text| {
        parse_scaled(
            text,
            &[("", 1.0), ("db", 1.0), ("db spl", 1.0), ("dbc", 1.0)],
        )
    },
};

/// Gain, dB, written with its sign.
const GAIN_DB: UnitText = UnitText {
    suffix: " dB",
    format: |db| {
        // Rounded first, so that -0.04 isn't written as "-0.0".
        let tenths = (db * 10.0).round();
        if tenths == 0.0 {
            "0.0".to_owned()
        } else {
            format!("{:+.1}", tenths / 10.0)
        }
    },
    parse: DB.parse,
};

/// Time, ms; seconds may be typed ("1.5 s").
const MS: UnitText = UnitText {
    suffix: " ms",
    format: |ms| {
        if ms < 99.95 {
            format!("{ms:.1}")
        } else {
            format!("{ms:.0}")
        }
    },
    parse: |text| parse_scaled(text, &[("", 1.0), ("ms", 1.0), ("s", 1000.0)]),
};

/// Frequency, Hz; kilohertz may be typed ("1.6 kHz", "1.6k").
const HZ: UnitText = UnitText {
    suffix: " Hz",
    format: |hz| format!("{hz:.0}"),
    parse: |text| parse_scaled(text, &[("", 1.0), ("hz", 1.0), ("k", 1e3), ("khz", 1e3)]),
};

/// A ratio from 0 to 1, written in percent.
const PERCENT: UnitText = UnitText {
    suffix: " %",
    format: |ratio| format!("{:.0}", ratio * 100.0),
    parse: parse_ratio,
};

/// `text` of a value as a screen reader should say it: many leave a hyphen out before a number, and a lost sign is
/// another value.
pub fn spoken(text: &str) -> String {
    let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(rest), _) if is_number(rest) => format!("minus {rest}"),
        (_, Some(rest)) if is_number(rest) => format!("plus {rest}"),
        _ => text.to_owned(),
    }
}

/// The number that a value's text starts with; `None` where it is none.
pub fn number(text: &str) -> Option<f64> {
    text[..number_len(text)].parse().ok()
}

/// A value's text with another number and the same unit.
pub fn with_number(text: &str, number: f64) -> String {
    format!("{number}{}", &text[number_len(text)..])
}

fn number_len(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c)))
        .unwrap_or(text.len())
}

/// A switch from typed text. It is shown as "On" or "Off".
pub fn parse_switch(text: &str) -> Option<bool> {
    let is = |word: &&str| word.eq_ignore_ascii_case(text.trim());
    if ["on", "true", "1"].iter().any(is) {
        Some(true)
    } else if ["off", "false", "0"].iter().any(is) {
        Some(false)
    } else {
        None
    }
}

/// A bare number is a percentage, as it is shown; only one with a decimal point that is at most
/// 1 is taken as the ratio itself ("0.7").
fn parse_ratio(text: &str) -> Option<f32> {
    let is_ratio =
        text.contains(['.', ',']) && parse_scaled(text, &[("", 1.0)]).is_some_and(|n| n <= 1.0);
    parse_scaled(
        text,
        &[("", if is_ratio { 1.0 } else { 0.01 }), ("%", 0.01)],
    )
}

/// The number that `text` starts with, times the factor of the unit that follows.
fn parse_scaled(text: &str, units: &[(&str, f32)]) -> Option<f32> {
    let text = text.trim();
    let number_len = text
        .find(|c: char| !(c.is_ascii_digit() || "+-−.,".contains(c)))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(number_len);
    let number: f32 = number.replace(',', ".").replace('−', "-").parse().ok()?;
    let unit = unit.trim();
    let (_, factor) = units
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    Some(number * factor).filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_is_read_with_and_without_its_unit() {
        let cases: [(&UnitText, &str, f32); 14] = [
            (&HZ, "1600", 1600.0),
            (&HZ, "1600 Hz", 1600.0),
            (&HZ, "1.6 kHz", 1600.0),
            (&HZ, " 1,6k ", 1600.0),
            (&MS, "15", 15.0),
            (&MS, "15ms", 15.0),
            (&MS, "1.5 s", 1500.0),
            (&PERCENT, "70 %", 0.7),
            (&PERCENT, "70", 0.7),
            (&PERCENT, "0.7", 0.7),
            (&PERCENT, "1", 0.01),
            (&GAIN_DB, "−3 dB", -3.0),
            (&GAIN_DB, "+3", 3.0),
            (&LU, "2 lu", 2.0),
        ];
        for (unit, text, value) in cases {
            let read = (unit.parse)(text);
            assert!(
                read.is_some_and(|read| (read - value).abs() <= 1e-6 * value.abs()),
                "{text:?}: {read:?} instead of {value}"
            );
        }
    }

    #[test]
    fn text_that_is_no_such_value_is_refused() {
        for text in [
            "", "loud", "nan", "inf", "1e99", "1 parsec", "--1", "1.2.3", "k",
        ] {
            assert_eq!((HZ.parse)(text), None, "{text:?}");
        }
        assert_eq!((DB.parse)("3 Hz"), None);
        assert_eq!((PERCENT.parse)("70 %%"), None);
    }

    #[test]
    fn a_switch_is_on_or_off_and_nothing_else() {
        assert_eq!(parse_switch(" On "), Some(true));
        assert_eq!(parse_switch("off"), Some(false));
        assert_eq!(parse_switch("perhaps"), None);
    }

    #[test]
    fn signs_are_spoken() {
        for (text, expected) in [
            ("-3.5 dB", "minus 3.5 dB"),
            ("+3.0 dB", "plus 3.0 dB"),
            ("0.0 dB", "0.0 dB"),
            ("-", "-"),
            ("Look-ahead", "Look-ahead"),
        ] {
            assert_eq!(spoken(text), expected);
        }
    }

    #[test]
    fn numbers_are_taken_out_of_texts_and_put_into_them() {
        for (text, value) in [("65 %", 65.0), ("+3.0 dB", 3.0), ("-3.5 dB SPL", -3.5)] {
            assert_eq!(number(text), Some(value));
        }
        assert_eq!(number("Off"), None);
        assert_eq!(with_number("+3.0 dB SPL", -1.5), "-1.5 dB SPL");
        // Half of a percent, not half.
        let text = with_number("65 %", 0.5);
        assert_eq!((PERCENT.parse)(&text), Some(0.005));
    }

    #[test]
    fn a_rounded_zero_has_no_sign() {
        assert_eq!((GAIN_DB.format)(-0.04), "0.0");
        assert_eq!((GAIN_DB.format)(-0.06), "-0.1");
        assert_eq!((GAIN_DB.format)(3.0), "+3.0");
    }
}
