//! Each list, read back by a reader that isn't ours where there is one in Rust.

use midly::{MetaMessage, Smf, TrackEventKind};
use serde_json::Value;
use underscore::found::Report;
use underscore::report::export::cell_text::CsvStyle;
use underscore::report::export::{
    ExportError, edl, markers, midi_markers, otio, reaper, spreadsheet,
};
use underscore::timeline::Timeline;
use underscore::timeline::cues;
use underscore::timeline::music_time::{TempoMap, TimeSignature};

use underscore::clash::verdict::Verdict;

use crate::common::{SpokenLine, report, timeline};

const LINES: [SpokenLine; 3] = [
    (1.0, 2.0, Verdict::Masked),
    (5.0, 6.5, Verdict::Clear),
    (10.02, 12.0, Verdict::Strained),
];

fn full_timeline() -> Timeline {
    let mut timeline = timeline("01:00:00:00", "25");
    timeline.tempo_map = Some(TempoMap::steady(120.0, TimeSignature::COMMON));
    timeline.cues = cues::parse(
        "\"2M1, \"\"Home\"\"\",01:00:00:00,01:00:08:00".as_bytes(),
        timeline.clock.as_ref(),
    )
    .unwrap();
    timeline
}

#[test]
fn the_csv_table_has_every_line_and_keeps_its_quotes() {
    let bytes = spreadsheet::to_csv(&report(&LINES), &full_timeline(), CsvStyle::Plain).unwrap();
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let headings = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let field = |row_idx: usize, name: &str| {
        let column_idx = headings.iter().position(|heading| heading == name);
        rows[row_idx][column_idx.unwrap()].to_owned()
    };
    assert_eq!(field(0, "cue"), "2M1, \"Home\"");
    assert_eq!(field(2, "cue"), "");
    assert_eq!(field(0, "start"), "01:00:01:00");
    assert_eq!(field(2, "start"), "01:00:10:00");
    assert_eq!(field(2, "start_s"), "10.020");
    assert_eq!(
        (field(0, "bar"), field(0, "beat")),
        ("1".into(), "3.00".into())
    );
    let verdicts = [0, 1, 2].map(|row_idx| field(row_idx, "verdict"));
    assert_eq!(verdicts, ["masked", "clear", "strained"]);
    let number = |row_idx, name| field(row_idx, name).parse::<f64>().unwrap();
    assert!(number(0, "clash_percent") > number(2, "clash_percent"));
    assert!(number(0, "sii") < 0.3 && number(0, "sii_without_music") > 0.8);
    assert_eq!(field(0, "loudness_difference_lu"), "-10.00");
    assert_eq!(field(0, "cause_hz").split(' ').count(), 3);
    assert_eq!(field(1, "advice"), "none needed");
}

#[test]
fn without_any_time_the_table_counts_from_the_first_sample() {
    let bytes =
        spreadsheet::to_csv(&report(&LINES), &Timeline::default(), CsvStyle::Plain).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let row = text.lines().nth(1).unwrap();
    assert!(
        row.starts_with("1,,1.000,2.000,0:00:01.000,0:00:02.000,,,,masked,"),
        "{row}"
    );
}

#[test]
fn session_text_has_the_same_number_of_tabs_in_every_row() {
    let mut timeline = full_timeline();
    timeline.cues[0].name = "2M1\tand\nmore".into();
    let text = spreadsheet::to_session_text(&report(&LINES), &timeline);
    assert_eq!(text.lines().count(), 4, "{text}");
    for row in text.lines() {
        assert_eq!(row.matches('\t').count(), 8, "{row}");
    }
    assert!(
        text.contains("1\t2M1 and more\t01:00:01:00\t01:00:02:00\t1|3\tmasked\t"),
        "{text}"
    );
}

