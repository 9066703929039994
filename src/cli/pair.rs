//! A pair of files through the engine, block by block.

use std::ops::Range;
use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::audio::heard_dialogue::HeardDialogue;
use crate::cli::audio::input_bus::InputBus;
use crate::cli::audio::placed_dialogue::PlacedDialogue;
use crate::cli::audio::read_ahead::ReadAhead;
use crate::cli::audio::resample::Dialogue;
use crate::cli::errors::{Error, Shown};
use crate::cli::input_probe::{InputProbe, MonoBlock, Probed};
use crate::cli::inputs::{InputArgs, Inputs, LEAST_DIFFERENCE_S, say_all};
use crate::cli::interrupt;
use crate::engine::Engine;
use crate::engine::music_hearing::{HeardMusic, MusicHearing};
use crate::found::Source;
use crate::found::music_copy::MusicCopy;
use crate::ride::plan::Plan;
use crate::settings::{LookAhead, Settings};
use crate::snapshot::Snapshot;

/// Frames that are read, processed and written at once. The result doesn't depend on it.
const PAIR_BLOCK_FRAMES: usize = 4096;

/// Blocks of the music that may be heard before the dialogue is.
const NUM_WAITING_BLOCKS: usize = 8;

/// Dialogue and music with an engine for them.
pub struct Pair {
    dialogue: HeardDialogue,
    music: InputBus,
    /// How both were opened.
    inputs: InputArgs,
    channels: ChannelArgs,
    /// By how much the dialogue begins after the music, frames.
    shift_frames: i64,
    /// What is taken out of the dialogue.
    removed: Option<MusicCopy>,
    /// What was heard of both inputs in the last run.
    probed: Option<Probed>,
    engine: Engine,
    /// Where the music's first frame lies on the timeline of remembered lines, frames.
    position_frames: i64,
    /// The bar of many pairs, if this is one of them.
    shared_progress: Option<ProgressBar>,
    /// Whether an earlier run has told if the lengths of the files differ.
    is_again: bool,
}

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

impl Pair {
    /// Opens both files as `inputs` and `channels` say, and says on standard error what the user should
    /// know of them.
    ///
    /// # Errors
    /// If one can't be read, both are the same, or they can't be lined up.
    pub fn open(
        inputs: &InputArgs,
        channels: &ChannelArgs,
        dialogue: &Path,
        music: &Path,
    ) -> Result<Self, Error> {
        let opened = inputs.open(channels, dialogue, music)?;
        let time_note = opened.note.clone();
        let mut pair = Self::prepare(inputs, channels, opened)?;
        pair.dialogue().say_understood();
        pair.music().say_understood();
        pair.say_notes();
        if let Some(note) = time_note {
            eprintln!("underscore: {note}");
        }
        Ok(pair)
    }

    fn prepare(inputs: &InputArgs, channels: &ChannelArgs, opened: Inputs) -> Result<Self, Error> {
        let Inputs {
            dialogue: dialogue_bus,
            music,
            shift_frames,
            ..
        } = opened;
        let engine = Engine::prepare(
            f64::from(music.sample_rate_hz()),
            dialogue_bus.layout()?,
            music.layout()?,
        )?;
        let dialogue = Dialogue::new(dialogue_bus, music.sample_rate_hz())?;
        Ok(Self {
            dialogue: HeardDialogue::new(PlacedDialogue::new(dialogue, shift_frames)),
            music,
            inputs: inputs.clone(),
            channels: channels.clone(),
            shift_frames,
            removed: None,
            probed: None,
            engine,
            position_frames: 0,
            shared_progress: None,
            is_again: false,
        })
    }

    /// Opens the pair anew, from its start, with the progress bar of this one.
    ///
    /// # Errors
    /// If a file can't be read any more.
    pub fn again(&self) -> Result<Self, Error> {
        let (dialogue, music) = (self.dialogue().path(), self.music().path());
        let shift_frames = self.shift_frames;
        let opened = self
            .inputs
            .open_again(&self.channels, dialogue, music, shift_frames)?;
        let mut pair = Self::prepare(&self.inputs, &self.channels, opened)?;
        if let Some(bar) = &self.shared_progress {
            pair.share_progress(bar);
        }
        pair.is_again = true;
        if let Some(copy) = &self.removed {
            pair.remove(copy.clone())?;
        }
        Ok(pair)
    }

    /// The pair with its sides swapped, from its start.
    ///
    /// # Errors
    /// If a file can't be read any more.
    pub fn swapped(&self) -> Result<Self, Error> {
        let (dialogue, music) = (self.music().path(), self.dialogue().path());
        let (inputs, channels) = (self.inputs.swapped(), ChannelArgs::default());
        let opened = inputs.open_again(&channels, dialogue, music, -self.shift_frames)?;
        let mut pair = Self::prepare(&inputs, &channels, opened)?;
        pair.is_again = true;
        Ok(pair)
    }

