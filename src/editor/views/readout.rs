//! The verdict: can they hear the words? Read from two metres.

use egui::{Align2, Color32, Rect, Stroke, Ui, pos2, vec2};

use crate::clash::choices::{CLEAR_ABOVE_SII, GUIDE_LU, MASKED_BELOW_SII};
use crate::clash::verdict::Verdict;
use crate::editor::model::after_duck::is_cut;
use crate::editor::model::line_list::Row;
use crate::editor::model::presence::Side;
use crate::editor::theme::{
    GAP, LARGE_TEXT, ROUNDING, SMALL_GAP, SMALL_TEXT, TEXT, TEXT_GAP, Theme,
};
use crate::editor::views::audience_row;
use crate::editor::views::lines::short_advice;
use crate::editor::views::notice;
use crate::editor::views::scene::Scene;
use crate::editor::widgets::label;
use crate::found::compare::UNSURE;
use crate::report::advice_words::{advice_text, causes_text};
use crate::settings::{AUDIENCE, Audience};

/// Time for which the figures of speech stay when it has ended, s.
const LINGER_S: f64 = 2.0;

/// The SII at the right end of its scale: more is never needed.
const SII_SCALE_END: f32 = 0.75;

/// Height of the heading of a block.
const HEADING_HEIGHT: f32 = 18.0;

/// Ends of the scale of the loudness difference, LU.
const LU_SCALE: (f32, f32) = (-10.0, 30.0);

