//! Who can follow which line: a matrix of lines and audiences, and what a card says of them.

use maud::{Markup, html};

use crate::clash::verdict::Verdict;
use crate::found::{LineReport, Report};
use crate::lines::audience_help::clear_from_sii;
use crate::report::audience_words::{LIMITS, cut_helps, figures_text, reel_text};
use crate::report::page::page_model::PageLine;
use crate::report::page::verdict_mark::word_text;

/// The matrix; nothing where no audience was asked for.
pub fn matrix(report: &Report, lines: &[PageLine]) -> Markup {
    if report.audiences.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="who" {
            h2 id="who" { "Who can follow it, and where" }
            p { strong { (capitalised(&reel_text(report))) "." } }
            div.wide tabindex="0" role="group" aria-labelledby="who" {
                table.who {
                    thead {
                        tr {
                            th scope="col" { "Line" }
                            th scope="col" { "Start" }
                            @for it in &report.audiences { th scope="col" { (it.audience.name) } }
                        }
                    }
                    tbody {
                        @for (line, row) in report.lines.iter().zip(lines) {
                            tr {
                                th scope="row" {
                                    @if row.has_card() {
                                        a href={ "#line-" (row.number) } { "#" (row.number) }
                                    } @else {
                                        "#" (row.number)
                                    }
                                }
                                td.time-cell { (row.start) }
                                @for it in &line.audiences {
                                    td {
                                        (word_text(line.word_of(it.verdict)))
                                        " " small { (format!("{:.2}", it.sii)) }
                                    }
                                }
                            }
                        }
                    }
                    tfoot {
                        tr {
                            th scope="row" { "All" }
                            td {}
                            @for it in &report.audiences {
                                td {
                                    (it.num_with(Verdict::Masked)) " masked, "
                                    (it.num_with(Verdict::Strained)) " strained"
                                    " " small { (format!("{:.2}", it.sii)) }
                                }
                            }
                        }
                    }
                }
            }
            dl.audiences {
                @for it in &report.audiences {
                    dt { (it.audience.name) }
                    dd {
                        (it.audience.what)
                        (format!(
                            "; SII {:.2} over all speech, {:.2} without the music",
                            it.sii, it.sii_without_music,
                        ))
                    }
                }
            }
            p.soft { "The number beside each word is the SII. " (LIMITS) "." }
        }
    }
}

/// What `line` is to each audience that loses words, and to whom the cut helps; nothing if nobody does.
pub fn on_card(report: &Report, line: &LineReport) -> Markup {
    if line.is_clear_to_all() {
        return html! {};
    }
    let audiences = report.audiences.iter().zip(&line.audiences);
    let lost = audiences.filter(|(_, it)| it.verdict != Verdict::Clear);
    html! {
        ul.who {
            @for (audience, it) in lost {
                li {
                    strong { (audience.audience.name) } " " (word_text(it.verdict.word()))
                    " " small { (format!("SII {:.2}", it.sii)) } ": " (figures_text(it)) "."
                }
            }
        }
        @if let Some([helped, left]) = cut_helps(report, line, clear_from_sii(&line.line)) {
            p {
                "The cut that makes it clear to the mixer"
                @if helped.is_empty() { " makes it clear to none of them." }
                @else { " makes it clear to " (helped.join(", ")) "." }
                @if !left.is_empty() && !helped.is_empty() { " Not to " (left.join(", ")) "." }
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|it| it.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
