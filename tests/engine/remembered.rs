//! Remembered lines sound the same from wherever playing begins.

use std::sync::OnceLock;

use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use test_support::tones::{ONE_TONE_HZ, assert_clean, tones};
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::learn::learner::Learner;
use underscore::lines::fingerprint::{FRAME_S, Fingerprint};
use underscore::memory::orders::{Order, Orders};
use underscore::memory::packed;
use underscore::memory::remembered::{Reel, RideLine};
use underscore::memory::text85;
use underscore::ride::curve::{Curve, KNOT_S};
use underscore::ride::plan::Plan;
use underscore::settings::{Elsewhere, LookAhead, Mode, Pass, Settings};

use crate::common::{ducking, engine, is_bit_exact, run};

/// Time after a start from which on it is the whole pass, samples at 48 kHz.
const SOON_SAMPLES: usize = 14_400;

fn playing() -> Settings {
    Settings {
        pass: Pass::Play,
        ..ducking()
    }
}

/// The demo scene, learned.
fn reel() -> &'static Reel {
    static REEL: OnceLock<Reel> = OnceLock::new();
    REEL.get_or_init(|| {
        let settings = ducking();
        let (mut learner, mut reel) = (Learner::new(), Reel::default());
        let (dialogue, music) = (demo::dialogue(), demo::music());
        let (_, snapshots) = run(&mut engine(1, 2), dialogue, music, &settings, &[4096]);
        for snapshot in &snapshots {
            learner.hear(snapshot, &settings, &mut reel);
        }
        learner.end(&settings, &mut reel);
        let num_cut = reel
            .lines()
            .iter()
            .filter(|line| line.scale() > 0.0)
            .count();
        assert!(num_cut >= 2, "{num_cut} lines take something");
        reel
    })
}

fn following(plan: Plan) -> Engine {
    let mut engine = engine(1, 2);
    engine.set_plan(Some(Box::new(plan)));
    engine
}

/// What comes out from `start` to `end` of the scene as a host plays it.
fn play(
    engine: &mut Engine,
    start: usize,
    end: usize,
    settings: &Settings,
    block_sizes: &[usize],
) -> Channels {
    let part = |channels: &Channels| channels.iter().map(|x| x[start..end].to_vec()).collect();
    let (dialogue, mut output): (Channels, Channels) =
        (part(demo::dialogue()), part(demo::music()));
    let (mut at, mut sizes) = (0, block_sizes.iter().cycle());
    while at < end - start {
        let to = (at + sizes.next().unwrap()).min(end - start);
        engine.set_position((start + at) as i64);
        let dialogue: Vec<&[f32]> = dialogue.iter().map(|x| &x[at..to]).collect();
        let mut music: Vec<&mut [f32]> = output.iter_mut().map(|x| &mut x[at..to]).collect();
        engine.process(&dialogue, &mut music, settings, None);
        at = to;
    }
    output
}

fn whole() -> &'static Channels {
    static WHOLE: OnceLock<Channels> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let num_samples = demo::music()[0].len();
        play(
            &mut following(reel().plan()),
            0,
            num_samples,
            &playing(),
            &[512],
        )
    })
}

/// Panics unless `output`, which begins at `start`, is the whole pass from `from` on: within -120 dB of it, and to the bit
/// where it is the music.
fn assert_same(output: &Channels, start: usize, from: usize, what: &str) {
    for ((output, whole), music) in output.iter().zip(whole()).zip(demo::music()) {
        for (idx, sample) in output.iter().enumerate().skip(from - start) {
            let (expected, untouched) = (whole[start + idx], music[start + idx]);
            let far = (sample - expected).abs();
            let is_same = match expected.to_bits() == untouched.to_bits() {
                true => sample.to_bits() == expected.to_bits(),
                false => far <= 1e-6,
            };
            assert!(
                is_same,
                "{what}: {sample} for {expected}, sample {}, {} after the start",
                start + idx,
                idx
            );
        }
    }
}

