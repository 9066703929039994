//! What a duck did, line by line: as text for a terminal and as JSON, schema `underscore.duck/1`.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::clash::verdict::Verdict;
use crate::found::Source;
use crate::found::compare::UNSURE;
use crate::found::duck_account::{DuckAccount, DuckedLine};
use crate::lines::doubts::{Doubt, are_grave};
use crate::lines::log::Line;
use crate::report::dip_list::DipList;
use crate::report::json::rounded::{hundredths, seconds, ten_thousandths};
use crate::report::json::{doubt_list, ignored_list};
use crate::report::left_out_words::{ignored_text, left_out_text, unlikely_text};
use crate::report::text::doubts_text;
use crate::timeline::Timeline;
use crate::words::counted;

/// The verdict in a word, never *clear* where the inputs are doubtful.
fn word(line: &Line, is_doubtful: bool) -> &'static str {
    match line.verdict() {
        Verdict::Clear if is_doubtful => UNSURE,
        verdict => verdict.word(),
    }
}

/// A row for each line with what it cost and what came of it, then the sum.
pub fn to_text(
    account: &DuckAccount,
    doubts: &[Doubt],
    source: &Source,
    timeline: &Timeline,
) -> String {
    let is_doubtful = are_grave(doubts);
    let mut text = String::new();
    if !account.lines.is_empty() {
        text.push_str("#         start          end  lost, LU  before    SII   after     SII\n");
    }
    for (line_idx, line) in account.lines.iter().enumerate() {
        let _ = writeln!(
            text,
            "{:<3} {:>11}  {:>11}  {:>8.1}  {:<8}  {:.2}  {:<8}  {:.2}{}",
            line_idx + 1,
            timeline.start_text(line.before.start_s),
            timeline.end_text(line.before.end_s),
            unsigned(line.loss_lu()),
            word(&line.before, is_doubtful),
            line.before.figures.sii,
            word(&line.after, is_doubtful),
            line.after.figures.sii,
            match line.before.may_be_no_voice() {
                true => format!("  ? voice {:.2}", line.before.confidence),
                false => String::new(),
            },
        );
    }
    if !account.lines.is_empty() {
        text.push('\n');
    }
    text.push_str(&doubts_text(doubts, timeline));
    let unlikely = account.lines.iter();
    let num_unlikely = unlikely.filter(|it| it.before.may_be_no_voice()).count();
    let about_lines = [
        unlikely_text(num_unlikely),
        left_out_text(&account.left_out),
    ];
    for about in about_lines.into_iter().flatten() {
        let _ = writeln!(text, "Lines    {about}");
    }
    if let Some(ignored) = ignored_text(&account.left_out, source.duration_s) {
        let _ = writeln!(text, "Ignored  {ignored}");
    }
    if account.lines.is_empty() {
        let _ = writeln!(
            text,
            "Ducked   {:.1} s; {}",
            source.duration_s,
            match is_doubtful {
                true => "no speech was found",
                false if account.left_out.is_anything() => "no line is left in the list",
                false => "nobody speaks in the dialogue, so nothing was taken",
            }
        );
        return text;
    }
    let counts = |verdict| account.num_with(verdict);
    let (masked, strained, clear) = (
        counts(Verdict::Masked),
        counts(Verdict::Strained),
        counts(Verdict::Clear),
    );
    let clear_word = if is_doubtful { UNSURE } else { "clear" };
    let _ = writeln!(
        text,
        "Ducked   {}: {} masked, {} strained, {} {clear_word} before; {} masked, {} strained, {} \
         {clear_word} after",
        counted(account.lines.len(), "line"),
        masked.0,
        strained.0,
        clear.0,
        masked.1,
        strained.1,
        clear.1,
    );
    let _ = writeln!(
        text,
        "Lost     {:.1} LU of the music while somebody speaks, {:.1} LU elsewhere",
        unsigned(account.loss_lu),
        unsigned(account.loss_elsewhere_lu),
    );
    let _ = writeln!(
        text,
        "Clash    {:.1} % before, {:.1} % after; SII {:.2}, {:.2}",
        account.clash_percent.0, account.clash_percent.1, account.sii.0, account.sii.1,
    );
    text
}

/// The same as indented JSON with a final newline.
pub fn to_json(
    account: &DuckAccount,
    doubts: &[Doubt],
    source: &Source,
    timeline: &Timeline,
    output: &str,
) -> String {
    let is_doubtful = are_grave(doubts);
    let lines: Vec<Value> = account
        .lines
        .iter()
        .map(|line| json_line(line, is_doubtful))
        .collect();
    let document = json!({
        "schema": "underscore.duck/1",
        "version": env!("CARGO_PKG_VERSION"),
        "dialogue": source.dialogue,
        "music": source.music,
        "output": output,
        "dialogue_channels": source.dialogue_channels,
        "music_channels": source.music_channels,
        "sample_rate_hz": source.sample_rate_hz,
        "duration_s": seconds(source.duration_s),
        "is_doubtful": is_doubtful,
        "doubts": doubt_list(doubts, timeline),
        "notes": source.notes,
        "min_confidence": hundredths(account.left_out.min_confidence),
        "lines_left_out": account.left_out.num_lines,
        "ignored": ignored_list(&account.left_out),
        "loss_lu": hundredths(account.loss_lu),
        "loss_elsewhere_lu": hundredths(account.loss_elsewhere_lu),
        "clash_percent_before": hundredths(account.clash_percent.0),
        "clash_percent_after": hundredths(account.clash_percent.1),
        "sii_before": ten_thousandths(account.sii.0),
        "sii_after": ten_thousandths(account.sii.1),
        "lines": lines,
        "dips": DipList {
            dips: &account.dips,
            is_doubtful,
            source,
            timeline,
        }
        .to_json(),
    });
    format!("{document:#}\n")
}

fn json_line(line: &DuckedLine, is_doubtful: bool) -> Value {
    json!({
        "start_s": seconds(line.before.start_s),
        "end_s": seconds(line.before.end_s),
        "confidence": hundredths(line.before.confidence),
        "loss_lu": hundredths(line.loss_lu()),
        "verdict_before": word(&line.before, is_doubtful),
        "verdict_after": word(&line.after, is_doubtful),
        "clash_percent_before": hundredths(line.before.clash_percent),
        "clash_percent_after": hundredths(line.after.clash_percent),
        "sii_before": ten_thousandths(line.before.figures.sii),
        "sii_after": ten_thousandths(line.after.figures.sii),
    })
}

/// 0 in place of -0.
fn unsigned(value: f32) -> f32 {
    if value.abs() < 0.05 { 0.0 } else { value }
}
