//! Paints egui's triangles on the processor: for windows without OpenGL or with one that is software, and for pictures
//! where there is no window at all.

mod blend;
mod canvas;
mod quad;
mod ramp;
mod texture;
mod triangle;

use std::collections::HashMap;

use egui::epaint::{ImageData, Mesh, Primitive, TextureId, Vertex};
use egui::{Color32, Rect, TextureFilter, TexturesDelta};

use crate::editor::raster::blend::{Pixel, packed, unpacked};
use crate::editor::raster::canvas::Canvas;
use crate::editor::raster::quad::{Quad, Scratch};
use crate::editor::raster::ramp::Ramp;
use crate::editor::raster::texture::Texture;

/// Textures, and the picture.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
    width: usize,
    height: usize,
    /// Premultiplied, row by row.
    pixels: Vec<Pixel>,
    scratch: Scratch,
    /// Colours of the columns of a ramp.
    sources: Vec<u32>,
}

impl Raster {
    /// Takes over new textures and changes of old ones. Those to be freed stay until
    /// [`Raster::free`], since the frame that frees them may still show them.
    pub fn set_textures(&mut self, delta: &TexturesDelta) {
        for (id, deltas) in &delta.set {
            for delta in deltas {
                let ImageData::Color(image) = &delta.image;
                let is_linear = delta.options.magnification == TextureFilter::Linear;
                match (delta.pos, self.textures.get_mut(id)) {
                    (Some(at), Some(texture)) => texture.set(at, image),
                    _ => {
                        let texture = Texture::new(image, is_linear);
                        self.textures.insert(*id, texture);
                    }
                }
            }
        }
    }

    /// Drops textures that are no longer needed.
    pub fn free(&mut self, delta: &TexturesDelta) {
        for id in &delta.free {
            self.textures.remove(id);
        }
    }

    /// Paints a frame of `size` pixels over `background`.
    pub fn paint(
        &mut self,
        size: [usize; 2],
        pixels_per_point: f32,
        background: Color32,
        primitives: &[egui::ClippedPrimitive],
    ) {
        self.clear(size, background);
        self.paint_over(pixels_per_point, primitives);
    }

    /// Begins a picture of `size` pixels, all `background`.
    pub fn clear(&mut self, size: [usize; 2], background: Color32) {
        [self.width, self.height] = size;
        self.pixels.clear();
        let pixel = packed(background).to_le_bytes();
        self.pixels.resize(self.width * self.height, pixel);
    }

    /// Paints over the picture.
    pub fn paint_over(&mut self, pixels_per_point: f32, primitives: &[egui::ClippedPrimitive]) {
        for primitive in primitives {
            if let Primitive::Mesh(mesh) = &primitive.primitive {
                self.mesh(mesh, primitive.clip_rect, pixels_per_point);
            }
        }
    }

    /// The picture: its width and its pixels row by row, in bytes: blue, green, red, opacity.
    pub fn rows(&self) -> (usize, &[[u8; 4]]) {
        (self.width, &self.pixels)
    }

    /// The colours of the picture, row by row.
    pub fn colors(&self) -> Vec<Color32> {
        let bytes = self.pixels.iter().copied().map(u32::from_le_bytes);
        bytes.map(unpacked).collect()
    }