#[test]
fn from_any_place_it_is_the_whole_pass_after_three_tenths_of_a_second() {
    let mut random = fastrand::Rng::with_seed(16);
    let num_samples = demo::music()[0].len();
    let mut jumping = following(reel().plan());
    for number in 0..100 {
        let start = random.usize(..num_samples - 60_000);
        let block_sizes: Vec<usize> = (0..5).map(|_| random.usize(1..1500)).collect();
        let end = start + 50_000;
        let what = format!("start {number} in blocks of {block_sizes:?}");
        let mut fresh = following(reel().plan());
        let output = play(&mut fresh, start, end, &playing(), &block_sizes);
        assert_same(&output, start, start + SOON_SAMPLES, &what);
        // A host that jumps there in the midst of playing.
        let output = play(&mut jumping, start, end, &playing(), &block_sizes);
        assert_same(
            &output,
            start,
            start + SOON_SAMPLES,
            &format!("{what}, a jump"),
        );
    }
    assert!(!is_bit_exact(whole(), demo::music()), "something is cut");
}

#[test]
fn a_loop_comes_back_to_the_same() {
    // Over the first masked line, by a length that is no multiple of a hop.
    let (start, end) = (221_001, 331_234);
    let mut engine = following(reel().plan());
    play(&mut engine, start, end, &playing(), &[480]);
    for _ in 0..3 {
        let output = play(&mut engine, start, end, &playing(), &[480]);
        assert_same(&output, start, start + SOON_SAMPLES, "the loop");
    }
}

#[test]
fn a_start_in_the_midst_of_a_line_after_silence_off_the_timeline_is_the_same() {
    let mut engine = following(reel().plan());
    let (dialogue, music) = (demo::dialogue_at(4.0..5.0), demo::music_at(4.0..5.0));
    engine.leave_timeline();
    run(&mut engine, &dialogue, &music, &playing(), &[333]);
    let (start, end) = (270_000, 330_000);
    let output = play(&mut engine, start, end, &playing(), &[333]);
    assert_same(
        &output,
        start,
        start + SOON_SAMPLES,
        "after the transport stood",
    );
}

#[test]
fn a_host_whose_positions_drift_is_heard_and_finds_back_onto_the_grid() {
    let settings = Settings {
        elsewhere: Elsewhere::Live,
        ..playing()
    };
    let mut engine = following(Plan::default());
    let (dialogue, music) = crate::common::clashing_line();
    let mut deepest_db = 0.0f32;
    let (mut at, mut position) = (0, 77_i64);
    while at + 512 <= music[0].len() {
        // 1 % faster, then steady.
        position += if at < 240_000 { 517 } else { 512 };
        engine.set_position(position);
        let mut output: Channels = music.iter().map(|x| x[at..at + 512].to_vec()).collect();
        let mut output: Vec<&mut [f32]> = output.iter_mut().map(Vec::as_mut_slice).collect();
        let mut observer = |hop: &underscore::snapshot::Snapshot| {
            if at < 240_000 {
                deepest_db = hop.cut_band_db.iter().copied().fold(deepest_db, f32::max);
            }
            if at > 260_000 {
                assert_eq!(hop.position_samples % 256, 0, "on the grid");
            }
        };
        let block = [&dialogue[0][at..at + 512]];
        engine.process(&block, &mut output, &settings, Some(&mut observer));
        at += 512;
    }
    assert!(deepest_db > 3.0, "{deepest_db} dB");
}

#[test]
fn the_look_ahead_does_not_move_what_is_remembered() {
    let num_samples = demo::music()[0].len();
    let mut engine = following(reel().plan());
    engine.set_look_ahead(LookAhead::Ms20);
    let late = engine.latency_samples() as usize;
    let output = play(&mut engine, 0, num_samples, &playing(), &[512]);
    let loudest = |range: std::ops::Range<usize>, channel: &[f32]| {
        channel[range]
            .iter()
            .fold(0.0f32, |most, x| most.max(x.abs()))
    };
    // The hops lie elsewhere in the music, so that it is not the same to the bit.
    for start in (48_000..num_samples - 48_000).step_by(2_400) {
        let now = loudest(start + late..start + late + 2_400, &output[0]);
        let then = loudest(start..start + 2_400, &whole()[0]);
        let far_db = 20.0 * (now.max(1e-6) / then.max(1e-6)).log10();
        assert!(far_db.abs() < 0.3, "{far_db} dB at sample {start}");
    }
}

