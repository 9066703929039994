//! The tables of the page: every line, and every cue with what happens in it.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use crate::clash::verdict::Verdict;
use crate::report::page::page_model::PageLine;
use crate::report::page::verdict_mark::verdict_text;
use crate::timeline::Timeline;

/// A column of the table of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Cue,
    Start,
    End,
    BarBeat,
    Verdict,
    Clash,
    Sii,
    Difference,
    Stem,
    FoldDown,
    Since,
    Advice,
}

/// By what the script sorts a column.
enum SortBy {
    /// The order of the lines.
    Time,
    /// The number in `data-value`.
    Value,
    Text,
}

impl Column {
    const ALL: [Self; 13] = [
        Self::Number,
        Self::Cue,
        Self::Start,
        Self::End,
        Self::BarBeat,
        Self::Verdict,
        Self::Clash,
        Self::Sii,
        Self::Difference,
        Self::Stem,
        Self::FoldDown,
        Self::Since,
        Self::Advice,
    ];

    fn heading(self) -> &'static str {
        match self {
            Self::Number => "#",
            Self::Cue => "Cue",
            Self::Start => "Start",
            Self::End => "End",
            Self::BarBeat => "Bar|Beat",
            Self::Verdict => "Verdict",
            Self::Clash => "Clash",
            Self::Sii => "SII",
            Self::Difference => "LD, LU",
            Self::Stem => "Stem",
            Self::FoldDown => "Fold-down",
            Self::Since => "Since",
            Self::Advice => "What to do",
        }
    }

    fn is_number(self) -> bool {
        matches!(
            self,
            Self::Number | Self::Clash | Self::Sii | Self::Difference
        )
    }

    fn sort_by(self) -> SortBy {
        match self {
            Self::Number | Self::Start | Self::End | Self::BarBeat => SortBy::Time,
            Self::Verdict | Self::Clash | Self::Sii | Self::Difference => SortBy::Value,
            Self::Cue | Self::Stem | Self::FoldDown | Self::Since | Self::Advice => SortBy::Text,
        }
    }

    /// Whether something stands in it.
    fn is_shown(self, timeline: &Timeline, lines: &[PageLine]) -> bool {
        match self {
            Self::Cue => !timeline.cues.is_empty(),
            Self::BarBeat => timeline.tempo_map.is_some(),
            Self::Stem => lines.iter().any(|line| !line.stem.is_empty()),
            Self::FoldDown => lines.iter().any(|line| line.fold_downs != "-"),
            Self::Since => lines.iter().any(|line| !line.change.is_empty()),
            _ => true,
        }
    }

    fn cell(self, line: &PageLine) -> Markup {
        let number = |value: f32, decimals: usize, text: String| {
            html! { td data-value=(format!("{value:.decimals$}")) { (text) } }
        };
        match self {
            Self::Number => html! {
                td {
                    @if line.has_card() {
                        a href={ "#line-" (line.number) } { (line.number) }
                    } @else {
                        (line.number)
                    }
                }
            },
            Self::Cue => html! { td { (line.cue.as_deref().unwrap_or("")) } },
            Self::Start => html! { td { (line.start) } },
            Self::End => html! { td { (line.end) } },
            Self::BarBeat => html! { td { (line.bar_beat.as_deref().unwrap_or("")) } },
            Self::Verdict => html! {
                td data-value=(line.verdict as u8) { (verdict_text(line.verdict)) }
            },
            Self::Clash => number(
                line.clash_percent,
                2,
                format!("{:.0} %", line.clash_percent),
            ),
            Self::Sii => number(line.sii, 4, format!("{:.2}", line.sii)),
            Self::Difference => number(
                line.loudness_difference_lu,
                2,
                format!("{:+.1}", line.loudness_difference_lu),
            ),
            Self::Stem => html! { td { (line.stem) } },
            Self::FoldDown => html! { td { @if line.fold_downs != "-" { (line.fold_downs) } } },
            Self::Since => html! { td { (line.change_short) } },
            Self::Advice => html! { td { (line.advice) } },
        }
    }
}

/// Every line; the script makes it sort and filter.
pub fn lines(timeline: &Timeline, lines: &[PageLine]) -> Markup {
    let columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| column.is_shown(timeline, lines))
        .collect();
    html! {
        section aria-labelledby="lines" {
            h2 id="lines" { "Every line" }
            style { (PreEscaped(column_style(&columns))) }
            (filter_form(timeline))
            div.wide tabindex="0" role="group" aria-labelledby="lines" {
                table.lines.stack {
                    thead { tr { @for column in &columns { (heading(*column)) } } }
                    tbody {
                        @for line in lines {
                            tr class=(line.verdict.word()) {
                                @for column in &columns { (column.cell(line)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heading(column: Column) -> Markup {
    let sort_by = match column.sort_by() {
        SortBy::Time => "time",
        SortBy::Value => "value",
        SortBy::Text => "text",
    };
    html! {
        th scope="col" data-sort=(sort_by) data-name=(column.heading())
            class=[column.is_number().then_some("number")] { (column.heading()) }
    }
}

/// What would else have to stand at every cell: how numbers stand, and the headings that a phone
/// shows beside each.
fn column_style(columns: &[Column]) -> String {
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
            Column::Number => "Line",
            other => other.heading(),
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
            ", " (verdict_text(line.verdict)) "."
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
