//! The tables of the page: every line, and every cue with what happens in it.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use crate::clash::verdict::Verdict;
use crate::found::Report;
use crate::report::columns::{Column, LineRow, Table, rows};
use crate::report::page::page_model::PageLine;
use crate::report::page::verdict_mark::word_text;
use crate::timeline::Timeline;

/// By what the script sorts a column.
enum SortBy {
    /// The order of the lines.
    Time,
    /// The number in `data-value`.
    Value,
    Text,
}

/// By what the script sorts `column`.
fn sort_by(column: Column) -> SortBy {
    match column {
        Column::Verdict | Column::Confidence | Column::Clash | Column::Sii | Column::Difference => {
            SortBy::Value
        }
        Column::Number => SortBy::Time,
        column if column.is_time() => SortBy::Time,
        _ => SortBy::Text,
    }
}

/// Whether the page shows `column`: where something stands in it. Causes stand on the cards.
fn is_shown(column: Column, report: &Report, timeline: &Timeline, lines: &[PageLine]) -> bool {
    let has_cells = match column {
        Column::Stem => lines.iter().any(|line| !line.stem.is_empty()),
        Column::FoldDown => lines.iter().any(|line| line.fold_downs != "-"),
        // A section of its own has them.
        Column::Audience(_) => false,
        Column::Cause => false,
        _ => true,
    };
    has_cells && column.is_known(report, timeline)
}

/// The cell of a line in `column`: shorter than in other tables where a card says the rest.
fn cell(column: Column, row: &LineRow, line: &PageLine) -> Markup {
    let number = |value: f32, decimals: usize| {
        html! { td data-value=(format!("{value:.decimals$}")) { (column.text(row)) } }
    };
    match column {
        Column::Number => html! {
            td {
                @if line.has_card() {
                    a href={ "#line-" (line.number) } { (line.number) }
                } @else {
                    (line.number)
                }
            }
        },
        Column::Verdict => html! {
            td data-value=(line.verdict as u8) { (word_text(line.verdict_word)) }
        },
        Column::Confidence => number(line.confidence, 2),
        Column::Clash => number(line.clash_percent, 2),
        Column::Sii => number(line.sii, 4),
        Column::Difference => number(line.loudness_difference_lu, 2),
        Column::Stem => html! { td { (line.stem) } },
        Column::FoldDown => html! { td { @if line.fold_downs != "-" { (line.fold_downs) } } },
        Column::Since => html! { td { (line.change_short) } },
        column => html! { td { (column.text(row)) } },
    }
}

/// Every line; the script makes it sort and filter.
pub fn lines(report: &Report, timeline: &Timeline, lines: &[PageLine]) -> Markup {
    let columns: Vec<Column> = Column::all(report)
        .into_iter()
        .filter(|&column| is_shown(column, report, timeline, lines))
        .collect();
    html! {
        section aria-labelledby="lines" {
            h2 id="lines" { "Every line" }
            style { (PreEscaped(column_style(&columns, report))) }
            (filter_form(timeline))
            div.wide tabindex="0" role="group" aria-labelledby="lines" {
                table.lines.stack {
                    thead { tr { @for column in &columns { (heading(*column, report)) } } }
                    tbody {
                        @for (row, line) in rows(report, timeline).zip(lines) {
                            tr class=(line.verdict_word) {
                                @for column in &columns { (cell(*column, &row, line)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heading(column: Column, report: &Report) -> Markup {
    let name = column.heading(Table::Page, report);
    let sort_by = match sort_by(column) {
        SortBy::Time => "time",
        SortBy::Value => "value",
        SortBy::Text => "text",
    };
    html! {
        th scope="col" data-sort=(sort_by) data-name=(name)
            class=[column.is_number().then_some("number")] { (name) }
    }
}

/// What would else have to stand at every cell: how numbers stand, and the headings that a phone
/// shows beside each.
fn column_style(columns: &[Column], report: &Report) -> String {
    let mut style = String::new();
    for (column_idx, column) in columns.iter().enumerate() {
        let cell = format!(".lines td:nth-child({})", column_idx + 1);
        if column.is_number() {
            let _ = write!(style, "{cell}{{text-align:right}}");
        }
        // Paper has no room for that.
        if *column != Column::Advice && *column != Column::FoldDown {
            let _ = write!(style, "@media screen{{{cell}{{white-space:nowrap}}}}");
        }
        let name = match column {
            Column::Number => "Line".into(),
            other => other.heading(Table::Page, report),
        };
        let _ = write!(
            style,
            "@media screen and (max-width:46rem){{{cell}{{text-align:left}}{cell}::before{{content:\"{name} \"}}}}",
        );
    }
    style
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
            ", " (word_text(line.verdict_word)) "."
            @for (goal, ways) in &line.remedies { " To be " (goal.word()) ": " (ways) "." }
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
                table.stack {
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
                                td data-label="Cue" { strong { (cue.name) } }
                                td.time-cell data-label="In" { (timeline.start_text(cue.start_s)) }
                                td.time-cell data-label="Out" { (timeline.end_text(cue.end_s)) }
                                td.number data-label="Lines" { (num_in(&cue.name, None)) }
                                td.number data-label="Strained" {
                                    (num_in(&cue.name, Some(Verdict::Strained)))
                                }
                                td.number data-label="Masked" {
                                    (num_in(&cue.name, Some(Verdict::Masked)))
                                }
                                td.long data-label="Start with" { (worst_of(&cue.name, lines)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
