//! Speech activity on the demo scene with what a production track holds mixed in. The same
//! measures on a larger set, with real voices: docs/speech-activity.md.

use std::f64::consts::TAU;

use fastrand::Rng;
use underscore::dsp::biquad::Biquad;
use underscore::settings::Settings;
use underscore::snapshot::Snapshot;

use crate::common::{confirmed, engine, log_of, run};
use test_support::demo::{self, RATE_HZ};

/// Labels and decisions are compared every 5 ms.
const FRAME_SAMPLES: usize = 240;
const FRAME_MS: usize = 5;
/// Pauses up to this are part of a line, as the hold makes them, frames (200 ms).
const MAX_PAUSE_FRAMES: usize = 40;
/// For so long a line may be held, frames (250 ms).
const MAX_HOLD_FRAMES: usize = 50;

/// White noise through one-pole low-passes at each corner, of RMS 1.
fn coloured(random: &mut Rng, corners_hz: &[f64], num_samples: usize) -> Vec<f64> {
    let mut samples: Vec<f64> = (0..num_samples).map(|_| 2.0 * random.f64() - 1.0).collect();
    for corner_hz in corners_hz {
        let share = 1.0 - (-TAU * corner_hz / RATE_HZ).exp();
        let mut low = 0.0;
        for x in &mut samples {
            low += share * (*x - low);
            *x = low;
        }
    }
    let rms = rms(&samples);
    samples.iter().map(|x| x / rms).collect()
}

fn rms(samples: &[f64]) -> f64 {
    (samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64).sqrt()
}

fn gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Mean square in windows of 20 ms every 5 ms.
fn frame_powers(samples: &[f64]) -> Vec<f64> {
    (0..samples.len() / FRAME_SAMPLES)
        .map(|frame_idx| {
            let centre = frame_idx * FRAME_SAMPLES + FRAME_SAMPLES / 2;
            let window = &samples[centre.saturating_sub(480)..(centre + 480).min(samples.len())];
            rms(window).powi(2)
        })
        .collect()
}

/// Spoken frames as ranges: within 35 dB of the mean power of all frames within 30 dB of the
/// loudest; pauses up to 200 ms filled, bursts under 30 ms dropped. Also the RMS of that mean.
fn label(voice: &[f64]) -> (Vec<(usize, usize)>, f64) {
    // Rumble below the voice is none of it.
    let mut high_pass = Biquad::high_pass(RATE_HZ, 80.0);
    let voice: Vec<f64> = voice.iter().map(|&x| high_pass.process(x)).collect();
    let powers = frame_powers(&voice);
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    let active: Vec<f64> = powers
        .iter()
        .copied()
        .filter(|&p| p > 1e-3 * loudest)
        .collect();
    let active_power = active.iter().sum::<f64>() / active.len() as f64;
    let mut spoken: Vec<(usize, usize)> = Vec::new();
    for (frame_idx, _) in powers
        .iter()
        .enumerate()
        .filter(|&(_, &p)| p > active_power * gain(-35.0).powi(2))
    {
        match spoken.last_mut() {
            Some((_, end)) if frame_idx - *end < MAX_PAUSE_FRAMES => *end = frame_idx + 1,
            _ => spoken.push((frame_idx, frame_idx + 1)),
        }
    }
    spoken.retain(|(start, end)| end - start >= 6);
    (spoken, active_power.sqrt())
}

/// How well the engine found the speech.
#[derive(Debug)]
struct Figures {
    found_percent: f64,
    false_percent: f64,
    /// Median over the lines, ms.
    onset_late_ms: usize,
    /// Longest over the lines, ms.
    held_ms: usize,
}

/// Which frames the engine calls speech: at once, and as a list that dates onsets back.
fn decisions(snapshots: &[Snapshot], num_frames: usize) -> [Vec<bool>; 2] {
    let live: Vec<bool> = snapshots.iter().map(|s| s.is_speech).collect();
    let listed = confirmed(snapshots);
    [live, listed].map(|hops| {
        (0..num_frames)
            .map(|frame_idx| {
                let middle = (frame_idx * FRAME_SAMPLES + FRAME_SAMPLES / 2) as i64;
                let hop_idx = snapshots.partition_point(|s| s.position_samples < middle);
                hops[hop_idx.min(hops.len() - 1)]
            })
            .collect()
    })
}

