//! Sums over the rows and lines of a catalogue. Doubtful rows aren't in them.

use std::collections::BTreeMap;

use crate::clash::verdict::Verdict;
use crate::report::catalogue::catalogue_row::CatalogueRow;
use crate::report::catalogue::row_report::{RowLine, RowReport};

/// Heading of a manifest's column of cues.
const CUE_HEADING: &str = "cue";

/// What a group is called whose rows have an empty cell.
const NOT_GIVEN: &str = "not given";

/// The rows by something that they share.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// By what, such as `language`.
    pub by: String,
    /// The groups, worst first.
    pub groups: Vec<Group>,
}

/// Rows, or lines of them, that share something.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// What they share.
    pub name: String,
    /// Rows in which there are any.
    pub num_rows: usize,
    /// Lines.
    pub num_lines: usize,
    /// Masked ones among them.
    pub num_masked: usize,
    /// Strained ones among them.
    pub num_strained: usize,
    /// Clash, 0 to 100 %: of rows weighed by their speech, of lines by their length. `None` for an audience.
    pub clash_percent: Option<f64>,
    /// SII, weighed by the speech of each row. `None` for a cue.
    pub sii: Option<f64>,
    /// The row with the most clash of them; for an audience with the lowest SII.
    pub worst_row: String,
}

impl Group {
    /// Share of its lines that are masked or strained, 0 to 1.
    fn hidden_share(&self) -> f64 {
        let num_hidden = self.num_masked.saturating_add(self.num_strained);
        num_hidden as f64 / self.num_lines.max(1) as f64
    }
}

/// A group in the making.
#[derive(Default)]
struct Sums {
    group: Group,
    clash: Mean,
    sii: Mean,
    /// How bad the worst row is.
    worst: Option<f64>,
}

/// A mean of weighed values.
#[derive(Default)]
struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    fn push(&mut self, value: f64, weight: f64) {
        self.sum += value * weight;
        self.weight += weight;
    }

    /// `None` of nothing.
    fn value(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.sum / self.weight)
    }
}

impl Sums {
    /// Takes the row called `name` as one that is as bad as `badness`.
    fn take_row(&mut self, name: &str, badness: f64) {
        self.group.num_rows += 1;
        if self.worst.is_none_or(|worst| badness > worst) {
            self.worst = Some(badness);
            self.group.worst_row = name.into();
        }
    }

    fn take_line(&mut self, line: &RowLine) {
        self.group.num_lines += 1;
        self.group.num_masked += usize::from(line.verdict == Some(Verdict::Masked));
        self.group.num_strained += usize::from(line.verdict == Some(Verdict::Strained));
    }

    fn finish(self, name: String) -> Group {
        Group {
            name,
            clash_percent: self.clash.value(),
            sii: self.sii.value(),
            ..self.group
        }
    }
}

/// The sums of `rows` by each of `headings` under which rows share something, by audience, and by cue. A column of
/// cues counts for lines that belong to none by themselves.
pub fn groupings(rows: &[CatalogueRow], headings: &[String]) -> Vec<Grouping> {
    // By name, so that sums of floating-point numbers don't depend on the order.
    let mut counted: Vec<(&CatalogueRow, &RowReport)> = rows
        .iter()
        .filter_map(|row| Some((row, row.report()?)))
        .filter(|(_, report)| !report.is_doubtful)
        .collect();
    counted.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    let is_cue = |heading: &&String| heading.eq_ignore_ascii_case(CUE_HEADING);
    let cue_heading = headings.iter().find(is_cue).map(String::as_str);
    let by_labels = headings
        .iter()
        .filter(|heading| !is_cue(heading))
        .map(|heading| Grouping {
            by: heading.to_lowercase(),
            groups: by_label(&counted, heading),
        });
    // A column in which each row has something of its own, such as notes, makes no groups.
    let is_language = |by: &str| ["language", "lang"].contains(&by);
    let is_shared =
        |it: &Grouping| is_language(&it.by) || it.groups.iter().any(|group| group.num_rows > 1);
    let mut all: Vec<Grouping> = by_labels.filter(is_shared).collect();
    all.sort_by_key(|it| !is_language(&it.by));
    all.push(Grouping {
        by: "audience".into(),
        groups: by_audience(&counted),
    });
    all.push(Grouping {
        by: "cue".into(),
        groups: by_cue(&counted, cue_heading),
    });
    all.retain(|it| !it.groups.is_empty());
    all
}

fn by_label(counted: &[(&CatalogueRow, &RowReport)], heading: &str) -> Vec<Group> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for (row, report) in counted {
        let label = match row.label(heading) {
            "" => NOT_GIVEN,
            label => label,
        };
        let sums = all.entry(label.into()).or_default();
        sums.take_row(&row.name, report.clash_percent);
        sums.clash.push(report.clash_percent, report.speech_s);
        sums.sii.push(report.sii, report.speech_s);
        report.lines.iter().for_each(|line| sums.take_line(line));
    }
    worst_first(all)
}

fn by_audience(counted: &[(&CatalogueRow, &RowReport)]) -> Vec<Group> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for (row, report) in counted {
        for audience in &report.audiences {
            let sums = all.entry(audience.name.clone()).or_default();
            sums.take_row(&row.name, -audience.sii);
            sums.sii.push(audience.sii, report.speech_s);
            let group = &mut sums.group;
            let counts = [audience.masked, audience.strained, audience.clear];
            group.num_masked = group.num_masked.saturating_add(audience.masked);
            group.num_strained = group.num_strained.saturating_add(audience.strained);
            group.num_lines = counts
                .into_iter()
                .fold(group.num_lines, usize::saturating_add);
        }
    }
    worst_first(all)
}

fn by_cue(counted: &[(&CatalogueRow, &RowReport)], heading: Option<&str>) -> Vec<Group> {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    for (row, report) in counted {
        let of_row = heading.map_or("", |heading| row.label(heading));
        let mut in_row: BTreeMap<&str, Mean> = BTreeMap::new();
        for line in &report.lines {
            let cue = line.cue.as_deref().unwrap_or(of_row);
            if cue.is_empty() {
                continue;
            }
            let length_s = (line.end_s - line.start_s).max(0.0);
            in_row
                .entry(cue)
                .or_default()
                .push(line.clash_percent, length_s);
            let sums = all.entry(cue.into()).or_default();
            sums.clash.push(line.clash_percent, length_s);
            sums.take_line(line);
        }
        for (cue, mean) in in_row {
            let sums = all.entry(cue.into()).or_default();
            sums.take_row(&row.name, mean.value().unwrap_or_default());
        }
    }
    worst_first(all)
}

/// Groups by their clash, those without one by the share of their lines that is hidden; then by name.
fn worst_first(all: BTreeMap<String, Sums>) -> Vec<Group> {
    let groups = all.into_iter().map(|(name, sums)| sums.finish(name));
    let mut groups: Vec<Group> = groups.collect();
    let badness = |group: &Group| match group.clash_percent {
        Some(clash_percent) => clash_percent,
        None => group.hidden_share(),
    };
    groups.sort_by(|a, b| badness(b).total_cmp(&badness(a)).then(a.name.cmp(&b.name)));
    groups
}
