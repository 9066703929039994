//! The keyboard alone: it reaches every control, in the order of the eye, and where it is can be seen.

use egui::accesskit::{Action, Role};
use egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::{NodeT, Queryable, by};
use underscore::params::session::SessionOptions;

use crate::picture::Picture;
use crate::stage::{Stage, demo};

/// More stops than any view has.
const MANY: usize = 200;

#[derive(Debug, Clone, PartialEq)]
struct Stop {
    name: String,
    role: Role,
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

fn found(stage: &Stage, is_wanted: impl Fn(&egui_kittest::Node) -> bool) -> Vec<Stop> {
    let nodes = stage.harness.query_all(by().predicate(is_wanted));
    let stop = |node: egui_kittest::Node| Stop {
        name: node.accesskit_node().label().unwrap_or_default(),
        role: node.accesskit_node().role(),
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
        if stops.contains(&stop) {
            return stops;
        }
        see(stage, &stop);
        stops.push(stop);
    }
    panic!("it never comes round: {stops:#?}");
}

#[test]
fn print() {
    for (size, scale, first) in WINDOWS {
        let mut stage = stage(size, scale, first);
        let all = found(&stage, |node| {
            node.accesskit_node().data().supports_action(Action::Focus)
        });
        let stops = stops(&mut stage, |_, _| ());
        println!("{size:?} {scale} {first:?}");
        for stop in &stops {
            println!("{:?} {} {:?}", stop.role, stop.name, stop.rect);
        }
        for stop in &all {
            if !stops.iter().any(|it| it.name == stop.name) {
                println!("NOT REACHED {stop:?}");
            }
        }
    }
}
