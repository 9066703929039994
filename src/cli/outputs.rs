//! The files that `check` writes: opened before the work begins, complete before the first of them
//! gets its name.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::errors::{Error, Problem};
use crate::cli::interrupt;
use crate::cli::output_file::{OutputFile, finish_all};
use crate::found::Report;
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::report::export::{edl, midi_markers, otio, reaper, spreadsheet};
use crate::report::{json, page};
use crate::timeline::Timeline;

/// What stands for a pair's name in the outputs of many pairs.
const NAME_PLACE: &str = "{name}";

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Lists to write")]
pub struct OutputArgs {
    /// A page with pictures, for any browser: HTML, one file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// With --report: each clashing line to listen to, as it is and ducked (the worst lines, as
    /// many as fit into 18 MB)
    #[arg(long, requires = "report")]
    audio: bool,
    /// The list as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Every line as a CSV table
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// The clashes as markers in a Standard MIDI file, at the tempo given or 120
    #[arg(long, value_name = "FILE")]
    markers: Option<PathBuf>,
    /// The clashes as REAPER regions (Region/Marker Manager, import)
    #[arg(long, value_name = "FILE")]
    reaper: Option<PathBuf>,
    /// The clashes as locators in a CMX 3600 edit decision list; needs --fps
    #[arg(long, value_name = "FILE")]
    edl: Option<PathBuf>,
    /// The clashes as markers in an OpenTimelineIO timeline; needs --fps
    #[arg(long, value_name = "FILE")]
    otio: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Html,
    Json,
    Csv,
    Midi,
    Reaper,
    Edl,
    Otio,
}

/// Files in the making.
pub struct Outputs(Vec<(PathBuf, Form, OutputFile)>);

impl OutputArgs {
    fn wanted(&self) -> impl Iterator<Item = (&Path, Form)> {
        [
            (&self.report, Form::Html),
            (&self.json, Form::Json),
            (&self.csv, Form::Csv),
            (&self.markers, Form::Midi),
            (&self.reaper, Form::Reaper),
            (&self.edl, Form::Edl),
            (&self.otio, Form::Otio),
        ]
        .into_iter()
        .filter_map(|(path, form)| Some((path.as_deref()?, form)))
    }

    /// # Errors
    /// If an output has no [`NAME_PLACE`], so that all pairs would write to it.
    pub fn require_names(&self) -> Result<(), Error> {
        match self.wanted().find(|(path, _)| !has_name_place(path)) {
            Some((path, _)) => Err(Error::file(path, Problem::NoName)),
            None => Ok(()),
        }
    }

    /// The outputs of the pair called `name`.
    pub fn named(&self, name: &str) -> Self {
        let named = |path: &Option<PathBuf>| path.as_ref().map(|path| with_name(path, name));
        Self {
            audio: self.audio,
            report: named(&self.report),
            json: named(&self.json),
            csv: named(&self.csv),
            markers: named(&self.markers),
            reaper: named(&self.reaper),
            edl: named(&self.edl),
            otio: named(&self.otio),
        }
    }

    /// Whether the page is to be heard, too.
    pub fn has_audio(&self) -> bool {
        self.audio
    }

    /// Starts every file that was asked for; none of `inputs` is among them.
    ///
    /// # Errors
    /// If one can't be written there, two have one name, or one counts in frames and `has_fps` is
    /// false.
    pub fn create(&self, inputs: &[&Path], has_fps: bool) -> Result<Outputs, Error> {
        let mut outputs: Vec<(PathBuf, Form, OutputFile)> = Vec::new();
        for (path, form) in self.wanted() {
            if matches!(form, Form::Edl | Form::Otio) && !has_fps {
                return Err(Error::file(path, Problem::NoFrameRate));
            }
            let file = OutputFile::create(path, inputs)?;
            if outputs.iter().any(|(_, _, other)| other.is_same(&file)) {
                return Err(Error::file(path, Problem::OutputTwice));
            }
            outputs.push((path.into(), form, file));
        }
        Ok(Outputs(outputs))
    }
}

impl Outputs {
    /// Writes `report` to every file.
    ///
    /// # Errors
    /// If one can't be written or the user interrupts; then none is left behind.
    pub fn write(
        mut self,
        report: &Report,
        timeline: &Timeline,
        trace: &Trace,
        excerpts: &Excerpts,
    ) -> Result<(), Error> {
        for (path, form, file) in &mut self.0 {
            interrupt::check()?;
            file.write_all(&rendered(*form, path, report, timeline, trace, excerpts)?)?;
        }
        finish_all(self.0.into_iter().map(|(_, _, file)| file).collect())
    }
}

fn rendered(
    form: Form,
    path: &Path,
    report: &Report,
    timeline: &Timeline,
    trace: &Trace,
    excerpts: &Excerpts,
) -> Result<Vec<u8>, Error> {
    let fail = |error| Error::file(path, Problem::Export(error));
    Ok(match form {
        Form::Html => page::to_html(report, timeline, trace, excerpts).into_bytes(),
        Form::Json => json::to_json(report, timeline)?.into_bytes(),
        Form::Csv => spreadsheet::to_csv(report, timeline)?,
        Form::Midi => midi_markers::to_midi(report, timeline).map_err(fail)?,
        Form::Reaper => reaper::to_reaper(report, timeline)?,
        Form::Edl => edl::to_edl(report, timeline, &title(path))
            .map_err(fail)?
            .into_bytes(),
        Form::Otio => otio::to_otio(report, timeline).map_err(fail)?.into_bytes(),
    })
}

/// `path` with `name` in its [`NAME_PLACE`].
pub fn with_name(path: &Path, name: &str) -> PathBuf {
    path.to_string_lossy().replace(NAME_PLACE, name).into()
}

fn has_name_place(path: &Path) -> bool {
    path.to_string_lossy().contains(NAME_PLACE)
}

/// Name of the file without its ending.
fn title(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
