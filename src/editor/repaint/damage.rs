//! What differs between two frames, as rectangles, and what has to be painted there.

use std::collections::HashSet;
use std::sync::Arc;

use egui::emath::TSTransform;
use egui::epaint::ClippedShape;
use egui::epaint::util::hash;
use egui::{Color32, Rect, Shape, TextureId, pos2};

/// Rectangles to paint at most: each costs a look at all shapes.
const MAX_RECTS: usize = 8;

/// How far edges are blurred beyond a shape, pixels.
const EDGE_PX: f32 = 1.5;

/// A frame that has been painted, with which the next one is compared.
#[derive(Default)]
pub struct Painted {
    /// They keep their texts: as long as they do, no other text has the same address.
    shapes: Vec<ClippedShape>,
    /// Where each is seen.
    places: Vec<Rect>,
    /// What equal ones have in common.
    keys: Vec<u64>,
}

impl Painted {
    /// `shapes` of a frame at so many pixels per point.
    pub fn new(shapes: Vec<ClippedShape>, pixels_per_point: f32) -> Self {
        let place = |it: &ClippedShape| {
            let bounds = it.transform_after_tessellation * it.shape.visual_bounding_rect();
            bounds
                .expand(EDGE_PX / pixels_per_point)
                .intersect(it.clip_rect)
        };
        let places: Vec<Rect> = shapes.iter().map(place).collect();
        let keys = shapes.iter().zip(&places).map(key).collect();
        Self {
            shapes,
            places,
            keys,
        }
    }

    /// Where this frame doesn't look like the one `before`: rectangles of whole pixels that don't overlap. Shapes with one of
    /// `textures` have changed.
    pub fn damage_since(
        &self,
        before: &Self,
        textures: &HashSet<TextureId>,
        pixels_per_point: f32,
    ) -> Vec<Rect> {
        let mut known: Vec<(u64, usize)> = before.keys.iter().copied().zip(0..).collect();
        known.sort_unstable();
        let mut is_kept = vec![false; before.shapes.len()];
        let mut next = 0;
        let mut damage = Damage::new(pixels_per_point);
        for (idx, (shape, &key)) in self.shapes.iter().zip(&self.keys).enumerate() {
            // What stays stays in its order, since what comes later lies over the rest. Most stay where they are.
            let candidate = match before.keys.get(next) == Some(&key) {
                true => Some(next),
                false => {
                    let later = &known[known.partition_point(|it| *it < (key, next))..];
                    let first = later.first().filter(|(other, _)| *other == key);
                    first.map(|(_, at)| *at)
                }
            };
            let found = candidate.filter(|&at| {
                is_same(&before.shapes[at], shape) && !has_texture(&shape.shape, textures)
            });
            match found {
                Some(at) => {
                    is_kept[at] = true;
                    next = at + 1;
                }
                None => damage.add(self.places[idx]),
            }
        }
        for (place, _) in before
            .places
            .iter()
            .zip(is_kept)
            .filter(|(_, is_kept)| !is_kept)
        {
            damage.add(*place);
        }
        damage.rects
    }

    /// What has to be painted within `damage`, each shape cut to it; `filled` fills a rectangle with a colour.
    pub fn shapes_within(
        &self,
        damage: &[Rect],
        filled: impl Fn(Rect, Color32) -> ClippedShape,
    ) -> Vec<ClippedShape> {
        let mut shapes = Vec::new();
        for &rect in damage {
            // What is behind something that covers it all isn't seen.
            let backs = self.shapes.iter().map(|it| color_all_over(it, rect));
            let back = backs
                .enumerate()
                .rev()
                .find_map(|(idx, it)| Some((idx, it?)));
            let first = match back {
                Some((idx, color)) => {
                    shapes.push(filled(rect, color));
                    idx + 1
                }
                None => 0,
            };
            let seen = self.shapes[first..].iter().zip(&self.places[first..]);
            let seen = seen.filter(|(_, place)| overlap(**place, rect));
            shapes.extend(seen.map(|(shape, _)| {
                let clip_rect = shape.clip_rect.intersect(rect);
                ClippedShape {
                    clip_rect,
                    ..shape.clone()
                }
            }));
        }
        shapes
    }
}

/// What equal shapes have in common.
fn key((shape, place): (&ClippedShape, &Rect)) -> u64 {
    let clip = shape.clip_rect;
    let corners = [place.min, place.max, clip.min, clip.max];
    let corners = corners.map(|at| (at.x.to_bits(), at.y.to_bits()));
    hash((std::mem::discriminant(&shape.shape), corners))
}

/// Rectangles that grow together where they meet.
struct Damage {
    rects: Vec<Rect>,
    pixels_per_point: f32,
}

