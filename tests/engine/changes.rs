//! Whatever is switched while somebody speaks: no click, no zipper noise.

use crate::common::{ducking, engine};
use test_support::Channels;
use test_support::tones::{CHORD_HZ, ONE_TONE_HZ, assert_clean, speech, tones};
use underscore::presets::Preset;
use underscore::settings::{Listen, LookAhead, Mode, Settings, Steer};
use underscore::snapshot::Snapshot;

/// Samples between two changes: no multiple of a hop or a block.
const BETWEEN_SAMPLES: usize = 11_003;
const NUM_PARTS: usize = 24;

/// What is switched: the settings and look-aheads of even parts and of odd ones.
struct Switch {
    name: &'static str,
    settings: [Settings; 2],
    look_aheads: [LookAhead; 2],
}

/// Cuts of tones that are worth a test: the whole music may lose 6 LU.
fn deep() -> Settings {
    Settings {
        steer: Steer::Amount,
        amount_lu: 6.0,
        max_cut_db: 18.0,
        attack_ms: 5.0,
        ..ducking()
    }
}

fn preset(slug: &str) -> Settings {
    Preset::of_slug(slug).expect("a preset").settings()
}

fn switches() -> Vec<Switch> {
    let target = Settings {
        steer: Steer::Target,
        target: 0.8,
        ..deep()
    };
    let quick = Settings {
        attack_ms: 1.0,
        release_ms: 20.0,
        ..deep()
    };
    let [gentle, firm] = ["gentle", "firm"].map(preset);
    let from = |first: Settings, name, change: fn(&mut Settings)| {
        let mut second = first;
        change(&mut second);
        (name, first, second)
    };
    let pairs = [
        from(deep(), "nothing", |_| {}),
        // As does the host's bypass.
        from(deep(), "Mode", |it| it.mode = Mode::Meter),
        from(deep(), "Amount", |it| it.amount_lu = 0.0),
        from(deep(), "Steer", |it| it.steer = Steer::Target),
        from(target, "Target", |it| it.target = 0.5),
        from(deep(), "Max cut", |it| it.max_cut_db = 0.0),
        from(deep(), "Focus", |it| it.focus = 0.0),
        from(deep(), "Low limit", |it| it.low_hz = 2_000.0),
        from(deep(), "High limit", |it| it.high_hz = 150.0),
        from(deep(), "Trim", |it| it.trim_db = -24.0),
        from(deep(), "Monitor", |it| it.monitor_db_spl = 60.0),
        from(deep(), "times", |it| {
            (it.attack_ms, it.hold_ms, it.release_ms) = (1.0, 0.0, 20.0);
        }),
        from(deep(), "Listen", |it| it.listen = Listen::Removed),
        from(quick, "Mode, quick", |it| it.mode = Mode::Meter),
        ("preset", gentle, firm),
    ];
    let settings = pairs.map(|(name, first, second)| Switch {
        name,
        settings: [first, second],
        look_aheads: [LookAhead::Off; 2],
    });
    let look_aheads = LookAhead::ALL.map(|look_ahead| Switch {
        name: "Look-ahead",
        settings: [deep(); 2],
        look_aheads: [LookAhead::Ms5, look_ahead],
    });
    settings.into_iter().chain(look_aheads).collect()
}

/// Tones in all of six channels under ongoing speech, with something switched every quarter of a
/// second, and the deepest cut of a band with tones, dB.
fn switched(frequencies_hz: &[f64], switch: &Switch) -> (Channels, f32) {
    let num_samples = NUM_PARTS * BETWEEN_SAMPLES;
    let dialogue = speech(num_samples);
    let mut output = vec![tones(frequencies_hz, num_samples); 6];
    let mut engine = engine(1, 6);
    let mut deepest_db = 0.0f32;
    let mut observer = |snapshot: &Snapshot| {
        // From 200 Hz to 1 kHz, where the tones are.
        let cuts_db = snapshot.cut_band_db[3..=10].iter().copied();
        deepest_db = cuts_db.fold(deepest_db, f32::max);
    };
    for part_idx in 0..NUM_PARTS {
        let range = part_idx * BETWEEN_SAMPLES..(part_idx + 1) * BETWEEN_SAMPLES;
        let mut block: Vec<&mut [f32]> = output
            .iter_mut()
            .map(|channel| &mut channel[range.clone()])
            .collect();
        engine.set_look_ahead(switch.look_aheads[part_idx % 2]);
        let settings = &switch.settings[part_idx % 2];
        engine.process(
            &[&dialogue[range.clone()]],
            &mut block,
            settings,
            Some(&mut observer),
        );
    }
    (output, deepest_db)
}

#[test]
fn nothing_that_can_be_switched_clicks() {
    for frequencies_hz in [&ONE_TONE_HZ[..], &CHORD_HZ] {
        for switch in switches() {
            let (output, deepest_db) = switched(frequencies_hz, &switch);
            assert!(deepest_db > 2.5, "{}: {deepest_db} dB", switch.name);
            // With a look-ahead the music begins at once, late.
            let begun = 4_800;
            for (channel_idx, name) in [(0, "front"), (4, "surround")] {
                let what = format!(
                    "{} {:?}, {} tones, {name}, up to {deepest_db:.1} dB",
                    switch.name,
                    switch.look_aheads[1],
                    frequencies_hz.len()
                );
                assert_clean(&output[channel_idx][begun..], frequencies_hz, &what);
            }
        }
    }
}

#[test]
fn a_dialogue_that_is_listened_to_does_not_click_when_its_trim_jumps() {
    let num_samples = NUM_PARTS * BETWEEN_SAMPLES;
    let dialogue = tones(&ONE_TONE_HZ, num_samples);
    let mut output = [vec![0.0; num_samples]];
    let mut engine = engine(1, 1);
    for (part_idx, part) in output[0].chunks_mut(BETWEEN_SAMPLES).enumerate() {
        let start = part_idx * BETWEEN_SAMPLES;
        let settings = Settings {
            trim_db: [0.0, -24.0][part_idx % 2],
            listen: Listen::Dialogue,
            ..Settings::default()
        };
        let dialogue = &dialogue[start..start + part.len()];
        let num_samples = part.len();
        engine.process(&[dialogue], &mut [part], &settings, None);
        let settled = 480..num_samples;
        assert!(part_idx % 2 == 1 || part[settled.clone()] == dialogue[settled]);
    }
    assert_clean(&output[0], &ONE_TONE_HZ, "Trim");
}
