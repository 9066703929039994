//! The verdict: can they hear the words? Read from two metres.

use egui::{Align2, Color32, Rect, Stroke, Ui, pos2, vec2};

use crate::clash::choices::{CLEAR_ABOVE_SII, GUIDE_LU, MASKED_BELOW_SII};
use crate::clash::verdict::Verdict;
use crate::editor::model::after_duck::is_cut;
use crate::editor::model::presence::Side;
use crate::editor::theme::{GAP, ROUNDING, SMALL_TEXT, TEXT, Theme};
use crate::editor::views::lines::short_advice;
use crate::editor::views::notice;
use crate::editor::views::scene::Scene;
use crate::editor::widgets::label;
use crate::report::advice_words::{advice_text, causes_text};

/// Time for which the figures of speech stay when it has ended, s.
const LINGER_S: f64 = 2.0;

/// The SII at the right end of its scale: more is never needed.
const SII_SCALE_END: f32 = 0.75;

/// Ends of the scale of the loudness difference, LU.
const LU_SCALE: (f32, f32) = (-10.0, 30.0);

/// Draws the column.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let inner = rect.shrink(GAP);
    let notice = notice::of(scene);
    let notice_height = notice.map_or(0.0, |_| notice::height(inner));
    let body = Rect::from_min_max(
        inner.min,
        pos2(inner.right(), inner.bottom() - notice_height),
    );
    read(scene);
    // Shares of the height, so that all of it grows with the window.
    let shares: [f32; 4] = [0.36, 0.32, 0.20, 0.12];
    let mut top = body.top();
    let [now, last, loudness, lamp] = shares.map(|share| {
        let part = Rect::from_min_size(
            pos2(body.left(), top),
            vec2(body.width(), share * body.height()),
        );
        top = part.bottom();
        part
    });
    show_now(ui, now, scene);
    show_line(ui, last, scene);
    show_loudness(ui, loudness, scene);
    show_lamp(ui, lamp, scene);
    if let Some(text) = notice {
        let place = Rect::from_min_max(pos2(inner.left(), body.bottom() + 4.0), inner.max);
        notice::show(ui, place, scene, text);
    }
}

/// Reads the newest frame at a rate that people can follow.
fn read(scene: &mut Scene) {
    let newest = &scene.model.newest;
    let readings = &mut scene.state.readings;
    let now_s = scene.now_s;
    if newest.is_speech && newest.figures.sii_without_music > 0.0 {
        if readings.spoke_s.is_none() {
            readings.sii.reset();
            readings.before_cut.reset();
        }
        let sii = readings.sii.show(scene.model.heard.shown, now_s);
        readings.before_cut.show(newest.figures.sii, now_s);
        readings.is_cut = is_cut(newest);
        readings.without = newest.figures.sii_without_music;
        readings.now = Some((sii, Verdict::new(sii, readings.without)));
        readings.spoke_s = Some(now_s);
    } else if readings
        .spoke_s
        .is_some_and(|spoke_s| now_s - spoke_s > LINGER_S)
    {
        readings.spoke_s = None;
        readings.now = None;
    }
}

