//! The report as one HTML page that needs nothing else: no network, no JavaScript (with it, the
//! table sorts and filters). The same report gives the same bytes.

mod cards;
mod line_table;
mod page_model;
mod picture;
mod reel;
mod spectrum_chart;
mod verdict_mark;
mod who;
mod whole;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::clash::verdict::Verdict;
use crate::found::compare::UNSURE;
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::found::{LineReport, Report};
use crate::report::ear_words::ears_text;
use crate::report::left_out_words::about_lines;
use crate::report::page::page_model::PageLine;
use crate::report::page::verdict_mark::{verdict_text, word_text};
use crate::timeline::Timeline;
use crate::words::{clock_text, counted};

/// How a page looks.
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Nothing is loaded, whatever a file name in the report may look like.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:; media-src data:; base-uri 'none'; form-action 'none'";

/// The page. `trace` is that of the run that `report` is of, `excerpts` are of its lines.
pub fn to_html(report: &Report, timeline: &Timeline, trace: &Trace, excerpts: &Excerpts) -> String {
    let lines = page_model::lines(report, timeline, trace, excerpts);
    let title = format!("Clashes of {}", file_name(&report.source.music));
    html! {
        (DOCTYPE)
        html lang="en" {
            (html_head(&title))
            body {
                (head(report, timeline, &lines))
                main {
                    @if lines.is_empty() && report.is_doubtful() {
                        p { "Nobody was heard to speak, but the inputs are doubtful." }
                    } @else if lines.is_empty() && report.left_out.is_anything() {
                        p { "No line is left in the list." }
                    } @else if lines.is_empty() {
                        p { "Nobody speaks in the dialogue, so there is nothing that music could hide." }
                    } @else {
                        (line_table::cues(timeline, &lines))
                        (picture::reel(report, timeline, trace, &lines))
                        (whole::comparison(report, timeline))
                        (whole::fold_downs(report))
                        (who::matrix(report, &lines))
                        (line_table::lines(report, timeline, &lines))
                        (cards::cards(report, &lines, &excerpts.note))
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// What is wrong with the inputs; nothing if nothing is.
fn doubts(report: &Report, timeline: &Timeline) -> Markup {
    let texts = report.doubts.iter();
    let texts: Vec<String> = texts
        .map(|it| it.text(timeline.frames_per_second()))
        .collect();
    html! {
        @if !texts.is_empty() {
            div.doubts role="alert" {
                @if report.is_doubtful() { "The figures can't be trusted:" } @else { "Doubtful:" }
                ul { @for text in texts { li { (text) } } }
            }
        }
    }
}

/// The head of a page that needs nothing else.
pub(super) fn html_head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            link rel="icon" href="data:,";
            title { (title) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// What was noticed about the files; nothing if nothing was.
fn notes(report: &Report) -> Markup {
    html! {
        @if !report.source.notes.is_empty() {
            div.soft {
                "Noticed about the files:"
                ul { @for note in &report.source.notes { li { (in_short(note)) } } }
            }
        }
    }
}

/// `note` with the name of its file in place of the path that it begins with.
fn in_short(note: &str) -> String {
    match note.split_once(": ") {
        Some((path, rest)) => format!("{}: {rest}", file_name(path)),
        None => note.into(),
    }
}

/// The name of the file at `path`, without the folders of the machine that made the page.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn head(report: &Report, timeline: &Timeline, lines: &[PageLine]) -> Markup {
    let source = &report.source;
    let num_clashing = report.num_clashing();
    let is_doubtful = report.is_doubtful();
    html! {
        header {
            h1 { "Underscore: where the music hides the words" }
            @if source.is_heard {
                p.soft {
                    "Heard by the plugin in its host, which gives it no files: times are those of the host's \
                     timeline, only what was played is in here, and nothing can be listened to."
                }
            }
            p.files.soft {
                "Music " strong { (file_name(&source.music)) } ", dialogue " strong { (file_name(&source.dialogue)) } ", "
                (clock_text(source.duration_s)) @if source.is_heard { " to the end of the last line" } @else { " long" }
                @if let (Some(rate), Some(clock)) = (timeline.rate_name(), timeline.clock) {
                    ", from " (clock.origin()) " at " (rate) " frames per second"
                }
            }
            (doubts(report, timeline))
            @for about in about_lines(report) { p { (about) "." } }
            @if let Some(ears) = ears_text(report) { p { "Ears: " (ears) "." } }
            (notes(report))
            @if !lines.is_empty() {
                p.verdict {
                    @if num_clashing == 0 && is_doubtful {
                        "Not known: the inputs are doubtful."
                    } @else if num_clashing == 0 && !report.lines.iter().all(LineReport::is_clear_to_all) {
                        "Every line gets through to the mixer, but not to every audience."
                    } @else if num_clashing == 0 {
                        "Every line gets through."
                    } @else {
                        (num_clashing) " of " (counted(lines.len(), "line")) " to work on"
                    }
                }
                dl.figures {
                    @for verdict in [Verdict::Masked, Verdict::Strained, Verdict::Clear] {
                        div {
                            dt {
                                @if is_doubtful && verdict == Verdict::Clear {
                                    (word_text(UNSURE))
                                } @else {
                                    (verdict_text(verdict))
                                }
                            }
                            dd { (report.num_with(verdict)) }
                        }
                    }
                    div {
                        dt { "Clash over all speech" }
                        dd { (format!("{:.1}", report.summary.clash_percent)) " %" }
                    }
                    div {
                        dt { "SII (without music)" }
                        dd {
                            (format!("{:.2}", report.summary.figures.sii))
                            span.soft {
                                "(" (format!("{:.2}", report.summary.figures.sii_without_music)) ")"
                            }
                        }
                    }
                    div {
                        dt { "Dialogue over music" }
                        dd { span.short { (format!("{:+.1}", report.summary.loudness_difference_lu)) " LU" } span.soft { "(guide " (report.guide_lu) " LU)" }
                        }
                    }
                    div {
                        dt { "Dialogue loudness" }
                        dd {
                            span.short { (format!("{:.1}", report.summary.dialogue_lufs)) " LUFS" }
                            @if let Some(lu) = report.loudness_to_dialogue_lu() {
                                span.soft { "(loudness to dialogue " (format!("{lu:+.1}")) " LU)" }
                            }
                        }
                    }
                    div {
                        dt { "Speech" }
                        dd { (format!("{:.1}", report.summary.speech_s)) " s" }
                    }
                }
            }
        }
    }
}
