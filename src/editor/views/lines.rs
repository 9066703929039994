//! The clash list: one row per spoken line, and what to do about it.

use egui::{Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::clash::verdict::Verdict;
use crate::editor::model::line_list::Row;
use crate::editor::model::shown_rows::{Filter, Sort, shown};
use crate::editor::panes::TOOLS_IN_TWO_ROWS;
use crate::editor::theme::{
    GAP, ROUNDING, ROW, SMALL_GAP, SMALL_TEXT, TEXT, TEXT_GAP, TOOLS_TOP, Theme,
};
use crate::editor::views::frame::row_in;
use crate::editor::views::scene::{Scene, Sheet};
use crate::editor::widgets::cells::{self, Column, paint_text};
use crate::editor::widgets::{choice, label};
use crate::found::Report;
use crate::lines::advice::{Advice, Cause, Remedy};
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::advice_words::{advice_text, causes_text, cut_text, louder_text};
use crate::report::export::spreadsheet::to_session_text;

const COLUMNS: [Column; 6] = [
    Column("In", 0.105, 0.22),
    Column("Out", 0.105, 0.0),
    Column("Verdict", 0.175, 0.16),
    Column("Clash", 0.06, 0.11),
    Column("Worst, Hz", 0.135, 0.0),
    Column("What to do", 0.42, 0.51),
];

/// Below this width a view is narrow, logical pixels.
const NARROW: f32 = 640.0;

/// Room for the scroll bar beside the rows.
const SCROLL_BAR_WIDTH: f32 = 10.0;

/// Space left and right of the words of tools that are crowded.
const CROWDED_PADDING: f32 = 5.0;

/// Width of the bar that a chosen row has, left of it: it is told without colour too.
const CHOSEN_BAR_WIDTH: f32 = 3.0;

/// Space between two rows.
const ROW_GAP: f32 = 1.0;

/// Draws the view.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    scene: &mut Scene,
    show_switch: impl FnOnce(&mut Ui, &mut Scene),
) {
    let theme = scene.theme;
    let inner = rect.shrink2(vec2(GAP, TOOLS_TOP));
    let tools = Rect::from_min_size(inner.min, vec2(inner.width(), ROW));
    let files = if rect.width() < TOOLS_IN_TWO_ROWS {
        tools.translate(vec2(0.0, ROW + SMALL_GAP))
    } else {
        tools
    };
    show_tools(ui, tools, files, scene);
    show_switch(ui, scene);
    let head = Rect::from_min_size(
        pos2(inner.left(), files.bottom() + 2.0),
        vec2(inner.width() - SCROLL_BAR_WIDTH, 16.0),
    );
    let rows_rect = Rect::from_min_max(head.left_bottom(), inner.max);
    if rows_rect.height() < 10.0 {
        return;
    }
    show_headings(ui, head, theme);
    strike_chosen_by_key(ui, scene);
    let shown = rows_shown(scene);
    if shown.is_empty() {
        let text = if scene.model.lines.rows().is_empty() {
            "No lines yet. Each spoken line gets a row when it has ended."
        } else {
            "No line like this."
        };
        label::text(
            ui,
            rows_rect,
            Align2::CENTER_CENTER,
            text,
            TEXT,
            theme.quiet,
            text,
        );
        return;
    }
    let builder = egui::UiBuilder::new().max_rect(rows_rect);
    ui.scope_builder(builder, |ui| show_rows(ui, scene, &shown, head.width()));
}

/// Indexes of the rows that are shown, in the order in which they are.
fn rows_shown(scene: &Scene) -> Vec<usize> {
    let (rows, struck) = (scene.model.lines.rows(), &scene.options.struck);
    shown(rows, struck, scene.state.filter, scene.state.sort)
}

/// Strikes the chosen row by a key, while nothing else has the keyboard.
fn strike_chosen_by_key(ui: &Ui, scene: &mut Scene) {
    let chosen = scene
        .state
        .selected
        .and_then(|id| scene.model.lines.row(id));
    if let Some(span_s) = chosen.map(Row::span_s)
        && ui.memory(|memory| memory.focused().is_none())
        && is_strike_pressed(ui)
    {
        strike_or_restore(scene, span_s);
    }
}

fn is_strike_pressed(ui: &Ui) -> bool {
    use egui::{Key, Modifiers};
    ui.input_mut(|input| {
        [Key::Delete, Key::Backspace]
            .into_iter()
            .any(|key| input.consume_key(Modifiers::NONE, key))
    })
}

