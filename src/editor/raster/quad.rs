//! Two triangles that make an upright rectangle: letters, plain areas and pictures, which are most of what egui paints.

use egui::epaint::Vertex;
use egui::{Color32, Pos2};

use crate::editor::raster::blend::{between, cover, cover_one, packed, times};
use crate::editor::raster::canvas::Canvas;
use crate::editor::raster::texture::{Between, Texture};

/// An upright rectangle in one colour, with the part of a texture that covers it.
#[derive(Debug, Clone, Copy)]
pub struct Quad {
    /// Two corners that face each other, the upper left one first.
    corners: [Pos2; 2],
    uvs: [Pos2; 2],
    color: Color32,
}

/// Memory that lasts from one rectangle to the next.
#[derive(Default)]
pub struct Scratch {
    columns: Vec<Between>,
    row: Vec<u32>,
}

impl Quad {
    /// The rectangle of two triangles that have the second and third corner of the first in common, if it is one.
    pub fn of([a, b, c]: [Vertex; 3], d: Vertex) -> Option<Self> {
        // `beside` at the height of `a`, `below` in the line of `a`.
        let (beside, below) = if b.pos.y == a.pos.y { (b, c) } else { (c, b) };
        let is_upright = |place: fn(&Vertex) -> Pos2| {
            let [a, beside, below, d] = [a, beside, below, d].map(|vertex| place(&vertex));
            beside.y == a.y && below.x == a.x && d.x == beside.x && d.y == below.y
        };
        let is_plain = [b, c, d].iter().all(|vertex| vertex.color == a.color);
        if !(is_plain && is_upright(|vertex| vertex.pos) && is_upright(|vertex| vertex.uv)) {
            return None;
        }
        let (mut corners, mut uvs) = ([a.pos, d.pos], [a.uv, d.uv]);
        if corners[0].x > corners[1].x {
            (corners[0].x, corners[1].x) = (corners[1].x, corners[0].x);
            (uvs[0].x, uvs[1].x) = (uvs[1].x, uvs[0].x);
        }
        if corners[0].y > corners[1].y {
            (corners[0].y, corners[1].y) = (corners[1].y, corners[0].y);
            (uvs[0].y, uvs[1].y) = (uvs[1].y, uvs[0].y);
        }
        Some(Self {
            corners,
            uvs,
            color: a.color,
        })
    }

    /// Paints it.
    pub fn paint(&self, canvas: &mut Canvas, texture: &Texture, scratch: &mut Scratch) {
        let [from, to] = self.corners;
        let columns = canvas.columns(from.x, to.x);
        let rows = canvas.rows(from.y, to.y);
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        let color = packed(self.color);
        let [uv_from, uv_to] = self.uvs;
        if uv_from == uv_to {
            let source = times(texture.sample(uv_from), color);
            for row in rows {
                cover(canvas.span(row, columns.clone()), source);
            }
            return;
        }
        let [width, height] = texture.size;
        let u_step = (uv_to.x - uv_from.x) / (to.x - from.x);
        let v_step = (uv_to.y - uv_from.y) / (to.y - from.y);
        scratch.columns.clear();
        scratch.columns.extend(columns.clone().map(|x| {
            let u = uv_from.x + (x as f32 + 0.5 - from.x) * u_step;
            texture.between(u * width as f32, width)
        }));
        for y in rows {
            let v = uv_from.y + (y as f32 + 0.5 - from.y) * v_step;
            let line = texture.between(v * height as f32, height);
            scratch.mix_row(texture, line);
            let span = canvas.span(y, columns.clone());
            for (pixel, column) in span.iter_mut().zip(&scratch.columns) {
                let texel = scratch.texel(*column);
                // Most of a letter's rectangle is empty.
                if texel != 0 {
                    cover_one(pixel, times(texel, color));
                }
            }
        }
    }
}

impl Scratch {
    /// Gets the texels of all columns between two rows.
    fn mix_row(&mut self, texture: &Texture, line: Between) {
        let ends = self.columns.iter().map(|it| (it.from, it.to));
        let first = ends.clone().map(|(from, _)| from).min().unwrap_or(0);
        let last = ends.map(|(_, to)| to).max().unwrap_or(0);
        // Before the first, none is looked for.
        self.row.resize(last + 1, 0);
        for (x, mixed) in self.row.iter_mut().enumerate().skip(first) {
            *mixed = match line.share {
                0 => texture.texel(x, line.from),
                share => between(
                    texture.texel(x, line.from),
                    texture.texel(x, line.to),
                    share,
                ),
            };
        }
    }

    fn texel(&self, column: Between) -> u32 {
        let at = |x: usize| self.row.get(x).copied().unwrap_or(0);
        match column.share {
            0 => at(column.from),
            share => between(at(column.from), at(column.to), share),
        }
    }
}
