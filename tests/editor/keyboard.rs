//! The keyboard alone: it reaches every control, in the order of the eye, and where it is can be seen.

use egui::accesskit::Action;
use egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::{AccessKitNode, NodeT, Queryable, by};
use underscore::params::session::SessionOptions;

use crate::picture::Picture;
use crate::stage::{Stage, demo};

/// More stops than any view has.
const MANY: usize = 200;

#[derive(Debug, Clone, PartialEq)]
struct Stop {
    name: String,
    rect: Rect,
}

/// Windows of so many logical pixels, at a scale, each with what to click first.
const WINDOWS: [([f32; 2], f32, Option<&str>); 6] = [
    ([1100.0, 700.0], 1.0, None),
    ([1100.0, 700.0], 2.0, None),
    ([640.0, 400.0], 2.0, Some("View: Spectrum")),
    ([640.0, 400.0], 2.0, Some("View: History")),
    ([640.0, 400.0], 2.0, Some("View: Lines")),
    ([640.0, 400.0], 2.0, Some("View: Controls")),
];

fn stage([width, height]: [f32; 2], scale: f32, first: Option<&str>) -> Stage {
    let mut stage = Stage::with(width, height, scale, SessionOptions::default());
    stage.harness.run_steps(2);
    stage.play_in_steps(demo(), 200);
    if let Some(first) = first {
        stage.click(first);
        stage.harness.event(egui::Event::PointerGone);
        stage.harness.run_steps(2);
    }
    stage
}

fn found(stage: &Stage, is_wanted: impl Fn(&AccessKitNode<'_>) -> bool) -> Vec<Stop> {
    let nodes = stage.harness.query_all(by().predicate(is_wanted));
    let stop = |node: egui_kittest::Node| Stop {
        name: node.accesskit_node().label().unwrap_or_default(),
        rect: node.rect(),
    };
    nodes.map(stop).collect()
}

/// What Tab stops at, from the first until it comes round; `see` is called at each.
fn stops(stage: &mut Stage, mut see: impl FnMut(&Stage, &Stop)) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    for _ in 0..MANY {
        stage.press(Key::Tab, Modifiers::NONE);
        let Some(stop) = found(stage, |node| node.is_focused()).pop() else {
            continue;
        };
        if stops.first().is_some_and(|first| first.name == stop.name) {
            return stops;
        }
        see(stage, &stop);
        stops.push(stop);
    }
    panic!("it never comes round: {stops:#?}");
}

/// Whether `next` is where the eye goes on from `this`: on in the row, or down, or up to what stands at the right.
fn is_onwards(this: Rect, next: Rect) -> bool {
    let is_in_row = next.center().y < this.bottom() && next.center().y > this.top();
    let is_up = next.center().y <= this.top();
    match is_in_row || is_up {
        // A row of a list that is partly scrolled out of sight.
        _ if this.intersects(next) => true,
        true => next.left() > this.left(),
        false => true,
    }
}

#[test]
fn tab_reaches_every_control_in_the_order_of_the_eye() {
    for (size, scale, first) in WINDOWS {
        let mut stage = stage(size, scale, first);
        let all = found(&stage, |node| {
            node.data().supports_action(Action::Focus) && !node.is_disabled()
        });
        let stops = stops(&mut stage, |_, _| ());
        for control in &all {
            assert!(
                stops.iter().any(|stop| stop.name == control.name),
                "{first:?}: {control:?} in {stops:#?}"
            );
        }
        for pair in stops.windows(2) {
            let [this, next] = pair else { continue };
            assert!(
                is_onwards(this.rect, next.rect),
                "{size:?} {first:?}: from {this:?} to {next:?}"
            );
        }
        assert!(stops.len() > 15, "{stops:#?}");
    }
}

/// Number of pixels that differ within `rect` and a little around it.
fn num_changed(now: &Picture, before: &Picture, rect: Rect, scale: f32) -> usize {
    let rect = rect.expand(3.0) * scale;
    let [width, height] = now.size;
    let xs = rect.left().max(0.0) as usize..(rect.right() as usize).min(width);
    let ys = rect.top().max(0.0) as usize..(rect.bottom() as usize).min(height);
    let places = ys.flat_map(|y| xs.clone().map(move |x| y * width + x));
    places
        .filter(|&place| now.pixels[place] != before.pixels[place])
        .count()
}

#[test]
fn where_the_keyboard_is_can_be_seen_and_is_in_the_window() {
    // Large pictures take long.
    let is_small = |(size, scale, _): &([f32; 2], f32, Option<&str>)| size[0] * scale < 1300.0;
    for (size, scale, first) in WINDOWS.into_iter().filter(is_small) {
        let mut stage = stage(size, scale, first);
        let before = stage.picture("keyboard");
        let whole = Rect::from_min_size(egui::Pos2::ZERO, size.into());
        let mut num_seen = 0;
        stops(&mut stage, |stage, stop| {
            let now = stage.picture("keyboard");
            let num = num_changed(&now, &before, stop.rect, scale);
            assert!(num > 50, "{size:?} {first:?}: {num} pixels at {stop:?}");
            assert!(whole.expand(0.5).contains_rect(stop.rect), "{stop:?}");
            num_seen += 1;
        });
        assert!(num_seen > 15);
    }
}
