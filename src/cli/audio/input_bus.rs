//! What a file's channels are: loudspeakers, or the tracks of a recorder. One file or a multi-mono set
//! becomes one bus, and says in a line how it was understood.

use std::path::Path;

use crate::cli::audio::audio_in::AudioFile;
use crate::cli::audio::heard_tracks::Tracks;
use crate::cli::audio::known_channels::{Known, known_dialogue, known_music, of_set};
use crate::cli::audio::loudspeaker_names::{mask_of, names};
use crate::cli::audio::multi_mono::{self, Member};
use crate::cli::audio::opening::Reading;
use crate::cli::audio::timecode_signal::channels_with_timecode;
use crate::cli::audio::track_labels::{self, TrackLabels};
use crate::cli::errors::{Error, Problem, Shown};
use crate::layout::{Layout, LayoutError, Loudspeaker, MAX_CHANNELS};
use crate::words::one_line;

/// What the user says about channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The loudspeakers of the music, in the order of its channels.
    pub music_layout: Option<&'a [Loudspeaker]>,
    /// The channels of the dialogue that are heard, from 0.
    pub dialogue_channels: Option<&'a [usize]>,
    /// The channels with timecode, from 0, where they are known; else they are looked for.
    pub known_timecode: Option<&'a [usize]>,
    /// How the files are read.
    pub reading: Reading,
}

impl Wanted<'_> {
    /// The channels of `files` with timecode; none of a set.
    fn timecode_of(&self, files: &[AudioFile]) -> Result<Vec<usize>, Error> {
        match (self.known_timecode, files) {
            (Some(known), _) => Ok(known.to_vec()),
            (None, [file]) => channels_with_timecode(file.path(), self.reading),
            (None, _) => Ok(Vec::new()),
        }
    }
}

/// A file, or a set of files, as one bus.
pub struct InputBus {
    files: Vec<AudioFile>,
    /// File and channel of each channel that is read.
    sources: Vec<(usize, usize)>,
    /// What each channel of the bus feeds.
    loudspeakers: Vec<Loudspeaker>,
    /// The loudest of the channels that are read, if they are tracks.
    tracks: Option<Tracks>,
    channel_mask: Option<u32>,
    /// How the channels were understood, in words.
    understood: String,
    /// Whether that is no matter of course.
    is_worth_a_word: bool,
    /// Channels of timecode that are left out, or all there are.
    timecode: Timecode,
    timecode_idx: Vec<usize>,
    blocks: Vec<Vec<Vec<f32>>>,
}

/// Whether timecode is among the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timecode {
    /// None is.
    Absent,
    /// Some are, and aren't heard.
    LeftOut,
    /// Nothing else is there.
    Alone,
}

impl InputBus {
    /// Opens the dialogue at `path`.
    ///
    /// # Errors
    /// If it can't be read, or hasn't the channels that are wanted.
    pub fn open_dialogue(path: &Path, wanted: &Wanted) -> Result<Self, Error> {
        let (files, members) = open_files(path, true, wanted.reading)?;
        let sources = all_sources(&files);
        if let Some(&channel_idx) = wanted.dialogue_channels.and_then(|it| {
            let mut beyond = it.iter().filter(|&&it| it >= sources.len());
            beyond.next()
        }) {
            let rule = format!(
                "{} has {} channels: choose among them",
                Shown(path),
                sources.len()
            );
            let value = (channel_idx + 1).to_string();
            return Err(Error::flag("--dialogue-channels", &value, rule));
        }
        let labels = track_labels::of(&files[0]);
        let known = match members {
            Some(members) => Some(of_set(&members)),
            None => known_dialogue(&files[0], &labels),
        };
        let timecode_idx = wanted.timecode_of(&files)?;
        let num_channels = sources.len();
        let (heard, timecode) = match wanted.dialogue_channels {
            Some(chosen) => (chosen.to_vec(), Timecode::Absent),
            None => without(num_channels, &timecode_idx),
        };
        let is_set = files.len() > 1;
        let mut bus = Self::new(files, sources);
        bus.timecode = timecode;
        bus.is_worth_a_word = num_channels > 2 || heard.len() < num_channels || is_set;
        bus.hear_dialogue(&heard, known, &labels);
        if wanted.dialogue_channels.is_some() {
            bus.understood.push_str(" (--dialogue-channels)");
        }
        match timecode {
            Timecode::LeftOut => {
                let channels = numbers(&timecode_idx);
                bus.understood
                    .push_str(&format!("; {channels} is timecode (LTC) and is left out"));
            }
            Timecode::Alone => bus.understood.push_str(", timecode (LTC) and nothing else"),
            Timecode::Absent => {}
        }
        bus.timecode_idx = timecode_idx;
        Ok(bus)
    }

