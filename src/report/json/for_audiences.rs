//! What the JSON says of audiences.

use serde::Serialize;

use crate::clash::verdict::Verdict;
use crate::found::LineReport;
use crate::found::Report;
use crate::found::audience_log::AudienceSummary;
use crate::report::audience_words::figures_text;
use crate::report::json::rounded::{hundredths, ten_thousandths};

/// How a line fares for one audience.
#[derive(Serialize)]
pub struct JsonAudienceLine {
    name: String,
    verdict: &'static str,
    sii: f64,
    sii_without_music: f64,
    /// What costs most: `music`, `room`, `hearing`, `loudspeakers` or `level`; `null` for a clear line.
    lost_to: Option<&'static str>,
    /// Moves that make the line clear to them; `null` where there is none, or none is needed.
    fader_cut_db: Option<f64>,
    dialogue_gain_db: Option<f64>,
    advice: String,
}

/// All speech for one audience.
#[derive(Serialize)]
pub struct JsonAudience {
    name: String,
    title: String,
    what: String,
    monitor_db_spl: f64,
    sii: f64,
    sii_without_music: f64,
    clear: usize,
    strained: usize,
    masked: usize,
}

/// How `line` fares for each audience of `report`.
pub fn json_audience_lines(report: &Report, line: &LineReport) -> Vec<JsonAudienceLine> {
    let audiences = report.audiences.iter().zip(&line.audiences);
    let json = audiences.map(|(audience, it)| {
        let rounded = |db: Option<f32>| db.map(hundredths);
        JsonAudienceLine {
            name: audience.audience.name.clone(),
            verdict: line.word_of(it.verdict),
            sii: ten_thousandths(it.sii),
            sii_without_music: ten_thousandths(it.sii_without_music),
            lost_to: it.help.map(|help| help.lost_to.slug()),
            fader_cut_db: rounded(it.help.and_then(|help| help.fader_cut_db)),
            dialogue_gain_db: rounded(it.help.and_then(|help| help.dialogue_gain_db)),
            advice: match it.verdict {
                Verdict::Clear if report.is_doubtful() => "-".into(),
                Verdict::Clear => "none needed".into(),
                _ => figures_text(it),
            },
        }
    });
    json.collect()
}

/// All speech for one audience.
pub fn json_audience(it: &AudienceSummary) -> JsonAudience {
    JsonAudience {
        name: it.audience.name.clone(),
        title: it.audience.title.clone(),
        what: it.audience.what.clone(),
        monitor_db_spl: hundredths(it.audience.parts.monitor_db_spl),
        sii: ten_thousandths(it.sii),
        sii_without_music: ten_thousandths(it.sii_without_music),
        clear: it.num_with(Verdict::Clear),
        strained: it.num_with(Verdict::Strained),
        masked: it.num_with(Verdict::Masked),
    }
}
