//! The spectrum's plot: axes, grid, curves, cut and read-out.

use egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use crate::editor::axis::{DbAxis, HzAxis};
use crate::editor::curve_path::{NUM_POINTS, band_of_point, smooth};
use crate::editor::model::band_display::Curves;
use crate::editor::theme::{
    BOLD_WIDTH, CURVE_WIDTH, ROUNDING, SMALL_GAP, SMALL_TEXT, TEXT, Theme, font,
};
use crate::editor::widgets::{label, paint};
use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS, PerBand, edges_hz};
use crate::psycho::notes::Note;
use crate::settings::MAX_CUT_DB;

/// Ends of the level axis, dBFS.
const LEVELS_DBFS: (f32, f32) = (-90.0, -10.0);

/// Share of the plot's height that the deepest cut takes, from above.
const CUT_SHARE: f32 = 0.45;

/// Least cut that is drawn, dB: the figures beside it show tenths.
const LEAST_CUT_DB: f32 = 0.05;

/// Level that is written for silence, dBFS.
const LEAST_READ_DBFS: f32 = -120.0;

/// Dashes of the threshold, which is told from the dialogue without its colour, and of the music's peaks, logical pixels.
const DASH: f32 = 7.0;
const DASH_GAP: f32 = 3.0;
const SHORT_DASH: f32 = 2.0;

/// Width of a piece of a curve in the legend.
const SAMPLE_WIDTH: f32 = 17.0;

/// Frequencies with a grid line and their labels.
const GRID_HZ: [(f32, &str); 7] = [
    (100.0, "100"),
    (200.0, "200"),
    (500.0, "500"),
    (1000.0, "1k"),
    (2000.0, "2k"),
    (5000.0, "5k"),
    (10_000.0, "10k"),
];

/// Where things are in the plot.
pub struct Plot {
    /// The plot without its labels.
    pub rect: Rect,
    /// Frequencies across it.
    pub hz: HzAxis,
    db: DbAxis,
    cut: DbAxis,
}

impl Plot {
    pub fn new(rect: Rect) -> Self {
        Self {
            rect,
            hz: HzAxis {
                min_hz: 89.0,
                max_hz: 11_220.0,
                left: rect.left(),
                right: rect.right(),
            },
            db: DbAxis {
                min_db: LEVELS_DBFS.0,
                max_db: LEVELS_DBFS.1,
                top: rect.top(),
                bottom: rect.bottom(),
            },
            // Downwards: no cut at the top.
            cut: DbAxis {
                min_db: 0.0,
                max_db: MAX_CUT_DB.range.max,
                top: rect.top() + CUT_SHARE * rect.height(),
                bottom: rect.top(),
            },
        }
    }

    pub fn grid(&self, painter: &Painter, theme: &Theme) {
        let line = Stroke::new(1.0, theme.grid);
        for (hz, text) in GRID_HZ {
            let x = self.hz.x_from_hz(hz);
            painter.vline(x, self.rect.y_range(), line);
            let at = pos2(x, self.rect.bottom() + 2.0);
            painter.text(at, Align2::CENTER_TOP, text, font(SMALL_TEXT), theme.quiet);
        }
        let step_db = if self.rect.height() > 110.0 {
            10.0
        } else {
            20.0
        };
        for db in self.db.ticks_db(step_db) {
            let y = self.db.y_from_db(db);
            painter.hline(self.rect.x_range(), y, line);
            let at = pos2(self.rect.left() - 4.0, y);
            let is_inside = y > self.rect.top() + 4.0 && y < self.rect.bottom() - 4.0;
            if is_inside {
                let text = format!("{db:.0}");
                painter.text(
                    at,
                    Align2::RIGHT_CENTER,
                    text,
                    font(SMALL_TEXT),
                    theme.quiet,
                );
            }
        }
        let unit = pos2(self.rect.left() - 4.0, self.rect.bottom() + 2.0);
        painter.text(
            unit,
            Align2::RIGHT_TOP,
            "dBFS",
            font(SMALL_TEXT - 1.0),
            theme.quiet,
        );
    }

    pub fn points(&self, values: &PerBand, axis: &DbAxis) -> Vec<Pos2> {
        let curve = smooth(values);
        (0..NUM_POINTS)
            .map(|point_idx| {
                // Third-octave bands are evenly spaced on the axis.
                let hz = 100.0 * 10f32.powf(band_of_point(point_idx) / 10.0);
                pos2(self.hz.x_from_hz(hz), axis.y_from_db(curve[point_idx]))
            })
            .collect()
    }

