//! Flags that say for whom the lines are judged.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::audiogram_file;
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::regular_file;
use crate::files::three_columns::{self, BadRow, ThreeFields};
use crate::found::audience_log::AskedAudience;
use crate::psycho::audiences::{AUDIENCES, NamedAudience};
use crate::psycho::audiogram::{AGE_RANGE_YEARS, Audiogram};
use crate::psycho::devices::{DEVICES, Device, PlayedRange, USUAL_SLOPE_DB_PER_OCTAVE};
use crate::psycho::listeners::{LISTENERS, Listener};
use crate::psycho::listening_places::{PLACES, Place, hoth_db_spl};
use crate::psycho::situation::Parts;
use crate::settings::Settings;

const FLAG: &str = "--audience";

/// Most audiences at once: as many columns as a table can show.
const MAX_AUDIENCES: usize = 12;

/// Levels at which somebody may listen, dB SPL of a noise of -20 dBFS RMS.
const LEVEL_RANGE_DB_SPL: std::ops::RangeInclusive<f32> = 40.0..=100.0;

/// Levels of a room's noise, dBA.
const NOISE_RANGE_DBA: std::ops::RangeInclusive<f32> = 0.0..=100.0;

/// Headings of a table of audiences.
const HEADINGS: [&[&str]; 3] = [
    &["name", "audience"],
    &["listener", "who"],
    &["place", "where"],
];
const DEVICE_HEADINGS: &[&str] = &["device", "loudspeakers", "loudspeaker"];

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Who listens, and where")]
pub struct AudienceArgs {
    /// Judge each line also for these, in the same pass: names with commas between them (cinema, home, home-70,
    /// phone, hard-of-hearing), or one's own as NAME=LISTENER+PLACE+DEVICE@LEVEL, such as
    /// gran=age-70+kitchen+tv@72; a listener may be six thresholds such as 20/20/25/35/45/50 or a file of them
    #[arg(long = "audience", value_name = "LIST", value_delimiter = ',')]
    audiences: Vec<String>,
    /// Judge each line also for the audiences of a CSV file (name, listener, place, device)
    #[arg(long = "audiences", value_name = "FILE")]
    file: Option<PathBuf>,
    /// List the names that --audience takes, with their sources, and do nothing else
    #[arg(long, exclusive = true)]
    pub list_audiences: bool,
}

impl AudienceArgs {
    /// The files that these flags name.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.file.as_deref().into_iter()
    }

    /// Everybody that was asked for; who isn't told a level hears the monitors of `settings`.
    ///
    /// # Errors
    /// If one isn't known, or a file can't be read.
    pub fn asked(&self, settings: &Settings) -> Result<Vec<AskedAudience>, Error> {
        let mut asked = Vec::new();
        for text in &self.audiences {
            let it = of_text(text.trim(), settings.monitor_db_spl)
                .map_err(|rule| Error::flag(FLAG, text.trim(), rule))?;
            asked.push(it);
        }
        if let Some(path) = &self.file {
            asked.extend(of_table(path, settings.monitor_db_spl)?);
        }
        for (idx, it) in asked.iter().enumerate() {
            if asked[..idx].iter().any(|other| other.name == it.name) {
                let rule = "is given twice: choose another name";
                return Err(Error::flag(FLAG, &it.name, rule));
            }
        }
        match asked.len() {
            0..=MAX_AUDIENCES => Ok(asked),
            num_asked => {
                let rule = format!("at most {MAX_AUDIENCES} audiences at once");
                Err(Error::flag(FLAG, &num_asked.to_string(), rule))
            }
        }
    }
}

/// The audiences of the table at `path`.
fn of_table(path: &Path, monitor_db_spl: f32) -> Result<Vec<AskedAudience>, Error> {
    let fail = |line: u64, rule: &str| {
        let problem = Problem::Audiences {
            line,
            rule: rule.into(),
        };
        Error::file(path, problem)
    };
    let bytes = regular_file::read(path)?;
    let rows = three_columns::rows_and_fourth(&bytes, HEADINGS, DEVICE_HEADINGS);
    if rows.is_empty() {
        return Err(fail(
            1,
            "no audience: give the columns name, listener, place, device",
        ));
    }
    let audience = |row: Result<ThreeFields, BadRow>| {
        let row = row.map_err(|row| {
            let rule = format!(
                "{}: give the columns name, listener, place, device",
                row.reason
            );
            fail(row.line, &rule)
        })?;
        let [name, listener, place] = &row.fields;
        let words = [listener, place, &row.fourth].map(|word| word.trim());
        of_words(name, &words, monitor_db_spl).map_err(|rule| fail(row.line, &rule))
    };
    rows.into_iter().map(audience).collect()
}

