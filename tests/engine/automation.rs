//! Settings automated at audio rate, toggled with every block, or at their extremes: no cut beyond Max
//! cut, no band louder, nothing that isn't finite.

use fastrand::Rng;
use realfft::RealFftPlanner;

use crate::common::{ducking, engine};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use test_support::noise::white;
use underscore::psycho::bands::{NUM_BANDS, edges_hz};
use underscore::settings::{
    AMOUNT_LU, ATTACK_MS, Continuous, FOCUS, HIGH_HZ, HOLD_MS, LOW_HZ, MAX_CUT_DB, MONITOR_DB_SPL,
    Mode, RELEASE_MS, Range, Settings, Steer, TARGET, TRIM_DB,
};
use underscore::snapshot::Snapshot;

/// What the bells may add to a band beside a steep flank, with what a moving gain spreads into it, dB:
/// in all of the run, and in any 171 ms, where the noise itself is uneven.
const MOST_BOOST_DB: f64 = 0.1;
const MOST_BOOST_IN_WINDOW_DB: f64 = 0.5;

/// What they may take beyond the deepest cut, dB.
const MOST_EXCESS_DB: f64 = 0.5;

/// Settings with each value where `place` puts it in its range, 0 to 1, as it is asked for one after
/// another.
fn placed(mut place: impl FnMut() -> f32) -> Settings {
    let mut at = |row: Continuous| {
        let Range { min, max, .. } = row.range;
        min + (max - min) * place()
    };
    Settings {
        mode: if at(TARGET) < TARGET.range.min + 0.1 * (TARGET.range.max - TARGET.range.min) {
            Mode::Meter
        } else {
            Mode::Duck
        },
        steer: if at(TARGET) > TARGET.range.default {
            Steer::Target
        } else {
            Steer::Amount
        },
        amount_lu: at(AMOUNT_LU),
        target: at(TARGET),
        max_cut_db: at(MAX_CUT_DB),
        attack_ms: at(ATTACK_MS),
        hold_ms: at(HOLD_MS),
        release_ms: at(RELEASE_MS),
        low_hz: at(LOW_HZ),
        high_hz: at(HIGH_HZ),
        trim_db: at(TRIM_DB),
        focus: at(FOCUS),
        monitor_db_spl: at(MONITOR_DB_SPL),
        ..Settings::default()
    }
}

/// The demo's line, and noise in six channels that falls by 3 dB per octave or so.
fn line_in_noise() -> (Channels, Channels) {
    let dialogue = demo::dialogue_at(4.9..7.9);
    let mut white = white(1.0, 9);
    let noise = |_| {
        let (mut slow, mut slower) = (0.0, 0.0);
        let white = white.by_ref().take(dialogue[0].len());
        white
            .map(|white| {
                slow += 0.2 * (white - slow);
                slower += 0.02 * (white - slower);
                0.02 * white + 0.08 * slow + 0.25 * slower
            })
            .collect()
    };
    let music = (0..6).map(noise).collect();
    (dialogue, music)
}

type PerBand = [f64; NUM_BANDS];

/// Powers of the bands in windows of 171 ms, one after another, half overlapping, summed over
/// channels.
fn band_powers(channels: &Channels, channel_idxs: &[usize]) -> Vec<PerBand> {
    const NUM: usize = 8192;
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(NUM);
    let mut bins = fft.make_output_vec();
    let num_windows = (channels[0].len() - NUM) / (NUM / 2) + 1;
    let mut powers = vec![[0.0; NUM_BANDS]; num_windows];
    for &channel_idx in channel_idxs {
        let windows = channels[channel_idx].windows(NUM).step_by(NUM / 2);
        for (powers, window) in powers.iter_mut().zip(windows) {
            let turn = |n: usize| std::f64::consts::TAU * n as f64 / NUM as f64;
            let samples = window.iter().enumerate();
            let mut part: Vec<f64> = samples
                .map(|(n, &x)| f64::from(x) * (0.5 - 0.5 * turn(n).cos()))
                .collect();
            fft.process(&mut part, &mut bins)
                .expect("lengths from the plan");
            for (band_idx, power) in powers.iter_mut().enumerate() {
                let (low_hz, high_hz) = edges_hz(band_idx);
                let bin = |hz: f64| (hz * NUM as f64 / RATE_HZ).round() as usize;
                let within = &bins[bin(low_hz)..bin(high_hz)];
                *power += within.iter().map(|bin| bin.norm_sqr()).sum::<f64>();
            }
        }
    }
    powers
}

