//! The ducked music: every preset, at two sample rates, in stereo and in 7.1.4.

use std::io::{self, Write as _};

use rayon::prelude::*;

use crate::reference::{self, demand_none, difference};
use crate::rule::{Rule, TOLERANCE_DB};
use crate::tool::Folder;
use crate::wave::Wave;

/// What is less counts as silence, dBFS: what rounding leaves there is no level.
const FLOOR_DB: f64 = -80.0;

/// The file of hashes.
const HASHES: &str = "audio/hashes.txt";

/// A ducked file.
struct Case {
    /// Its name in the references.
    name: String,
    /// The dialogue's file.
    dialogue: String,
    /// The music's file.
    music: String,
    /// More flags.
    flags: Vec<&'static str>,
}

/// The files of [`scene`] as they are called.
fn wave_name(what: &str, rate_hz: u32) -> String {
    format!("{what}_{rate_hz}_hz.wav")
}

/// Every preset at each rate on each bus, and what else takes other ways.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for preset in ["gentle", "balanced", "firm"] {
        for rate_hz in [48_000, 44_100] {
            for bus in ["stereo", "714"] {
                cases.push(Case {
                    name: format!("{preset}_{rate_hz}_hz_{bus}"),
                    dialogue: wave_name("dialogue", rate_hz),
                    music: wave_name(bus, rate_hz),
                    flags: vec!["--preset", preset],
                });
            }
        }
    }
    let more = |name: &str, rate_hz, flags| Case {
        name: name.into(),
        dialogue: wave_name("dialogue", 48_000),
        music: wave_name("stereo", rate_hz),
        flags,
    };
    cases.push(more("dialogue_at_another_rate", 44_100, vec![]));
    cases.push(more("look_ahead", 48_000, vec!["--look-ahead", "20"]));
    cases.push(more("amount", 48_000, vec!["--amount-lu", "3"]));
    cases
}

fn levels_name(case: &Case) -> String {
    format!("audio/{}.txt", case.name)
}

/// The names of these references.
pub fn names() -> impl Iterator<Item = String> {
    let levels = cases().into_iter().map(|case| levels_name(&case));
    levels.chain([HASHES.to_owned()])
}

/// A folder with dialogue, stereo and 7.1.4 at each rate.
fn scene() -> Folder {
    let folder = Folder::new();
    let write = |what: &str, wave: &Wave| {
        for wave in [wave, &wave.at_44100_hz()] {
            wave.write(&folder.path(&wave_name(what, wave.rate_hz)));
        }
    };
    write("dialogue", &Wave::of_scene("dialogue.flac"));
    let music = Wave::of_scene("music.flac");
    write("stereo", &music);
    write("714", &music.as_714());
    folder
}

/// Level of each channel in each second, in a row a second, dBFS.
fn levels(title: &str, wave: &Wave) -> String {
    let mut text = format!("{title}, dBFS in each second (rows) of each channel (columns)\n");
    for second in wave
        .samples
        .chunks(wave.num_channels * wave.rate_hz as usize)
    {
        let num_frames = (second.len() / wave.num_channels) as f64;
        let row = (0..wave.num_channels).map(|channel_idx| {
            let channel = second.iter().skip(channel_idx).step_by(wave.num_channels);
            let sum: f64 = channel.map(|&x| f64::from(x) * f64::from(x)).sum();
            let level_db = 10.0 * (sum / num_frames).log10();
            format!("{:.2}", level_db.max(FLOOR_DB))
        });
        text += &row.collect::<Vec<String>>().join(" ");
        text += "\n";
    }
    text
}

/// Ducks a case: the row of its hash, and what is wrong with its levels.
fn duck(folder: &Folder, case: &Case) -> (String, Option<String>) {
    let output = format!("{}.wav", case.name);
    let files = ["duck", &case.dialogue, &case.music, "-o", &output];
    // As the plugin has it, unless the case is about that.
    let as_plugin = match case.flags.contains(&"--look-ahead") {
        true => &[][..],
        false => &["--look-ahead", "0"],
    };
    folder.do_run(&[&files, &case.flags[..], as_plugin].concat());
    let ducked = Wave::read(&folder.path(&output));
    std::fs::remove_file(folder.path(&output)).unwrap();
    let music = Wave::read(&folder.path(&case.music));
    let text = levels("output", &ducked) + &levels("removed", &music.minus(&ducked));
    let hash = format!("{} {}\n", case.name, ducked.hash());
    (hash, difference(&levels_name(case), &text, Rule::Levels))
}

#[test]
fn the_ducked_audio_is_what_it_was() {
    let folder = scene();
    let results = cases().into_par_iter().map(|case| duck(&folder, &case));
    let (hashes, differences): (String, Vec<Option<String>>) = results.collect();
    let mut differences: Vec<String> = differences.into_iter().flatten().collect();
    if reference::is_machine_of_references() {
        differences.extend(difference(HASHES, &hashes, Rule::Bytes));
    } else {
        // Past the harness, which keeps to itself what a test prints that passes.
        let _ = writeln!(
            io::stderr(),
            "compared levels to {TOLERANCE_DB} dB only: this machine may round differently"
        );
    }
    demand_none(&differences);
}
