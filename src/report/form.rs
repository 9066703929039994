//! The forms in which a report is written to a file, one row each: what the command line and the editor
//! call them, and the function that writes them.
//!
//! To add a form takes one file and one row: a function from a report to bytes in a file of
//! `report/export/` (which its `mod.rs` declares), and a row of [`FORMS`]. The flag of `underscore check`
//! with its help, the rule that it needs a frame rate, the choice in the editor and the ending of the
//! file come from the row.

use crate::found::Report;
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::report::dip_list::DipList;
use crate::report::export::cell_text::CsvStyle;
use crate::report::export::{ExportError, edl, markers, midi_markers, otio, reaper, spreadsheet};
use crate::report::{json, page};
use crate::timeline::Timeline;

/// A form in which a report can be written, for people or for another program.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Name to choose the form by, as in `EDL (CMX 3600)`; no two forms share one.
    pub name: &'static str,
    /// Ending of the file's name, without the dot.
    pub ending: &'static str,
    /// How the command line is told which file to write; `None` if it only prints this form.
    pub flag: Option<FileFlag>,
    /// Whether times are counted in frames, so that a frame rate must be known.
    pub needs_rate: bool,
    /// Whether the form shows the course over time and plays excerpts, which only a run over whole files
    /// has.
    pub needs_trace: bool,
    render: fn(&Content) -> Result<Vec<u8>, ExportError>,
    /// How the dips of a duck are written in this form; `None` if they aren't.
    render_dips: Option<DipWriter>,
}

/// Writes the dips of a duck to bytes.
type DipWriter = fn(&DipContent) -> Result<Vec<u8>, ExportError>;

/// A flag of the command line that names a file to write.
#[derive(Debug, Clone, Copy)]
pub struct FileFlag {
    /// The flag without its dashes.
    pub name: &'static str,
    /// What the help says about it.
    pub help: &'static str,
}

/// What a form is made of.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// The lines and what is known about them.
    pub report: &'a Report,
    /// How their times are told.
    pub timeline: &'a Timeline,
    /// Name of the list, where the form has a place for one.
    pub title: &'a str,
    /// The course over time; only forms that [need it](Form::needs_trace) look at it.
    pub trace: &'a Trace,
    /// How a CSV table for people is written.
    pub csv_style: CsvStyle,
    /// Lines to listen to; only forms that [need the trace](Form::needs_trace) look at them.
    pub excerpts: &'a Excerpts,
}

/// What a form of the dips of a duck is made of.
#[derive(Debug, Clone, Copy)]
pub struct DipContent<'a> {
    /// The dips and how their times are told.
    pub list: DipList<'a>,
    /// Name of the list, where the form has a place for one.
    pub title: &'a str,
    /// How a CSV table for people is written.
    pub csv_style: CsvStyle,
}

/// The usual form: a table of every line, which any program opens.
const CSV: Form = Form {
    name: "CSV table",
    ending: "csv",
    flag: Some(FileFlag {
        name: "csv",
        help: "Every line as a CSV table",
    }),
    needs_rate: false,
    needs_trace: false,
    render: |it| Ok(spreadsheet::to_csv(it.report, it.timeline, it.csv_style)?),
    render_dips: Some(|it| Ok(it.list.to_csv(it.csv_style)?)),
};

