//! The tables of the page: every line, and every cue with what happens in it.

use maud::{Markup, html};

use super::model::PageLine;
use super::verdict_text;
use crate::clash::verdict::Verdict;
use crate::report::timeline::Timeline;

/// Every line; the script makes it sort and filter.
pub fn lines(timeline: &Timeline, lines: &[PageLine]) -> Markup {
    let has_cues = !timeline.cues.is_empty();
    let has_bars = timeline.tempo_map.is_some();
    html! {
        section aria-labelledby="lines" {
            h2 id="lines" { "Every line" }
            form id="filter" hidden {
                label { "Find " input type="search" name="text" autocomplete="off"; }
                label {
                    "Show "
                    select name="verdict" {
                        option value="" { "every line" }
                        option value="work" { "lines to work on" }
                        @for verdict in [Verdict::Masked, Verdict::Strained, Verdict::Clear] {
                            option value=(verdict.word()) { (verdict.word()) }
                        }
                    }
                }
                output id="count" role="status" {}
            }
            div.wide tabindex="0" role="group" aria-labelledby="lines" {
                table.lines {
                    thead {
                        tr {
                            th.number scope="col" { "#" }
                            @if has_cues { th scope="col" { "Cue" } }
                            th scope="col" { "Start" }
                            th scope="col" { "End" }
                            @if has_bars { th scope="col" { "Bar|Beat" } }
                            th scope="col" { "Verdict" }
                            th.number scope="col" { "Clash" }
                            th.number scope="col" { "SII" }
                            th.number scope="col" { "LD, LU" }
                            th scope="col" { "What to do" }
                        }
                    }
                    tbody {
                        @for line in lines { (row(line, has_cues, has_bars)) }
                    }
                }
            }
        }
    }
}

fn row(line: &PageLine, has_cues: bool, has_bars: bool) -> Markup {
    html! {
        tr data-number=(line.number) data-verdict=(line.verdict.word()) {
            td.number data-label="Line" data-value=(line.number) {
                @if line.has_card() {
                    a href={ "#line-" (line.number) } { (line.number) }
                } @else {
                    (line.number)
                }
            }
            @if has_cues { td data-label="Cue" { (line.cue.as_deref().unwrap_or("")) } }
            td.time-cell data-label="Start" data-value=(format!("{:.3}", line.start_s)) { (line.start) }
            td.time-cell data-label="End" data-value=(format!("{:.3}", line.end_s)) { (line.end) }
            @if has_bars {
                td.time-cell data-label="Bar|Beat" data-value=(format!("{:.3}", line.start_s)) {
                    (line.bar_beat.as_deref().unwrap_or(""))
                }
            }
            td data-label="Verdict" data-value=(line.verdict as u8) { (verdict_text(line.verdict)) }
            td.number data-label="Clash" data-value=(format!("{:.2}", line.clash_percent)) {
                (format!("{:.0}", line.clash_percent)) " %"
            }
            td.number data-label="SII" data-value=(format!("{:.4}", line.sii)) {
                (format!("{:.2}", line.sii))
            }
            td.number data-label="LD, LU" data-value=(format!("{:.2}", line.loudness_difference_lu)) {
                (format!("{:+.1}", line.loudness_difference_lu))
            }
            td.long data-label="What to do" { (line.advice) }
        }
    }
}

/// Each cue with the number of its lines; nothing without cues.
pub fn cues(timeline: &Timeline, lines: &[PageLine]) -> Markup {
    if timeline.cues.is_empty() {
        return html! {};
    }
    let num_in = |name: &str, verdict: Option<Verdict>| {
        lines
            .iter()
            .filter(|line| line.cue.as_deref() == Some(name))
            .filter(|line| verdict.is_none_or(|verdict| line.verdict == verdict))
            .count()
    };
    html! {
        section aria-labelledby="cues" {
            h2 id="cues" { "By cue" }
            div.wide tabindex="0" role="group" aria-labelledby="cues" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Cue" }
                            th scope="col" { "In" }
                            th scope="col" { "Out" }
                            th.number scope="col" { "Lines" }
                            th.number scope="col" { "Strained" }
                            th.number scope="col" { "Masked" }
                        }
                    }
                    tbody {
                        @for cue in &timeline.cues {
                            tr {
                                td { (cue.name) }
                                td.time-cell { (timeline.start_text(cue.start_s)) }
                                td.time-cell { (timeline.end_text(cue.end_s)) }
                                td.number { (num_in(&cue.name, None)) }
                                td.number { (num_in(&cue.name, Some(Verdict::Strained))) }
                                td.number { (num_in(&cue.name, Some(Verdict::Masked))) }
                            }
                        }
                    }
                }
            }
        }
    }
}