impl Damage {
    fn new(pixels_per_point: f32) -> Self {
        Self {
            rects: Vec::new(),
            pixels_per_point,
        }
    }

    fn add(&mut self, place: Rect) {
        if !place.is_positive() {
            return;
        }
        let px = |points: f32| points * self.pixels_per_point;
        let points = |px: f32| px / self.pixels_per_point;
        let mut rect = Rect::from_min_max(
            pos2(
                points(px(place.min.x).floor()),
                points(px(place.min.y).floor()),
            ),
            pos2(
                points(px(place.max.x).ceil()),
                points(px(place.max.y).ceil()),
            ),
        );
        // One that has grown may meet others.
        while let Some(at) = self.rects.iter().position(|it| overlap(*it, rect)) {
            rect = rect.union(self.rects.swap_remove(at));
        }
        self.rects.push(rect);
        if self.rects.len() > MAX_RECTS {
            self.join_two();
        }
    }

    /// Joins the two that lose least by it.
    fn join_two(&mut self) {
        let pairs = (1..self.rects.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let lost = |&(a, b): &(usize, usize)| {
            let (a, b) = (self.rects[a], self.rects[b]);
            a.union(b).area() - a.area() - b.area()
        };
        if let Some((a, b)) = pairs.min_by(|one, other| lost(one).total_cmp(&lost(other))) {
            let joined = self.rects.swap_remove(b).union(self.rects.swap_remove(a));
            self.add(joined);
        }
    }
}

/// Whether they have more than an edge in common.
fn overlap(a: Rect, b: Rect) -> bool {
    a.intersect(b).is_positive()
}

fn is_same(a: &ClippedShape, b: &ClippedShape) -> bool {
    let is_same_shape = match (&a.shape, &b.shape) {
        // Most are the very same, and needn't be compared letter by letter.
        (Shape::Text(a), Shape::Text(b)) => {
            (Arc::ptr_eq(&a.galley, &b.galley) || a.galley == b.galley)
                && a.pos == b.pos
                && a.underline == b.underline
                && a.fallback_color == b.fallback_color
                && a.override_text_color == b.override_text_color
                && a.opacity_factor == b.opacity_factor
                && a.angle == b.angle
        }
        (a, b) => a == b,
    };
    is_same_shape
        && a.clip_rect == b.clip_rect
        && a.transform_after_tessellation == b.transform_after_tessellation
}

fn has_texture(shape: &Shape, textures: &HashSet<TextureId>) -> bool {
    match shape {
        _ if textures.is_empty() => false,
        Shape::Vec(shapes) => shapes.iter().any(|shape| has_texture(shape, textures)),
        Shape::Mesh(mesh) => textures.contains(&mesh.texture_id),
        Shape::Rect(rect) => {
            let brush = rect.brush.as_ref();
            brush.is_some_and(|brush| textures.contains(&brush.fill_texture_id))
        }
        _ => false,
    }
}

/// The colour that it gives to all of `rect`, if nothing behind it is seen there.
fn color_all_over(clipped: &ClippedShape, rect: Rect) -> Option<Color32> {
    let Shape::Rect(shape) = &clipped.shape else {
        return None;
    };
    let corners = shape.corner_radius;
    let corner = corners.nw.max(corners.ne).max(corners.sw).max(corners.se);
    // Its edges are soft.
    let edge = f32::from(corner.max(1)) + shape.stroke.width;
    let is_plain = shape.brush.is_none() && shape.blur_width == 0.0 && shape.angle == 0.0;
    let is_plain = is_plain && clipped.transform_after_tessellation == TSTransform::IDENTITY;
    let is_all_over =
        clipped.clip_rect.contains_rect(rect) && shape.rect.shrink(edge).contains_rect(rect);
    (is_plain && is_all_over && shape.fill.is_opaque()).then_some(shape.fill)
}

#[cfg(test)]
mod tests {
    use egui::{Mesh, Pos2, Stroke, vec2};

    use super::*;

    fn filled(x: f32, y: f32, side: f32, color: Color32) -> ClippedShape {
        let rect = Rect::from_min_size(pos2(x, y), vec2(side, side));
        let clip = Rect::from_min_size(Pos2::ZERO, vec2(1000.0, 1000.0));
        ClippedShape::new(clip, Shape::rect_filled(rect, 0.0, color))
    }

    fn damage(before: &[ClippedShape], now: &[ClippedShape]) -> Vec<Rect> {
        let [before, now] = [before, now].map(|shapes| Painted::new(shapes.to_vec(), 2.0));
        now.damage_since(&before, &HashSet::new(), 2.0)
    }

