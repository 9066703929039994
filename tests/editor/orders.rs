//! The list of remembered lines: orders by keys and mouse.

use std::fs;

use egui::{Key, Modifiers, PointerButton};
use egui_kittest::kittest::{NodeT, Queryable, by};
use underscore::memory::orders::{Order, Orders};
use underscore::memory::remembered::{Effect, Reel, RideLine, SCALES};
use underscore::params::session::SessionOptions;
use underscore::snapshot::Figures;

use crate::stage::{Stage, demo, target};

/// SII with the music untouched, with what was learned, and the loss that takes, LU: of lines that need nothing,
/// what they would take.
const KINDS: [(f32, f32, f32, f32); 4] = [
    (0.62, 0.66, 0.6, 0.0),
    (0.21, 0.48, 3.4, 1.0),
    (0.38, 0.52, 1.7, 1.0),
    (0.12, 0.27, 6.3, 1.0),
];

/// A line every three seconds, two seconds long.
fn line(line_idx: usize) -> RideLine {
    let (before, learned, loss_lu, learned_scale) = KINDS[line_idx % KINDS.len()];
    let start_s = 1.0 + 3.0 * line_idx as f64;
    RideLine {
        start_s,
        end_s: start_s + 2.0,
        learned_scale,
        effects: SCALES.map(|scale| Effect {
            loss_lu: loss_lu * scale,
            figures: Figures {
                sii: before + (learned - before) * scale.min(1.2),
                sii_without_music: 0.75,
                ..Figures::default()
            },
        }),
        ..RideLine::default()
    }
}

pub fn reel(num_lines: usize) -> Reel {
    let mut reel = Reel::default();
    let lines = (0..num_lines).map(line).collect();
    reel.replace((0.0, 3.0 * num_lines as f64 + 1.0), lines);
    reel
}

/// An editor that remembers so many lines and shows them, at 25 frames per second.
fn stage(width: f32, height: f32, num_lines: usize) -> Stage {
    let options = SessionOptions {
        rate: Some("25".into()),
        start: "01:00:00:00".into(),
        ..SessionOptions::default()
    };
    let mut stage = Stage::with(width, height, 1.0, options);
    stage.params.reel.change(|it| *it = reel(num_lines));
    stage.harness.run_steps(2);
    stage.press(Key::L, Modifiers::COMMAND);
    stage.harness.run_steps(2);
    stage
}

fn orders(stage: &Stage) -> Vec<Orders> {
    let lines = |reel: &Reel| {
        reel.lines()
            .iter()
            .map(|line| line.orders.clone())
            .collect()
    };
    stage.params.reel.read(lines)
}

fn order(stage: &Stage, line_idx: usize) -> Order {
    orders(stage)[line_idx].order
}

/// What a screen reader says of the rows that are there.
fn rows(stage: &Stage) -> Vec<String> {
    let is_row = by().predicate(|node| node.role() == egui::Role::ListBoxOption);
    let rows = stage.harness.query_all(is_row);
    rows.filter_map(|node| node.accesskit_node().label())
        .collect()
}

fn chosen(stage: &Stage) -> Vec<usize> {
    let is_chosen = by().predicate(|node| {
        node.role() == egui::Role::ListBoxOption
            && node.toggled() == Some(egui::accesskit::Toggled::True)
    });
    let number = |label: String| label.split([' ', ':']).nth(1)?.parse().ok();
    let rows = stage.harness.query_all(is_chosen);
    rows.filter_map(|node| number(node.accesskit_node().label()?))
        .collect()
}

/// Types a character as windows pass it on.
fn typed(stage: &mut Stage, text: &str) {
    stage.harness.event(egui::Event::Text(text.to_owned()));
    stage.harness.run_steps(2);
}

fn press_times(stage: &mut Stage, key: Key, modifiers: Modifiers, times: usize) {
    for _ in 0..times {
        stage.press(key, modifiers);
    }
}

