//! Flags that say which lines count.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::settings_args::number_in;
use crate::cli::errors::{Error, Problem};
use crate::cli::pair::Pair;
use crate::cli::regular_file;
use crate::found::LeftOut;
use crate::settings::Range;
use crate::timeline::stretches::{Stretch, is_stretch, parse_stretch, parse_table};
use crate::timeline::timecode::Clock;

/// Confidences, as `--min-confidence` takes them.
const CONFIDENCE: Range = Range {
    min: 0.0,
    max: 1.0,
    default: 0.0,
};

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which lines count")]
pub struct LineArgs {
    /// Leave out lines of which it is less sure that they are a voice [0 to 1]; 0.5 and more are voices, what is
    /// under it may be a bark, a phone, an instrument
    #[arg(long, value_name = "X", allow_hyphen_values = true, default_value = "0",
        value_parser = number_in(CONFIDENCE))]
    pub min_confidence: f32,
    /// Take the dialogue for silent from IN to OUT (seconds, h:mm:ss or, with --fps, timecode), or in each
    /// stretch of a CSV file (name, in, out), such as rows of --csv: nobody speaks there. May be given more
    /// than once
    #[arg(long, value_name = "IN-OUT|FILE", allow_hyphen_values = true)]
    ignore: Vec<String>,
}

impl LineArgs {
    /// The files that these flags name.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        let files = self.ignore.iter().filter(|it| !is_stretch(it));
        files.map(Path::new)
    }

    /// Strikes from the dialogue of `pair` what is to be ignored, and says what that is.
    ///
    /// # Errors
    /// If a stretch or a file of them can't be understood.
    pub fn strike(&self, pair: &mut Pair, clock: Option<&Clock>) -> Result<LeftOut, Error> {
        let mut ignored: Vec<Stretch> = Vec::new();
        for text in &self.ignore {
            if is_stretch(text) {
                let stretch = parse_stretch(text, clock)
                    .map_err(|rule| Error::flag("--ignore", text, rule))?;
                ignored.push(stretch);
                continue;
            }
            let path = PathBuf::from(text);
            let table = parse_table(&regular_file::read(&path)?, clock)
                .map_err(|error| Error::file(&path, Problem::Stretches(error)))?;
            ignored.extend(table);
        }
        ignored.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        let ignored_s: Vec<(f64, f64)> = ignored.iter().map(|it| (it.start_s, it.end_s)).collect();
        pair.strike(&ignored_s);
        Ok(LeftOut {
            min_confidence: self.min_confidence,
            num_lines: 0,
            ignored_s,
        })
    }
}