fn figures(is_speech: &[bool], spoken: &[(usize, usize)]) -> Figures {
    let share = |frames: &mut dyn Iterator<Item = usize>| {
        let (mut num, mut num_true) = (0, 0);
        for frame_idx in frames {
            num += 1;
            num_true += usize::from(is_speech[frame_idx]);
        }
        100.0 * f64::from(num_true as u32) / f64::from(num.max(1))
    };
    let num_frames = is_speech.len();
    let next_start = |line_idx: usize| spoken.get(line_idx + 1).map_or(num_frames, |next| next.0);
    let silent = |frame_idx: usize| {
        !spoken
            .iter()
            .any(|&(start, end)| (start..end + MAX_HOLD_FRAMES).contains(&frame_idx))
    };
    let mut onsets: Vec<usize> = spoken
        .iter()
        .map(|&(start, end)| {
            is_speech[start..end]
                .iter()
                .position(|&x| x)
                .unwrap_or(9999)
        })
        .collect();
    onsets.sort_unstable();
    let held = (0..spoken.len())
        .filter(|&line_idx| next_start(line_idx) - spoken[line_idx].1 > MAX_HOLD_FRAMES + 20)
        .map(|line_idx| {
            let pause = &is_speech[spoken[line_idx].1..next_start(line_idx)];
            pause.iter().position(|&x| !x).unwrap_or(pause.len())
        })
        .max();
    Figures {
        found_percent: share(&mut spoken.iter().flat_map(|&(start, end)| start..end)),
        false_percent: share(&mut (0..num_frames).filter(|&frame_idx| silent(frame_idx))),
        onset_late_ms: FRAME_MS * onsets[onsets.len() / 2],
        held_ms: FRAME_MS * held.expect("a pause"),
    }
}

/// Figures for `voice` with `sounds` added: live, and as listed.
fn measure(voice: &[f64], sounds: &[f64], trim_db: f32) -> [Figures; 2] {
    let (spoken, _) = label(voice);
    let mixed = voice.iter().zip(sounds).map(|(a, b)| (a + b) as f32);
    let dialogue = vec![mixed.collect::<Vec<f32>>()];
    let silence = vec![vec![0.0; voice.len()]];
    let settings = Settings {
        trim_db,
        ..Settings::default()
    };
    let (_, snapshots) = run(&mut engine(1, 1), &dialogue, &silence, &settings, &[512]);
    decisions(&snapshots, voice.len() / FRAME_SAMPLES).map(|d| figures(&d, &spoken))
}

fn voice() -> Vec<f64> {
    let dialogue = demo::dialogue_at(0.0..30.0);
    dialogue[0].iter().map(|&x| f64::from(x)).collect()
}

/// `sound` from each of `starts_s` on.
fn placed(sound: &[f64], starts_s: impl IntoIterator<Item = f64>, num_samples: usize) -> Vec<f64> {
    let mut sum = vec![0.0; num_samples];
    for start_s in starts_s {
        let slots = sum.iter_mut().skip((start_s * RATE_HZ) as usize);
        for (slot, x) in slots.zip(sound) {
            *slot += x;
        }
    }
    sum
}

/// `shape(time in s)` for `seconds`.
fn sound(seconds: f64, mut shape: impl FnMut(f64) -> f64) -> Vec<f64> {
    (0..(seconds * RATE_HZ) as usize)
        .map(|n| shape(n as f64 / RATE_HZ))
        .collect()
}

/// Bounds: found %, false %, median onset ms, longest hold ms.
type Bounds = (f64, f64, usize, usize);

