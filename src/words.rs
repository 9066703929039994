//! Words that several lists share: times, counts, and names that stay on one line.

/// A time as `h:mm:ss.mmm`, rounded to the nearest millisecond; negative times count as 0.
pub fn clock_text(time_s: f64) -> String {
    let time_ms = (time_s.max(0.0) * 1000.0).round() as u64;
    format!(
        "{}:{:02}:{:02}.{:03}",
        time_ms / 3_600_000,
        time_ms / 60_000 % 60,
        time_ms / 1000 % 60,
        time_ms % 1000
    )
}

/// `count` with its noun: `1 line`, `2 lines`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// By how much something was moved, as people say it: `+3 s 4 frames` where there is a frame rate, else
/// `+3.167 s`.
pub fn shift_text(shift_s: f64, frames_per_second: Option<f64>) -> String {
    let sign = if shift_s < 0.0 { '-' } else { '+' };
    let Some(rate) = frames_per_second else {
        return format!("{sign}{:.3} s", shift_s.abs());
    };
    let frames = (shift_s.abs() * rate).round() as u64;
    let whole = rate.round() as u64;
    let (seconds, frames) = (frames / whole, frames % whole);
    let plural = if frames == 1 { "" } else { "s" };
    match (seconds, frames) {
        (seconds, 0) => format!("{sign}{seconds} s"),
        (0, frames) => format!("{sign}{frames} frame{plural}"),
        (seconds, frames) => format!("{sign}{seconds} s {frames} frame{plural}"),
    }
}

/// `text` with a space for each control character: names come from files.
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_are_told_in_seconds_and_frames() {
        assert_eq!(shift_text(3.1667, Some(24.0)), "+3 s 4 frames");
        assert_eq!(shift_text(-2.0, Some(25.0)), "-2 s");
        assert_eq!(shift_text(0.04, Some(25.0)), "+1 frame");
        assert_eq!(shift_text(-3.1667, None), "-3.167 s");
    }

    #[test]
    fn clock_carries_into_minutes_and_hours() {
        assert_eq!(clock_text(0.0), "0:00:00.000");
        assert_eq!(clock_text(59.9996), "0:01:00.000");
        assert_eq!(clock_text(3_599.999_6), "1:00:00.000");
        assert_eq!(clock_text(7_384.125), "2:03:04.125");
    }
}
