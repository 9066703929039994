//! Flags that ask for prints of what a duck did.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::duck_outputs::envelope;
use crate::cli::errors::{Error, Problem};
use crate::cli::outputs::csv_style;
use crate::report::export::cell_text::CsvStyle;
use crate::report::form::Form;

#[derive(Debug, Args)]
#[command(next_help_heading = "Prints of what was done")]
pub struct PrintArgs {
    /// WAV file with what was removed: the output and it add up to the music, with --bits 24 to
    /// the last bit
    #[arg(long, value_name = "FILE.wav")]
    pub(super) delta: Option<PathBuf>,
    /// WAV file with the music as it came, with the length, format, timecode and markers of the output: for
    /// masters whose music must stay whole
    #[arg(long, value_name = "FILE.wav")]
    pub(super) undipped: Option<PathBuf>,
    /// List of every dip: where, how much (LU lost, deepest cut and its band), why (the line, its verdict before and
    /// after). A table (.csv, .txt) or markers (.mid, .regions.csv for REAPER, .edl and .otio with --fps) by the
    /// file's ending; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub(super) dips: Vec<PathBuf>,
    /// CSV table of the cut in each band (dB) and the loudness lost (LU) over time
    #[arg(long, value_name = "FILE.csv")]
    pub(super) curve: Option<PathBuf>,
    /// Language of the spreadsheet for --curve and --dips, such as de or fr: then with semicolons, decimal commas
    /// and a byte-order mark [default: en]
    #[arg(long, value_name = "LANGUAGE", value_parser = csv_style)]
    pub(super) csv_locale: Option<CsvStyle>,
    /// MIDI file with the loudness lost as controller 11 (expression): 127 is no cut, any other
    /// value v a cut of 40 lg(127/v) dB
    #[arg(long, value_name = "FILE.mid")]
    pub(super) midi: Option<PathBuf>,
    /// The loudness lost, averaged over 200 ms, as a fader's move of few points (at most 20 a second, within 0.1 LU): for
    /// REAPER a project or a track template with the music and its volume envelope (.rpp, .RTrackTemplate), for Ardour a script (.lua)
    #[arg(long, value_name = "FILE")]
    pub(super) envelope: Option<PathBuf>,
    /// What each line lost and what came of it, and every dip, as JSON
    #[arg(long, value_name = "FILE.json")]
    pub(super) json: Option<PathBuf>,
}

impl PrintArgs {
    /// That each flag has what it needs.
    ///
    /// # Errors
    /// If a list or the envelope has an ending that no form has, a list counts in frames without `has_fps`, or a
    /// language is told that no table is written in.
    pub fn require_sense(&self, has_fps: bool) -> Result<(), Error> {
        for path in &self.dips {
            let form = dip_form(path).ok_or_else(|| Error::file(path, Problem::DipsEnding))?;
            if form.needs_rate && !has_fps {
                return Err(Error::file(path, Problem::NoFrameRate));
            }
        }
        if let Some(path) = &self.envelope {
            envelope::require_known(path)?;
        }
        if self.csv_locale.is_some() && self.curve.is_none() && self.dips.is_empty() {
            return Err(Error::Rule {
                flag: "--csv-locale",
                rule: "is about tables: give --curve or --dips with it".into(),
            });
        }
        Ok(())
    }
}

/// The form in which dips are written to `path`.
pub fn dip_form(path: &Path) -> Option<&'static Form> {
    Form::of_dips(&path.file_name()?.to_string_lossy())
}
