//! The history: a clash map over speech, intelligibility and the lines, along the transport.

use egui::{
    Align2, EventFilter, Key, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::clash::choices::{CLEAR_ABOVE_SII, MASKED_BELOW_SII};
use crate::clash::verdict::Verdict;
use crate::editor::axis::TimeAxis;
use crate::editor::model::hop_history::{COLUMN_S, Cell, columns_per_bin};
use crate::editor::theme::{
    GAP, LABELS_HEIGHT, LABELS_WIDTH, ROUNDING, ROW, SMALL_GAP, SMALL_TEXT, TOOLS_TOP, Theme, font,
};
use crate::editor::views::frame::row_in;
use crate::editor::views::history_map::{MARGIN_BINS, PIECE_BINS};
use crate::editor::views::scene::Scene;
use crate::editor::widgets::{choice, label};
use crate::params::session::SPANS_S;

/// Share of the history's length that lies ahead of the transport.
const AHEAD: f64 = 0.06;

/// Share of what is shown by which an arrow key moves it.
const KEY_SHARE: f64 = 0.1;

/// The SII at the top of its curve.
const SII_TOP: f32 = 0.9;

/// Below this width the row of tools has no name, logical pixels.
const NAMED_FROM: f32 = 480.0;

/// Height of the lane of lines, logical pixels.
const LINES_HEIGHT: f32 = 12.0;

/// Draws the view.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let tools = Rect::from_min_size(
        rect.min + vec2(GAP, TOOLS_TOP),
        vec2(rect.width() - 2.0 * GAP, ROW),
    );
    show_tools(ui, tools, scene);
    let area = Rect::from_min_max(
        pos2(rect.left() + LABELS_WIDTH, tools.bottom() + SMALL_GAP),
        pos2(rect.right() - GAP, rect.bottom() - LABELS_HEIGHT),
    );
    if area.height() < 40.0 || area.width() < 40.0 {
        return;
    }
    let span_s = scene.options.span_s;
    // In steps of bins: between them nothing moves, and nothing of it has to be painted.
    let bin_s = bin_s(span_s, area.width());
    let follow_s = ((scene.model.now_s + AHEAD * span_s) / bin_s).floor() * bin_s;
    let end_s = scene.state.history_end_s.unwrap_or(follow_s).max(span_s);
    let time = TimeAxis {
        start_s: end_s - span_s,
        span_s,
        left: area.left(),
        right: area.right(),
    };
    let lanes = HistoryRows::of(area);
    let painter = ui.painter().with_clip_rect(rect);
    let inside = painter.with_clip_rect(area);
    // Beyond its edges, so that nothing behind it has to be painted there.
    inside.rect_filled(area.expand(1.0), 0.0, theme.plot);
    let bins = Bins::new(scene, &time);
    draw_map(ui, &lanes.map, scene, &bins, &time);
    draw_time(&painter, area, scene, &time);
    draw_speech(&painter, lanes.speech, theme, &bins, &time);
    draw_sii(&painter, lanes.sii, theme, &bins, &time);
    move_by_pointer(ui, area, scene, &time);
    show_lines(ui, lanes.lines, area, scene, &time);
    let now_x = time.x_from_s(scene.model.now_s).round();
    if area.x_range().contains(now_x) {
        inside.vline(now_x, area.y_range(), Stroke::new(1.0, theme.text));
    }
    let small = |at: egui::Pos2, text: &str| {
        painter.text(
            at,
            Align2::RIGHT_CENTER,
            text,
            font(SMALL_TEXT - 1.0),
            theme.quiet,
        );
    };
    let left = area.left() - 4.0;
    if lanes.map.height() > 60.0 {
        small(pos2(left, lanes.map.top() + 6.0), "10k");
        small(pos2(left, lanes.map.center().y), "1k");
        small(pos2(left, lanes.map.bottom() - 6.0), "100");
    }
    small(pos2(left, lanes.sii.center().y), "SII");
}

