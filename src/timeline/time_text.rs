//! Times as people write them.

use crate::timeline::timecode::{Clock, parse_label};

/// `text` in s from the first sample: timecode of `clock`, or, without one, `h:mm:ss.mmm`, `m:ss` or seconds,
/// with a decimal point or comma.
///
/// # Errors
/// The rule that it breaks.
pub fn parse_time_s(text: &str, clock: Option<&Clock>) -> Result<f64, String> {
    if let Some(clock) = clock {
        return parse_label(text, clock.rate())
            .map(|label| clock.time_s(label))
            .map_err(|error| error.to_string());
    }
    parse_clock_s(text)
        .ok_or_else(|| "must be h:mm:ss.mmm, m:ss or seconds (timecode needs --fps)".to_owned())
}

/// `[[h:]m:]s[.fraction]` in s; `None` for anything else.
pub fn parse_clock_s(text: &str) -> Option<f64> {
    let text = text.replacen(',', ".", 1);
    let is_plain = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
    if !text.chars().all(is_plain) {
        return None;
    }
    let fields: Vec<&str> = text.split(':').collect();
    let (seconds, larger) = fields.split_last()?;
    if larger.len() > 2 {
        return None;
    }
    let seconds: f64 = seconds.parse().ok()?;
    let larger = larger.iter().try_fold(0u32, |total, field| {
        total.checked_mul(60)?.checked_add(field.parse().ok()?)
    })?;
    Some(f64::from(larger) * 60.0 + seconds)
}