/// Clicks the row of a line, counted from 1.
fn click_row(stage: &mut Stage, number: usize, modifiers: Modifiers) {
    let label = format!("Line {number}: ");
    let at = stage
        .harness
        .get_all_by_label_contains(&label)
        .next()
        .expect("the row is seen")
        .rect()
        .center();
    stage.harness.hover_at(at);
    for pressed in [true, false] {
        let event = egui::Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers,
        };
        stage.harness.event_modifiers(event, modifiers);
    }
    stage.harness.run_steps(3);
}

#[test]
fn the_switch_shows_what_is_remembered_beside_what_was_heard() {
    let mut stage = stage(1100.0, 700.0, 8);
    assert!(stage.is_on("Lines: Remembered"));
    assert!(rows(&stage)[1].contains("masked, by its orders clear, gets 3.4 LU, needs 3.4 LU"));
    stage.click("Lines: Heard");
    assert!(stage.says("No lines yet") && rows(&stage).is_empty());
    stage.click("Lines: Remembered");
    assert_eq!(rows(&stage).len(), 8);
    stage.press(Key::L, Modifiers::COMMAND);
    assert!(stage.is_on("Lines: Heard"));
    stage.press(Key::L, Modifiers::COMMAND);
    stage.harness.get_by_label("Trim").focus();
    stage.harness.run_steps(2);
    stage.press(Key::L, Modifiers::COMMAND);
    assert!(
        stage.is_on("Lines: Remembered"),
        "the keyboard comes back first"
    );
    stage.press(Key::L, Modifiers::COMMAND);
    assert!(stage.is_on("Lines: Heard"));
    stage.params.reel.change(|it| *it = Reel::default());
    stage.click("Lines: Remembered");
    assert!(stage.says("Nothing is remembered yet"));
}

#[test]
fn orders_are_given_by_keys_alone() {
    let mut stage = stage(1100.0, 700.0, 12);
    stage.press(Key::ArrowDown, Modifiers::NONE);
    stage.press(Key::ArrowDown, Modifiers::NONE);
    assert_eq!(chosen(&stage), [2]);
    typed(&mut stage, "o");
    assert_eq!(order(&stage, 1), Order::Off);
    assert!(rows(&stage)[1].contains("masked, gets 0.0 LU, needs 3.4 LU, order Off"));
    // Capitals are the same keys.
    typed(&mut stage, "A");
    assert_eq!(order(&stage, 1), Order::Auto);
    for _ in 0..3 {
        typed(&mut stage, "-");
    }
    typed(&mut stage, "+");
    assert_eq!(order(&stage, 1), Order::Change(-1.0));
    assert!(stage.says("gets 2.4 LU, needs 3.4 LU, order -1.0 LU"));
    press_times(&mut stage, Key::ArrowLeft, Modifiers::NONE, 3);
    stage.press(Key::ArrowRight, Modifiers::NONE);
    press_times(&mut stage, Key::ArrowRight, Modifiers::SHIFT, 2);
    typed(&mut stage, "[");
    typed(&mut stage, "{");
    assert!(stage.says("in -3 fr, out +1 fr"));
    stage.press(Key::Delete, Modifiers::NONE);
    assert!(!orders(&stage)[1].are_given());
}

#[test]
fn several_lines_are_chosen_by_keys() {
    let mut stage = stage(1100.0, 700.0, 12);
    stage.press(Key::Home, Modifiers::NONE);
    press_times(&mut stage, Key::ArrowDown, Modifiers::SHIFT, 2);
    assert_eq!(chosen(&stage), [1, 2, 3]);
    press_times(&mut stage, Key::ArrowDown, Modifiers::COMMAND, 2);
    typed(&mut stage, "x");
    assert_eq!(chosen(&stage), [1, 2, 3, 5]);
    typed(&mut stage, "o");
    let off: Vec<usize> = (0..12)
        .filter(|&idx| order(&stage, idx) == Order::Off)
        .collect();
    assert_eq!(off, [0, 1, 2, 4]);
    stage.press(Key::A, Modifiers::COMMAND);
    typed(&mut stage, "a");
    assert!(orders(&stage).iter().all(|orders| !orders.are_given()));
    // One undo for all of them.
    stage.press(Key::Z, Modifiers::COMMAND);
    assert_eq!(order(&stage, 4), Order::Off);
}