/// What a plan makes of a tone of 1 kHz, at a sample rate: its level every 10 ms, dB.
fn levels_db(plan: Plan, sample_rate_hz: f64) -> Vec<f32> {
    let layout = || Layout::from_num_channels(1).unwrap();
    let mut engine = Engine::prepare(sample_rate_hz, layout(), layout()).unwrap();
    engine.set_plan(Some(Box::new(plan)));
    let num_samples = (34.0 * sample_rate_hz) as usize;
    let step = std::f64::consts::TAU * 1000.0 / sample_rate_hz;
    let mut tone: Vec<f32> = (0..num_samples)
        .map(|n| (step * n as f64).sin() as f32)
        .collect();
    let settings = Settings {
        elsewhere: Elsewhere::Untouched,
        ..playing()
    };
    engine.process(&[], &mut [&mut tone], &settings, None);
    let period = sample_rate_hz / 100.0;
    let at = |idx: usize| (idx as f64 * period).round() as usize;
    let power = |part: &[f32]| part.iter().map(|x| x * x).sum::<f32>() / part.len() as f32;
    (0..3399)
        .map(|idx| 10.0 * power(&tone[at(idx)..at(idx + 1)]).log10())
        .collect()
}

#[test]
fn another_sample_rate_than_the_one_learned_takes_the_same() {
    let learned = levels_db(reel().plan(), RATE_HZ);
    let deepest_db = learned.iter().copied().fold(0.0, f32::min);
    assert!(deepest_db < -6.0, "{deepest_db} dB");
    for sample_rate_hz in [44_100.0, 96_000.0] {
        let played = levels_db(reel().plan(), sample_rate_hz);
        for (idx, (played, learned)) in played.iter().zip(&learned).enumerate() {
            let far_db = played - learned;
            assert!(
                far_db.abs() < 0.1,
                "{far_db} dB at {} ms, {sample_rate_hz} Hz",
                10 * idx
            );
        }
    }
}

#[test]
fn neither_another_plan_nor_a_jump_nor_a_change_of_pass_clicks() {
    let mut lines = reel().lines().to_vec();
    for line in &mut lines {
        line.orders.order = Order::Off;
    }
    let mut off = Reel::default();
    off.replace((0.0, 34.0), lines);
    let music = tones(&ONE_TONE_HZ, 34 * 48_000);
    let mut engine = following(reel().plan());
    let mut output = Vec::new();
    let (start, end) = (5.0, 7.4);
    let mut position = (start * RATE_HZ) as i64;
    for (block_idx, block) in music[..480_000].chunks(480).enumerate() {
        // Every 0.1 s something else, by turns, at a line that takes much.
        let turn = block_idx / 10;
        let is_first = block_idx % 10 == 0;
        if is_first && turn % 4 == 1 {
            drop(engine.set_plan(Some(Box::new(off.plan()))));
        } else if is_first && turn % 4 == 3 {
            drop(engine.set_plan(Some(Box::new(reel().plan()))));
        }
        let jumps = is_first && turn % 5 == 4;
        if jumps || position > (end * RATE_HZ) as i64 {
            position = (start * RATE_HZ) as i64 + 1_000 * (turn % 7) as i64 + 13;
        }
        let settings = Settings {
            pass: if turn % 6 == 5 {
                Pass::Live
            } else {
                Pass::Play
            },
            mode: if turn % 9 == 8 {
                Mode::Meter
            } else {
                Mode::Duck
            },
            ahead_ms: 0.0,
            elsewhere: Elsewhere::Untouched,
            ..playing()
        };
        engine.set_position(position);
        position += 480;
        let mut channels = [block.to_vec(), block.to_vec()];
        let [left, right] = &mut channels;
        engine.process(&[], &mut [left, right], &settings, None);
        output.extend_from_slice(left);
    }
    let loudest = |samples: &[f32]| samples.iter().fold(0.0f32, |most, x| most.max(x.abs()));
    let least = output
        .chunks(960)
        .map(loudest)
        .fold(f32::INFINITY, f32::min);
    assert!(least < 0.7 * loudest(&music), "{least}: something is cut");
    assert_clean(&output, &ONE_TONE_HZ, "swaps, jumps and passes");
}

