//! `underscore check` on the rows of a manifest or of two folders: all of them or a shard, and what an earlier run
//! has done already is left as it is.

use std::path::Path;

use indicatif::ProgressBar;

use crate::cli::batch;
use crate::cli::check_args::{CheckArgs, PairFiles};
use crate::cli::check_pair::{check_pair, say_about_lines};
use crate::cli::done_row::{clear_remains, done_row};
use crate::cli::errors::Error;
use crate::cli::inputs_compared::{self, piped};
use crate::cli::manifest::NamedPair;
use crate::cli::outcome::Outcome;
use crate::cli::row_inputs::RunDigests;
use crate::cli::standard_output::print;
use crate::found::audience_log::AskedAudience;
use crate::report::catalogue::row_figures::RowFigures;
use crate::report::catalogue::{FiguresRow, figures_table};
use crate::report::json::row_mark::RowMark;
use crate::report::left_out_words::about_lines;
use crate::settings::Settings;

/// A row that came to figures.
struct DoneRow {
    figures: RowFigures,
    /// What is to be said of its lines.
    about: Vec<String>,
    /// Whether an earlier run has done it.
    is_earlier: bool,
}

/// What all rows of a run have in common.
struct Run<'a> {
    args: &'a CheckArgs,
    settings: &'a Settings,
    audiences: &'a [AskedAudience],
    /// `None` where no row has a JSON to keep it in.
    digests: Option<RunDigests>,
}

/// # Errors
/// If a flag can't be used, a pair failed, or the user interrupts.
pub fn run(
    args: &CheckArgs,
    settings: &Settings,
    audiences: &[AskedAudience],
    pairs: Vec<NamedPair>,
) -> Result<Outcome, Error> {
    let outputs = &args.files.outputs;
    outputs.require_names()?;
    if args.many.resume && outputs.json().is_none() {
        let rule = "needs --json with {name} in FILE: it says what was done".into();
        let flag = "--resume";
        return Err(Error::Rule { flag, rule });
    }
    let pairs = match args.many.shard {
        Some(shard) => shard.of(pairs),
        None => pairs,
    };
    let settings_text = || args.settings_text(settings, audiences);
    let run = Run {
        args,
        settings,
        audiences,
        digests: outputs.json().map(|_| RunDigests::new(&settings_text())),
    };
    let results = batch::run_all(&pairs, args.many.num_jobs(), |pair, bar| run.row(pair, bar))?;
    tell(args, &pairs, &results)
}

impl Run<'_> {
    /// Does one row, unless it is done.
    fn row(&self, named: &NamedPair, bar: &ProgressBar) -> Result<DoneRow, Error> {
        let files = self.args.files.named(&named.name);
        let mark = self.mark(named, &files);
        let earlier = match &mark {
            Some(mark) if self.args.many.resume => done_row(&files.outputs, mark),
            _ => None,
        };
        if let Some(report) = earlier {
            self.say(named, "done before, left as it is", bar);
            return Ok(DoneRow {
                figures: RowFigures::of_row(&report),
                about: Vec::new(),
                is_earlier: true,
            });
        }
        if self.args.many.resume {
            clear_remains(&files.outputs);
        }
        let result = self.check(named, &files, mark.as_ref(), bar);
        match (&result, mark) {
            (Ok(_), _) => self.say(named, "done", bar),
            (Err(error), Some(mark)) if is_of_row(error) => {
                let inputs = [named.dialogue.as_path(), named.music.as_path()];
                let inputs = [&inputs, self.args.other_inputs(&files).as_slice()].concat();
                // The reason why the row failed is the one to tell.
                let _ = files
                    .outputs
                    .write_failure(&inputs, &mark, &error.to_string());
            }
            _ => {}
        }
        result
    }

    fn check(
        &self,
        named: &NamedPair,
        files: &PairFiles,
        mark: Option<&RowMark>,
        bar: &ProgressBar,
    ) -> Result<DoneRow, Error> {
        let (args, dialogue, music) = (self.args, &named.dialogue, &named.music);
        let mut pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
        pair.share_progress(bar);
        let (report, _) = check_pair(args, files, self.settings, self.audiences, pair, mark)?;
        Ok(DoneRow {
            figures: RowFigures::of_report(&report),
            about: about_lines(&report),
            is_earlier: false,
        })
    }

    /// What the JSON of a row says of its inputs; `None` if there will be none.
    fn mark(&self, named: &NamedPair, files: &PairFiles) -> Option<RowMark> {
        let digests = self.digests.as_ref()?;
        let audio = [&named.dialogue, &named.music].map(|path| piped(path).ok());
        let inputs = match &audio {
            [Some(dialogue), Some(music)] => {
                let others = self.args.other_inputs(files);
                let manifest = self.args.manifest.as_deref();
                // What else is in the manifest doesn't matter to a row.
                let others = others.into_iter().filter(|path| Some(*path) != manifest);
                let others: Vec<&Path> = others.collect();
                digests.of_row(&named.name, &[dialogue, music], &others)
            }
            _ => String::new(),
        };
        Some(RowMark {
            name: named.name.clone(),
            settings: digests.settings().into(),
            inputs,
            lists: Vec::new(),
            sha256: String::new(),
        })
    }

    /// Says at once what came of a row, where others go on with this run's work.
    fn say(&self, named: &NamedPair, what: &str, bar: &ProgressBar) {
        if self.args.many.is_one_of_several() {
            bar.suspend(|| eprintln!("underscore: {}: {what}", named.name));
        }
    }
}

/// Whether an error is the row's own, and not one of the command or of the machine's user.
fn is_of_row(error: &Error) -> bool {
    matches!(
        error,
        Error::File { .. } | Error::Engine(_) | Error::Resample { .. } | Error::Encode(_)
    )
}

/// Prints the table, and says what each row came to.
fn tell(
    args: &CheckArgs,
    pairs: &[NamedPair],
    results: &[Result<DoneRow, Error>],
) -> Result<Outcome, Error> {
    let rows = pairs.iter().zip(results).map(|(pair, result)| FiguresRow {
        name: &pair.name,
        state: "failed",
        figures: result.as_ref().ok().map(|it| it.figures.clone()),
    });
    print(&figures_table(&rows.collect::<Vec<_>>()))?;
    let (mut num_failed, mut is_above, mut is_doubtful) = (0, false, false);
    for (pair, result) in pairs.iter().zip(results) {
        match result {
            Ok(DoneRow { figures, about, .. }) => {
                let name = format!("{}: ", pair.name);
                say_about_lines(&name, about);
                is_above |= args.is_above_limit(&name, figures.clash_percent);
                is_doubtful |= figures.is_doubtful;
            }
            Err(error) => {
                num_failed += 1;
                match args.many.is_one_of_several() {
                    true => eprintln!("underscore: {}: failed: {error}", pair.name),
                    false => eprintln!("underscore: {error}"),
                }
            }
        }
    }
    if args.many.is_one_of_several() {
        let done = results.iter().flatten();
        let num_earlier = done.filter(|row| row.is_earlier).count();
        eprintln!(
            "underscore: {} done now, {num_earlier} done before, {num_failed} failed",
            results.len() - num_earlier - num_failed
        );
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
