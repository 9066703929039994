//! Buses and channels that are missing, null, too few or too many. `cargo xtask test` runs these under
//! valgrind too, which sees that nothing outside is read or written.

use crate::harness::*;
use crate::signals::{assert_same, play};
use test_support::Channels;
use test_support::noise::noise;

in_both_formats! {
    a_missing_sidechain_is_silence
    a_sidechain_may_come_and_go_while_blocks_shrink_and_grow
    null_arrays_are_silence
    null_channels_are_silence_and_outputs_without_memory_are_skipped
    fewer_and_more_channels_than_the_layout_has
    no_output_is_no_audio
    one_memory_for_input_and_output
    channels_swapped_in_place
    a_sidechain_in_the_memory_of_the_output_is_heard_before_it_is_overwritten
    input_and_output_may_overlap
    an_inactive_plugin_passes_the_music
}

const NUM_SAMPLES: usize = 512;

/// One block of these buses; `output` starts as no number.
fn block<I: Instance>(instance: &mut I, inputs: Vec<Bus>, output: &mut Channels) {
    output.iter_mut().for_each(|x| x.fill(f32::NAN));
    let num_samples = output[0].len();
    assert!(instance.process(&mut Call {
        inputs,
        outputs: vec![Bus::of(output)],
        num_samples,
        ..Call::default()
    }));
}

fn null_array(num_channels: usize) -> Bus {
    Bus {
        channels: vec![std::ptr::null_mut(); num_channels],
        is_array_null: true,
    }
}

/// As `a` and `b` instances of one layout, the first with what is tested, the second with plain
/// silence in its place.
fn pair<I: Instance>(music: Speakers, dialogue: Speakers) -> (I, I) {
    (ducking(music, dialogue, 512), ducking(music, dialogue, 512))
}

fn a_missing_sidechain_is_silence<I: Instance>() {
    for (music, dialogue) in [
        (STEREO, STEREO),
        (MONO, MONO),
        (FIVE_ONE, MONO),
        (SEVEN_ONE_FOUR, SEVEN_ONE_FOUR),
    ] {
        let mut instance: I = ducking(music, dialogue, 512);
        let input = noise(music.len(), 4800, 5);
        let output = play(&mut instance, &input, &[], &[512, 1, 17, 64]);
        assert_same(&output, &input, "without a sidechain");
    }
}

fn a_sidechain_may_come_and_go_while_blocks_shrink_and_grow<I: Instance>() {
    let (mut tested, mut plain) = pair::<I>(STEREO, STEREO);
    for (num_samples, is_there) in [
        (512, true),
        (17, false),
        (256, true),
        (1, false),
        (512, false),
        (64, true),
        (1500, true),
        (3, false),
    ] {
        let music = noise(2, num_samples, num_samples as u64);
        let silence = vec![vec![0.0; num_samples]; 2];
        let dialogue = match is_there {
            true => noise(2, num_samples, 99),
            false => silence.clone(),
        };
        let given: &[Vec<f32>] = if is_there { &dialogue } else { &[] };
        let output = play(&mut tested, &music, given, &[num_samples]);
        let expected = play(&mut plain, &music, &dialogue, &[num_samples]);
        assert_same(&output, &expected, &format!("{num_samples} samples"));
    }
}

fn null_arrays_are_silence<I: Instance>() {
    let mut instance: I = ducking(FIVE_ONE, STEREO, 512);
    let mut music = noise(6, NUM_SAMPLES, 1);
    let mut output = music.clone();
    block(
        &mut instance,
        vec![Bus::of(&mut music), null_array(2)],
        &mut output,
    );
    assert_same(&output, &music, "dialogue");
    // A sidechain of no channels.
    block(
        &mut instance,
        vec![Bus::of(&mut music), Bus::default()],
        &mut output,
    );
    assert_same(&output, &music, "dialogue");
    // No music, or no input at all.
    let silence = vec![vec![0.0; NUM_SAMPLES]; 6];
    block(
        &mut instance,
        vec![null_array(6), null_array(2)],
        &mut output,
    );
    assert_same(&output, &silence, "music");
    block(&mut instance, vec![], &mut output);
    assert_same(&output, &silence, "no input");
}