    #[test]
    fn what_stays_is_not_painted() {
        let a = filled(10.0, 10.0, 50.0, Color32::RED);
        let b = filled(200.0, 10.0, 50.0, Color32::RED);
        let c = filled(400.0, 10.3, 50.0, Color32::RED);
        let all = [a.clone(), b.clone(), c.clone()];
        assert!(damage(&all, &all).is_empty());
        // Gone, come, and moved; in whole pixels with their edges.
        let place = |left: f32| Rect::from_min_max(pos2(left - 1.0, 9.0), pos2(left + 51.0, 61.0));
        assert_eq!(damage(&all, &[a.clone(), c.clone()]), [place(200.0)]);
        assert_eq!(damage(&[b.clone(), c.clone()], &all), [place(10.0)]);
        let moved = filled(420.0, 10.0, 50.0, Color32::RED);
        let found = damage(&all, &[a.clone(), b.clone(), moved]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].contains_rect(place(420.0)) && found[0].left() == 399.0,
            "{found:?}"
        );
        let other = filled(10.0, 10.0, 50.0, Color32::BLUE);
        assert_eq!(damage(&all, &[other, b, c]), [place(10.0)]);
    }

    #[test]
    fn what_lies_over_something_else_now_is_painted() {
        let a = filled(10.0, 10.0, 50.0, Color32::RED);
        let b = filled(20.0, 10.0, 50.0, Color32::BLUE);
        let found = damage(&[a.clone(), b.clone()], &[b, a]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains(pos2(40.0, 40.0)));
    }

    #[test]
    fn many_changes_make_few_rectangles_that_dont_overlap() {
        let row = |color| -> Vec<ClippedShape> {
            (0..40)
                .map(|idx| filled(20.0 * idx as f32, (7 * idx % 40) as f32 * 20.0, 9.0, color))
                .collect()
        };
        let found = damage(&row(Color32::RED), &row(Color32::BLUE));
        assert!((1..=MAX_RECTS).contains(&found.len()), "{found:?}");
        for (idx, rect) in found.iter().enumerate() {
            assert!(
                found[..idx].iter().all(|other| !other.intersects(*rect)),
                "{found:?}"
            );
        }
        for shape in row(Color32::RED) {
            let place = shape.shape.visual_bounding_rect();
            assert!(found.iter().any(|rect| rect.contains_rect(place)));
        }
    }

    #[test]
    fn a_texture_that_has_changed_is_painted() {
        let texture = TextureId::Managed(7);
        let mut mesh = Mesh::with_texture(texture);
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(20.0, 20.0));
        mesh.add_rect_with_uv(rect, rect, Color32::WHITE);
        let shapes = vec![ClippedShape::new(rect, Shape::mesh(mesh))];
        let [before, now] = [(); 2].map(|()| Painted::new(shapes.clone(), 1.0));
        assert!(now.damage_since(&before, &HashSet::new(), 1.0).is_empty());
        let textures = HashSet::from([texture]);
        assert_eq!(now.damage_since(&before, &textures, 1.0), [rect]);
    }

    #[test]
    fn only_what_is_seen_in_the_damage_is_painted() {
        let behind = filled(0.0, 0.0, 900.0, Color32::BLACK);
        let panel = filled(100.0, 100.0, 300.0, Color32::GRAY);
        let glass = filled(100.0, 100.0, 300.0, Color32::from_black_alpha(99));
        let far = filled(600.0, 600.0, 50.0, Color32::RED);
        let line = ClippedShape::new(
            behind.clip_rect,
            Shape::line_segment(
                [pos2(150.0, 150.0), pos2(160.0, 180.0)],
                Stroke::new(1.0, Color32::RED),
            ),
        );
        let all = vec![behind, panel, glass, far, line];
        let painted = Painted::new(all.clone(), 1.0);
        let fill = |rect, color| ClippedShape::new(rect, Shape::rect_filled(rect, 0.0, color));
        let rect = Rect::from_min_max(pos2(140.0, 140.0), pos2(170.0, 190.0));
        let shapes = painted.shapes_within(&[rect], fill);
        let wanted: Vec<ClippedShape> = [2, 4]
            .iter()
            .map(|&idx: &usize| ClippedShape {
                clip_rect: rect,
                ..all[idx].clone()
            })
            .collect();
        assert_eq!(shapes[0], fill(rect, Color32::GRAY));
        assert_eq!(shapes[1..], wanted);
        // At the edge of the panel what is behind it is seen.
        let at_edge = Rect::from_min_max(pos2(90.0, 140.0), pos2(170.0, 190.0));
        assert_eq!(painted.shapes_within(&[at_edge], fill).len(), 4);
    }
}
