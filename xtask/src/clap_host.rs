//! A small CLAP host: loads the built plugin in this process, gives it the music on its main
//! input and the dialogue on its sidechain, and collects what comes out.

use crate::audio::Clip;
use anyhow::{Context, Result, ensure};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use std::ffi::CStr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use test_support::clap_host::{ClapHost, Processor, StoppedProcessor};

/// A parameter to set before the first sample: its name and the value as a user would type it.
pub type Setting<'a> = (&'a str, &'a str);

/// Longest time that the plugin may take to learn what was played to it.
const LEARNING_TIME: Duration = Duration::from_secs(60);

/// What the host saw.
pub struct Playback {
    /// What came out of the main output.
    pub output: Clip,
    /// Latency that the plugin reports, samples.
    pub latency_samples: u32,
    /// Name of the port layout in use, as the plugin gives it.
    pub layout: String,
    /// Number of process calls.
    pub num_blocks: usize,
}

/// What a pass of Learn comes to: plays as [`play`], and gives the state that a host would save once the plugin has
/// learned all of it.
///
/// # Errors
/// As [`play`], or if nothing is learned within a minute.
pub fn learn(
    path: &Path,
    id: &CStr,
    dialogue: &Clip,
    music: &Clip,
    settings: &[Setting],
    block_sizes: &[usize],
) -> Result<Vec<u8>> {
    // SAFETY: the file is the CLAP that this repository has just built.
    let entry = unsafe { PluginEntry::load(path) }
        .with_context(|| format!("could not load {}", path.display()))?;
    let mut host = ClapHost::new(&entry, id)?;
    run(&mut host, dialogue, music, settings, block_sizes)?;
    // The pass is over when the next block isn't of it, and it is learned on another thread meanwhile.
    let over = Clip {
        sample_rate_hz: music.sample_rate_hz,
        channels: vec![vec![0.0; 2048]; music.channels.len()],
    };
    run(&mut host, dialogue, &over, &[("Pass", "Live")], &[512])?;
    let began = Instant::now();
    let (mut saved, mut num_same) = (host.save()?, 0);
    while num_same < 5 || !has_reel(&saved) {
        ensure!(
            began.elapsed() < LEARNING_TIME,
            "the plugin learned nothing"
        );
        thread::sleep(Duration::from_millis(200));
        let next = host.save()?;
        num_same = if next == saved { num_same + 1 } else { 0 };
        saved = next;
    }
    Ok(saved)
}

/// Whether a saved state remembers lines.
fn has_reel(saved: &[u8]) -> bool {
    String::from_utf8_lossy(saved).contains(r#""reel":"#)
}

/// Plays `music` and `dialogue` through the plugin `id` of the CLAP at `path`, from the first
/// sample of `music` to the last, in blocks of the lengths `block_sizes`, over and over. A
/// dialogue shorter than the music ends in silence. A `state` that was saved is loaded first.
///
/// # Errors
/// If the plugin can't be loaded, has no layout with as many channels as the clips, doesn't know
/// a setting, or fails.
pub fn play(
    path: &Path,
    id: &CStr,
    dialogue: &Clip,
    music: &Clip,
    settings: &[Setting],
    block_sizes: &[usize],
    state: Option<&[u8]>,
) -> Result<Playback> {
    // SAFETY: the file is the CLAP that this repository has just built.
    let entry = unsafe { PluginEntry::load(path) }
        .with_context(|| format!("could not load {}", path.display()))?;
    let mut host = ClapHost::new(&entry, id)?;
    if let Some(state) = state {
        host.load(state)?;
    }
    run(&mut host, dialogue, music, settings, block_sizes)
}

/// A pass of an instance, from its activation to its end.
fn run(
    host: &mut ClapHost,
    dialogue: &Clip,
    music: &Clip,
    settings: &[Setting],
    block_sizes: &[usize],
) -> Result<Playback> {
    let layout = host.select_layout_of(music.channels.len(), dialogue.channels.len())?;
    let events = settings
        .iter()
        .map(|&(name, text)| host.setting(name, text))
        .collect::<Result<Vec<_>>>()?;

    let max_block = block_sizes.iter().copied().max().unwrap_or(0);
    ensure!(!block_sizes.contains(&0), "a block has at least one sample");
    let processor = host.activate(f64::from(music.sample_rate_hz), max_block)?;
    // As in a host, audio runs in a thread of its own.
    let outcome = std::thread::scope(|scope| {
        let audio = scope.spawn(|| process(processor, dialogue, music, &events, block_sizes));
        audio.join().expect("the audio thread doesn't panic")
    });
    let (processor, output, num_blocks) = outcome?;
    let latency_samples = host.latency_samples()?;
    host.deactivate(processor);
    Ok(Playback {
        output,
        latency_samples,
        layout,
        num_blocks,
    })
}

/// The pass itself; returns the stopped processor, what came out, and the number of blocks.
fn process(
    processor: StoppedProcessor,
    dialogue: &Clip,
    music: &Clip,
    events: &[ParamValueEvent],
    block_sizes: &[usize],
) -> Result<(StoppedProcessor, Clip, usize)> {
    let mut processor = Processor::start(processor)?;
    let num_frames = music.num_frames();
    let mut output = Clip {
        sample_rate_hz: music.sample_rate_hz,
        channels: vec![Vec::with_capacity(num_frames); music.channels.len()],
    };

    let mut position = 0;
    let mut num_blocks = 0;
    for &block_size in block_sizes.iter().cycle() {
        if position == num_frames {
            break;
        }
        let end = num_frames.min(position + block_size);
        let block_events = if position == 0 { events } else { &[] };
        let block = processor.process(
            &block_of(music, position, end),
            &block_of(dialogue, position, end),
            block_events,
        )?;
        for (channel, block) in output.channels.iter_mut().zip(block) {
            channel.extend(block);
        }
        position = end;
        num_blocks += 1;
    }
    Ok((processor.stop(), output, num_blocks))
}

/// A copy of `clip` from `position` to `end`, silent where the clip has ended.
fn block_of(clip: &Clip, position: usize, end: usize) -> Vec<Vec<f32>> {
    let copy_of = |channel: &Vec<f32>| {
        let mut block = vec![0.0; end - position];
        for (out, sample) in block.iter_mut().zip(channel.iter().skip(position)) {
            *out = *sample;
        }
        block
    };
    clip.channels.iter().map(copy_of).collect()
}
