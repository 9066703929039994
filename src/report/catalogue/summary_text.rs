//! The summary as text, for a terminal.

use std::fmt::Write;

use crate::report::catalogue::grouped::Grouping;
use crate::report::catalogue::row_figures::RowFigures;
use crate::report::catalogue::worst_first::Catalogue;
use crate::words::one_line;

/// A row of the table of many pairs.
#[derive(Debug, Clone)]
pub struct FiguresRow<'a> {
    /// Name of the pair.
    pub name: &'a str,
    /// What stands in place of figures that there aren't.
    pub state: &'a str,
    /// Its figures, if there are any.
    pub figures: Option<RowFigures>,
}

/// One row for each pair, with what changed where an earlier list was given.
pub fn figures_table(rows: &[FiguresRow]) -> String {
    let names = rows.iter().map(|row| row.name.chars().count());
    let width = names.max().unwrap_or(0).max("pair".len());
    let mut figures = rows.iter().filter_map(|row| row.figures.as_ref());
    let since = match figures.any(|it| it.changes.is_some()) {
        true => "  since",
        false => "",
    };
    let mut text = format!(
        "{:<width$}  lines  to work on   clash   SII  LD, LU{since}\n",
        "pair"
    );
    for FiguresRow {
        name,
        state,
        figures,
    } in rows
    {
        let Some(figures) = figures else {
            let _ = writeln!(text, "{name:<width$}  {state}");
            continue;
        };
        let change = figures.changes.as_ref();
        let change = change.map_or(String::new(), |changes| format!("  {}", changes.text()));
        let doubtful = match figures.is_doubtful {
            true => "  doubtful",
            false => "",
        };
        let _ = writeln!(
            text,
            "{name:<width$}  {:>5}  {:>10}  {:>4.1} %  {:.2}  {:>+6.1}{change}{doubtful}",
            figures.num_lines,
            figures.num_clashing,
            figures.clash_percent,
            figures.sii,
            figures.loudness_difference_lu,
        );
    }
    text
}

/// The rows, worst first, and the sums.
pub fn to_text(catalogue: &Catalogue) -> String {
    let rows = catalogue.rows.iter().map(|row| FiguresRow {
        name: &row.name,
        state: row.state(),
        figures: row.report().map(RowFigures::of_row),
    });
    let mut text = figures_table(&rows.collect::<Vec<_>>());
    for grouping in &catalogue.groupings {
        text.push('\n');
        text.push_str(&grouping_table(grouping));
    }
    let _ = writeln!(text, "\n{}", catalogue.counts_text());
    text
}

fn grouping_table(grouping: &Grouping) -> String {
    let heading = format!("by {}", one_line(&grouping.by));
    let names = grouping.groups.iter().map(|it| one_line(&it.name));
    let names: Vec<String> = names.collect();
    let widths = names.iter().map(|name| name.chars().count());
    let width = widths.max().unwrap_or(0).max(heading.chars().count());
    let mut text =
        format!("{heading:<width$}  pairs   lines  masked  strained   clash   SII  worst\n");
    for (name, group) in names.iter().zip(&grouping.groups) {
        let clash = group.clash_percent;
        let clash = clash.map_or_else(|| "-".into(), |it| format!("{it:.1} %"));
        let sii = group
            .sii
            .map_or_else(|| "-".into(), |it| format!("{it:.2}"));
        let _ = writeln!(
            text,
            "{name:<width$}  {:>5}  {:>6}  {:>6}  {:>8}  {clash:>6}  {sii:>4}  {}",
            group.num_rows, group.num_lines, group.num_masked, group.num_strained, group.worst_row,
        );
    }
    text
}
