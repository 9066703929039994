//! The clash list as files for other programs, by the code of the command line.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::found::Report;
use crate::report::export::{ExportError, edl, midi_markers, otio, reaper, spreadsheet};
use crate::report::json;
use crate::timeline::Timeline;

/// A form in which the list can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A table of every line.
    #[default]
    Csv,
    /// Everything, for programs.
    Json,
    /// Markers in a Standard MIDI file.
    Midi,
    /// REAPER regions.
    Reaper,
    /// Locators in an edit decision list.
    Edl,
    /// Markers in an OpenTimelineIO timeline.
    Otio,
    /// Tab-separated text.
    Text,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Csv,
        Self::Json,
        Self::Midi,
        Self::Reaper,
        Self::Edl,
        Self::Otio,
        Self::Text,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV table",
            Self::Json => "JSON",
            Self::Midi => "MIDI markers",
            Self::Reaper => "REAPER regions",
            Self::Edl => "EDL (CMX 3600)",
            Self::Otio => "OpenTimelineIO",
            Self::Text => "Text with tabs",
        }
    }

    /// Ending of the file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv | Self::Reaper => "csv",
            Self::Json => "json",
            Self::Midi => "mid",
            Self::Edl => "edl",
            Self::Otio => "otio",
            Self::Text => "txt",
        }
    }

    /// Whether it counts in frames, so that a frame rate must be chosen.
    pub fn needs_rate(self) -> bool {
        matches!(self, Self::Edl | Self::Otio)
    }
}

/// Why a list couldn't be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The form can't hold it.
    #[error(transparent)]
    Form(#[from] ExportError),
    /// The form counts in frames.
    #[error("{} counts in frames: choose a frame rate in Setup", .0.name())]
    NoFrameRate(Form),
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// The list can't be made.
    #[error("the list can't be made: {0}")]
    Content(String),
}

/// Where lists go unless the user says otherwise: his home, or the working folder.
pub fn default_path(form: Form) -> PathBuf {
    let name = format!("underscore.{}", form.ending());
    match etcetera::choose_base_strategy() {
        Ok(base) => base.home_dir().join(name),
        Err(_) => PathBuf::from(name),
    }
}

/// Writes the list to `path`; a file of that name is replaced once the new one is whole.
///
/// # Errors
/// If the form can't hold the list or the file can't be written; then an old one is left.
pub fn write(
    path: &Path,
    form: Form,
    report: &Report,
    timeline: &Timeline,
) -> Result<(), WriteError> {
    let bytes = rendered(path, form, report, timeline)?;
    write_whole(path, &bytes).map_err(|source| WriteError::File {
        path: path.into(),
        source,
    })
}

fn rendered(
    path: &Path,
    form: Form,
    report: &Report,
    timeline: &Timeline,
) -> Result<Vec<u8>, WriteError> {
    if form.needs_rate() && timeline.clock.is_none() {
        return Err(WriteError::NoFrameRate(form));
    }
    let content = |error: &dyn std::fmt::Display| WriteError::Content(error.to_string());
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(match form {
        Form::Csv => spreadsheet::to_csv(report, timeline).map_err(|error| content(&error))?,
        Form::Json => json::to_json(report, timeline)
            .map_err(|error| content(&error))?
            .into_bytes(),
        Form::Midi => midi_markers::to_midi(report, timeline)?,
        Form::Reaper => reaper::to_reaper(report, timeline).map_err(|error| content(&error))?,
        Form::Edl => edl::to_edl(report, timeline, &title)?.into_bytes(),
        Form::Otio => otio::to_otio(report, timeline)?.into_bytes(),
        Form::Text => spreadsheet::to_session_text(report, timeline).into_bytes(),
    })
}

/// Writes a file so that it is either whole or not there; its folder is made if need be.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::model::line_list::ClashList;
    use crate::editor::model::line_list::tests::hop;
    use crate::params::session::SessionOptions;

    fn report() -> Report {
        let mut list = ClashList::default();
        for hop_idx in 1..=800 {
            let end_s = f64::from(hop_idx) * 0.005;
            list.push(&hop(end_s, (end_s % 2.0 > 1.0).then_some(0.2)), 0.2);
        }
        list.end_line(0.005);
        list.report(48_000)
    }

    #[test]
    fn every_form_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let options = SessionOptions {
            rate: Some("25".into()),
            ..SessionOptions::default()
        };
        let timeline = options.timeline(48_000);
        for (idx, form) in Form::ALL.into_iter().enumerate() {
            let path = folder.path().join(format!("new/{idx}.{}", form.ending()));
            write(&path, form, &report(), &timeline).unwrap();
            assert!(fs::metadata(&path).unwrap().len() > 10, "{}", form.name());
        }
    }

    #[test]
    fn frames_need_a_rate_and_a_bad_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (report, timeline) = (report(), Timeline::default());
        let path = folder.path().join("list.edl");
        let error = write(&path, Form::Edl, &report, &timeline).unwrap_err();
        assert!(error.to_string().contains("frame rate"), "{error}");
        assert!(!path.exists());
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let under = file.join("list.csv");
        let error = write(&under, Form::Csv, &report, &timeline).unwrap_err();
        assert!(error.to_string().contains("list.csv"), "{error}");
    }
}
