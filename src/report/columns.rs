//! The columns of every table of lines, in one place: [`Column`] for tables that people read (terminal,
//! spotting sheet, page), [`FIELDS`] for the CSV table that programs read.

use crate::found::audience_log::{AudienceFigures, AudienceSummary};
use crate::found::compare::LineChange;
use crate::found::fold_down::fold_downs_text;
use crate::found::stems::{StemShare, StemShares};
use crate::found::{LineReport, Report};
use crate::lines::advice::Cause;
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::advice_words::{advice_text, causes_text};
use crate::snapshot::{EarFigures, Surrounds};
use crate::timeline::Timeline;
use crate::timeline::music_time::BarBeat;
use crate::words::one_line;

/// A line of the report with what a cell may say about it.
#[derive(Debug, Clone, Copy)]
pub struct LineRow<'a> {
    /// Number of the line in the report, from 1.
    pub number: usize,
    /// The line.
    pub line: &'a LineReport,
    /// How the line changed since an earlier report, if one was given.
    pub change: Option<&'a LineChange>,
    /// Loudness of the line's speech over that of all speech, LU.
    pub speech_loudness_deviation_lu: f32,
    /// The audiences that were asked for.
    pub audiences: &'a [AudienceSummary],
    /// How times are told.
    pub timeline: &'a Timeline,
}

/// A row for each line of `report`, in order of time.
pub fn rows<'a>(
    report: &'a Report,
    timeline: &'a Timeline,
) -> impl Iterator<Item = LineRow<'a>> + use<'a> {
    let lines = report.lines.iter().enumerate();
    lines.map(move |(line_idx, line)| LineRow {
        number: line_idx + 1,
        line,
        change: report.change(line_idx),
        speech_loudness_deviation_lu: report.speech_loudness_deviation_lu(&line.line),
        audiences: &report.audiences,
        timeline,
    })
}

/// A column of a table that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Number of the line.
    Number,
    /// Name of the cue.
    Cue,
    /// Where the line begins.
    Start,
    /// Where the line ends.
    End,
    /// Bar and beat where the line begins.
    BarBeat,
    /// Clear, strained or masked.
    Verdict,
    /// How sure it is that the line is a voice, where one may be none.
    Confidence,
    /// Clash, %.
    Clash,
    /// Speech Intelligibility Index under the music.
    Sii,
    /// Loudness of the dialogue over that of the music, LU.
    Difference,
    /// Stems that the loss comes from.
    Stem,
    /// Fold-downs in which the line fares worse.
    FoldDown,
    /// How the line fares for the audience of this place among those that were asked for.
    Audience(usize),
    /// What changed since an earlier report.
    Since,
    /// Bands that the loss comes from.
    Cause,
    /// What would lift the line.
    Advice,
}

/// A kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// In the terminal.
    Terminal,
    /// A spotting sheet.
    Sheet,
    /// On the page.
    Page,
}

impl Column {
    /// Every column but those of audiences, in order.
    const ALL: [Self; 15] = [
        Self::Number,
        Self::Cue,
        Self::Start,
        Self::End,
        Self::BarBeat,
        Self::Verdict,
        Self::Confidence,
        Self::Clash,
        Self::Sii,
        Self::Difference,
        Self::Stem,
        Self::FoldDown,
        Self::Since,
        Self::Cause,
        Self::Advice,
    ];

    /// Every column of `report`, in order.
    pub fn all(report: &Report) -> Vec<Self> {
        let mut columns = Self::ALL.to_vec();
        let place = columns.iter().position(|it| *it == Self::FoldDown);
        let audiences = (0..report.audiences.len()).map(Self::Audience);
        let after = place.map_or(0, |place| place + 1);
        columns.splice(after..after, audiences);
        columns
    }