/// The audience that `text` is the name of, or NAME=WORDS or WORDS.
fn of_text(text: &str, monitor_db_spl: f32) -> Result<AskedAudience, String> {
    let (name, words) = text.split_once('=').unwrap_or((text, text));
    let words: Vec<&str> = words.split('+').map(str::trim).collect();
    of_words(name, &words, monitor_db_spl)
}

/// The audience called `name` that `words` make: a named one, or a listener, a place and a device, each of which may
/// be left out, with a level behind an @.
fn of_words(name: &str, words: &[&str], monitor_db_spl: f32) -> Result<AskedAudience, String> {
    let name = name.trim();
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == ':' || c.is_control()) {
        return Err("a name has no spaces and no colons in it, and isn't empty".into());
    }
    let mut made = Made {
        parts: Parts::reference(monitor_db_spl),
        title: format!("for {name}"),
        what: Vec::new(),
        has: [false; 3],
        level_db_spl: None,
    };
    for word in words.iter().filter(|word| !word.is_empty()) {
        let (word, level) = word.split_once('@').unwrap_or((word, ""));
        if !level.is_empty() {
            made.level_db_spl = Some(number_within(level, &LEVEL_RANGE_DB_SPL, "dB SPL")?);
        }
        made.take(word.trim(), name)?;
    }
    Ok(made.finish(name))
}

/// An audience that is being made, word by word.
struct Made {
    parts: Parts,
    title: String,
    what: Vec<String>,
    /// Whether listener, place and device were told.
    has: [bool; 3],
    level_db_spl: Option<f32>,
}

const KINDS: [&str; 3] = ["listener", "place", "device"];

impl Made {
    fn take(&mut self, word: &str, name: &str) -> Result<(), String> {
        if let Some(audience) = NamedAudience::of_name(word)
            && let Some(parts) = audience.parts()
        {
            (0..KINDS.len()).try_for_each(|kind| self.claim(kind))?;
            self.parts = parts;
            if name.split('@').next() == Some(word) {
                self.title = audience.title.into();
            }
            let titles = [
                Listener::of_name(audience.listener).map(|it| it.title),
                Place::of_name(audience.place).map(|it| it.title),
                Device::of_name(audience.device).map(|it| it.title),
            ];
            self.what
                .extend(titles.into_iter().flatten().map(str::to_owned));
        } else if let Some(place) = Place::of_name(word) {
            self.claim(1)?;
            self.parts.room_db_spl = place.noise_db_spl();
            self.parts.monitor_db_spl = place.monitor_db_spl();
            self.what.push(place.title.into());
        } else if let Some(dba) = word.strip_prefix("noise-") {
            self.claim(1)?;
            let dba = number_within(dba, &NOISE_RANGE_DBA, "dBA")?;
            self.parts.room_db_spl = Some(hoth_db_spl(dba));
            self.what.push(format!("in a noise of {dba} dBA"));
        } else if let Some(device) = Device::of_name(word) {
            self.claim(2)?;
            self.parts.response_db = device.range.map(|range| range.response_db());
            self.what.push(device.title.into());
        } else if let Some(range) = range_of(word)? {
            self.claim(2)?;
            self.parts.response_db = Some(range.response_db());
            self.what
                .push(format!("{} to {} Hz", range.low_hz, range.high_hz));
        } else {
            let (audiogram, what) = listener_of(word)?;
            self.claim(0)?;
            self.parts.audiogram = audiogram;
            self.what.insert(0, what);
        }
        Ok(())
    }

    fn claim(&mut self, kind: usize) -> Result<(), String> {
        if std::mem::replace(&mut self.has[kind], true) {
            return Err(format!("two of {}: give one of each", KINDS[kind]));
        }
        Ok(())
    }

    fn finish(mut self, name: &str) -> AskedAudience {
        if let Some(level_db_spl) = self.level_db_spl {
            self.parts.monitor_db_spl = level_db_spl;
        }
        let level = format!("{:.1} dB SPL at -20 dBFS", self.parts.monitor_db_spl);
        self.what.push(level);
        AskedAudience {
            name: name.into(),
            title: self.title,
            what: self.what.join(", "),
            hears_fold_down: self.parts.response_db.is_some(),
            parts: self.parts,
        }
    }
}

