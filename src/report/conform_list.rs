//! What became of the lines of a ride: as text for a terminal and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::memory::orders_table::order_text;
use crate::memory::picture_change::{Conformed, Followed, State};
use crate::timeline::Timeline;
use crate::words::{clock_text, shift_text};

/// Speeds that differ by less from 1 are 1.
const SPEED_TOLERANCE: f64 = 1e-4;

/// A row for each line, then the sum. The first sample of `timeline` lies at `first_s` of the new ride's times;
/// the old ones are told alike.
pub fn to_text(conformed: &Conformed, timeline: &Timeline, first_s: f64) -> String {
    let mut text = String::new();
    if !conformed.lines.is_empty() {
        text.push_str("#           was           is  state  moved by\n");
    }
    for line in &conformed.lines {
        let told = |time_s: Option<(f64, f64)>| match time_s {
            Some((start_s, _)) if timeline.clock.is_some() => {
                timeline.start_text(start_s - first_s)
            }
            Some((start_s, _)) => clock_text(start_s),
            None => "-".into(),
        };
        let number = line.old_number.map_or("-".into(), |it| it.to_string());
        let row = format!(
            "{number:<3} {:>11}  {:>11}  {:<5}  {}",
            told(line.old_s),
            told(line.new_s),
            line.state.word(),
            about(line, timeline),
        );
        let _ = writeln!(text, "{}", row.trim_end());
    }
    if !conformed.lines.is_empty() {
        text.push('\n');
    }
    if (conformed.speed - 1.0).abs() > SPEED_TOLERANCE {
        let percent = 100.0 * (conformed.speed - 1.0);
        let _ = writeln!(
            text,
            "Speed    {percent:+.2} %: the new reel runs at another speed"
        );
    }
    let num = |state| conformed.num_with(state);
    let num_lost = conformed
        .lines
        .iter()
        .filter(|line| line.state == State::Lost && line.orders.are_given())
        .count();
    let orders = match num_lost {
        0 => String::new(),
        num => format!(" ({num} with orders)"),
    };
    let _ = writeln!(
        text,
        "Followed {} the same, {} moved, {} lost{orders}, {} new",
        num(State::Same),
        num(State::Moved),
        num(State::Lost),
        num(State::New),
    );
    text
}

/// By how much a line was moved, and what is wanted of it.
fn about(line: &Followed, timeline: &Timeline) -> String {
    let mut words = Vec::new();
    if let (State::Moved, Some(old_s), Some(new_s)) = (line.state, line.old_s, line.new_s) {
        words.push(shift_text(new_s.0 - old_s.0, timeline.frames_per_second()));
    }
    if line.old_number.is_none() && line.state != State::New {
        words.push("(not in the old ride: to be learned)".into());
    }
    if line.is_copy {
        words.push("(a second time)".into());
    }
    if line.orders.are_given() {
        words.push(order_text(line.orders.order));
        words.push(line.orders.note.clone());
    }
    words.join(" ")
}

/// A list with an object for each line, as indented JSON with a final newline.
pub fn to_json(conformed: &Conformed) -> String {
    let start = |span: Option<(f64, f64)>| span.map(|it| seconds(it.0));
    let end = |span: Option<(f64, f64)>| span.map(|it| seconds(it.1));
    let lines = conformed.lines.iter().map(|line| {
        json!({
            "old_number": line.old_number,
            "old_start_s": start(line.old_s),
            "old_end_s": end(line.old_s),
            "new_start_s": start(line.new_s),
            "new_end_s": end(line.new_s),
            "heard_start_s": start(line.heard_s),
            "heard_end_s": end(line.heard_s),
            "state": line.state.word(),
            "likeness": (line.likeness > 0.0)
                .then(|| (line.likeness * 1e3).round() / 1e3),
            "is_copy": line.is_copy,
            "has_orders": line.orders.are_given(),
        })
    });
    format!("{:#}\n", Value::Array(lines.collect()))
}

fn seconds(time_s: f64) -> f64 {
    (time_s * 1e4).round() / 1e4
}
