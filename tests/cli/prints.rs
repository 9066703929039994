//! What `underscore duck` says that it did: delta, curve and controller lane.

use std::fs;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use midly::{Format, MetaMessage, MidiMessage, Smf, Timing, TrackEventKind};
use test_support::demo;
use underscore::psycho::bands::{NOMINAL_HZ, NUM_BANDS};

use crate::folder::{Folder, RATE_HZ, noise, read_float};

/// Length of the music here, s. The demo's first lines fall into it.
pub const LENGTH_S: u32 = 8;

const STEP_24: f64 = 1.0 / 8_388_608.0;

/// Noise at -20 dBFS with 24 bits, full scale at both ends in it.
pub fn music_24(folder: &Folder, name: &str, num_channels: u16) -> Vec<i32> {
    let spec = WavSpec {
        channels: num_channels,
        sample_rate: RATE_HZ,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut music: Vec<i32> = noise((u32::from(num_channels) * LENGTH_S * RATE_HZ) as usize)
        .iter()
        .map(|sample| (f64::from(*sample) / STEP_24) as i32)
        .collect();
    music[..2].copy_from_slice(&[-8_388_608, 8_388_607]);
    let mut writer = WavWriter::create(folder.path(name), spec).unwrap();
    for &sample in &music {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    music
}

pub fn read_24(folder: &Folder, name: &str) -> Vec<i32> {
    let mut reader = WavReader::open(folder.path(name)).unwrap();
    assert_eq!(reader.spec().bits_per_sample, 24);
    reader.samples::<i32>().map(Result::unwrap).collect()
}

/// Ducks `music.wav` under the demo's dialogue into `out.wav`, with more flags.
#[track_caller]
pub fn duck(folder: &Folder, flags: &[&str]) {
    let dialogue = demo::path("dialogue.flac");
    let dialogue = dialogue.to_str().unwrap();
    let args = [&["duck", dialogue, "music.wav", "-o", "out.wav"], flags].concat();
    let run = folder.run(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Nothing else is said than that the dialogue is longer.
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("longer than the music"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_curve_is_written_for_spreadsheets_of_other_countries() {
    let folder = Folder::new();
    music_24(&folder, "music.wav", 1);
    duck(&folder, &["--curve", "plain.csv"]);
    duck(&folder, &["--curve", "de.csv", "--csv-locale", "de"]);
    let plain = fs::read_to_string(folder.path("plain.csv")).unwrap();
    let german = fs::read_to_string(folder.path("de.csv")).unwrap();
    let german = german.strip_prefix('\u{FEFF}').unwrap();
    assert_eq!(german.replace(',', ".").replace(';', ","), plain);
    let alone = [
        "duck",
        "a.wav",
        "b.wav",
        "-o",
        "o.wav",
        "--csv-locale",
        "de",
    ];
    let run = folder.run(&alone);
    assert!(
        run.code == 2 && run.stderr.contains("--curve"),
        "{}",
        run.stderr
    );
}

/// A row of the curve.
struct Row {
    time_s: f64,
    cut_band_db: Vec<f32>,
    loss_lu: f32,
}

fn read_curve(folder: &Folder, name: &str) -> Vec<Row> {
    let text = fs::read_to_string(folder.path(name)).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(header.len(), NUM_BANDS + 2);
    assert_eq!((header[0], header[NUM_BANDS + 1]), ("time_s", "loss_lu"));
    for (column, hz) in header[1..].iter().zip(NOMINAL_HZ) {
        assert_eq!(*column, format!("cut_db_{hz}_hz"));
    }
    lines
        .map(|line| {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            assert_eq!(cells.len(), NUM_BANDS + 2);
            Row {
                time_s: cells[0],
                cut_band_db: cells[1..=NUM_BANDS].iter().map(|&db| db as f32).collect(),
                loss_lu: cells[NUM_BANDS + 1] as f32,
            }
        })
        .collect()
}

/// Times (s) and values of the expression controller, and the end of the track (s).
fn read_lane(folder: &Folder, name: &str) -> (Vec<(f64, u8)>, f64) {
    let bytes = fs::read(folder.path(name)).unwrap();
    let smf = Smf::parse(&bytes).unwrap();
    assert_eq!(smf.header.format, Format::SingleTrack);
    assert_eq!(smf.header.timing, Timing::Metrical(960.into()));
    let [track] = &smf.tracks[..] else {
        panic!("{} tracks", smf.tracks.len());
    };
    let mut tick = 0;
    let mut values = Vec::new();
    let mut has_tempo = false;
    for event in track {
        tick += event.delta.as_int();
        match event.kind {
            TrackEventKind::Meta(MetaMessage::Tempo(us)) => {
                assert_eq!((tick, us.as_int()), (0, 500_000));
                has_tempo = true;
            }
            TrackEventKind::Midi {
                message: MidiMessage::Controller { controller, value },
                ..
            } => {
                assert_eq!(controller, 11);
                values.push((f64::from(tick) / 1920.0, value.as_int()));
            }
            _ => {}
        }
    }
    assert!(has_tempo);
    (values, f64::from(tick) / 1920.0)
}

#[test]
fn with_24_bits_output_and_delta_are_the_music_to_the_last_bit() {
    for num_channels in [2, 6] {
        let folder = Folder::new();
        let music = music_24(&folder, "music.wav", num_channels);
        for look_ahead_ms in ["0", "20"] {
            let flags = ["--bits", "24", "--delta", "delta.wav"];
            duck(
                &folder,
                &[&flags[..], &["--look-ahead", look_ahead_ms]].concat(),
            );
            let (output, delta) = (read_24(&folder, "out.wav"), read_24(&folder, "delta.wav"));
            let sum: Vec<i32> = output.iter().zip(&delta).map(|(a, b)| a + b).collect();
            assert!(sum == music, "{num_channels} channels");
            for channel_idx in 0..usize::from(num_channels) {
                let mut channel = delta.iter().skip(channel_idx).step_by(num_channels.into());
                let is_cut = channel.any(|&step| step != 0);
                // LFE is left alone.
                assert_eq!(is_cut, channel_idx != 3, "channel {channel_idx}");
            }
        }
    }
}

#[test]
fn in_float_the_sum_is_the_music_once_rounded_to_its_24_bits() {
    let folder = Folder::new();
    let music = music_24(&folder, "music.wav", 2);
    duck(&folder, &["--delta", "delta.wav"]);
    let (_, output) = read_float(&folder.path("out.wav"));
    let (spec, delta) = read_float(&folder.path("delta.wav"));
    assert_eq!((spec.channels, spec.sample_rate), (2, RATE_HZ));
    let sum: Vec<i32> = output
        .iter()
        .zip(&delta)
        .map(|(&a, &b)| ((f64::from(a) + f64::from(b)) / STEP_24).round() as i32)
        .collect();
    assert!(sum == music);
    assert!(delta.iter().any(|&sample| sample.abs() > 0.01));
}

#[test]
fn prints_do_not_change_the_output() {
    let folder = Folder::new();
    music_24(&folder, "music.wav", 2);
    duck(&folder, &[]);
    let plain = fs::read(folder.path("out.wav")).unwrap();
    duck(
        &folder,
        &["--delta", "d.wav", "--curve", "c.csv", "--midi", "m.mid"],
    );
    assert!(fs::read(folder.path("out.wav")).unwrap() == plain);
    assert_eq!(
        folder.names(),
        ["c.csv", "d.wav", "m.mid", "music.wav", "out.wav"]
    );
}

#[test]
fn the_curve_has_a_row_for_every_hop_of_the_music() {
    let folder = Folder::new();
    music_24(&folder, "music.wav", 2);
    duck(&folder, &["--curve", "curve.csv"]);
    let rows = read_curve(&folder, "curve.csv");
    for pair in rows.windows(2) {
        let step_s = pair[1].time_s - pair[0].time_s;
        assert!((step_s - 256.0 / 48_000.0).abs() < 2e-4, "{step_s} s");
    }
    let (first_s, last_s) = (rows[0].time_s, rows[rows.len() - 1].time_s);
    let length_s = f64::from(LENGTH_S);
    assert!((0.0..0.03).contains(&first_s), "{first_s} s");
    assert!((length_s - 0.01..length_s).contains(&last_s), "{last_s} s");
    let cuts = || rows.iter().flat_map(|row| &row.cut_band_db);
    assert!(cuts().all(|cut_db| (0.0..=12.0).contains(cut_db)));
    assert!(cuts().any(|&cut_db| cut_db > 5.0));
}

#[test]
fn at_a_row_s_time_the_output_has_its_cut() {
    for look_ahead_ms in ["0", "20"] {
        checks_rows_against_output(look_ahead_ms);
    }
}

fn checks_rows_against_output(look_ahead_ms: &str) {
    // Noise on the left is cut, and with it a tone on the right, in the middle of a band: its
    // level falls by the cut of that band.
    const BAND_IDX: usize = 10;
    let folder = Folder::new();
    let amplitude = 0.1;
    let music: Vec<f32> = noise((LENGTH_S * RATE_HZ) as usize)
        .into_iter()
        .enumerate()
        .flat_map(|(n, noise)| {
            let phase = std::f32::consts::TAU * (n % 48) as f32 / 48.0;
            [noise, amplitude * phase.sin()]
        })
        .collect();
    folder.float_wave("music.wav", 2, RATE_HZ, &music);
    duck(
        &folder,
        &["--curve", "curve.csv", "--look-ahead", look_ahead_ms],
    );
    let (_, output) = read_float(&folder.path("out.wav"));
    let tone: Vec<f32> = output.into_iter().skip(1).step_by(2).collect();
    let mut deepest_db = 0.0f32;
    for rows in read_curve(&folder, "curve.csv").windows(3) {
        let time_s = rows[1].time_s;
        // One period with the row's time in its middle
        let from = (time_s * f64::from(RATE_HZ)) as usize - 24;
        let Some(period) = tone.get(from..from + 48) else {
            break;
        };
        let power = period.iter().map(|x| x * x).sum::<f32>() / 48.0;
        let lost_db = -10.0 * (power / (amplitude * amplitude / 2.0)).log10();
        // The neighbours' cuts are 5 ms away.
        let cuts_db = rows.iter().map(|row| row.cut_band_db[BAND_IDX]);
        let least_db = cuts_db.clone().fold(f32::INFINITY, f32::min);
        let most_db = cuts_db.fold(0.0, f32::max);
        assert!(
            (least_db - 0.5..=most_db + 0.5).contains(&lost_db),
            "{time_s} s: {least_db} to {most_db} dB, measured {lost_db} dB"
        );
        deepest_db = deepest_db.max(lost_db);
    }
    assert!(deepest_db > 5.0, "{deepest_db} dB");
}

/// Squares of the K-weighted samples of both channels (ITU-R BS.1770-5, annex 1, tables 1 and 2, for
/// 48 kHz).
pub fn k_weighted_squares(stereo: &[f32]) -> Vec<f64> {
    const STAGES: [([f64; 3], [f64; 2]); 2] = [
        (
            [1.53512485958697, -2.69169618940638, 1.19839281085285],
            [-1.69065929318241, 0.73248077421585],
        ),
        ([1.0, -2.0, 1.0], [-1.99004745483398, 0.99007225036621]),
    ];
    let mut squares = vec![0.0; stereo.len() / 2];
    for channel_idx in 0..2 {
        let mut states = [[0.0; 2]; 2];
        let channel = stereo.iter().skip(channel_idx).step_by(2);
        for (square, &sample) in squares.iter_mut().zip(channel) {
            let mut x = f64::from(sample);
            for ((b, a), state) in STAGES.iter().zip(&mut states) {
                let y = b[0] * x + state[0];
                *state = [b[1] * x - a[0] * y + state[1], b[2] * x - a[1] * y];
                x = y;
            }
            *square += x * x;
        }
    }
    squares
}

#[test]
fn the_loss_is_that_of_the_music_at_the_row_s_time() {
    // A tone above all bands, which isn't cut, and a burst of noise, by turns: the loss of one told at
    // the time of the other would be plain.
    let music: Vec<f32> = noise((LENGTH_S * RATE_HZ) as usize)
        .into_iter()
        .enumerate()
        .flat_map(|(n, noise)| {
            // 15 kHz
            let phase = std::f32::consts::TAU * (5 * n % 16) as f32 / 16.0;
            let is_tone = n / 8_000 % 2 == 0;
            [if is_tone { 0.1 * phase.sin() } else { noise }; 2]
        })
        .collect();
    for look_ahead_ms in ["0", "40"] {
        let folder = Folder::new();
        folder.float_wave("music.wav", 2, RATE_HZ, &music);
        // Live, as its cuts are shallow here: deep ones take some of what lies above the bands, too.
        let flags = [
            "--live",
            "--curve",
            "curve.csv",
            "--look-ahead",
            look_ahead_ms,
        ];
        duck(&folder, &flags);
        let (_, output) = read_float(&folder.path("out.wav"));
        let (before, after) = (k_weighted_squares(&music), k_weighted_squares(&output));
        let [mut power, mut told, mut measured] = [0.0; 3];
        let mut errors_lu = Vec::new();
        for row in read_curve(&folder, "curve.csv") {
            let middle = (row.time_s * f64::from(RATE_HZ)) as usize;
            let on = middle.saturating_sub(128)..(middle + 128).min(before.len());
            let [row_power, row_measured] =
                [&before, &after].map(|squares| squares[on.clone()].iter().sum::<f64>());
            power += row_power;
            told += row_power * 10f64.powf(-f64::from(row.loss_lu) / 10.0);
            measured += row_measured;
            let measured_lu = 10.0 * (row_power / row_measured).log10();
            errors_lu.push((f64::from(row.loss_lu) - measured_lu).abs());
        }
        errors_lu.sort_by(f64::total_cmp);
        let most_lu = errors_lu[errors_lu.len() * 9 / 10];
        let lu = |left: f64| 10.0 * (power / left).log10();
        let (told_lu, measured_lu) = (lu(told), lu(measured));
        assert!(measured_lu > 0.5, "{measured_lu} LU");
        assert!(
            (told_lu - measured_lu).abs() < 0.1 && most_lu < 0.4,
            "{look_ahead_ms} ms: told {told_lu} LU, measured {measured_lu} LU; 9 rows of 10 within {most_lu} LU"
        );
    }
}

#[test]
fn the_lane_is_the_loss_of_the_curve_thinned_to_its_changes() {
    let folder = Folder::new();
    music_24(&folder, "music.wav", 2);
    duck(&folder, &["--curve", "curve.csv", "--midi", "lane.mid"]);
    let rows = read_curve(&folder, "curve.csv");
    let (lane, end_s) = read_lane(&folder, "lane.mid");
    assert_eq!(lane[0], (0.0, 127));
    assert!((end_s - f64::from(LENGTH_S)).abs() < 1e-3, "{end_s} s");
    assert!(lane.len() > 10, "{} events", lane.len());
    assert!(lane.windows(2).all(|pair| pair[0].1 != pair[1].1));
    for row in rows {
        let until = lane.partition_point(|&(time_s, _)| time_s < row.time_s + 1e-3);
        let gain_db = 40.0 * (f32::from(lane[until - 1].1) / 127.0).log10();
        // Half a step of the controller is 0.07 dB near 127, and grows.
        assert!(
            (gain_db + row.loss_lu).abs() < 0.12,
            "{} s: {gain_db} dB for {} LU",
            row.time_s,
            row.loss_lu
        );
    }
}

#[test]
fn where_nobody_speaks_the_prints_are_empty() {
    let folder = Folder::new();
    folder.music("music.wav", 6, 20_000);
    folder.silence("silence.wav", RATE_HZ, 20_000);
    let run = folder.run(&[
        "duck",
        "silence.wav",
        "music.wav",
        "-o",
        "out.wav",
        "--delta",
        "delta.wav",
        "--curve",
        "curve.csv",
        "--midi",
        "lane.mid",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (spec, delta) = read_float(&folder.path("delta.wav"));
    assert_eq!((spec.channels, delta.len()), (6, 120_000));
    assert!(delta.iter().all(|sample| sample.to_bits() == 0));
    for row in read_curve(&folder, "curve.csv") {
        assert!(row.cut_band_db.iter().all(|&cut_db| cut_db == 0.0));
        assert_eq!(row.loss_lu, 0.0);
    }
    assert_eq!(read_lane(&folder, "lane.mid").0, [(0.0, 127)]);
}

#[test]
fn prints_that_can_not_be_are_refused_and_nothing_is_left() {
    let folder = Folder::new();
    folder.music("music.wav", 2, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    fs::create_dir(folder.path("sub")).unwrap();
    for flag in ["--delta", "--curve", "--midi"] {
        for (path, what) in [
            ("music.wav", "is also an input"),
            ("voice.wav", "is also an input"),
            ("out.wav", "is given for two outputs"),
            ("sub/../out.wav", "is given for two outputs"),
            ("sub", "is a folder"),
            ("none/print", "there is no folder none"),
        ] {
            let args = [
                "duck",
                "voice.wav",
                "music.wav",
                "-o",
                "out.wav",
                flag,
                path,
            ];
            folder.refuses(&args, path, what);
        }
    }
    let args = ["duck", "voice.wav", "music.wav", "-o", "out.wav"];
    let same = ["--delta", "print", "--curve", "./print"];
    folder.refuses(&[&args[..], &same].concat(), "./print", "for two outputs");
    let same = ["--curve", "print", "--midi", "print"];
    folder.refuses(&[&args[..], &same].concat(), "print", "for two outputs");
}

#[test]
fn if_the_music_is_damaged_no_print_is_left() {
    let folder = Folder::new();
    folder.silence("voice.wav", RATE_HZ, 48_000);
    let flac = fs::read(demo::path("music.flac")).unwrap();
    let middle = flac.len() / 2;
    let hole = [&flac[..middle], &flac[middle + 40_000..]].concat();
    fs::write(folder.path("hole.flac"), hole).unwrap();
    let args = ["duck", "voice.wav", "hole.flac", "-o", "out.wav"];
    let prints = ["--delta", "d.wav", "--curve", "c.csv", "--midi", "m.mid"];
    folder.refuses(&[&args[..], &prints].concat(), "hole.flac", "is missing");
}
