//! The ride as a lane of the host's: written, and read back.

use std::ops::Range;

use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::psycho::bands::NUM_BANDS;
use underscore::settings::Settings;
use underscore::snapshot::Snapshot;

use crate::clap_instance::Clap;
use crate::harness::*;
use crate::lane_hosts::*;
use test_support::Channels;
use test_support::demo;

/// A lane: positions on the timeline, samples, and rides there, LU.
type Lane = Vec<(i64, f64)>;

/// What a host has written, in order, each with its position.
type Tape = Vec<(i64, Sent)>;

/// A stretch of the timeline, played or passed over while the host stands.
#[derive(Clone)]
struct Stretch {
    span: Range<usize>,
    plays: bool,
}

fn played(span: Range<usize>) -> Stretch {
    Stretch { span, plays: true }
}

const WRITE: f64 = 1.0;
const READ: f64 = 2.0;

/// An active plugin that ducks with the automation as said.
fn host<H: LaneHost>(automation: f64) -> H {
    let mut host = H::new();
    let instance = host.instance();
    assert!(instance.set_buses(STEREO, MONO));
    set(instance, "mode", 1.0);
    set_automation(&mut host, automation);
    assert!(host.instance().activate(demo::RATE_HZ, 8192));
    host
}

fn set_automation<H: LaneHost>(host: &mut H, automation: f64) {
    let value = match H::Instance::VALUES_ARE_PLACES {
        true => automation,
        false => automation / 2.0,
    };
    set(host.instance(), "automation", value);
}

/// The ride of a lane at a position: on straight lines between its points.
fn ride_at(lane: &Lane, position: i64) -> f64 {
    let idx = lane.partition_point(|point| point.0 <= position);
    let before = idx.checked_sub(1).map(|idx| lane[idx]);
    match (before, lane.get(idx)) {
        (Some((from, from_lu)), Some(&(to, to_lu))) => {
            from_lu + (to_lu - from_lu) * (position - from) as f64 / (to - from) as f64
        }
        (Some((_, lu)), None) => lu,
        (None, Some(&(_, lu))) => lu,
        (None, None) => 0.0,
    }
}

/// Plays the stretches of the scene in blocks of the given sizes, with a lane if there is one. Gives what comes out
/// and what was sent.
fn play<H: LaneHost>(
    host: &mut H,
    (dialogue, music): (&Channels, &Channels),
    stretches: &[Stretch],
    sizes: &[usize],
    lane: Option<&dyn Fn(i64) -> f64>,
) -> (Channels, Tape) {
    let (mut output, mut tape) = (vec![Vec::new(); 2], Tape::new());
    let mut sizes = sizes.iter().cycle();
    for stretch in stretches {
        let mut start = stretch.span.start;
        while start < stretch.span.end {
            let end = (start + sizes.next().unwrap()).min(stretch.span.end);
            let part = |channels: &Channels| -> Channels {
                channels.iter().map(|x| x[start..end].to_vec()).collect()
            };
            let (mut music, mut dialogue) = (part(music), part(dialogue));
            let mut block = vec![vec![f32::NAN; end - start]; 2];
            // A VST3 host names corners, between which there are straight lines; any other all of the lane.
            let changes = lane.map(|lane| {
                let is_named = |at: &usize| match H::NAMES_CORNERS {
                    true => at.is_multiple_of(1024) || at + 1 == end,
                    false => at.is_multiple_of(32),
                };
                let is_corner = |at: &usize| is_named(at) || *at == start;
                let at = (start..end).filter(is_corner);
                at.map(|at| Change {
                    id: param_id("ride"),
                    time_samples: (at - start) as i32,
                    value: lane(at as i64) / MAX_LU,
                })
                .collect()
            });
            assert!(host.instance().process(&mut Call {
                inputs: vec![Bus::of(&mut music), Bus::of(&mut dialogue)],
                outputs: vec![Bus::of(&mut block)],
                num_samples: end - start,
                changes: changes.unwrap_or_default(),
                position_samples: stretch.plays.then_some(start as i64),
                is_offline: false,
            }));
            let sent = host.sent(end - start);
            tape.extend(
                sent.into_iter()
                    .map(|(at, sent)| ((start + at) as i64, sent)),
            );
            for (output, block) in output.iter_mut().zip(block) {
                output.extend(block);
            }
            start = end;
        }
    }
    (output, tape)
}

/// The lane of a tape on which no moment is there twice.
fn lane_of(tape: &Tape) -> Lane {
    let points = tape.iter().filter_map(|(position, sent)| match sent {
        Sent::Value(lu) => Some((*position, *lu)),
        _ => None,
    });
    let mut lane: Lane = points.collect();
    lane.sort_by_key(|point| point.0);
    lane
}

