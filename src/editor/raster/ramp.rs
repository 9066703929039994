//! Two triangles that make an upright rectangle whose colour runs from one side to the other: the soft edges of the lines of a
//! grid, which as triangles would be worked on row by row.

use egui::Pos2;
use egui::epaint::Vertex;

use crate::editor::raster::blend::{cover, cover_one, packed, times};
use crate::editor::raster::canvas::Canvas;
use crate::editor::raster::texture::Texture;
use crate::editor::raster::triangle::{bytes, floats};

/// An upright rectangle whose colour runs evenly from left to right or from above to below.
#[derive(Debug, Clone, Copy)]
pub struct Ramp {
    /// Two corners that face each other.
    corners: [Vertex; 2],
    is_across: bool,
}

impl Ramp {
    /// The rectangle of two triangles that have the second and third corner of the first in common, if it is one.
    pub fn of([a, b, c]: [Vertex; 3], d: Vertex) -> Option<Self> {
        // `beside` at the height of `a`, `below` in the line of `a`.
        let (beside, below) = if b.pos.y == a.pos.y { (b, c) } else { (c, b) };
        let is_upright = beside.pos.y == a.pos.y
            && below.pos.x == a.pos.x
            && d.pos == Pos2::new(beside.pos.x, below.pos.y);
        if !is_upright || [b, c, d].iter().any(|vertex| vertex.uv != a.uv) {
            return None;
        }
        let is_across = below.color == a.color && d.color == beside.color;
        let is_down = beside.color == a.color && d.color == below.color;
        (is_across || is_down).then_some(Self {
            corners: [a, d],
            is_across,
        })
    }

    /// Paints it; `sources` is memory that lasts.
    pub fn paint(&self, canvas: &mut Canvas, texture: &Texture, sources: &mut Vec<u32>) {
        let [a, d] = self.corners;
        let columns = canvas.columns(a.pos.x.min(d.pos.x), a.pos.x.max(d.pos.x));
        let rows = canvas.rows(a.pos.y.min(d.pos.y), a.pos.y.max(d.pos.y));
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        let texel = texture.sample(a.uv);
        let [from, to] = [a, d].map(|corner| floats(times(texel, packed(corner.color))));
        let source = |share: f32| {
            bytes(std::array::from_fn(|idx| {
                from[idx] + share * (to[idx] - from[idx])
            }))
        };
        let share = |at: usize, from: f32, to: f32| (at as f32 + 0.5 - from) / (to - from);
        if self.is_across {
            sources.clear();
            let across = |x| source(share(x, a.pos.x, d.pos.x));
            sources.extend(columns.clone().map(across));
            for row in rows {
                let span = canvas.span(row, columns.clone());
                for (pixel, source) in span.iter_mut().zip(&*sources) {
                    cover_one(pixel, *source);
                }
            }
        } else {
            for row in rows {
                let source = source(share(row, a.pos.y, d.pos.y));
                cover(canvas.span(row, columns.clone()), source);
            }
        }
    }
}
