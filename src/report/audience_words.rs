//! What audiences can follow, in words, alike in every list.

use crate::clash::verdict::Verdict;
use crate::found::audience_log::{AudienceFigures, AudienceSummary};
use crate::found::{LineReport, Report};
use crate::lines::audience_help::AudienceHelp;
use crate::lines::choices::MAX_ADVISED_DIALOGUE_DB;
use crate::words::{counted, one_line};

/// What the figures are not.
pub const LIMITS: &str = "Figures for planning a mix, not for judging anybody's hearing: of a hearing loss they know only what \
    isn't audible, so they are too kind for a severe one. Places and devices are presets, not measurements";

/// One sentence for the reel, such as `clear in the cinema; at home 3 lines strained; for a viewer of 70 at home 11
/// lines masked, 2 strained`.
pub fn reel_text(report: &Report) -> String {
    let audiences = report.audiences.iter();
    let texts: Vec<String> = audiences
        .map(|it| audience_text(it, report.is_doubtful()))
        .collect();
    texts.join("; ")
}

fn audience_text(summary: &AudienceSummary, is_doubtful: bool) -> String {
    let title = one_line(&summary.audience.title);
    let masked = summary.num_with(Verdict::Masked);
    let strained = summary.num_with(Verdict::Strained);
    match (masked, strained) {
        (0, 0) if is_doubtful => format!("unsure {title}"),
        (0, 0) => format!("clear {title}"),
        (0, _) => format!("{title} {} strained", counted(strained, "line")),
        (_, 0) => format!("{title} {} masked", counted(masked, "line")),
        _ => format!(
            "{title} {} masked, {strained} strained",
            counted(masked, "line")
        ),
    }
}

/// How `line` fares for each audience to which it isn't clear, what they lose and what would help, such as `home-70
/// masked: lost to hearing; dialogue +4.5 dB`.
pub fn line_text(report: &Report, line: &LineReport) -> Vec<String> {
    let audiences = report.audiences.iter().zip(&line.audiences);
    let lost = audiences.filter(|(_, it)| it.verdict != Verdict::Clear);
    lost.map(|(audience, it)| {
        let name = one_line(&audience.audience.name);
        format!("{name} {}: {}", it.verdict.word(), figures_text(it))
    })
    .collect()
}

/// What an audience loses and what would help.
pub fn figures_text(figures: &AudienceFigures) -> String {
    match &figures.help {
        Some(help) => format!(
            "lost mostly to {}; {}",
            help.lost_to.words(),
            help_text(help)
        ),
        None => "-".into(),
    }
}

/// What would make a line clear to an audience. Where no cut of the music does, louder dialogue.
pub fn help_text(help: &AudienceHelp) -> String {
    let fader = help.fader_cut_db;
    let dialogue = help.dialogue_gain_db;
    match (fader, dialogue) {
        (Some(fader_db), Some(gain_db)) => {
            format!("-{fader_db:.1} dB on the fader, or dialogue +{gain_db:.1} dB")
        }
        (Some(fader_db), None) => format!("-{fader_db:.1} dB on the fader"),
        (None, Some(gain_db)) => {
            format!("louder dialogue, +{gain_db:.1} dB: no cut of the music helps")
        }
        (None, None) => format!(
            "neither a cut of the music nor +{MAX_ADVISED_DIALOGUE_DB:.0} dB of dialogue makes it clear"
        ),
    }
}

/// To whom the cut that makes a line clear to the reference listener makes it clear, too, and to whom it doesn't:
/// names; `None` where there is no such cut or nobody else loses words.
pub fn cut_helps(report: &Report, line: &LineReport, goal_sii: f32) -> Option<[Vec<String>; 2]> {
    let mut helped = [Vec::new(), Vec::new()];
    for (audience, figures) in report.audiences.iter().zip(&line.audiences) {
        let cut_sii = figures.help.and_then(|help| help.cut_sii);
        if let Some(cut_sii) = cut_sii {
            let place = usize::from(cut_sii < goal_sii);
            helped[place].push(one_line(&audience.audience.name));
        }
    }
    helped.iter().any(|it| !it.is_empty()).then_some(helped)
}
