//! Flags that say where a pair of files lies on the timeline of remembered lines, and what is wanted of these.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::time_args::ClockArgs;
use crate::cli::errors::{Error, Problem};
use crate::cli::pair::Pair;
use crate::cli::regular_file;
use crate::files::spool;
use crate::memory::orders_table;
use crate::memory::remembered::Reel;
use crate::timeline::Timeline;

/// Furthest that files may lie from the start of the timeline, s: a day.
const MAX_AT_S: f64 = 86_400.0;

#[derive(Debug, Args)]
pub struct RideArgs {
    /// Where the files begin on the ride's timeline, s [default: their bext time reference, else 0]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, help_heading = "Time",
        value_parser = at_s)]
    at: Option<f64>,
    /// CSV table of what is wanted of lines: in, out, order (auto, off, more 1.5, less 1.5 or fixed 2, in LU),
    /// note; #12 as in, without an out, is line 12
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
    #[command(flatten)]
    clock: ClockArgs,
}

/// Seconds at which files begin on a timeline.
///
/// # Errors
/// With the rule that is broken.
pub fn at_s(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(at_s) if at_s.abs() <= MAX_AT_S => Ok(at_s),
        _ => Err(format!("must be seconds, {} to {MAX_AT_S}", -MAX_AT_S)),
    }
}

impl RideArgs {
    /// The files that these flags name.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.orders.as_deref().into_iter()
    }

    /// Where the first sample of `pair` lies on the ride's timeline, frames of the music.
    ///
    /// # Errors
    /// If a flag can't be used, or a file's time can't be read.
    pub fn position_frames(&self, pair: &Pair) -> Result<i64, Error> {
        let at_s = match self.at {
            Some(at_s) => at_s,
            None => self.clock.start_s(pair)?,
        };
        Ok((at_s * f64::from(pair.music().sample_rate_hz())).round() as i64)
    }

    /// Whether a frame rate is given.
    pub fn has_rate(&self) -> bool {
        self.clock.has_rate()
    }

    /// How times are told.
    ///
    /// # Errors
    /// If a flag can't be used, or a file's time can't be read.
    pub fn timeline(&self, pair: &Pair) -> Result<Timeline, Error> {
        Ok(Timeline {
            clock: self.clock.clock(pair)?,
            ..Timeline::default()
        })
    }

    /// Gives the lines of `reel` the orders of `--orders`; the first sample of `timeline` lies at `first_s`.
    ///
    /// # Errors
    /// If the table can't be read, or an order is about no line.
    pub fn give_orders(
        &self,
        reel: &mut Reel,
        timeline: &Timeline,
        first_s: f64,
    ) -> Result<(), Error> {
        let Some(path) = &self.orders else {
            return Ok(());
        };
        let bytes = regular_file::read(path)?;
        orders_table::apply(reel, &bytes, timeline.clock.as_ref(), first_s)
            .map(|_| ())
            .map_err(|error| Error::file(path, Problem::Orders(error)))
    }
}

/// That standard input is given for one of `files` only.
///
/// # Errors
/// [`Error::Rule`] about the second.
pub fn require_one_pipe(files: &[(&'static str, Option<&Path>)]) -> Result<(), Error> {
    let mut piped = files
        .iter()
        .filter(|(_, path)| path.is_some_and(spool::is_pipe));
    match (piped.next(), piped.next()) {
        (Some((first, _)), Some((flag, _))) => Err(Error::Rule {
            flag,
            rule: format!("standard input (-) is {first} already: give a file"),
        }),
        _ => Ok(()),
    }
}
