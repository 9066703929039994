//! Nothing is told by colour alone: with all colours taken away, each state still has its own form or its own word.

use std::collections::{BTreeMap, BTreeSet};

use egui::accesskit::Toggled;
use egui::{Color32, Rect, Role, Shape, Stroke, vec2};
use egui_kittest::kittest::{NodeT, Queryable, by};

use crate::stage::{Stage, demo};

/// The words of the verdicts.
const VERDICTS: [&str; 3] = ["clear", "strained", "masked"];

/// What is left of a shape without its colour and its place along the row.
fn form(shape: &Shape) -> Option<String> {
    let painted = |fill: Color32, stroke: Stroke| {
        let is_filled = fill != Color32::TRANSPARENT;
        format!(
            "{} line {}",
            if is_filled { "full" } else { "empty" },
            stroke.width
        )
    };
    Some(match shape {
        Shape::Circle(circle) => {
            format!(
                "circle of {:.1}, {}",
                circle.radius,
                painted(circle.fill, circle.stroke)
            )
        }
        Shape::Rect(rect) => {
            format!(
                "box of {:.1}, {}",
                rect.rect.height(),
                painted(rect.fill, rect.stroke)
            )
        }
        Shape::Path(path) => format!("path, {} points", path.points.len()),
        Shape::LineSegment { points, stroke } => {
            format!(
                "line of {:.0}, {}",
                points[0].distance(points[1]),
                stroke.width
            )
        }
        _ => return None,
    })
}

/// Calls `see` with all that is painted.
fn each_shape(shapes: &[egui::epaint::ClippedShape], mut see: impl FnMut(&Shape)) {
    fn inner(shape: &Shape, see: &mut impl FnMut(&Shape)) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| inner(shape, see)),
            _ => see(shape),
        }
    }
    for clipped in shapes {
        inner(&clipped.shape, &mut see);
    }
}

/// The forms of what is painted within `place`, but for boxes that have no height.
fn forms(stage: &Stage, place: Rect) -> Vec<String> {
    let mut forms = Vec::new();
    each_shape(&stage.harness.output().shapes, |shape| {
        let rect = shape.visual_bounding_rect();
        if rect.is_positive() && place.expand(0.6).contains_rect(rect) {
            forms.extend(form(shape));
        }
    });
    forms
}

/// Names and places of all that a screen reader may be told.
fn named(stage: &Stage, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, Rect)> {
    let nodes = stage.harness.query_all(by());
    let found = nodes.filter_map(|node| {
        let said = node.accesskit_node();
        let name = said.label().or_else(|| said.value())?;
        is_wanted(&name).then(|| (name, node.rect()))
    });
    found.collect()
}

/// Panics unless each state has one form that no other has.
fn check(forms: &BTreeMap<String, BTreeSet<Vec<String>>>, states: &[&str]) {
    let found: Vec<&str> = forms.keys().map(String::as_str).collect();
    for state in states {
        assert!(found.contains(state), "{state} was not seen: {forms:#?}");
    }
    let all: Vec<_> = forms.values().flatten().collect();
    let apart: BTreeSet<_> = all.iter().collect();
    assert!(
        all.len() == forms.len() && apart.len() == all.len(),
        "{forms:#?}"
    );
}

#[test]
fn marks_of_lines_tell_their_verdict() {
    let mut stage = Stage::new(1920.0, 1200.0);
    stage.play_in_steps(demo(), 200);
    let mut found = BTreeMap::<String, BTreeSet<_>>::new();
    for (name, place) in named(&stage, |name| name.starts_with("Line at ")) {
        let verdict = name.rsplit(", ").next().unwrap_or_default().to_owned();
        found
            .entry(verdict)
            .or_default()
            .insert(forms(&stage, place));
    }
    check(&found, &VERDICTS);
}

