//! No word is cut off and nothing lies over anything else: at text of 200 % too, in the smallest window and in those
//! that leave the least room.

use egui::accesskit::Action;
use egui::{Key, Modifiers, Rect, Role, Shape};
use egui_kittest::kittest::{AccessKitNode, NodeT, Queryable, by};
use underscore::params::session::SessionOptions;

use crate::orders;
use crate::stage::{Stage, demo};

/// Logical sizes, each at text of 100 % and 200 %: the usual one, the smallest, and the smallest of those in which
/// all is seen at once and the list's tools share a row.
const SIZES: [[f32; 2]; 4] = [
    [1100.0, 700.0],
    [640.0, 400.0],
    [900.0, 560.0],
    [1046.0, 600.0],
];

/// Rounding of places to pixels, logical pixels.
const ROUNDING: f32 = 1.0;

/// Words as they are painted.
#[derive(Debug, Clone)]
struct Words {
    text: String,
    rect: Rect,
    /// Beyond this nothing of them is seen.
    clip: Rect,
    /// Whether there were more, which have no room.
    is_elided: bool,
}

impl Words {
    /// Where they are seen.
    fn seen(&self) -> Rect {
        self.rect.intersect(self.clip)
    }
}

fn collect(shape: &Shape, clip: Rect, words: &mut Vec<Words>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, words)),
        Shape::Text(text) if !text.galley.text().trim().is_empty() => words.push(Words {
            text: text.galley.text().to_owned(),
            rect: shape.visual_bounding_rect(),
            clip,
            is_elided: text.galley.elided || text.galley.text().ends_with('…'),
        }),
        _ => {}
    }
}

/// All that is painted, from behind to the front.
fn words(stage: &Stage) -> Vec<Words> {
    let mut words = Vec::new();
    for clipped in &stage.harness.output().shapes {
        collect(&clipped.shape, clipped.clip_rect, &mut words);
    }
    words
}

/// What can be clicked or has the keyboard in turn, by name: of the window over the views, if there is one.
fn controls(stage: &Stage, is_window_open: bool) -> Vec<(String, Role, Rect)> {
    let is_control = by().predicate(move |node| {
        let data = node.data();
        let is_control = data.supports_action(Action::Click) || data.supports_action(Action::Focus);
        is_control && (!is_window_open || is_in_window(*node))
    });
    let nodes = stage.harness.query_all(is_control);
    nodes
        .map(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            (name, node.accesskit_node().role(), node.rect())
        })
        .collect()
}

/// Whether it is in a window over the views, and not the window itself.
fn is_in_window(node: AccessKitNode<'_>) -> bool {
    let parents = std::iter::successors(node.parent(), AccessKitNode::parent);
    parents
        .filter(|parent| parent.parent().is_some())
        .any(|parent| parent.role() == Role::Window)
}

/// How far two of them lie over each other, logical pixels.
fn overlap(a: Rect, b: Rect) -> f32 {
    let shared = a.intersect(b);
    shared.width().min(shared.height())
}

/// Whether it is a row of a list, of which the first and the last may be scrolled half out of sight.
fn is_row((name, role, _): &(String, Role, Rect)) -> bool {
    *role == Role::ListBoxOption || (name.starts_with("Line ") && name.contains(" to "))
}

/// What is meant to lie over something: marks and handles in pictures, rows in their list.
fn is_within(inner: &(String, Role, Rect), outer: &(String, Role, Rect)) -> bool {
    let is_in_picture = inner.0.starts_with("Line at ") || inner.0.ends_with(" in the spectrum");
    let is_picture = outer.1 == Role::Image;
    let is_of_list = is_row(inner) || inner.1 == Role::ScrollBar;
    (is_in_picture && is_picture) || (is_of_list && outer.1 == Role::ListBox)
}

