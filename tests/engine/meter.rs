//! What the meter promises: clear means clear, less music is never worse, and figures don't depend on
//! sample rate, layout or on how loud the pair is recorded.

use fastrand::Rng;
use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Resampler};

use crate::common::{clashing_line, log_of, run, scaled};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::clash::follower::{Clash, ClashFollower, Voices};
use underscore::clash::meter::SiiMeter;
use underscore::clash::verdict::{Verdict, clash_percent};
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::lines::log::{Line, Summary};
use underscore::psycho::bands::{NUM_BANDS, PerBand};
use underscore::psycho::situation::Situation;
use underscore::settings::Settings;

/// What the log says of a pair at a sample rate.
fn check_at(
    rate_hz: f64,
    dialogue: &Channels,
    music: &Channels,
    settings: &Settings,
) -> (Vec<Line>, Summary) {
    let layout = |channels: &Channels| Layout::from_num_channels(channels.len()).expect("a layout");
    let mut engine =
        Engine::prepare(rate_hz, layout(dialogue), layout(music)).expect("a usual rate");
    let log = log_of(&run(&mut engine, dialogue, music, settings, &[512]).1);
    (log.lines().collect(), log.summary())
}

fn check(dialogue: &Channels, music: &Channels) -> Summary {
    check_at(RATE_HZ, dialogue, music, &Settings::default()).1
}

/// Asserts that all figures are the same within a hundredth.
fn assert_same(got: &Summary, want: &Summary, what: &str) {
    for (got, want) in [
        (got.figures.sii, want.figures.sii),
        (
            got.figures.sii_without_music,
            want.figures.sii_without_music,
        ),
        (got.figures.audibility, want.figures.audibility),
        (got.clash_percent / 100.0, want.clash_percent / 100.0),
    ] {
        assert!((got - want).abs() < 0.01, "{what}: {got}, not {want}");
    }
}

#[test]
fn a_line_is_clear_over_music_20_lu_under_it() {
    let (dialogue, music) = clashing_line();
    let (lines, _) = check_at(RATE_HZ, &dialogue, &music, &Settings::default());
    assert_eq!(lines[0].verdict(), Verdict::Masked);
    let gain_db = lines[0].loudness_difference_lu - 20.0;
    let (lines, _) = check_at(
        RATE_HZ,
        &dialogue,
        &scaled(&music, gain_db),
        &Settings::default(),
    );
    assert!((lines[0].loudness_difference_lu - 20.0).abs() < 0.01);
    for line in lines {
        assert_eq!(line.verdict(), Verdict::Clear, "{:?}", line.figures);
        assert!(line.clash_percent < 3.0, "{} %", line.clash_percent);
    }
}

/// What a model says of the next hop, of speech.
fn read(model: &mut ClashFollower, voices: Voices, voice: &PerBand, music: &PerBand) -> Clash {
    model.follow(voice, music, None);
    model.read(voices, &Situation::reference(79.0), 79.0)
}

#[test]
fn less_music_in_any_band_is_never_worse() {
    let mut random = Rng::with_seed(11);
    for _ in 0..200 {
        let mut uniform = || random.f32();
        // Up to 60 dB between bands and up to 12 dB from hop to hop.
        let mut spectrum = || -> PerBand { [0.0; NUM_BANDS].map(|_| 10f32.powf(-8.0 * uniform())) };
        let (voice, music) = (spectrum(), spectrum());
        let gains: PerBand = [0.0; NUM_BANDS].map(|_| uniform().powi(2));
        let levels: Vec<(f32, f32)> = (0..60)
            .map(|_| (10f32.powf(-1.2 * uniform()), 10f32.powf(-1.2 * uniform())))
            .collect();
        let (mut before, mut after) = (ClashFollower::new(187.5), ClashFollower::new(187.5));
        for (hop_idx, (voice_gain, music_gain)) in levels.into_iter().enumerate() {
            // A voice comes and goes in the music.
            let is_music_voice = hop_idx % 20 >= 10;
            let voice = voice.map(|power| power * voice_gain);
            let music = music.map(|power| power * music_gain);
            let mut less = music;
            for (less, gain) in less.iter_mut().zip(gains) {
                *less *= gain;
            }
            let voices = Voices {
                is_speech: true,
                is_music_voice,
            };
            let before = read(&mut before, voices, &voice, &music);
            let after = read(&mut after, voices, &voice, &less);
            assert!(after.percent <= before.percent + 1e-3);
            assert!(after.hop.sii >= before.hop.sii - 1e-6);
            assert!(after.hop.audibility >= before.hop.audibility - 1e-6);
        }
    }
}

