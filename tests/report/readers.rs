//! The readers of other people's files, each with what must hold of whatever it reads. The targets of
//! `fuzz/` share them.

use smpte_timecode::FrameRate;
use underscore::cli::manifest;
use underscore::found::compare::{Comparison, Earlier};
use underscore::lines::fingerprint::VoiceTrack;
use underscore::report::catalogue;
use underscore::report::catalogue::catalogue_row::CatalogueRow;
use underscore::report::catalogue::row_report::RowResult;
use underscore::report::catalogue::worst_first::Catalogue;
use underscore::report::export::cell_text::CsvStyle;
use underscore::timeline::cues::{self, Cue, CuesError};
use underscore::timeline::music_time::TempoMap;
use underscore::timeline::stretches::{self, Stretch, StretchesError};
use underscore::timeline::timecode::Clock;

/// Whether what was read keeps its rules, or why it was refused.
pub type Outcome = Result<bool, String>;

/// Hands `bytes` to `read`, demands that what it gives keeps its rules and that a refusal is one line,
/// and says whether it was read.
pub fn assert_kept(read: impl Fn(&[u8]) -> Outcome, bytes: &[u8]) -> bool {
    match read(bytes) {
        Ok(keeps_rules) => {
            assert!(keeps_rules, "{:?}", String::from_utf8_lossy(bytes));
            true
        }
        Err(text) => {
            assert!(!text.is_empty() && text.lines().count() == 1, "{text:?}");
            false
        }
    }
}

fn cues_are_in_order(read: Result<Vec<Cue>, CuesError>) -> Outcome {
    let cues = read.map_err(|error| error.to_string())?;
    let are_long = cues
        .iter()
        .all(|cue| !cue.name.is_empty() && cue.start_s.is_finite() && cue.start_s < cue.end_s);
    Ok(are_long && cues.windows(2).all(|pair| pair[0].end_s <= pair[1].start_s))
}

/// A cue list in seconds.
pub fn cues(bytes: &[u8]) -> Outcome {
    cues_are_in_order(cues::parse(bytes, None))
}

/// A cue list in drop-frame timecode.
pub fn cues_in_timecode(bytes: &[u8]) -> Outcome {
    let clock = Clock::from_samples(0, 48_000, FrameRate::FPS_29_97_DF).expect("it is midnight");
    cues_are_in_order(cues::parse(bytes, Some(&clock)))
}

fn stretches_are_long(read: Result<Vec<Stretch>, StretchesError>) -> Outcome {
    let stretches = read.map_err(|error| error.to_string())?;
    let is_long = |it: &Stretch| it.start_s.is_finite() && it.start_s < it.end_s;
    Ok(!stretches.is_empty() && stretches.iter().all(is_long))
}

/// A list of stretches in seconds.
pub fn stretches(bytes: &[u8]) -> Outcome {
    stretches_are_long(stretches::parse_table(bytes, None))
}

/// A list of stretches in drop-frame timecode.
pub fn stretches_in_timecode(bytes: &[u8]) -> Outcome {
    let clock = Clock::from_samples(0, 48_000, FrameRate::FPS_29_97_DF).expect("it is midnight");
    stretches_are_long(stretches::parse_table(bytes, Some(&clock)))
}

/// A list of pairs.
pub fn manifest(bytes: &[u8]) -> Outcome {
    let pairs = manifest::parse(bytes).map_err(|error| error.to_string())?;
    let is_kept = |(pair_idx, pair): (usize, &manifest::NamedPair)| {
        let is_plain = !pair.name.contains(['/', '\\', '\n', '\0']);
        let is_first = pairs[..pair_idx].iter().all(|it| it.name != pair.name);
        is_plain && is_first && !pair.name.is_empty()
    };
    Ok(!pairs.is_empty() && pairs.iter().enumerate().all(is_kept))
}

/// A Standard MIDI file: bars count on, and a time and its tick agree, whatever is in the map.
pub fn tempo_map(bytes: &[u8]) -> Outcome {
    let map = TempoMap::from_midi(bytes).map_err(|error| error.to_string())?;
    let mut last = (0, 0.0);
    Ok((0..50).all(|step| {
        let place = map.bar_beat_at(f64::from(step) * 1.37);
        let here = (place.bar, place.beat);
        let is_later = here > last && place.beat.is_finite() && place.beat >= 1.0;
        last = here;
        is_later
    }))
}

/// The report of a row, or why it failed: whatever it says, a summary can be made of it.
pub fn row_report(bytes: &[u8]) -> Outcome {
    let result = RowResult::parse(bytes).map_err(|error| error.to_string())?;
    let row = |name: &str, result| CatalogueRow {
        name: name.into(),
        labels: vec![("language".into(), "de".into())],
        result,
    };
    let catalogue = Catalogue::new(vec![row("R1", Some(result)), row("R2", None)]);
    let csv = catalogue::to_csv(&catalogue, CsvStyle::DecimalComma).map_err(|it| it.to_string())?;
    let json = catalogue::to_json(&catalogue).map_err(|it| it.to_string())?;
    let has_both = |text: &str| text.contains("R1") && text.contains("R2");
    let is_one_line = |row: &CatalogueRow| row.reason().lines().count() <= 1;
    Ok(has_both(&String::from_utf8_lossy(&csv))
        && has_both(&json)
        && has_both(&catalogue::to_html(&catalogue))
        && has_both(&catalogue::to_text(&catalogue))
        && catalogue.rows.iter().all(is_one_line))
}

/// A report of an earlier run.
pub fn earlier_report(bytes: &[u8]) -> Outcome {
    let earlier = Earlier::parse(bytes).map_err(|error| error.to_string())?;
    let comparison = Comparison::new([], &VoiceTrack::default(), earlier);
    Ok(comparison.lines.is_empty() && comparison.text().lines().count() == 1)
}
