//! Every layout, by the loudspeakers that the host asks for, and what the plugin does with them.

use crate::harness::*;
use crate::signals::{assert_same, is_same, play, speech};
use test_support::Channels;
use test_support::noise::noise;

const MUSIC: [(&str, Speakers); 16] = [
    ("mono", MONO),
    ("stereo", STEREO),
    ("LCR", &[0, 1, 2]),
    ("4.0", &[0, 1, 2, 8]),
    ("quad", &[0, 1, 4, 5]),
    ("5.0", &[0, 1, 2, 4, 5]),
    ("5.1", FIVE_ONE),
    ("7.0", &[0, 1, 2, 4, 5, 9, 10]),
    ("7.1 Music", SEVEN_ONE),
    ("7.1 Cine", SEVEN_ONE_CINE),
    ("7.1.2", &[0, 1, 2, 3, 4, 5, 9, 10, 24, 25]),
    ("7.1.4", SEVEN_ONE_FOUR),
    ("9.1.4", &[0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17]),
    (
        "9.1.6",
        &[0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 24, 25],
    ),
    (
        "eleven of no format",
        &[0, 1, 2, 3, 6, 7, 8, 11, 12, 16, 24],
    ),
    (
        "thirteen of no format",
        &[0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 16],
    ),
];

const LFE: u8 = 3;
/// L R C, those beside the centre, the wide ones, mono.
const FRONT: [u8; 6] = [0, 1, 2, 6, 7, 19];

in_both_formats! {
    every_arrangement_is_taken_said_back_and_passes_each_channel
    in_every_arrangement_the_front_is_cut_as_one_the_rest_less_and_the_lfe_never
    a_dialogue_wider_than_the_music_is_taken
    a_voice_in_the_lfe_is_not_heard
    a_dialogue_that_is_switched_off_is_silence
    the_same_numbers_of_channels_get_the_cut_of_their_loudspeakers
    focus_says_how_much_of_the_cut_surrounds_and_heights_get
    buses_stay_as_they_are_while_active
}

/// Silent music bit by bit in its own channel: nothing is swapped, lost or added.
fn every_arrangement_is_taken_said_back_and_passes_each_channel<I: Instance>() {
    for (name, music) in MUSIC {
        for dialogue in [MONO, STEREO, music] {
            let mut instance: I = ducking(music, dialogue, 512);
            assert_eq!(instance.buses(), [music, music, dialogue], "{name}");
            let input = noise(music.len(), 1500, 7);
            let silence = vec![vec![0.0; 1500]; dialogue.len()];
            let output = play(&mut instance, &input, &silence, &[512, 17]);
            assert_same(&output, &input, name);
        }
    }
}

/// With one and the same noise in all channels, the output tells the cut of each.
fn in_every_arrangement_the_front_is_cut_as_one_the_rest_less_and_the_lfe_never<I: Instance>() {
    const NUM_SAMPLES: usize = 60_000;
    let noise = noise(1, NUM_SAMPLES, 3).swap_remove(0);
    let speech = &speech()[..NUM_SAMPLES];
    for (name, music) in MUSIC {
        for dialogue in [MONO, STEREO, music] {
            let what = format!("{name} with {} channels of dialogue", dialogue.len());
            let mut instance: I = ducking(music, dialogue, 512);
            let voices: Channels = dialogue
                .iter()
                .map(|speaker| match FRONT.contains(speaker) {
                    true => speech.to_vec(),
                    false => vec![0.0; NUM_SAMPLES],
                })
                .collect();
            let input = vec![noise.clone(); music.len()];
            let output = play(&mut instance, &input, &voices, &[512]);
            let cut_of = |is_it: &dyn Fn(u8) -> bool| -> Vec<&Vec<f32>> {
                let channels = music.iter().zip(&output);
                channels
                    .filter(|(speaker, _)| is_it(**speaker))
                    .map(|(_, channel)| channel)
                    .collect()
            };
            let front = cut_of(&|speaker| FRONT.contains(&speaker));
            let rest = cut_of(&|speaker| speaker != LFE && !FRONT.contains(&speaker));
            for lfe in cut_of(&|speaker| speaker == LFE) {
                assert!(is_same(lfe, &noise), "{what}: LFE");
            }
            let front_cut = energy_between(front[0], &noise);
            assert!(front_cut > 1.0, "{what}: the front is cut by {front_cut}");
            for channel in &front {
                assert!(is_same(channel, front[0]), "{what}: linked");
            }
            for channel in rest {
                let share = energy_between(channel, &noise) / front_cut;
                assert!((0.1..0.6).contains(&share), "{what}: {share} of the front");
            }
        }
    }
}

