//! `underscore check`: the list of clashes.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::clash::choices::{GENERAL_VIEWER_OFFSET_LU, GUIDE_LU};
use crate::cli::args::audience_args::{self, AudienceArgs};
use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::args::line_args::LineArgs;
use crate::cli::args::settings_args::{SettingsArgs, number_in};
use crate::cli::args::time_args::TimeArgs;
use crate::cli::batch;
use crate::cli::errors::{Error, Problem};
use crate::cli::excerpt_recorder;
use crate::cli::inputs::InputArgs;
use crate::cli::inputs_compared;
use crate::cli::manifest::{self, NamedPair};
use crate::cli::outcome::Outcome;
use crate::cli::outputs::{OutputArgs, with_name};
use crate::cli::pair::Pair;
use crate::cli::pair_run::PairBlock;
use crate::cli::regular_file;
use crate::cli::side_buses::SideBusArgs;
use crate::cli::standard_output::{print, print_beside};
use crate::found::Report;
use crate::found::audience_log::AskedAudience;
use crate::found::compare::{Comparison, Earlier};
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::lines::confirmer::Confirmer;
use crate::lines::fingerprint::VoiceTrack;
use crate::lines::hop_watch::HopWatch;
use crate::lines::line_sieve::LineSieve;
use crate::lines::log::ClashLog;
use crate::lines::programme_loudness::ProgrammeLoudness;
use crate::report::export::spreadsheet;
use crate::report::left_out_words::about_lines;
use crate::report::text;
use crate::settings::{Mode, Range, Settings};
use crate::snapshot::Snapshot;
use crate::timeline::Timeline;

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
    dialogue: Option<PathBuf>,
    /// Audio file with the music, or a folder whose files have the dialogue's names; - for standard
    /// input
    #[arg(required_unless_present_any = ["manifest", "list_audiences"])]
    music: Option<PathBuf>,
    /// CSV file of many pairs (name, dialogue, music); lists to write then need {name} in FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dialogue", "session_text"])]
    manifest: Option<PathBuf>,
    /// Print the list with tabs between its columns, to paste into a spotting sheet
    #[arg(long)]
    session_text: bool,
    /// Exit with code 1 if the clash over all speech is above this [0 to 100]
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true,
        value_parser = number_in(PERCENT))]
    fail_above: Option<f32>,
    /// For whom the loudness difference is judged
    #[arg(long, value_enum, default_value_t = Viewer::Expert)]
    viewer: Viewer,
    #[command(flatten)]
    files: PairFiles,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    channels: ChannelArgs,
    #[command(flatten)]
    lines: LineArgs,
    #[command(flatten)]
    audiences: AudienceArgs,
    #[command(flatten)]
    time: TimeArgs,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// What is read and written with each pair; {name} stands for the pair's name among many.
#[derive(Debug, Clone, Args)]
struct PairFiles {
    /// JSON list of an earlier version: says line by line what got better or worse since
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    #[command(flatten)]
    side_buses: SideBusArgs,
    #[command(flatten)]
    outputs: OutputArgs,
}