fn show_now(ui: &Ui, rect: Rect, scene: &Scene) {
    let theme = scene.theme;
    let now = scene.state.readings.now;
    let is_speech = scene.model.newest.is_speech;
    let nothing = match scene.model.presence.dialogue() {
        Side::Missing => "No dialogue",
        _ => "No speech",
    };
    let (word, figure, color) = match now {
        Some((sii, verdict)) => (
            capital(verdict.word()),
            format!("{sii:.2}"),
            theme.verdict(verdict),
        ),
        None => (nothing.to_owned(), String::new(), theme.quiet),
    };
    let spoken = match now {
        Some((sii, verdict)) => format!("Intelligibility now: {}, {sii:.2}", verdict.word()),
        None => format!("Intelligibility now: {}", nothing.to_lowercase()),
    };
    // What lingers is a little darker than what is heard.
    let color = if now.is_some() && !is_speech {
        color.gamma_multiply(0.75)
    } else {
        color
    };
    let parts = Parts::of(rect);
    heading(ui, parts.heading, theme, "Intelligibility now");
    let size = word_size(ui, rect.width(), parts.word.height());
    let word_size = if now.is_some() { size } else { 0.6 * size };
    label::bold(
        ui,
        parts.word,
        Align2::LEFT_CENTER,
        &word,
        word_size,
        color,
        &spoken,
    )
    .on_hover_text(
        "Clear: the words get through. Strained: some are lost or cost an effort. Masked: \
             half of them or more are lost. Judged by the Speech Intelligibility Index (0 to 1) \
             of the dialogue under this music.",
    );
    let figure_size = (0.95 * parts.figure.height())
        .min(0.7 * size)
        .max(SMALL_TEXT);
    label::painted(
        ui,
        parts.figure,
        Align2::LEFT_CENTER,
        &figure,
        figure_size,
        theme.text,
    );
    let unit = pos2(
        parts.figure.left() + label::width_of(ui, &figure, figure_size) + 6.0,
        parts.figure.center().y,
    );
    let readings = &scene.state.readings;
    let before_cut = (now.is_some() && readings.is_cut).then(|| readings.before_cut.shown());
    let unit_text = match before_cut {
        Some(sii) => format!("SII, {sii:.2} unducked"),
        None if now.is_some() => "SII".to_owned(),
        None => String::new(),
    };
    let unit_rect = Rect::from_min_max(pos2(unit.x, parts.figure.top()), parts.figure.max);
    let unit_size = (0.4 * figure_size).clamp(SMALL_TEXT, 22.0);
    let unit_text = label::fitted(ui, &unit_text, unit_rect.width(), unit_size);
    label::painted(
        ui,
        unit_rect,
        Align2::LEFT_CENTER,
        &unit_text,
        unit_size,
        theme.quiet,
    );
    sii_scale(ui, parts.scale, theme, now.map(|(sii, _)| sii), before_cut);
}

/// Zones of the SII with a mark where it is.
fn sii_scale(ui: &Ui, rect: Rect, theme: &Theme, sii: Option<f32>, before_cut: Option<f32>) {
    let x = |sii: f32| rect.left() + (sii / SII_SCALE_END).clamp(0.0, 1.0) * rect.width();
    let half_height = (0.16 * rect.height()).clamp(3.0, 8.0);
    let painter = ui.painter();
    for (from, to, color) in [
        (0.0, MASKED_BELOW_SII, theme.masked),
        (MASKED_BELOW_SII, CLEAR_ABOVE_SII, theme.strained),
        (CLEAR_ABOVE_SII, SII_SCALE_END, theme.clear),
    ] {
        let zone = Rect::from_min_max(
            pos2(x(from) + 1.0, rect.center().y - half_height),
            pos2(x(to) - 1.0, rect.center().y + half_height),
        );
        painter.rect_filled(zone, 1.0, color.gamma_multiply(0.55));
    }
    if let Some(sii) = before_cut {
        let half = vec2(2.0, 0.5 * rect.height());
        let mark = Rect::from_center_size(pos2(x(sii), rect.center().y), half);
        painter.rect_filled(mark, 1.0, theme.quiet);
    }
    if let Some(sii) = sii {
        let mark = Rect::from_center_size(pos2(x(sii), rect.center().y), vec2(4.0, rect.height()));
        painter.rect_filled(mark.intersect(rect.expand(2.0)), 1.0, theme.text);
    }
}

