//! Pictures that triangles are covered with.

use egui::{ColorImage, Pos2};

use crate::editor::raster::blend::{between, packed};

/// A picture, and whether its pixels run over into each other where it is enlarged.
pub struct Texture {
    pub image: ColorImage,
    pub is_linear: bool,
}

/// Between which two texels of a row or a column, and at what share of 256.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Between {
    pub from: usize,
    pub to: usize,
    pub share: u32,
}

impl Texture {
    /// What is seen at a place, in shares of the width and the height.
    pub fn sample(&self, uv: Pos2) -> u32 {
        let [width, height] = self.image.size;
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
        let texel = self.image.pixels.get(y * self.image.size[0] + x);
        texel.map_or(0, |&texel| packed(texel))
    }
}

#[cfg(test)]
mod tests {
    use egui::{Color32, pos2};

    use super::*;

    #[test]
    fn texels_run_over_into_each_other_only_where_they_are_to() {
        let image = ColorImage::new([2, 1], vec![Color32::BLACK, Color32::WHITE]);
        let mut texture = Texture {
            image,
            is_linear: true,
        };
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