    /// What the column is called in a table of `report`.
    pub fn heading(self, table: Table, report: &Report) -> String {
        let [terminal, sheet, page] = match self {
            Self::Audience(idx) => {
                let audience = report.audiences.get(idx);
                return audience.map_or_else(String::new, |it| it.audience.name.clone());
            }
            Self::Number => ["#", "#", "#"],
            Self::Cue => ["cue", "Cue", "Cue"],
            Self::Start => ["start", "In", "Start"],
            Self::End => ["end", "Out", "End"],
            Self::BarBeat => ["bar|beat", "Bar|Beat", "Bar|Beat"],
            Self::Verdict => ["verdict", "Verdict", "Verdict"],
            Self::Confidence => ["voice", "Voice", "Voice"],
            Self::Clash => ["clash", "Clash", "Clash"],
            Self::Sii => ["SII", "SII", "SII"],
            Self::Difference => ["LD, LU", "LD, LU", "LD, LU"],
            Self::Stem => ["stem (share)", "Stem (share)", "Stem"],
            Self::FoldDown => ["fold-down", "Fold-down", "Fold-down"],
            Self::Since => ["since", "Since", "Since"],
            Self::Cause => ["cause, Hz (share)", "Cause, Hz (share)", "Cause"],
            Self::Advice => ["what to do", "What to do", "What to do"],
        };
        let heading = match table {
            Table::Terminal => terminal,
            Table::Sheet => sheet,
            Table::Page => page,
        };
        heading.into()
    }

    /// Whether a number stands in the column.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Self::Number | Self::Confidence | Self::Clash | Self::Sii | Self::Difference
        )
    }

    /// Whether a place in time stands in the column.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Start | Self::End | Self::BarBeat)
    }

    /// Whether anything is known that could stand in the column.
    pub fn is_known(self, report: &Report, timeline: &Timeline) -> bool {
        match self {
            Self::Cue => !timeline.cues.is_empty(),
            Self::BarBeat => timeline.tempo_map.is_some(),
            Self::Confidence => report.num_unlikely() > 0,
            Self::Stem => report.lines.iter().any(|line| line.stems.is_some()),
            Self::FoldDown => !report.fold_downs.is_empty(),
            Self::Since => report.comparison.is_some(),
            _ => true,
        }
    }

    /// What stands in the cell of a line, on one line.
    pub fn text(self, row: &LineRow) -> String {
        let (report, line) = (row.line, &row.line.line);
        match self {
            Self::Number => row.number.to_string(),
            Self::Cue => one_line(row.cue_name()),
            Self::Start => row.timeline.start_text(line.start_s),
            Self::End => row.timeline.end_text(line.end_s),
            Self::BarBeat => row.bar_beat().map_or(String::new(), |it| it.to_string()),
            Self::Verdict => report.verdict_word().into(),
            Self::Confidence if line.may_be_no_voice() => format!("? {:.2}", line.confidence),
            Self::Confidence => format!("{:.2}", line.confidence),
            Self::Clash => format!("{:.0} %", line.clash_percent),
            Self::Sii => format!("{:.2}", line.figures.sii),
            Self::Difference => format!("{:+.1}", line.loudness_difference_lu),
            Self::Stem => report.stems.as_ref().map_or("-".into(), StemShares::text),
            Self::FoldDown => fold_downs_text(report.worse_fold_downs()),
            Self::Audience(idx) => {
                let figures = report.audiences.get(idx);
                figures.map_or_else(String::new, |it| report.word_of(it.verdict).into())
            }
            Self::Since => row.change.map_or(String::new(), |change| {
                change.text(row.timeline.frames_per_second())
            }),
            Self::Cause => causes_text(&report.advice.causes),
            Self::Advice if report.is_unsure() => "-".into(),
            Self::Advice => advice_text(&report.advice),
        }
    }
}

impl LineRow<'_> {
    fn cue_name(&self) -> &str {
        let line = &self.line.line;
        let cue = self.timeline.cue(line.start_s, line.end_s);
        cue.map_or("", |cue| cue.name.as_str())
    }

    fn bar_beat(&self) -> Option<BarBeat> {
        self.timeline.bar_beat(self.line.line.start_s)
    }

    /// What two ears make of the line, if two were asked.
    fn ears(&self) -> Option<EarFigures> {
        self.line.line.ears
    }

    /// The index with 3 dB of the front's music in some surrounds instead, for two ears.
    fn in_surrounds_sii(&self, which: Surrounds) -> String {
        let every = self.ears().and_then(|it| it.in_surrounds_sii);
        known(every.map(|every| format!("{:.4}", every[which as usize])))
    }

    /// The stem that most of the loss comes from.
    fn worst_stem(&self) -> Option<&StemShare> {
        self.line.stems.as_ref().and_then(StemShares::worst)
    }

    /// Something about each cause, separated by spaces.
    fn causes(&self, text: impl Fn(&Cause) -> String) -> String {
        let texts: Vec<String> = self.line.advice.causes.iter().map(text).collect();
        texts.join(" ")
    }

    /// Something about the line for each audience, with their names, separated by spaces.
    fn audiences(&self, text: impl Fn(&AudienceFigures) -> String) -> String {
        let audiences = self.audiences.iter().zip(&self.line.audiences);
        let texts: Vec<String> = audiences
            .map(|(audience, figures)| format!("{}:{}", audience.audience.name, text(figures)))
            .collect();
        texts.join(" ")
    }

    /// Fold-downs in which the line fares worse, with their verdicts, separated by spaces.
    fn worse_fold_downs(&self) -> String {
        let folds = self.line.worse_fold_downs();
        let texts: Vec<String> = folds
            .map(|fold| format!("{}:{}", fold.fold_down.name(), fold.verdict().word()))
            .collect();
        texts.join(" ")
    }
}

