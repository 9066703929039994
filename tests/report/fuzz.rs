//! What is read of other people's files, damaged at random: never a panic, never a result that
//! breaks its own rules, and each refusal is one line.

use std::fs;

use fastrand::Rng;
use underscore::cli::audio::audio_in::AudioFile;
use underscore::timeline::music_time::TimeSignature;
use underscore::timeline::timecode::{RATES, parse_label};

use crate::readers::{self, Outcome, assert_kept};

/// Bytes that formats give a meaning.
const TELLING: &[&[u8]] = &[
    b",",
    b"\"",
    b"\n",
    b"\r\n",
    b":",
    b";",
    b".",
    b"-",
    b"00:01:00;00",
    b"99999999999",
    b"1e308",
    b"NaN",
    b"\xEF\xBB\xBF",
    b"\xFF\xFF\xFF\xFF",
    b"\0\0\0\0",
    b"MTrk",
    b"\xFF\x51\x03",
    b"\xFF\x58\x04",
    b"\xFF\x2F\0",
    b"bext",
    b"data",
    b"fmt ",
    b"ds64",
    b"RF64",
    b"{",
    b"]",
];

/// One of `seeds` with a few injuries.
fn damaged(random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[random.usize(..seeds.len())].clone();
    for _ in 0..random.usize(1..=6) {
        let at = random.usize(..=bytes.len());
        let end = (at + random.usize(..12)).min(bytes.len());
        match random.usize(..6) {
            0 if at < bytes.len() => bytes[at] = random.u8(..),
            1 if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            4 => bytes.truncate(at),
            _ => {
                let telling = TELLING[random.usize(..TELLING.len())];
                bytes.splice(at..end, telling.iter().copied());
            }
        }
    }
    bytes
}

/// Damages `seeds` `num_cases` times and hands them to `read`; see [`assert_kept`].
fn each_damaged(seeds: &[Vec<u8>], num_cases: usize, read: impl Fn(&[u8]) -> Outcome) {
    let mut random = Rng::with_seed(1);
    let num_read = (0..num_cases)
        .filter(|_| assert_kept(&read, &damaged(&mut random, seeds)))
        .count();
    let num_refused = num_cases - num_read;
    // Neither so hurt that nothing is ever read, nor so little that nothing is refused.
    let least = num_cases / 100;
    assert!(
        num_read > least && num_refused > least,
        "{num_read} {num_refused}"
    );
}

#[test]
fn cues() {
    let seeds = [
        b"name,in,out\n1M1,0,1:30.5\n\"1M2, alt\",0:02:00,150\n".to_vec(),
        b"\xEF\xBB\xBF3M1;,1:00:00.000,1:00:10\r\n3M2,3610,3620.25\r\n".to_vec(),
    ];
    each_damaged(&seeds, 50_000, readers::cues);
    each_damaged(&seeds, 50_000, readers::stretches);
    let seeds = [b"1M1,01:00:00:00,01:00:59;29\n1M2,01:01:00;02,01:02:00;02".to_vec()];
    each_damaged(&seeds, 50_000, readers::cues_in_timecode);
    each_damaged(&seeds, 50_000, readers::stretches_in_timecode);
}

#[test]
fn manifests() {
    let seeds = [
        b"name,dialogue,music\nR1,d1.wav,m1.wav\nR2,\"d,2.wav\",m2.wav\n".to_vec(),
        b"R1 en, a/b.wav , ../c.wav".to_vec(),
    ];
    each_damaged(&seeds, 50_000, readers::manifest);
}

#[test]
fn tempo_maps() {
    let track: &[u8] = b"\0\xFF\x58\x04\x06\x03\x18\x08\0\xFF\x51\x03\x07\xA1\x20\x60\xFF\x51\x03\
        \x0F\x42\x40\x81\x40\xFF\x58\x04\x03\x02\x18\x08\0\xFF\x2F\0";
    let mut midi = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk".to_vec();
    midi.extend((track.len() as u32).to_be_bytes());
    midi.extend(track);
    each_damaged(&[midi], 50_000, readers::tempo_map);
    let mut random = Rng::with_seed(7);
    for _ in 0..50_000 {
        let text = damaged(&mut random, &[b"4/4".to_vec(), b"12/8".to_vec()]);
        if let Some(meter) = TimeSignature::parse(&String::from_utf8_lossy(&text)) {
            assert!(
                meter.num_beats() >= 1 && meter.beat_power() <= 6,
                "{text:?}"
            );
        }
    }
}

