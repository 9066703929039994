//! The clash list as files for other programs, by the code of the command line.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::files::whole_file;
use crate::found::Report;
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::report::export::ExportError;
use crate::report::export::cell_text::CsvStyle;
use crate::report::form::{Content, FORMS, Form};
use crate::timeline::Timeline;

/// Why a list couldn't be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The form can't hold the list.
    #[error(transparent)]
    Form(ExportError),
    /// The form counts in frames.
    #[error("{0} counts in frames: choose a frame rate in Setup")]
    NoFrameRate(&'static str),
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
}

/// The forms to choose from, the usual one first. The page isn't among them: it needs the course over
/// time and excerpts, which the editor doesn't keep.
pub fn forms() -> Vec<Form> {
    let mut forms: Vec<Form> = FORMS.iter().filter(|it| !it.needs_trace).copied().collect();
    // Stable: all others keep their order.
    forms.sort_by_key(|form| *form != Form::default());
    forms
}

/// Where lists go unless the user says otherwise: his home, or the working folder.
pub fn default_path(form: Form) -> PathBuf {
    let name = format!("underscore.{}", form.ending);
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
    let content = Content {
        report,
        timeline,
        title: &path.file_stem().unwrap_or_default().to_string_lossy(),
        csv_style: CsvStyle::default(),
        trace: &Trace::default(),
        excerpts: &Excerpts::default(),
    };
    let bytes = form.render(&content).map_err(|error| match error {
        ExportError::NoFrameRate => WriteError::NoFrameRate(form.name),
        error => WriteError::Form(error),
    })?;
    whole_file::write(path, &bytes).map_err(|source| WriteError::File {
        path: path.into(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        list.report(48_000, &SessionOptions::default().struck)
    }

    #[test]
    fn every_form_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let options = SessionOptions {
            rate: Some("25".into()),
            ..SessionOptions::default()
        };
        let timeline = options.timeline(48_000);
        assert_eq!(forms()[0], Form::default());
        for (idx, form) in forms().into_iter().enumerate() {
            let path = folder.path().join(format!("new/{idx}.{}", form.ending));
            write(&path, form, &report(), &timeline).unwrap();
            assert!(fs::metadata(&path).unwrap().len() > 10, "{}", form.name);
        }
    }

    #[test]
    fn frames_need_a_rate_and_a_bad_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (report, timeline) = (report(), Timeline::default());
        let path = folder.path().join("list.edl");
        let edl = forms().into_iter().find(|it| it.ending == "edl").unwrap();
        let error = write(&path, edl, &report, &timeline).unwrap_err();
        assert!(error.to_string().contains("frame rate"), "{error}");
        assert!(!path.exists());
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let under = file.join("list.csv");
        let error = write(&under, Form::default(), &report, &timeline).unwrap_err();
        assert!(error.to_string().contains("list.csv"), "{error}");
    }
}
