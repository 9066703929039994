//! The run of a pair: both files are read ahead, and heard and judged block by block.

use std::ops::Range;
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use indicatif::ProgressBar;

use crate::cli::audio::heard_dialogue::HeardDialogue;
use crate::cli::audio::input_bus::InputBus;
use crate::cli::audio::read_ahead::ReadAhead;
use crate::cli::errors::Error;
use crate::cli::input_probe::{InputProbe, MonoBlock, Probed};
use crate::cli::interrupt;
use crate::engine::Engine;
use crate::engine::music_hearing::{HeardMusic, MusicHearing};
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// Frames that are read, processed and written at once. The result doesn't depend on it.
const PAIR_BLOCK_FRAMES: usize = 4096;

/// Blocks of the music that may be heard before the dialogue is.
const NUM_WAITING_BLOCKS: usize = 8;

/// A piece of the pair, one slice per channel; those of the music are all of one length. With
/// look-ahead the dialogue is ahead of the music by it.
#[derive(Debug, Clone, Copy)]
pub struct PairBlock<'a> {
    /// The dialogue that was heard last; shorter where the file has ended.
    pub dialogue: &'a [&'a [f32]],
    /// The music as it was read.
    pub input: &'a [&'a [f32]],
    /// The music as the engine gives it out, at the moments of `input`.
    pub output: &'a [&'a [f32]],
}

/// Lengths of what was read, frames at the music's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// Length of the dialogue.
    pub dialogue_frames: u64,
    /// Length of the music.
    pub music_frames: u64,
}

/// Plays both through `engine`. `on_hop` gets each snapshot, `on_block` each block of the music: all of it,
/// from its first sample to its last. Gives the lengths of what was read, and what was heard of both.
///
/// # Errors
/// If a file is damaged, `on_block` fails, or the user interrupts.
pub fn play(
    dialogue: &mut HeardDialogue,
    music: &mut InputBus,
    engine: &mut Engine,
    settings: &Settings,
    progress: &ProgressBar,
    on_hop: impl FnMut(&Snapshot),
    on_block: impl FnMut(&PairBlock) -> Result<(), Error>,
) -> Result<(Lengths, Probed), Error> {
    let mut probe = InputProbe::new(music.sample_rate_hz());
    let lengths = thread::scope(|scope| {
        let dialogue = ReadAhead::start(
            scope,
            dialogue.file().num_channels(),
            |block, num_frames| dialogue.read(block, num_frames),
        );
        let music = ReadAhead::start(scope, music.num_channels(), |block, num_frames| {
            music.read(block, num_frames)
        });
        let ahead = Ahead::new(dialogue, music, engine.latency_samples());
        ahead.run(engine, settings, progress, &mut probe, on_hop, on_block)
    })?;
    Ok((lengths, probe.finish()))
}

/// Plays both through the meter of `engine`: `on_hop` gets the snapshots that [`play`] would give it. The
/// music is read and heard on a thread of its own.
///
/// # Errors
/// If a file is damaged, or the user interrupts.
pub fn meter(
    dialogue: &mut HeardDialogue,
    music: &mut InputBus,
    engine: &mut Engine,
    settings: &Settings,
    progress: &ProgressBar,
    on_hop: &mut impl FnMut(&Snapshot),
) -> Result<(Lengths, Probed), Error> {
    let mut hearing = MusicHearing::prepare(
        f64::from(music.sample_rate_hz()),
        &dialogue.file().layout()?,
        &music.layout()?,
    )?;
    hearing.set_ears(settings.ears);
    let mut block = vec![Vec::new(); dialogue.file().num_channels()];
    let mut lengths = Lengths {
        dialogue_frames: 0,
        music_frames: 0,
    };
    let mut probe = InputProbe::new(music.sample_rate_hz());
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(NUM_WAITING_BLOCKS);
        scope.spawn(move || hear_all(music, hearing, &sender));
        for heard in receiver {
            interrupt::check()?;
            let HeardBlock {
                num_frames,
                hops,
                mono,
            } = heard?;
            let num_read = dialogue.read(&mut block, num_frames)?;
            lengths.music_frames += num_frames as u64;
            lengths.dialogue_frames += num_read as u64;
            probe.push([&MonoBlock::of(&block, num_frames), &mono]);
            let spoken: Vec<&[f32]> = block.iter().map(Vec::as_slice).collect();
            let hops = &mut hops.into_iter();
            engine.judge(&spoken, num_frames, hops, settings, on_hop);
            progress.inc(num_frames as u64);
        }
        Ok::<(), Error>(())
    })?;
    // The dialogue is read to its end, so that its length is known and damage is found.
    loop {
        interrupt::check()?;
        match dialogue.read(&mut block, PAIR_BLOCK_FRAMES)? {
            0 => break,
            num_read => lengths.dialogue_frames += num_read as u64,
        }
    }
    Ok((lengths, probe.finish()))
}

/// Both files of a pair on their way to the engine and out of it again.
struct Ahead {
    dialogue: ReadAhead,
    music: ReadAhead,
    /// What was read of the music and hasn't come out of the engine yet.
    waiting: Vec<Vec<f32>>,
    /// Frames that come out of the engine before the first of the music.
    early_frames_left: usize,
    /// Frames of the music that the engine holds back after its last was read.
    late_frames_left: usize,
    lengths: Lengths,
}

