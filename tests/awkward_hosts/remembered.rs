//! The memory of lines in both formats: learned with the window closed, saved and loaded, played from anywhere.

use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use test_support::Channels;
use test_support::noise::noise;
use underscore::memory::remembered::{Effect, Reel, RideLine, SCALES};
use underscore::memory::shared::SharedReel;
use underscore::params::UnderscoreParams;
use underscore::psycho::bands::NUM_BANDS;
use underscore::ride::curve::Curve;
use underscore::snapshot::Figures;

use crate::harness::*;
use crate::signals::{assert_same, speech};

in_both_formats! {
    from_any_place_it_is_the_whole_pass_after_three_tenths_of_a_second
    learns_with_its_window_closed_and_plays_what_was_saved
    damaged_memories_are_read_as_far_as_they_can_be
    a_memory_that_is_swapped_while_it_plays_stays_audio
}

const NUM_SAMPLES: usize = 480_000;

/// Five lines, ten seconds.
fn reel() -> Reel {
    let line = |idx: usize| {
        let (start_s, end_s) = (0.7 + 2.0 * idx as f64, 1.9 + 2.0 * idx as f64);
        let knot = |at: usize| {
            let cut_db = |band: usize| (4.0 + ((at + band) as f32 * 0.4).sin() * 3.0).max(0.0);
            std::array::from_fn::<f32, NUM_BANDS, _>(cut_db)
        };
        RideLine {
            start_s,
            end_s,
            curve: Curve::new(
                (start_s / 0.04) as i64,
                &(0..31).map(knot).collect::<Vec<_>>(),
            ),
            learned_scale: 1.0,
            effects: SCALES.map(|scale| Effect {
                loss_lu: 2.0 * scale,
                figures: Figures::default(),
            }),
            ..RideLine::default()
        }
    };
    let mut reel = Reel::default();
    reel.replace((0.0, 10.0), (0..5).map(line).collect());
    reel
}

/// The text of a reel in a saved state.
fn text(reel: &Reel) -> String {
    let shared = SharedReel::default();
    shared.change(|it| *it = reel.clone());
    UnderscoreParams::default().memory.text(&shared)
}

/// A saved state with another field: the framework's, or the one that CLAP writes its length before.
fn with_field(saved: &[u8], id: &str, value: &str) -> Vec<u8> {
    let json_at = saved.iter().position(|&byte| byte == b'{').unwrap();
    let mut state: serde_json::Value = serde_json::from_slice(&saved[json_at..]).unwrap();
    state["fields"][id] = value.into();
    let json = serde_json::to_vec(&state).unwrap();
    let mut framed = match json_at {
        0 => Vec::new(),
        _ => (json.len() as u64).to_le_bytes().to_vec(),
    };
    framed.extend(json);
    framed
}

fn field(saved: &[u8], id: &str) -> Option<String> {
    let json_at = saved.iter().position(|&byte| byte == b'{').unwrap();
    let state: serde_json::Value = serde_json::from_slice(&saved[json_at..]).unwrap();
    state["fields"][id].as_str().map(str::to_owned)
}

/// Places of the passes among the values of their parameter.
pub const LEARN: u8 = 1;
const PLAY: u8 = 2;

pub fn set_pass<I: Instance>(instance: &mut I, place: u8) {
    let value = match I::VALUES_ARE_PLACES {
        true => f64::from(place),
        false => 0.5 * f64::from(place),
    };
    set(instance, "pass", value);
}

/// An instance that plays what `text` remembers.
fn playing<I: Instance>(text: &str) -> I {
    let mut instance = I::new();
    assert!(instance.set_buses(STEREO, MONO));
    set(&mut instance, "mode", 1.0);
    set_pass(&mut instance, PLAY);
    set(&mut instance, "elsewhere", 1.0);
    let state = with_field(&instance.save(), "reel", text);
    assert!(instance.load(&state));
    assert!(instance.activate(48_000.0, 2048));
    instance
}

/// What comes out where a playing host goes from `start` to `end` of some music.
pub fn play_from<I: Instance>(
    instance: &mut I,
    music: &Channels,
    dialogue: &[f32],
    (start, end): (usize, usize),
    block_sizes: &[usize],
    is_offline: bool,
) -> Channels {
    let mut output = vec![vec![f32::NAN; end - start]; music.len()];
    let (mut at, mut sizes) = (start, block_sizes.iter().cycle());
    while at < end {
        let to = (at + sizes.next().unwrap()).min(end);
        let mut music_block: Channels = music.iter().map(|x| x[at..to].to_vec()).collect();
        let speech = dialogue.iter().copied().cycle().skip(at % dialogue.len());
        let mut dialogue_block = vec![speech.take(to - at).collect::<Vec<f32>>()];
        let mut output_block = vec![vec![f32::NAN; to - at]; music.len()];
        assert!(instance.process(&mut Call {
            inputs: vec![Bus::of(&mut music_block), Bus::of(&mut dialogue_block)],
            outputs: vec![Bus::of(&mut output_block)],
            num_samples: to - at,
            position_samples: Some(at as i64),
            is_offline,
            ..Call::default()
        }));
        for (output, block) in output.iter_mut().zip(&output_block) {
            output[at - start..to - start].copy_from_slice(block);
        }
        at = to;
    }
    output
}