/// A range of frequencies such as 200-12000; `None` if `word` is none.
fn range_of(word: &str) -> Result<Option<PlayedRange>, String> {
    let Some((low, high)) = word.split_once('-') else {
        return Ok(None);
    };
    let (Ok(low_hz), Ok(high_hz)) = (low.parse::<f32>(), high.parse::<f32>()) else {
        return Ok(None);
    };
    if !(20.0..=20_000.0).contains(&low_hz)
        || !(20.0..=20_000.0).contains(&high_hz)
        || low_hz >= high_hz
    {
        return Err(format!(
            "{word}: a device plays from one frequency up to another, 20 to 20000 Hz"
        ));
    }
    Ok(Some(PlayedRange {
        low_hz,
        high_hz,
        slope_db_per_octave: USUAL_SLOPE_DB_PER_OCTAVE,
    }))
}

/// A listener by name, by age, by six thresholds or by a file of them, with what it is in words.
fn listener_of(word: &str) -> Result<(Audiogram, String), String> {
    if let Some(listener) = Listener::of_name(word) {
        return Ok((listener.audiogram(), listener.title.into()));
    }
    if let Some(years) = word.strip_prefix("age-") {
        let years = years.parse::<u32>().ok();
        let Some(years) = years.filter(|years| AGE_RANGE_YEARS.contains(years)) else {
            let (least, most) = (AGE_RANGE_YEARS.start(), AGE_RANGE_YEARS.end());
            return Err(format!(
                "{word}: ages are {least} to {most} years, as the standard's"
            ));
        };
        return Ok((Audiogram::of_age(years), format!("{years} years old")));
    }
    let own = || "own audiogram".to_owned();
    let is_separator = |c: char| c == '/' || c.is_whitespace();
    let first = word.split(is_separator).next().unwrap_or_default();
    if first.parse::<f32>().is_ok() {
        let audiogram = audiogram_file::of_six(word.split(is_separator));
        return audiogram
            .map(|it| (it, own()))
            .map_err(|error| error.to_string());
    }
    if word.contains(['.', '/', '\\']) {
        let path = Path::new(word);
        let bytes = regular_file::read(path).map_err(|error| error.to_string())?;
        let audiogram = audiogram_file::parse(&bytes);
        return audiogram
            .map(|it| (it, own()))
            .map_err(|error| format!("{}: {error}", Shown(path)));
    }
    Err(unknown(word))
}

/// That `word` isn't known, with all names that are.
fn unknown(word: &str) -> String {
    let [audiences, listeners, places, devices] = names().map(|names| names.join(", "));
    format!(
        "{} isn't known: audiences are {audiences}; listeners {listeners}, six thresholds or a file of them; \
         places {places}; devices {devices}",
        Shown(Path::new(word))
    )
}

/// All names of audiences, listeners, places and devices.
fn names() -> [Vec<&'static str>; 4] {
    [
        AUDIENCES.iter().map(|it| it.name).collect(),
        LISTENERS.iter().map(|it| it.name).collect(),
        PLACES.iter().map(|it| it.name).collect(),
        DEVICES.iter().map(|it| it.name).collect(),
    ]
}

fn number_within(
    text: &str,
    range: &std::ops::RangeInclusive<f32>,
    unit: &str,
) -> Result<f32, String> {
    let number = text.parse::<f32>().ok();
    number.filter(|it| range.contains(it)).ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        format!("{text}: must be {least} to {most} {unit}")
    })
}

/// Everything that has a name, with its source.
pub fn list_text() -> String {
    let mut text = String::from("Audiences\n");
    for it in &AUDIENCES {
        let _ = writeln!(
            text,
            "  {:16} {}: {}+{}+{}",
            it.name, it.title, it.listener, it.place, it.device
        );
    }
    text.push_str("Listeners\n");
    for it in &LISTENERS {
        let _ = writeln!(text, "  {:16} {} ({})", it.name, it.title, it.source);
    }
    text.push_str("Places\n");
    for it in &PLACES {
        let noise = it
            .noise_dba()
            .map_or_else(|| "silence".into(), |dba| format!("{dba:.0} dBA"));
        let _ = writeln!(
            text,
            "  {:16} {}: {noise}, {:.1} dB SPL at -20 dBFS ({})",
            it.name,
            it.title,
            it.monitor_db_spl(),
            it.source
        );
    }
    text.push_str("Devices\n");
    for it in &DEVICES {
        let range = it.range.map_or_else(String::new, |range| {
            format!(", {} to {} Hz", range.low_hz, range.high_hz)
        });
        let _ = writeln!(text, "  {:16} {}{range} ({})", it.name, it.title, it.source);
    }
    text
}
