//! Blocks, activations, parameters and states in orders and numbers that few hosts use.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::harness::*;
use crate::signals::{assert_same, is_same, play, speech};
use test_support::Channels;
use test_support::noise::noise;

in_both_formats! {
    the_result_does_not_depend_on_block_sizes
    blocks_longer_than_announced_keep_their_automation_in_place
    zero_length_blocks_change_nothing
    a_bounce_equals_the_playback
    activation_starts_anew_at_any_rate
    reset_in_the_middle_starts_anew
    a_thousand_changes_in_a_block
    changes_outside_the_block_are_taken_within_it
    values_that_are_no_numbers_are_not_taken
    a_state_loaded_while_processing
    sixty_four_instances_at_once
    jumps_and_loops_leave_the_audio_alone
    audio_before_activation_is_refused
}

/// One and a half seconds of speech over noise, so that there is a cut.
fn scene(num_music_channels: usize) -> (Channels, Channels) {
    const NUM_SAMPLES: usize = 72_000;
    let dialogue = vec![speech()[..NUM_SAMPLES].to_vec()];
    (noise(num_music_channels, NUM_SAMPLES, 11), dialogue)
}

fn assert_is_cut(output: &Channels, music: &Channels) {
    assert!(!is_same(&output[0], &music[0]), "nothing was cut");
}

fn the_result_does_not_depend_on_block_sizes<I: Instance>() {
    let (music, dialogue) = scene(2);
    let expected = play(
        &mut ducking::<I>(STEREO, MONO, 512),
        &music,
        &dialogue,
        &[512],
    );
    assert_is_cut(&expected, &music);
    for (max_block_samples, sizes) in [
        (64, &[64][..]),
        (4096, &[4096]),
        (512, &[512, 1, 17, 64, 511, 3]),
        // More than was announced.
        (64, &[512, 64, 4096, 1025]),
        (1, &[1000]),
        (48_000, &[48_000]),
    ] {
        let mut instance: I = ducking(STEREO, MONO, max_block_samples);
        let output = play(&mut instance, &music, &dialogue, sizes);
        assert_same(&output, &expected, &format!("{sizes:?}"));
    }
}

/// Ducking begins at the same sample in one long block as in many short ones.
fn blocks_longer_than_announced_keep_their_automation_in_place<I: Instance>() {
    let (music, dialogue) = scene(2);
    let num_samples = music[0].len();
    let changes = [(40_000, 0.0), (50_000, 1.0), (50_001, 0.0), (64_000, 1.0)];
    let run = |block_samples: usize| {
        let mut instance: I = ducking(STEREO, MONO, 512);
        let mut output = vec![vec![f32::NAN; num_samples]; 2];
        for start in (0..num_samples).step_by(block_samples) {
            let end = (start + block_samples).min(num_samples);
            let part = |channels: &Channels| -> Channels {
                channels.iter().map(|x| x[start..end].to_vec()).collect()
            };
            let (mut music, mut dialogue) = (part(&music), part(&dialogue));
            let changes = changes
                .iter()
                .filter(|(time, _)| (start..end).contains(time));
            let mut block = part(&output);
            assert!(
                instance.process(&mut Call {
                    inputs: vec![Bus::of(&mut music), Bus::of(&mut dialogue)],
                    outputs: vec![Bus::of(&mut block)],
                    num_samples: end - start,
                    changes: changes
                        .map(|(time, value)| Change {
                            id: param_id("mode"),
                            time_samples: (time - start) as i32,
                            value: *value,
                        })
                        .collect(),
                    ..Call::default()
                })
            );
            for (output, block) in output.iter_mut().zip(&block) {
                output[start..end].copy_from_slice(block);
            }
        }
        output
    };
    let expected = run(100);
    assert_is_cut(&expected, &music);
    assert_same(&run(num_samples), &expected, "one block");
    assert_same(&run(5000), &expected, "blocks of 5000");
}

fn zero_length_blocks_change_nothing<I: Instance>() {
    let (music, dialogue) = scene(2);
    let mut instance: I = ducking(STEREO, MONO, 512);
    let mut output = vec![Vec::new(); 2];
    let mut nothing = vec![Vec::new(); 2];
    for start in (0..music[0].len()).step_by(500) {
        let part = |channels: &Channels| -> Channels {
            let parts = channels.iter().map(|x| x[start..start + 500].to_vec());
            parts.collect()
        };
        let block = play(&mut instance, &part(&music), &part(&dialogue), &[500]);
        for (output, block) in output.iter_mut().zip(block) {
            output.extend(block);
        }
        assert!(instance.process(&mut Call {
            inputs: vec![Bus::of(&mut nothing)],
            outputs: vec![Bus::of(&mut nothing)],
            ..Call::default()
        }));
        assert!(instance.process(&mut Call::default()));
    }
    let expected = play(
        &mut ducking::<I>(STEREO, MONO, 512),
        &music,
        &dialogue,
        &[512],
    );
    assert_same(&output, &expected, "with empty blocks");
}