#[test]
fn where_nothing_is_remembered_it_is_live_or_untouched_and_meter_knows_no_memory() {
    let num_samples = demo::music()[0].len();
    let live = play(&mut engine(1, 2), 0, num_samples, &ducking(), &[512]);
    let mut unknown = following(Plan::default());
    let elsewhere = play(&mut unknown, 0, num_samples, &playing(), &[512]);
    assert!(is_bit_exact(&live, &elsewhere));
    for settings in [
        Settings {
            elsewhere: Elsewhere::Untouched,
            ..playing()
        },
        Settings {
            mode: Mode::Meter,
            ..playing()
        },
    ] {
        let plan = match settings.mode {
            Mode::Meter => reel().plan(),
            Mode::Duck => Plan::default(),
        };
        let output = play(&mut following(plan), 0, num_samples, &settings, &[512]);
        assert!(is_bit_exact(&output, demo::music()), "{settings:?}");
    }
    // Learning sounds as Live.
    let learning = Settings {
        pass: Pass::Learn,
        ..ducking()
    };
    let output = play(
        &mut following(reel().plan()),
        0,
        num_samples,
        &learning,
        &[512],
    );
    assert!(is_bit_exact(&output, &live));
}

#[test]
fn a_line_is_cut_before_its_first_word() {
    let lines = reel().lines();
    let line = lines.iter().find(|line| line.scale() > 0.0).unwrap();
    // Alone, so that no line before it keeps the music down.
    let mut alone = Reel::default();
    alone.replace((0.0, 34.0), vec![line.clone()]);
    let levels = levels_db(alone.plan(), RATE_HZ);
    let at = |time_s: f64| levels[(time_s * 100.0).floor() as usize] + 3.01;
    let ahead_s = 0.08;
    assert!(at(line.start_s - ahead_s - 0.02) > -0.02, "not yet");
    let first_db = at(line.start_s + 0.01);
    let cut_db = alone.plan().cut_db_at(line.start_s + 0.015, ahead_s)[10];
    assert!(cut_db > 2.0, "{cut_db} dB");
    assert!(
        (first_db + cut_db).abs() < 0.5,
        "{first_db} dB for -{cut_db} dB"
    );
}

/// Two thousand lines in two hours, like those of the demo scene but no two alike.
fn long_reel() -> Reel {
    let mut random = fastrand::Rng::with_seed(2);
    let learned: Vec<&RideLine> = reel()
        .lines()
        .iter()
        .filter(|line| line.curve.knots().iter().flatten().any(|&step| step > 0))
        .collect();
    let line = |idx: usize| {
        let from = learned[idx % learned.len()];
        let start_s = 3.6 * idx as f64 + random.f64() * 0.5;
        let factor = 0.6 + 0.8 * random.f32();
        // 1 to 2.5 s, so that somebody speaks for half of the time: more than in most films.
        let num_knots = 10 + random.usize(..15);
        let knots = from.curve.knots();
        let knots = (0..num_knots).map(|at| knots[at % knots.len()]);
        let knots = knots.map(|knot| knot.map(|step| (factor * f32::from(step)).round() as u8));
        // No two lines have the same words.
        let num_frames = (KNOT_S * num_knots as f64 / FRAME_S) as usize + 8;
        let words: Vec<u8> = (0..3 * num_frames).map(|_| random.u8(..)).collect();
        let mut line = RideLine {
            start_s,
            end_s: start_s + KNOT_S * num_knots as f64,
            curve: Curve::from_knots((start_s / KNOT_S) as i64, knots.collect()),
            fingerprint: Fingerprint::from_bytes(&words),
            ..from.clone()
        };
        for effect in &mut line.effects {
            effect.loss_lu *= factor;
        }
        if idx.is_multiple_of(10) {
            line.orders.order = Order::Change(factor);
            line.orders.note = format!("Ask for another take of line {idx}");
        }
        line
    };
    let mut reel = Reel::default();
    reel.replace((0.0, 7200.0), (0..2000).map(line).collect());
    reel
}