fn check(name: &str, measured: &[Figures; 2], live: Bounds, listed: Bounds) {
    for (kind, figures, bounds) in [
        ("live", &measured[0], live),
        ("listed", &measured[1], listed),
    ] {
        println!("{name}, {kind}: {figures:?}");
        let (found_percent, false_percent, onset_late_ms, held_ms) = bounds;
        assert!(
            figures.found_percent >= found_percent,
            "{name}, {kind}: {figures:?}"
        );
        assert!(
            figures.false_percent <= false_percent,
            "{name}, {kind}: {figures:?}"
        );
        assert!(
            figures.onset_late_ms <= onset_late_ms,
            "{name}, {kind}: {figures:?}"
        );
        assert!(figures.held_ms <= held_ms, "{name}, {kind}: {figures:?}");
    }
}

#[test]
fn the_lines_of_the_demo_are_found_at_any_trim() {
    let voice = voice();
    let silence = vec![0.0; voice.len()];
    for trim_db in [-18.0, 0.0, 24.0] {
        let measured = measure(&voice, &silence, trim_db);
        check(
            &format!("trim {trim_db} dB"),
            &measured,
            (97.0, 1.0, 40, 250),
            (99.0, 1.0, 10, 250),
        );
    }
}

#[test]
fn hum_and_production_noise_are_no_speech() {
    let voice = voice();
    let (_, active_rms) = label(&voice);
    let num_samples = voice.len();
    let mut random = Rng::with_seed(1);
    let hum = sound(30.0, |t| {
        let harmonics = [(1.0, 1.0), (2.0, 0.6), (3.0, 0.4), (4.0, 0.2)];
        let sum: f64 = harmonics
            .iter()
            .map(|&(k, gain)| gain * (TAU * 50.0 * k * t + k).sin())
            .sum();
        gain(-50.0) * sum / 0.883
    });
    check(
        "hum",
        &measure(&voice, &hum, 0.0),
        (97.0, 1.0, 40, 250),
        (99.0, 1.0, 10, 250),
    );
    let brown: Vec<f64> = coloured(&mut random, &[40.0], num_samples)
        .iter()
        .map(|x| x * active_rms * gain(-10.0))
        .collect();
    // The voice's first sounds are hidden in the noise. The bounds are those of 16 noises, of which
    // the worst held a line for 300 ms and had 1.24 % of its pauses in the list.
    check(
        "rumble",
        &measure(&voice, &brown, 0.0),
        (97.0, 1.0, 40, 300),
        (99.0, 1.3, 20, 300),
    );
}

#[test]
fn clicks_footsteps_and_a_door_are_no_speech() {
    let voice = voice();
    let (_, active_rms) = label(&voice);
    let num_samples = voice.len();
    let mut random = Rng::with_seed(2);
    let click = sound(0.02, |t| {
        active_rms * gain(3.0) * (TAU * 2500.0 * t).sin() * (-t / 0.0015).exp()
    });
    let clicks = placed(
        &click,
        (0..48).map(|k| 0.2 + 0.61 * f64::from(k)),
        num_samples,
    );
    check(
        "clicks",
        &measure(&voice, &clicks, 0.0),
        (97.0, 1.0, 40, 300),
        (99.0, 1.0, 10, 300),
    );
    let rumble = coloured(&mut random, &[600.0, 600.0], 8000);
    let mut rumbles = rumble.iter();
    let step = sound(0.15, |t| {
        let x = rumbles.next().copied().unwrap_or_default();
        active_rms * gain(-8.0) * x * (-t / 0.02).exp()
    });
    let steps = placed(
        &step,
        (0..54).map(|k| 0.3 + 0.53 * f64::from(k)),
        num_samples,
    );
    check(
        "footsteps",
        &measure(&voice, &steps, 0.0),
        (97.0, 1.0, 40, 260),
        (99.0, 1.0, 10, 260),
    );
    let thump = coloured(&mut random, &[2500.0], 30_000);
    let mut thumps = thump.iter();
    let slam = sound(0.6, |t| {
        let modes: f64 = [(62.0, 0.12, 1.5), (118.0, 0.09, 1.0), (210.0, 0.06, 0.7)]
            .iter()
            .map(|(hz, decay_s, gain)| gain * (TAU * hz * t).sin() * (-t / decay_s).exp())
            .sum();
        let x = thumps.next().copied().unwrap_or_default();
        active_rms * (modes + x * (2.0 * (-t / 0.012).exp() + 0.25 * (-t / 0.12).exp()))
    });
    let slams = placed(&slam, [0.3, 4.2, 8.2, 12.5, 20.6, 24.4], num_samples);
    check(
        "door",
        &measure(&voice, &slams, 0.0),
        (97.0, 4.0, 40, 260),
        (99.0, 1.0, 10, 260),
    );
}

