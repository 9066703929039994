//! Triangles, row by row.

use egui::epaint::Vertex;
use egui::{Pos2, Vec2};

use crate::editor::raster::blend::{Pixel, cover, cover_one, packed, times};
use crate::editor::raster::canvas::Canvas;
use crate::editor::raster::texture::Texture;

/// Twice the least area that is painted, pixels.
const LEAST_AREA: f32 = 1e-6;

/// Paints a triangle.
pub fn paint(canvas: &mut Canvas, texture: &Texture, corners: [Vertex; 3]) {
    let corners = from_above(corners);
    let [top, middle, bottom] = corners;
    // Many of a curve's lie between the middles of two rows.
    if canvas.rows(top.pos.y, bottom.pos.y).is_empty() {
        return;
    }
    let area = cross(middle.pos - top.pos, bottom.pos - top.pos);
    // Also skips what isn't finite.
    if !(area.abs() > LEAST_AREA && area.is_finite()) {
        return;
    }
    let is_one_texel = top.uv == middle.uv && middle.uv == bottom.uv;
    if !is_one_texel {
        let colors = Shades::of(corners, corners.map(|it| floats(packed(it.color))), area);
        let uvs = Shades::of(corners, corners.map(|it| [it.uv.x, it.uv.y]), area);
        each_row(canvas, corners, |span, mut place| {
            for pixel in span {
                let [u, v] = uvs.at(place);
                let texel = texture.sample(Pos2::new(u, v));
                let source = times(texel, bytes(colors.at(place)));
                cover_one(pixel, source);
                place.x += 1.0;
            }
        });
        return;
    }
    let texel = texture.sample(top.uv);
    let sources = corners.map(|corner| times(texel, packed(corner.color)));
    if sources[0] == sources[1] && sources[1] == sources[2] {
        each_row(canvas, corners, |span, _| cover(span, sources[0]));
        return;
    }
    let shades = Shades::of(corners, sources.map(floats), area);
    each_row(canvas, corners, |span, place| {
        let mut shade = shades.at(place);
        for pixel in span {
            cover_one(pixel, bytes(shade));
            for (value, step) in shade.iter_mut().zip(shades.per_x) {
                *value += step;
            }
        }
    });
}

/// Sorted by height.
fn from_above([mut a, mut b, mut c]: [Vertex; 3]) -> [Vertex; 3] {
    let sort = |upper: &mut Vertex, lower: &mut Vertex| {
        if lower.pos.y < upper.pos.y {
            std::mem::swap(upper, lower);
        }
    };
    sort(&mut a, &mut b);
    sort(&mut b, &mut c);
    sort(&mut a, &mut b);
    [a, b, c]
}

/// The bytes of a colour as numbers.
pub fn floats(color: u32) -> [f32; 4] {
    color.to_le_bytes().map(f32::from)
}

/// The colour of four numbers, rounded: in a number as large as 2^23 the lowest bits are whole.
pub fn bytes(shade: [f32; 4]) -> u32 {
    let bits = shade.map(|value| (value.clamp(0.0, 255.0) + 8_388_608.0).to_bits() & 255);
    bits[0] | bits[1] << 8 | bits[2] << 16 | bits[3] << 24
}

/// Hands out the pixels of a triangle row by row, with the middle of the first; `corners` from above.
fn each_row(
    canvas: &mut Canvas,
    [top, middle, bottom]: [Vertex; 3],
    mut work: impl FnMut(&mut [Pixel], Pos2),
) {
    let long = Edge::new(top.pos, bottom.pos);
    for (from, to) in [(top.pos, middle.pos), (middle.pos, bottom.pos)] {
        let rows = canvas.rows(from.y, to.y);
        if rows.is_empty() {
            continue;
        }
        let short = Edge::new(from, to);
        for row in rows {
            let y = row as f32 + 0.5;
            let ends = [long.x(y), short.x(y)];
            let columns = canvas.columns(ends[0].min(ends[1]), ends[0].max(ends[1]));
            // Most of what is steep and narrow has none here.
            if columns.is_empty() {
                continue;
            }
            let x = columns.start as f32 + 0.5;
            work(canvas.span(row, columns), Pos2::new(x, y));
        }
    }
}

/// Twice the area between two sides, positive one way round.
fn cross(a: Vec2, b: Vec2) -> f32 {
    a.x * b.y - a.y * b.x
}

/// A side from its upper end: the very same for both triangles that have it.
struct Edge {
    from: Pos2,
    x_per_y: f32,
}

impl Edge {
    fn new(from: Pos2, to: Pos2) -> Self {
        let x_per_y = (to.x - from.x) / (to.y - from.y);
        Self { from, x_per_y }
    }

    fn x(&self, y: f32) -> f32 {
        self.from.x + (y - self.from.y) * self.x_per_y
    }
}

/// Numbers that change evenly over a triangle.
struct Shades<const N: usize> {
    from: Pos2,
    at_from: [f32; N],
    per_x: [f32; N],
    per_y: [f32; N],
}

impl<const N: usize> Shades<N> {
    /// From their values at each corner.
    fn of([a, b, c]: [Vertex; 3], values: [[f32; N]; 3], area: f32) -> Self {
        let (to_b, to_c) = ((b.pos - a.pos) / area, (c.pos - a.pos) / area);
        let rise = |idx: usize, corner: usize| values[corner][idx] - values[0][idx];
        let per_x = |idx| rise(idx, 1) * to_c.y - rise(idx, 2) * to_b.y;
        let per_y = |idx| rise(idx, 2) * to_b.x - rise(idx, 1) * to_c.x;
        Self {
            from: a.pos,
            at_from: values[0],
            per_x: std::array::from_fn(per_x),
            per_y: std::array::from_fn(per_y),
        }
    }

    fn at(&self, place: Pos2) -> [f32; N] {
        let by = place - self.from;
        std::array::from_fn(|idx| {
            self.at_from[idx] + by.x * self.per_x[idx] + by.y * self.per_y[idx]
        })
    }
}