/// Strikes the line at `span_s` from the list, or has it count again if it is struck.
fn strike_or_restore(scene: &mut Scene, span_s: (f64, f64)) {
    let is_struck = scene.options.struck.has(span_s);
    let struck = &mut scene.options.struck;
    scene
        .edits
        .change_strikes(struck, |struck| match is_struck {
            true => struck.restore(span_s),
            false => struck.strike(span_s),
        });
    scene.state.selected = None;
}

fn show_headings(ui: &Ui, rect: Rect, theme: &Theme) {
    for (Column(heading, ..), cell) in COLUMNS.iter().zip(cells(rect)) {
        if cell.width() > 0.0 {
            let text = label::fitted(ui, heading, cell.width() - TEXT_GAP, SMALL_TEXT);
            label::painted_left(ui, cell, &text, SMALL_TEXT, theme.quiet);
        }
    }
}

fn show_tools(ui: &mut Ui, rect: Rect, files: Rect, scene: &mut Scene) {
    let struck = &scene.options.struck;
    let rows = scene.model.lines.rows().iter();
    let num_struck = rows.filter(|row| struck.has(row.span_s())).count();
    let struck_name = format!("{num_struck} struck");
    let is_crowded = num_struck > 0;
    let used = row_in(ui, rect, |ui| {
        crowd(ui, is_crowded);
        let state = &mut scene.state;
        let mut filters = vec![
            (Filter::All, "All lines", "Every line of the passes so far"),
            (Filter::ToWorkOn, "To work on", "Strained and masked lines"),
            (
                Filter::Masked,
                "Masked",
                "Lines of which half the words or more are lost",
            ),
        ];
        match (num_struck, state.filter) {
            (0, Filter::Struck) => state.filter = Filter::All,
            (0, _) => {}
            _ => {
                let help = "Lines that are struck from list, sums and exports; Delete has the chosen one \
                            count again";
                filters.push((Filter::Struck, &struck_name, help));
            }
        }
        let filter = choice::of(ui, "Show", &filters, state.filter);
        ui.add_space(GAP);
        let sorts = [
            (Sort::Time, "By time", "As on the timeline"),
            (Sort::Clash, "Worst first", "By clash"),
        ];
        let sort = choice::of(ui, "Sort", &sorts, state.sort);
        state.scroll_to_top |= filter.is_some() || sort.is_some();
        state.filter = filter.unwrap_or(state.filter);
        state.sort = sort.unwrap_or(state.sort);
        ui.min_rect().right()
    });
    let left = if files == rect {
        used + if is_crowded { GAP } else { 2.0 * GAP }
    } else {
        files.left()
    };
    let files = Rect::from_min_max(pos2(left, files.top()), files.max);
    row_in(ui, files, |ui| {
        crowd(ui, is_crowded);
        let help = "Copies the rows shown, with tabs, for a spreadsheet";
        if button(ui, "Copy", help) {
            let text = to_session_text(&report_shown(scene), &scene.timeline);
            ui.ctx().copy_text(text);
        }
        let help = "Writes all rows to a file for another program";
        if button(ui, "Export...", help) {
            scene.toggle_sheet(Sheet::Export);
        }
        if button(ui, "Clear", "Forgets all rows and the history") {
            scene.model.clear();
            scene.state.selected = None;
        }
    });
}

/// Makes the tools of a row narrower, so that one more has room, if they are crowded.
fn crowd(ui: &mut Ui, is_crowded: bool) {
    if is_crowded {
        ui.spacing_mut().button_padding.x = CROWDED_PADDING;
        ui.spacing_mut().item_spacing.x = SMALL_GAP;
    }
}

fn button(ui: &mut Ui, text: &str, help: &str) -> bool {
    ui.button(text).on_hover_text(help).clicked()
}

/// The report of the rows that are shown, in the order in which they are.
pub fn report_shown(scene: &Scene) -> Report {
    let rows = scene.model.lines.rows();
    let report = scene
        .model
        .report(&scene.options.struck, scene.track.as_deref());
    let shown = rows_shown(scene);
    Report {
        lines: shown
            .into_iter()
            .map(|row_idx| rows[row_idx].report.clone())
            .collect(),
        ..report
    }
}

fn show_rows(ui: &mut Ui, scene: &mut Scene, shown: &[usize], width: f32) {
    ui.spacing_mut().item_spacing.y = ROW_GAP;
    let row_height = ROW - 2.0;
    let area = scroll_area(scene, shown, row_height);
    area.show_rows(ui, row_height, shown.len(), |ui, range| {
        for &row_idx in &shown[range] {
            let place = ui.available_rect_before_wrap();
            let rect = Rect::from_min_size(place.min, vec2(width, row_height));
            show_row(ui, rect, scene, row_idx);
        }
    });
}