    /// Chooses the channels `heard` and says what they are.
    fn hear_dialogue(&mut self, heard: &[usize], known: Option<Known>, labels: &TrackLabels) {
        let num_channels = self.sources.len();
        self.sources = heard.iter().map(|&idx| self.sources[idx]).collect();
        let of_all = match num_channels {
            1 => "1 channel".to_owned(),
            n if n == heard.len() => format!("{n} channels"),
            n => format!("{} of {n}", numbers(heard)),
        };
        match known {
            _ if heard.len() == 1 => {
                self.loudspeakers = vec![Loudspeaker::Centre];
                self.understood = of_all;
            }
            Some(known) => {
                let loudspeakers = heard.iter().map(|&idx| known.loudspeakers[idx]);
                self.loudspeakers = loudspeakers.collect();
                self.understood =
                    format!("{of_all}, {} ({})", names(&self.loudspeakers), known.how);
            }
            None => {
                let rate_hz = self.sample_rate_hz();
                self.tracks = Some(Tracks::new(heard.len(), rate_hz));
                self.loudspeakers = vec![Loudspeaker::Centre];
                let called: Vec<String> = heard
                    .iter()
                    .filter_map(|&idx| labels.names.get(idx))
                    .filter(|name| !name.is_empty())
                    .map(|name| one_line(name))
                    .collect();
                let called = match called.is_empty() {
                    true => String::new(),
                    false => format!(" ({})", called.join(", ")),
                };
                self.understood = format!(
                    "{of_all} that are no known loudspeakers{called}, so tracks: the loudest at \
                     each moment is heard"
                );
            }
        }
    }

    /// Opens the music at `path`.
    ///
    /// # Errors
    /// If it can't be read, or hasn't as many channels as the layout that is wanted.
    pub fn open_music(path: &Path, wanted: &Wanted) -> Result<Self, Error> {
        let is_one = wanted.music_layout.is_some_and(|it| it.len() == 1);
        let (files, members) = open_files(path, !is_one, wanted.reading)?;
        let sources = all_sources(&files);
        let num_channels = sources.len();
        let mut known = match (wanted.music_layout, members) {
            (Some(layout), _) if layout.len() == num_channels => Known {
                loudspeakers: layout.to_vec(),
                how: "--music-layout".into(),
            },
            (Some(layout), _) => {
                let rule = format!(
                    "{} has {num_channels} channels: name as many loudspeakers",
                    Shown(path)
                );
                return Err(Error::flag("--music-layout", &names(layout), rule));
            }
            (None, Some(members)) => of_set(&members),
            (None, None) => known_music(&files[0]),
        };
        let timecode_idx = wanted.timecode_of(&files)?;
        let (_, timecode) = without(num_channels, &timecode_idx);
        let is_set = files.len() > 1;
        let mut bus = Self::new(files, sources);
        bus.channel_mask = match (wanted.music_layout, bus.files[0].channel_mask()) {
            (None, Some(mask)) if !is_set => Some(mask),
            _ => Some(mask_of(&known.loudspeakers).unwrap_or(0)),
        };
        let counted = match num_channels {
            1 => "1 channel".to_owned(),
            n => format!("{n} channels"),
        };
        bus.understood = match num_channels {
            1 => counted,
            _ => format!("{counted}, {} ({})", names(&known.loudspeakers), known.how),
        };
        if timecode == Timecode::LeftOut {
            // Neither heard nor cut, as the LFE.
            for &idx in &timecode_idx {
                known.loudspeakers[idx] = Loudspeaker::Lfe;
            }
            bus.understood.push_str(&format!(
                "; {} is timecode (LTC) and is left alone",
                numbers(&timecode_idx)
            ));
        } else if timecode == Timecode::Alone {
            bus.understood.push_str(", timecode (LTC) and nothing else");
        }
        bus.timecode = timecode;
        bus.timecode_idx = timecode_idx;
        bus.loudspeakers = known.loudspeakers;
        bus.is_worth_a_word = num_channels > 2 || is_set || timecode != Timecode::Absent;
        Ok(bus)
    }