/// The chosen line, or else the last one that was spoken, and what to do about it.
fn show_line(ui: &Ui, rect: Rect, scene: &Scene) {
    let theme = scene.theme;
    let lines = &scene.model.lines;
    let chosen = scene.state.selected.and_then(|id| lines.row(id));
    let title = if chosen.is_some() {
        "Chosen line"
    } else {
        "Last line"
    };
    let parts = Parts::of(rect);
    let size = word_size(ui, rect.width(), parts.word.height());
    let Some(row) = chosen.or(lines.last()) else {
        heading(ui, parts.heading, theme, title);
        let (place, quiet) = (parts.word, theme.quiet);
        let spoken = "Last line: none yet";
        label::text(
            ui,
            place,
            Align2::LEFT_CENTER,
            "None yet",
            0.5 * size,
            quiet,
            spoken,
        );
        return;
    };
    let line = &row.report.line;
    let advice = &row.report.advice;
    let verdict = row.heard_verdict();
    let when = scene.timeline.start_text(line.start_s);
    heading(ui, parts.heading, theme, &format!("{title}, {when}"));
    let spoken = format!(
        "{title}: {}, {:.2}, clash {:.0} %, {:+.1} LU. {}",
        verdict.word(),
        row.heard_sii,
        line.clash_percent,
        line.loudness_difference_lu,
        short_advice(advice)
    );
    let word = capital(verdict.word());
    let color = theme.verdict(verdict);
    label::bold(
        ui,
        parts.word,
        Align2::LEFT_CENTER,
        &word,
        size,
        color,
        &spoken,
    )
    .on_hover_text(format!(
        "Worst, Hz: {}\n{}",
        causes_text(&advice.causes),
        advice_text(advice)
    ));
    let unducked = if row.is_ducked() {
        format!(", {:.2} unducked", line.figures.sii)
    } else {
        format!(", {:.0} % clash", line.clash_percent)
    };
    let figures = format!("{:.2} SII{unducked}", row.heard_sii);
    let figure_size = (0.4 * size).clamp(TEXT, 26.0);
    let figures = label::fitted(ui, &figures, rect.width(), figure_size);
    let place = Rect::from_min_size(parts.figure.min, vec2(rect.width(), figure_size + 6.0));
    label::painted(
        ui,
        place,
        Align2::LEFT_CENTER,
        &figures,
        figure_size,
        theme.text,
    );
    let rest = Rect::from_min_max(place.left_bottom() + vec2(0.0, 2.0), rect.max);
    let advice_size = (0.24 * size).clamp(SMALL_TEXT + 1.0, 20.0);
    label::wrapped(ui, rest, &short_advice(advice), advice_size, theme.text);
}

fn show_loudness(ui: &Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    let is_read = scene.state.readings.now.is_some();
    let is_speech = scene.model.newest.is_speech;
    let readings = &mut scene.state.readings;
    let shown = &mut readings.difference_lu;
    let difference_lu = match (is_read, is_speech) {
        (false, _) => None,
        (true, true) => Some(shown.show(scene.model.newest.loudness_difference_lu, scene.now_s)),
        // As it was when speech ended.
        (true, false) => Some(shown.shown()),
    };
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 18.0));
    heading(ui, head, theme, "Dialogue over music");
    let scale_height = 16.0;
    let figure = Rect::from_min_max(
        head.left_bottom(),
        pos2(rect.right(), rect.bottom() - scale_height - 6.0),
    );
    let scale = Rect::from_min_size(figure.left_bottom(), vec2(rect.width(), scale_height));
    let (text, color) = match difference_lu {
        Some(lu) if lu < GUIDE_LU => (format!("{lu:+.1} LU"), theme.text),
        Some(lu) => (format!("{lu:+.1} LU"), theme.clear),
        None => (String::new(), theme.quiet),
    };
    let spoken = match difference_lu {
        Some(lu) => format!("Dialogue over music: {lu:+.1} LU"),
        None => "Dialogue over music: no speech".to_owned(),
    };
    let size = (0.85 * figure.height())
        .min(0.16 * rect.width())
        .clamp(TEXT, 60.0);
    label::bold(ui, figure, Align2::LEFT_CENTER, &text, size, color, &spoken).on_hover_text(
        "Loudness difference, momentary (400 ms, ITU-R BS.1770). The line at 10 LU is what \
         listeners who know the material ask for.",
    );
    let axis = LuScale(scale);
    let painter = ui.painter();
    let line = |x: f32, width: f32, color: Color32| {
        painter.vline(x, scale.y_range(), Stroke::new(width, color));
    };
    let track = Rect::from_center_size(scale.center(), vec2(scale.width(), 4.0));
    painter.rect_filled(track, 1.0, theme.grid);
    line(axis.x(0.0), 1.0, theme.edge);
    line(axis.x(GUIDE_LU), 2.0, theme.clear);
    if let Some(lu) = difference_lu {
        let (zero, x) = (axis.x(0.0), axis.x(lu));
        let bar = Rect::from_x_y_ranges(
            zero.min(x)..=zero.max(x),
            scale.center().y - 3.0..=scale.center().y + 3.0,
        );
        painter.rect_filled(bar, 1.0, color);
        line(x, 4.0, theme.text);
    }
}