fn levels(output: &Channels) -> Vec<Snapshot> {
    let mut engine = Engine::prepare(
        demo::RATE_HZ,
        Layout::MONO,
        Layout::from_num_channels(2).unwrap(),
    )
    .unwrap();
    let mut music = output.clone();
    let mut music: Vec<&mut [f32]> = music.iter_mut().map(Vec::as_mut_slice).collect();
    let silence = vec![0.0; output[0].len()];
    let mut snapshots = Vec::new();
    let mut observer = |hop: &Snapshot| snapshots.push(*hop);
    engine.process(
        &[&silence],
        &mut music,
        &Settings::default(),
        Some(&mut observer),
    );
    snapshots
}

/// The greatest differences of loudness, LU, and of a band, dB, in any window of 43 ms.
fn differences(a: &Channels, b: &Channels) -> (f32, f32) {
    let (mut loudness_lu, mut band_db) = (0.0_f32, 0.0_f32);
    for (a, b) in levels(a).iter().zip(&levels(b)) {
        if a.music_dbfs < -70.0 {
            continue;
        }
        let lu = 10.0 * (a.music_k_power / b.music_k_power).log10();
        loudness_lu = loudness_lu.max(lu.abs());
        for band_idx in 0..NUM_BANDS {
            let (a, b) = (a.music_band_dbfs[band_idx], b.music_band_dbfs[band_idx]);
            if a > -80.0 {
                band_db = band_db.max((a - b).abs());
            }
        }
    }
    (loudness_lu, band_db)
}

fn seconds(range_s: Range<f64>) -> Range<usize> {
    (range_s.start * demo::RATE_HZ) as usize..(range_s.end * demo::RATE_HZ) as usize
}

fn writes_and_reads<H: LaneHost>(stretches: &[Stretch], sizes: &[usize]) {
    let scene = (demo::dialogue(), demo::music());
    let mut writer: H = host(WRITE);
    let (heard, tape) = play(&mut writer, scene, stretches, sizes, None);
    let lane = lane_of(&tape);
    assert!(lane.iter().any(|point| point.1 > 1.0), "nothing was ducked");
    let mut reader: H = host(READ);
    let read_lane = |position: i64| ride_at(&lane, position);
    let (read, sent) = play(&mut reader, scene, stretches, sizes, Some(&read_lane));
    assert_eq!(sent, [], "something was sent while a lane is read");
    let (loudness_lu, band_db) = differences(&heard, &read);
    let is_same = loudness_lu < 0.2 && band_db < 1.0;
    assert!(
        is_same,
        "{loudness_lu} LU, {band_db} dB at {sizes:?}, {} stretches",
        stretches.len()
    );
}

const ANY_SIZES: [&[usize]; 5] = [&[1], &[64], &[512], &[8192], &[1, 700, 33, 5000]];

/// From one place to another while the host plays on.
fn jumping() -> Vec<Stretch> {
    let spans = [3.0..7.0, 16.5..20.0, 0.0..3.0, 24.0..28.0];
    spans.map(|span| played(seconds(span))).to_vec()
}

#[test]
fn what_is_written_plays_back_as_it_was_heard_in_clap() {
    for sizes in ANY_SIZES {
        writes_and_reads::<Clap>(&[played(seconds(0.0..20.0))], sizes);
        writes_and_reads::<Clap>(&jumping(), sizes);
    }
}

#[test]
fn what_is_written_plays_back_as_it_was_heard_in_vst3() {
    for sizes in ANY_SIZES {
        writes_and_reads::<Vst3Host>(&[played(seconds(0.0..20.0))], sizes);
        // An edit has no time: what long blocks move on both sides of a jump goes to one moment.
        if sizes.iter().all(|&size| size <= 512) {
            writes_and_reads::<Vst3Host>(&jumping(), sizes);
        }
    }
}

/// Begin, values, end: of each pass, in order, no two in one sample, and not too many.
fn assert_passes(tape: &Tape, num_passes: usize, has_samples: bool) {
    let mut passes = 0;
    let mut rest = &tape[..];
    while let Some(((_, first), after)) = rest.split_first() {
        assert_eq!(*first, Sent::Begin);
        let num_values = after
            .iter()
            .take_while(|(_, sent)| matches!(sent, Sent::Value(_)))
            .count();
        assert!(num_values > 0, "a pass without values");
        assert_eq!(after[num_values].1, Sent::End);
        rest = &after[num_values + 1..];
        passes += 1;
    }
    assert_eq!(passes, num_passes);
    if has_samples {
        assert!(tape.windows(2).all(|pair| pair[0].0 != pair[1].0));
    }
}