    fn new(files: Vec<AudioFile>, sources: Vec<(usize, usize)>) -> Self {
        Self {
            blocks: files
                .iter()
                .map(|file| vec![Vec::new(); file.num_channels()])
                .collect(),
            files,
            sources,
            loudspeakers: Vec::new(),
            tracks: None,
            channel_mask: None,
            understood: String::new(),
            is_worth_a_word: false,
            timecode: Timecode::Absent,
            timecode_idx: Vec::new(),
        }
    }

    /// The file, or the first of the set.
    pub fn file(&self) -> &AudioFile {
        &self.files[0]
    }

    /// The name that the user gave, or that of the set's first file.
    pub fn path(&self) -> &Path {
        self.file().path()
    }

    /// Every file that is read.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(AudioFile::path)
    }

    /// Sample rate, Hz.
    pub fn sample_rate_hz(&self) -> u32 {
        self.file().sample_rate_hz()
    }

    /// What was noticed since the last call that the user should know, in words that follow the file's
    /// name.
    pub fn take_notes(&mut self) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        for file in &mut self.files {
            for note in file.take_notes() {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        notes
    }

    /// Number of channels of the bus, 1 to 16.
    pub fn num_channels(&self) -> usize {
        self.loudspeakers.len()
    }

    /// Number of frames as the headers say it, where they do.
    pub fn num_frames(&self) -> Option<u64> {
        let lengths = self.files.iter().map(AudioFile::num_frames);
        lengths.collect::<Option<Vec<u64>>>()?.into_iter().max()
    }

    /// Loudspeaker bits for a file with the channels of this bus: those that it has, or that tell
    /// what was understood; 0 where none do.
    pub fn channel_mask(&self) -> Option<u32> {
        self.channel_mask
    }

    /// What each channel feeds.
    pub fn loudspeakers(&self) -> &[Loudspeaker] {
        &self.loudspeakers
    }

    /// Takes the channels to feed what those of `other` do, if there are as many: a stem is one of its mix.
    pub fn stand_as(&mut self, other: &Self) {
        if self.num_channels() == other.num_channels() {
            self.loudspeakers.clone_from(&other.loudspeakers);
        }
    }

    /// Whether timecode is among the channels.
    pub fn timecode(&self) -> Timecode {
        self.timecode
    }

    /// The channels of the file that carry it, from 0.
    pub fn timecode_channels(&self) -> &[usize] {
        &self.timecode_idx
    }

    /// The layout of the bus.
    ///
    /// # Errors
    /// If it has too many channels.
    pub fn layout(&self) -> Result<Layout, Error> {
        Layout::of(&self.loudspeakers).map_err(|LayoutError { num_channels }| {
            Error::file(self.path(), Problem::TooManyChannels(num_channels))
        })
    }

    /// How the channels were understood, in words.
    pub fn understood(&self) -> &str {
        &self.understood
    }

    /// Says on standard error how the channels were understood, unless it is a matter of course.
    pub fn say_understood(&self) {
        if self.is_worth_a_word {
            eprintln!("underscore: {}: {}", Shown(self.path()), self.understood);
        }
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames;
    /// fewer only at the end. Gives their number.
    ///
    /// # Errors
    /// If a file is damaged or shorter than its header says.
    pub fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        let Some(mut tracks) = self.tracks.take() else {
            return self.read_sources(block, num_frames);
        };
        let num_read = tracks.read(
            |block, num_frames| self.read_sources(block, num_frames),
            block,
            num_frames,
        );
        self.tracks = Some(tracks);
        num_read
    }

    /// Reads the channels themselves. A file of a set that is shorter is silent for the rest.
    fn read_sources(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        if let [file] = &mut self.files[..]
            && file.num_channels() == block.len()
            && is_plain(&self.sources, block.len())
        {
            return file.read(block, num_frames);
        }
        let mut num_longest = 0;
        for (file, channels) in self.files.iter_mut().zip(&mut self.blocks) {
            num_longest = num_longest.max(file.read(channels, num_frames)?);
        }
        for (to, &(file_idx, channel_idx)) in block.iter_mut().zip(&self.sources) {
            to.clear();
            to.extend_from_slice(&self.blocks[file_idx][channel_idx]);
            to.resize(num_longest, 0.0);
        }
        Ok(num_longest)
    }
}

