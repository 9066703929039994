//! `underscore check`: the list of clashes.

use crate::cli::args::audience_args;
use crate::cli::check_args::CheckArgs;
use crate::cli::check_pair::{check_pair, say_about_lines};
use crate::cli::errors::Error;
use crate::cli::inputs_compared;
use crate::cli::many_rows;
use crate::cli::outcome::Outcome;
use crate::cli::standard_output::{print, print_beside};
use crate::report::catalogue::row_figures::RowFigures;
use crate::report::export::spreadsheet;
use crate::report::left_out_words::about_lines;
use crate::report::text;
use crate::settings::Mode;

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
        return many_rows::run(args, &settings, &audiences, pairs);
    }
    args.many.require_none()?;
    let (Some(dialogue), Some(music)) = (&args.dialogue, &args.music) else {
        return Err(Error::NoPair);
    };
    let pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
    let (report, timeline) = check_pair(args, &args.files, &settings, &audiences, pair, None)?;
    let list = match args.session_text {
        true => {
            say_about_lines("", &about_lines(&report));
            spreadsheet::to_session_text(&report, &timeline)
        }
        false => text::to_text(&report, &timeline),
    };
    print_beside(&list, args.files.outputs.use_stdout())?;
    match args.is_above_limit("", RowFigures::of_report(&report).clash_percent) {
        true => Ok(Outcome::AboveLimit),
        false if report.is_doubtful() => Ok(Outcome::Doubtful),
        false => Ok(Outcome::Done),
    }
}
