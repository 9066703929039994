//! The moving example, painted so that nobody takes it for a measurement: columns instead of curves, no axes, no
//! figures, and a line of dashes round it that says what it is.

use egui::{Align2, Color32, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};

use crate::editor::example_story::{Chapter, Column, Moment, NUM_COLUMNS};
use crate::editor::theme::{CURVE_WIDTH, GAP, SMALL_GAP, SMALL_TEXT, Theme, font};
use crate::editor::widgets::label;

/// Share of a column's place that the music takes, and the words.
const MUSIC_SHARE: f32 = 0.88;
const WORDS_SHARE: f32 = 0.44;

/// From stroke to stroke of what is hidden, logical pixels.
const HATCH_STEP: f32 = 6.0;

/// Length of the dashes and of the gaps between them, logical pixels.
const DASH: f32 = 5.0;

/// Length of the head of an arrow, logical pixels.
const ARROW: f32 = 6.0;

/// Least height with room for the names of the parts, logical pixels.
const NAMES_FROM: f32 = 120.0;

/// What a screen reader says of it: the same all the time.
const SPOKEN: &str = "Example, not your sound: music comes up over speech, hides a part of the words, and Duck takes \
                      just that part out of the music.";

/// Paints the story at one moment into `rect`.
pub fn show(ui: &Ui, rect: Rect, theme: &Theme, moment: &Moment) {
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 0.0, theme.plot);
    frame(&painter, rect.shrink(1.0), theme);
    let inner = rect.shrink(GAP);
    let caption_size = (0.075 * rect.height()).clamp(15.0, 24.0);
    let caption = Rect::from_min_size(inner.min, vec2(inner.width(), 1.3 * caption_size));
    label::painted_left(
        ui,
        caption,
        moment.chapter.caption(),
        caption_size,
        theme.text,
    );
    let has_names = rect.height() >= NAMES_FROM;
    let names_height = if has_names { SMALL_TEXT + GAP } else { 0.0 };
    let columns = Rect::from_min_max(
        pos2(inner.left(), caption.bottom() + SMALL_GAP),
        pos2(inner.right(), inner.bottom() - names_height),
    );
    if columns.height() > 0.0 {
        show_columns(&painter, columns, theme, moment);
    }
    if has_names {
        let names = Rect::from_min_max(pos2(inner.left(), inner.bottom() - SMALL_TEXT), inner.max);
        show_names(ui, &painter, names, theme, moment.chapter);
    }
    label::spoken_only(ui, rect, SPOKEN);
}

/// The line round it.
fn frame(painter: &Painter, rect: Rect, theme: &Theme) {
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    let line = Stroke::new(1.0, theme.quiet);
    painter.extend(Shape::dashed_line(&corners, line, DASH, DASH));
}

fn show_columns(painter: &Painter, rect: Rect, theme: &Theme, moment: &Moment) {
    let place = rect.width() / NUM_COLUMNS as f32;
    for (idx, column) in moment.columns.iter().enumerate() {
        let middle = rect.left() + place * (idx as f32 + 0.5);
        let bar = |share: f32, from: f32, until: f32| {
            let half = 0.5 * share * place;
            let y = |height: f32| rect.bottom() - height * rect.height();
            Rect::from_x_y_ranges(middle - half..=middle + half, y(until)..=y(from))
        };
        show_column(painter, theme, column, bar);
    }
}

fn show_column(
    painter: &Painter,
    theme: &Theme,
    column: &Column,
    bar: impl Fn(f32, f32, f32) -> Rect,
) {
    let words = bar(WORDS_SHARE, 0.0, column.words);
    let music = bar(MUSIC_SHARE, 0.0, column.music);
    if music.height() > 1.0 {
        painter.rect_filled(music, 0.0, theme.music.gamma_multiply(0.45));
        painter.hline(music.x_range(), music.top(), Stroke::new(1.0, theme.music));
    }
    let taken = bar(MUSIC_SHARE, column.music, column.music_before);
    if taken.height() > 3.0 {
        let rests = column.music.max(column.words).min(column.music_before);
        let above_words = bar(MUSIC_SHARE, rests, column.music_before);
        show_taken(painter, theme, taken, above_words);
    }
    match column.is_hidden {
        // The words are there, but under the music.
        true => {
            let edge = Stroke::new(CURVE_WIDTH, theme.masked);
            painter.rect_stroke(words, 0.0, edge, egui::StrokeKind::Inside);
            hatch(painter, words, theme.masked);
        }
        false => {
            painter.rect_filled(words, 0.0, theme.dialogue);
        }
    }
}

/// What the duck takes: the old top in dashes, and an arrow down to where the words, or the music, begin.
fn show_taken(painter: &Painter, theme: &Theme, taken: Rect, above_words: Rect) {
    let line = Stroke::new(1.5, theme.cut);
    painter.rect_filled(taken, 0.0, theme.cut.gamma_multiply(0.2));
    let top = [taken.left_top(), taken.right_top()];
    painter.extend(Shape::dashed_line(&top, line, 3.0, 3.0));
    if above_words.height() > ARROW {
        painter.vline(above_words.center().x, above_words.y_range(), line);
        arrow_head(painter, above_words.center_bottom(), theme.cut);
    }
}

fn arrow_head(painter: &Painter, at: egui::Pos2, color: Color32) {
    let corners = vec![at, at + vec2(-4.0, -ARROW), at + vec2(4.0, -ARROW)];
    painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
}

/// Strokes from the lower left to the upper right all over `rect`.
fn hatch(painter: &Painter, rect: Rect, color: Color32) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let num_strokes = ((rect.height() + rect.width()) / HATCH_STEP) as usize;
    for idx in 1..=num_strokes {
        let from = pos2(rect.left(), rect.top() + HATCH_STEP * idx as f32);
        let until = from + vec2(rect.width(), -rect.width());
        painter.line_segment([from, until], Stroke::new(1.5, color));
    }
}

/// The names of the parts that are there, each with its shape.
fn show_names(ui: &Ui, painter: &Painter, rect: Rect, theme: &Theme, chapter: Chapter) {
    let names: &[&str] = match chapter {
        Chapter::Words => &["Words"],
        Chapter::Music => &["Words", "Music"],
        Chapter::Clash => &["Words", "Music", "Hidden"],
        Chapter::Duck => &["Words", "Music", "Taken out"],
    };
    let mut left = rect.left();
    for &name in names {
        let sign = Rect::from_min_size(pos2(left, rect.top()), vec2(SMALL_TEXT, SMALL_TEXT));
        let name_left = sign.right() + SMALL_GAP;
        left = name_left + label::width_of(ui, name, SMALL_TEXT) + 2.0 * GAP;
        match name {
            "Words" => {
                painter.rect_filled(sign.shrink2(vec2(3.0, 0.0)), 0.0, theme.dialogue);
            }
            "Music" => {
                painter.rect_filled(sign, 0.0, theme.music.gamma_multiply(0.45));
                painter.hline(sign.x_range(), sign.top(), Stroke::new(1.0, theme.music));
            }
            "Hidden" => {
                let edge = Stroke::new(1.0, theme.masked);
                painter.rect_stroke(sign, 0.0, edge, egui::StrokeKind::Inside);
                hatch(painter, sign, theme.masked);
            }
            _ => {
                let line = Stroke::new(1.5, theme.cut);
                painter.vline(sign.center().x, sign.y_range(), line);
                arrow_head(painter, sign.center_bottom(), theme.cut);
            }
        }
        let at = pos2(name_left, sign.center().y);
        painter.text(at, Align2::LEFT_CENTER, name, font(SMALL_TEXT), theme.text);
    }
}
