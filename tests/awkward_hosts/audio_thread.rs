//! What a plugin may do in a process call, guard and framework included: neither allocate nor free
//! memory, nor call the operating system.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use fastrand::Rng;

use crate::counting;
use crate::harness::*;
use crate::signals::speech;
use crate::strace::{self, BEGIN, END, mark};
use test_support::Channels;
use test_support::noise::noise;

in_both_formats! {
    any_audio_settings_and_blocks_give_audio
}

/// Whether the calls are marked in the trace.
static IS_MARKED: AtomicBool = AtomicBool::new(false);

/// Makes a process call, as all tests here do it, and sees that no memory is allocated or freed.
pub fn on_the_audio_thread<T>(call: impl FnOnce() -> T) -> T {
    let is_marked = IS_MARKED.load(Relaxed);
    if is_marked {
        mark(BEGIN);
    }
    let num_calls = counting::num_calls();
    let result = call();
    let num_calls = counting::num_calls() - num_calls;
    if is_marked {
        mark(END);
    }
    assert_eq!(num_calls, 0, "memory was allocated or freed");
    result
}

const PARAMS: [&str; 23] = [
    "look_ahead",
    "mode",
    "monitor",
    "listen",
    "bypass",
    "steer",
    "amount",
    "target",
    "max_cut",
    "focus",
    "attack",
    "hold",
    "release",
    "low",
    "high",
    "trim",
    "pass",
    "ahead",
    "elsewhere",
    "ride",
    "automation",
    "audience",
    "ears",
];

/// An instance on its way to another thread.
struct OnItsWay<I>(I);
// SAFETY: plugins are made on the main thread and process on another; no two use it at once.
unsafe impl<I> Send for OnItsWay<I> {}

/// [`play_anything`] on a thread of its own, as hosts do it.
fn any_audio_settings_and_blocks<I: Instance>(
    music: Speakers,
    dialogue: Speakers,
    params: &[&str],
    seed: u64,
) {
    let mut instance = OnItsWay(ducking::<I>(music, dialogue, 512));
    let on_its_way = &mut instance;
    thread::scope(|scope| {
        scope.spawn(move || {
            let OnItsWay(instance) = on_its_way;
            play_anything(instance, music, dialogue, params, seed);
        });
    });
}

/// Speech over noise, and now and then whatever bits there are; each of `params` at any value, at
/// any place in blocks of any size; the sidechain comes and goes.
fn play_anything<I: Instance>(
    instance: &mut I,
    music: Speakers,
    dialogue: Speakers,
    params: &[&str],
    seed: u64,
) {
    let mut random = Rng::with_seed(seed);
    let (speech, noise) = (speech(), noise(1, 96_000, seed).swap_remove(0));
    for block_idx in 0..600 {
        let num_samples = [1, 17, 64, 512, 1500][random.usize(..5)];
        let start = random.usize(..90_000);
        let mut bus = |num_channels: usize, scene: &[f32]| -> Channels {
            let is_audio = random.usize(..8) > 0;
            let channels = (0..num_channels).map(|_| match is_audio {
                true => scene[start..start + num_samples].to_vec(),
                false => (0..num_samples)
                    .map(|_| f32::from_bits(random.u32(..)))
                    .collect(),
            });
            channels.collect()
        };
        let mut music_block = bus(music.len(), &noise);
        let mut dialogue_block = bus(dialogue.len(), &speech);
        let mut inputs = vec![Bus::of(&mut music_block)];
        if random.usize(..10) > 0 {
            inputs.push(Bus::of(&mut dialogue_block));
        }
        let changes = (0..random.usize(..4)).map(|_| Change {
            id: param_id(params[random.usize(..params.len())]),
            time_samples: random.usize(..num_samples) as i32,
            value: random.f64_inclusive(),
        });
        let mut changes: Vec<_> = changes.collect();
        changes.sort_by_key(|change| change.time_samples);
        let mut output = vec![vec![f32::NAN; num_samples]; music.len()];
        assert!(instance.process(&mut Call {
            inputs,
            outputs: vec![Bus::of(&mut output)],
            num_samples,
            changes,
            position_samples: (block_idx % 3 > 0).then_some(start as i64),
            is_offline: block_idx % 7 == 0,
        }));
        let is_audio = |x: &f32| x.is_finite() && !x.is_subnormal();
        assert!(output.iter().flatten().all(is_audio), "block {block_idx}");
    }
}

fn any_audio_settings_and_blocks_give_audio<I: Instance>() {
    for (music, dialogue, seed) in [
        (MONO, MONO, 1),
        (STEREO, STEREO, 2),
        (FIVE_ONE, MONO, 3),
        (SEVEN_ONE, SEVEN_ONE, 4),
        (SEVEN_ONE_FOUR, MONO, 5),
        (STEREO, OFF, 6),
    ] {
        any_audio_settings_and_blocks::<I>(music, dialogue, &PARAMS, seed);
    }
}

fn no_system_call<I: Instance>(test: &str, params: &[&str]) {
    strace::assert_no_system_call(test, || {
        // The first time round, the program may still load what it links.
        any_audio_settings_and_blocks::<I>(STEREO, MONO, params, 1);
        IS_MARKED.store(true, Relaxed);
        any_audio_settings_and_blocks::<I>(STEREO, MONO, params, 2);
        any_audio_settings_and_blocks::<I>(SEVEN_ONE_FOUR, STEREO, params, 3);
        IS_MARKED.store(false, Relaxed);
    });
}

/// But for a new look-ahead: a host must hear of the latency from its main thread, which can't be
/// reached without one.
#[test]
fn vst3_makes_no_system_call() {
    const TEST: &str = "audio_thread::vst3_makes_no_system_call";
    no_system_call::<crate::vst3_instance::Vst3>(TEST, &PARAMS[1..]);
}

#[test]
fn clap_makes_no_system_call() {
    const TEST: &str = "audio_thread::clap_makes_no_system_call";
    no_system_call::<crate::clap_instance::Clap>(TEST, &PARAMS);
}
