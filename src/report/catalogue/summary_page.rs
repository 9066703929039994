//! The summary as one HTML page that needs nothing else. The same reports give the same bytes, in whatever
//! order and from whatever machines they come.

use maud::{DOCTYPE, Markup, html};

use crate::clash::verdict::Verdict;
use crate::report::catalogue::catalogue_row::{CatalogueRow, file_name};
use crate::report::catalogue::grouped::Grouping;
use crate::report::catalogue::row_report::RowReport;
use crate::report::catalogue::worst_first::Catalogue;
use crate::report::page::html_head;
use crate::words::counted;

/// The page.
pub fn to_html(catalogue: &Catalogue) -> String {
    let title = format!("Summary of {}", counted(catalogue.rows.len(), "pair"));
    html! {
        (DOCTYPE)
        html lang="en" {
            (html_head(&title))
            body {
                (head(catalogue))
                main {
                    (without_figures(catalogue))
                    (rows(catalogue))
                    @for (idx, grouping) in catalogue.groupings.iter().enumerate() {
                        (groups(idx, grouping))
                    }
                }
            }
        }
    }
    .into_string()
}

fn head(catalogue: &Catalogue) -> Markup {
    let lines = || catalogue.reports().flat_map(|report| &report.lines);
    let num_with = |verdict| lines().filter(|line| line.verdict == Some(verdict)).count();
    let (masked, strained) = (num_with(Verdict::Masked), num_with(Verdict::Strained));
    html! {
        header {
            h1 { "Underscore: where the music hides the words" }
            p.soft { (catalogue.counts_text()) "." }
            @for text in catalogue.unlike() { div.doubts role="alert" { (text) "." } }
            p.verdict {
                @if catalogue.reports().next().is_none() {
                    "Not known: no pair has figures that count."
                } @else if masked + strained == 0 {
                    "Every line of the pairs that count gets through."
                } @else {
                    (masked + strained) " of " (counted(lines().count(), "line")) " to work on"
                }
            }
        }
    }
}

/// What failed, is missing or doubtful, each with its reason; nothing if nothing is.
fn without_figures(catalogue: &Catalogue) -> Markup {
    let rows = catalogue.rows.iter().filter(|row| row.state() != "done");
    let rows: Vec<&CatalogueRow> = rows.collect();
    html! {
        @if !rows.is_empty() {
            section aria-labelledby="first" {
                h2 id="first" { "To look at first" }
                div.wide tabindex="0" role="group" aria-labelledby="first" {
                    table {
                        thead { tr { th scope="col" { "Pair" } th scope="col" { "State" } th scope="col" { "Why" } } }
                        tbody {
                            @for row in rows {
                                tr { td { (row.name) } td { b { (row.state()) } } td { (row.reason()) } }
                            }
                        }
                    }
                }
                p.soft { "None of them is in the sums below." }
            }
        }
    }
}

/// Every row that has figures, worst first.
fn rows(catalogue: &Catalogue) -> Markup {
    let rows = catalogue.rows.iter();
    let rows: Vec<(&CatalogueRow, &RowReport)> =
        rows.filter_map(|row| Some((row, row.report()?))).collect();
    html! {
        @if !rows.is_empty() {
            section aria-labelledby="pairs" {
                h2 id="pairs" { "Every pair, worst first" }
                div.wide tabindex="0" role="group" aria-labelledby="pairs" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Pair" }
                                @for heading in &catalogue.headings { th scope="col" { (heading) } }
                                th.number scope="col" { "Lines" }
                                th.number scope="col" { "Masked" }
                                th.number scope="col" { "Strained" }
                                th.number scope="col" { "Clash" }
                                th.number scope="col" { "SII" }
                                th.number scope="col" { "LD, LU" }
                                th scope="col" { "Music" }
                                th scope="col" { "Dialogue" }
                            }
                        }
                        tbody {
                            @for (row, report) in rows {
                                tr {
                                    td { (row.name) @if report.is_doubtful { " (doubtful)" } }
                                    @for heading in &catalogue.headings { td { (row.label(heading)) } }
                                    td.number { (report.lines.len()) }
                                    td.number { (report.num_with(Verdict::Masked)) }
                                    td.number { (report.num_with(Verdict::Strained)) }
                                    td.number { (format!("{:.1} %", report.clash_percent)) }
                                    td.number { (format!("{:.2}", report.sii)) }
                                    td.number { (format!("{:+.1}", report.loudness_difference_lu)) }
                                    td { (file_name(&report.music)) }
                                    td { (file_name(&report.dialogue)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The sums of one kind, worst first.
fn groups(idx: usize, grouping: &Grouping) -> Markup {
    let id = format!("by-{idx}");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { "By " (grouping.by) }
            div.wide tabindex="0" role="group" aria-labelledby=(id) {
                table {
                    thead {
                        tr {
                            th scope="col" { (grouping.by) }
                            th.number scope="col" { "Pairs" }
                            th.number scope="col" { "Lines" }
                            th.number scope="col" { "Masked" }
                            th.number scope="col" { "Strained" }
                            th.number scope="col" { "Clash" }
                            th.number scope="col" { "SII" }
                            th scope="col" { "Worst pair" }
                        }
                    }
                    tbody {
                        @for group in &grouping.groups {
                            tr {
                                td { (group.name) }
                                td.number { (group.num_rows) }
                                td.number { (group.num_lines) }
                                td.number { (group.num_masked) }
                                td.number { (group.num_strained) }
                                td.number { @if let Some(it) = group.clash_percent { (format!("{it:.1} %")) } @else { "-" } }
                                td.number { @if let Some(it) = group.sii { (format!("{it:.2}")) } @else { "-" } }
                                td { (group.worst_row) }
                            }
                        }
                    }
                }
            }
        }
    }
}
