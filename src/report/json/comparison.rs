//! What the JSON says of stems, fold-downs and an earlier report.

use serde::Serialize;

use crate::found::compare::{Comparison, EarlierLine, LineChange};
use crate::found::fold_down::FoldFigures;
use crate::found::stems::StemShare;
use crate::report::json::rounded::{hundredths, seconds, ten_thousandths};

/// A stem with its share of what the music takes from the line, and the SII without it.
#[derive(Serialize)]
pub struct JsonStem {
    name: String,
    share: f64,
    sii_without: f64,
}

#[derive(Serialize)]
pub struct JsonFoldDown {
    name: &'static str,
    verdict: &'static str,
    clash_percent: f64,
    sii: f64,
    sii_without_music: f64,
}

/// What changed since an earlier report.
#[derive(Serialize)]
pub struct JsonComparison<'a> {
    music: &'a str,
    clash_percent: f64,
    sii: f64,
    gone: Vec<JsonEarlierLine>,
}

#[derive(Serialize)]
pub struct JsonChange {
    change: &'static str,
    before: Option<JsonEarlierLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_s: Option<f64>,
}

#[derive(Serialize)]
pub struct JsonEarlierLine {
    start_s: f64,
    end_s: f64,
    verdict: String,
    clash_percent: f64,
    sii: f64,
}

pub fn json_stem(stem: &StemShare) -> JsonStem {
    JsonStem {
        name: stem.name.clone(),
        share: ten_thousandths(stem.share),
        sii_without: ten_thousandths(stem.sii_without),
    }
}

pub fn json_fold_down(fold: &FoldFigures) -> JsonFoldDown {
    JsonFoldDown {
        name: fold.fold_down.name(),
        verdict: fold.verdict().word(),
        clash_percent: hundredths(fold.clash_percent),
        sii: ten_thousandths(fold.figures.sii),
        sii_without_music: ten_thousandths(fold.figures.sii_without_music),
    }
}

pub fn json_comparison(comparison: &Comparison) -> JsonComparison<'_> {
    let earlier = &comparison.earlier;
    JsonComparison {
        music: &earlier.music,
        clash_percent: hundredths(earlier.clash_percent),
        sii: ten_thousandths(earlier.sii),
        gone: comparison.gone.iter().map(json_earlier).collect(),
    }
}

pub fn json_change(change: &LineChange) -> JsonChange {
    JsonChange {
        change: change.change.word(),
        before: change.before.as_ref().map(json_earlier),
        moved_s: change.moved_s.map(seconds),
    }
}

fn json_earlier(line: &EarlierLine) -> JsonEarlierLine {
    JsonEarlierLine {
        start_s: seconds(line.start_s),
        end_s: seconds(line.end_s),
        verdict: line.verdict.clone(),
        clash_percent: hundredths(line.clash_percent),
        sii: ten_thousandths(line.sii),
    }
}