#[test]
fn several_lines_are_chosen_and_ordered_with_the_mouse() {
    let mut stage = stage(1100.0, 700.0, 12);
    click_row(&mut stage, 2, Modifiers::NONE);
    click_row(&mut stage, 4, Modifiers::SHIFT);
    click_row(&mut stage, 6, Modifiers::COMMAND);
    click_row(&mut stage, 3, Modifiers::COMMAND);
    assert_eq!(chosen(&stage), [2, 4, 6]);
    stage.click("Order: Off");
    assert!(stage.is_on("Order: Off"));
    assert_eq!(
        [1, 2, 3, 5].map(|idx| order(&stage, idx) == Order::Off),
        [true, false, true, true]
    );
    stage.click("Order: Auto");
    stage.click("Order: More");
    stage.click("Order: More");
    stage.click("Order: Less");
    assert_eq!(order(&stage, 3), Order::Change(0.5));
    stage.click("In: A frame earlier");
    stage.click("Out: A frame later");
    assert!(stage.says("in -1 fr, out +1 fr"));
    stage.click("Order: Reset");
    assert!(!orders(&stage)[3].are_given());
    // The keyboard is still with the list.
    typed(&mut stage, "o");
    assert_eq!(order(&stage, 5), Order::Off);
}

#[test]
fn a_loss_is_typed_and_what_is_none_is_refused_in_words() {
    let mut stage = stage(1100.0, 700.0, 8);
    click_row(&mut stage, 4, Modifiers::NONE);
    typed(&mut stage, "=");
    typed(&mut stage, "99");
    stage.press(Key::Enter, Modifiers::NONE);
    assert!(stage.says("99 LU: a loss must be 0 to 30"));
    stage.compared_picture("remembered-loss");
    press_times(&mut stage, Key::Backspace, Modifiers::NONE, 2);
    typed(&mut stage, "2,5");
    stage.press(Key::Enter, Modifiers::NONE);
    assert_eq!(order(&stage, 3), Order::Fixed(2.5));
    assert!(stage.says("gets 2.5 LU, needs 6.3 LU, order = 2.5 LU"));
    typed(&mut stage, "=");
    typed(&mut stage, "1");
    stage.press(Key::Escape, Modifiers::NONE);
    assert_eq!(order(&stage, 3), Order::Fixed(2.5));
    typed(&mut stage, "o");
    assert_eq!(order(&stage, 3), Order::Off);
    // A click elsewhere keeps what was typed, for the lines that it was typed for.
    typed(&mut stage, "=");
    typed(&mut stage, "+1.5");
    click_row(&mut stage, 2, Modifiers::NONE);
    assert_eq!(
        [1, 3].map(|idx| order(&stage, idx)),
        [Order::Auto, Order::Change(1.5)]
    );
}

#[test]
fn a_note_is_typed_without_touching_the_orders() {
    let mut stage = stage(1100.0, 700.0, 8);
    click_row(&mut stage, 2, Modifiers::NONE);
    stage.press(Key::Enter, Modifiers::NONE);
    typed(&mut stage, "too loud, says Ann: a+o=n -x [j]");
    // Keys of a text.
    stage.press(Key::ArrowLeft, Modifiers::NONE);
    stage.press(Key::ArrowRight, Modifiers::SHIFT);
    stage.press(Key::Enter, Modifiers::NONE);
    let expected = Orders {
        note: "too loud, says Ann: a+o=n -x [j]".into(),
        ..Orders::default()
    };
    assert_eq!(orders(&stage)[1], expected);
    assert_eq!(orders(&stage).iter().filter(|it| it.are_given()).count(), 1);
    stage.press(Key::Delete, Modifiers::NONE);
    assert_eq!(orders(&stage)[1], expected, "a note isn't a learned thing");
    typed(&mut stage, "n");
    typed(&mut stage, "!");
    stage.press(Key::Escape, Modifiers::NONE);
    assert_eq!(orders(&stage)[1], expected);
    stage.fill("Find in notes", "ANN");
    assert_eq!(rows(&stage).len(), 1);
    stage.press(Key::Z, Modifiers::COMMAND);
    assert_eq!(
        orders(&stage)[1],
        expected,
        "undo belongs to the text that is typed"
    );
    stage.fill("Find in notes", "Bob");
    assert!(stage.says("No line like this."));
}

