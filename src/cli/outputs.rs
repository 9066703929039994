//! The files that `check` writes: opened before the work begins, complete before the first of them
//! gets its name.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::cli::errors::{Error, Problem};
use crate::cli::excerpt_recorder::MAX_PAGE_MB;
use crate::cli::interrupt;
use crate::cli::output_file::{OutputFile, finish_all};
use crate::files::digest;
use crate::files::spool;
use crate::found::Report;
use crate::found::excerpts::Excerpts;
use crate::found::trace::Trace;
use crate::report::export::cell_text::CsvStyle;
use crate::report::form::{Content, FORMS, FileFlag, Form};
use crate::report::json::row_mark::{RowMark, WrittenList, before_mark, failure_json, marked};
use crate::timeline::Timeline;

/// What stands for a pair's name in the outputs of many pairs.
const NAME_PLACE: &str = "{name}";

/// Flag that asks for excerpts in the page.
const AUDIO: &str = "audio";

/// Flag of the list that a row of many is known by.
const JSON: &str = "json";

/// Flag that names the language of the spreadsheet.
const CSV_LOCALE: &str = "csv-locale";

/// Where the lists go that were asked for.
#[derive(Debug, Clone, Default)]
pub struct OutputArgs {
    /// Each form that was asked for with its file, in the order of [`FORMS`].
    files: Vec<(&'static Form, PathBuf)>,
    has_audio: bool,
    csv_style: CsvStyle,
}

/// A flag for each form that has one, so that a new form needs nothing here.
impl Args for OutputArgs {
    fn augment_args(command: Command) -> Command {
        let command = command.next_help_heading("Lists to write");
        let command = command.arg(csv_locale_arg());
        flags().fold(command, |command, (form, flag)| {
            let command = command.arg(file_arg(flag));
            match form.needs_trace {
                true => command.arg(audio_arg(flag)),
                false => command,
            }
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OutputArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let path = |flag: FileFlag| matches.get_one::<PathBuf>(flag.name).cloned();
        self.files = flags()
            .filter_map(|(form, flag)| Some((form, path(flag)?)))
            .collect();
        self.has_audio = matches.get_flag(AUDIO);
        self.csv_style = matches.get_one(CSV_LOCALE).copied().unwrap_or_default();
        Ok(())
    }
}

/// The forms that can be written to a file, each with its flag.
fn flags() -> impl Iterator<Item = (&'static Form, FileFlag)> {
    FORMS.iter().filter_map(|form| Some((form, form.flag?)))
}

fn file_arg(flag: FileFlag) -> Arg {
    Arg::new(flag.name)
        .long(flag.name)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(flag.help)
}

/// The flag that says how the CSV table is written.
fn csv_locale_arg() -> Arg {
    Arg::new(CSV_LOCALE)
        .long(CSV_LOCALE)
        .value_name("LANGUAGE")
        .value_parser(csv_style)
        .help(
            "Language of the spreadsheet for --csv, such as de or fr: then with semicolons, decimal \
             commas and a byte-order mark [default: en]",
        )
}

/// How spreadsheets in this language read CSV tables.
///
/// # Errors
/// The rule that `language` breaks.
pub fn csv_style(language: &str) -> Result<CsvStyle, String> {
    // Languages that write decimal points.
    const WITH_POINTS: [&str; 9] = ["en", "ja", "zh", "ko", "he", "th", "ms", "hi", "c"];
    let main = language.split(['-', '_', '.']).next().unwrap_or_default();
    let is_name = main.eq_ignore_ascii_case("c")
        || ((2..=3).contains(&main.len()) && main.chars().all(|c| c.is_ascii_alphabetic()));
    match is_name {
        false => Err("must be a language such as de, fr or en".into()),
        true if WITH_POINTS.iter().any(|it| main.eq_ignore_ascii_case(it)) => Ok(CsvStyle::Plain),
        true => Ok(CsvStyle::DecimalComma),
    }
}

/// The flag that fills the page of `page` with sound.
fn audio_arg(page: FileFlag) -> Arg {
    Arg::new(AUDIO)
        .long(AUDIO)
        .action(ArgAction::SetTrue)
        .requires(page.name)
        .help(format!(
            "With --{}: each clashing line to listen to, as it is and ducked (the worst lines, as \
             many as fit into {MAX_PAGE_MB} MB)",
            page.name
        ))
}

/// Files in the making.
pub struct Outputs(Vec<(PathBuf, &'static Form, OutputFile)>, CsvStyle);

impl OutputArgs {
    /// # Errors
    /// If an output has no [`NAME_PLACE`], so that all pairs would write to it.
    pub fn require_names(&self) -> Result<(), Error> {
        match self.files.iter().find(|(_, path)| !has_name_place(path)) {
            Some((_, path)) => Err(Error::file(path, Problem::NoName)),
            None => Ok(()),
        }
    }

    /// The outputs of the pair called `name`.
    pub fn named(&self, name: &str) -> Self {
        let named = |(form, path): &(&'static Form, PathBuf)| (*form, with_name(path, name));
        Self {
            files: self.files.iter().map(named).collect(),
            has_audio: self.has_audio,
            csv_style: self.csv_style,
        }
    }

    /// Where the JSON goes, if it was asked for.
    pub fn json(&self) -> Option<&Path> {
        let json = self.files.iter().find(|(form, _)| is_json(form));
        json.map(|(_, path)| path.as_path())
    }

    /// The flag and the file of each list that was asked for beside the JSON.
    pub fn beside_json(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        let others = self.files.iter().filter(|(form, _)| !is_json(form));
        others.map(|(form, path)| (flag_name(form), path.as_path()))
    }

    /// What else is said of the lists than where they go, in words.
    pub fn manner(&self) -> String {
        format!("{:?} {:?}", self.has_audio, self.csv_style)
    }

    /// Writes why the row of `mark` failed to where its JSON would be, if that was asked for.
    ///
    /// # Errors
    /// If it can't be written there, or is one of `inputs`.
    pub fn write_failure(
        &self,
        inputs: &[&Path],
        mark: &RowMark,
        error: &str,
    ) -> Result<(), Error> {
        let Some(path) = self.json() else {
            return Ok(());
        };
        let json = failure_json(error).and_then(|json| marked_json(&json, mark));
        let json = json.map_err(|error| Error::file(path, Problem::Export(error.into())))?;
        let mut file = OutputFile::create(path, inputs)?;
        file.write_all(json.as_bytes())?;
        file.finish()
    }

    /// Whether standard output is taken by one of the lists.
    pub fn use_stdout(&self) -> bool {
        self.files.iter().any(|(_, path)| spool::is_pipe(path))
    }

    /// Whether excerpts were asked for, so that the page can be heard as well.
    pub fn has_audio(&self) -> bool {
        self.has_audio
    }

    /// Starts every file that was asked for; none of `inputs` is among them.
    ///
    /// # Errors
    /// If one can't be written there, two have one name, or one counts in frames and `has_fps` is
    /// false.
    pub fn create(&self, inputs: &[&Path], has_fps: bool) -> Result<Outputs, Error> {
        let mut outputs: Vec<(PathBuf, &'static Form, OutputFile)> = Vec::new();
        for (form, path) in &self.files {
            if form.needs_rate && !has_fps {
                return Err(Error::file(path, Problem::NoFrameRate));
            }
            let file = OutputFile::create(path, inputs)?;
            if outputs.iter().any(|(_, _, other)| other.is_same(&file)) {
                return Err(Error::file(path, Problem::OutputTwice));
            }
            outputs.push((path.clone(), *form, file));
        }
        Ok(Outputs(outputs, self.csv_style))
    }
}

impl Outputs {
    /// Writes `report` to every file, with the mark of its row if it is one of many. The JSON comes last, and
    /// gets its name last: where it is, the others are.
    ///
    /// # Errors
    /// If one can't be written or the user interrupts; then none is left behind.
    pub fn write(
        mut self,
        report: &Report,
        timeline: &Timeline,
        trace: &Trace,
        excerpts: &Excerpts,
        mark: Option<&RowMark>,
    ) -> Result<(), Error> {
        self.0.sort_by_key(|(_, form, _)| is_json(form));
        let mut lists = Vec::new();
        for (path, form, file) in &mut self.0 {
            interrupt::check()?;
            let content = Content {
                report,
                timeline,
                title: &title(path),
                trace,
                csv_style: self.1,
                excerpts,
            };
            let fail = |error| Error::file(path, Problem::Export(error));
            let mut bytes = form.render(&content).map_err(fail)?;
            if let Some(mark) = mark {
                if is_json(form) {
                    let mark = RowMark {
                        lists: std::mem::take(&mut lists),
                        ..mark.clone()
                    };
                    let json = String::from_utf8_lossy(&bytes);
                    let json = marked_json(&json, &mark).map_err(|error| fail(error.into()))?;
                    bytes = json.into_bytes();
                } else {
                    lists.push(WrittenList {
                        form: flag_name(form).into(),
                        sha256: digest::of_bytes(&bytes),
                    });
                }
            }
            file.write_all(&bytes)?;
        }
        finish_all(self.0.into_iter().map(|(_, _, file)| file).collect())
    }
}

fn is_json(form: &Form) -> bool {
    flag_name(form) == JSON
}

fn flag_name(form: &Form) -> &'static str {
    form.flag.map_or("", |flag| flag.name)
}

/// `json` with `mark` as its last key, and the digest of all before it in that.
fn marked_json(json: &str, mark: &RowMark) -> serde_json::Result<String> {
    let mark = RowMark {
        sha256: digest::of_bytes(before_mark(json).as_bytes()),
        ..mark.clone()
    };
    marked(json, &mark)
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
