//! A region list as REAPER's Region/Marker Manager exports and imports it: CSV of number, name,
//! start, end and length, here in minutes and seconds from the project's start.

use crate::report::export::Marker;

/// One region for each of `markers`.
///
/// # Errors
/// Errors of the CSV writer; none is known to occur in memory.
pub fn to_reaper(markers: &[Marker]) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["#", "Name", "Start", "End", "Length"])?;
    for (marker_idx, marker) in markers.iter().enumerate() {
        // Both ends are rounded before they are subtracted, so that the three agree.
        let (start_ms, end_ms) = (milliseconds(marker.start_s), milliseconds(marker.end_s));
        writer.write_record([
            format!("R{}", marker_idx + 1),
            marker.text(),
            ruler_text(start_ms),
            ruler_text(end_ms),
            ruler_text(end_ms - start_ms),
        ])?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn milliseconds(time_s: f64) -> u64 {
    (time_s.max(0.0) * 1000.0).round() as u64
}

/// `m:ss.mmm`, or `h:mm:ss.mmm` from an hour on, as REAPER's ruler has it.
fn ruler_text(time_ms: u64) -> String {
    let (minutes, seconds, rest) = (time_ms / 60_000, time_ms / 1000 % 60, time_ms % 1000);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}:{seconds:02}.{rest:03}"),
        (hours, minutes) => format!("{hours}:{minutes:02}:{seconds:02}.{rest:03}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ruler_shows_hours_only_where_there_are_some() {
        assert_eq!(ruler_text(0), "0:00.000");
        assert_eq!(ruler_text(3_599_999), "59:59.999");
        assert_eq!(ruler_text(3_600_000), "1:00:00.000");
    }
}
