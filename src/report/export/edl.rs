//! An edit decision list (CMX 3600): one event of the picture for each marker, with the
//! locator comment that Avid writes (`* LOC:`) and the line that DaVinci Resolve writes and reads for
//! timeline markers (note, colour, name and length in frames).

use std::fmt::Write;

use crate::report::export::{ExportError, Marker};
use crate::timeline::Timeline;

/// The list, named `title`.
///
/// # Errors
/// [`ExportError::NoFrameRate`] without timecode.
pub fn to_edl(markers: &[Marker], timeline: &Timeline, title: &str) -> Result<String, ExportError> {
    let clock = timeline.clock.ok_or(ExportError::NoFrameRate)?;
    let counting = match clock.rate().is_drop_frame() {
        true => "DROP FRAME",
        false => "NON-DROP FRAME",
    };
    let mut text = format!(
        "TITLE: {}\nFCM: {counting}\n",
        crate::words::one_line(title)
    );
    for (marker_idx, marker) in markers.iter().enumerate() {
        let first = clock.num_frames(marker.start_s, false);
        let num_frames = (clock.num_frames(marker.end_s, true) - first).max(1);
        let start = clock.frame_at(marker.start_s);
        let end = start.wrapping_add_frames(num_frames);
        let event = marker_idx + 1;
        let colour = marker.colour;
        let _ = writeln!(
            text,
            "\n{event:03}  AX       V     C        {start} {end} {start} {end}\n\
             * LOC: {start} {colour:<7} {}\n\
             What to do: {} |C:ResolveColor{} |M:{} |D:{num_frames}",
            marker.text(),
            bar_free(&marker.note),
            title_case(colour),
            bar_free(&marker.name),
        );
    }
    Ok(text)
}

/// `text` without the bar that ends a field of the marker comment.
fn bar_free(text: &str) -> String {
    text.replace('|', "/")
}

fn title_case(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    format!("{first}{}", rest.to_lowercase())
}