    /// Takes `copy` out of the dialogue from now on, before the first run.
    ///
    /// # Errors
    /// If the music can't be read any more.
    pub fn remove(&mut self, copy: MusicCopy) -> Result<(), Error> {
        let wanted = self.channels.wanted(self.music.file().reading());
        self.dialogue
            .remove(copy.clone(), self.music.path(), &wanted)?;
        self.removed = Some(copy);
        Ok(())
    }

    /// Whether the music is taken out of the dialogue.
    pub fn has_removal(&self) -> bool {
        self.removed.is_some()
    }

    /// What was heard of both inputs in the last run, once.
    pub fn take_probed(&mut self) -> Option<Probed> {
        self.probed.take()
    }

    /// The names of both files, for messages.
    pub fn shown_names(&self) -> String {
        let (dialogue, music) = (self.dialogue().path(), self.music().path());
        format!("{}, {}", Shown(dialogue), Shown(music))
    }

    /// Where the figures of a run come from that read so much.
    pub fn source(&self, lengths: Lengths) -> Source {
        let sample_rate_hz = self.music.sample_rate_hz();
        Source {
            dialogue: Shown(self.dialogue().path()).to_string(),
            music: Shown(self.music.path()).to_string(),
            dialogue_channels: self.dialogue().understood().into(),
            music_channels: self.music.understood().into(),
            sample_rate_hz,
            duration_s: lengths.music_frames as f64 / f64::from(sample_rate_hz),
        }
    }

    /// Reads on in the music, as [`InputBus::read`].
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn read_music(
        &mut self,
        block: &mut [Vec<f32>],
        num_frames: usize,
    ) -> Result<usize, Error> {
        self.music.read(block, num_frames)
    }

    /// Reads on in the dialogue, as [`HeardDialogue::read`].
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn read_dialogue(
        &mut self,
        block: &mut [Vec<f32>],
        num_frames: usize,
    ) -> Result<usize, Error> {
        self.dialogue.read(block, num_frames)
    }