#[test]
fn timecode() {
    for (name, rate) in RATES {
        let seeds = [b"01:02:03:04".to_vec(), b"23:59:59:23".to_vec()];
        each_damaged(&seeds, 10_000, |bytes| {
            let label = parse_label(&String::from_utf8_lossy(bytes), rate);
            let label = label.map_err(|error| error.to_string())?;
            // What was read is what is written.
            Ok(parse_label(&label.to_string(), rate) == Ok(label))
        });
        println!("{name}: read");
    }
}

#[test]
fn earlier_reports() {
    let seed = br#"{"schema": "underscore.report/1", "music": "m.wav", "clash_percent": 12.5,
        "sii": 0.5, "lines": [{"start_s": 1.0, "end_s": 2.5, "verdict": "masked",
        "clash_percent": 80.0, "sii": 0.2}], "later": [1, {"a": null}]}"#;
    each_damaged(&[seed.to_vec()], 50_000, readers::earlier_report);
}

#[test]
fn row_reports() {
    let report = br#"{"schema": "underscore.report/1", "version": "0", "dialogue": "d", "music": "m",
        "duration_s": 9.0, "speech_s": 5.0, "clash_percent": 12.5, "sii": 0.5, "sii_without_music": 1,
        "loudness_difference_lu": -1, "doubts": [{"text": "x"}], "lines": [{"start_s": 1.0,
        "end_s": 2.5, "cue": "1M1", "verdict": "masked", "clash_percent": 80.0}], "audiences":
        [{"name": "home", "sii": 0.2, "clear": 1, "strained": 2, "masked": 3}]}"#;
    let failure = br#"{"schema": "underscore.failure/1", "version": "0", "error": "no such file",
        "row": {"name": "R2", "settings": "s", "inputs": "i", "lists": [], "sha256": ""}}"#;
    each_damaged(
        &[report.to_vec(), failure.to_vec()],
        20_000,
        readers::row_report,
    );
}

/// A wave file with a `bext` chunk and two data chunks, another as RF64, and an AU file.
fn waves() -> Vec<Vec<u8>> {
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let size = (body.len() as u32).to_le_bytes();
        [&name[..], &size, body].concat()
    };
    let mut bext = vec![0; 602];
    bext[338] = 100;
    let format = b"\x01\0\x02\0\x80\xBB\0\0\0\xEE\x02\0\x04\0\x10\0";
    let chunks = [
        chunk(b"bext", &bext),
        chunk(b"fmt ", format),
        chunk(b"data", &[1; 400]),
    ]
    .concat();
    let long = [
        &28u32.to_le_bytes()[..],
        &1144u64.to_le_bytes(),
        &400u64.to_le_bytes(),
        &[0; 12],
    ]
    .concat();
    let two = chunk(b"data", &[2; 40]);
    let riff = [&b"RIFF\xFF\x04\0\0WAVE"[..], &chunks, &two].concat();
    let rf64 = [&b"RF64\xFF\xFF\xFF\xFFWAVEds64"[..], &long, &chunks].concat();
    let words = [24u32, 400, 3, 48_000, 2].map(u32::to_be_bytes).concat();
    let au = [&b".snd"[..], &words, &[1; 400]].concat();
    vec![riff, rf64, au]
}

#[test]
fn wave_headers() {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("damaged.wav");
    let read_all = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let mut file = AudioFile::open(&path)?;
        let mut block = vec![Vec::new(); file.num_channels()];
        let mut num_frames = 0;
        loop {
            match file.read(&mut block, 64)? {
                0 => return Ok::<_, underscore::cli::Error>(num_frames),
                num_read => num_frames += num_read,
            }
        }
    };
    each_damaged(&waves(), 5_000, |bytes| {
        let num_frames = read_all(bytes).map_err(|error| error.to_string())?;
        // No file of this size has more than a frame a byte.
        Ok(num_frames <= 2_000)
    });
}
