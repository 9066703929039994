//! The page: whole in itself, small enough, and in agreement with the JSON.

use serde_json::Value;
use underscore::clash::verdict::Verdict;
use underscore::found::excerpts::{Excerpt, Excerpts};
use underscore::found::trace::Trace;
use underscore::found::{LineReport, Report};
use underscore::lines::composers_view::{ComposersView, MusicRegister, VoiceNotes};
use underscore::report::{json, page};
use underscore::timeline::Timeline;
use underscore::timeline::cues::Cue;
use underscore::timeline::music_time::{TempoMap, TimeSignature};

use crate::common::{SpokenLine, each_hop, report_with_trace, timeline};

const LINES: [SpokenLine; 3] = [
    (1.0, 2.0, Verdict::Masked),
    (5.0, 6.5, Verdict::Clear),
    (10.02, 12.0, Verdict::Strained),
];

/// A page without excerpts.
fn to_html(report: &Report, timeline: &Timeline, trace: &Trace) -> String {
    page::to_html(report, timeline, trace, &Excerpts::default())
}

/// Every value of the attribute `name` in `html`, in order.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn the_table_agrees_with_the_json() {
    let (report, trace) = report_with_trace(&LINES);
    let json: Value =
        serde_json::from_str(&json::to_json(&report, &Timeline::default()).unwrap()).unwrap();
    let html = to_html(&report, &Timeline::default(), &trace);
    let body = html.split("<tbody>").nth(1).unwrap();
    let rows: Vec<&str> = body.split("<tr ").skip(1).collect();
    let lines = json["lines"].as_array().unwrap();
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(lines) {
        let row = row.split("</tr>").next().unwrap();
        let text = |key: &str| line[key].as_str().unwrap();
        assert!(
            row.starts_with(&format!("class=\"{}\"", text("verdict"))),
            "{row}"
        );
        for key in ["start", "end", "advice"] {
            assert!(
                row.contains(&format!("<td>{}</td>", text(key))),
                "{key} in {row}"
            );
        }
        let values = attributes(row, "data-value");
        let number = |value_idx: usize| values[value_idx].parse::<f64>().unwrap();
        assert_eq!(number(1), line["clash_percent"].as_f64().unwrap());
        assert_eq!(number(2), line["sii"].as_f64().unwrap());
        assert_eq!(number(3), line["loudness_difference_lu"].as_f64().unwrap());
    }
    assert!(html.contains("2 of 3 lines to work on"));
}

#[test]
fn every_line_to_work_on_has_a_card_that_something_leads_to() {
    let (report, trace) = report_with_trace(&LINES);
    let html = to_html(&report, &timeline("01:00:00:00", "25"), &trace);
    let ids = attributes(&html, "id");
    for number in [1, 3] {
        assert!(ids.contains(&format!("line-{number}").as_str()), "{ids:?}");
    }
    assert!(!ids.contains(&"line-2"));
    for target in attributes(&html, "href") {
        let id = target.strip_prefix('#').unwrap_or("reel");
        assert!(ids.contains(&id), "{target}");
    }
    assert!(html.contains("01:00:10:00"));
}

#[test]
fn nothing_is_loaded_and_names_are_only_text() {
    let (report, trace) = report_with_trace(&LINES);
    let html = to_html(&report, &Timeline::default(), &trace);
    assert!(html.contains("music, &quot;final&quot; &lt;b&gt;&amp;.wav"));
    assert!(!html.contains("<b>&"));
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("default-src 'none'"));
}

/// The report of a line with the times of another.
fn at_time((line, report): (&SpokenLine, &LineReport)) -> LineReport {
    let mut report = report.clone();
    (report.line.start_s, report.line.end_s) = (line.0, line.1);
    report.line.composer = ComposersView {
        voice_notes: Some(VoiceNotes {
            low_hz: 98.0,
            median_hz: 130.8,
            high_hz: 185.0,
        }),
        music_register: Some(MusicRegister {
            low_hz: 523.3,
            high_hz: 1046.5,
            share: 0.42,
        }),
        num_accents_on_syllables: 3,
        music_voice_percent: 0.0,
    };
    report
}

/// One of the cues that fill two hours.
fn cue(cue_idx: u32) -> Cue {
    Cue {
        name: format!("3M{}", cue_idx + 1),
        start_s: f64::from(cue_idx) * 180.0,
        end_s: f64::from(cue_idx + 1) * 180.0,
    }
}

#[test]
fn a_reel_of_two_hours_and_2000_lines_stays_under_5_mb() {
    let verdicts = [Verdict::Masked, Verdict::Strained];
    let lines: Vec<SpokenLine> = (0..2000)
        .map(|line_idx| {
            let start_s = line_idx as f64 * 3.6;
            (start_s, start_s + 2.4, verdicts[line_idx % 2])
        })
        .collect();
    // Advice takes its time, so that of two lines serves for all.
    let (mut report, _) =
        report_with_trace(&[(1.0, 3.4, Verdict::Masked), (5.0, 7.4, Verdict::Strained)]);
    let advised = report.lines.clone();
    report.lines = lines
        .iter()
        .zip(advised.iter().cycle())
        .map(at_time)
        .collect();
    report.source.duration_s = 7200.0;
    let mut trace = Trace::default();
    each_hop(&lines, 7200.0, |snapshot| trace.push(snapshot));
    let timeline = Timeline {
        tempo_map: Some(TempoMap::steady(92.0, TimeSignature::COMMON)),
        cues: (0..40).map(cue).collect(),
        ..timeline("01:00:00:00", "23.976")
    };
    let html = to_html(&report, &timeline, &trace);
    if let Some(path) = std::env::var_os("UNDERSCORE_LONG_PAGE") {
        std::fs::write(path, &html).unwrap();
    }
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
}

#[test]
fn excerpts_are_in_the_cards_of_their_lines() {
    let (report, trace) = report_with_trace(&LINES);
    let excerpt = Excerpt {
        as_is: b"as it is".into(),
        ducked: b"ducked".into(),
    };
    let excerpts = Excerpts {
        by_line: [(2, excerpt)].into(),
        note: "Each line can be heard.".into(),
    };
    let html = page::to_html(&report, &Timeline::default(), &trace, &excerpts);
    let card = html.split("id=\"line-3\"").nth(1).unwrap();
    assert!(card.contains("data:audio/flac;base64,YXMgaXQgaXM="));
    assert!(card.contains("data:audio/flac;base64,ZHVja2Vk"));
    assert_eq!(html.matches("<audio").count(), 2);
    assert!(html.contains("Each line can be heard."));
}

#[test]
fn without_speech_the_page_says_so() {
    let (report, trace) = report_with_trace(&[]);
    let html = to_html(&report, &Timeline::default(), &trace);
    assert!(html.contains("Nobody speaks"));
    assert!(!html.contains("<table"));
}

#[test]
fn the_same_report_gives_the_same_page() {
    let (report, trace) = report_with_trace(&LINES);
    let timeline = timeline("01:00:00:00", "25");
    assert_eq!(
        to_html(&report, &timeline, &trace),
        to_html(&report, &timeline, &trace)
    );
}
