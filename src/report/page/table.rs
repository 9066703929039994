//! The tables of the page: every line, and every cue with what happens in it.

use maud::{Markup, html};

use super::model::PageLine;
use super::verdict_text;
use crate::clash::verdict::Verdict;
use crate::report::Report;
use crate::report::timeline::Timeline;

/// Which columns there are beside those that are always there.
struct Columns {
    cues: bool,
    bars: bool,
    stems: bool,
    fold_downs: bool,
    changes: bool,
}

/// Every line; the script makes it sort and filter.
pub fn lines(report: &Report, timeline: &Timeline, lines: &[PageLine]) -> Markup {
    let columns = Columns {
        cues: !timeline.cues.is_empty(),
        bars: timeline.tempo_map.is_some(),
        stems: lines.iter().any(|line| !line.stems.is_empty()),
        fold_downs: !report.fold_downs.is_empty(),
        changes: report.comparison.is_some(),
    };
    html! {
        section aria-labelledby="lines" {
            h2 id="lines" { "Every line" }
            (filter_form(timeline))
            div.wide tabindex="0" role="group" aria-labelledby="lines" {
                table.lines {
                    thead {
                        tr {
                            th.number scope="col" { "#" }
                            @if columns.cues { th scope="col" { "Cue" } }
                            th scope="col" { "Start" }
                            th scope="col" { "End" }
                            @if columns.bars { th scope="col" { "Bar|Beat" } }
                            th scope="col" { "Verdict" }
                            th.number scope="col" { "Clash" }
                            th.number scope="col" { "SII" }
                            th.number scope="col" { "LD, LU" }
                            @if columns.stems { th scope="col" { "Stem" } }
                            @if columns.fold_downs { th scope="col" { "Fold-down" } }
                            @if columns.changes { th scope="col" { "Since" } }
                            th scope="col" { "What to do" }
                        }
                    }
                    tbody {
                        @for line in lines { (row(line, &columns)) }
                    }
                }
            }
        }
    }
}

/// Hidden until the script makes it work.
fn filter_form(timeline: &Timeline) -> Markup {
    html! {
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
            @if !timeline.cues.is_empty() {
                label {
                    "Cue "
                    select name="cue" {
                        option value="" { "every cue" }
                        @for cue in &timeline.cues { option { (cue.name) } }
                    }
                }
            }
            output id="count" role="status" {}
        }
    }
}

fn row(line: &PageLine, columns: &Columns) -> Markup {
    let cue = line.cue.as_deref().unwrap_or("");
    html! {
        tr data-number=(line.number) data-verdict=(line.verdict.word())
            data-work[line.is_to_work_on] data-cue=[line.cue.as_deref()] {
            td.number data-label="Line" data-value=(line.number) {
                @if line.has_card() {
                    a href={ "#line-" (line.number) } { (line.number) }
                } @else {
                    (line.number)
                }
            }
            @if columns.cues { td data-label="Cue" { (cue) } }
            td.time-cell data-label="Start" data-value=(format!("{:.3}", line.start_s)) { (line.start) }
            td.time-cell data-label="End" data-value=(format!("{:.3}", line.end_s)) { (line.end) }
            @if columns.bars {
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
            @if columns.stems { td data-label="Stem" { (line.stems) } }
            @if columns.fold_downs { td data-label="Fold-down" { (line.fold_downs) } }
            @if columns.changes {
                td data-label="Since" { @if let Some((_, text)) = &line.change { (text) } }
            }
            td.long data-label="What to do" { (line.advice) }
        }
    }
}

/// The worst line of the cue called `name`, and what to do about it.
fn worst_of(name: &str, lines: &[PageLine]) -> Markup {
    let worst = lines
        .iter()
        .filter(|line| line.is_to_work_on && line.cue.as_deref() == Some(name))
        .max_by(|a, b| a.clash_percent.total_cmp(&b.clash_percent));
    html! {
        @if let Some(line) = worst {
            a href={ "#line-" (line.number) } { "#" (line.number) }
            @if let Some(bar_beat) = &line.bar_beat { ", bar " (bar_beat) }
            ", " (verdict_text(line.verdict)) ": " (line.advice)
        } @else {
            "nothing to do"
        }
    }
}

/// Each cue with the number of its lines and the worst of them; nothing without cues.
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
                            th scope="col" { "Start with" }
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
                                td.long { (worst_of(&cue.name, lines)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