#[test]
fn orders_and_parameters_are_undone_in_the_order_of_their_making() {
    let mut stage = stage(1100.0, 700.0, 8);
    click_row(&mut stage, 2, Modifiers::NONE);
    typed(&mut stage, "o");
    stage.click("Mode: Duck");
    click_row(&mut stage, 3, Modifiers::NONE);
    typed(&mut stage, "+");
    let now = |stage: &Stage| (order(stage, 1), stage.value("mode"), order(stage, 2));
    let done = (Order::Off, "Duck".to_owned(), Order::Change(0.5));
    assert_eq!(now(&stage), done);
    stage.press(Key::Z, Modifiers::COMMAND);
    assert_eq!(now(&stage), (Order::Off, "Duck".to_owned(), Order::Auto));
    stage.click("Undo");
    assert_eq!(now(&stage), (Order::Off, "Meter".to_owned(), Order::Auto));
    stage.press(Key::Z, Modifiers::COMMAND);
    assert_eq!(now(&stage), (Order::Auto, "Meter".to_owned(), Order::Auto));
    stage.press(Key::Y, Modifiers::COMMAND);
    stage.press(Key::Z, Modifiers::COMMAND | Modifiers::SHIFT);
    stage.click("Redo");
    assert_eq!(now(&stage), done);
}

#[test]
fn a_pass_that_finds_other_lines_leaves_the_undo_with_the_right_ones() {
    let mut stage = stage(1100.0, 700.0, 8);
    click_row(&mut stage, 3, Modifiers::NONE);
    typed(&mut stage, "o");
    // The first line is two now, and the ends of the third have moved.
    let at = |start_s: f64, end_s: f64| RideLine {
        start_s,
        end_s,
        ..line(2)
    };
    let heard = vec![at(0.9, 1.8), at(2.0, 3.0), at(4.0, 6.0), at(7.04, 9.02)];
    stage
        .params
        .reel
        .change(|reel| reel.replace((0.0, 9.5), heard));
    stage.harness.run_steps(2);
    assert_eq!(chosen(&stage), [4]);
    assert_eq!(order(&stage, 3), Order::Off);
    stage.press(Key::Z, Modifiers::COMMAND);
    assert!(orders(&stage).iter().all(|orders| !orders.are_given()));
}

#[test]
fn filters_show_edited_masked_and_off_and_the_choice_goes_along() {
    let mut stage = stage(1100.0, 700.0, 8);
    stage.click("Show: Masked");
    // Every fourth one, twice.
    let numbers = |stage: &Stage| {
        let number = |label: String| label[5..].split(':').next()?.parse().ok();
        rows(stage)
            .into_iter()
            .filter_map(number)
            .collect::<Vec<usize>>()
    };
    assert_eq!(numbers(&stage), [2, 4, 6, 8]);
    click_row(&mut stage, 4, Modifiers::NONE);
    click_row(&mut stage, 6, Modifiers::COMMAND);
    stage.click("Order: Off");
    stage.click("Show: All");
    assert_eq!(chosen(&stage), [4, 6]);
    click_row(&mut stage, 1, Modifiers::NONE);
    stage.click("Order: More");
    stage.click("Show: Edited");
    assert_eq!(numbers(&stage), [1, 4, 6]);
    stage.click("Show: Off");
    assert_eq!(numbers(&stage), [4, 6]);
    // What falls out of sight is no longer chosen: the next one is.
    click_row(&mut stage, 4, Modifiers::NONE);
    typed(&mut stage, "a");
    assert_eq!((numbers(&stage), chosen(&stage)), (vec![6], vec![6]));
}

