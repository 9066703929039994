//! Under the list of remembered lines: the line at the keyboard in words, or what is being typed for the chosen ones.

use egui::{Key, Rect, RichText, TextEdit, Ui};

use crate::editor::edit::order_steps::{OrderStep, parse_order};
use crate::editor::theme::{SMALL_TEXT, TEXT_GAP};
use crate::editor::views::frame::row_in;
use crate::editor::views::remembered_row::more_text;
use crate::editor::views::remembered_state::{Entry, EntryKind};
use crate::editor::views::scene::Scene;
use crate::editor::widgets::label;
use crate::words::{counted, one_line};

/// Longest note that can be typed: a sentence or two, so that a whole film's fit into a session.
const MAX_NOTE_CHARS: usize = 200;

/// Draws it.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    match scene.state.remembered.entry.take() {
        Some(entry) => scene.state.remembered.entry = type_in(ui, rect, scene, entry),
        None => tell(ui, rect, scene),
    }
}

/// Gives back what is still being typed.
fn type_in(ui: &mut Ui, rect: Rect, scene: &mut Scene, mut entry: Entry) -> Option<Entry> {
    let lines = counted(entry.spans_s.len(), "line");
    let (name, hint, max_chars) = match entry.kind {
        EntryKind::Loss => ("Loss", "2.0, +1.0, -0.5 LU", 20),
        EntryKind::Note => ("Note", "in words", MAX_NOTE_CHARS),
    };
    row_in(ui, rect, |ui| {
        let name = ui.label(format!("{name} for {lines}"));
        let problem_width = if entry.problem.is_some() {
            0.6 * rect.width()
        } else {
            0.0
        };
        let width = (ui.available_width() - problem_width).clamp(60.0, 600.0);
        let edit = TextEdit::singleline(&mut entry.text)
            .id(ui.scope_id().with("entry"))
            .char_limit(max_chars)
            .hint_text(hint)
            .desired_width(width);
        let response = ui.add(edit).labelled_by(name.id);
        if let Some(problem) = &entry.problem {
            let text = RichText::new(problem).size(SMALL_TEXT);
            ui.add(egui::Label::new(text.color(scene.theme.strained)).truncate());
        }
        if response.changed() {
            entry.problem = None;
        }
        if !response.lost_focus() {
            response.request_focus();
            return Some(entry);
        }
        let [is_kept, is_left] =
            [Key::Enter, Key::Escape].map(|key| ui.input(|input| input.key_pressed(key)));
        scene.state.remembered.takes_focus |= is_kept || is_left;
        if is_left {
            return None;
        }
        match step(&entry) {
            Ok(step) => scene.edits.order(&entry.spans_s, &step),
            // Who has gone elsewhere isn't called back.
            Err(_) if !is_kept => {}
            Err(problem) => {
                scene.state.remembered.takes_focus = false;
                response.request_focus();
                entry.problem = Some(problem);
                return Some(entry);
            }
        }
        None
    })
}

fn step(entry: &Entry) -> Result<OrderStep, String> {
    match entry.kind {
        EntryKind::Loss => parse_order(&entry.text).map(OrderStep::Give),
        EntryKind::Note => Ok(OrderStep::Note(one_line(entry.text.trim()))),
    }
}

fn tell(ui: &mut Ui, rect: Rect, scene: &Scene) {
    let list = &scene.state.remembered.list;
    let row = list
        .choice
        .cursor()
        .and_then(|row_idx| list.rows().get(row_idx));
    let chosen = match list.choice.num_rows() {
        0 if list.rows().is_empty() => return,
        0 => format!(
            "{}. Choose some by mouse or arrow keys; ? tells all keys.",
            counted(list.shown().len(), "line")
        ),
        num => format!("{num} of {} chosen", list.shown().len()),
    };
    let mut parts = vec![chosen];
    if let Some(row) = row {
        parts.push(more_text(row, &scene.timeline).replace('\n', "   "));
    }
    parts.retain(|part| !part.is_empty());
    let text = parts.join("   ");
    let shown = label::fitted(ui, &text, rect.width() - TEXT_GAP, SMALL_TEXT);
    let color = scene.theme.quiet;
    label::text(
        ui,
        rect,
        egui::Align2::LEFT_CENTER,
        &shown,
        SMALL_TEXT,
        color,
        &format!("Remembered: {text}"),
    );
}