impl Ahead {
    fn new(dialogue: ReadAhead, music: ReadAhead, latency_samples: u32) -> Self {
        let latency_frames = latency_samples as usize;
        Self {
            waiting: vec![Vec::new(); music.num_channels()],
            dialogue,
            music,
            early_frames_left: latency_frames,
            late_frames_left: latency_frames,
            lengths: Lengths {
                dialogue_frames: 0,
                music_frames: 0,
            },
        }
    }

    /// Runs both files to their ends through `engine`.
    fn run(
        mut self,
        engine: &mut Engine,
        settings: &Settings,
        progress: &ProgressBar,
        probe: &mut InputProbe,
        mut on_hop: impl FnMut(&Snapshot),
        mut on_block: impl FnMut(&PairBlock) -> Result<(), Error>,
    ) -> Result<Lengths, Error> {
        let mut dialogue = vec![Vec::new(); self.dialogue.num_channels()];
        let mut music = vec![Vec::new(); self.music.num_channels()];
        let mut num_shown = 0;
        loop {
            interrupt::check()?;
            let (num_music, num_dialogue) = self.read(&mut music, &mut dialogue)?;
            if num_music > 0 {
                let spoken = MonoBlock::of(&dialogue, num_music);
                probe.push([&spoken, &MonoBlock::of(&music, num_music)]);
            }
            if num_music == 0 {
                // The dialogue is read to its end, so that its length is known and damage is found.
                if num_dialogue == 0 {
                    return Ok(self.lengths);
                }
                continue;
            }
            let heard: Vec<&[f32]> = dialogue.iter().map(Vec::as_slice).collect();
            let mut played: Vec<&mut [f32]> = music.iter_mut().map(Vec::as_mut_slice).collect();
            engine.process(&heard, &mut played, settings, Some(&mut on_hop));
            let num_early = self.early_frames_left.min(num_music);
            self.early_frames_left -= num_early;
            let num_out = num_music - num_early;
            on_block(&PairBlock {
                dialogue: &heard,
                input: &slices(&self.waiting, 0..num_out),
                output: &slices(&music, num_early..num_music),
            })?;
            for channel in &mut self.waiting {
                channel.drain(..num_out);
            }
            progress.inc(self.lengths.music_frames - num_shown);
            num_shown = self.lengths.music_frames;
        }
    }

    /// Reads the next block of the music, or after its end the silence that pushes out what the engine
    /// holds back, and as much of the dialogue. Gives the lengths of both, frames.
    fn read(
        &mut self,
        music: &mut [Vec<f32>],
        dialogue: &mut [Vec<f32>],
    ) -> Result<(usize, usize), Error> {
        let mut num_music = self.music.read(music, PAIR_BLOCK_FRAMES)?;
        self.lengths.music_frames += num_music as u64;
        for (waiting, music) in self.waiting.iter_mut().zip(&*music) {
            waiting.extend_from_slice(music);
        }
        if num_music == 0 {
            num_music = self.late_frames_left.min(PAIR_BLOCK_FRAMES);
            self.late_frames_left -= num_music;
            music
                .iter_mut()
                .for_each(|channel| channel.resize(num_music, 0.0));
        }
        let num_wanted = match num_music {
            0 => PAIR_BLOCK_FRAMES,
            num_music => num_music,
        };
        let num_dialogue = self.dialogue.read(dialogue, num_wanted)?;
        self.lengths.dialogue_frames += num_dialogue as u64;
        Ok((num_music, num_dialogue))
    }
}

/// A block of the music as the engine judges it.
struct HeardBlock {
    num_frames: usize,
    hops: Vec<HeardMusic>,
    /// One channel out of all.
    mono: MonoBlock,
}

/// Reads and hears all of `music`. Ends early if the file is damaged or the receiver is gone.
fn hear_all(
    music: &mut InputBus,
    mut hearing: MusicHearing,
    sender: &SyncSender<Result<HeardBlock, Error>>,
) {
    let mut block = vec![Vec::new(); music.num_channels()];
    loop {
        let heard = match music.read(&mut block, PAIR_BLOCK_FRAMES) {
            Ok(0) => return,
            Ok(num_frames) => {
                let mut hops = Vec::new();
                let mono = MonoBlock::of(&block, num_frames);
                let mut channels: Vec<&mut [f32]> =
                    block.iter_mut().map(Vec::as_mut_slice).collect();
                hearing.hear(&mut channels, |hop| hops.push(hop));
                Ok(HeardBlock {
                    num_frames,
                    hops,
                    mono,
                })
            }
            Err(error) => Err(error),
        };
        let is_damaged = heard.is_err();
        if sender.send(heard).is_err() || is_damaged {
            return;
        }
    }
}

fn slices(channels: &[Vec<f32>], range: Range<usize>) -> Vec<&[f32]> {
    channels
        .iter()
        .map(|channel| &channel[range.clone()])
        .collect()
}