/// Plays the noise under the line in blocks of so many samples, each with the next of the settings,
/// and asserts what must hold. Gives the deepest cut, dB.
#[track_caller]
fn holds(what: &str, block_samples: usize, mut next: impl FnMut(usize) -> Settings) -> f32 {
    let (dialogue, music) = line_in_noise();
    let num_samples = music[0].len();
    let mut engine = engine(1, music.len());
    let mut output = music.clone();
    let (mut deepest_db, mut highest_max_db) = (0.0f32, 0.0f32);
    for start in (0..num_samples).step_by(block_samples) {
        let end = (start + block_samples).min(num_samples);
        let settings = next(start);
        highest_max_db = highest_max_db.max(settings.max_cut_db);
        let mut observer = |snapshot: &Snapshot| {
            for cut_db in snapshot.cut_band_db {
                assert!((0.0..=settings.max_cut_db).contains(&cut_db), "{cut_db} dB");
                deepest_db = deepest_db.max(cut_db);
            }
        };
        let mut block: Vec<&mut [f32]> = output.iter_mut().map(|x| &mut x[start..end]).collect();
        engine.process(
            &[&dialogue[0][start..end]],
            &mut block,
            &settings,
            Some(&mut observer),
        );
    }
    assert!(output.iter().flatten().all(|x| x.is_finite()), "{what}");
    // LFE is bit-exact.
    assert!(output[3] == music[3], "{what}");
    for (name, channel_idxs) in [("front", &[0, 1, 2][..]), ("surround", &[4, 5])] {
        let before = band_powers(&music, channel_idxs);
        let after = band_powers(&output, channel_idxs);
        let gains_db = |before: &[PerBand], after: &[PerBand]| -> Vec<f64> {
            let bands = before.iter().flatten().zip(after.iter().flatten());
            bands
                .map(|(before, after)| 10.0 * (after / before).log10())
                .collect()
        };
        let most = |gains_db: &[f64]| gains_db.iter().copied().fold(f64::MIN, f64::max);
        let least = |gains_db: &[f64]| gains_db.iter().copied().fold(f64::MAX, f64::min);
        let in_windows = gains_db(&before, &after);
        let in_all = gains_db(&[sum(&before)], &[sum(&after)]);
        let (boost_db, window_boost_db) = (most(&in_all), most(&in_windows));
        let loss_db = -least(&in_windows);
        assert!(boost_db < MOST_BOOST_DB, "{what}, {name}: {boost_db} dB");
        assert!(
            window_boost_db < MOST_BOOST_IN_WINDOW_DB,
            "{what}, {name}: {window_boost_db} dB"
        );
        assert!(
            loss_db < f64::from(highest_max_db) + MOST_EXCESS_DB,
            "{what}, {name}: {loss_db} dB with a maximum of {highest_max_db} dB"
        );
    }
    deepest_db
}

fn sum(windows: &[PerBand]) -> PerBand {
    std::array::from_fn(|band_idx| windows.iter().map(|bands| bands[band_idx]).sum())
}