/// Draws the column.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let inner = rect.shrink(GAP);
    let notice = notice::of(scene);
    let notice_height = notice
        .as_ref()
        .map_or(0.0, |notice| notice::height(ui, inner, notice));
    let body = Rect::from_min_max(
        inner.min,
        pos2(inner.right(), inner.bottom() - notice_height),
    );
    read(scene);
    // Shares of the height, so that all of it grows with the window.
    let shares: [f32; 5] = [0.34, 0.30, 0.19, 0.08, 0.09];
    let mut top = body.top();
    let [now, last, loudness, audiences, lamp] = shares.map(|share| {
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
    audience_row::show(ui, audiences, scene);
    show_lamp(ui, lamp, scene);
    if let Some(notice) = &notice {
        let place = Rect::from_min_max(pos2(inner.left(), body.bottom() + SMALL_GAP), inner.max);
        notice::show(ui, place, scene, notice);
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

/// What the top block says: the word, the figure beside it, and what a screen reader says.
struct Now {
    word: String,
    figure: String,
    color: Color32,
    spoken: String,
}

impl Now {
    fn of(scene: &Scene) -> Self {
        let theme = scene.theme;
        let Some((sii, verdict)) = scene.state.readings.now else {
            let nothing = match scene.model.presence.dialogue() {
                Side::Missing => "No dialogue",
                _ => "No speech",
            };
            return Self {
                word: nothing.to_owned(),
                figure: String::new(),
                color: theme.quiet,
                spoken: format!("Intelligibility now: {}", nothing.to_lowercase()),
            };
        };
        if verdict == Verdict::Clear && scene.model.inputs.is_doubtful() {
            return Self {
                word: capital(UNSURE),
                figure: format!("{sii:.2}"),
                color: theme.quiet,
                spoken: format!("Intelligibility now: {UNSURE}, {sii:.2}"),
            };
        }
        let color = theme.verdict(verdict);
        Self {
            word: capital(verdict.word()),
            figure: format!("{sii:.2}"),
            // What lingers is a little darker than what is heard.
            color: if scene.model.newest.is_speech {
                color
            } else {
                color.gamma_multiply(0.75)
            },
            spoken: format!("Intelligibility now: {}, {sii:.2}", verdict.word()),
        }
    }
}

fn show_now(ui: &Ui, rect: Rect, scene: &Scene) {
    let theme = scene.theme;
    let readings = &scene.state.readings;
    let now = Now::of(scene);
    let parts = Parts::of(rect);
    heading(ui, parts.heading, theme, &now_title(scene));
    let size = word_size(ui, rect.width(), parts.word.height());
    let word_size = match readings.now {
        Some(_) => size,
        None => 0.6 * size,
    };
    label::bold(ui, parts.word, &now.word, word_size, now.color, &now.spoken).on_hover_text(
        "Clear: the words get through. Strained: some are lost or cost an effort. Masked: \
             half of them or more are lost. Judged by the Speech Intelligibility Index (0 to 1) \
             of the dialogue under this music.",
    );
    let figure_size = (0.95 * parts.figure.height())
        .min(0.7 * size)
        .max(SMALL_TEXT);
    label::painted_left(ui, parts.figure, &now.figure, figure_size, theme.text);
    let is_cut = readings.now.is_some() && readings.is_cut;
    let before_cut = is_cut.then(|| readings.before_cut.shown());
    let unit = match before_cut {
        Some(sii) => format!("SII, {sii:.2} unducked"),
        None if readings.now.is_some() => "SII".to_owned(),
        None => String::new(),
    };
    let figure_width = label::width_of(ui, &now.figure, figure_size);
    let unit_left = parts.figure.left() + figure_width + TEXT_GAP;
    let unit_rect = Rect::from_min_max(pos2(unit_left, parts.figure.top()), parts.figure.max);
    let unit_size = (0.4 * figure_size).clamp(SMALL_TEXT, 22.0);
    let unit = label::fitted(ui, &unit, unit_rect.width(), unit_size);
    label::painted_left(ui, unit_rect, &unit, unit_size, theme.quiet);
    let sii = readings.now.map(|(sii, _)| sii);
    sii_scale(ui, parts.scale, theme, sii, before_cut);
}

/// What the top block shows, and for whom.
fn now_title(scene: &Scene) -> String {
    let audience = scene.model.newest.audience;
    let variant = AUDIENCE.variants.iter().find(|it| it.value == audience);
    let variant = variant.filter(|it| it.value != Audience::Reference);
    let ears = scene.model.newest.ears.map(|_| "two ears");
    let whose: Vec<&str> = variant.map(|it| it.name).into_iter().chain(ears).collect();
    match whose.is_empty() {
        true => "Intelligibility now".to_owned(),
        false => format!("Intelligibility now: {}", whose.join(", ")),
    }
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
        let (text, spoken) = ("None yet", "Last line: none yet");
        label::painted_left(ui, parts.word, text, 0.5 * size, theme.quiet);
        label::spoken_only(ui, parts.word, spoken);
        return;
    };
    let when = scene.timeline.start_text(row.report.line.start_s);
    heading(ui, parts.heading, theme, &format!("{title}, {when}"));
    let verdict = row.heard_verdict();
    let (word, color) = match verdict == Verdict::Clear && scene.model.inputs.is_doubtful() {
        true => (capital(UNSURE), theme.quiet),
        false => (capital(verdict.word()), theme.verdict(verdict)),
    };
    let spoken = format!("{title}: {}", spoken_line(row));
    let advice = &row.report.advice;
    label::bold(ui, parts.word, &word, size, color, &spoken).on_hover_text(format!(
        "Worst, Hz: {}\n{}",
        causes_text(&advice.causes),
        advice_text(advice)
    ));
    let figure_size = (0.4 * size).clamp(TEXT, LARGE_TEXT);
    let figures = label::fitted(ui, &line_figures(row), rect.width(), figure_size);
    let place_size = vec2(rect.width(), figure_size + TEXT_GAP);
    let place = Rect::from_min_size(parts.figure.min, place_size);
    label::painted_left(ui, place, &figures, figure_size, theme.text);
    let rest = Rect::from_min_max(place.left_bottom() + vec2(0.0, 2.0), rect.max);
    let advice_size = (0.24 * size).clamp(SMALL_TEXT + 1.0, 20.0);
    label::wrapped(ui, rest, &short_advice(advice), advice_size, theme.text);
}

/// What a screen reader says of a line.
fn spoken_line(row: &Row) -> String {
    let line = &row.report.line;
    format!(
        "{}, {:.2}, clash {:.0} %, {:+.1} LU. {}",
        row.heard_verdict().word(),
        row.heard_sii,
        line.clash_percent,
        line.loudness_difference_lu,
        short_advice(&row.report.advice)
    )
}

/// The figures of a line that matter most.
fn line_figures(row: &Row) -> String {
    let line = &row.report.line;
    let rest = if row.is_ducked() {
        format!("{:.2} unducked", line.figures.sii)
    } else {
        format!("{:.0} % clash", line.clash_percent)
    };
    format!("{:.2} SII, {rest}", row.heard_sii)
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
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEADING_HEIGHT));
    heading(ui, head, theme, "Dialogue over music");
    let scale_height = 16.0;
    let figure = Rect::from_min_max(
        head.left_bottom(),
        pos2(rect.right(), rect.bottom() - scale_height - TEXT_GAP),
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
    label::bold(ui, figure, &text, size, color, &spoken).on_hover_text(
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
    let size = (0.42 * rect.height()).clamp(TEXT, LARGE_TEXT);
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
        let rest = (rect.height() - HEADING_HEIGHT - GAP).max(0.0);
        let at = |from: f32, share: f32| {
            let top = rect.top() + HEADING_HEIGHT + from * rest;
            Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), share * rest))
        };
        Self {
            heading: Rect::from_min_size(rect.min, vec2(rect.width(), HEADING_HEIGHT)),
            word: at(0.0, 0.5),
            figure: at(0.5, 0.32),
            scale: at(0.82, 0.18),
        }
    }
}

fn heading(ui: &Ui, rect: Rect, theme: &Theme, text: &str) {
    let text = label::fitted(ui, text, rect.width(), SMALL_TEXT);
    label::painted_left(ui, rect, &text, SMALL_TEXT, theme.quiet);
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
