//! The picture of the clash map, in pieces along the timeline: only those in which something has changed are made anew.

use std::collections::HashMap;

use egui::{Color32, ColorImage, Painter, Rect, TextureHandle, TextureOptions, pos2};

use crate::editor::model::hop_history::Cell;
use crate::editor::theme::{Theme, overlap_opacity};
use crate::psycho::bands::NUM_BANDS;

/// Bins of a piece.
pub const PIECE_BINS: i64 = 64;

/// Bins on either side of a piece, into which its colours run over.
pub const MARGIN_BINS: i64 = 1;

/// The pieces in sight.
#[derive(Default)]
pub struct MapPieces {
    pieces: HashMap<i64, Piece>,
    /// Length of a bin, s, and the colours of the pieces.
    bin_s: f64,
    theme: Option<&'static Theme>,
}

struct Piece {
    cells: Vec<Cell>,
    texture: TextureHandle,
}

impl MapPieces {
    /// Paints `cells`, whose first is that of the margin before the piece `first_idx`, into `lane`; `x` of a piece's begin.
    pub fn paint(
        &mut self,
        painter: &Painter,
        lane: Rect,
        theme: &'static Theme,
        (cells, bin_s): (&[Cell], f64),
        first_idx: i64,
        x: impl Fn(i64) -> f32,
    ) {
        let is_same_theme = self.theme.is_some_and(|it| std::ptr::eq(it, theme));
        if self.bin_s != bin_s || !is_same_theme {
            *self = Self {
                pieces: HashMap::new(),
                bin_s,
                theme: Some(theme),
            };
        }
        let length = (PIECE_BINS + 2 * MARGIN_BINS) as usize;
        let windows = cells.windows(length).step_by(PIECE_BINS as usize);
        let last_idx = first_idx + windows.len() as i64;
        self.pieces
            .retain(|idx, _| (first_idx..last_idx).contains(idx));
        // Without the margins.
        let margin = MARGIN_BINS as f32 / length as f32;
        let inner = Rect::from_min_max(pos2(margin, 0.0), pos2(1.0 - margin, 1.0));
        for (idx, cells) in (first_idx..).zip(windows) {
            let texture = self.texture(painter, theme, idx, cells);
            let place = Rect::from_x_y_ranges(x(idx)..=x(idx + 1), lane.y_range());
            painter.image(texture, place, inner, Color32::WHITE);
        }
    }

    fn texture(
        &mut self,
        painter: &Painter,
        theme: &Theme,
        idx: i64,
        cells: &[Cell],
    ) -> egui::TextureId {
        let options = TextureOptions::LINEAR;
        let piece = self.pieces.entry(idx).or_insert_with(|| Piece {
            cells: cells.to_vec(),
            texture: painter
                .ctx()
                .load_texture("history", image(theme, cells), options),
        });
        if piece.cells != cells {
            piece.cells = cells.to_vec();
            piece.texture.set(image(theme, cells), options);
        }
        piece.texture.id()
    }
}

fn image(theme: &Theme, cells: &[Cell]) -> ColorImage {
    let mut image = ColorImage::filled([cells.len(), NUM_BANDS], theme.plot);
    for (bin_idx, cell) in cells.iter().enumerate() {
        for (band_idx, &excess_db) in cell.excess_band_db.iter().enumerate() {
            image[(bin_idx, NUM_BANDS - 1 - band_idx)] = cell_color(theme, cell, excess_db);
        }
    }
    image
}

fn cell_color(theme: &Theme, cell: &Cell, excess_db: f32) -> Color32 {
    if !cell.is_known {
        return theme.plot;
    }
    let quiet = theme.plot.lerp_to_gamma(theme.edge, 0.25);
    if !cell.is_speech {
        return quiet;
    }
    let speech = quiet.lerp_to_gamma(theme.dialogue, 0.13);
    speech.lerp_to_gamma(theme.masked, overlap_opacity(excess_db))
}
