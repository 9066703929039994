//! What `underscore check` is told.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::clash::choices::{GENERAL_VIEWER_OFFSET_LU, GUIDE_LU};
use crate::cli::args::audience_args::AudienceArgs;
use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::args::line_args::LineArgs;
use crate::cli::args::many_args::ManyArgs;
use crate::cli::args::settings_args::{SettingsArgs, number_in};
use crate::cli::args::time_args::TimeArgs;
use crate::cli::batch;
use crate::cli::errors::Error;
use crate::cli::inputs::InputArgs;
use crate::cli::manifest::{self, NamedPair};
use crate::cli::outputs::{OutputArgs, with_name};
use crate::cli::side_buses::SideBusArgs;
use crate::found::audience_log::AskedAudience;
use crate::settings::{Range, Settings};

/// Per cent, as `--fail-above` takes them.
const PERCENT: Range = Range {
    min: 0.0,
    max: 100.0,
    default: 100.0,
};

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Audio file with the dialogue, or a folder of them; - for standard input
    #[arg(required_unless_present_any = ["manifest", "list_audiences"])]
    pub dialogue: Option<PathBuf>,
    /// Audio file with the music, or a folder whose files have the dialogue's names; - for standard
    /// input
    #[arg(required_unless_present_any = ["manifest", "list_audiences"])]
    pub music: Option<PathBuf>,
    /// CSV file of many pairs (name, dialogue, music); lists to write then need {name} in FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dialogue", "session_text"])]
    pub manifest: Option<PathBuf>,
    /// Print the list with tabs between its columns, to paste into a spotting sheet
    #[arg(long)]
    pub session_text: bool,
    /// Exit with code 1 if the clash over all speech is above this [0 to 100]
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true,
        value_parser = number_in(PERCENT))]
    fail_above: Option<f32>,
    /// For whom the loudness difference is judged
    #[arg(long, value_enum, default_value_t = Viewer::Expert)]
    pub viewer: Viewer,
    #[command(flatten)]
    pub files: PairFiles,
    #[command(flatten)]
    pub inputs: InputArgs,
    #[command(flatten)]
    pub channels: ChannelArgs,
    #[command(flatten)]
    pub lines: LineArgs,
    #[command(flatten)]
    pub audiences: AudienceArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub many: ManyArgs,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// What is read and written with each pair; {name} stands for the pair's name among many.
#[derive(Debug, Clone, Args)]
pub struct PairFiles {
    /// JSON list of an earlier version: says line by line what got better or worse since
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    #[command(flatten)]
    pub side_buses: SideBusArgs,
    #[command(flatten)]
    pub outputs: OutputArgs,
}

impl PairFiles {
    /// The files of the pair called `name`.
    pub fn named(&self, name: &str) -> Self {
        Self {
            compare: self.compare.as_ref().map(|path| with_name(path, name)),
            side_buses: self.side_buses.named(name),
            outputs: self.outputs.named(name),
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Viewer {
    /// Knows the material: 10 LU
    Expert,
    /// Hears it for the first time: 14 LU
    General,
}

impl Viewer {
    /// Loudness difference that the dialogue should have, LU.
    pub fn guide_lu(self) -> f32 {
        match self {
            Self::Expert => GUIDE_LU,
            Self::General => GUIDE_LU + GENERAL_VIEWER_OFFSET_LU,
        }
    }
}

impl CheckArgs {
    /// Every pair of a manifest or of two folders; `None` if one pair was given.
    pub fn many_pairs(&self) -> Result<Option<Vec<NamedPair>>, Error> {
        match (&self.manifest, &self.dialogue, &self.music) {
            (Some(manifest), ..) => manifest::read(manifest).map(Some),
            (None, Some(dialogue), Some(music)) if dialogue.is_dir() && music.is_dir() => {
                batch::from_folders(dialogue, music).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Every setting that the figures depend on, in words, but for where the lists of a row go: what many rows of a
    /// catalogue must have in common to compare. A new flag must find its place here.
    pub fn settings_text(&self, settings: &Settings, audiences: &[AskedAudience]) -> String {
        let Self {
            dialogue: _,
            music: _,
            manifest: _,
            many: _,
            session_text: _,
            fail_above: _,
            viewer,
            files:
                PairFiles {
                    compare,
                    side_buses,
                    outputs,
                },
            inputs,
            channels,
            lines,
            // As they were understood.
            audiences: _,
            time,
            settings: _,
        } = self;
        let manner = outputs.manner();
        format!(
            "{viewer:?} {compare:?} {side_buses:?} {manner} {inputs:?} {channels:?} {lines:?} \
             {time:?} {settings:?} {audiences:?}"
        )
    }

    /// The files that are read for a pair beside its own two.
    pub fn other_inputs<'a>(&'a self, files: &'a PairFiles) -> Vec<&'a Path> {
        self.inputs
            .reference()
            .into_iter()
            .chain(self.time.inputs())
            .chain(self.lines.inputs())
            .chain(self.audiences.inputs())
            .chain(self.manifest.as_deref())
            .chain(files.side_buses.inputs())
            .chain(files.compare.as_deref())
            .collect()
    }

    /// Whether the clash of `name`, 0 to 100 %, is above the limit, said on standard error. The clash counts as the
    /// lists have it.
    pub fn is_above_limit(&self, name: &str, clash_percent: f64) -> bool {
        match self.fail_above {
            Some(limit) if clash_percent > f64::from(limit) => {
                eprintln!(
                    "underscore: {name}clash {clash_percent:.1} % is above --fail-above {limit}"
                );
                true
            }
            _ => false,
        }
    }
}