/// Opens the file at `path`, or the set that it or a pattern names.
fn open_files(
    path: &Path,
    may_be_set: bool,
    reading: Reading,
) -> Result<(Vec<AudioFile>, Option<Vec<Member>>), Error> {
    let members = match multi_mono::is_pattern(path) {
        true => {
            let members = multi_mono::set_of_pattern(path);
            Some(members.map_err(|problem| Error::file(path, problem))?)
        }
        false => None,
    };
    if members.is_none() {
        let file = AudioFile::open_as(path, reading)?;
        let set = match may_be_set && file.num_channels() == 1 {
            true => multi_mono::set_of(path),
            false => None,
        };
        if set.is_none() {
            return Ok((vec![file], None));
        }
        return open_set(set.unwrap_or_default(), reading);
    }
    open_set(members.unwrap_or_default(), reading)
}

fn open_set(
    members: Vec<Member>,
    reading: Reading,
) -> Result<(Vec<AudioFile>, Option<Vec<Member>>), Error> {
    let mut files: Vec<AudioFile> = Vec::new();
    for (_, path) in &members {
        let file = AudioFile::open_as(path, reading)?;
        if file.num_channels() != 1 {
            return Err(Error::file(path, Problem::NotMono(file.num_channels())));
        }
        if let Some(first) = files.first()
            && first.sample_rate_hz() != file.sample_rate_hz()
        {
            let problem = Problem::SetRate {
                own_hz: file.sample_rate_hz(),
                first_hz: first.sample_rate_hz(),
            };
            return Err(Error::file(path, problem));
        }
        files.push(file);
    }
    Ok((files, Some(members)))
}

fn all_sources(files: &[AudioFile]) -> Vec<(usize, usize)> {
    let files = files.iter().enumerate();
    files
        .flat_map(|(file_idx, file)| (0..file.num_channels()).map(move |idx| (file_idx, idx)))
        .take(MAX_CHANNELS)
        .collect()
}

/// Whether `sources` are all channels of one file in order.
fn is_plain(sources: &[(usize, usize)], num_channels: usize) -> bool {
    sources.len() == num_channels
        && sources
            .iter()
            .enumerate()
            .all(|(idx, &source)| source == (0, idx))
}

/// The channels that are no timecode, unless all are.
fn without(num_channels: usize, timecode_idx: &[usize]) -> (Vec<usize>, Timecode) {
    let all = 0..num_channels;
    if timecode_idx.is_empty() {
        (all.collect(), Timecode::Absent)
    } else if timecode_idx.len() == num_channels {
        (all.collect(), Timecode::Alone)
    } else {
        let heard = all.filter(|idx| !timecode_idx.contains(idx));
        (heard.collect(), Timecode::LeftOut)
    }
}

/// `channel 4`, `channels 1 and 3`, `channels 1, 2 and 4`.
fn numbers(channel_idx: &[usize]) -> String {
    let numbers: Vec<String> = channel_idx
        .iter()
        .map(|idx| (idx + 1).to_string())
        .collect();
    match numbers.split_last() {
        Some((last, [])) => format!("channel {last}"),
        Some((last, others)) => format!("channels {} and {last}", others.join(", ")),
        None => "no channel".into(),
    }
}
