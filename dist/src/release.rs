//! What is released: version, commit and date.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::tool;

/// Digits of a commit that are shown.
const COMMIT_DIGITS: usize = 12;

/// What is released.
pub struct Release {
    /// As in `Cargo.toml`.
    pub version: &'static str,
    /// The commit, shortened; `-dirty` follows where files differ from it.
    pub commit: String,
    /// Time that all packaged files get, seconds since 1970 UTC.
    pub epoch: u64,
    /// The same as in mails (RFC 2822), for Debian's changelog.
    pub date: String,
}

impl Release {
    /// What lies in the repository `root`. `SOURCE_DATE_EPOCH` overrides the time of the commit.
    ///
    /// # Errors
    /// If git doesn't tell, or, unless `is_dirty_fine`, if something isn't committed.
    pub fn of(root: &Path, is_dirty_fine: bool) -> Result<Self> {
        let git = |args: &[&str]| -> Result<String> {
            let text = tool::output_of(Command::new("git").current_dir(root).args(args))?;
            Ok(text.trim().to_owned())
        };
        let mut commit = git(&["rev-parse", "HEAD"])?;
        commit.truncate(COMMIT_DIGITS);
        if !git(&["status", "--porcelain"])?.is_empty() {
            ensure!(
                is_dirty_fine,
                "not all is committed: a release is of a commit (or give --dirty to try it out)"
            );
            commit += "-dirty";
        }
        let epoch = match env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text
                .parse()
                .with_context(|| format!("SOURCE_DATE_EPOCH {text}: must be whole seconds"))?,
            Err(_) => git(&["log", "-1", "--format=%ct"])?.parse()?,
        };
        let date = rfc_2822(epoch);
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            commit,
            epoch,
            date,
        })
    }
}

/// Days from 1970-01-01 to a date, and back, go by eras of 400 years, whose years begin in March (H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`): year, month and day.
pub fn civil_date(epoch: u64) -> (u64, u64, u64) {
    let days = epoch / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

fn rfc_2822(epoch: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (year, month, day) = civil_date(epoch);
    let (hour, minute, second) = (epoch / 3600 % 24, epoch / 60 % 60, epoch % 60);
    format!(
        "{}, {day:02} {} {year} {hour:02}:{minute:02}:{second:02} +0000",
        DAYS[(epoch / 86_400 % 7) as usize],
        MONTHS[month as usize - 1],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(rfc_2822(0), "Thu, 01 Jan 1970 00:00:00 +0000");
        // The 29th of February of a year that 400 divides, and the first of the next month.
        assert_eq!(rfc_2822(951_782_400), "Tue, 29 Feb 2000 00:00:00 +0000");
        assert_eq!(rfc_2822(951_868_799), "Tue, 29 Feb 2000 23:59:59 +0000");
        assert_eq!(rfc_2822(951_868_800), "Wed, 01 Mar 2000 00:00:00 +0000");
    }
}
