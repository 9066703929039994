//! Filled curves.

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, pos2};

/// Fills between a curve and the horizontal line at `base`, which it doesn't cross.
pub fn fill_to(painter: &Painter, points: &[Pos2], base: f32, color: Color32) {
    let mut mesh = Mesh::default();
    add_under(&mut mesh, points, base, color);
    painter.add(Shape::mesh(mesh));
}

/// As few and as wide rectangles as may be, with a triangle on top of each piece of the curve: what is wide is painted quickly
/// on the processor.
fn add_under(mesh: &mut Mesh, points: &[Pos2], base: f32, color: Color32) {
    let [first, .., last] = points else {
        return;
    };
    let away = |point: &&Pos2| (point.y - base).abs();
    let nearest = points.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
    let level = nearest.map_or(base, |point| point.y);
    if level != base {
        mesh.add_colored_rect(
            Rect::from_two_pos(pos2(first.x, base), pos2(last.x, level)),
            color,
        );
    }
    if let [from, to] = points {
        let corner = match from.y == level {
            true => pos2(to.x, level),
            false => pos2(from.x, level),
        };
        let idx = mesh.vertices.len() as u32;
        for at in [*from, *to, corner] {
            mesh.colored_vertex(at, color);
        }
        mesh.add_triangle(idx, idx + 1, idx + 2);
    } else {
        let middle = points.len() / 2;
        add_under(mesh, &points[..=middle], level, color);
        add_under(mesh, &points[middle..], level, color);
    }
}

/// Fills between two curves with points at the same places; `color` of each place.
pub fn fill_between(
    painter: &Painter,
    upper: &[Pos2],
    lower: &[Pos2],
    color: impl Fn(usize) -> Color32,
) {
    let mut mesh = Mesh::default();
    for (idx, (upper, lower)) in upper.iter().zip(lower).enumerate() {
        let color = color(idx);
        mesh.colored_vertex(*upper, color);
        mesh.colored_vertex(*lower, color);
        if idx > 0 {
            let at = 2 * idx as u32;
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fill_is_as_large_as_what_lies_under_the_curve_and_as_high() {
        let heights = [3.0, 7.5, 7.5, 0.0, 2.0, 9.0];
        let points: Vec<Pos2> = (0..6)
            .map(|idx| pos2(2.0 * idx as f32, 20.0 - heights[idx]))
            .collect();
        for base in [20.0, 5.0] {
            let mut mesh = Mesh::default();
            add_under(&mut mesh, &points, base, Color32::RED);
            let at = |idx: u32| mesh.vertices[idx as usize].pos;
            let area = |corners: &[u32]| {
                let (b, c) = (
                    at(corners[1]) - at(corners[0]),
                    at(corners[2]) - at(corners[0]),
                );
                0.5 * (b.x * c.y - b.y * c.x).abs()
            };
            let filled: f32 = mesh.indices.chunks_exact(3).map(area).sum();
            let sides = points.windows(2);
            let wanted: f32 = sides
                .map(|pair| 2.0 * (0.5 * (pair[0].y + pair[1].y) - base).abs())
                .sum();
            assert!((filled - wanted).abs() < 1e-3, "{filled} {wanted}");
            // Nothing beyond the curve: what is as large lies where it should.
            for vertex in &mesh.vertices {
                let before = ((vertex.pos.x / 2.0) as usize).min(4);
                let share = vertex.pos.x / 2.0 - before as f32;
                let on_curve = points[before].y + share * (points[before + 1].y - points[before].y);
                let (from, to) = (base.min(on_curve), base.max(on_curve));
                assert!((from..=to).contains(&vertex.pos.y), "{vertex:?}");
            }
        }
    }
}
