//! Advice is true: after the advised move the same meter finds what was promised.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use crate::common::{engine, log_of, run, scaled};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::clash::verdict::Verdict;
use underscore::lines::advice::advise;
use underscore::lines::log::Line;
use underscore::lines::moves::BandCut;
use underscore::psycho::bands::edges_hz;
use underscore::settings::Settings;

fn lines(dialogue: &Channels, music: &Channels) -> Vec<Line> {
    let settings = Settings::default();
    let (_, snapshots) = run(&mut engine(1, 2), dialogue, music, &settings, &[512]);
    log_of(&snapshots).lines().collect()
}

/// The cut of an ideal equaliser, over the whole recording.
fn equalised(music: &Channels, cut: &BandCut) -> Channels {
    let num_samples = music[0].len();
    let mut planner = FftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(num_samples);
    let backward = planner.plan_fft_inverse(num_samples);
    let bin_hz = RATE_HZ / num_samples as f64;
    let cut_hz = edges_hz(cut.low_band_idx).0..edges_hz(cut.high_band_idx).1;
    let gain = 10f32.powf(-cut.cut_db / 20.0);
    music
        .iter()
        .map(|channel| {
            let mut bins: Vec<Complex<f32>> = channel.iter().map(|&x| x.into()).collect();
            forward.process(&mut bins);
            for (bin_idx, bin) in bins.iter_mut().enumerate() {
                let frequency_hz = bin_idx.min(num_samples - bin_idx) as f64 * bin_hz;
                *bin *= if cut_hz.contains(&frequency_hz) {
                    gain / num_samples as f32
                } else {
                    1.0 / num_samples as f32
                };
            }
            backward.process(&mut bins);
            bins.iter().map(|x| x.re).collect()
        })
        .collect()
}

#[test]
fn the_advised_move_brings_the_promised_index() {
    let (dialogue, music) = (
        demo::dialogue_at(0.0..demo::LENGTH_S),
        demo::music_at(0.0..demo::LENGTH_S),
    );
    let before = lines(&dialogue, &music);
    let mut num_moves = 0;
    for (line_idx, line) in before.iter().enumerate() {
        let advice = advise(line);
        assert_eq!(advice.is_clear(), line.verdict() == Verdict::Clear);
        for remedy in advice.remedies {
            let fader = remedy.fader_cut_db.map(|fader| {
                let what = format!("-{} dB on the fader", fader.what);
                (scaled(&music, -fader.what), fader.sii, what)
            });
            let cut = remedy.cut.map(|cut| {
                let what = format!("{:?}", cut.what);
                (equalised(&music, &cut.what), cut.sii, what)
            });
            for (music, promised_sii, what) in fader.into_iter().chain(cut) {
                let after = &lines(&dialogue, &music)[line_idx];
                let sii = after.figures.sii;
                assert!(
                    (sii - promised_sii).abs() < 0.02,
                    "line {line_idx}, {what}: {sii}, promised {promised_sii}"
                );
                assert!(after.clash_percent < line.clash_percent);
                num_moves += 1;
            }
        }
    }
    assert!(num_moves >= 8, "{num_moves} moves");
}