/// What of `words` and the controls hasn't its room; `what` says where.
fn faults(what: &str, stage: &Stage, words: &[Words], is_window_open: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut whole = stage.harness.ctx.content_rect().expand(ROUNDING);
    let controls = controls(stage, is_window_open);
    let rows: Vec<Rect> = controls
        .iter()
        .filter(|control| is_row(control))
        .map(|(.., rect)| *rect)
        .collect();
    for (idx, these) in words.iter().enumerate() {
        let (text, rect, clip) = (&these.text, these.rect, these.clip);
        if !clip.intersects(rect) {
            // Scrolled out of sight.
            continue;
        }
        let mut room = clip.expand(ROUNDING).intersect(whole);
        let is_in_row = rows.iter().any(|row| row.contains(rect.center()));
        if is_in_row || is_window_open {
            // What is scrolled may be half in sight.
            room = Rect::from_x_y_ranges(room.x_range(), rect.y_range());
        }
        if !room.contains_rect(rect) {
            faults.push(format!("{what}: {text:?} at {rect} is cut off by {clip}"));
        }
        // Rows have all of it in what they show under the pointer.
        if these.is_elided && !is_in_row {
            faults.push(format!("{what}: {text:?} has no room"));
        }
        for other in &words[..idx] {
            let is_same = other.text == *text;
            if !is_same && overlap(other.seen(), these.seen()) > ROUNDING {
                faults.push(format!("{what}: {:?} and {text:?} at {rect}", other.text));
            }
        }
    }
    if is_window_open {
        whole = Rect::from_x_y_ranges(whole.x_range(), f32::MIN..=f32::MAX);
    }
    for (idx, control) in controls.iter().enumerate() {
        if !is_row(control) && !whole.contains_rect(control.2) {
            faults.push(format!("{what}: {control:?} is out of the window"));
        }
        // Rows are scrolled under what is above and below their list.
        for other in controls[..idx]
            .iter()
            .filter(|it| is_row(it) == is_row(control))
        {
            let is_meant = is_within(control, other) || is_within(other, control);
            if !is_meant && overlap(control.2, other.2) > ROUNDING {
                faults.push(format!("{what}: {control:?} and {other:?}"));
            }
        }
    }
    faults
}

/// Windows of all sizes at both scales, by the scale of the system and by the editor's own.
fn stages() -> impl Iterator<Item = (String, Stage)> {
    SIZES.into_iter().flat_map(|[width, height]| {
        let ways = [(1.0, 1.0), (2.0, 1.0), (1.0, 2.0)];
        // One after the other: they are large.
        ways.into_iter().map(move |(scale, zoom)| {
            let options = SessionOptions {
                zoom,
                ..SessionOptions::default()
            };
            let stage = Stage::with(zoom * width, zoom * height, scale, options);
            (format!("{width}x{height} at {scale} by {zoom}"), stage)
        })
    })
}

/// The views of a small window, or all at once.
fn each_view(stage: &mut Stage, mut see: impl FnMut(&str, &mut Stage)) {
    let tabs = [
        "View: Spectrum",
        "View: History",
        "View: Lines",
        "View: Controls",
    ];
    if !stage.says(tabs[0]) {
        return see("", stage);
    }
    for tab in tabs {
        stage.click(tab);
        see(&format!(", {tab}"), stage);
    }
}

#[test]
fn views_have_room_for_all_they_say() {
    let mut found = Vec::new();
    for (what, mut stage) in stages() {
        let mut see = |state: &str, stage: &mut Stage| {
            each_view(stage, |view, stage| {
                let what = format!("{what}{view}, {state}");
                found.extend(faults(&what, stage, &words(stage), false));
            });
        };
        stage.harness.run_steps(2);
        see("new", &mut stage);
        stage.click("Mode: Duck");
        stage.play_in_steps(&demo()[..3700], 200);
        see("played", &mut stage);
        let mut options = stage.params.editor_options();
        let rows = stage.harness.state().model().lines.rows();
        for row in &rows[..2] {
            options.struck.strike(row.span_s());
        }
        stage.params.set_editor_options(options);
        stage.harness.run_steps(3);
        see("struck", &mut stage);
        stage.params.reel.change(|reel| *reel = orders::reel(8));
        stage.press(Key::L, Modifiers::COMMAND);
        stage.harness.run_steps(3);
        found.extend(faults(
            &format!("{what}, remembered"),
            &stage,
            &words(&stage),
            false,
        ));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn windows_over_the_views_have_room_for_all_they_say() {
    let mut found = Vec::new();
    for (what, mut stage) in stages() {
        stage.harness.run_steps(2);
        for button in ["Setup", "?"] {
            let num_behind = words(&stage).len();
            stage.click(button);
            let words = &words(&stage)[num_behind..];
            assert!(words.len() > 10, "{words:?}");
            found.extend(faults(&format!("{what}, {button}"), &stage, words, true));
            stage.press(Key::Escape, Modifiers::NONE);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
