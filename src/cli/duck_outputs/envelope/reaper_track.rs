//! A track of REAPER with the music as its item and the move as its volume envelope: as a project, to open or to
//! insert, or as a track template.
//!
//! The text is that of REAPER's projects and of its state chunks (`<TRACK`, `<VOLENV2`, `<ITEM`). A point is
//! `PT time value shape`: seconds, amplitude, and 0 for a straight line. `VOLENV2` is the volume after the effects.

use std::fmt::Write;
use std::path::Path;

use crate::cli::duck_outputs::envelope::fader_move::Envelope;
use crate::words::one_line;

/// A project with the one track.
pub fn to_reaper_project(envelope: &Envelope) -> String {
    let mut text = format!(
        "<REAPER_PROJECT 0.1 \"6.0\" 0\n  SAMPLERATE {} 0 0\n",
        envelope.music.sample_rate_hz
    );
    for line in to_reaper_track(envelope).lines() {
        let _ = writeln!(text, "  {line}");
    }
    text.push_str(">\n");
    text
}

/// The track alone.
pub fn to_reaper_track(envelope: &Envelope) -> String {
    let music = envelope.music;
    let path = Path::new(&music.path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // REAPER's tracks have pairs of channels.
    let num_channels = music.num_channels.next_multiple_of(2);
    let mut text = format!(
        "<TRACK\n  NAME {}\n  NCHAN {num_channels}\n  <VOLENV2\n    ACT 1 -1\n    VIS 1 1 1\n    \
         LANEHEIGHT 0 0\n    ARM 0\n    DEFSHAPE 0 -1 -1\n",
        quoted(&format!("Ride of {name}"))
    );
    for point in envelope.points {
        let _ = writeln!(text, "    PT {:.6} {:.6} 0", point.time_s, point.value);
    }
    text.push_str("  >\n");
    if let (Some(place), Some(kind)) = (&music.place, source_kind(path)) {
        let _ = write!(
            text,
            "  <ITEM\n    POSITION 0\n    LENGTH {:.6}\n    LOOP 0\n    NAME {}\n    <SOURCE {kind}\n      \
             FILE {}\n    >\n  >\n",
            envelope.duration_s,
            quoted(&name),
            quoted(place)
        );
    }
    text.push_str(">\n");
    text
}

/// What REAPER calls files with this ending; `None` for those that it finds out by itself when they are put there.
fn source_kind(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    match ending.as_str() {
        "wav" | "bwf" | "rf64" | "aif" | "aiff" => Some("WAVE"),
        "flac" => Some("FLAC"),
        "mp3" => Some("MP3"),
        "ogg" => Some("VORBIS"),
        _ => None,
    }
}

/// `text` in the quotes that it doesn't have itself, on one line.
fn quoted(text: &str) -> String {
    let text = one_line(text);
    let quotes = ['"', '\'', '`'];
    match quotes.into_iter().find(|quote| !text.contains(*quote)) {
        Some(quote) => format!("{quote}{text}{quote}"),
        None => format!("`{}`", text.replace('`', "'")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_quotes_that_they_have_not() {
        for (text, expected) in [
            ("a b", "\"a b\""),
            ("the \"b\"", "'the \"b\"'"),
            ("it's \"b\"", "`it's \"b\"`"),
            ("it's `\"`", "`it's '\"'`"),
            ("two\nlines", "\"two lines\""),
        ] {
            assert_eq!(quoted(text), expected, "{text:?}");
        }
    }
}
