//! A pair of files with an engine for them: opened, read, run, and what there is to tell of them.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::audio::heard_dialogue::HeardDialogue;
use crate::cli::audio::input_bus::InputBus;
use crate::cli::audio::placed_dialogue::PlacedDialogue;
use crate::cli::audio::resample::Dialogue;
use crate::cli::audio::struck_dialogue::StruckDialogue;
use crate::cli::errors::{Error, Shown};
use crate::cli::input_probe::Probed;
use crate::cli::inputs::{InputArgs, Inputs, LEAST_DIFFERENCE_S, notes_of};
use crate::cli::pair_run::{self, Lengths, PairBlock};
use crate::engine::Engine;
use crate::found::Source;
use crate::found::music_copy::MusicCopy;
use crate::ride::plan::Plan;
use crate::settings::{LookAhead, Settings};
use crate::snapshot::Snapshot;

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
    /// What was noticed of the files so far, each in a sentence that names its file.
    notes: Vec<String>,
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
        time_note.into_iter().for_each(|note| pair.say(note));
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
            notes: Vec::new(),
        })
    }

    /// Opens the pair anew, from its start, with the progress bar of this one.
    ///
    /// # Errors
    /// If a file can't be read any more.
    pub fn again(&self) -> Result<Self, Error> {
        let (dialogue, music) = (self.dialogue(), self.music());
        let shift_frames = self.shift_frames;
        let opened = self
            .inputs
            .open_again(&self.channels, dialogue, music, shift_frames)?;
        let mut pair = Self::prepare(&self.inputs, &self.channels, opened)?;
        if let Some(bar) = &self.shared_progress {
            pair.share_progress(bar);
        }
        pair.is_again = true;
        pair.notes.clone_from(&self.notes);
        if let Some(copy) = &self.removed {
            pair.remove(copy.clone())?;
        }
        pair.dialogue.strike(self.dialogue.struck());
        Ok(pair)
    }

    /// The pair with its sides swapped, from its start.
    ///
    /// # Errors
    /// If a file can't be read any more.
    pub fn swapped(&self) -> Result<Self, Error> {
        let (dialogue, music) = (self.music(), self.dialogue());
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

    /// Takes the dialogue for silent in each of these stretches (begin and end, s) from now on, before the
    /// first run; says so, and which lie outside the music.
    pub fn strike(&mut self, spans_s: &[(f64, f64)]) {
        let rate_hz = self.music.sample_rate_hz();
        self.dialogue
            .strike(StruckDialogue::new(spans_s.iter().copied(), rate_hz));
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
            notes: self.notes.clone(),
            is_heard: false,
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
        let (lengths, probed) = pair_run::play(
            &mut self.dialogue,
            &mut self.music,
            &mut self.engine,
            settings,
            &progress,
            on_hop,
            on_block,
        )?;
        self.probed = Some(probed);
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
        let (lengths, probed) = pair_run::meter(
            &mut self.dialogue,
            &mut self.music,
            &mut self.engine,
            settings,
            &progress,
            &mut on_hop,
        )?;
        self.probed = Some(probed);
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

    /// Says on standard error what was noticed of the files since the last call.
    fn say_notes(&mut self) {
        let of_dialogue = self.dialogue.take_notes();
        let of_music = self.music.take_notes();
        let mut notes = notes_of(self.dialogue().path(), of_dialogue);
        notes.extend(notes_of(self.music.path(), of_music));
        notes.into_iter().for_each(|note| self.say(note));
    }

    /// Says `note` on standard error, and keeps it for the report.
    fn say(&mut self, note: String) {
        eprintln!("underscore: {note}");
        self.notes.push(note);
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
    fn say_lengths(&mut self, lengths: Lengths) {
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
        self.say(format!(
            "{}: {:.3} s {than} than the music: {so}",
            Shown(self.dialogue.file().path()),
            longer_by_s.abs(),
        ));
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