/// Where the rows scroll to, which is asked for once.
fn scroll_area(scene: &mut Scene, shown: &[usize], row_height: f32) -> ScrollArea {
    let to_top = std::mem::take(&mut scene.state.scroll_to_top) && scene.state.sort == Sort::Clash;
    let to_selected = std::mem::take(&mut scene.state.scroll_to_selected);
    // New rows come at the end.
    let mut area = ScrollArea::vertical()
        .id_salt("lines")
        .auto_shrink(false)
        .stick_to_bottom(scene.state.sort == Sort::Time && !to_selected);
    if to_top {
        area = area.vertical_scroll_offset(0.0);
    }
    if to_selected {
        let rows = scene.model.lines.rows();
        let at = shown
            .iter()
            .position(|&row_idx| Some(rows[row_idx].id) == scene.state.selected);
        if let Some(at) = at {
            let above = (at as f32 - 1.0).max(0.0);
            area = area.vertical_scroll_offset(above * (row_height + ROW_GAP));
        }
    }
    area
}

fn show_row(ui: &mut Ui, rect: Rect, scene: &mut Scene, row_idx: usize) {
    let row = &scene.model.lines.rows()[row_idx];
    let id = ui.scope_id().with(("row", row.id));
    ui.allocate_rect(rect, Sense::hover());
    let response = ui.interact(rect, id, Sense::click());
    let is_chosen = scene.state.selected == Some(row.id);
    let texts = texts(row, scene, is_narrow(rect.width()));
    let [start, end, verdict, clash, _, advice] = &texts;
    let number = row_idx + 1;
    let doubt = doubt_text(row);
    let place = scene.timeline.bar_beat(row.span_s().0);
    let spoken =
        format!("Line {number}: {start} to {end}, {verdict}{doubt}, clash {clash}, {advice}");
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &spoken));
    let (theme, verdict) = (scene.theme, row.verdict());
    paint_row(ui, rect, theme, verdict, &texts, is_chosen, &response);
    let (id, span_s) = (row.id, row.span_s());
    let strike_text = match scene.options.struck.has(span_s) {
        true => "Count this line again (Delete)",
        false => "Strike this line: no speech (Delete)",
    };
    let is_clicked = response.clicked();
    let has_focus = response.has_focus();
    if response.gained_focus() {
        // Tab reaches rows that are out of sight.
        response.scroll_to_me_animation(None, egui::style::ScrollAnimation::none());
    }
    let hover_text = format!(
        "{}{}\nWorst, Hz: {}\nSII {:.2} under the music, {:.2} with the duck{}\nDelete or a right click: {}",
        place.map_or(String::new(), |place| format!("Bar {place}\n")),
        advice_text(&row.report.advice),
        causes_text(&row.report.advice.causes),
        row.report.line.figures.sii,
        row.heard_sii,
        doubt.replacen(", ", "\n", 1),
        match scene.options.struck.has(span_s) {
            true => "counts it again",
            false => "strikes it from list and sums, if it is no speech",
        }
    );
    let mut is_strike = has_focus && is_strike_pressed(ui);
    response.context_menu(|ui| {
        if ui.button(strike_text).clicked() {
            is_strike = true;
            ui.close();
        }
    });
    response.on_hover_text(hover_text);
    if is_strike {
        strike_or_restore(scene, span_s);
    } else if is_clicked {
        let end_s = span_s.1;
        scene.state.selected = (!is_chosen).then_some(id);
        scene.show_in_history(end_s);
    }
}

/// That the line may be no speech, for people who hear it; empty if it is.
fn doubt_text(row: &Row) -> String {
    let line = &row.report.line;
    match line.may_be_no_voice() {
        true => format!(", may be no speech (confidence {:.2})", line.confidence),
        false => String::new(),
    }
}

fn texts(row: &Row, scene: &Scene, is_narrow: bool) -> [String; 6] {
    let line = &row.report.line;
    let hz = |cause: &Cause| format!("{:.0}", NOMINAL_HZ[cause.band_idx]);
    let causes: Vec<String> = row.report.advice.causes.iter().map(hz).collect();
    let advice = short_advice(&row.report.advice);
    [
        scene.timeline.start_text(line.start_s),
        scene.timeline.end_text(line.end_s),
        verdict_text(row, is_narrow),
        format!("{:.0} %", line.clash_percent),
        causes.join(", "),
        match scene.timeline.bar_beat(line.start_s) {
            Some(place) if !is_narrow => format!("{place}: {advice}"),
            _ => advice,
        },
    ]
}