fn a_bounce_equals_the_playback<I: Instance>() {
    let (music, dialogue) = scene(6);
    let expected = play(
        &mut ducking::<I>(FIVE_ONE, MONO, 512),
        &music,
        &dialogue,
        &[512],
    );
    let mut instance: I = ducking(FIVE_ONE, MONO, 4096);
    let (mut bounced, mut speech) = (music.clone(), dialogue.clone());
    let num_samples = music[0].len();
    // In place, in one block, and the host says that it isn't in a hurry.
    let bus = Bus::of(&mut bounced);
    assert!(instance.process(&mut Call {
        inputs: vec![bus.clone(), Bus::of(&mut speech)],
        outputs: vec![bus],
        num_samples,
        is_offline: true,
        ..Call::default()
    }));
    assert_same(&bounced, &expected, "bounced");
}

fn activation_starts_anew_at_any_rate<I: Instance>() {
    let (music, dialogue) = scene(2);
    let mut instance: I = ducking(STEREO, MONO, 512);
    let first = play(&mut instance, &music, &dialogue, &[512]);
    assert_is_cut(&first, &music);
    for (sample_rate_hz, max_block_samples) in [
        (44_100.0, 64),
        (96_000.0, 2048),
        (192_000.0, 1),
        (48_000.0, 512),
    ] {
        instance.deactivate();
        assert!(instance.activate(sample_rate_hz, max_block_samples));
        let output = play(&mut instance, &music, &dialogue, &[512]);
        assert!(output.iter().flatten().all(|x| x.is_finite()));
        if sample_rate_hz == 48_000.0 {
            assert_same(&output, &first, "at the first rate again");
        }
    }
    for _ in 0..50 {
        instance.deactivate();
        assert!(instance.activate(48_000.0, 512));
    }
    let output = play(&mut instance, &music, &dialogue, &[512]);
    assert_same(&output, &first, "after many activations");
}

fn reset_in_the_middle_starts_anew<I: Instance>() {
    let (music, dialogue) = scene(2);
    let mut instance: I = ducking(STEREO, MONO, 512);
    let first = play(&mut instance, &music, &dialogue, &[512]);
    instance.reset();
    let second = play(&mut instance, &music, &dialogue, &[500]);
    assert_same(&second, &first, "after a reset");
}

fn a_thousand_changes_in_a_block<I: Instance>() {
    let mut instance: I = ducking(STEREO, STEREO, 512);
    let mut music = noise(2, 512, 1);
    let mut output = music.clone();
    let ids = ["focus", "target", "max_cut", "attack", "bypass"].map(param_id);
    let changes = (0..1000).map(|idx| Change {
        id: ids[idx % ids.len()],
        time_samples: (idx * 512 / 1000) as i32,
        value: (idx % 2) as f64,
    });
    assert!(instance.process(&mut Call {
        inputs: vec![Bus::of(&mut music)],
        outputs: vec![Bus::of(&mut output)],
        num_samples: 512,
        changes: changes.collect(),
        ..Call::default()
    }));
    assert_same(&output, &music, "silent dialogue");
    // The last value of each has arrived: 995 to 999 are the last of the five.
    let values = ids.map(|id| instance.param(id));
    assert_eq!(values, [1.0, 0.0, 1.0, 0.0, 1.0]);
}

fn changes_outside_the_block_are_taken_within_it<I: Instance>() {
    let mut instance: I = ducking(STEREO, STEREO, 512);
    // Blocks in memory of just their size: valgrind sees what lies outside.
    let mut music = noise(2, 64, 1);
    let mut output = music.clone();
    for (time_samples, value) in [(64, 0.25), (1_000_000, 0.5), (i32::MAX, 0.75), (-1, 1.0)] {
        assert!(instance.process(&mut Call {
            inputs: vec![Bus::of(&mut music)],
            outputs: vec![Bus::of(&mut output)],
            num_samples: 64,
            changes: vec![Change {
                id: param_id("focus"),
                time_samples,
                value,
            }],
            ..Call::default()
        }));
        assert_eq!(instance.param(param_id("focus")), value, "{time_samples}");
        assert_same(&output, &music, "silent dialogue");
    }
}

fn values_that_are_no_numbers_are_not_taken<I: Instance>() {
    let mut instance: I = ducking(STEREO, STEREO, 512);
    let before = instance.save();
    let mut music = noise(2, 512, 1);
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for id in ["focus", "target", "mode", "bypass"] {
            let change = Change {
                id: param_id(id),
                time_samples: 3,
                value,
            };
            let bus = Bus::of(&mut music);
            assert!(instance.process(&mut Call {
                inputs: vec![bus.clone()],
                outputs: vec![bus],
                num_samples: 512,
                changes: vec![change],
                ..Call::default()
            }));
            instance.flush(vec![change]);
        }
    }
    assert_eq!(
        String::from_utf8_lossy(&instance.save()),
        String::from_utf8_lossy(&before)
    );
}

