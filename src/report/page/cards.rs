//! A card for each line to work on: its spectra, the cause in words, what to do.

use maud::{Markup, html};

use crate::found::Report;
use crate::found::trace::Spectra;
use crate::report::page::page_model::PageLine;
use crate::report::page::spectrum_chart::{ChartScale, HEIGHT, WIDTH, masked_area, outline};
use crate::report::page::verdict_mark::{verdict_text, word_text};
use crate::report::page::who;

/// Numbers of bands between two lines of the grid: a decade has ten.
const GRID_BANDS: usize = 5;

/// Cards above which a browser draws only those in sight, so that the page opens at once.
const MANY_CARDS: usize = 200;

/// Every line to work on; nothing if there is none.
pub fn cards(report: &Report, lines: &[PageLine], excerpts_note: &str) -> Markup {
    let scale = ChartScale::of(lines.iter().filter_map(|line| line.spectra.as_ref()));
    let with_cards: Vec<&PageLine> = lines.iter().filter(|line| line.has_card()).collect();
    if with_cards.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="work" {
            h2 id="work" { "Lines to work on" }
            p.key {
                span { i style="background:var(--voice)" {} "the voice (solid)" }
                span { i style="background:var(--music)" {} "below this the music hides a voice (dashed)" }
                span { i style="background:var(--hidden)" {} "hidden" }
            }
            @if !excerpts_note.is_empty() { p.soft { (excerpts_note) } }
            (grid())
            div.cards.many[with_cards.len() > MANY_CARDS] {
                @for line in with_cards { (card(report, line, scale)) }
            }
        }
    }
}

/// The grid of every card's picture, drawn once.
fn grid() -> Markup {
    let mut lines = String::new();
    for step in 1..WIDTH as usize / GRID_BANDS {
        lines.push_str(&format!("M{} 0V{HEIGHT}", step * GRID_BANDS));
    }
    lines.push_str(&format!("M0 {0}H{WIDTH}", HEIGHT / 2.0));
    html! {
        svg width="0" height="0" aria-hidden="true" style="position:absolute" {
            defs { path.grid id="grid" d=(lines) {} }
        }
    }
}

fn card(report: &Report, line: &PageLine, scale: ChartScale) -> Markup {
    html! {
        article id={ "line-" (line.number) } class=(line.verdict_word) {
            h3 {
                "#" (line.number)
                @if let Some(cue) = &line.cue { " · " (cue) }
                @if let Some(bar_beat) = &line.bar_beat { " · bar " (bar_beat) }
                " " small { (line.start) " – " (line.end) }
            }
            p {
                (word_text(line.verdict_word))
                " "
                small {
                    (format!(
                        "clash {:.0} %, SII {:.2} ({:.2} without the music), {:+.1} LU; speech {:+.1} LU from the usual",
                        line.clash_percent, line.sii, line.sii_without_music,
                        line.loudness_difference_lu, line.speech_loudness_deviation_lu,
                    ))
                }
            }
            @if line.may_be_no_voice {
                p { (format!("May be no speech (confidence {:.2}).", line.confidence)) }
            }
            @if !line.change.is_empty() { p { "Since the earlier version: " (line.change) "." } }
            @if line.fold_downs != "-" { p { "On fewer loudspeakers: " (line.fold_downs) "." } }
            @if let Some(line) = report.lines.get(line.number - 1) { (who::on_card(report, line)) }
            @if let Some(excerpt) = &line.excerpt { (players(line, excerpt)) }
            @if let Some(spectra) = &line.spectra { (drawing(line, spectra, scale)) }
            @if !line.cause.is_empty() || !line.worst_stem.is_empty() {
                p { (line.cause) " " (line.worst_stem) }
            }
            @for (goal, ways) in &line.remedies {
                p.remedy { "To be " (verdict_text(*goal)) ": " (ways) }
            }
            @if !line.composer.is_empty() { p.soft { (line.composer.join(" ")) } }
        }
    }
}

fn players(line: &PageLine, excerpt: &[String; 2]) -> Markup {
    html! {
        div.players {
            @for (name, uri) in ["as it is", "ducked"].iter().zip(excerpt) {
                label {
                    (name)
                    audio controls preload="none" src=(uri)
                        aria-label={ "Line " (line.number) " " (name) } {}
                }
            }
        }
    }
}

fn drawing(line: &PageLine, spectra: &Spectra, scale: ChartScale) -> Markup {
    html! {
        div.plot role="img" aria-label={ "Spectra of line " (line.number) } {
            div.scale {
                span { (scale.top_dbfs) " dB" }
                span { (scale.bottom_dbfs()) " dB" }
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } preserveAspectRatio="none" {
                use href="#grid" {}
                path.hidden-part d=(masked_area(spectra, scale)) {}
                path.voice-line d=(outline(&spectra.dialogue_band_dbfs, scale)) {}
                path.music-line d=(outline(&spectra.masking_band_dbfs, scale)) {}
            }
        }
    }
}
