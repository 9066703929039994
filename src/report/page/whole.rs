//! What the page says about all lines together, beside the picture of the reel: what changed since
//! an earlier version, and how the mix fares on fewer loudspeakers.

use maud::{Markup, html};

use crate::found::Report;
use crate::found::fold_down::COEFFICIENTS;
use crate::timeline::Timeline;

/// Nothing without an earlier report.
pub fn comparison(report: &Report, timeline: &Timeline) -> Markup {
    let Some(comparison) = &report.comparison else {
        return html! {};
    };
    let earlier = &comparison.earlier;
    html! {
        section aria-labelledby="since" {
            h2 id="since" { "Since the earlier version" }
            p {
                strong { (comparison.text()) } ". Clash "
                (format!(
                    "{:.1} % now, {:.1} % before; SII {:.2} now, {:.2} before",
                    report.summary.clash_percent, earlier.clash_percent,
                    report.summary.figures.sii, earlier.sii,
                ))
                " (" (earlier.music) ")."
            }
            @if !comparison.gone.is_empty() {
                p {
                    "No longer spoken: "
                    @for (line_idx, line) in comparison.gone.iter().enumerate() {
                        @if line_idx > 0 { ", " }
                        (timeline.start_text(line.start_s)) " (was " (line.verdict) ")"
                    }
                    "."
                }
            }
        }
    }
}

/// Nothing where none was asked for.
pub fn fold_downs(report: &Report) -> Markup {
    if report.fold_downs.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="fold-downs" {
            h2 id="fold-downs" { "On fewer loudspeakers" }
            div.wide tabindex="0" role="group" aria-labelledby="fold-downs" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Mix" }
                            th.number scope="col" { "Clash" }
                            th.number scope="col" { "SII" }
                            th scope="col" { "Clash only there" }
                            th scope="col" { "Worse there" }
                        }
                    }
                    tbody {
                        tr {
                            td { "as it is" }
                            td.number { (format!("{:.1} %", report.summary.clash_percent)) }
                            td.number { (format!("{:.2}", report.summary.figures.sii)) }
                            td {} td {}
                        }
                        @for fold in &report.fold_downs {
                            @let (only_there, worse_there) = report.worse_in(fold.fold_down);
                            tr {
                                td { (fold.fold_down.name()) }
                                td.number { (format!("{:.1} %", fold.clash_percent)) }
                                td.number { (format!("{:.2}", fold.figures.sii)) }
                                td { (links(&only_there)) }
                                td { (links(&worse_there)) }
                            }
                        }
                    }
                }
            }
            p.soft { (COEFFICIENTS) "." }
        }
    }
}

fn links(numbers: &[usize]) -> Markup {
    html! {
        @if numbers.is_empty() { "none" }
        @for (number_idx, number) in numbers.iter().enumerate() {
            @if number_idx > 0 { ", " }
            a href={ "#line-" (number) } { "#" (number) }
        }
    }
}
