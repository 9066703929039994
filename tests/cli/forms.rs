//! Forms of audio files: what is read is what was written.

use std::fs;

use test_support::demo;

use crate::folder::{Folder, RATE_HZ, bits, noise, read_float};

#[test]
fn long_wave_forms_are_read() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 1, 3_000);
    folder.silence("voice.wav", RATE_HZ, 3_000);
    for form in [b"RF64", b"BW64"] {
        fs::write(folder.path("long.wav"), long_wave(form, &music)).unwrap();
        let run = folder.run(&["duck", "voice.wav", "long.wav", "-o", "out.wav"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(bits(&read_float(&folder.path("out.wav")).1), bits(&music));
    }
    let mut cut = long_wave(b"RF64", &music);
    cut.truncate(6_000);
    fs::write(folder.path("cut.wav"), cut).unwrap();
    let what = "its last 6080 bytes (0.032 s) are missing";
    folder.refuses(
        &["check", "voice.wav", "cut.wav", "--strict"],
        "cut.wav",
        what,
    );
}

#[test]
fn flac_is_read_to_its_last_sample() {
    let folder = Folder::new();
    let path = demo::path("music.flac");
    // STREAMINFO (RFC 9639, section 8.2): 36 bits of length end 26 bytes into the file.
    let flac = fs::read(&path).unwrap();
    let num_frames = flac[21..26]
        .iter()
        .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte))
        & 0xF_FFFF_FFFF;
    folder.silence("voice.wav", RATE_HZ, num_frames as usize);
    let music = path.to_str().unwrap();
    let run = folder.run(&["duck", "voice.wav", music, "-o", "out.wav"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (spec, samples) = read_float(&folder.path("out.wav"));
    assert_eq!(samples.len() as u64, num_frames * u64::from(spec.channels));
    assert!(samples.iter().any(|&sample| sample != 0.0));
}

#[test]
pub fn aiff_is_read() {
    let folder = Folder::new();
    let music: Vec<i16> = noise(6_000).iter().map(|s| (s * 32_768.0) as i16).collect();
    fs::write(folder.path("music.aiff"), aiff(2, &music)).unwrap();
    folder.silence("voice.wav", RATE_HZ, 3_000);
    let run = folder.run(&["duck", "voice.wav", "music.aiff", "-o", "out.wav"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let expected: Vec<f32> = music.iter().map(|&s| f32::from(s) / 32_768.0).collect();
    assert_eq!(read_float(&folder.path("out.wav")).1, expected);
}

#[test]
fn loudspeaker_positions_are_kept() {
    let folder = Folder::new();
    folder.silence("voice.wav", RATE_HZ, 100);
    folder.music("music.wav", 6, 100);
    let mut wave = fs::read(folder.path("music.wav")).unwrap();
    let mask_at = 40;
    // 5.1 with side instead of back channels.
    wave[mask_at..mask_at + 4].copy_from_slice(&0x60Fu32.to_le_bytes());
    fs::write(folder.path("music.wav"), wave).unwrap();
    let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", "out.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let out = fs::read(folder.path("out.wav")).unwrap();
    let fmt = out.windows(4).position(|bytes| bytes == b"fmt ").unwrap();
    assert_eq!(out[fmt + 28..fmt + 32], 0x60Fu32.to_le_bytes());
}

/// A mono float file in a 64-bit form (EBU Tech 3306), with a chunk after the audio that is no
/// audio.
fn long_wave(form: &[u8; 4], samples: &[f32]) -> Vec<u8> {
    let data_bytes = samples.len() as u64 * 4;
    let mut wave = Vec::new();
    wave.extend(form);
    wave.extend(u32::MAX.to_le_bytes());
    wave.extend(b"WAVEds64");
    wave.extend(28u32.to_le_bytes());
    wave.extend((72 + data_bytes + 16).to_le_bytes());
    wave.extend(data_bytes.to_le_bytes());
    wave.extend((samples.len() as u64).to_le_bytes());
    wave.extend(0u32.to_le_bytes());
    wave.extend(b"fmt ");
    wave.extend(16u32.to_le_bytes());
    wave.extend(3u16.to_le_bytes());
    wave.extend(1u16.to_le_bytes());
    wave.extend(RATE_HZ.to_le_bytes());
    wave.extend((RATE_HZ * 4).to_le_bytes());
    wave.extend(4u16.to_le_bytes());
    wave.extend(32u16.to_le_bytes());
    wave.extend(b"data");
    wave.extend(u32::MAX.to_le_bytes());
    for sample in samples {
        wave.extend(sample.to_le_bytes());
    }
    wave.extend(b"LGWV");
    wave.extend(8u32.to_le_bytes());
    wave.extend([0x3F; 8]);
    wave
}

/// A 16-bit AIFF file at 48 kHz (Apple, "Audio Interchange File Format", 1989).
pub fn aiff(num_channels: u16, samples: &[i16]) -> Vec<u8> {
    let num_frames = samples.len() as u32 / u32::from(num_channels);
    let data_bytes = samples.len() as u32 * 2;
    let mut aiff = Vec::new();
    aiff.extend(b"FORM");
    aiff.extend((4 + 26 + 16 + data_bytes).to_be_bytes());
    aiff.extend(b"AIFFCOMM");
    aiff.extend(18u32.to_be_bytes());
    aiff.extend(num_channels.to_be_bytes());
    aiff.extend(num_frames.to_be_bytes());
    aiff.extend(16u16.to_be_bytes());
    // 48000 as an 80-bit IEEE 754 number: 2^15 * 1.46484375.
    aiff.extend([0x40, 0x0E, 0xBB, 0x80, 0, 0, 0, 0, 0, 0]);
    aiff.extend(b"SSND");
    aiff.extend((8 + data_bytes).to_be_bytes());
    aiff.extend([0; 8]);
    for sample in samples {
        aiff.extend(sample.to_be_bytes());
    }
    aiff
}