/// The scale of the loudness difference.
struct LuScale(Rect);

impl LuScale {
    fn x(&self, lu: f32) -> f32 {
        let (min, max) = LU_SCALE;
        self.0.left() + ((lu - min) / (max - min)).clamp(0.0, 1.0) * self.0.width()
    }
}

fn show_lamp(ui: &Ui, rect: Rect, scene: &Scene) {
    let theme = scene.theme;
    let newest = &scene.model.newest;
    let (text, fill) = match scene.model.presence.dialogue() {
        Side::Missing => ("No dialogue", None),
        Side::Silent => ("Dialogue silent", None),
        _ if newest.is_speech => ("Speech", Some(theme.dialogue)),
        _ => ("No speech", None),
    };
    let radius = (0.22 * rect.height()).clamp(5.0, 14.0);
    let centre = pos2(rect.left() + radius + 1.0, rect.center().y);
    let painter = ui.painter();
    match fill {
        Some(color) => painter.circle_filled(centre, radius, color),
        None => painter.circle_stroke(centre, radius - 1.0, Stroke::new(2.0, theme.edge)),
    };
    let size = (0.42 * rect.height()).clamp(TEXT, 26.0);
    let place = Rect::from_min_max(pos2(centre.x + radius + 8.0, rect.top()), rect.max);
    let color = if fill.is_some() {
        theme.text
    } else {
        theme.quiet
    };
    let spoken = format!("Sidechain: {text}");
    label::text(ui, place, Align2::LEFT_CENTER, text, size, color, &spoken)
        .on_hover_text("Lit while speech is heard on the sidechain.");
}

/// Where heading, word, figure and scale of a block stand.
struct Parts {
    heading: Rect,
    word: Rect,
    figure: Rect,
    scale: Rect,
}

impl Parts {
    fn of(rect: Rect) -> Self {
        let heading_height = 18.0;
        let rest = (rect.height() - heading_height - GAP).max(0.0);
        let at = |from: f32, share: f32| {
            let top = rect.top() + heading_height + from * rest;
            Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), share * rest))
        };
        Self {
            heading: Rect::from_min_size(rect.min, vec2(rect.width(), heading_height)),
            word: at(0.0, 0.5),
            figure: at(0.5, 0.32),
            scale: at(0.82, 0.18),
        }
    }
}

fn heading(ui: &Ui, rect: Rect, theme: &Theme, text: &str) {
    let text = label::fitted(ui, text, rect.width(), SMALL_TEXT);
    label::painted(
        ui,
        rect,
        Align2::LEFT_CENTER,
        &text,
        SMALL_TEXT,
        theme.quiet,
    );
}

/// The largest size at which the longest of the words fits.
fn word_size(ui: &Ui, width: f32, height: f32) -> f32 {
    let at_100 = label::width_of(ui, "No speech", 100.0);
    (100.0 * width / at_100)
        .min(0.9 * height)
        .clamp(TEXT, 120.0)
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