/// Energy of the difference.
fn energy_between(a: &[f32], b: &[f32]) -> f64 {
    let differences = a.iter().zip(b).map(|(&a, &b)| f64::from(a) - f64::from(b));
    differences.map(|x| x * x).sum()
}

fn a_voice_in_the_lfe_is_not_heard<I: Instance>() {
    let mut instance: I = ducking(FIVE_ONE, FIVE_ONE, 512);
    let mut dialogue = vec![vec![0.0; 60_000]; 6];
    dialogue[3] = speech()[..60_000].to_vec();
    let music = noise(6, 60_000, 3);
    let output = play(&mut instance, &music, &dialogue, &[512]);
    assert_same(&output, &music, "LFE");
}

fn a_dialogue_wider_than_the_music_is_taken<I: Instance>() {
    let mut instance: I = ducking(MONO, FIVE_ONE, 512);
    assert_eq!(instance.buses(), [MONO, MONO, FIVE_ONE]);
    // Speech in the centre alone is heard.
    let mut dialogue = vec![vec![0.0; 96_000]; 6];
    dialogue[2] = speech()[..96_000].to_vec();
    let music = noise(1, 96_000, 3);
    let output = play(&mut instance, &music, &dialogue, &[512]);
    assert!(!is_same(&output[0], &music[0]), "nothing was cut");
}

fn a_dialogue_that_is_switched_off_is_silence<I: Instance>() {
    let mut instance: I = ducking(SEVEN_ONE, OFF, 512);
    let music = noise(8, 4800, 3);
    assert_same(&play(&mut instance, &music, &[], &[512]), &music, "off");
}

/// Plays speech over noise; tells for each channel whether it was cut.
fn cut_channels<I: Instance>(music: Speakers, focus: f64) -> Vec<bool> {
    let mut instance: I = ducking(music, MONO, 512);
    set_while_playing(&mut instance, "focus", focus);
    let speech = vec![speech()[..96_000].to_vec()];
    let music = noise(music.len(), 96_000, 3);
    let output = play(&mut instance, &music, &speech, &[512]);
    output
        .iter()
        .zip(&music)
        .map(|(output, input)| !is_same(output, input))
        .collect()
}

fn set_while_playing<I: Instance>(instance: &mut I, id: &str, value: f64) {
    let change = Change {
        id: param_id(id),
        time_samples: 0,
        value,
    };
    let mut music: Channels = vec![vec![0.0; 1]; 16];
    assert!(instance.process(&mut Call {
        inputs: vec![Bus::of(&mut music.clone())],
        outputs: vec![Bus::of(&mut music)],
        num_samples: 1,
        changes: vec![change],
        ..Call::default()
    }));
}

/// With Focus at 0 just the front is cut, so the cut tells the roles.
fn the_same_numbers_of_channels_get_the_cut_of_their_loudspeakers<I: Instance>() {
    let (cut, kept) = (true, false);
    assert_eq!(
        cut_channels::<I>(SEVEN_ONE, 0.0),
        [cut, cut, cut, kept, kept, kept, kept, kept]
    );
    // Lc and Rc stand behind the screen.
    assert_eq!(
        cut_channels::<I>(SEVEN_ONE_CINE, 0.0),
        [cut, cut, cut, kept, kept, kept, cut, cut]
    );
    // L R Ls Rs against L R C Cs.
    assert_eq!(
        cut_channels::<I>(&[0, 1, 4, 5], 0.0),
        [cut, cut, kept, kept]
    );
    assert_eq!(cut_channels::<I>(&[0, 1, 2, 8], 0.0), [cut, cut, cut, kept]);
}

fn focus_says_how_much_of_the_cut_surrounds_and_heights_get<I: Instance>() {
    let is_cut = cut_channels::<I>(SEVEN_ONE_FOUR, 1.0);
    let all_but_lfe: Vec<bool> = (0..12).map(|channel_idx| channel_idx != 3).collect();
    assert_eq!(is_cut, all_but_lfe);
    let is_cut = cut_channels::<I>(SEVEN_ONE_FOUR, 0.0);
    let front: Vec<bool> = (0..12).map(|channel_idx| channel_idx < 3).collect();
    assert_eq!(is_cut, front);
}

fn buses_stay_as_they_are_while_active<I: Instance>() {
    let mut instance: I = ducking(FIVE_ONE, MONO, 512);
    assert!(!instance.set_buses(STEREO, STEREO));
    assert_eq!(instance.buses(), [FIVE_ONE, FIVE_ONE, MONO]);
    instance.deactivate();
    assert!(instance.set_buses(STEREO, STEREO));
    assert!(instance.activate(48_000.0, 512));
    assert_eq!(instance.buses(), [STEREO, STEREO, STEREO]);
}
