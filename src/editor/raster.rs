//! Paints egui's triangles on the processor: for windows without OpenGL, and for pictures where
//! there is no window at all.

use std::collections::HashMap;

use egui::epaint::{ImageData, Mesh, Primitive, TextureId, Vertex};
use egui::{Color32, ColorImage, Pos2, Rect, TextureFilter, TexturesDelta};

/// Textures, and the picture.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
    width: usize,
    height: usize,
    /// Premultiplied, row by row.
    pixels: Vec<Color32>,
}

struct Texture {
    image: ColorImage,
    is_linear: bool,
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
                    (Some([left, top]), Some(texture)) => {
                        for y in 0..image.height() {
                            for x in 0..image.width() {
                                let (to_x, to_y) = (left + x, top + y);
                                if to_x < texture.image.width() && to_y < texture.image.height() {
                                    texture.image[(to_x, to_y)] = image[(x, y)];
                                }
                            }
                        }
                    }
                    _ => {
                        let image = image.as_ref().clone();
                        let texture = Texture { image, is_linear };
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
        [self.width, self.height] = size;
        self.pixels.clear();
        self.pixels.resize(self.width * self.height, background);
        for primitive in primitives {
            if let Primitive::Mesh(mesh) = &primitive.primitive {
                self.mesh(mesh, primitive.clip_rect, pixels_per_point);
            }
        }
    }

    /// The picture: width, height, and pixels row by row.
    pub fn picture(&self) -> ([usize; 2], &[Color32]) {
        ([self.width, self.height], &self.pixels)
    }

    fn mesh(&mut self, mesh: &Mesh, clip: Rect, scale: f32) {
        let Some(texture) = self.textures.get(&mesh.texture_id) else {
            return;
        };
        // Rounded as egui's own renderers round it.
        let left = (clip.left() * scale).round().max(0.0) as usize;
        let top = (clip.top() * scale).round().max(0.0) as usize;
        let right = ((clip.right() * scale).round().max(0.0) as usize).min(self.width);
        let bottom = ((clip.bottom() * scale).round().max(0.0) as usize).min(self.height);
        let scissor = [left, top, right, bottom];
        for corners in mesh.indices.chunks_exact(3) {
            let vertex = |corner: usize| mesh.vertices.get(corners[corner] as usize).copied();
            if let (Some(a), Some(b), Some(c)) = (vertex(0), vertex(1), vertex(2)) {
                let scaled = [a, b, c].map(|vertex| Vertex {
                    pos: vertex.pos * scale,
                    ..vertex
                });
                triangle(&mut self.pixels, self.width, scissor, texture, scaled);
            }
        }
    }
}

/// Twice the area of a triangle, positive one way round.
fn area(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn triangle(
    pixels: &mut [Color32],
    width: usize,
    [left, top, right, bottom]: [usize; 4],
    texture: &Texture,
    [a, mut b, mut c]: [Vertex; 3],
) {
    let mut whole = area(a.pos, b.pos, c.pos);
    if whole < 0.0 {
        std::mem::swap(&mut b, &mut c);
        whole = -whole;
    }
    // Also skips what isn't finite.
    if !(whole > 1e-6 && whole.is_finite()) {
        return;
    }
    let (xs, ys) = ([a.pos.x, b.pos.x, c.pos.x], [a.pos.y, b.pos.y, c.pos.y]);
    let least = |values: [f32; 3]| values.into_iter().fold(f32::INFINITY, f32::min).max(0.0);
    let most = |values: [f32; 3]| values.into_iter().fold(0.0, f32::max);
    let from_x = left.max(least(xs).floor() as usize);
    let from_y = top.max(least(ys).floor() as usize);
    let to_x = right.min(most(xs).ceil() as usize);
    let to_y = bottom.min(most(ys).ceil() as usize);
    let is_plain = a.color == b.color && b.color == c.color && a.uv == b.uv && b.uv == c.uv;
    let plain = modulated(texture.sample(a.uv), a.color.to_array().map(f32::from));
    for y in from_y..to_y {
        for x in from_x..to_x {
            let at = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
            let shares = [
                area(b.pos, c.pos, at),
                area(c.pos, a.pos, at),
                area(a.pos, b.pos, at),
            ];
            if !is_inside(shares, [(b.pos, c.pos), (c.pos, a.pos), (a.pos, b.pos)]) {
                continue;
            }
            let source = if is_plain {
                plain
            } else {
                let [u, v, w] = shares.map(|share| share / whole);
                let uv = (u * a.uv.to_vec2() + v * b.uv.to_vec2() + w * c.uv.to_vec2()).to_pos2();
                let colors = [a.color, b.color, c.color].map(|color| color.to_array());
                let mixed = std::array::from_fn(|channel| {
                    u * f32::from(colors[0][channel])
                        + v * f32::from(colors[1][channel])
                        + w * f32::from(colors[2][channel])
                });
                modulated(texture.sample(uv), mixed)
            };
            if let Some(pixel) = pixels.get_mut(y * width + x) {
                *pixel = over(source, *pixel);
            }
        }
    }
}

/// Whether a point is in the triangle; of two that share an edge, one has the points on it.
fn is_inside(shares: [f32; 3], edges: [(Pos2, Pos2); 3]) -> bool {
    shares.into_iter().zip(edges).all(|(share, (from, to))| {
        let is_first = to.y > from.y || (to.y == from.y && to.x < from.x);
        share > 0.0 || (share == 0.0 && is_first)
    })
}

impl Texture {
    fn sample(&self, uv: Pos2) -> [f32; 4] {
        let (width, height) = (self.image.width(), self.image.height());
        let texel = |x: i64, y: i64| {
            let x = x.clamp(0, width as i64 - 1) as usize;
            let y = y.clamp(0, height as i64 - 1) as usize;
            let pixel = self.image.pixels.get(y * width + x);
            pixel.map_or([0.0; 4], |pixel| pixel.to_array().map(f32::from))
        };
        let (x, y) = (uv.x * width as f32, uv.y * height as f32);
        if !self.is_linear {
            return texel(x.floor() as i64, y.floor() as i64);
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (share_x, share_y) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        let corners = [
            texel(left, top),
            texel(left + 1, top),
            texel(left, top + 1),
            texel(left + 1, top + 1),
        ];
        std::array::from_fn(|channel| {
            let upper = corners[0][channel] + share_x * (corners[1][channel] - corners[0][channel]);
            let lower = corners[2][channel] + share_x * (corners[3][channel] - corners[2][channel]);
            upper + share_y * (lower - upper)
        })
    }
}

/// A texel times a colour.
fn modulated(texel: [f32; 4], color: [f32; 4]) -> [f32; 4] {
    std::array::from_fn(|channel| texel[channel] * color[channel] / 255.0)
}

/// A premultiplied colour over another.
fn over(source: [f32; 4], behind: Color32) -> Color32 {
    let rest = 1.0 - source[3] / 255.0;
    let [r, g, b, a] = behind.to_array().map(f32::from);
    let mix = |source: f32, behind: f32| (source + rest * behind + 0.5) as u8;
    Color32::from_rgba_premultiplied(
        mix(source[0], r),
        mix(source[1], g),
        mix(source[2], b),
        mix(source[3], a),
    )
}
