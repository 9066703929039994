//! The lists of clashes and of dips, and the page, as files: by the code of the command line.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::files::whole_file;
use crate::found::Report;
use crate::found::dips::Dip;
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::report::dip_list::DipList;
use crate::report::export::ExportError;
use crate::report::export::cell_text::CsvStyle;
use crate::report::form::{Content, DipContent, FORMS, Form};
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

/// Which list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListKind {
    /// The lines and what hides them.
    #[default]
    Clashes,
    /// What the duck took where.
    Dips,
}

/// What a list is made of.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// Which list.
    pub kind: ListKind,
    /// The lines.
    pub report: &'a Report,
    /// The course over time.
    pub trace: &'a Trace,
    /// What was taken where.
    pub dips: &'a [Dip],
    /// How times are told.
    pub timeline: &'a Timeline,
    /// What the host calls the track, if it says so.
    pub track: Option<&'a str>,
}

/// The forms of a list to choose from, the usual one first.
pub fn forms(kind: ListKind) -> Vec<Form> {
    let is_of_kind = |form: &&Form| kind == ListKind::Clashes || form.has_dips();
    let mut forms: Vec<Form> = FORMS.iter().filter(is_of_kind).copied().collect();
    // Stable: all others keep their order.
    forms.sort_by_key(|form| *form != Form::default());
    forms
}

/// Where lists go unless the user says otherwise: his home, or the working folder, under the name of the track.
pub fn default_path(kind: ListKind, form: Form, track: Option<&str>) -> PathBuf {
    let of_track = track.map_or(String::new(), |track| format!("{} ", file_name(track)));
    let what = match kind {
        ListKind::Clashes => "underscore",
        ListKind::Dips => "underscore dips",
    };
    let name = format!("{of_track}{what}.{}", form.ending);
    match etcetera::choose_base_strategy() {
        Ok(base) => base.home_dir().join(name),
        Err(_) => PathBuf::from(name),
    }
}

/// `name` without what no file system takes.
fn file_name(name: &str) -> String {
    let is_refused = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let name: String = name
        .chars()
        .map(|c| if is_refused(c) { '_' } else { c })
        .collect();
    name.trim_matches([' ', '.']).to_owned()
}

/// Writes the list to `path`; a file of that name is replaced once the new one is whole. It is titled by the track, or
/// by the file if the host says no name.
///
/// # Errors
/// If the form can't hold the list or the file can't be written; then an old one is left.
pub fn write(path: &Path, form: Form, exported: &Exported) -> Result<(), WriteError> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let title = exported.track.unwrap_or(&stem);
    let csv_style = CsvStyle::default();
    let rendered = match exported.kind {
        ListKind::Clashes => form.render(&Content {
            report: exported.report,
            timeline: exported.timeline,
            title,
            csv_style,
            trace: exported.trace,
            excerpts: &Excerpts::default(),
        }),
        ListKind::Dips => form.render_dips(&DipContent {
            list: DipList {
                dips: exported.dips,
                is_doubtful: exported.report.is_doubtful(),
                source: &exported.report.source,
                timeline: exported.timeline,
            },
            title,
            csv_style,
        }),
    };
    let bytes = rendered.map_err(|error| match error {
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
    use std::sync::LazyLock;

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
        let report = report();
        for kind in [ListKind::Clashes, ListKind::Dips] {
            assert_eq!(forms(kind)[0], Form::default());
            for (idx, form) in forms(kind).into_iter().enumerate() {
                let name = format!("{kind:?}/{idx}.{}", form.ending);
                let path = folder.path().join(name);
                write(&path, form, &exported(kind, &report, &timeline)).unwrap();
                assert!(fs::metadata(&path).unwrap().len() > 10, "{}", form.name);
            }
        }
        assert!(
            forms(ListKind::Clashes)
                .iter()
                .any(|form| form.ending == "html")
        );
        assert!(
            forms(ListKind::Dips)
                .iter()
                .all(|form| form.ending != "html")
        );
    }

    fn exported<'a>(kind: ListKind, report: &'a Report, timeline: &'a Timeline) -> Exported<'a> {
        Exported {
            kind,
            report,
            trace: &NO_TRACE,
            dips: &[],
            timeline,
            track: Some("Score: \"Main\""),
        }
    }

    static NO_TRACE: LazyLock<Trace> = LazyLock::new(Trace::default);

    #[test]
    fn files_and_titles_are_those_of_the_track() {
        let edl = FORMS.iter().find(|it| it.ending == "edl").unwrap();
        let path = default_path(ListKind::Dips, *edl, Some("Score: \"Main\""));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(name, "Score_ _Main_ underscore dips.edl");
        let path = default_path(ListKind::Clashes, *edl, None);
        assert!(path.ends_with("underscore.edl"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.edl");
        let options = SessionOptions {
            rate: Some("25".into()),
            ..SessionOptions::default()
        };
        let timeline = options.timeline(48_000);
        write(
            &path,
            *edl,
            &exported(ListKind::Clashes, &report(), &timeline),
        )
        .unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("TITLE: Score: \"Main\"\n"), "{text}");
    }

    #[test]
    fn frames_need_a_rate_and_a_bad_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (report, timeline) = (report(), Timeline::default());
        let path = folder.path().join("list.edl");
        let edl = FORMS.iter().find(|it| it.ending == "edl").unwrap();
        let exported = exported(ListKind::Clashes, &report, &timeline);
        let error = write(&path, *edl, &exported).unwrap_err();
        assert!(error.to_string().contains("frame rate"), "{error}");
        assert!(!path.exists());
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let under = file.join("list.csv");
        let error = write(&under, Form::default(), &exported).unwrap_err();
        assert!(error.to_string().contains("list.csv"), "{error}");
    }
}
