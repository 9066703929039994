//! The demo scene of `assets/demo`: seven spoken lines over a cue that hides some of them.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::Channels;
use crate::clip;

/// Sample rate of both files, Hz.
pub const RATE_HZ: f64 = 48_000.0;

/// Length that both files have at least, s.
pub const LENGTH_S: f64 = 34.0;

/// When the second line is spoken, s: the first of the two that the music hides. `lines.json` has all
/// lines with their words.
pub const LINE_2_S: Range<f64> = 4.95..7.52;

/// Eight seconds: the second line with the pauses round it, s.
pub const ROUND_LINE_2_S: Range<f64> = 3.8..11.8;

/// When the fifth line is spoken, s: the other one that the music hides.
pub const LINE_5_S: Range<f64> = 17.20..19.86;

/// When the last line is spoken, s. The music goes on, loud.
pub const LINE_7_S: Range<f64> = 25.45..28.07;

/// Where `name` of the scene is: `dialogue.flac`, `music.flac`.
pub fn path(name: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    workspace
        .expect("the crate is in the workspace's folder")
        .join("assets/demo")
        .join(name)
}

/// All of the dialogue, mono.
pub fn dialogue() -> &'static Channels {
    static DIALOGUE: OnceLock<Channels> = OnceLock::new();
    DIALOGUE.get_or_init(|| read("dialogue.flac"))
}

/// All of the music, stereo.
pub fn music() -> &'static Channels {
    static MUSIC: OnceLock<Channels> = OnceLock::new();
    MUSIC.get_or_init(|| read("music.flac"))
}

/// The dialogue from and to a time, s.
pub fn dialogue_at(range_s: Range<f64>) -> Channels {
    part(dialogue(), range_s)
}

/// The music from and to a time, s.
pub fn music_at(range_s: Range<f64>) -> Channels {
    part(music(), range_s)
}

fn read(name: &str) -> Channels {
    clip::read(&path(name))
        .expect("the demo scene reads")
        .channels
}

fn part(channels: &Channels, range_s: Range<f64>) -> Channels {
    let [from, to] = [range_s.start, range_s.end].map(|at_s| (at_s * RATE_HZ).round() as usize);
    channels.iter().map(|x| x[from..to].to_vec()).collect()
}