#[test]
fn at_audio_rate() {
    for max_cut_db in [None, Some(6.0)] {
        let deepest_db = holds("each value a tone of its own", 1, |sample_idx| {
            let mut hz = 150.0;
            let mut settings = placed(|| {
                hz *= 1.27;
                let turns = (hz * sample_idx as f64 / RATE_HZ).fract();
                (0.5 + 0.5 * (std::f64::consts::TAU * turns).sin()) as f32
            });
            settings.max_cut_db = max_cut_db.unwrap_or(settings.max_cut_db);
            settings
        });
        assert!(deepest_db > 1.0, "{deepest_db} dB");
    }
}

#[test]
fn toggled_with_every_block() {
    for block_samples in [1, 70, 256, 700] {
        for max_cut_db in [None, Some(12.0)] {
            let mut num_blocks = 0;
            let mut random = Rng::with_seed(5);
            // Whether a value begins at its lower or its upper end.
            let begins: Vec<usize> = (0..14).map(|_| random.usize(..2)).collect();
            let what = format!("toggled in blocks of {block_samples}");
            let deepest_db = holds(&what, block_samples, |_| {
                num_blocks += 1;
                let mut values = begins.iter();
                let mut settings = placed(|| {
                    let begins = values.next().copied().unwrap_or_default();
                    ((num_blocks + begins) % 2) as f32
                });
                // Two samples make no dialogue, and a hop would see the same end over and over.
                settings.trim_db = 0.0;
                if num_blocks % 3 == 0 {
                    settings = ducking();
                }
                if let Some(max_cut_db) = max_cut_db {
                    (settings.mode, settings.max_cut_db) = (Mode::Duck, max_cut_db);
                }
                settings
            });
            assert!(
                max_cut_db.is_none() || deepest_db > 0.5,
                "{what}: {deepest_db} dB"
            );
        }
    }
}

#[test]
fn at_one_end_or_the_other_by_chance() {
    // Seeds with which the duck comes to work at all: by chance it is off or narrow most of the time.
    for (block_samples, seed) in [(1, 2), (64, 4), (700, 3)] {
        for max_cut_db in [None, Some(6.0), Some(18.0)] {
            let mut random = Rng::with_seed(seed);
            let what = format!("by chance in blocks of {block_samples}");
            let deepest_db = holds(&what, block_samples, |_| {
                let mut settings = placed(|| random.usize(..2) as f32);
                settings.max_cut_db = max_cut_db.unwrap_or(settings.max_cut_db);
                settings
            });
            assert!(deepest_db > 1.0, "{what}: {deepest_db} dB");
        }
    }
}

type Change = fn(&mut Settings);

#[test]
fn at_each_end_all_the_time() {
    let ends: [(&str, Change); 12] = [
        ("Target", |it| it.target = TARGET.range.max),
        ("Max cut", |it| it.max_cut_db = MAX_CUT_DB.range.max),
        ("Amount", |it| {
            (it.steer, it.amount_lu) = (Steer::Amount, AMOUNT_LU.range.max);
        }),
        ("least Attack", |it| it.attack_ms = ATTACK_MS.range.min),
        ("Attack", |it| it.attack_ms = ATTACK_MS.range.max),
        ("least Release", |it| it.release_ms = RELEASE_MS.range.min),
        ("one band", |it| {
            (it.low_hz, it.high_hz) = (1_000.0, 1_000.0);
        }),
        ("Low limit", |it| it.low_hz = 500.0),
        ("High limit", |it| it.high_hz = 500.0),
        ("Trim", |it| it.trim_db = TRIM_DB.range.max),
        ("Focus", |it| it.focus = FOCUS.range.max),
        ("Monitor", |it| it.monitor_db_spl = MONITOR_DB_SPL.range.max),
    ];
    for (what, end) in ends {
        let mut settings = ducking();
        end(&mut settings);
        let deepest_db = holds(what, 512, |_| settings);
        // Between limits that meet there is one band; a voice 24 dB up needs no cut.
        let is_idle = ["one band", "Trim"].contains(&what);
        assert!(is_idle || deepest_db > 3.0, "{what}: {deepest_db} dB");
    }
}