    fn mesh(&mut self, mesh: &Mesh, clip: Rect, scale: f32) {
        let Some(texture) = self.textures.get(&mesh.texture_id) else {
            return;
        };
        // Rounded as egui's own renderers round it.
        let px = |points: f32, most: usize| ((points * scale).round().max(0.0) as usize).min(most);
        let columns = px(clip.left(), self.width)..px(clip.right(), self.width);
        let rows = px(clip.top(), self.height)..px(clip.bottom(), self.height);
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        let canvas = &mut Canvas::new(&mut self.pixels, self.width, columns, rows);
        let vertex = |idx: u32| {
            let vertex = mesh.vertices.get(idx as usize)?;
            Some(Vertex {
                pos: vertex.pos * scale,
                ..*vertex
            })
        };
        let mut indices = &mesh.indices[..];
        while let [a, b, c, after @ ..] = indices {
            indices = after;
            let (Some(a_at), Some(b_at), Some(c_at)) = (vertex(*a), vertex(*b), vertex(*c)) else {
                continue;
            };
            let corners = [a_at, b_at, c_at];
            if let [first, second, d, after @ ..] = indices
                && ([first, second] == [b, c] || [first, second] == [c, b])
                && let Some(d) = vertex(*d)
            {
                if let Some(quad) = Quad::of(corners, d) {
                    indices = after;
                    quad.paint(canvas, texture, &mut self.scratch);
                    continue;
                }
                if let Some(ramp) = Ramp::of(corners, d) {
                    indices = after;
                    ramp.paint(canvas, texture, &mut self.sources);
                    continue;
                }
            }
            triangle::paint(canvas, texture, corners);
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::ClippedPrimitive;
    use egui::{ColorImage, Pos2, pos2, vec2};

    use super::*;

    /// A picture of 16 by 16 pixels on black.
    fn painted(mesh: Mesh) -> Vec<Color32> {
        let mut raster = Raster::default();
        let white = ColorImage::filled([1, 1], Color32::WHITE);
        let mut delta = TexturesDelta::default();
        let image = egui::epaint::ImageDelta::full(white, egui::TextureOptions::LINEAR);
        delta.set.insert(TextureId::default(), vec![image].into());
        raster.set_textures(&delta);
        delta.clear();
        let primitive = ClippedPrimitive {
            clip_rect: Rect::from_min_size(Pos2::ZERO, vec2(16.0, 16.0)),
            primitive: Primitive::Mesh(mesh),
        };
        raster.paint([16, 16], 1.0, Color32::BLACK, &[primitive]);
        raster.colors()
    }

    #[test]
    fn triangles_that_meet_cover_each_pixel_once() {
        // A fan round a point, out to beyond the picture.
        let half = Color32::from_rgba_premultiplied(100, 100, 100, 128);
        for centre in [pos2(8.0, 8.0), pos2(7.5, 7.5), pos2(3.3, 11.9)] {
            let mut mesh = Mesh::default();
            mesh.colored_vertex(centre, half);
            let num_sides = 23;
            for side in 0..num_sides {
                let angle = side as f32 * std::f32::consts::TAU / num_sides as f32;
                mesh.colored_vertex(centre + 40.0 * egui::Vec2::angled(angle), half);
                mesh.add_triangle(0, 1 + side, 1 + (side + 1) % num_sides);
            }
            let wanted = Color32::from_rgb(100, 100, 100);
            let picture = painted(mesh);
            assert!(picture.iter().all(|pixel| *pixel == wanted), "{centre}");
        }
    }

    #[test]
    fn a_rectangle_is_the_same_whichever_corner_it_begins_with() {
        let rect = Rect::from_min_max(pos2(2.4, 3.0), pos2(9.5, 12.6));
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
        ];
        let mut pictures = (0..8).map(|way| {
            let at = |idx: usize| match way < 4 {
                true => corners[(way + idx) % 4],
                false => corners[(way + 4 - idx) % 4],
            };
            let mut mesh = Mesh::default();
            for idx in 0..4 {
                mesh.colored_vertex(at(idx), Color32::RED);
            }
            mesh.add_triangle(0, 1, 3);
            mesh.add_triangle(3, 1, 2);
            painted(mesh)
        });
        let first = pictures.next().unwrap();
        let num_red = first.iter().filter(|it| **it == Color32::RED).count();
        assert_eq!(num_red, 7 * 10);
        assert!(pictures.all(|picture| picture == first));
    }

    #[test]
    fn colours_run_evenly_from_corner_to_corner() {
        for is_across in [true, false] {
            let shade = |is_far| match is_far {
                true => Color32::WHITE,
                false => Color32::BLACK,
            };
            let mut mesh = Mesh::default();
            for (x, y) in [(0.0, 0.0), (0.0, 16.0), (16.0, 0.0), (16.0, 16.0)] {
                let far = if is_across { x } else { y };
                mesh.colored_vertex(pos2(x, y), shade(far > 0.0));
            }
            mesh.add_triangle(0, 1, 2);
            let mut apart = mesh.clone();
            mesh.add_triangle(2, 1, 3);
            // Not known as one rectangle, which looks the same.
            apart.add_triangle(3, 1, 2);
            for picture in [painted(mesh), painted(apart)] {
                for (idx, pixel) in picture.iter().enumerate() {
                    let place = if is_across { idx % 16 } else { idx / 16 };
                    let wanted = 255.0 * (place as f32 + 0.5) / 16.0;
                    assert!((f32::from(pixel.r()) - wanted).abs() < 1.0, "{idx}");
                }
            }
        }
    }
}