/// A column of the CSV table: one value, empty where it isn't known.
pub struct Field {
    /// The column's name.
    pub name: &'static str,
    /// The value of a line.
    pub text: fn(&LineRow) -> String,
}

/// The columns of the CSV table. Programs read them by name and place: they are only ever added to, at
/// the end.
pub const FIELDS: [Field; 31] = [
    field("number", |row| row.number.to_string()),
    field("cue", |row| row.cue_name().into()),
    field("start_s", |row| format!("{:.3}", row.line.line.start_s)),
    field("end_s", |row| format!("{:.3}", row.line.line.end_s)),
    field("start", |row| Column::Start.text(row)),
    field("end", |row| Column::End.text(row)),
    field("fps", |row| {
        row.timeline.rate_name().unwrap_or_default().into()
    }),
    field("bar", |row| {
        known(row.bar_beat().map(|it| it.bar.to_string()))
    }),
    field("beat", |row| {
        known(row.bar_beat().map(|it| format!("{:.2}", it.beat)))
    }),
    field("verdict", |row| Column::Verdict.text(row)),
    field("clash_percent", |row| {
        format!("{:.2}", row.line.line.clash_percent)
    }),
    field("sii", |row| format!("{:.4}", row.line.line.figures.sii)),
    field("sii_without_music", |row| {
        format!("{:.4}", row.line.line.figures.sii_without_music)
    }),
    field("loudness_difference_lu", |row| {
        format!("{:.2}", row.line.line.loudness_difference_lu)
    }),
    field("cause_hz", |row| {
        row.causes(|it| NOMINAL_HZ[it.band_idx].to_string())
    }),
    field("cause_share", |row| {
        row.causes(|it| format!("{:.4}", it.share))
    }),
    field("advice", |row| Column::Advice.text(row)),
    field("stem", |row| {
        known(row.worst_stem().map(|it| it.name.clone()))
    }),
    field("stem_share", |row| {
        known(row.worst_stem().map(|it| format!("{:.4}", it.share)))
    }),
    field("fold_downs", |row| row.worse_fold_downs()),
    field("change", |row| {
        known(row.change.map(|it| it.change.word().into()))
    }),
    field("verdict_before", |row| {
        known(
            row.change
                .and_then(|it| Some(it.before.as_ref()?.verdict.clone())),
        )
    }),
    field("clash_percent_before", |row| {
        known(
            row.change
                .and_then(|it| Some(format!("{:.2}", it.before.as_ref()?.clash_percent))),
        )
    }),
    field("confidence", |row| {
        format!("{:.2}", row.line.line.confidence)
    }),
    field("speech_loudness_deviation_lu", |row| {
        format!("{:.2}", row.speech_loudness_deviation_lu)
    }),
    field("audiences", |row| {
        row.audiences(|it| row.line.word_of(it.verdict).into())
    }),
    field("audiences_sii", |row| {
        row.audiences(|it| format!("{:.4}", it.sii))
    }),
    field("one_ear_sii", |row| {
        known(row.ears().map(|it| format!("{:.4}", it.one_ear_sii)))
    }),
    field("in_surrounds_sii", |row| {
        row.in_surrounds_sii(Surrounds::All)
    }),
    field("in_left_surround_sii", |row| {
        row.in_surrounds_sii(Surrounds::Left)
    }),
    field("in_right_surround_sii", |row| {
        row.in_surrounds_sii(Surrounds::Right)
    }),
];

const fn field(name: &'static str, text: fn(&LineRow) -> String) -> Field {
    Field { name, text }
}

/// What is known, or nothing.
fn known(text: Option<String>) -> String {
    text.unwrap_or_default()
}