/// Every form, in the order in which the command line explains and writes them.
pub const FORMS: &[Form] = &[
    Form {
        name: "HTML page",
        ending: "html",
        flag: Some(FileFlag {
            name: "report",
            help: "A page with pictures, for any browser: HTML, one file",
        }),
        needs_rate: false,
        needs_trace: true,
        render: |it| Ok(page::to_html(it.report, it.timeline, it.trace, it.excerpts).into_bytes()),
        render_dips: None,
    },
    Form {
        name: "JSON",
        ending: "json",
        flag: Some(FileFlag {
            name: "json",
            help: "The list as JSON",
        }),
        needs_rate: false,
        needs_trace: false,
        render: |it| Ok(json::to_json(it.report, it.timeline)?.into_bytes()),
        render_dips: None,
    },
    CSV,
    Form {
        name: "MIDI markers",
        ending: "mid",
        flag: Some(FileFlag {
            name: "markers",
            help: "The clashes as markers in a Standard MIDI file, at the tempo given or 120",
        }),
        needs_rate: false,
        needs_trace: false,
        render: |it| midi_markers::to_midi(&markers(it.report, it.timeline), it.timeline),
        render_dips: Some(|it| midi_markers::to_midi(&it.list.markers(), it.list.timeline)),
    },
    Form {
        name: "REAPER regions",
        ending: "csv",
        flag: Some(FileFlag {
            name: "reaper",
            help: "The clashes as REAPER regions (Region/Marker Manager, import)",
        }),
        needs_rate: false,
        needs_trace: false,
        render: |it| Ok(reaper::to_reaper(&markers(it.report, it.timeline))?),
        render_dips: Some(|it| Ok(reaper::to_reaper(&it.list.markers())?)),
    },
    Form {
        name: "EDL (CMX 3600)",
        ending: "edl",
        flag: Some(FileFlag {
            name: "edl",
            help: "The clashes as locators in a CMX 3600 edit decision list; needs --fps",
        }),
        needs_rate: true,
        needs_trace: false,
        render: |it| {
            let markers = markers(it.report, it.timeline);
            Ok(edl::to_edl(&markers, it.timeline, it.title)?.into_bytes())
        },
        render_dips: Some(|it| {
            let markers = it.list.markers();
            Ok(edl::to_edl(&markers, it.list.timeline, it.title)?.into_bytes())
        }),
    },
    Form {
        name: "OpenTimelineIO",
        ending: "otio",
        flag: Some(FileFlag {
            name: "otio",
            help: "The clashes as markers in an OpenTimelineIO timeline; needs --fps",
        }),
        needs_rate: true,
        needs_trace: false,
        render: |it| {
            let markers = markers(it.report, it.timeline);
            Ok(otio::to_otio(&markers, &it.report.source, it.timeline)?.into_bytes())
        },
        render_dips: Some(|it| {
            let DipContent { list, .. } = it;
            Ok(otio::to_otio(&list.markers(), list.source, list.timeline)?.into_bytes())
        }),
    },
    Form {
        name: "Text with tabs",
        ending: "txt",
        flag: None,
        needs_rate: false,
        needs_trace: false,
        render: |it| Ok(spreadsheet::to_session_text(it.report, it.timeline).into_bytes()),
        render_dips: Some(|it| Ok(it.list.to_session_text().into_bytes())),
    },
];

impl Form {
    /// The bytes of the file.
    ///
    /// # Errors
    /// [`ExportError::NoFrameRate`] if the form needs a frame rate and the timeline has none; the errors
    /// of the form's writer.
    pub fn render(&self, content: &Content) -> Result<Vec<u8>, ExportError> {
        if self.needs_rate && content.timeline.clock.is_none() {
            return Err(ExportError::NoFrameRate);
        }
        (self.render)(content)
    }

    /// Whether the dips of a duck are written in this form too.
    pub fn has_dips(&self) -> bool {
        self.render_dips.is_some()
    }

    /// The bytes of the file with the dips of a duck; of none if the form [has none](Self::has_dips).
    ///
    /// # Errors
    /// [`ExportError::NoFrameRate`] if the form needs a frame rate and the timeline has none; the errors
    /// of the form's writer.
    pub fn render_dips(&self, content: &DipContent) -> Result<Vec<u8>, ExportError> {
        if self.needs_rate && content.list.timeline.clock.is_none() {
            return Err(ExportError::NoFrameRate);
        }
        self.render_dips
            .map_or(Ok(Vec::new()), |render| render(content))
    }

    /// The form in which dips are written to a file called `name`: by its ending, in any case; a CSV file is a list of
    /// REAPER's regions if `.regions` stands before the ending. `None` if none has that ending.
    pub fn of_dips(name: &str) -> Option<&'static Self> {
        let name = name.to_lowercase();
        let (stem, ending) = name.rsplit_once('.')?;
        let is_regions = stem.ends_with(".regions");
        let forms = FORMS.iter().filter(|form| form.has_dips());
        let mut named = forms.filter(|form| form.ending == ending);
        match is_regions {
            true => named.next_back(),
            false => named.next(),
        }
    }
}

/// The usual form: a table of every line, which any program opens.
impl Default for Form {
    fn default() -> Self {
        CSV
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Form {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::found::sample::sample_report;

    fn rendered(form: &Form, timeline: &Timeline) -> Result<Vec<u8>, ExportError> {
        form.render(&Content {
            report: &sample_report(),
            timeline,
            title: "list",
            csv_style: CsvStyle::default(),
            trace: &Trace::default(),
            excerpts: &Excerpts::default(),
        })
    }

    #[test]
    fn no_two_forms_share_a_name_or_a_flag() {
        let names: BTreeSet<&str> = FORMS.iter().map(|form| form.name).collect();
        assert_eq!(names.len(), FORMS.len());
        let flags: Vec<&str> = FORMS.iter().filter_map(|it| Some(it.flag?.name)).collect();
        assert_eq!(flags.iter().collect::<BTreeSet<_>>().len(), flags.len());
        assert!(FORMS.contains(&Form::default()));
    }

    #[test]
    fn only_forms_that_say_so_need_a_frame_rate() {
        for form in FORMS {
            let result = rendered(form, &Timeline::default());
            match form.needs_rate {
                true => assert_eq!(result, Err(ExportError::NoFrameRate), "{}", form.name),
                false => assert!(result.unwrap().len() > 10, "{}", form.name),
            }
        }
    }
}
