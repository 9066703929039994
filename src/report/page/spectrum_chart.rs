//! The small picture of a line: the voice's spectrum, the level below which the music hides a
//! voice, and what lies between them filled where the music is above.

use std::fmt::Write;

use crate::found::trace::Spectra;
use crate::psycho::bands::{NUM_BANDS, PerBand};

/// Width of the drawing, its own units, 1 from band to band; the page stretches it.
pub const WIDTH: f32 = (NUM_BANDS - 1) as f32;
/// Height of the drawing, its own units.
pub const HEIGHT: f32 = 180.0;

/// Span of levels in every picture of a page, so that they compare, dB.
const SPAN_DB: f32 = 60.0;

/// Levels at the top and bottom of every picture of a page, dBFS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartScale {
    /// Level of the top edge.
    pub top_dbfs: f32,
}

impl ChartScale {
    /// The scale on which the loudest of `spectra` has room, in steps of 10 dB.
    pub fn of<'a>(spectra: impl Iterator<Item = &'a Spectra>) -> Self {
        let loudest_dbfs = spectra
            .flat_map(|it| it.dialogue_band_dbfs.iter().chain(&it.masking_band_dbfs))
            .copied()
            .fold(-60.0, f32::max);
        Self {
            top_dbfs: ((loudest_dbfs + 1.0) / 10.0).ceil() * 10.0,
        }
    }

    /// Level of the bottom edge, dBFS.
    pub fn bottom_dbfs(self) -> f32 {
        self.top_dbfs - SPAN_DB
    }

    fn y(self, dbfs: f32) -> f32 {
        (HEIGHT * (self.top_dbfs - dbfs) / SPAN_DB).clamp(0.0, HEIGHT)
    }
}

fn x(band_idx: usize) -> f32 {
    band_idx as f32
}

/// The outline of `levels` as path data.
pub fn outline(levels: &PerBand, scale: ChartScale) -> String {
    let mut pen = Pen::default();
    for (band_idx, &dbfs) in levels.iter().enumerate() {
        pen.go(x(band_idx), scale.y(dbfs));
    }
    pen.path
}

/// The area between the two outlines where the masking level is above, as path data; empty where it
/// never is. Each stretch of it is one shape: along the masking level and back along the voice.
pub fn masked_area(spectra: &Spectra, scale: ChartScale) -> String {
    // What is drawn is compared, so that the fill ends where the lines cross.
    let points: Vec<CurvePair> = spectra
        .dialogue_band_dbfs
        .iter()
        .zip(&spectra.masking_band_dbfs)
        .enumerate()
        .map(|(band_idx, (&voice, &mask))| CurvePair {
            x: x(band_idx),
            voice_y: scale.y(voice),
            mask_y: scale.y(mask),
        })
        .collect();
    let mut shapes: Vec<Vec<CurvePair>> = Vec::new();
    let mut shape: Vec<CurvePair> = Vec::new();
    for (band_idx, pair) in points.iter().enumerate() {
        if pair.is_hidden() {
            shape.push(*pair);
        }
        let Some(next) = points.get(band_idx + 1) else {
            break;
        };
        if pair.is_hidden() != next.is_hidden() {
            shape.push(pair.crossing(next));
        }
        if pair.is_hidden() && !next.is_hidden() {
            shapes.push(std::mem::take(&mut shape));
        }
    }
    shapes.push(shape);
    let mut pen = Pen::default();
    for shape in shapes.iter().filter(|shape| !shape.is_empty()) {
        for pair in shape {
            pen.go(pair.x, pair.mask_y);
        }
        for pair in shape.iter().rev() {
            pen.go(pair.x, pair.voice_y);
        }
        pen.close();
    }
    pen.path
}

/// Both outlines at one place.
#[derive(Debug, Clone, Copy)]
struct CurvePair {
    x: f32,
    voice_y: f32,
    mask_y: f32,
}

impl CurvePair {
    /// Down the picture is more: the voice is hidden where its y is greater.
    fn is_hidden(&self) -> bool {
        self.voice_y > self.mask_y
    }

    /// Where the outlines cross between here and `next`.
    fn crossing(&self, next: &Self) -> Self {
        let (here, there) = (self.voice_y - self.mask_y, next.voice_y - next.mask_y);
        let share = here / (here - there);
        let y = self.voice_y + share * (next.voice_y - self.voice_y);
        Self {
            x: self.x + share * (next.x - self.x),
            voice_y: y,
            mask_y: y,
        }
    }
}

/// Writes path data no finer than can be seen, and short: each point as its distance from the last.
#[derive(Default)]
struct Pen {
    path: String,
    /// Where the pen stands: x in tenths, y in whole units; `None` before a line begins.
    at: Option<(i32, i32)>,
    is_second: bool,
}

impl Pen {
    fn go(&mut self, x: f32, y: f32) {
        let to = ((x * 10.0).round() as i32, y.round() as i32);
        match self.at {
            None => {
                let _ = write!(self.path, "M{} {}", tenths(to.0), to.1);
                self.is_second = true;
            }
            Some(at) => {
                let (dx, dy) = (to.0 - at.0, to.1 - at.1);
                // A minus sign parts numbers as well as a space does.
                let before_x = match (self.is_second, dx < 0) {
                    (true, _) => "l",
                    (false, true) => "",
                    (false, false) => " ",
                };
                let before_y = if dy < 0 { "" } else { " " };
                let _ = write!(self.path, "{before_x}{}{before_y}{dy}", tenths(dx));
                self.is_second = false;
            }
        }
        self.at = Some(to);
    }

    fn close(&mut self) {
        self.path.push('Z');
        self.at = None;
    }
}

fn tenths(value: i32) -> f32 {
    value as f32 / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectra(voice_dbfs: f32, mask_dbfs: f32) -> Spectra {
        Spectra {
            dialogue_band_dbfs: [voice_dbfs; NUM_BANDS],
            masking_band_dbfs: [mask_dbfs; NUM_BANDS],
        }
    }

    #[test]
    fn only_what_is_hidden_is_filled() {
        let scale = ChartScale { top_dbfs: 0.0 };
        assert_eq!(masked_area(&spectra(-20.0, -30.0), scale), "");
        let mut half = spectra(-20.0, -30.0);
        half.masking_band_dbfs[5] = -10.0;
        let area = masked_area(&half, scale);
        // From half-way up to the band to half-way down from it, and back.
        assert_eq!(area, "M4.5 60l0.5-30 0.5 30 0 0-0.5 0-0.5 0Z");
        let whole = masked_area(&spectra(-30.0, -20.0), scale);
        let (there, back) = (" 1 0".repeat(NUM_BANDS - 2), "-1 0".repeat(NUM_BANDS - 1));
        assert_eq!(whole, format!("M0 60l1 0{there} 0 30{back}Z"));
    }

    #[test]
    fn the_loudest_level_has_room_and_silence_stays_inside() {
        let pair = [spectra(-33.0, -21.5), spectra(-140.0, -140.0)];
        let scale = ChartScale::of(pair.iter());
        assert_eq!((scale.top_dbfs, scale.bottom_dbfs()), (-20.0, -80.0));
        assert!(outline(&pair[1].dialogue_band_dbfs, scale).starts_with("M0 180l1 0 1 0"));
    }
}