fn show_tools(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    row_in(ui, rect, |ui| {
        // In a narrow place the tab has said it.
        if rect.width() >= NAMED_FROM {
            ui.label(egui::RichText::new("History").color(scene.theme.quiet));
        }
        for span_s in SPANS_S {
            let text = if span_s < 60.0 {
                format!("{span_s:.0} s")
            } else {
                format!("{:.0} min", span_s / 60.0)
            };
            let is_on = scene.options.span_s == span_s;
            if choice::toggle(ui, "History", &text, is_on, "Length of the history").clicked() {
                scene.options.span_s = span_s;
            }
        }
        let is_following = scene.state.history_end_s.is_none();
        let help = "Follows the transport; drag the history to look elsewhere";
        if choice::toggle(ui, "", "Follow", is_following, help).clicked() {
            scene.state.history_end_s = None;
        }
    });
}

/// The parts of the view, from the top.
struct HistoryRows {
    map: Rect,
    speech: Rect,
    sii: Rect,
    lines: Rect,
}

impl HistoryRows {
    fn of(area: Rect) -> Self {
        let speech_height = 5.0;
        let rest = area.height() - LINES_HEIGHT - speech_height - 4.0;
        let map_height = (0.62 * rest).round();
        let lane = |top: f32, height: f32| {
            Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height))
        };
        let map = lane(area.top(), map_height);
        let speech = lane(map.bottom() + 2.0, speech_height);
        let sii = lane(speech.bottom() + 2.0, rest - map_height);
        let lines = lane(sii.bottom(), LINES_HEIGHT);
        Self {
            map,
            speech,
            sii,
            lines,
        }
    }
}

/// The cells across the screen, and as many more as make whole pieces of the map.
struct Bins {
    cells: Vec<Cell>,
    /// The piece with whose margin they begin.
    first_piece: i64,
    /// Where the first one begins, s, and how long each is, s.
    start_s: f64,
    bin_s: f64,
}

/// How long a bin is, s, where `span_s` takes so many pixels.
fn bin_s(span_s: f64, width: f32) -> f64 {
    columns_per_bin(span_s, width) as f64 * COLUMN_S
}

impl Bins {
    fn new(scene: &Scene, time: &TimeAxis) -> Self {
        let num_columns = columns_per_bin(time.span_s, time.right - time.left);
        let bin_s = bin_s(time.span_s, time.right - time.left);
        let piece_s = PIECE_BINS as f64 * bin_s;
        let first_piece = (time.start_s / piece_s).floor() as i64;
        let end_piece = (time.end_s() / piece_s).ceil() as i64;
        let first = first_piece * PIECE_BINS - MARGIN_BINS;
        let end = end_piece * PIECE_BINS + MARGIN_BINS;
        let cells = (first..end)
            .map(|bin| scene.model.history.cell(bin * num_columns, num_columns))
            .collect();
        Self {
            cells,
            first_piece,
            start_s: first as f64 * bin_s,
            bin_s,
        }
    }

    fn x_range(&self, bin_idx: usize, time: &TimeAxis) -> (f32, f32) {
        let from_s = self.start_s + bin_idx as f64 * self.bin_s;
        (time.x_from_s(from_s), time.x_from_s(from_s + self.bin_s))
    }

    /// Stretches of neighbouring bins for which `is_in`, as ranges of their indexes.
    fn runs(&self, is_in: impl Fn(&Cell) -> bool) -> Vec<std::ops::Range<usize>> {
        let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
        for (idx, cell) in self.cells.iter().enumerate() {
            match runs.last_mut() {
                Some(run) if is_in(cell) && run.end == idx => run.end += 1,
                _ if is_in(cell) => runs.push(idx..idx + 1),
                _ => {}
            }
        }
        runs
    }
}