/// A host's main thread, beside its audio thread: both hold the same plugin, which both formats
/// allow.
struct Shared<I>(I);
// SAFETY: `load` may be called on the main thread while `process` runs.
unsafe impl<I> Sync for Shared<I> {}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn a_state_loaded_while_processing<I: Instance>() {
    let mut instance: I = ducking(STEREO, STEREO, 512);
    set(&mut instance, "focus", 0.25);
    let quarter = instance.save();
    set(&mut instance, "focus", 0.75);
    let three_quarters = instance.save();

    let is_done = AtomicBool::new(false);
    let mut shared = Shared(instance);
    let pointer = &raw mut shared.0;
    let shared = &shared;
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                assert!(shared.0.load(&quarter));
                assert!(shared.0.load(&three_quarters));
            }
        });
        // Even if an assertion fails, or the scope would wait for ever.
        let _done = OnDrop(|| is_done.store(true, Ordering::Relaxed));
        let music = noise(2, 512, 1);
        for _ in 0..500 {
            // SAFETY: the other thread calls into the plugin only, which may be called so.
            let output = play(unsafe { &mut *pointer }, &music, &[], &[512]);
            assert_same(&output, &music, "silent dialogue");
        }
    });
    assert_eq!(shared.0.param(param_id("focus")), 0.75);
}

fn sixty_four_instances_at_once<I: Instance>() {
    let num_samples = 24_000;
    let (music, dialogue) = scene(2);
    let part = |channels: &Channels| -> Channels {
        channels.iter().map(|x| x[..num_samples].to_vec()).collect()
    };
    let (music, dialogue) = (part(&music), part(&dialogue));
    let expected = play(
        &mut ducking::<I>(STEREO, MONO, 512),
        &music,
        &dialogue,
        &[512],
    );
    assert_is_cut(&expected, &music);
    // On some threads, in turns on each, block by block.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut instances: Vec<I> = (0..16).map(|_| ducking(STEREO, MONO, 512)).collect();
                let mut outputs = vec![vec![Vec::new(); 2]; instances.len()];
                for start in (0..num_samples).step_by(500) {
                    let part = |channels: &Channels| -> Channels {
                        let parts = channels.iter().map(|x| x[start..start + 500].to_vec());
                        parts.collect()
                    };
                    let (music, dialogue) = (part(&music), part(&dialogue));
                    for (instance, output) in instances.iter_mut().zip(&mut outputs) {
                        let block = play(instance, &music, &dialogue, &[500]);
                        for (output, block) in output.iter_mut().zip(block) {
                            output.extend(block);
                        }
                    }
                }
                for output in &outputs {
                    assert_same(output, &expected, "one of many");
                }
            });
        }
    });
}

fn jumps_and_loops_leave_the_audio_alone<I: Instance>() {
    let (music, dialogue) = scene(2);
    let expected = play(
        &mut ducking::<I>(STEREO, MONO, 512),
        &music,
        &dialogue,
        &[512],
    );
    let mut instance: I = ducking(STEREO, MONO, 512);
    // By whole hops, as these lie on the timeline: other jumps move them.
    let positions = [0, 512, 1024, -48_128, i64::from(i32::MAX), 512, 512, 0];
    let on_grid = |position: i64, start: usize| {
        let start = start as i64;
        position - (position - start).rem_euclid(256)
    };
    let mut output = vec![Vec::new(); 2];
    for (block_idx, start) in (0..music[0].len()).step_by(500).enumerate() {
        let part = |channels: &Channels| -> Channels {
            let parts = channels.iter().map(|x| x[start..start + 500].to_vec());
            parts.collect()
        };
        let (mut block, mut dialogue) = (part(&music), part(&dialogue));
        let bus = Bus::of(&mut block);
        assert!(instance.process(&mut Call {
            inputs: vec![bus.clone(), Bus::of(&mut dialogue)],
            outputs: vec![bus],
            num_samples: 500,
            position_samples: (block_idx % 9 < 8).then(|| on_grid(positions[block_idx % 8], start)),
            ..Call::default()
        }));
        for (output, block) in output.iter_mut().zip(block) {
            output.extend(block);
        }
    }
    assert_same(&output, &expected, "with jumps");
}

fn audio_before_activation_is_refused<I: Instance>() {
    let mut instance = I::new();
    let mut music = noise(2, 64, 1);
    let bus = Bus::of(&mut music);
    let mut call = Call {
        inputs: vec![bus.clone()],
        outputs: vec![bus],
        num_samples: 64,
        ..Call::default()
    };
    assert!(!instance.process(&mut call));
    assert!(instance.activate(48_000.0, 512));
    assert!(instance.process(&mut call));
    instance.deactivate();
}
