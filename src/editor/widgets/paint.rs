//! Filled curves.

use egui::{Color32, Mesh, Painter, Pos2, Shape, pos2};

/// Fills between a curve and the horizontal line at `bottom`.
pub fn fill_under(painter: &Painter, points: &[Pos2], bottom: f32, color: Color32) {
    let base: Vec<Pos2> = points.iter().map(|point| pos2(point.x, bottom)).collect();
    fill_between(painter, points, &base, |_| color);
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