fn draw_map(ui: &Ui, lane: &Rect, scene: &mut Scene, bins: &Bins, time: &TimeAxis) {
    let painter = ui.painter().with_clip_rect(*lane);
    let x = |piece: i64| time.x_from_s((piece * PIECE_BINS) as f64 * bins.bin_s);
    let cells = (bins.cells.as_slice(), bins.bin_s);
    let map = &mut scene.state.map;
    map.paint(&painter, *lane, scene.theme, cells, bins.first_piece, x);
}

fn draw_time(painter: &Painter, area: Rect, scene: &Scene, time: &TimeAxis) {
    let theme = scene.theme;
    for time_s in time.ticks_s(110.0) {
        let x = time.x_from_s(time_s);
        let inside = painter.with_clip_rect(area);
        inside.vline(x, area.y_range(), Stroke::new(1.0, theme.grid));
        let text = scene.timeline.start_text(time_s);
        // Full seconds need no milliseconds.
        let text = text.strip_suffix(".000").unwrap_or(&text);
        if x + 80.0 < area.right() + GAP {
            let at = pos2(x + 3.0, area.bottom() + 2.0);
            painter.text(at, Align2::LEFT_TOP, text, font(SMALL_TEXT), theme.quiet);
        }
    }
}

fn draw_speech(painter: &Painter, lane: Rect, theme: &Theme, bins: &Bins, time: &TimeAxis) {
    let painter = painter.with_clip_rect(lane);
    for run in bins.runs(|cell| cell.is_speech) {
        let (left, _) = bins.x_range(run.start, time);
        let (_, right) = bins.x_range(run.end - 1, time);
        let part = Rect::from_x_y_ranges(left..=right, lane.y_range());
        painter.rect_filled(part, 0.0, theme.dialogue);
    }
}

/// The intelligibility, with the limits of the verdicts.
fn draw_sii(painter: &Painter, lane: Rect, theme: &Theme, bins: &Bins, time: &TimeAxis) {
    let y = |sii: f32| lane.bottom() - (sii / SII_TOP).clamp(0.0, 1.0) * lane.height();
    let painter = painter.with_clip_rect(lane);
    for (limit, color) in [
        (CLEAR_ABOVE_SII, theme.clear),
        (MASKED_BELOW_SII, theme.masked),
    ] {
        let stroke = Stroke::new(1.0, color.gamma_multiply(0.45));
        painter.hline(lane.x_range(), y(limit), stroke);
    }
    for run in bins.runs(|cell| cell.is_speech) {
        let curve = |sii_of: fn(&Cell) -> f32, stroke: Stroke| {
            let points: Vec<egui::Pos2> = run
                .clone()
                .map(|idx| {
                    let (left, right) = bins.x_range(idx, time);
                    pos2(0.5 * (left + right), y(sii_of(&bins.cells[idx])))
                })
                .collect();
            painter.add(egui::Shape::line(points, stroke));
        };
        // Thin: the music untouched. Full: with the cuts of the duck.
        curve(|cell| cell.sii, Stroke::new(1.0, theme.quiet));
        curve(|cell| cell.heard_sii, Stroke::new(2.0, theme.text));
    }
}

