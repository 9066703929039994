//! OpenTimelineIO: a timeline with the music as its one clip and what is marked on
//! it. Schemas as OpenTimelineIO 0.15 and later read them.

use serde_json::{Value, json};

use crate::found::Source;
use crate::report::export::{ExportError, Marker};
use crate::timeline::Timeline;
use crate::timeline::timecode::Clock;

/// The timeline as indented JSON. Markers count from its start; where that lies on the clock is its
/// `global_start_time`.
///
/// # Errors
/// [`ExportError::NoFrameRate`] without timecode.
pub fn to_otio(
    markers: &[Marker],
    source: &Source,
    timeline: &Timeline,
) -> Result<String, ExportError> {
    let clock = timeline.clock.ok_or(ExportError::NoFrameRate)?;
    let rate = clock.rate().frames_per_second().to_f64();
    let num_frames = clock.num_frames(source.duration_s, true);
    let range = |first: i64, num_frames: i64| {
        json!({
            "OTIO_SCHEMA": "TimeRange.1",
            "start_time": rational_time(first, rate),
            "duration": rational_time(num_frames, rate),
        })
    };
    let first = i64::from(clock.origin().frames());
    let clip = json!({
        "OTIO_SCHEMA": "Clip.2",
        "name": source.music,
        "source_range": range(first, num_frames),
        "active_media_reference_key": "DEFAULT_MEDIA",
        "media_references": {
            "DEFAULT_MEDIA": {
                "OTIO_SCHEMA": "ExternalReference.1",
                "target_url": source.music,
                "available_range": range(first, num_frames),
            },
        },
    });
    let markers: Vec<Value> = markers
        .iter()
        .map(|marker| marker_json(marker, &clock, range))
        .collect();
    let document = json!({
        "OTIO_SCHEMA": "Timeline.1",
        "name": "Underscore",
        // A rational time has no place for drop frame: programs guess it from the rate.
        "metadata": {
            "underscore": {
                "timecode_rate": timeline.rate_name(),
                "start": clock.origin().to_string(),
            },
        },
        "global_start_time": rational_time(first, rate),
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "name": "tracks",
            "markers": markers,
            "children": [{
                "OTIO_SCHEMA": "Track.1",
                "name": "Music",
                "kind": "Audio",
                "children": [clip],
            }],
        },
    });
    // The alternate form prints JSON values indented; they can't fail to print.
    Ok(format!("{document:#}\n"))
}

fn rational_time(frames: i64, rate: f64) -> Value {
    json!({ "OTIO_SCHEMA": "RationalTime.1", "value": frames as f64, "rate": rate })
}

fn marker_json(marker: &Marker, clock: &Clock, range: impl Fn(i64, i64) -> Value) -> Value {
    let first = clock.num_frames(marker.start_s, false);
    let end = clock.num_frames(marker.end_s, true);
    json!({
        "OTIO_SCHEMA": "Marker.2",
        "name": marker.name,
        "comment": marker.note,
        "color": marker.colour,
        "marked_range": range(first, (end - first).max(1)),
        "metadata": { "underscore": marker.about },
    })
}