/// The verdict, before and with the duck; with a question mark where the line may be no speech.
fn verdict_text(row: &Row, is_narrow: bool) -> String {
    let mut text = row.verdict().word().to_owned();
    if !is_narrow && row.is_ducked() && row.heard_verdict() != row.verdict() {
        text = format!("{text}, now {}", row.heard_verdict().word());
    }
    match row.report.line.may_be_no_voice() {
        true => format!("{text} ?"),
        false => text,
    }
}

/// The furthest that an equaliser or the fader can do, in one go: `2.3 dB less at 1.6 to 2.5 kHz, or
/// 4.0 dB on the fader`.
pub fn short_advice(advice: &Advice) -> String {
    if advice.is_clear() {
        return "Nothing to do".to_owned();
    }
    let helps = |remedy: &&Remedy| remedy.cut.is_some() || remedy.fader_cut_db.is_some();
    let Some(remedy) = advice.remedies.iter().rev().find(helps) else {
        let louder = advice.remedies.iter().rev().find_map(|it| it.louder);
        if let Some(louder) = louder {
            return format!("Louder dialogue, {}: no cut helps", louder_text(louder));
        }
        return "No level helps: change the music".to_owned();
    };
    let cut = remedy.cut.map(|cut| {
        let text = cut_text(&cut.what);
        text.trim_start_matches('-')
            .replacen(" dB at", " dB less at", 1)
    });
    let fader = remedy
        .fader_cut_db
        .map(|fader| format!("{:.1} dB on the fader", fader.what));
    let ways: Vec<String> = cut.into_iter().chain(fader).collect();
    let ways = ways.join(", or ");
    match remedy.goal {
        Verdict::Clear => ways,
        goal => format!("{} at best: {ways}", goal.word()),
    }
}

fn paint_row(
    ui: &Ui,
    rect: Rect,
    theme: &Theme,
    verdict: Verdict,
    texts: &[String; 6],
    is_chosen: bool,
    response: &egui::Response,
) {
    let painter = ui.painter();
    if is_chosen {
        painter.rect_filled(rect, ROUNDING, theme.accent.gamma_multiply(0.25));
        let bar = rect.with_max_x(rect.left());
        painter.rect_filled(
            bar.with_min_x(bar.left() - CHOSEN_BAR_WIDTH),
            0.0,
            theme.accent,
        );
    } else if response.hovered() {
        painter.rect_filled(rect, ROUNDING, theme.grid);
    }
    if response.has_focus() {
        let stroke = Stroke::new(2.0, theme.accent);
        painter.rect_stroke(rect, ROUNDING, stroke, StrokeKind::Inside);
    }
    for (column, (text, cell)) in texts.iter().zip(cells(rect)).enumerate() {
        if cell.width() == 0.0 {
            continue;
        }
        let color = match column {
            2 => theme.verdict(verdict),
            4 | 5 if verdict == Verdict::Clear => theme.quiet,
            _ => theme.text,
        };
        paint_text(ui, cell, text, color);
    }
}

/// Whether rows of this width are those of a narrow view.
fn is_narrow(row_width: f32) -> bool {
    row_width + 2.0 * GAP + SCROLL_BAR_WIDTH < NARROW
}

/// The cells of a row.
fn cells(rect: Rect) -> [Rect; 6] {
    let columns = rect.translate(vec2(2.0, 0.0));
    cells::of_row(&COLUMNS, columns, is_narrow(rect.width()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::moves::{BandCut, Move};

    #[test]
    fn advice_is_one_short_sentence() {
        assert_eq!(short_advice(&Advice::default()), "Nothing to do");
        let cut = BandCut {
            low_band_idx: 12,
            high_band_idx: 14,
            cut_db: 2.3,
        };
        let remedy = |goal, cut: Option<BandCut>| Remedy {
            goal,
            louder: None,
            cut: cut.map(|what| Move { what, sii: 0.5 }),
            fader_cut_db: cut.map(|_| Move {
                what: 4.0,
                sii: 0.5,
            }),
        };
        let text = |remedies| {
            short_advice(&Advice {
                causes: Vec::new(),
                remedies,
                in_surrounds: None,
            })
        };
        assert_eq!(
            text(vec![remedy(Verdict::Clear, Some(cut))]),
            "2.3 dB less at 1.4 to 2.8 kHz, or 4.0 dB on the fader"
        );
        let both = vec![
            remedy(Verdict::Strained, Some(cut)),
            remedy(Verdict::Clear, None),
        ];
        assert!(text(both).starts_with("strained at best: 2.3 dB less"));
        let none = vec![remedy(Verdict::Clear, None)];
        assert!(text(none).contains("change the music"));
    }
}
