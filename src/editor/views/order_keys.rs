//! The keys of the list of remembered lines: they count while the list has the keyboard, never while a text is
//! typed.

use egui::{Event, EventFilter, Id, Key, Modifiers, Ui};

use crate::editor::edit::order_steps::{OrderStep, STEP_LU};
use crate::editor::model::row_choice::Reach;
use crate::editor::views::remembered_state::EntryKind;
use crate::editor::views::scene::Scene;
use crate::memory::orders::Order;

/// The keys as the help tells them.
pub const KEYS: [(&str, &str); 13] = [
    ("Ctrl L", "to the list of remembered lines, and back"),
    (
        "Arrows, Page, Home, End",
        "from line to line; Shift chooses all on the way",
    ),
    (
        "Ctrl Up, Ctrl Down, X",
        "on without choosing; X adds or drops the line",
    ),
    ("Ctrl A", "choose all lines shown"),
    ("A, O", "auto; off"),
    ("+, -", "0.5 LU more; less"),
    ("=", "type a loss (2), or a change (+1, -0.5)"),
    (
        "Left, Right",
        "the cut begins a frame earlier, later; also [ and ]",
    ),
    (
        "Shift Left, Right",
        "the cut ends a frame earlier, later; also { and }",
    ),
    ("Delete", "all but the note as learned"),
    ("N, Enter", "write a note: Enter keeps it, Escape leaves it"),
    ("J, F", "go to the line at the play position; follow it"),
    ("Ctrl Z, Ctrl Y", "undo; redo"),
];

/// Does what was pressed, if the list called `id` has the keyboard.
pub fn by_keys(ui: &Ui, id: Id, scene: &mut Scene) {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return;
    }
    let arrows = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            // Characters, since their keys lie elsewhere on every keyboard.
            Event::Text(text) if !ui.input(|input| input.modifiers.command) => {
                by_text(&text, scene)
            }
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => by_key(key, modifiers, scene),
            _ => {}
        }
    }
}

fn by_text(text: &str, scene: &mut Scene) {
    let frame_s = scene.frame_s();
    let step = match text.to_lowercase().as_str() {
        "a" => OrderStep::Give(Order::Auto),
        "o" => OrderStep::Give(Order::Off),
        "+" => OrderStep::By(STEP_LU),
        "-" => OrderStep::By(-STEP_LU),
        "[" => OrderStep::MoveIn(-frame_s),
        "]" => OrderStep::MoveIn(frame_s),
        "{" => OrderStep::MoveOut(-frame_s),
        "}" => OrderStep::MoveOut(frame_s),
        "=" => return scene.state.remembered.begin_entry(EntryKind::Loss),
        "n" => return scene.state.remembered.begin_entry(EntryKind::Note),
        "j" => return go_to_playing(scene),
        "f" => return toggle_following(scene),
        "x" => return toggle_row(scene),
        _ => return,
    };
    scene.order(&step);
}

fn by_key(key: Key, modifiers: Modifiers, scene: &mut Scene) {
    let frame_s = scene.frame_s();
    // One row of the page before stays in sight.
    let page = scene.state.remembered.page_rows.saturating_sub(1).max(1) as isize;
    match key {
        Key::ArrowUp => go_by(-1, modifiers, scene),
        Key::ArrowDown => go_by(1, modifiers, scene),
        Key::PageUp => go_by(-page, modifiers, scene),
        Key::PageDown => go_by(page, modifiers, scene),
        // Far beyond any list.
        Key::Home => go_by(-(1 << 30), modifiers, scene),
        Key::End => go_by(1 << 30, modifiers, scene),
        Key::A if modifiers.command => {
            let list = &mut scene.state.remembered.list;
            let shown = list.shown().to_vec();
            list.choice.take_all(&shown);
        }
        Key::ArrowLeft | Key::ArrowRight => {
            let by_s = if key == Key::ArrowLeft {
                -frame_s
            } else {
                frame_s
            };
            let step = match modifiers.shift {
                false => OrderStep::MoveIn(by_s),
                true => OrderStep::MoveOut(by_s),
            };
            scene.order(&step);
        }
        Key::Delete | Key::Backspace => scene.order(&OrderStep::AsLearned),
        Key::Enter => scene.state.remembered.begin_entry(EntryKind::Note),
        _ => {}
    }
}

fn go_by(num_rows: isize, modifiers: Modifiers, scene: &mut Scene) {
    let reach = if modifiers.shift {
        Reach::Through
    } else if modifiers.command {
        Reach::Cursor
    } else {
        Reach::Alone
    };
    let list = &mut scene.state.remembered.list;
    let shown = list.shown().to_vec();
    list.choice.go_by(num_rows, reach, &shown);
    scene.went_to_row();
}

fn toggle_row(scene: &mut Scene) {
    let list = &mut scene.state.remembered.list;
    if let Some(row_idx) = list.choice.cursor() {
        let shown = list.shown().to_vec();
        list.choice.go_to(row_idx, Reach::Toggle, &shown);
    }
}

/// Chooses the line at the play position, or the last one before it, if the list shows it.
pub fn go_to_playing(scene: &mut Scene) {
    let now_s = scene.model.now_s;
    let list = &mut scene.state.remembered.list;
    let shown = list.shown().to_vec();
    let begun = list.last_begun(now_s).unwrap_or(0);
    let num_begun = shown.partition_point(|&row_idx| row_idx <= begun);
    if let Some(&row_idx) = shown.get(num_begun.saturating_sub(1)) {
        list.choice.go_to(row_idx, Reach::Alone, &shown);
        scene.went_to_row();
    }
}

/// Whether the list goes along with playback.
pub fn toggle_following(scene: &mut Scene) {
    let state = &mut scene.state.remembered;
    state.is_following = !state.is_following;
    state.followed = None;
}
