//! What the tool says, and the lists, pages and prints that it writes.

use std::fs;

use rayon::prelude::*;

use crate::midi;
use crate::reference::{demand_none, difference, is_machine_of_references};
use crate::rule::Rule;
use crate::tool::Folder;
use crate::wave::{Wave, hash};

/// What a run says, its output and its exit code.
const SAID: &str = "said.txt";

/// First rows of a long print, shown all.
const NUM_ROWS_SHOWN: usize = 6;

/// Rows of the curve from one that is shown to the next: the whole has one every 5 ms.
const CURVE_STEP: usize = 100;

/// The same of the MIDI lane, which has one for each step of the controller.
const LANE_STEP: usize = 10;

/// Length of a page's longest attribute that is shown whole; audio and drawings are longer.
const MAX_ATTRIBUTE_BYTES: usize = 1_000;

/// How much is shown of one that is longer.
const NUM_ATTRIBUTE_BYTES_SHOWN: usize = 24;

/// Cues that begin before the first line, between lines, and in one.
const CUES: &str = "name,in,out\n1M1,01:00:00:00,01:00:08:00\n1M2,01:00:09:00,01:00:22:12\n";

/// Two pairs, of which the second has the files in the other order.
const MANIFEST: &str = "name,dialogue,music\nR1,dialogue.flac,music.flac\n\
                        R2,music.flac,dialogue.flac\n";

/// Makes the list of an earlier version.
const CHECK_BEFORE: &str = "check dialogue.flac music.flac --json before.json";

/// A run of the tool in a folder with the demo scene.
struct TextRun {
    /// Its folder in the references.
    name: &'static str,
    /// Makes what it needs beside the scene.
    prepare: fn(&Folder),
    /// All arguments.
    args: &'static str,
    /// The files that it writes, to be compared.
    files: &'static [&'static str],
}

/// The helps.
const HELPS: [TextRun; 6] = [
    plain_run("help", "--help", &[]),
    plain_run("help_check", "check --help", &[]),
    plain_run("help_merge", "merge --help", &[]),
    plain_run("help_duck", "duck --help", &[]),
    plain_run("help_learn", "learn --help", &[]),
    plain_run("help_conform", "conform --help", &[]),
];

/// The lists, pages and prints.
const RUNS: [TextRun; 9] = [
    plain_run(
        "plain",
        "check dialogue.flac music.flac --json list.json --csv list.csv --markers markers.mid \
         --reaper regions.csv --report page.html --audio",
        &[
            "list.json",
            "list.csv",
            "markers.mid",
            "regions.csv",
            "page.html",
        ],
    ),
    plain_run(
        "session_text",
        "check dialogue.flac music.flac --session-text",
        &[],
    ),
    TextRun {
        name: "timed",
        prepare: |folder| fs::write(folder.path("cues.csv"), CUES).unwrap(),
        args: "check dialogue.flac music.flac --fps 25 --start 01:00:00:00 --tempo 92 --meter 3/4 \
               --cues cues.csv --csv list.csv --edl list.edl --otio list.otio \
               --markers markers.mid --reaper regions.csv --session-text",
        files: &[
            "list.csv",
            "list.edl",
            "list.otio",
            "markers.mid",
            "regions.csv",
        ],
    },
    TextRun {
        name: "everything",
        prepare: |folder| {
            fs::write(folder.path("cues.csv"), CUES).unwrap();
            folder.do_run(&words(CHECK_BEFORE));
            let music = Wave::of_scene("music.flac");
            music.as_714().write(&folder.path("714.wav"));
            for (name, channel_idx) in [("left.wav", 0), ("right.wav", 1)] {
                music.channel(channel_idx).write(&folder.path(name));
            }
        },
        args: "check dialogue.flac 714.wav --fold-down --stem left=left.wav --stem right=right.wav \
               --compare before.json --fps 29.97df --start 00:59:50;00 --tempo 120 --cues cues.csv \
               --json list.json --csv list.csv --edl list.edl --report page.html",
        files: &["list.json", "list.csv", "list.edl", "page.html"],
    },
    TextRun {
        name: "compare",
        prepare: |folder| {
            let duck = "duck dialogue.flac music.flac -o after.wav --preset firm";
            for args in [CHECK_BEFORE, duck] {
                folder.do_run(&words(args));
            }
        },
        args: "check dialogue.flac after.wav --compare before.json --csv list.csv",
        files: &["list.csv"],
    },
    plain_run(
        "judged_otherwise",
        "check dialogue.flac music.flac --viewer general --monitor 85 --trim -3 --fail-above 20",
        &[],
    ),
    plain_run(
        "audiences",
        "check dialogue.flac music.flac --audience cinema,home,home-70,phone,hard-of-hearing \
         --audience me=20/20/25/35/45/50+noise-45+200-9000@70 --json list.json --csv list.csv --reaper regions.csv \
         --report page.html",
        &["list.json", "list.csv", "regions.csv", "page.html"],
    ),
    TextRun {
        name: "many",
        prepare: |folder| fs::write(folder.path("reels.csv"), MANIFEST).unwrap(),
        args: "check --manifest reels.csv",
        files: &[],
    },
    plain_run(
        "prints",
        "duck dialogue.flac music.flac -o ducked.wav --look-ahead 0 --curve curve.csv --midi lane.mid",
        &["curve.csv", "lane.mid"],
    ),
];