fn log_of_a_session<H: LaneHost>(has_samples: bool) {
    let scene = (demo::dialogue(), demo::music());
    let stands = |span| Stretch { span, plays: false };
    let session = [
        stands(seconds(0.0..1.0)),
        played(seconds(3.0..8.0)),
        stands(seconds(8.0..9.0)),
        played(seconds(16.0..18.0)),
        // A loop, and on.
        played(seconds(16.0..18.0)),
        played(seconds(16.0..20.0)),
        stands(seconds(3.0..4.0)),
    ];
    for sizes in ANY_SIZES {
        let mut writer: H = host(WRITE);
        let (_, tape) = play(&mut writer, scene, &session, sizes, None);
        assert_passes(&tape, 2, has_samples);
        let most = 20 * 13 + 6;
        assert!(tape.len() <= most, "{} events", tape.len());
    }
}

#[test]
fn a_pass_is_one_gesture_from_play_to_stop_in_clap() {
    log_of_a_session::<Clap>(true);
}

#[test]
fn a_pass_is_one_gesture_from_play_to_stop_in_vst3() {
    log_of_a_session::<Vst3Host>(false);
}

/// Nothing is sent in any other state, and when states are loaded.
fn silence<H: LaneHost>() {
    let scene = (demo::dialogue(), demo::music());
    let line = seconds(4.0..8.0);
    let stands = [Stretch {
        span: line.clone(),
        plays: false,
    }];
    for automation in [0.0, READ] {
        let mut silent: H = host(automation);
        let (_, tape) = play(&mut silent, scene, &[played(line.clone())], &[512], None);
        assert_eq!(tape, []);
    }
    let mut writer: H = host(WRITE);
    let state = writer.instance().save();
    assert_eq!(play(&mut writer, scene, &stands, &[512], None).1, []);
    assert!(writer.instance().load(&state));
    assert_eq!(writer.sent(0), []);
    set(writer.instance(), "ride", 0.5);
    assert_eq!(writer.sent(0), []);
    assert_eq!(play(&mut writer, scene, &stands, &[512], None).1, []);
    // Metering or bypassed, nothing is given up that a lane could hold.
    for (id, value) in [("mode", 0.0), ("bypass", 1.0)] {
        let mut idle: H = host(WRITE);
        set(idle.instance(), id, value);
        let (_, tape) = play(&mut idle, scene, &[played(line.clone())], &[512], None);
        assert_eq!(tape, [], "{id}");
    }
}

#[test]
fn nothing_is_sent_while_stopped_or_read_or_loaded_in_clap() {
    silence::<Clap>();
}

#[test]
fn nothing_is_sent_while_stopped_or_read_or_loaded_in_vst3() {
    silence::<Vst3Host>();
}

#[test]
fn a_pass_that_processing_ends_in_is_ended_too() {
    let scene = (demo::dialogue(), demo::music());
    let pass = [played(seconds(4.0..8.0))];
    let mut clap: Clap = host(WRITE);
    let (_, tape) = play(&mut clap, scene, &pass, &[512], None);
    assert!(!tape.contains(&(tape.last().unwrap().0, Sent::End)));
    clap.deactivate();
    clap.flush(Vec::new());
    assert_eq!(LaneHost::sent(&mut clap, 0), [(0, Sent::End)]);
    assert!(clap.activate(demo::RATE_HZ, 512));
    let (_, tape) = play(&mut clap, scene, &pass, &[512], None);
    assert_eq!(tape[0].1, Sent::Begin);

    let mut vst3: Vst3Host = host(WRITE);
    play(&mut vst3, scene, &pass, &[512], None);
    vst3.instance().deactivate();
    assert_eq!(vst3.sent(0), [(0, Sent::End)]);
}

#[test]
fn a_vst3_host_that_takes_no_values_is_sent_none() {
    let scene = (demo::dialogue(), demo::music());
    let pass = [played(seconds(4.0..8.0))];
    let mut vst3: Vst3Host = host(WRITE);
    for (state, is_sent) in [(0, false), (1, false), (2, true), (3, true), (1, false)] {
        vst3.set_automation(state);
        let (_, tape) = play(&mut vst3, scene, &pass, &[512], None);
        let has_values = tape.iter().any(|(_, sent)| matches!(sent, Sent::Value(_)));
        assert_eq!(has_values, is_sent, "{state}");
    }
}