fn null_channels_are_silence_and_outputs_without_memory_are_skipped<I: Instance>() {
    for music in [MONO, FIVE_ONE] {
        let mut instance: I = ducking(music, STEREO, 512);
        let num_channels = music.len();
        for null_idx in 0..num_channels {
            let mut input = noise(num_channels, NUM_SAMPLES, 1);
            let mut dialogue = vec![vec![0.0; NUM_SAMPLES]; 2];
            let mut music_bus = Bus::of(&mut input);
            music_bus.channels[null_idx] = std::ptr::null_mut();
            let mut dialogue_bus = Bus::of(&mut dialogue);
            dialogue_bus.channels[null_idx % 2] = std::ptr::null_mut();
            let mut output = vec![vec![f32::NAN; NUM_SAMPLES]; num_channels];
            block(&mut instance, vec![music_bus, dialogue_bus], &mut output);
            let mut expected = input.clone();
            expected[null_idx].fill(0.0);
            assert_same(&output, &expected, "input");

            let mut output_bus = Bus::of(&mut output);
            output_bus.channels[null_idx] = std::ptr::null_mut();
            assert!(instance.process(&mut Call {
                inputs: vec![Bus::of(&mut input), Bus::of(&mut dialogue)],
                outputs: vec![output_bus],
                num_samples: NUM_SAMPLES,
                ..Call::default()
            }));
            let rest = |channels: &Channels| {
                let mut rest = channels.clone();
                rest.remove(null_idx);
                rest
            };
            assert_same(&rest(&output), &rest(&input), "output");
        }
    }
}

fn fewer_and_more_channels_than_the_layout_has<I: Instance>() {
    let mut instance: I = ducking(FIVE_ONE, STEREO, 512);
    for num_given in [1, 5, 7, 40] {
        let mut input = noise(num_given, NUM_SAMPLES, 1);
        let mut dialogue = vec![vec![0.0; NUM_SAMPLES]; num_given];
        let mut output = vec![vec![0.0; NUM_SAMPLES]; num_given];
        let buses = vec![Bus::of(&mut input), Bus::of(&mut dialogue)];
        block(&mut instance, buses, &mut output);
        let num_real = num_given.min(6);
        assert_same(&output[..num_real], &input[..num_real], "of the layout");
        let silence = vec![vec![0.0; NUM_SAMPLES]; num_given - num_real];
        assert_same(&output[num_real..], &silence, "beyond the layout");
    }
}

fn no_output_is_no_audio<I: Instance>() {
    let mut instance: I = ducking(STEREO, STEREO, 512);
    let mut music = noise(2, NUM_SAMPLES, 1);
    let change = Change {
        id: param_id("focus"),
        time_samples: 100,
        value: 0.75,
    };
    for outputs in [vec![], vec![Bus::default()], vec![null_array(2)]] {
        set(&mut instance, "focus", 0.25);
        let mut call = Call {
            inputs: vec![Bus::of(&mut music)],
            outputs,
            num_samples: NUM_SAMPLES,
            changes: vec![change],
            ..Call::default()
        };
        assert!(instance.process(&mut call));
        // The parameters arrive all the same.
        assert_eq!(instance.param(param_id("focus")), 0.75);
    }
}

fn one_memory_for_input_and_output<I: Instance>() {
    let (mut in_place, mut plain) = pair::<I>(FIVE_ONE, MONO);
    for block_idx in 0..20 {
        let music = noise(6, NUM_SAMPLES, block_idx + 1);
        let mut dialogue = noise(1, NUM_SAMPLES, block_idx + 100);
        let mut shared = music.clone();
        let bus = Bus::of(&mut shared);
        assert!(in_place.process(&mut Call {
            inputs: vec![bus.clone(), Bus::of(&mut dialogue)],
            outputs: vec![bus],
            num_samples: NUM_SAMPLES,
            ..Call::default()
        }));
        let expected = play(&mut plain, &music, &dialogue, &[NUM_SAMPLES]);
        assert_same(&shared, &expected, "in place");
    }
}