fn move_by_pointer(ui: &mut Ui, area: Rect, scene: &mut Scene, time: &TimeAxis) {
    let response = ui.interact(area, ui.scope_id().with("history"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Clash map"));
    let mut moved_s = 0.0;
    if response.dragged() {
        let px_s = time.span_s / f64::from(area.width().max(1.0));
        moved_s -= f64::from(response.drag_delta().x) * px_s;
    }
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let presses = |key| ui.input(|input| input.num_presses(key)) as f64;
        moved_s += KEY_SHARE * time.span_s * (presses(Key::ArrowRight) - presses(Key::ArrowLeft));
        let stroke = Stroke::new(2.0, scene.theme.accent);
        let painter = ui.painter();
        painter.rect_stroke(area, 0.0, stroke, StrokeKind::Inside);
    }
    if response.dragged() || moved_s != 0.0 {
        let end_s = (time.end_s() + moved_s).max(time.span_s);
        scene.state.history_end_s = Some(end_s);
    }
    if response.clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        let at_s = time.s_from_x(at.x);
        let row = scene.model.lines.rows().iter().find(|row| {
            let (start_s, end_s) = row.span_s();
            (start_s..end_s).contains(&at_s) && !scene.options.struck.has(row.span_s())
        });
        scene.state.selected = row.map(|row| row.id);
        scene.state.scroll_to_selected = true;
    }
    if response.hovered() {
        let notches = ui.input(|input| input.smooth_scroll_delta().y);
        let at = SPANS_S.iter().position(|&span_s| span_s == time.span_s);
        let wanted = match at {
            Some(idx) if notches > 15.0 => idx.checked_sub(1),
            Some(idx) if notches < -15.0 => Some(idx + 1),
            _ => None,
        };
        if let Some(&span_s) = wanted.and_then(|idx| SPANS_S.get(idx)) {
            scene.options.span_s = span_s;
        }
    }
}

/// A frame for clear, half full for strained, full for masked: as the lamps of the others, told without their colours.
fn paint_mark(painter: &Painter, mark: Rect, theme: &Theme, verdict: Verdict) {
    let color = theme.verdict(verdict);
    let full = match verdict {
        Verdict::Clear => 0.0,
        Verdict::Strained => 0.5,
        Verdict::Masked => 1.0,
    };
    let top = mark.bottom() - full * mark.height();
    painter.rect_filled(mark.with_min_y(top), 0.0, color);
    painter.rect_stroke(mark, 1.0, Stroke::new(1.0, color), StrokeKind::Inside);
}

/// A mark under each line that tells its verdict, and the chosen one over all lanes.
fn show_lines(ui: &mut Ui, lane: Rect, area: Rect, scene: &mut Scene, time: &TimeAxis) {
    let theme = scene.theme;
    let rows = scene.model.lines.rows();
    let first = rows.partition_point(|row| row.span_s().0 < time.start_s - 60.0);
    let mut clicked = None;
    for row in rows[first..]
        .iter()
        .take_while(|row| row.span_s().0 < time.end_s())
        .filter(|row| !scene.options.struck.has(row.span_s()))
    {
        let (start_s, end_s) = row.span_s();
        let left = time.x_from_s(start_s).max(lane.left());
        let right = time.x_from_s(end_s).min(lane.right());
        if right <= left {
            continue;
        }
        let mark = Rect::from_x_y_ranges(left..=(right - 1.0).max(left + 2.0), lane.y_range());
        let is_chosen = scene.state.selected == Some(row.id);
        let inset = if is_chosen { 0.0 } else { 2.0 };
        let bar = mark.shrink2(vec2(0.0, inset));
        paint_mark(ui.painter(), bar, theme, row.verdict());
        if is_chosen {
            let over = Rect::from_x_y_ranges(mark.x_range(), area.y_range());
            let stroke = Stroke::new(1.0, theme.text);
            let kind = egui::StrokeKind::Inside;
            ui.painter().rect_stroke(over, 0.0, stroke, kind);
        }
        let response = ui.interact(mark, ui.scope_id().with(("mark", row.id)), Sense::CLICK);
        let report = &row.report;
        let spoken = format!(
            "Line at {}, {}",
            scene.timeline.start_text(start_s),
            row.verdict().word()
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
        if response.clicked() {
            clicked = Some(row.id);
        }
        let advice = crate::report::advice_words::advice_text(&report.advice);
        response.on_hover_text(format!(
            "{spoken}, clash {:.0} %\n{advice}",
            report.line.clash_percent
        ));
    }
    if clicked.is_some() {
        scene.state.selected = clicked;
        scene.state.scroll_to_selected = true;
    }
    if rows.is_empty() && scene.model.newest.position_samples == 0 {
        let text = "Press play: what is heard stays here.";
        label::painted(ui, area, Align2::CENTER_CENTER, text, 14.0, theme.quiet);
    }
}
