//! Pictures that triangles are covered with.

use egui::epaint::WHITE_UV;
use egui::{ColorImage, Pos2};

use crate::editor::raster::blend::{between, packed};

/// A picture, and whether its pixels run over into each other where it is enlarged.
pub struct Texture {
    pub size: [usize; 2],
    /// Row by row, as [`packed`].
    texels: Vec<u32>,
    is_linear: bool,
}

/// Between which two texels of a row or a column, and at what share of 256.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Between {
    pub from: usize,
    pub to: usize,
    pub share: u32,
}

impl Texture {
    pub fn new(image: &ColorImage, is_linear: bool) -> Self {
        Self {
            size: image.size,
            texels: image.pixels.iter().copied().map(packed).collect(),
            is_linear,
        }
    }

    /// Takes over a part whose upper left corner lies at `left` and `top`.
    pub fn set(&mut self, [left, top]: [usize; 2], part: &ColorImage) {
        let [width, height] = self.size;
        let rows = part.pixels.chunks(part.width().max(1));
        for (row, y) in rows.zip(top..height) {
            for (texel, x) in row.iter().zip(left..width) {
                self.texels[y * width + x] = packed(*texel);
            }
        }
    }

    /// What is seen at a place, in shares of the width and the height.
    pub fn sample(&self, uv: Pos2) -> u32 {
        // What is plain, which is most.
        if uv == WHITE_UV {
            return self.texel(0, 0);
        }
        let [width, height] = self.size;
        let x = self.between(uv.x * width as f32, width);
        let y = self.between(uv.y * height as f32, height);
        if x.share == 0 && y.share == 0 {
            return self.texel(x.from, y.from);
        }
        let upper = between(
            self.texel(x.from, y.from),
            self.texel(x.to, y.from),
            x.share,
        );
        let lower = between(self.texel(x.from, y.to), self.texel(x.to, y.to), x.share);
        between(upper, lower, y.share)
    }

    /// Where `at` lies in a row or a column of so many texels.
    pub fn between(&self, at: f32, num_texels: usize) -> Between {
        let last = num_texels.saturating_sub(1);
        if !self.is_linear {
            let from = (at.max(0.0) as usize).min(last);
            let to = from;
            return Between { from, to, share: 0 };
        }
        let at = (at - 0.5).clamp(0.0, last as f32);
        let from = at as usize;
        Between {
            from,
            to: (from + 1).min(last),
            // Rounded, so that what is meant to lie on a texel does.
            share: (256.0 * (at - from as f32) + 0.5) as u32,
        }
    }

    /// The texel at a column and a row.
    pub fn texel(&self, x: usize, y: usize) -> u32 {
        let texel = self.texels.get(y * self.size[0] + x);
        texel.copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use egui::{Color32, pos2};

    use super::*;

    #[test]
    fn texels_run_over_into_each_other_only_where_they_are_to() {
        let image = ColorImage::new([2, 1], vec![Color32::BLACK, Color32::WHITE]);
        let mut texture = Texture::new(&image, true);
        let gray = |texture: &Texture, u| texture.sample(pos2(u, 0.5)) & 255;
        assert_eq!(gray(&texture, -1.0), 0);
        assert_eq!(gray(&texture, 0.25), 0);
        assert_eq!(gray(&texture, 0.5), 128);
        assert_eq!(gray(&texture, 0.75), 255);
        assert_eq!(gray(&texture, 2.0), 255);
        texture.is_linear = false;
        assert_eq!(gray(&texture, 0.49), 0);
        assert_eq!(gray(&texture, 0.51), 255);
    }
}