/// Left comes out in the memory where right came in.
fn channels_swapped_in_place<I: Instance>() {
    let mut instance: I = ducking(STEREO, STEREO, 512);
    let music = noise(2, NUM_SAMPLES, 1);
    let mut shared = music.clone();
    let input = Bus::of(&mut shared);
    let mut output = input.clone();
    output.channels.reverse();
    assert!(instance.process(&mut Call {
        inputs: vec![input],
        outputs: vec![output],
        num_samples: NUM_SAMPLES,
        ..Call::default()
    }));
    shared.reverse();
    assert_same(&shared, &music, "swapped");
}

fn a_sidechain_in_the_memory_of_the_output_is_heard_before_it_is_overwritten<I: Instance>() {
    let (mut tested, mut plain) = pair::<I>(MONO, MONO);
    let speech = crate::signals::speech();
    for (block_idx, dialogue) in speech.chunks_exact(NUM_SAMPLES).take(150).enumerate() {
        let mut music = noise(1, NUM_SAMPLES, block_idx as u64 + 1);
        let mut shared = vec![dialogue.to_vec()];
        let bus = Bus::of(&mut shared);
        assert!(tested.process(&mut Call {
            inputs: vec![Bus::of(&mut music), bus.clone()],
            outputs: vec![bus],
            num_samples: NUM_SAMPLES,
            ..Call::default()
        }));
        let dialogue = [dialogue.to_vec()];
        let expected = play(&mut plain, &music, &dialogue, &[NUM_SAMPLES]);
        assert_same(&shared, &expected, "shared");
    }
}

/// One long memory, in which the output of all channels begins some samples before or after the input.
fn input_and_output_may_overlap<I: Instance>() {
    const LONG: usize = 5000;
    let speech = vec![crate::signals::speech()[..LONG].to_vec()];
    for shift in [-3000_isize, -64, 1, 64, 1500, 4999] {
        let (mut tested, mut plain) = pair::<I>(STEREO, MONO);
        let music = noise(2, LONG, 3);
        let before = LONG;
        let mut memory = vec![0.0_f32; 4 * LONG];
        for (channel_idx, channel) in music.iter().enumerate() {
            let start = before + channel_idx * LONG;
            memory[start..start + LONG].copy_from_slice(channel);
        }
        let base = memory.as_mut_ptr();
        let bus = |shift: isize| Bus {
            channels: (0..2)
                .map(|idx| unsafe { base.offset((before + idx * LONG) as isize + shift) })
                .collect(),
            is_array_null: false,
        };
        assert!(tested.process(&mut Call {
            inputs: vec![bus(0), Bus::of(&mut speech.clone())],
            outputs: vec![bus(shift)],
            num_samples: LONG,
            ..Call::default()
        }));
        let expected = play(&mut plain, &music, &speech, &[LONG]);
        let start = (before as isize + shift) as usize;
        let output: Vec<_> = (0..2)
            .map(|idx| memory[start + idx * LONG..][..LONG].to_vec())
            .collect();
        assert_same(&output, &expected, &format!("output {shift} later"));
    }
}

/// Whatever it returns: what the host had in its buffers mustn't be heard.
fn an_inactive_plugin_passes_the_music<I: Instance>() {
    let mut instance: I = ducking(STEREO, MONO, 512);
    instance.deactivate();
    let mut music = noise(2, 3000, 3);
    let mut output = vec![vec![f32::NAN; 3000]; 3];
    instance.process(&mut Call {
        inputs: vec![Bus::of(&mut music)],
        outputs: vec![Bus::of(&mut output)],
        num_samples: 3000,
        ..Call::default()
    });
    music.push(vec![0.0; 3000]);
    assert_same(&output, &music, "inactive");
    assert!(instance.activate(48_000.0, 512));
}