#[test]
fn two_thousand_lines_cost_the_rows_that_are_seen() {
    for (width, height, most) in [(1100.0, 700.0, 16), (640.0, 400.0, 12)] {
        let mut stage = stage(width, height, 2000);
        for key in [Key::Home, Key::PageDown, Key::End] {
            stage.press(key, Modifiers::NONE);
            stage.harness.run_steps(1);
            let num_rows = rows(&stage).len();
            assert!(
                (5..=most).contains(&num_rows),
                "{num_rows} rows are painted"
            );
        }
        assert_eq!(chosen(&stage), [2000], "the last one is in sight");
        let revision = stage.params.reel.revision();
        stage.harness.run_steps(5);
        assert_eq!(
            stage.params.reel.revision(),
            revision,
            "looking changes nothing"
        );
        stage.press(Key::A, Modifiers::COMMAND);
        typed(&mut stage, "-");
        assert_eq!(stage.params.reel.revision(), revision + 1);
        assert!(
            orders(&stage)
                .iter()
                .skip(1)
                .step_by(4)
                .all(|orders| orders.order == Order::Change(-0.5))
        );
    }
}

#[test]
fn the_line_at_the_play_position_is_marked_and_followed() {
    let mut stage = stage(1100.0, 700.0, 200);
    let playing = |stage: &Stage| {
        let rows = rows(stage);
        rows.into_iter().find(|row| row.ends_with(", playing"))
    };
    assert_eq!(playing(&stage), None);
    let mut hops = demo()[..1000].to_vec();
    // To within the hundredth line.
    for hop in &mut hops {
        hop.position_samples += 48_000 * (298 - 1000 * 256 / 48_000 + 1);
    }
    stage.play_in_steps(&hops, 200);
    assert!(playing(&stage).is_some_and(|row| row.starts_with("Line 100: ")));
    assert!(stage.is_on("List: Follow"));
    stage.press(Key::Home, Modifiers::NONE);
    assert!(!stage.is_on("List: Follow"));
    assert_eq!(playing(&stage), None, "who goes elsewhere stays there");
    typed(&mut stage, "j");
    assert_eq!(chosen(&stage), [100]);
    assert!(playing(&stage).is_some());
    typed(&mut stage, "f");
    assert!(stage.is_on("List: Follow"));
}

#[test]
fn a_line_that_is_chosen_in_the_history_is_chosen_in_the_list() {
    let mut stage = stage(1100.0, 700.0, 10);
    stage.play(demo());
    let mark = stage
        .harness
        .get_all_by_label_contains("Line at ")
        .nth(1)
        .expect("a mark");
    mark.click();
    stage.harness.run_steps(3);
    assert_eq!(chosen(&stage), [2]);
}

#[test]
fn tab_reaches_every_control_of_the_list_and_the_list_once() {
    for (width, height) in [(1100.0, 700.0), (640.0, 400.0)] {
        let mut stage = stage(width, height, 2000);
        stage.press(Key::Home, Modifiers::NONE);
        let mut reached = Vec::new();
        for _ in 0..90 {
            stage.press(Key::Tab, Modifiers::NONE);
            let focused = by().predicate(|node| node.is_focused());
            let labels = stage.harness.query_all(focused);
            reached.extend(labels.filter_map(|node| node.accesskit_node().label()));
        }
        for label in [
            "Lines: Heard",
            "Lines: Remembered",
            "Show: All",
            "Show: Edited",
            "Show: Masked",
            "Show: Off",
            "List: Follow",
            "Find in notes",
            "Order: Auto",
            "Order: Off",
            "Order: Less",
            "Order: More",
            "Order: Loss",
            "In: A frame earlier",
            "In: A frame later",
            "Out: A frame earlier",
            "Out: A frame later",
            "Order: Note",
            "Order: Reset",
            "Remembered: File...",
        ] {
            assert!(reached.iter().any(|it| it == label), "{label}: {reached:?}");
        }
        // Where the keyboard is in the list, a screen reader finds the row.
        let (in_list, rounds) = ("Line 1: ", "Order: Reset");
        let count = |start: &str| reached.iter().filter(|it| it.starts_with(start)).count();
        assert_eq!(count("Line "), count(in_list));
        assert!(count(in_list).abs_diff(count(rounds)) <= 1, "{reached:?}");
    }
}