const fn plain_run(
    name: &'static str,
    args: &'static str,
    files: &'static [&'static str],
) -> TextRun {
    TextRun {
        name,
        prepare: |_| {},
        args,
        files,
    }
}

/// The arguments that a command line is made of.
fn words(args: &str) -> Vec<&str> {
    args.split_whitespace().collect()
}

/// The names of these references.
pub fn names() -> impl Iterator<Item = String> {
    HELPS.iter().chain(&RUNS).flat_map(|run| {
        let files = run.files.iter().copied().chain([SAID]);
        files.map(|file| reference_name(run, file))
    })
}

fn reference_name(run: &TextRun, file: &str) -> String {
    let form = if file.ends_with(".mid") { ".txt" } else { "" };
    format!("{}/{file}{form}", run.name)
}

impl TextRun {
    /// What is wrong with what this run says and writes.
    fn differences(&self, rule: Rule) -> Vec<String> {
        let folder = Folder::with_scene();
        (self.prepare)(&folder);
        let run = folder.run(&words(self.args));
        // The program has an ending on Windows.
        let said = run.said().replace("underscore.exe", "underscore");
        let written = self.files.iter().map(|&file| {
            let bytes = fs::read(folder.path(file))
                .unwrap_or_else(|error| panic!("{file}: {error}\n{said}"));
            (file, to_text(file, bytes))
        });
        let texts: Vec<(&str, String)> =
            [(SAID, said.clone())].into_iter().chain(written).collect();
        let differences = texts
            .iter()
            .filter_map(|(file, text)| difference(&reference_name(self, file), text, rule));
        differences.collect()
    }
}

/// A written file as its reference has it.
fn to_text(file: &str, bytes: Vec<u8>) -> String {
    if file.ends_with(".mid") {
        let events = midi::to_text(&bytes);
        return match file {
            "lane.mid" => thinned(&events, LANE_STEP),
            _ => events,
        };
    }
    let text = String::from_utf8(bytes).unwrap();
    match file {
        "curve.csv" => thinned(&text, CURVE_STEP),
        "page.html" => shortened(&text),
        "list.json" => without_version(&text),
        _ => text,
    }
}

/// Some rows of a table, and the hash of all.
fn thinned(table: &str, step: usize) -> String {
    let rows = table.split_inclusive('\n').enumerate();
    let is_shown = |row_idx: usize| row_idx < NUM_ROWS_SHOWN || row_idx.is_multiple_of(step);
    let shown = rows.clone().filter(|&(row_idx, _)| is_shown(row_idx));
    let shown: String = shown.map(|(_, row)| row).collect();
    format!("{shown}{} rows {}\n", rows.count(), hash(table.bytes()))
}

/// A page with an element in each line, and of long attributes the start and a hash.
fn shortened(page: &str) -> String {
    let attributes: Vec<String> = page.split('"').map(shortened_attribute).collect();
    attributes.join("\"").replace("><", ">\n<")
}

/// What stands between two quotation marks of a page; if it is long and neither style nor script, its
/// start and a hash.
fn shortened_attribute(text: &str) -> String {
    if text.len() <= MAX_ATTRIBUTE_BYTES || text.contains('\n') {
        return text.to_owned();
    }
    let start = &text[..text.floor_char_boundary(NUM_ATTRIBUTE_BYTES_SHOWN)];
    format!("{start}... {}", hash(text.bytes()))
}

/// A list that doesn't say which version wrote it.
fn without_version(json: &str) -> String {
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(json.contains(&version));
    json.replacen(&version, "\"version\": \"VERSION\"", 1)
}

#[test]
fn the_helps_say_what_they_said() {
    let differences: Vec<String> = HELPS
        .iter()
        .flat_map(|run| run.differences(Rule::Bytes))
        .collect();
    demand_none(&differences);
}

#[test]
fn the_lists_pages_and_prints_are_what_they_were() {
    let rule = match is_machine_of_references() {
        true => Rule::Bytes,
        false => Rule::Words,
    };
    let differences: Vec<String> = RUNS
        .par_iter()
        .flat_map_iter(|run| run.differences(rule))
        .collect();
    demand_none(&differences);
}
