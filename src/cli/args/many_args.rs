//! Flags for runs of many pairs.

use std::num::NonZeroUsize;

use clap::Args;

use crate::cli::errors::Error;
use crate::cli::shard::Shard;

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Many pairs, on many machines")]
pub struct ManyArgs {
    /// Check only this part of the pairs, such as 3/40: the third of 40. A pair is always in the same part, by its
    /// name
    #[arg(long, value_name = "K/N", allow_hyphen_values = true, value_parser = Shard::parse)]
    pub shard: Option<Shard>,
    /// Leave out pairs that an earlier run has done with the same inputs, settings and version; needs --json
    #[arg(long)]
    pub resume: bool,
    /// Pairs to check at once [default: one for each core; 1 with --shard]
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true, value_parser = num_jobs)]
    jobs: Option<NonZeroUsize>,
}

fn num_jobs(text: &str) -> Result<NonZeroUsize, String> {
    const MAX_JOBS: usize = 1024;
    let number = text.parse::<NonZeroUsize>().ok();
    let number = number.filter(|number| number.get() <= MAX_JOBS);
    number.ok_or_else(|| format!("must be 1 to {MAX_JOBS}"))
}

impl ManyArgs {
    /// # Errors
    /// If one of these flags was given, for a run of one pair.
    pub fn require_none(&self) -> Result<(), Error> {
        let needs_many = "needs many pairs: give --manifest or two folders";
        let rule = |flag| {
            let rule = needs_many.into();
            Error::Rule { flag, rule }
        };
        match self {
            Self {
                shard: Some(shard), ..
            } => Err(Error::flag("--shard", &shard.to_string(), needs_many)),
            Self { resume: true, .. } => Err(rule("--resume")),
            Self { jobs: Some(_), .. } => Err(rule("--jobs")),
            _ => Ok(()),
        }
    }

    /// How many pairs are checked at once; `None` for as many as there are cores.
    pub fn num_jobs(&self) -> Option<NonZeroUsize> {
        self.jobs.or(self.shard.map(|_| NonZeroUsize::MIN))
    }

    /// Whether the run is one of several over the same rows, so that each row is told as it is done.
    pub fn is_one_of_several(&self) -> bool {
        self.shard.is_some() || self.resume
    }
}