impl PairFiles {
    /// The files of the pair called `name`.
    fn named(&self, name: &str) -> Self {
        Self {
            compare: self.compare.as_ref().map(|path| with_name(path, name)),
            side_buses: self.side_buses.named(name),
            outputs: self.outputs.named(name),
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Viewer {
    /// Knows the material: 10 LU
    Expert,
    /// Hears it for the first time: 14 LU
    General,
}

impl Viewer {
    /// Loudness difference that the dialogue should have, LU.
    fn guide_lu(self) -> f32 {
        match self {
            Self::Expert => GUIDE_LU,
            Self::General => GUIDE_LU + GENERAL_VIEWER_OFFSET_LU,
        }
    }
}

impl CheckArgs {
    /// Every pair of a manifest or of two folders; `None` if one pair was given.
    fn many_pairs(&self) -> Result<Option<Vec<NamedPair>>, Error> {
        match (&self.manifest, &self.dialogue, &self.music) {
            (Some(manifest), ..) => manifest::read(manifest).map(Some),
            (None, Some(dialogue), Some(music)) if dialogue.is_dir() && music.is_dir() => {
                batch::from_folders(dialogue, music).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Whether `report` is above the limit, said on standard error about `name`.
    fn is_above_limit(&self, name: &str, report: &Report) -> bool {
        let clash_percent = report.summary.clash_percent;
        match self.fail_above {
            Some(limit) if clash_percent > limit => {
                eprintln!(
                    "underscore: {name}clash {clash_percent:.1} % is above --fail-above {limit}"
                );
                true
            }
            _ => false,
        }
    }
}

/// # Errors
/// If a file can't be read or written; then no file is left behind.
pub fn run(args: &CheckArgs) -> Result<Outcome, Error> {
    if args.audiences.list_audiences {
        print(&audience_args::list_text())?;
        return Ok(Outcome::Done);
    }
    let settings = args.settings.settings(Mode::Meter)?;
    let audiences = args.audiences.asked(&settings)?;
    if let Some(pairs) = args.many_pairs()? {
        return run_many(args, &settings, &audiences, &pairs);
    }
    let (Some(dialogue), Some(music)) = (&args.dialogue, &args.music) else {
        return Err(Error::NoPair);
    };
    let pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
    let (report, timeline) = check_pair(args, &args.files, &settings, &audiences, pair)?;
    let list = match args.session_text {
        true => {
            say_about_lines("", &report);
            spreadsheet::to_session_text(&report, &timeline)
        }
        false => text::to_text(&report, &timeline),
    };
    print_beside(&list, args.files.outputs.use_stdout())?;
    match args.is_above_limit("", &report) {
        true => Ok(Outcome::AboveLimit),
        false if report.is_doubtful() => Ok(Outcome::Doubtful),
        false => Ok(Outcome::Done),
    }
}

fn run_many(
    args: &CheckArgs,
    settings: &Settings,
    audiences: &[AskedAudience],
    pairs: &[NamedPair],
) -> Result<Outcome, Error> {
    args.files.outputs.require_names()?;
    let results = batch::run_all(pairs, |named, bar| {
        let (dialogue, music) = (&named.dialogue, &named.music);
        let mut pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
        pair.share_progress(bar);
        check_pair(
            args,
            &args.files.named(&named.name),
            settings,
            audiences,
            pair,
        )
        .map(|(report, _)| report)
    })?;
    let reports = pairs.iter().zip(&results);
    print(&batch::summary_text(reports.clone().map(
        |(pair, result)| (pair.name.as_str(), result.as_ref().ok()),
    )))?;
    let (mut num_failed, mut is_above, mut is_doubtful) = (0, false, false);
    for (pair, result) in reports {
        match result {
            Ok(report) => {
                say_about_lines(&format!("{}: ", pair.name), report);
                is_above |= args.is_above_limit(&format!("{}: ", pair.name), report);
                is_doubtful |= report.is_doubtful();
            }
            Err(error) => {
                num_failed += 1;
                eprintln!("underscore: {error}");
            }
        }
    }
    match (num_failed, is_above) {
        (0, false) if is_doubtful => Ok(Outcome::Doubtful),
        (0, false) => Ok(Outcome::Done),
        (0, true) => Ok(Outcome::AboveLimit),
        (num_failed, _) => Err(Error::PairsFailed {
            num_failed,
            num_pairs: pairs.len(),
        }),
    }
}

/// Says on standard error what the list of `name` itself doesn't tell of its lines.
fn say_about_lines(name: &str, report: &Report) {
    for about in about_lines(report) {
        eprintln!("underscore: {name}{about}");
    }
}

/// Checks one pair and writes its outputs.
fn check_pair(
    args: &CheckArgs,
    files: &PairFiles,
    settings: &Settings,
    audiences: &[AskedAudience],
    mut pair: Pair,
) -> Result<(Report, Timeline), Error> {
    let timeline = args.time.timeline(&pair)?;
    let mut left_out = args.lines.strike(&mut pair, timeline.clock.as_ref())?;
    let earlier = files.compare.as_deref().map(earlier).transpose()?;
    let inputs: Vec<&Path> = pair
        .paths()
        .chain(args.inputs.reference())
        .chain(args.time.inputs())
        .chain(args.lines.inputs())
        .chain(args.audiences.inputs())
        .chain(args.manifest.as_deref())
        .chain(files.side_buses.inputs())
        .chain(files.compare.as_deref())
        .collect();
    let side_buses = RefCell::new(files.side_buses.open(
        &pair,
        args.inputs.stem_reading(),
        audiences.to_vec(),
    )?);
    let outputs = files.outputs.create(&inputs, timeline.clock.is_some())?;
    let mut log = ClashLog::new();
    let mut trace = Trace::default();
    let mut voice = VoiceTrack::default();
    let mut watch = HopWatch::default();
    let mut programme = ProgrammeLoudness::default();
    let mut take = |hop: &Snapshot| {
        log.push(hop);
        trace.push(hop);
        voice.push(hop);
        watch.push(hop);
        programme.push(hop);
        side_buses.borrow_mut().take_hop(hop);
    };
    let mut confirmer = Confirmer::default();
    let mut sieve = LineSieve::new(left_out.min_confidence);
    let on_hop = |snapshot: &Snapshot| {
        confirmer.push(snapshot, |hop| sieve.push(hop, &mut take));
    };
    // Bound, so that the borrow ends before either runs.
    let hears_more = !side_buses.borrow().is_empty();
    let lengths = if hears_more {
        let on_block = |block: &PairBlock| side_buses.borrow_mut().hear(block, settings);
        pair.run(settings, on_hop, on_block)?
    } else {
        pair.meter(settings, on_hop)?
    };
    confirmer.drain(|hop| sieve.push(hop, &mut take));
    sieve.drain(&mut take);
    left_out.num_lines = sieve.num_left_out();
    let source = pair.source(lengths);
    let mut report = Report::new(source, &log);
    report.guide_lu = args.viewer.guide_lu();
    report.ears = settings.ears.words();
    report.programme_lufs = programme.lufs().map(|lufs| lufs as f32);
    report.left_out = left_out;
    report.add_fingerprints(&voice);
    let mut doubts = inputs_compared::doubts(&mut pair, &watch, settings)?;
    let side_buses = side_buses.into_inner();
    doubts.extend(side_buses.doubts());
    inputs_compared::say(&pair, &doubts, timeline.frames_per_second());
    side_buses.add_to(&mut report);
    report.add_doubts(doubts);
    report.comparison = earlier.map(|earlier| {
        let lines = report.lines.iter().map(|line| &line.line);
        Comparison::new(lines, &voice, earlier)
    });
    let excerpts = match files.outputs.has_audio() {
        true => {
            let mut again = pair.again()?;
            excerpt_recorder::record(&mut again, settings, &report)?
        }
        false => Excerpts::default(),
    };
    outputs.write(&report, &timeline, &trace, &excerpts)?;
    Ok((report, timeline))
}

/// The earlier report at `path`.
fn earlier(path: &Path) -> Result<Earlier, Error> {
    Earlier::parse(&regular_file::read(path)?)
        .map_err(|error| Error::file(path, Problem::Compare(error)))
}