#[test]
fn breaths_and_spill_of_music_open_it_rarely() {
    let voice = voice();
    let (_, active_rms) = label(&voice);
    let num_samples = voice.len();
    let mut random = Rng::with_seed(3);
    let air = coloured(&mut random, &[6000.0], 24_000);
    let mut airs = air.iter();
    let breath = sound(0.4, |t| {
        let x = airs.next().copied().unwrap_or_default();
        active_rms * gain(-20.0) * x * (TAU * t / 0.8).sin()
    });
    let breaths = placed(
        &breath,
        [0.4, 4.4, 8.6, 12.6, 16.6, 21.1, 24.9],
        num_samples,
    );
    check(
        "breaths",
        &measure(&voice, &breaths, 0.0),
        (97.0, 1.0, 40, 260),
        (99.0, 1.0, 10, 260),
    );
    let music = demo::music_at(0.0..30.0);
    let spill: Vec<f64> = music[0].iter().map(|&x| f64::from(x)).collect();
    let scale = active_rms * gain(-20.0) / rms(&spill);
    let spill: Vec<f64> = spill.iter().map(|x| x * scale).collect();
    check(
        "spill",
        &measure(&voice, &spill, 0.0),
        (97.0, 3.0, 40, 350),
        (99.0, 3.0, 10, 350),
    );
}

#[test]
fn a_shout_and_a_child_are_speech() {
    let voice = voice();
    let shout: Vec<f64> = voice.iter().map(|x| (3.2 * x).tanh()).collect();
    let silence = vec![0.0; voice.len()];
    check(
        "shout",
        &measure(&shout, &silence, 0.0),
        (97.0, 1.0, 40, 250),
        (99.0, 1.0, 10, 250),
    );
    // Read 1.3 times as fast: pitch and formants of a child, who speaks fast.
    let child: Vec<f64> = (0..(voice.len() as f64 / 1.3) as usize - 1)
        .map(|n| {
            let position = 1.3 * n as f64;
            let (before, after) = (voice[position as usize], voice[position as usize + 1]);
            before + (after - before) * position.fract()
        })
        .collect();
    let measured = measure(&child, &silence[..child.len()], 0.0);
    check(
        "child",
        &measured,
        (97.0, 1.0, 40, 250),
        (99.0, 1.0, 10, 250),
    );
}

#[test]
fn a_listed_line_ends_with_its_last_sound() {
    let voice = voice();
    let (spoken, _) = label(&voice);
    let dialogue = vec![voice.iter().map(|&x| x as f32).collect::<Vec<f32>>()];
    let silence = vec![vec![0.0; voice.len()]];
    let settings = Settings::default();
    let (_, snapshots) = run(&mut engine(1, 1), &dialogue, &silence, &settings, &[512]);
    for line in log_of(&snapshots).lines() {
        let end = (line.end_s * RATE_HZ) as usize / FRAME_SAMPLES;
        let late = spoken
            .iter()
            .map(|&(_, spoken_end)| end as i64 - spoken_end as i64);
        let late_ms = late.min_by_key(|frames| frames.abs()).expect("a line") * FRAME_MS as i64;
        assert!(late_ms.abs() < 60, "{late_ms} ms late at {} s", line.end_s);
    }
}

#[test]
fn music_in_the_dialogue_makes_no_line() {
    let music = demo::music_at(0.0..demo::LENGTH_S);
    let (dialogue, silence) = (vec![music[0].clone()], vec![vec![0.0; music[0].len()]]);
    let settings = Settings::default();
    let (_, snapshots) = run(&mut engine(1, 1), &dialogue, &silence, &settings, &[512]);
    let lines: Vec<f64> = log_of(&snapshots)
        .lines()
        .map(|line| line.start_s)
        .collect();
    assert_eq!(lines, [0.0; 0]);
}

