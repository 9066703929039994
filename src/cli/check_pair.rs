//! The check of one pair: heard, judged, written down.

use std::cell::RefCell;
use std::path::Path;

use crate::cli::check_args::{CheckArgs, PairFiles};
use crate::cli::errors::{Error, Problem};
use crate::cli::excerpt_recorder;
use crate::cli::inputs_compared;
use crate::cli::pair::Pair;
use crate::cli::pair_run::PairBlock;
use crate::cli::regular_file;
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
use crate::report::json::row_mark::RowMark;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::timeline::Timeline;

/// Says on standard error what the list of `name` itself doesn't tell of its lines.
pub fn say_about_lines(name: &str, about: &[String]) {
    for about in about {
        eprintln!("underscore: {name}{about}");
    }
}

/// Checks one pair and writes its outputs, with the mark of its row if it is one of many.
///
/// # Errors
/// If a file can't be read or written; then no file is left behind.
pub fn check_pair(
    args: &CheckArgs,
    files: &PairFiles,
    settings: &Settings,
    audiences: &[AskedAudience],
    mut pair: Pair,
    mark: Option<&RowMark>,
) -> Result<(Report, Timeline), Error> {
    let timeline = args.time.timeline(&pair)?;
    let mut left_out = args.lines.strike(&mut pair, timeline.clock.as_ref())?;
    let earlier = files.compare.as_deref().map(earlier).transpose()?;
    let inputs: Vec<&Path> = pair.paths().chain(args.other_inputs(files)).collect();
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
    outputs.write(&report, &timeline, &trace, &excerpts, mark)?;
    Ok((report, timeline))
}

/// The earlier report at `path`.
fn earlier(path: &Path) -> Result<Earlier, Error> {
    Earlier::parse(&regular_file::read(path)?)
        .map_err(|error| Error::file(path, Problem::Compare(error)))
}
