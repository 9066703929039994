//! The curves over frequency: what both inputs have in each band, and what is cut.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};

use super::axis::{DbAxis, HzAxis};
use super::theme;
use crate::psycho::bands::{NOMINAL_HZ, PerBand};
use crate::settings::MAX_CUT_DB;
use crate::snapshot::Snapshot;

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

/// Draws the levels of dialogue and music in each band, dBFS.
pub fn levels(ui: &mut Ui, snapshot: &Snapshot) {
    let plot = Plot::new(ui, theme::LEVEL_PLOT_HEIGHT, -100.0, 0.0);
    plot.grid(20.0);
    plot.curve(&snapshot.music_band_dbfs, theme::MUSIC);
    plot.curve(&snapshot.dialogue_band_dbfs, theme::DIALOGUE);
    plot.legend(&[("Dialogue", theme::DIALOGUE), ("Music, dBFS", theme::MUSIC)]);
}

/// Draws the cut in each band, dB downwards.
pub fn cut(ui: &mut Ui, snapshot: &Snapshot) {
    let plot = Plot::new(ui, theme::CUT_PLOT_HEIGHT, -MAX_CUT_DB.max, 0.0);
    plot.grid(6.0);
    plot.curve(&snapshot.cut_band_db.map(|cut_db| -cut_db), theme::CUT);
    plot.legend(&[("Cut, dB", theme::CUT)]);
}

/// A plot of decibels over frequency, with room for its labels.
struct Plot {
    painter: Painter,
    rect: Rect,
    hz: HzAxis,
    db: DbAxis,
}

impl Plot {
    fn new(ui: &mut Ui, height: f32, min_db: f32, max_db: f32) -> Self {
        let (response, painter) =
            ui.allocate_painter(vec2(ui.available_width(), height), Sense::hover());
        let mut rect = response.rect;
        rect.min += vec2(34.0, 6.0);
        rect.max -= vec2(12.0, 18.0);
        painter.rect_filled(rect, 2.0, theme::PLOT_BACKGROUND);
        Self {
            painter,
            rect,
            hz: HzAxis {
                min_hz: NOMINAL_HZ.first().copied().unwrap_or(100.0),
                max_hz: NOMINAL_HZ.last().copied().unwrap_or(10_000.0),
                left: rect.left(),
                right: rect.right(),
            },
            db: DbAxis {
                min_db,
                max_db,
                top: rect.top(),
                bottom: rect.bottom(),
            },
        }
    }

    fn grid(&self, step_db: f32) {
        let line = Stroke::new(1.0, theme::GRID);
        for (hz, label) in GRID_HZ {
            let x = self.hz.x_from_hz(hz);
            self.painter.vline(x, self.rect.y_range(), line);
            let below = pos2(x, self.rect.bottom() + 3.0);
            self.label(below, Align2::CENTER_TOP, label, theme::QUIET_TEXT);
        }
        for db in self.db.ticks_db(step_db) {
            let y = self.db.y_from_db(db);
            self.painter.hline(self.rect.x_range(), y, line);
            let beside = pos2(self.rect.left() - 5.0, y);
            let label = format!("{db:.0}");
            self.label(beside, Align2::RIGHT_CENTER, &label, theme::QUIET_TEXT);
        }
    }

    fn curve(&self, band_db: &PerBand, color: Color32) {
        let points: Vec<Pos2> = NOMINAL_HZ
            .iter()
            .zip(band_db)
            .map(|(&hz, &db)| pos2(self.hz.x_from_hz(hz), self.db.y_from_db(db)))
            .collect();
        self.painter
            .line(points, Stroke::new(theme::CURVE_WIDTH, color));
    }

    fn legend(&self, entries: &[(&str, Color32)]) {
        let mut at = self.rect.right_top() + vec2(-8.0, 5.0);
        for (text, color) in entries {
            self.label(at, Align2::RIGHT_TOP, text, *color);
            at.y += theme::LABEL_TEXT_SIZE + 4.0;
        }
    }

    fn label(&self, at: Pos2, align: Align2, text: &str, color: Color32) {
        let font = FontId::proportional(theme::LABEL_TEXT_SIZE);
        self.painter.text(at, align, text, font, color);
    }
}
