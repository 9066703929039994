//! The lines of a ride as text for a terminal.

use std::fmt::Write;

use crate::clash::verdict::Verdict;
use crate::found::compare::UNSURE;
use crate::lines::doubts::{Doubt, are_grave};
use crate::memory::orders::Order;
use crate::memory::orders_table::order_text;
use crate::memory::remembered::{Effect, Reel};
use crate::report::text::doubts_text;
use crate::timeline::Timeline;
use crate::words::counted;

fn verdict(effect: Effect) -> Verdict {
    Verdict::new(effect.figures.sii, effect.figures.sii_without_music)
}

/// The verdict in a word, never *clear* where the inputs are doubtful.
fn word(effect: Effect, is_doubtful: bool) -> &'static str {
    match verdict(effect) {
        Verdict::Clear if is_doubtful => UNSURE,
        verdict => verdict.word(),
    }
}

/// A row for each line: what it needs, what it gets, how it fares before and after, what is wanted of it; then
/// the sum. The first sample of `timeline` lies at `first_s` of the ride's times.
pub fn to_text(reel: &Reel, doubts: &[Doubt], timeline: &Timeline, first_s: f64) -> String {
    let is_doubtful = are_grave(doubts);
    let mut text = String::new();
    if !reel.lines().is_empty() {
        text.push_str(
            "#         start          end  needs, LU  gets, LU  before    SII   after     SII   order\n",
        );
    }
    for (line_idx, line) in reel.lines().iter().enumerate() {
        let (before, after) = (line.effect_at(0.0), line.given());
        let orders = &line.orders;
        let order = match orders.order {
            Order::Auto if orders.are_given() => "auto".into(),
            Order::Auto => String::new(),
            order => order_text(order),
        };
        let order = [order.as_str(), orders.note.as_str()].join(" ");
        let row = format!(
            "{:<3} {:>11}  {:>11}  {:>9.1}  {:>8.1}  {:<8}  {:.2}  {:<8}  {:.2}  {}",
            line_idx + 1,
            timeline.start_text(line.start_s - first_s),
            timeline.end_text(line.end_s - first_s),
            line.needed().loss_lu,
            after.loss_lu,
            word(before, is_doubtful),
            before.figures.sii,
            word(after, is_doubtful),
            after.figures.sii,
            order.trim(),
        );
        let _ = writeln!(text, "{}", row.trim_end());
    }
    if !reel.lines().is_empty() {
        text.push('\n');
    }
    text.push_str(&doubts_text(doubts, timeline));
    let count = |verdict_wanted: Verdict,
                 effect: fn(&crate::memory::remembered::RideLine) -> Effect| {
        let lines = reel.lines().iter();
        lines
            .filter(|line| verdict(effect(line)) == verdict_wanted)
            .count()
    };
    let counts = |effect: fn(&crate::memory::remembered::RideLine) -> Effect| {
        format!(
            "{} masked, {} strained, {} {}",
            count(Verdict::Masked, effect),
            count(Verdict::Strained, effect),
            count(Verdict::Clear, effect),
            if is_doubtful { UNSURE } else { "clear" },
        )
    };
    let _ = match reel.lines().is_empty() {
        true => writeln!(
            text,
            "Learned  no line: {}",
            match is_doubtful {
                true => "no speech was found",
                false => "nobody speaks in the dialogue",
            }
        ),
        false => writeln!(
            text,
            "Learned  {}: {} before; {} after",
            counted(reel.lines().len(), "line"),
            counts(|line| line.effect_at(0.0)),
            counts(|line| line.given()),
        ),
    };
    let num_edited = reel
        .lines()
        .iter()
        .filter(|line| line.orders.are_given())
        .count();
    if num_edited > 0 {
        let _ = writeln!(text, "Orders   for {}", counted(num_edited, "line"));
    }
    text
}