#[test]
fn the_same_sound_has_the_same_figures_however_it_is_recorded() {
    let (dialogue, music) = clashing_line();
    let settings = |monitor_db_spl| Settings {
        monitor_db_spl,
        ..Settings::default()
    };
    let (_, want) = check_at(RATE_HZ, &dialogue, &music, &settings(79.0));
    let quieter = (scaled(&dialogue, -6.0), scaled(&music, -6.0));
    let (_, got) = check_at(RATE_HZ, &quieter.0, &quieter.1, &settings(85.0));
    assert_same(&got, &want, "6 dB lower, played 6 dB louder");
}

#[test]
fn moving_both_moves_a_verdict_only_where_hearing_says_so() {
    let (dialogue, music) = (
        demo::dialogue_at(0.0..demo::LENGTH_S),
        demo::music_at(0.0..demo::LENGTH_S),
    );
    let verdicts = |gain_db: f32| -> Vec<(Verdict, f32)> {
        let pair = (scaled(&dialogue, gain_db), scaled(&music, gain_db));
        let (lines, _) = check_at(RATE_HZ, &pair.0, &pair.1, &Settings::default());
        lines
            .iter()
            .map(|line| (line.verdict(), line.figures.audibility))
            .collect()
    };
    let want = verdicts(0.0);
    assert_eq!(want.len(), 7);
    for gain_db in [-6.0, 6.0] {
        for (got, want) in verdicts(gain_db).iter().zip(&want) {
            assert_eq!(got.0, want.0, "{gain_db} dB");
            // Masking spreads further up when it is louder.
            assert!(
                (got.1 - want.1).abs() < 0.06,
                "{gain_db} dB: {} {}",
                got.1,
                want.1
            );
        }
    }
}

#[test]
fn the_level_of_the_monitors_matters() {
    let (dialogue, music) = clashing_line();
    // A whisper: much of it is near the threshold of hearing.
    let (dialogue, music) = (scaled(&dialogue, -25.0), scaled(&music, -60.0));
    let at = |monitor_db_spl| {
        let settings = Settings {
            monitor_db_spl,
            ..Settings::default()
        };
        check_at(RATE_HZ, &dialogue, &music, &settings).1.figures
    };
    let (near_field, dub_stage) = (at(79.0), at(85.0));
    assert!(
        dub_stage.sii_without_music > near_field.sii_without_music + 0.02,
        "{near_field:?} {dub_stage:?}"
    );
}

#[test]
fn the_same_figures_at_every_sample_rate() {
    let (dialogue, music) = (demo::dialogue_at(0.0..16.5), demo::music_at(0.0..16.5));
    let settings = Settings::default();
    let (want_lines, want) = check_at(RATE_HZ, &dialogue, &music, &settings);
    assert!(want.clash_percent > 20.0 && want.clash_percent < 80.0);
    for rate_hz in [44_100, 88_200, 96_000, 192_000] {
        let pair = (resampled(&dialogue, rate_hz), resampled(&music, rate_hz));
        let (lines, got) = check_at(f64::from(rate_hz), &pair.0, &pair.1, &settings);
        assert_eq!(lines.len(), want_lines.len(), "{rate_hz} Hz");
        for (got, want) in lines.iter().zip(&want_lines) {
            let (got_sii, want_sii) = (got.figures.sii, want.figures.sii);
            assert_eq!(got.verdict(), want.verdict(), "{rate_hz} Hz: {got_sii}");
            assert!(
                (got_sii - want_sii).abs() < 0.01,
                "{rate_hz} Hz: {got_sii}, not {want_sii}"
            );
            let (got_percent, want_percent) = (got.clash_percent, want.clash_percent);
            assert!(
                (got_percent - want_percent).abs() < 1.0,
                "{rate_hz} Hz: {got_percent} %, not {want_percent}"
            );
        }
        assert_same(&got, &want, &format!("{rate_hz} Hz"));
        let (got_lu, want_lu) = (got.loudness_difference_lu, want.loudness_difference_lu);
        assert!(
            (got_lu - want_lu).abs() < 0.1,
            "{rate_hz} Hz: {got_lu} LU, not {want_lu}"
        );
    }
}

