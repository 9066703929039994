//! The picture of the whole reel: intelligibility, loudness difference, clash map, lines.

use maud::{Markup, html};

use crate::clash::verdict::Verdict;
use crate::found::Report;
use crate::found::trace::{Moment, Trace};
use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS};
use crate::report::page::page_model::{PageLine, band_name};
use crate::report::page::reel::{
    CURVE_HEIGHT, MAX_DIFFERENCE_LU, SHADES_DB, area, loudness_steps, map_cells, y_from_lu,
};
use crate::timeline::Timeline;

/// Numbers under the time axis; on a phone every other one.
const NUM_TIMES: usize = 5;

/// Bands that are named beside the map, from the top.
const NAMED_BANDS: [usize; 5] = [20, 15, 10, 5, 0];

/// Narrowest mark of a line, share of the picture's width: wide enough to be seen and touched.
const LEAST_MARK: f64 = 0.003;

/// The figures of the reel, one above the other on one axis of time.
pub fn reel(report: &Report, timeline: &Timeline, trace: &Trace, lines: &[PageLine]) -> Markup {
    let moments: Vec<Option<Moment>> = trace.moments().collect();
    let times = times(report, timeline);
    let length_s = trace.column_s() * moments.len() as f64;
    html! {
        section aria-labelledby="reel" {
            h2 id="reel" { "The whole reel" }
            (intelligibility(&moments, &times))
            (loudness(report, &times))
            (clash_map(&moments, &strip(lines, length_s), &times))
        }
    }
}

fn intelligibility(moments: &[Option<Moment>], times: &Markup) -> Markup {
    let frame = format!("0 0 {} {CURVE_HEIGHT}", moments.len());
    html! {
        figure {
            figcaption {
                "Intelligibility (SII) while somebody speaks: "
                span.key {
                    span { i.after style="background:var(--voice)" {} "under the music" }
                    span { i style="background:var(--quiet)" {} "lost to the music" }
                }
            }
            div.plot {
                div.scale aria-hidden="true" { span { "1" } span { "0.5" } span { "0" } }
                svg viewBox=(frame) preserveAspectRatio="none" role="img"
                    aria-label="Intelligibility over time, with and without the music" {
                    path.before d=(area(moments, |moment| moment.sii_without_music)) {}
                    path.after d=(area(moments, |moment| moment.sii)) {}
                }
                (times)
            }
        }
    }
}

fn loudness(report: &Report, times: &Markup) -> Markup {
    let duration_s = report.source.duration_s;
    let frame = format!("0 0 {duration_s:.3} {CURVE_HEIGHT}");
    let level_lines =
        [report.guide_lu, 0.0].map(|lu| format!("M0 {:.1}H{duration_s:.3}", y_from_lu(lu)));
    html! {
        figure {
            figcaption {
                "Loudness of the dialogue over the music, LU; lines at 0 and at the guide of +"
                (report.guide_lu)
            }
            div.plot {
                div.scale aria-hidden="true" {
                    span { "+" (MAX_DIFFERENCE_LU) } span { "0" } span { "−" (MAX_DIFFERENCE_LU) }
                }
                svg viewBox=(frame) preserveAspectRatio="none" role="img"
                    aria-label="Loudness difference over time" {
                    @for line in level_lines { path.zero d=(line) {} }
                    path.steps d=(loudness_steps(&report.segments, duration_s)) {}
                }
                (times)
            }
        }
    }
}

fn clash_map(moments: &[Option<Moment>], strip: &Markup, times: &Markup) -> Markup {
    let frame = format!("0 0 {} {NUM_BANDS}", moments.len());
    html! {
        figure {
            figcaption {
                "Where the music stands above the voice, by more than "
                span.key {
                    @for (shade_idx, from_db) in SHADES_DB.iter().enumerate() {
                        span { i class={ "shade-" (shade_idx) } {} (from_db) " dB" }
                    }
                }
            }
            div.plot {
                div.scale aria-hidden="true" {
                    @for band_idx in NAMED_BANDS { span { (band_name(NOMINAL_HZ[band_idx])) } }
                }
                svg.map viewBox=(frame) preserveAspectRatio="none" role="img"
                    shape-rendering="crispEdges"
                    aria-label="Clash map: time across, frequency up, from 100 Hz to 10 kHz" {
                    @for shade_idx in 0..SHADES_DB.len() {
                        path class={ "shade-" (shade_idx) } d=(map_cells(moments, shade_idx)) {}
                    }
                }
                div.scale.lines-name aria-hidden="true" { span { "lines" } }
                (strip)
                (times)
            }
        }
    }
}

/// Each line as a mark: the worse, the taller.
fn strip(lines: &[PageLine], length_s: f64) -> Markup {
    // Neighbours of a long reel don't cover each other.
    let least = LEAST_MARK.min(0.5 / lines.len().max(1) as f64);
    let mark = |line: &PageLine| {
        let share = |time_s: f64| (time_s / length_s).clamp(0.0, 1.0);
        let x = share(line.start_s) * 1000.0;
        let width = (share(line.end_s) * 1000.0 - x).max(least * 1000.0);
        let height = match line.verdict {
            Verdict::Clear => 3,
            Verdict::Strained => 6,
            Verdict::Masked => 10,
        };
        html! {
            rect class=(line.verdict_word) x=(format!("{x:.1}")) width=(format!("{width:.1}"))
                y=(10 - height) height=(height) {
                title { "#" (line.number) " " (line.start) " " (line.verdict_word) }
            }
        }
    };
    html! {
        svg.strip viewBox="0 0 1000 10" preserveAspectRatio="none" role="group"
            aria-label="The lines over time: the worse, the taller" {
            @for line in lines {
                @if line.has_card() {
                    a href={ "#line-" (line.number) } tabindex="-1" { (mark(line)) }
                } @else {
                    (mark(line))
                }
            }
        }
    }
}

fn times(report: &Report, timeline: &Timeline) -> Markup {
    let duration_s = report.source.duration_s;
    html! {
        div.time aria-hidden="true" {
            @for time_idx in 0..NUM_TIMES {
                @let time_s = duration_s * time_idx as f64 / (NUM_TIMES - 1) as f64;
                span { (short(&timeline.start_text(time_s))) }
            }
        }
    }
}

/// A time without its milliseconds.
fn short(time: &str) -> &str {
    time.split('.').next().unwrap_or(time)
}
