//! Pairs as long as a film, made of the demo scene again and again.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use test_support::{demo, noise};

const RATE_HZ: u32 = 48_000;
const FULL_SCALE: f32 = 8_388_608.0;
const BYTES: u32 = 3;

/// Share of the time in which somebody speaks in the demo scene, and in many films.
pub const SCENE_SPEECH: f64 = 0.69;
pub const FILM_SPEECH: f64 = 0.30;

/// Room tone between a film's lines, -66 dBFS.
const ROOM_TONE: f32 = 5e-4;

/// The files of two pairs with one music.
pub struct Pairs {
    /// The demo's dialogue again and again.
    pub scene_dialogue: PathBuf,
    /// The same with pauses.
    pub film_dialogue: PathBuf,
    pub music: PathBuf,
}

/// The pairs of that length in `folder`, made where they aren't there yet: the demo's dialogue, without pauses and
/// with them, and its music as 5.1. Some 70 MB a minute.
pub fn of_minutes(folder: &Path, minutes: u32) -> Pairs {
    let [scene_dialogue, film_dialogue, music] = ["dialogue", "film_dialogue", "music"]
        .map(|name| folder.join(format!("{name}_{minutes}_minutes.wav")));
    let num_frames = u64::from(minutes) * 60 * u64::from(RATE_HZ);
    let dialogue = demo::dialogue();
    if !scene_dialogue.exists() {
        write(&scene_dialogue, dialogue, num_frames);
    }
    if !film_dialogue.exists() {
        let num_spoken = dialogue[0].len() as f64;
        let pause_frames = (num_spoken * (SCENE_SPEECH / FILM_SPEECH - 1.0)) as usize;
        let tone = noise::white(ROOM_TONE, 1).take(pause_frames);
        let lines: Vec<f32> = dialogue[0].iter().copied().chain(tone).collect();
        write(&film_dialogue, &[lines], num_frames);
    }
    if !music.exists() {
        write(&music, &surround(demo::music()), num_frames);
    }
    Pairs {
        scene_dialogue,
        film_dialogue,
        music,
    }
}

/// L, R, C, LFE, Ls, Rs from two channels; no two are the same.
fn surround(stereo: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let [left, right] = stereo else {
        panic!("the demo's music is stereo");
    };
    let mixed = |left_gain: f32, right_gain: f32, delay_frames: usize| {
        let frames = left.iter().zip(right);
        let mut channel: Vec<f32> = frames
            .map(|(left, right)| left_gain * left + right_gain * right)
            .collect();
        channel.rotate_right(delay_frames);
        channel
    };
    vec![
        left.clone(),
        right.clone(),
        mixed(0.5, 0.5, 0),
        mixed(0.2, 0.2, 0),
        mixed(0.2, 0.7, 701),
        mixed(0.7, 0.2, 907),
    ]
}

/// Writes `channels`, over and over, as 24-bit WAV; RF64 where a WAV can't be as long.
fn write(path: &Path, channels: &[Vec<f32>], num_frames: u64) {
    let num_channels = channels.len() as u32;
    let data_bytes = num_frames * u64::from(num_channels * BYTES);
    let one_round: Vec<u8> = (0..channels[0].len())
        .flat_map(|frame| channels.iter().map(move |channel| channel[frame]))
        .flat_map(|sample| {
            let value = (sample * FULL_SCALE).clamp(-FULL_SCALE, FULL_SCALE - 1.0) as i32;
            value.to_le_bytes().into_iter().take(BYTES as usize)
        })
        .collect();
    // Written under another name, so that a run that is broken off leaves no half pair.
    let unfinished = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&unfinished).expect("target/ takes files"));
    let mut put = |bytes: &[u8]| {
        file.write_all(bytes)
            .expect("the disk has room for the pair")
    };
    put(&header(num_channels, data_bytes, num_frames));
    let mut bytes_left = data_bytes;
    while bytes_left > 0 {
        let len = bytes_left.min(one_round.len() as u64);
        put(&one_round[..len as usize]);
        bytes_left -= len;
    }
    file.flush().expect("the disk has room for the pair");
    std::fs::rename(&unfinished, path).expect("the file can be renamed");
}

/// RF64 (EBU Tech 3306) with its `ds64` chunk; a plain reader of its `fmt ` and `data` is enough.
fn header(num_channels: u32, data_bytes: u64, num_frames: u64) -> Vec<u8> {
    const SIZE_ELSEWHERE: u32 = u32::MAX;
    let frame_bytes = num_channels * BYTES;
    let mut header = Vec::new();
    header.extend(b"RF64");
    header.extend(SIZE_ELSEWHERE.to_le_bytes());
    header.extend(b"WAVEds64");
    header.extend(28u32.to_le_bytes());
    header.extend((data_bytes + 72).to_le_bytes());
    header.extend(data_bytes.to_le_bytes());
    header.extend(num_frames.to_le_bytes());
    header.extend(0u32.to_le_bytes());
    header.extend(b"fmt ");
    header.extend(16u32.to_le_bytes());
    header.extend(1u16.to_le_bytes());
    header.extend((num_channels as u16).to_le_bytes());
    header.extend(RATE_HZ.to_le_bytes());
    header.extend((RATE_HZ * frame_bytes).to_le_bytes());
    header.extend((frame_bytes as u16).to_le_bytes());
    header.extend((8 * BYTES as u16).to_le_bytes());
    header.extend(b"data");
    header.extend(SIZE_ELSEWHERE.to_le_bytes());
    header
}