fn from_any_place_it_is_the_whole_pass_after_three_tenths_of_a_second<I: Instance>() {
    let (music, dialogue, text) = (noise(2, NUM_SAMPLES, 3), speech(), text(&reel()));
    let mut instance: I = playing(&text);
    let whole = play_from(
        &mut instance,
        &music,
        &dialogue,
        (0, NUM_SAMPLES),
        &[512],
        false,
    );
    let num_cut = whole[0]
        .iter()
        .zip(&music[0])
        .filter(|(a, b)| a != b)
        .count();
    assert!(
        (200_000..470_000).contains(&num_cut),
        "{num_cut} samples are cut"
    );
    let mut random = Rng::with_seed(5);
    for number in 0..100 {
        let start = random.usize(..NUM_SAMPLES - 30_000);
        let block_sizes: Vec<usize> = (0..5).map(|_| random.usize(1..2000)).collect();
        if number % 3 == 0 {
            instance.reset();
        } else if number % 10 == 1 {
            instance = playing(&text);
        }
        let range = (start, start + 30_000);
        let output = play_from(
            &mut instance,
            &music,
            &dialogue,
            range,
            &block_sizes,
            number % 2 == 0,
        );
        for ((output, whole), music) in output.iter().zip(&whole).zip(&music) {
            for idx in 14_400..output.len() {
                let (sample, expected) = (output[idx], whole[start + idx]);
                let is_same = match expected == music[start + idx] {
                    true => sample == expected,
                    false => (sample - expected).abs() <= 1e-6,
                };
                assert!(
                    is_same,
                    "start {number} at {start}, {block_sizes:?}: {sample} for {expected} after {idx}"
                );
            }
        }
    }
}

fn learns_with_its_window_closed_and_plays_what_was_saved<I: Instance>() {
    let (music, dialogue) = (noise(2, NUM_SAMPLES, 4), speech());
    let mut instance: I = ducking(STEREO, MONO, 512);
    assert_eq!(
        field(&instance.save(), "reel"),
        None,
        "nothing is remembered"
    );
    let range = (0, NUM_SAMPLES);
    let live = play_from(&mut instance, &music, &dialogue, range, &[512], false);
    instance.reset();
    set_pass(&mut instance, LEARN);
    // As fast as it goes: a bounce.
    let learning = play_from(&mut instance, &music, &dialogue, range, &[512], true);
    assert_same(&learning, &live, "learning sounds as live");
    set_pass(&mut instance, PLAY);
    // The host goes on, or its transport stands; either way the pass is over.
    play_from(&mut instance, &music, &dialogue, (0, 2048), &[512], false);
    let began = Instant::now();
    let (mut saved, mut steady) = (instance.save(), 0);
    while steady < 5 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "nothing was learned"
        );
        thread::sleep(Duration::from_millis(200));
        let next = instance.save();
        steady = match next == saved && field(&next, "reel").is_some() {
            true => steady + 1,
            false => 0,
        };
        saved = next;
    }
    instance.reset();
    let played = play_from(&mut instance, &music, &dialogue, range, &[512], false);
    assert!(played != live, "memory decides");
    let mut other = I::new();
    assert!(other.set_buses(STEREO, MONO));
    assert!(other.load(&saved));
    assert!(other.activate(48_000.0, 512));
    let again = play_from(&mut other, &music, &dialogue, range, &[333, 64], false);
    assert_same(&again, &played, "in another session");
    assert!(other.save() == saved, "the same state again");
}

fn damaged_memories_are_read_as_far_as_they_can_be<I: Instance>() {
    let (music, dialogue) = (noise(2, 96_000, 3), speech());
    let whole = text(&reel());
    let mut instance: I = playing(&whole);
    let range = (0, 96_000);
    let expected = play_from(&mut instance, &music, &dialogue, range, &[512], false);
    let saved = instance.save();
    assert_eq!(field(&saved, "reel"), Some(whole.clone()));
    let mut random = Rng::with_seed(9);
    let mut texts = vec![
        String::new(),
        "no base64 at all".to_owned(),
        "AAAA".repeat(1000),
    ];
    for _ in 0..20 {
        texts.push(whole[..random.usize(..whole.len())].to_owned());
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..3 {
            let at = random.usize(..bytes.len());
            bytes[at] = b"AZaz09+/"[random.usize(..8)];
        }
        texts.push(String::from_utf8(bytes).unwrap());
    }
    for damaged in texts {
        assert!(instance.load(&with_field(&saved, "reel", &damaged)));
        let output = play_from(&mut instance, &music, &dialogue, range, &[512], false);
        assert!(output.iter().flatten().all(|x| x.is_finite()));
        instance.save();
    }
    // A session of before: no memory.
    let without = with_field(&saved, "reel", "");
    assert!(instance.load(&without));
    assert_eq!(field(&instance.save(), "reel"), None);
    assert!(instance.load(&saved));
    instance.reset();
    let output = play_from(&mut instance, &music, &dialogue, range, &[512], false);
    assert_same(&output, &expected, "the host has undone it");
}

fn a_memory_that_is_swapped_while_it_plays_stays_audio<I: Instance>() {
    let (music, dialogue) = (noise(2, NUM_SAMPLES, 3), speech());
    let mut instance: I = playing(&text(&reel()));
    let saved = instance.save();
    let others = [text(&Reel::default()), text(&reel())];
    for (block_idx, start) in (0..NUM_SAMPLES - 512).step_by(512).enumerate() {
        if block_idx % 7 == 0 {
            let other = &others[block_idx / 7 % 2];
            assert!(instance.load(&with_field(&saved, "reel", other)));
        }
        // Allocations are counted in each call.
        let output = play_from(
            &mut instance,
            &music,
            &dialogue,
            (start, start + 512),
            &[512],
            false,
        );
        assert!(output.iter().flatten().all(|x| x.is_finite()));
    }
}