#[test]
fn lamps_of_the_others_tell_how_they_fare() {
    let mut stage = Stage::new(1920.0, 1200.0);
    let mut found = BTreeMap::<String, BTreeSet<_>>::new();
    for some in demo().chunks(200) {
        stage.play_in_steps(some, 200);
        let (name, place) = named(&stage, |name| name.starts_with("Others: ")).remove(0);
        // One of the names has a comma in it.
        let said = name["Others: ".len()..].split(", ").filter_map(|said| {
            let mut states = VERDICTS.iter().chain(&["no speech"]);
            states.find(|state| said.ends_with(**state))
        });
        let said: Vec<&&str> = said.collect();
        let width = place.width() / said.len() as f32;
        for (idx, state) in said.iter().enumerate() {
            let at = place.min + vec2(idx as f32 * width, 0.0);
            let lamp = Rect::from_min_size(at, vec2(width, place.height()));
            found
                .entry((**state).to_string())
                .or_default()
                .insert(forms(&stage, lamp));
        }
    }
    check(&found, &["clear", "strained", "masked", "no speech"]);
}

#[test]
fn the_lamp_of_the_sidechain_and_its_word_say_the_same() {
    let mut stage = Stage::new(1100.0, 700.0);
    let mut found = BTreeMap::<String, BTreeSet<_>>::new();
    for some in demo().chunks(50).take(40) {
        stage.play_in_steps(some, 50);
        let (name, place) = named(&stage, |name| name.starts_with("Sidechain: ")).remove(0);
        let lamp = place.with_min_x(place.left() - 40.0);
        found.entry(name).or_default().insert(forms(&stage, lamp));
    }
    check(&found, &["Sidechain: Speech", "Sidechain: No speech"]);
}

#[test]
fn what_is_on_has_a_bar() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.harness.run_steps(2);
    let mut num_on = 0;
    let is_toggle = by().predicate(|node| node.role() == Role::Button && node.toggled().is_some());
    for node in stage.harness.query_all(is_toggle) {
        let is_on = node.accesskit_node().toggled() == Some(Toggled::True);
        let forms = forms(&stage, node.rect());
        let has_bar = forms.contains(&"box of 3.0, full line 0".to_owned());
        assert_eq!(
            is_on,
            has_bar,
            "{:?}: {forms:?}",
            node.accesskit_node().label()
        );
        num_on += usize::from(is_on);
    }
    // Mode, what is heard, A, length of the history, follow, filter, order, list, steering.
    assert_eq!(num_on, 9);
}

#[test]
fn the_chosen_line_has_a_bar() {
    let mut stage = Stage::new(1920.0, 1200.0);
    stage.play_in_steps(demo(), 200);
    let row = |stage: &Stage| {
        named(stage, |name| name.starts_with("Line 2: "))
            .remove(0)
            .1
    };
    let place = row(&stage).expand2(vec2(3.0, 0.0));
    assert!(forms(&stage, place).is_empty());
    stage.harness.get_by_label_contains("Line 2: ").click();
    stage.harness.event(egui::Event::PointerGone);
    stage.harness.run_steps(3);
    let place = row(&stage).expand2(vec2(3.0, 0.0));
    let forms = forms(&stage, place);
    // What is behind it, and the bar.
    assert_eq!(
        forms.iter().filter(|form| form.starts_with("box")).count(),
        2,
        "{forms:?}"
    );
}

#[test]
fn curves_have_their_own_lines_and_the_legend_shows_them() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play_in_steps(&demo()[..1250], 200);
    let mut places = BTreeMap::new();
    each_shape(&stage.harness.output().shapes, |shape| {
        if let Shape::Text(text) = shape {
            places.insert(text.galley.text().to_owned(), shape.visual_bounding_rect());
        }
    });
    let mut found = BTreeMap::<String, BTreeSet<_>>::new();
    for name in ["Dialogue", "Music", "Threshold", "Hidden", "Cut"] {
        // The sample stands at the left of the word; "Dialogue" is also a button.
        let word = places[name].with_min_x(places[name].left() - 24.0);
        let sample = word.with_max_x(places[name].left()).expand2(vec2(0.0, 3.0));
        let forms = forms(&stage, sample);
        assert!(!forms.is_empty(), "{name}");
        found.entry(name.to_owned()).or_default().insert(forms);
    }
    check(&found, &["Threshold"]);
    // Dashes in the plot.
    let plot = stage.harness.get_by_label_contains("Spectrum.").rect();
    let forms = forms(&stage, plot);
    let is_dash = |form: &&String| form.starts_with("line of ") && form.ends_with(", 2");
    let num_dashes = forms.iter().filter(is_dash).count();
    assert!(num_dashes > 50, "{forms:?}");
}