    /// Every file that is read.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.dialogue().paths().chain(self.music.paths())
    }

    /// The music.
    pub fn music(&self) -> &InputBus {
        &self.music
    }

    /// By how much the dialogue begins after the music, frames of the music.
    pub fn shift_frames(&self) -> i64 {
        self.shift_frames
    }

    /// Sets how far the engine hears ahead.
    pub fn set_look_ahead(&mut self, look_ahead: LookAhead) {
        self.engine.set_look_ahead(look_ahead);
    }

    /// Puts the music's first frame at a place of the timeline that remembered lines lie on, frames, before
    /// the first run. Snapshots count from the music's start all the same.
    pub fn set_position(&mut self, position_frames: i64) {
        self.position_frames = position_frames;
        self.engine.set_position(position_frames);
    }

    /// Follows remembered lines.
    pub fn set_plan(&mut self, plan: Plan) {
        self.engine.set_plan(Some(Box::new(plan)));
    }

    /// Samples by which the engine's output is later than what it hears. The blocks of
    /// [`Self::run`] have this taken out again; its snapshots count what the engine hears.
    pub fn latency_samples(&self) -> u32 {
        self.engine.latency_samples()
    }

    /// Shows the progress of this pair on `bar`, which is that of many pairs, in place of a bar of its own.
    pub fn share_progress(&mut self, bar: &ProgressBar) {
        bar.inc_length(self.music.num_frames().unwrap_or(0));
        self.shared_progress = Some(bar.clone());
    }

    /// The dialogue.
    pub fn dialogue(&self) -> &InputBus {
        self.dialogue.file()
    }

    /// Runs the whole pair. `on_hop` gets each snapshot, `on_block` each block of the music: all
    /// of it, from its first sample to its last.
    ///
    /// # Errors
    /// If a file is damaged, `on_block` fails, or the user interrupts.
    pub fn run(
        &mut self,
        settings: &Settings,
        on_hop: impl FnMut(&Snapshot),
        on_block: impl FnMut(&PairBlock) -> Result<(), Error>,
    ) -> Result<Lengths, Error> {
        let on_hop = from_start(self.position_frames, on_hop);
        let progress = self.progress();
        let Self {
            dialogue,
            music,
            engine,
            ..
        } = self;
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
            ahead.run(engine, settings, &progress, &mut probe, on_hop, on_block)
        })?;
        self.probed = Some(probe.finish());
        self.end(&progress, lengths);
        Ok(lengths)
    }

    /// Runs the whole pair through the meter: `on_hop` gets the snapshots that [`Self::run`] would give
    /// it. The music is read and heard on a thread of its own.
    ///
    /// # Errors
    /// If a file is damaged, or the user interrupts.
    pub fn meter(
        &mut self,
        settings: &Settings,
        on_hop: impl FnMut(&Snapshot),
    ) -> Result<Lengths, Error> {
        let mut on_hop = from_start(self.position_frames, on_hop);
        let progress = self.progress();
        let hearing = MusicHearing::prepare(
            f64::from(self.music.sample_rate_hz()),
            &self.dialogue.file().layout()?,
            &self.music.layout()?,
        )?;
        let mut dialogue = vec![Vec::new(); self.dialogue.file().num_channels()];
        let mut lengths = Lengths {
            dialogue_frames: 0,
            music_frames: 0,
        };
        let mut probe = InputProbe::new(self.music.sample_rate_hz());
        let music = &mut self.music;
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel(NUM_WAITING_BLOCKS);
            scope.spawn(move || hear_all(music, hearing, &sender));
            for block in receiver {
                interrupt::check()?;
                let HeardBlock {
                    num_frames,
                    hops,
                    mono,
                } = block?;
                let num_read = self.dialogue.read(&mut dialogue, num_frames)?;
                lengths.music_frames += num_frames as u64;
                lengths.dialogue_frames += num_read as u64;
                probe.push([&MonoBlock::of(&dialogue, num_frames), &mono]);
                let spoken: Vec<&[f32]> = dialogue.iter().map(Vec::as_slice).collect();
                let hops = &mut hops.into_iter();
                self.engine
                    .judge(&spoken, num_frames, hops, settings, &mut on_hop);
                progress.inc(num_frames as u64);
            }
            Ok::<(), Error>(())
        })?;
        self.probed = Some(probe.finish());
        // The dialogue is read to its end, so that its length is known and damage is found.
        loop {
            interrupt::check()?;
            match self.dialogue.read(&mut dialogue, PAIR_BLOCK_FRAMES)? {
                0 => break,
                num_read => lengths.dialogue_frames += num_read as u64,
            }
        }
        self.end(&progress, lengths);
        Ok(lengths)
    }

    /// The bar of many pairs, or one of this pair's own.
    fn progress(&self) -> ProgressBar {
        match &self.shared_progress {
            Some(bar) => bar.clone(),
            None => progress_bar(self.music.num_frames()),
        }
    }

    /// Says on standard error what was noticed of the files so far.
    fn say_notes(&mut self) {
        let notes = self.dialogue.take_notes();
        say_all(self.dialogue.file().path(), notes);
        let notes = self.music.take_notes();
        say_all(self.music.path(), notes);
    }

    /// Clears the bar if it is this pair's own, and tells, once, what showed on the way.
    fn end(&mut self, progress: &ProgressBar, lengths: Lengths) {
        if self.shared_progress.is_none() {
            progress.finish_and_clear();
        }
        if !self.is_again {
            self.say_notes();
            self.say_lengths(lengths);
        }
    }

    /// Says on standard error by how much the dialogue is shorter or longer.
    fn say_lengths(&self, lengths: Lengths) {
        let rate_hz = f64::from(self.music.sample_rate_hz());
        let longer_by_s = (lengths.dialogue_frames as f64 - lengths.music_frames as f64) / rate_hz;
        if longer_by_s.abs() < LEAST_DIFFERENCE_S {
            return;
        }
        let (than, so) = if longer_by_s < 0.0 {
            ("shorter", "nobody speaks in the rest")
        } else {
            ("longer", "its end is left out")
        };
        eprintln!(
            "underscore: {}: {:.3} s {than} than the music: {so}",
            Shown(self.dialogue.file().path()),
            longer_by_s.abs(),
        );
    }
}

/// Snapshots as `on_hop` wants them: counted from the music's start, which lies at `position_frames`. The first
/// tells of what was before any audio, and has the position that the engine had then.
fn from_start(position_frames: i64, mut on_hop: impl FnMut(&Snapshot)) -> impl FnMut(&Snapshot) {
    let mut is_first = true;
    move |snapshot| {
        let position_samples = match std::mem::take(&mut is_first) {
            true => 0,
            false => snapshot.position_samples - position_frames,
        };
        on_hop(&Snapshot {
            position_samples,
            ..*snapshot
        });
    }
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

/// A bar on standard error if that is a terminal, else nothing.
pub fn progress_bar(num_frames: Option<u64>) -> ProgressBar {
    let bar = match num_frames {
        Some(num_frames) => ProgressBar::new(num_frames),
        None => ProgressBar::new_spinner(),
    };
    match ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left") {
        Ok(style) if num_frames.is_some() => bar.with_style(style),
        _ => bar,
    }
}