#[test]
fn the_same_figures_in_mono_stereo_and_surround_of_the_same_energy() {
    let (dialogue, music) = clashing_line();
    let mono = &music[0];
    let shared =
        |num_channels: f32| -> Vec<f32> { mono.iter().map(|x| x / num_channels.sqrt()).collect() };
    let want = check(&dialogue, &vec![mono.clone()]);
    let stereo = check(&dialogue, &vec![shared(2.0); 2]);
    assert_same(&stereo, &want, "stereo");
    assert!((stereo.loudness_difference_lu - want.loudness_difference_lu).abs() < 0.01);
    // The LFE is full of rumble that nobody measures.
    let mut surround = vec![shared(5.0); 6];
    surround[3].fill(0.5);
    let surround = check(&dialogue, &surround);
    assert_same(&surround, &want, "5.1");
    // BS.1770 counts two of five channels 1.41 times.
    let louder_lu = 10.0 * ((3.0 + 2.0 * 1.41) / 5.0f32).log10();
    let difference_lu = want.loudness_difference_lu - surround.loudness_difference_lu;
    assert!(
        (difference_lu - louder_lu).abs() < 0.01,
        "{difference_lu} LU"
    );
    let stereo_dialogue: Channels = vec![
        dialogue[0]
            .iter()
            .map(|x| x * std::f32::consts::FRAC_1_SQRT_2)
            .collect();
        2
    ];
    assert_same(
        &check(&stereo_dialogue, &vec![mono.clone()]),
        &want,
        "stereo dialogue",
    );
}

/// `channels` from 48 kHz to `rate_hz`, aligned to within a sample.
fn resampled(channels: &Channels, rate_hz: u32) -> Channels {
    let num_frames = channels[0].len();
    let mut converter = Fft::<f32>::new(
        48_000,
        rate_hz as usize,
        4096,
        channels.len(),
        FixedSync::Both,
    )
    .expect("a usual pair of rates");
    let delay = converter.output_delay();
    let num_out = num_frames * rate_hz as usize / 48_000;
    let mut output: Channels = vec![Vec::new(); channels.len()];
    let mut start = 0;
    while output[0].len() < num_out + delay {
        let num_in = converter.input_frames_next();
        let block: Channels = channels
            .iter()
            .map(|channel| {
                let mut block: Vec<f32> =
                    channel.iter().skip(start).take(num_in).copied().collect();
                block.resize(num_in, 0.0);
                block
            })
            .collect();
        start += num_in;
        let mut converted = vec![vec![0.0; converter.output_frames_next()]; channels.len()];
        let input = SequentialSliceOfVecs::new(&block, channels.len(), num_in).expect("sizes fit");
        let num_converted = converted[0].len();
        let mut adapter =
            SequentialSliceOfVecs::new_mut(&mut converted, channels.len(), num_converted)
                .expect("sizes fit");
        converter
            .process_into_buffer(&input, &mut adapter, None)
            .expect("the converter runs");
        for (output, converted) in output.iter_mut().zip(&converted) {
            output.extend(converted);
        }
    }
    for channel in &mut output {
        channel.drain(..delay);
        channel.truncate(num_out);
    }
    output
}

#[test]
fn a_lead_vocal_counts_and_less_of_the_song_never_clashes_more() {
    // Over the line at 4.95 s the voice of the line at 17.2 s, as the lead of the music.
    let dialogue = demo::dialogue_at(3.8..8.3);
    let lead = demo::dialogue_at(16.2..20.7);
    let mut song = scaled(&demo::music_at(3.8..8.3), -6.0);
    for channel in &mut song {
        for (x, lead) in channel.iter_mut().zip(&lead[0]) {
            *x += 0.7 * lead;
        }
    }
    let mut previous = f32::INFINITY;
    for gain_db in [0.0, -1.0, -3.0, -6.0, -12.0, -24.0, -40.0] {
        let (lines, summary) = check_at(
            RATE_HZ,
            &dialogue,
            &scaled(&song, gain_db),
            &Settings::default(),
        );
        assert!(summary.clash_percent <= previous, "{gain_db} dB");
        previous = summary.clash_percent;
        if gain_db > -10.0 {
            let [line] = &lines[..] else {
                panic!("{gain_db} dB: {} lines", lines.len());
            };
            assert!(line.composer.has_lead_vocal(), "{gain_db} dB");
            let meter = SiiMeter::new();
            let figures = line.levels.iter().map(|levels| meter.read(levels, 79.0));
            let (mut audibility, mut without) = (0.0, 0.0);
            for figures in figures {
                audibility += figures.audibility / line.levels.len() as f32;
                without += figures.audibility_without_music / line.levels.len() as f32;
            }
            let played = clash_percent(audibility, without);
            println!(
                "{gain_db} dB: {} %, instruments {played} %",
                line.clash_percent
            );
            assert!(
                line.clash_percent > 1.1 * played,
                "{gain_db} dB: {played} %"
            );
        }
    }
    assert!(previous < 1.0, "{previous} %");
}