#[test]
fn what_is_remembered_is_written_to_a_file_and_read_from_one() {
    let folder = target().join("editor").join("rides");
    let _ = fs::remove_dir_all(&folder);
    let path = folder.join("reel.ride.json");
    let mut stage = stage(1100.0, 700.0, 3);
    stage.click("Remembered: File...");
    stage.fill("File", &path.display().to_string());
    stage.click("Read");
    assert!(stage.says("reel.ride.json: "), "there is none yet");
    stage.click("Write");
    assert!(stage.says("Written: "));
    assert_eq!(fs::read_to_string(&path).unwrap(), "1 3\n4 6\n7 9\n");
    fs::write(&path, "2 5\n").unwrap();
    stage.click("Read");
    assert!(stage.says("ride.json, 1 line") && stage.says("a note of the reader"));
    assert_eq!(rows(&stage).len(), 1);
    fs::write(&path, "loud").unwrap();
    stage.click("Read");
    assert!(stage.says("\"loud\" is no time"));
    assert_eq!(rows(&stage).len(), 1);
    stage.click("Undo");
    assert_eq!(rows(&stage).len(), 3);
    stage.click("Redo");
    assert_eq!(rows(&stage).len(), 1);
    stage.press(Key::Escape, Modifiers::NONE);
    stage.click("Remembered: File...");
    // A path that is the same everywhere, and no message of the system.
    stage.fill("File", "reels/reel 3.ride.json");
    stage.harness.event(egui::Event::PointerGone);
    stage.harness.run_steps(2);
    stage.compared_picture("ride-file");
}

#[test]
fn nothing_is_cut_off_or_covered_at_any_size() {
    for (width, height) in [(1100.0, 700.0), (900.0, 560.0), (640.0, 400.0)] {
        let mut stage = stage(width, height, 40);
        for pane in ["Heard", "Remembered"] {
            stage.click(&format!("Lines: {pane}"));
            stage.picture(&format!("pane-{pane}-{width}"));
            let is_control = by().predicate(|node| {
                let roles = [egui::Role::Button, egui::Role::TextInput];
                roles.contains(&node.role())
                    && node
                        .label()
                        .is_some_and(|label| !label.starts_with("Line "))
            });
            let controls = stage.harness.query_all(is_control);
            let places: Vec<(String, egui::Rect)> = controls
                .map(|node| {
                    (
                        node.accesskit_node().label().unwrap_or_default(),
                        node.rect(),
                    )
                })
                .collect();
            for (idx, (label, place)) in places.iter().enumerate() {
                assert!(place.right() <= width - 8.0, "{label} at {width}: {place}");
                for (other, other_place) in &places[..idx] {
                    let shared = place.intersect(*other_place);
                    let is_apart = shared.width() < 0.5 || shared.height() < 0.5;
                    assert!(is_apart, "{pane} {width}: {label} over {other}");
                }
            }
        }
    }
}

#[test]
fn it_looks_as_it_should() {
    for (width, height, name) in [
        (1100.0, 700.0, "remembered-1100"),
        (640.0, 400.0, "remembered-640"),
    ] {
        let mut stage = stage(width, height, 40);
        for (line_idx, order, in_s, out_s, note) in [
            (1, Order::Auto, None, None, "Ann: the strings enter here"),
            (2, Order::Off, None, None, ""),
            (
                3,
                Order::Change(-1.0),
                Some(9.88),
                None,
                "ask for a stem without the horns, and for more time",
            ),
            (4, Order::Fixed(2.0), None, Some(15.12), ""),
            (5, Order::Change(1.0), Some(15.8), Some(18.2), ""),
        ] {
            let orders = Orders {
                order,
                in_s,
                out_s,
                note: note.into(),
            };
            stage
                .params
                .reel
                .change(|reel| reel.set_orders(line_idx, orders));
        }
        // To within the ninth line.
        stage.play(&demo()[..4875]);
        click_row(&mut stage, 4, Modifiers::NONE);
        click_row(&mut stage, 6, Modifiers::SHIFT);
        stage.harness.event(egui::Event::PointerGone);
        stage.harness.run_steps(2);
        stage.compared_picture(name);
        if width < 700.0 {
            stage.click("?");
            assert!(stage.says("Keys of the remembered lines"));
            stage.harness.event(egui::Event::PointerGone);
            stage.harness.run_steps(2);
            stage.compared_picture("remembered-keys");
        }
    }
}