#[test]
fn reaper_gets_a_region_for_each_clash() {
    let bytes = reaper::to_reaper(&markers(&report(&LINES), &full_timeline())).unwrap();
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    assert_eq!(
        reader.headers().unwrap(),
        vec!["#", "Name", "Start", "End", "Length"]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let fields = |row: &csv::StringRecord| [0, 2, 3, 4].map(|idx: usize| row[idx].to_owned());
    assert_eq!(fields(&rows[0]), ["R1", "0:01.000", "0:02.000", "0:01.000"]);
    assert_eq!(fields(&rows[1]), ["R2", "0:10.020", "0:12.000", "0:01.980"]);
    assert!(
        rows[1][1].starts_with("#3 strained, clash "),
        "{:?}",
        &rows[1]
    );
}

/// Time of each marker of a MIDI file, s, by the tempo events in it.
fn marker_times_s(bytes: &[u8]) -> Vec<(f64, String)> {
    let smf = Smf::parse(bytes).unwrap();
    let midly::Timing::Metrical(ticks_per_quarter) = smf.header.timing else {
        panic!("not metrical");
    };
    let (mut time_s, mut us_per_quarter, mut found) = (0.0, 500_000.0, Vec::new());
    for event in &smf.tracks[0] {
        let quarters = f64::from(event.delta.as_int()) / f64::from(ticks_per_quarter.as_int());
        time_s += quarters * us_per_quarter * 1e-6;
        match event.kind {
            TrackEventKind::Meta(MetaMessage::Tempo(us)) => us_per_quarter = us.as_int().into(),
            TrackEventKind::Meta(MetaMessage::Marker(text)) => {
                found.push((time_s, String::from_utf8(text.to_vec()).unwrap()));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn midi_markers_fall_on_their_time_at_any_tempo() {
    let mut timeline = full_timeline();
    for tempo_map in [
        None,
        Some(TempoMap::steady(61.7, TimeSignature::parse("7/8").unwrap())),
        Some(TempoMap::steady(1000.0, TimeSignature::COMMON)),
        Some(TempoMap::steady(4.0, TimeSignature::COMMON)),
    ] {
        timeline.tempo_map = tempo_map;
        let bytes = midi_markers::to_midi(&markers(&report(&LINES), &timeline), &timeline).unwrap();
        let markers = marker_times_s(&bytes);
        assert_eq!(markers.len(), 2);
        for ((time_s, _), expected_s) in markers.iter().zip([1.0, 10.02]) {
            // Half a tick at 4 quarters a minute is 8 ms.
            assert!(
                (time_s - expected_s).abs() < 0.008,
                "{time_s} s for {expected_s}"
            );
        }
        assert!(
            markers[0].1.starts_with("#1 2M1, \"Home\" masked, clash "),
            "{}",
            markers[0].1
        );
    }
}

#[test]
fn the_tempo_map_of_a_marker_file_is_the_one_it_was_made_with() {
    let mut timeline = Timeline::default();
    let map = TempoMap::steady(92.0, TimeSignature::parse("6/8").unwrap());
    timeline.tempo_map = Some(map.clone());
    let bytes = midi_markers::to_midi(&markers(&report(&LINES), &timeline), &timeline).unwrap();
    assert_eq!(TempoMap::from_midi(&bytes).unwrap(), map);
}

fn edl_of(report: &Report, timeline: &Timeline, title: &str) -> Result<String, ExportError> {
    edl::to_edl(&markers(report, timeline), timeline, title)
}

fn otio_of(report: &Report, timeline: &Timeline) -> Result<String, ExportError> {
    otio::to_otio(&markers(report, timeline), &report.source, timeline)
}

#[test]
fn the_edl_has_an_event_with_a_locator_for_each_clash() {
    let text = edl_of(&report(&LINES), &full_timeline(), "reel\n1").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["TITLE: reel 1", "FCM: NON-DROP FRAME"]);
    assert_eq!(
        lines[3],
        "001  AX       V     C        01:00:01:00 01:00:02:00 01:00:01:00 01:00:02:00"
    );
    assert!(
        lines[4].starts_with("* LOC: 01:00:01:00 RED     #1 2M1"),
        "{}",
        lines[4]
    );
    assert!(
        lines[5].contains(" |C:ResolveColorRed |M:#1 2M1"),
        "{}",
        lines[5]
    );
    assert!(lines[5].ends_with(" |D:25"), "{}", lines[5]);
    assert!(lines[7].starts_with("002  AX"), "{}", lines[7]);
    assert_eq!(lines.len(), 10, "{text}");
}

#[test]
fn drop_frame_is_said_in_the_head_of_the_edl() {
    let text = edl_of(&report(&LINES), &timeline("00:58:59:28", "29.97df"), "r").unwrap();
    assert!(text.contains("FCM: DROP FRAME"));
    assert!(text.contains("* LOC: 00:59:00;29 RED "), "{text}");
}

#[test]
fn otio_markers_count_from_the_timelines_start() {
    let text = otio_of(&report(&LINES), &full_timeline()).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["OTIO_SCHEMA"], "Timeline.1");
    assert_eq!(json["global_start_time"]["value"], 90_000.0);
    let markers = json["tracks"]["markers"].as_array().unwrap();
    assert_eq!(markers.len(), 2);
    assert_eq!(markers[0]["marked_range"]["start_time"]["value"], 25.0);
    // From the frame that 10.02 s is in to the end at 12 s.
    assert_eq!(markers[1]["marked_range"]["start_time"]["value"], 250.0);
    assert_eq!(markers[1]["marked_range"]["duration"]["value"], 50.0);
    assert_eq!(markers[1]["color"], "YELLOW");
}

#[test]
fn frames_need_a_rate() {
    let timeline = Timeline::default();
    let report = report(&LINES);
    assert_eq!(
        edl_of(&report, &timeline, "r"),
        Err(ExportError::NoFrameRate)
    );
    assert_eq!(otio_of(&report, &timeline), Err(ExportError::NoFrameRate));
}

#[test]
fn without_clashes_every_list_is_still_a_list() {
    let report = report(&[(1.0, 2.0, Verdict::Clear)]);
    let timeline = full_timeline();
    assert!(
        marker_times_s(&midi_markers::to_midi(&markers(&report, &timeline), &timeline).unwrap())
            .is_empty()
    );
    let regions = reaper::to_reaper(&markers(&report, &timeline)).unwrap();
    assert_eq!(regions, b"#,Name,Start,End,Length\n");
    let text = edl_of(&report, &timeline, "r").unwrap();
    assert_eq!(text.lines().count(), 2);
}