#[test]
fn pauses_under_350_ms_do_not_split_a_line_and_longer_ones_do() {
    let voice = voice();
    let (spoken, _) = label(&voice);
    // A line of a second or more, whose ends are clear.
    let &(start, end) = spoken
        .iter()
        .find(|(start, end)| end - start > 200)
        .expect("a line");
    let line = &voice[start * FRAME_SAMPLES..end * FRAME_SAMPLES];
    // The gate hears pauses longer than they are, and counts 30 ms less: those of digital silence it hears as
    // they are, so 380 ms count as 350.
    for (pause_ms, num_lines) in [(200, 1), (320, 1), (400, 2), (480, 2), (700, 2)] {
        let silence = vec![0.0; RATE_HZ as usize];
        let pause = vec![0.0; RATE_HZ as usize * pause_ms / 1000];
        let dialogue: Vec<f32> = [&silence, line, &pause, line, &silence]
            .into_iter()
            .flatten()
            .map(|&x| x as f32)
            .collect();
        let music = vec![vec![0.0; dialogue.len()]];
        let settings = Settings::default();
        let (_, snapshots) = run(
            &mut engine(1, 1),
            &vec![dialogue],
            &music,
            &settings,
            &[512],
        );
        let lines: Vec<(f64, f64)> = log_of(&snapshots)
            .lines()
            .map(|line| (line.start_s, line.end_s))
            .collect();
        assert_eq!(
            lines.len(),
            num_lines,
            "a pause of {pause_ms} ms: {lines:?}"
        );
    }
}

/// The demo's dialogue with its second and fifth line, both after loud ones, softer by `softer_db`.
fn with_soft_lines(softer_db: f64) -> Vec<f64> {
    let mut voice = voice();
    for line_s in [demo::LINE_2_S, demo::LINE_5_S] {
        let samples = [line_s.start - 0.2, line_s.end + 0.2].map(|at_s| (at_s * RATE_HZ) as usize);
        for x in &mut voice[samples[0]..samples[1]] {
            *x *= gain(-softer_db);
        }
    }
    voice
}

#[test]
fn soft_lines_after_loud_ones_are_listed_from_where_they_begin_and_ducked() {
    let (spoken, _) = label(&voice());
    for (softer_db, least_percent) in [(20.0, 95.0), (26.0, 90.0), (32.0, 80.0)] {
        let voice = with_soft_lines(softer_db);
        let dialogue = vec![voice.iter().map(|&x| x as f32).collect::<Vec<f32>>()];
        let silence = vec![vec![0.0; voice.len()]];
        let settings = Settings::default();
        let (_, snapshots) = run(&mut engine(1, 1), &dialogue, &silence, &settings, &[512]);
        let [live, listed] = decisions(&snapshots, voice.len() / FRAME_SAMPLES);
        for line_s in [demo::LINE_2_S, demo::LINE_5_S] {
            let frames = |at_s: f64| (at_s * 1000.0) as usize / FRAME_MS;
            let (start, end) = (frames(line_s.start), frames(line_s.end));
            let of_line: Vec<usize> = spoken
                .iter()
                .flat_map(|&(start, end)| start..end)
                .filter(|frame_idx| (start - 20..end + 20).contains(frame_idx))
                .collect();
            for (kind, is_speech) in [("listed", &listed), ("live", &live)] {
                let num_found = of_line.iter().filter(|&&idx| is_speech[idx]).count();
                let percent = 100.0 * num_found as f64 / of_line.len() as f64;
                let first = of_line.iter().position(|&idx| is_speech[idx]);
                let late_ms = FRAME_MS * first.unwrap_or(of_line.len());
                println!(
                    "{softer_db} dB softer, {kind} from {:.2} s: {percent:.1} %, {late_ms} ms late",
                    line_s.start
                );
                assert!(
                    percent >= least_percent,
                    "{softer_db} dB, {kind}: {percent:.1} %"
                );
                assert!(late_ms <= 200, "{softer_db} dB, {kind}: {late_ms} ms late");
            }
        }
    }
}
