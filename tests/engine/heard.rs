//! Music that is heard beside the engine gives the snapshots that the engine gives by itself, bit by
//! bit: a check on two threads is a check on one.

use crate::common::{clashing_line, engine, run};
use test_support::Channels;
use test_support::demo::RATE_HZ;
use underscore::engine::music_hearing::{HeardMusic, MusicHearing};
use underscore::layout::Layout;
use underscore::settings::Settings;
use underscore::snapshot::Snapshot;

/// The snapshots of a pair whose music is heard apart, in blocks of the given sizes.
fn heard_apart(
    dialogue: &Channels,
    music: &Channels,
    settings: &Settings,
    block_sizes: &[usize],
) -> Vec<Snapshot> {
    let layout = |channels: &Channels| Layout::from_num_channels(channels.len()).expect("a layout");
    let mut hearing = MusicHearing::prepare(RATE_HZ, &layout(dialogue), &layout(music))
        .expect("48 kHz is supported");
    let mut engine = engine(dialogue.len(), music.len());
    let (mut music, mut snapshots) = (music.clone(), Vec::new());
    let num_samples = music[0].len();
    let mut sizes = block_sizes.iter().cycle();
    let mut start = 0;
    while start < num_samples {
        let end = (start + sizes.next().expect("a cycle")).min(num_samples);
        let mut channels: Vec<&mut [f32]> = music
            .iter_mut()
            .map(|channel| &mut channel[start..end])
            .collect();
        let mut hops: Vec<HeardMusic> = Vec::new();
        hearing.hear(&mut channels, |hop| hops.push(hop));
        let spoken: Vec<&[f32]> = dialogue
            .iter()
            .map(|channel| &channel[start..end])
            .collect();
        engine.judge(
            &spoken,
            end - start,
            &mut hops.into_iter(),
            settings,
            &mut |snapshot: &Snapshot| snapshots.push(*snapshot),
        );
        start = end;
    }
    snapshots
}

#[test]
fn music_heard_apart_gives_the_same_snapshots() {
    let (dialogue, music) = clashing_line();
    let settings = Settings {
        trim_db: 3.0,
        ..Settings::default()
    };
    for num_music_channels in [1, 2, 6, 12] {
        let mut channels: Channels = music
            .iter()
            .cycle()
            .take(num_music_channels)
            .cloned()
            .collect();
        for (channel_idx, channel) in channels.iter_mut().enumerate() {
            channel.rotate_right(97 * channel_idx);
        }
        let mut whole = engine(dialogue.len(), channels.len());
        let expected = run(&mut whole, &dialogue, &channels, &settings, &[512]).1;
        assert!(
            expected
                .iter()
                .any(|snapshot| snapshot.hop_figures.sii > 0.1)
        );
        for block_sizes in [&[4096][..], &[1, 700, 64]] {
            let snapshots = heard_apart(&dialogue, &channels, &settings, block_sizes);
            assert!(
                snapshots == expected,
                "{num_music_channels} channels, {block_sizes:?}"
            );
        }
    }
}
