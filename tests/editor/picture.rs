//! A picture: its pixels, its file, and how it differs from another one.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;

use egui::{Color32, Rangef, Rect};

/// Levels of a channel, of 255, up to which pixels are alike. Engine and egui on a processor without
/// AVX give pictures that are one level off in up to nine pixels.
const TOLERANCE: u8 = 16;

/// Levels up to which a pixel has a colour: the edge of a thin line hasn't quite.
const COLOR_TOLERANCE: u8 = 24;

/// Pixels row by row.
pub struct Picture {
    pub size: [usize; 2],
    pub pixels: Vec<Color32>,
}

impl Picture {
    /// Writes a PNG, and its folder if need be.
    pub fn write(&self, path: &Path, compression: png::Compression) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = BufWriter::new(File::create(path).unwrap());
        let [width, height] = self.size.map(|side| side as u32);
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(compression);
        // Flat areas and repeated letters are smaller as they are.
        encoder.set_filter(png::Filter::NoFilter);
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
            .collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&bytes).unwrap();
    }

    /// Reads what [`Picture::write`] has written; `None` without such a file.
    pub fn read(path: &Path) -> Option<Self> {
        let file = BufReader::new(File::open(path).ok()?);
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgb, "{}", path.display());
        let pixels = bytes[..info.buffer_size()]
            .chunks_exact(3)
            .map(|rgb| Color32::from_rgb(rgb[0], rgb[1], rgb[2]))
            .collect();
        let size = [info.width as usize, info.height as usize];
        Some(Self { size, pixels })
    }

    /// Number of pixels close to `color` in a part of the picture, in shares of its size.
    pub fn count(&self, color: Color32, xs: [f32; 2], ys: [f32; 2]) -> usize {
        let [width, height] = self.size;
        let range = |shares: [f32; 2], side: usize| {
            let [from, to] = shares.map(|share| (share * side as f32) as usize);
            from..to.min(side)
        };
        range(ys, height)
            .flat_map(|y| range(xs, width).map(move |x| y * width + x))
            .filter(|&at| are_within(COLOR_TOLERANCE, self.pixels[at], color))
            .count()
    }

    /// Paints over what is in `part`, in pixels, with the colour of its upper left corner.
    pub fn cover(&mut self, part: Rect) {
        let [width, height] = self.size;
        let ends = |range: Rangef, side: usize| {
            let [min, max] = [range.min.floor(), range.max.ceil()];
            (min.max(0.0) as usize).min(side)..(max.max(0.0) as usize).min(side)
        };
        let (xs, ys) = (ends(part.x_range(), width), ends(part.y_range(), height));
        let corner = ys.start * width + xs.start;
        let Some(&color) = self.pixels.get(corner) else {
            return;
        };
        for y in ys {
            self.pixels[y * width..][xs.clone()].fill(color);
        }
    }

    /// Number of pixels that aren't as in `other`. Where only one of the two has a pixel, it counts.
    pub fn num_unlike(&self, other: &Self) -> usize {
        let [width, height] = [0, 1].map(|side| self.size[side].max(other.size[side]));
        (0..width * height)
            .filter(|at| !self.is_like(other, at % width, at / width))
            .count()
    }

    /// This one dimmed, with the pixels that aren't as in `other` in white.
    pub fn marked(&self, other: &Self) -> Self {
        let [width, _] = self.size;
        let pixels = self.pixels.iter().enumerate().map(|(at, pixel)| {
            if self.is_like(other, at % width, at / width) {
                Color32::from_gray(pixel.r().max(pixel.g()).max(pixel.b()) / 4)
            } else {
                Color32::WHITE
            }
        });
        Self {
            size: self.size,
            pixels: pixels.collect(),
        }
    }

    fn is_like(&self, other: &Self, x: usize, y: usize) -> bool {
        match (self.at(x, y), other.at(x, y)) {
            (Some(a), Some(b)) => are_within(TOLERANCE, a, b),
            (a, b) => a == b,
        }
    }

    fn at(&self, x: usize, y: usize) -> Option<Color32> {
        let [width, height] = self.size;
        (x < width && y < height).then(|| self.pixels[y * width + x])
    }
}

fn are_within(tolerance: u8, a: Color32, b: Color32) -> bool {
    let pairs = a.to_array().into_iter().zip(b.to_array());
    pairs.take(3).all(|(a, b)| a.abs_diff(b) <= tolerance)
}