#[test]
fn two_hours_take_at_most_a_megabyte_in_a_saved_state_and_come_back_as_they_were() {
    let reel = long_reel();
    let bytes = packed::pack(&reel);
    let text = text85::encode(&bytes);
    println!("{} lines: {} bytes", reel.lines().len(), text.len());
    assert!(text.len() < 1_000_000, "{} bytes", text.len());
    assert_eq!(packed::unpack(&text85::decode(&text)).problem(), None);
    let unpacked = packed::unpack(&bytes);
    assert_eq!(unpacked.problem(), None);
    assert!(unpacked.reel == reel);
    assert!(unpacked.reel.plan() == reel.plan());
}

#[test]
fn orders_whose_words_are_gone_are_saved_and_come_back_with_them() {
    let mut reel = reel().clone();
    let line = reel.lines()[1].clone();
    let orders = Orders {
        order: Order::Off,
        note: "wait for the new take".to_owned(),
        ..Orders::default()
    };
    reel.set_orders(1, orders.clone());
    // The scene is cut out and learned as silence.
    reel.replace((0.0, 1000.0), Vec::new());
    let mut loaded = packed::unpack(&packed::pack(&reel)).reel;
    assert_eq!(loaded.lines().len(), 0);
    let moved = RideLine {
        start_s: line.start_s + 20.0,
        end_s: line.end_s + 20.0,
        orders: Orders::default(),
        ..line
    };
    loaded.replace((0.0, 1000.0), vec![moved]);
    assert_eq!(loaded.lines()[0].orders, orders);
    assert!(loaded.orphans().is_empty());
}

#[test]
fn of_a_damaged_memory_only_whole_lines_are_read_and_it_is_said_how_many() {
    let reel = long_reel();
    let bytes = packed::pack(&reel);
    let mut random = fastrand::Rng::with_seed(3);
    for number in 0..60 {
        let mut damaged = bytes.clone();
        match number % 3 {
            0 => damaged.truncate(random.usize(..bytes.len())),
            1 => (0..4).for_each(|_| {
                let at = random.usize(..bytes.len());
                damaged[at] ^= 1 << random.u32(..8);
            }),
            _ => {
                let at = random.usize(..bytes.len());
                let num_bytes = random.usize(..2000).min(bytes.len() - at);
                damaged.drain(at..at + num_bytes);
            }
        }
        let unpacked = packed::unpack(&damaged);
        for line in unpacked.reel.lines() {
            assert!(reel.lines().contains(line), "number {number}");
        }
        let num_read = unpacked.reel.lines().len();
        if num_read < 2000 {
            let problem = unpacked.problem().unwrap();
            assert!(problem.contains(&format!("{num_read} of")), "{problem}");
            // Where a line may be missing, it isn't known that nobody speaks.
            assert!(!unpacked.reel.plan().knows(7199.9));
        }
        if number % 3 == 1 {
            assert!(num_read >= 2000 - 4 * 64, "{num_read} lines");
        }
    }
    for num_bytes in 0..200 {
        let noise: Vec<u8> = (0..num_bytes).map(|_| random.u8(..)).collect();
        assert_eq!(packed::unpack(&noise).reel, Reel::default());
    }
}

#[test]
fn a_newer_memory_is_read_and_said_to_be_one() {
    let reel = reel();
    let mut bytes = packed::pack(reel);
    bytes[4] = 9;
    let unpacked = packed::unpack(&bytes);
    assert!(unpacked.reel == *reel);
    assert!(unpacked.problem().unwrap().contains("newer"));
}
