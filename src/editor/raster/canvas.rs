//! The part of a picture that may be painted.

use std::ops::Range;

use crate::editor::raster::blend::Pixel;

/// A picture, and the rectangle of it that may be painted.
pub struct Canvas<'a> {
    pixels: &'a mut [Pixel],
    width: usize,
    columns: Range<usize>,
    rows: Range<usize>,
}

impl<'a> Canvas<'a> {
    /// `pixels` row by row, each of `width`, of which `columns` and `rows` may be painted.
    pub fn new(
        pixels: &'a mut [Pixel],
        width: usize,
        columns: Range<usize>,
        rows: Range<usize>,
    ) -> Self {
        Self {
            pixels,
            width,
            columns,
            rows,
        }
    }

    /// The rows whose middle lies between two heights: what ends at a middle has it, what begins there hasn't, and what has
    /// an edge in common with something else leaves no gap and covers nothing twice.
    pub fn rows(&self, top: f32, bottom: f32) -> Range<usize> {
        middles(top, bottom, &self.rows)
    }

    /// The columns whose middle lies between two places, as for rows.
    pub fn columns(&self, left: f32, right: f32) -> Range<usize> {
        middles(left, right, &self.columns)
    }

    /// Pixels of a row.
    pub fn span(&mut self, row: usize, columns: Range<usize>) -> &mut [Pixel] {
        let begin = row * self.width;
        let pixels = self
            .pixels
            .get_mut(begin + columns.start..begin + columns.end);
        pixels.unwrap_or_default()
    }
}

fn middles(from: f32, to: f32, within: &Range<usize>) -> Range<usize> {
    let start = first_behind(from, within);
    start..first_behind(to, within).max(start)
}

/// In a number as large as this the lowest bits are whole.
const WHOLE: f32 = 8_388_608.0;

/// The first whose middle isn't before `edge`; `within` lies below half of [`WHOLE`]. It is asked for each row of each triangle,
/// and the language's conversions look for much that can't be here.
fn first_behind(edge: f32, within: &Range<usize>) -> usize {
    let (start, end) = (within.start as f32, within.end as f32);
    let at = edge - 0.5;
    // Nothing is behind what isn't a number.
    let at = if at > start { at } else { start };
    let at = if at < end { at } else { end };
    let sum = at + WHOLE;
    let nearest = (sum.to_bits() - WHOLE.to_bits()) as usize;
    nearest + usize::from(at > sum - WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meets_leaves_no_gap_and_covers_nothing_twice() {
        let edges = [-3.0, 0.2, 0.5, 2.49, 2.51, 7.5, 9.0, 1e9, f32::INFINITY];
        let mut next = 0;
        for pair in edges.windows(2) {
            let found = middles(pair[0], pair[1], &(0..8));
            assert_eq!(found.start, next, "{pair:?}");
            next = found.end;
        }
        assert_eq!(next, 8);
        assert_eq!(middles(2.5, 3.5, &(0..8)), 2..3);
        assert!(middles(5.0, 2.0, &(0..8)).is_empty());
        assert!(middles(f32::NAN, f32::NAN, &(0..8)).is_empty());
    }
}