    pub fn levels(&self, painter: &Painter, theme: &Theme, curves: &Curves, tilt: &PerBand) {
        let music = self.points(&add(&curves.music_band_dbfs, tilt), &self.db);
        let dialogue = self.points(&add(&curves.dialogue_band_dbfs, tilt), &self.db);
        let masking_db = add(&curves.masking_band_dbfs, tilt);
        let masking = self.points(&masking_db, &self.db);
        let bottom = self.rect.bottom();
        paint::fill_to(painter, &music, bottom, theme.music.gamma_multiply(0.28));
        paint::fill_to(
            painter,
            &dialogue,
            bottom,
            theme.dialogue.gamma_multiply(0.22),
        );
        // From the threshold down to the words that it hides.
        let excess = smooth(&curves.excess_band_db);
        let hidden_db: PerBand =
            std::array::from_fn(|idx| masking_db[idx] - curves.excess_band_db[idx]);
        let hidden = self.points(&hidden_db, &self.db);
        paint::fill_between(painter, &masking, &hidden, |idx| theme.overlap(excess[idx]));
        painter.add(Shape::line(music, Stroke::new(1.0, theme.music)));
        painter.add(Shape::line(
            dialogue,
            Stroke::new(CURVE_WIDTH, theme.dialogue),
        ));
        let stroke = Stroke::new(CURVE_WIDTH, theme.masking);
        painter.extend(Shape::dashed_line(&masking, stroke, DASH, DASH_GAP));
    }

    /// The highest levels so far: thin, those of the music dotted.
    pub fn peaks(&self, painter: &Painter, theme: &Theme, dialogue: &PerBand, music: &PerBand) {
        let points = self.points(music, &self.db);
        let stroke = Stroke::new(1.0, theme.music);
        painter.extend(Shape::dashed_line(&points, stroke, SHORT_DASH, DASH_GAP));
        let points = self.points(dialogue, &self.db);
        painter.add(Shape::line(points, Stroke::new(1.0, theme.dialogue)));
    }

    /// The cut, hanging from above.
    pub fn cut(&self, painter: &Painter, theme: &Theme, cut_band_db: &PerBand) {
        if cut_band_db.iter().all(|&cut_db| cut_db < LEAST_CUT_DB) {
            return;
        }
        let points = self.points(cut_band_db, &self.cut);
        paint::fill_to(
            painter,
            &points,
            self.rect.top(),
            theme.cut.gamma_multiply(0.35),
        );
        painter.add(Shape::line(points, Stroke::new(BOLD_WIDTH, theme.cut)));
        let deepest = cut_band_db.iter().copied().fold(0.0, f32::max);
        let num_deepest = |idx: &usize| cut_band_db[*idx] > deepest - LEAST_CUT_DB;
        let middle: Vec<usize> = (0..NUM_BANDS).filter(num_deepest).collect();
        let Some(&band_idx) = middle.get(middle.len() / 2) else {
            return;
        };
        let at = pos2(
            self.hz.x_from_hz(NOMINAL_HZ[band_idx]),
            self.cut.y_from_db(deepest) - 4.0,
        );
        if at.y > self.rect.top() + 16.0 {
            let text = format!("-{deepest:.0} dB");
            painter.text(at, Align2::CENTER_BOTTOM, text, font(TEXT), theme.text);
        }
    }

    /// The names of the curves, each with a piece of its curve: they are told apart without their colours.
    pub fn legend(&self, ui: &Ui, theme: &Theme) {
        let mut right = self.hz.x_from_hz(10_000.0) - 12.0;
        let size = SMALL_TEXT;
        let painter = ui.painter();
        for (text, color, sample) in [
            ("Cut", theme.cut, Sample::Line(BOLD_WIDTH)),
            ("Hidden", theme.masked, Sample::Filled),
            ("Threshold", theme.masking, Sample::Dashes),
            ("Music", theme.music, Sample::Line(1.0)),
            ("Dialogue", theme.dialogue, Sample::Line(CURVE_WIDTH)),
        ] {
            let width = label::width_of(ui, text, size);
            let at = pos2(right, self.rect.bottom() - 5.0);
            let left = at.x - width - SMALL_GAP - SAMPLE_WIDTH;
            if left < self.rect.left() {
                return;
            }
            painter.text(at, Align2::RIGHT_BOTTOM, text, font(size), color);
            sample.paint(painter, pos2(left, at.y - 0.6 * size), color);
            right = left - 12.0;
        }
    }

