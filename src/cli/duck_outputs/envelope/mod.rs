//! The loudness that a duck takes, averaged over 200 ms, as the move of a fader: few break points, in the text of a program that takes
//! them over as automation.

mod ardour_script;
mod fader_move;
mod reaper_track;
mod slow_loss;

use std::path::Path;

use crate::cli::duck_outputs::cut_queue::CutHop;
use crate::cli::duck_outputs::envelope::ardour_script::to_ardour_script;
use crate::cli::duck_outputs::envelope::fader_move::Envelope;
use crate::cli::duck_outputs::envelope::reaper_track::{to_reaper_project, to_reaper_track};
use crate::cli::duck_outputs::envelope::slow_loss::SlowLoss;
use crate::cli::errors::{Error, Problem};
use crate::cli::output_file::OutputFile;
use crate::ride::thinning::{BreakPoint, Thinner};

pub use self::fader_move::MusicItem;

/// How far the move may be from the loudness lost, LU: nobody hears less.
const TOLERANCE_LU: f32 = 0.1;

/// How a program draws the line between two points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Straight in the amplitude.
    Gain,
    /// Straight in decibels.
    Db,
}

/// A program's text for a fader's move.
#[derive(Debug)]
struct EnvelopeForm {
    /// Ending of the file's name, in lower case, without the dot.
    ending: &'static str,
    between: Between,
    render: fn(&Envelope) -> String,
}

/// Every form, by the endings of files.
const FORMS: [EnvelopeForm; 3] = [
    EnvelopeForm {
        ending: "rpp",
        between: Between::Gain,
        render: to_reaper_project,
    },
    EnvelopeForm {
        ending: "rtracktemplate",
        between: Between::Gain,
        render: to_reaper_track,
    },
    EnvelopeForm {
        ending: "lua",
        between: Between::Db,
        render: to_ardour_script,
    },
];

/// The move in the making.
pub struct EnvelopePrint {
    file: OutputFile,
    form: &'static EnvelopeForm,
    music: MusicItem,
    slow: SlowLoss,
    thinner: Thinner,
    points: Vec<BreakPoint>,
}

impl EnvelopePrint {
    /// Starts the move in `file`, whose ending says for which program.
    ///
    /// # Errors
    /// If no program has that ending.
    pub fn new(file: OutputFile, music: MusicItem) -> Result<Self, Error> {
        let form = form_of(file.path())
            .ok_or_else(|| Error::file(file.path(), Problem::EnvelopeEnding))?;
        Ok(Self {
            file,
            form,
            music,
            slow: SlowLoss::default(),
            thinner: Thinner::new(TOLERANCE_LU),
            points: Vec::new(),
        })
    }

    /// Takes a hop.
    pub fn take(&mut self, hop: &CutHop) {
        let told = self.slow.push(hop);
        self.push(told);
    }

    fn push(&mut self, told: Option<(f64, f32)>) {
        let Some((time_s, loss_lu)) = told else {
            return;
        };
        if self.points.is_empty() && time_s > 0.0 {
            // The fader stands before the first cut.
            self.add(0.0, 0.0);
        }
        self.add(time_s, -loss_lu);
    }

    fn add(&mut self, time_s: f64, db: f32) {
        let point = match self.form.between {
            Between::Db => self.thinner.push(time_s, db),
            Between::Gain => {
                let span = (gain(db - TOLERANCE_LU), gain(db + TOLERANCE_LU));
                self.thinner.push_within(time_s, gain(db), span)
            }
        };
        self.points.extend(point);
    }

    /// Ends the move at `duration_s` and gives the file, to be finished.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn complete(mut self, duration_s: f64) -> Result<OutputFile, Error> {
        while let Some(told) = self.slow.finish() {
            self.push(Some(told));
        }
        self.points.extend(self.thinner.finish());
        let text = (self.form.render)(&Envelope {
            points: &self.points,
            duration_s,
            music: &self.music,
        });
        self.file.write_all(text.as_bytes())?;
        Ok(self.file)
    }
}

/// That there is a program for the ending of `path`.
///
/// # Errors
/// If there is none.
pub fn require_known(path: &Path) -> Result<(), Error> {
    form_of(path)
        .map(|_| ())
        .ok_or_else(|| Error::file(path, Problem::EnvelopeEnding))
}

fn form_of(path: &Path) -> Option<&'static EnvelopeForm> {
    let ending = path.extension()?.to_string_lossy().to_lowercase();
    FORMS.iter().find(|form| form.ending == ending)
}

/// The amplitude of `db`; 0 dB is 1.
fn gain(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}