    /// The band under the pointer, in numbers, where they don't cover the curves.
    pub fn read_out(
        &self,
        ui: &Ui,
        painter: &Painter,
        theme: &Theme,
        curves: &Curves,
        band_idx: usize,
    ) {
        let (low_hz, high_hz) = edges_hz(band_idx);
        let band = Rect::from_x_y_ranges(
            self.hz.x_from_hz(low_hz as f32)..=self.hz.x_from_hz(high_hz as f32),
            self.rect.y_range(),
        );
        painter.rect_filled(band, 0.0, theme.text.gamma_multiply(0.06));
        let text = band_text(curves, band_idx);
        let size = TEXT;
        let text = label::fitted(ui, &text, self.rect.width() - 16.0, size);
        let width = label::width_of(ui, &text, size);
        let place = Rect::from_min_size(
            pos2(self.rect.left() + 4.0, self.rect.bottom() - 24.0),
            vec2(width + 8.0, 20.0),
        );
        ui.painter().rect_filled(place, ROUNDING, theme.panel);
        let spoken = text.clone();
        label::text(
            ui,
            place.shrink2(vec2(4.0, 0.0)),
            Align2::LEFT_CENTER,
            &text,
            size,
            theme.text,
            &spoken,
        );
    }
}

/// What a curve looks like in the legend.
#[derive(Debug, Clone, Copy)]
enum Sample {
    /// A line of that width.
    Line(f32),
    Dashes,
    Filled,
}

impl Sample {
    /// Paints it from `left` on, in its middle.
    fn paint(self, painter: &Painter, left: Pos2, color: Color32) {
        let ends = [left, left + vec2(SAMPLE_WIDTH, 0.0)];
        match self {
            Self::Line(width) => {
                painter.line_segment(ends, Stroke::new(width, color));
            }
            Self::Dashes => {
                let stroke = Stroke::new(CURVE_WIDTH, color);
                painter.extend(Shape::dashed_line(&ends, stroke, DASH, DASH_GAP));
            }
            Self::Filled => {
                let middle = left + vec2(0.5 * SAMPLE_WIDTH, 0.0);
                let place = Rect::from_center_size(middle, vec2(SAMPLE_WIDTH, 6.0));
                painter.rect_filled(place, 0.0, color);
            }
        }
    }
}

/// `values` with `offset` added, band by band.
pub fn add(values: &PerBand, offset: &PerBand) -> PerBand {
    std::array::from_fn(|idx| values[idx] + offset[idx])
}

/// The band's frequency, note and levels.
pub fn band_text(curves: &Curves, band_idx: usize) -> String {
    let hz = NOMINAL_HZ[band_idx];
    let frequency = if hz < 1000.0 {
        format!("{hz:.0} Hz")
    } else {
        format!("{} kHz", hz / 1000.0)
    };
    let note = Note::nearest(f64::from(hz)).map_or_else(String::new, |note| note.to_string());
    format!(
        "{frequency}  {note}   dialogue {:.0}   music {:.0}   threshold {:.0} dBFS   hidden by {:.1} dB   cut {:.1} dB",
        curves.dialogue_band_dbfs[band_idx].max(LEAST_READ_DBFS),
        curves.music_band_dbfs[band_idx].max(LEAST_READ_DBFS),
        curves.masking_band_dbfs[band_idx].max(LEAST_READ_DBFS),
        curves.excess_band_db[band_idx],
        curves.cut_band_db[band_idx],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::model::band_display::tests::flat_curves;

    #[test]
    fn a_band_is_read_out_in_hz_note_and_db() {
        let mut curves = flat_curves();
        curves.excess_band_db[12] = 6.04;
        let text = band_text(&curves, 12);
        assert!(text.starts_with("1.6 kHz  G6"), "{text}");
        assert!(text.contains("hidden by 6.0 dB"), "{text}");
        assert!(band_text(&curves, 5).starts_with("315 Hz"));
    }
}
