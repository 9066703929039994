//! What `check` hears beside the pair, at the same moments: stems of the music, and fold-downs of
//! the mix. Each has an engine of its own, whose levels are read while somebody speaks in the pair.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::cli::audio::input_bus::{InputBus, Wanted};
use crate::cli::audio::opening::Reading;
use crate::cli::errors::{Error, Problem};
use crate::cli::inputs::say_all;
use crate::cli::outputs::with_name;
use crate::cli::pair::Pair;
use crate::cli::pair_run::PairBlock;
use crate::engine::Engine;
use crate::found::Report;
use crate::found::audience_log::{AskedAudience, AudienceLog};
use crate::found::fold_down::{FoldDown, FoldLog, Gains};
use crate::found::stem_sum::StemSum;
use crate::found::stems::StemLog;
use crate::layout::Layout;
use crate::lines::doubts::Doubt;
use crate::psycho::bands::PerBand;
use crate::settings::{Ears, Settings};
use crate::snapshot::{HopLevels, Snapshot};

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What to hear beside the music")]
pub struct SideBusArgs {
    /// A stem of the music, such as brass=brass.wav; repeat it for each: the list then says which
    /// stem each clash comes from, and its share
    #[arg(long = "stem", value_name = "NAME=FILE", value_parser = stem)]
    stems: Vec<Stem>,
    /// Check the music also as it sounds on fewer loudspeakers (5.1, stereo, mono; ITU-R BS.775),
    /// and say where only that clashes
    #[arg(long)]
    fold_down: bool,
}

/// A stem as the user names it.
#[derive(Debug, Clone)]
struct Stem {
    name: String,
    path: PathBuf,
}

fn stem(text: &str) -> Result<Stem, String> {
    match text.split_once('=') {
        Some((name, path)) if !name.trim().is_empty() && !path.is_empty() => Ok(Stem {
            name: name.trim().into(),
            path: path.into(),
        }),
        _ => Err("must be NAME=FILE, such as brass=brass.wav".into()),
    }
}

impl SideBusArgs {
    /// What was asked for, for the pair called `name`.
    pub fn named(&self, name: &str) -> Self {
        let named = |stem: &Stem| Stem {
            name: stem.name.clone(),
            path: with_name(&stem.path, name),
        };
        Self {
            stems: self.stems.iter().map(named).collect(),
            fold_down: self.fold_down,
        }
    }

    /// The files that these flags name.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.stems.iter().map(|stem| stem.path.as_path())
    }

    /// Opens what is to be heard beside `pair`, stems as `reading` says, and what `audiences` hear.
    ///
    /// # Errors
    /// If a stem can't be read or doesn't fit, two have one name, or it isn't known how the mix
    /// would be folded down.
    pub fn open(
        &self,
        pair: &Pair,
        reading: Reading,
        audiences: Vec<AskedAudience>,
    ) -> Result<SideBuses, Error> {
        let mut side_buses = SideBuses {
            stems: Vec::new(),
            folds: Vec::new(),
            hops: VecDeque::new(),
            stem_log: StemLog::new(self.stems.iter().map(|stem| stem.name.clone()).collect()),
            fold_log: FoldLog::new(Vec::new()),
            stem_sum: StemSum::new(self.stems.iter().map(|stem| stem.name.clone()).collect()),
            stereo: None,
            audience_log: AudienceLog::new(Vec::new()),
        };
        for (stem_idx, stem) in self.stems.iter().enumerate() {
            if self.stems[..stem_idx].iter().any(|it| it.name == stem.name) {
                return Err(Error::flag("--stem", &stem.name, "is given twice"));
            }
            side_buses.stems.push(stem_bus(&stem.path, pair, reading)?);
        }
        if self.fold_down {
            let all = fold_buses(pair)?;
            side_buses.fold_log = FoldLog::new(all.iter().map(|it| it.0).collect());
            side_buses.folds = all.into_iter().map(|it| it.1).collect();
        }
        let has_many = |bus: &InputBus| bus.num_channels() > 2;
        let needs_stereo = audiences.iter().any(|it| it.hears_fold_down);
        if needs_stereo && (has_many(pair.music()) || has_many(pair.dialogue())) {
            side_buses.stereo = Some(fold_bus(pair, FoldDown::Stereo, Problem::NoStereo)?);
        }
        side_buses.audience_log = AudienceLog::new(audiences);
        Ok(side_buses)
    }
}

fn stem_bus(path: &Path, pair: &Pair, reading: Reading) -> Result<Bus, Error> {
    let wanted = Wanted {
        reading,
        ..Wanted::default()
    };
    let mut file = InputBus::open_music(path, &wanted)?;
    let notes = say_all(path, file.take_notes());
    file.stand_as(pair.music());
    let music_hz = pair.music().sample_rate_hz();
    if file.sample_rate_hz() != music_hz {
        let problem = Problem::StemRate {
            stem_hz: file.sample_rate_hz(),
            music_hz,
        };
        return Err(Error::file(path, problem));
    }
    // Nobody speaks in a stem: its engine hears it alone.
    let engine = Engine::prepare(f64::from(music_hz), Layout::MONO, file.layout()?)?;
    let music = vec![Vec::new(); file.num_channels()];
    let mut bus = Bus::new(engine, Feed::Stem(Box::new(file)), 0, music);
    bus.notes = notes;
    Ok(bus)
}

fn fold_buses(pair: &Pair) -> Result<Vec<(FoldDown, Bus)>, Error> {
    let music = pair.music();
    let fold_downs = FoldDown::all_of(music.loudspeakers());
    if fold_downs.is_empty() {
        let problem = Problem::NoFoldDown(music.num_channels());
        return Err(Error::file(music.path(), problem));
    }
    let bus = |fold_down| {
        let mut bus = fold_bus(pair, fold_down, Problem::NoFoldDown)?;
        bus.has_room = true;
        Ok((fold_down, bus))
    };
    fold_downs.into_iter().map(bus).collect()
}

/// The pair on fewer loudspeakers; `unknown` where nobody knows which its channels are.
fn fold_bus(pair: &Pair, fold_down: FoldDown, unknown: fn(usize) -> Problem) -> Result<Bus, Error> {
    let unknown = |bus: &InputBus| Error::file(bus.path(), unknown(bus.num_channels()));
    let music = fold_down
        .gains(pair.music().loudspeakers())
        .ok_or_else(|| unknown(pair.music()))?;
    let dialogue = fold_down
        .gains(pair.dialogue().loudspeakers())
        .ok_or_else(|| unknown(pair.dialogue()))?;
    let layout = Layout::from_num_channels(music.len()).map_err(|_| unknown(pair.music()))?;
    let sample_rate_hz = f64::from(pair.music().sample_rate_hz());
    let engine = Engine::prepare(sample_rate_hz, layout, layout)?;
    let num_channels = music.len();
    let buffers = vec![Vec::new(); num_channels];
    let feed = Feed::FoldDown { dialogue, music };
    Ok(Bus::new(engine, feed, num_channels, buffers))
}

/// Where the audio of a bus comes from.
enum Feed {
    Stem(Box<InputBus>),
    FoldDown { dialogue: Gains, music: Gains },
}

/// One more thing to hear.
struct Bus {
    engine: Engine,
    feed: Feed,
    /// Whether it is played by loudspeakers round the listener: neither a stem, whose powers count, nor a device.
    has_room: bool,
    dialogue: Vec<Vec<f32>>,
    music: Vec<Vec<f32>>,
    /// One channel out of those of a stem, block by block.
    mono: Vec<f32>,
    /// Levels of the hops that the pair hasn't come to yet.
    levels: VecDeque<HopLevels>,
    /// What was noticed of a stem, in sentences that name it.
    notes: Vec<String>,
}

impl Bus {
    fn new(engine: Engine, feed: Feed, num_dialogue: usize, music: Vec<Vec<f32>>) -> Self {
        Self {
            engine,
            feed,
            has_room: false,
            dialogue: vec![Vec::new(); num_dialogue],
            music,
            mono: Vec::new(),
            levels: VecDeque::new(),
            notes: Vec::new(),
        }
    }

    /// Hears what belongs to `block`.
    fn hear(&mut self, block: &PairBlock, settings: &Settings) -> Result<(), Error> {
        let num_frames = block.input.first().map_or(0, |channel| channel.len());
        match &mut self.feed {
            Feed::Stem(file) => {
                file.read(&mut self.music, num_frames)?;
                // A stem that is shorter is silent for the rest.
                for channel in &mut self.music {
                    channel.resize(num_frames, 0.0);
                }
                let channels: Vec<&[f32]> = self.music.iter().map(Vec::as_slice).collect();
                self.mono = mono(&channels);
            }
            Feed::FoldDown { dialogue, music } => {
                mix(dialogue, block.dialogue, num_frames, &mut self.dialogue);
                mix(music, block.input, num_frames, &mut self.music);
            }
        }
        let dialogue: Vec<&[f32]> = self.dialogue.iter().map(Vec::as_slice).collect();
        let mut music: Vec<&mut [f32]> = self.music.iter_mut().map(Vec::as_mut_slice).collect();
        let levels = &mut self.levels;
        let mut on_hop = |snapshot: &Snapshot| {
            levels.push_back(snapshot.heard_levels());
        };
        let settings = Settings {
            ears: if self.has_room {
                settings.ears
            } else {
                Ears::One
            },
            ..*settings
        };
        self.engine
            .process(&dialogue, &mut music, &settings, Some(&mut on_hop));
        Ok(())
    }
}

/// Mixes `inputs` into `outputs` of `num_frames`; an input that is shorter is silent for the rest.
fn mix(gains: &Gains, inputs: &[&[f32]], num_frames: usize, outputs: &mut [Vec<f32>]) {
    for (output, gains) in outputs.iter_mut().zip(gains) {
        output.clear();
        output.resize(num_frames, 0.0);
        for (input, &gain) in inputs.iter().zip(gains).filter(|&(_, &gain)| gain != 0.0) {
            for (out, sample) in output.iter_mut().zip(*input) {
                *out += gain * sample;
            }
        }
    }
}

/// The sum of all channels.
fn mono(channels: &[&[f32]]) -> Vec<f32> {
    let mut sums = vec![0.0; channels.first().map_or(0, |channel| channel.len())];
    for channel in channels {
        for (sum, &sample) in sums.iter_mut().zip(*channel) {
            *sum += if sample.is_finite() { sample } else { 0.0 };
        }
    }
    sums
}

/// A hop of the pair.
struct BusHop {
    span_s: (f64, f64),
    is_speech: bool,
    /// As they are played, and as they are heard.
    levels: HopLevels,
    heard_levels: HopLevels,
    monitor_db_spl: f32,
}

/// Everything that is heard beside a pair.
pub struct SideBuses {
    stems: Vec<Bus>,
    folds: Vec<Bus>,
    /// The stereo fold-down that audiences with a device hear, if the mix is for more loudspeakers.
    stereo: Option<Bus>,
    /// Hops of the pair for which not every bus has its levels yet.
    hops: VecDeque<BusHop>,
    stem_log: StemLog,
    fold_log: FoldLog,
    stem_sum: StemSum,
    audience_log: AudienceLog,
}

impl SideBuses {
    /// Whether there is nothing to hear beside the pair.
    pub fn is_empty(&self) -> bool {
        self.stems.is_empty() && self.folds.is_empty() && self.stereo.is_none()
    }

    /// Takes in the next hop of the pair of which it is known whether somebody speaks.
    pub fn take_hop(&mut self, snapshot: &Snapshot) {
        if self.is_empty() {
            if snapshot.is_speech {
                // A device plays from where it stands, to both ears alike.
                let (span_s, levels) = (snapshot.span_s(), snapshot.heard_levels());
                self.audience_log.push(span_s, &levels, &snapshot.levels);
            }
            return;
        }
        self.hops.push_back(BusHop {
            span_s: snapshot.span_s(),
            is_speech: snapshot.is_speech,
            levels: snapshot.levels,
            heard_levels: snapshot.heard_levels(),
            monitor_db_spl: snapshot.monitor_db_spl,
        });
    }

    /// Hears what belongs to `block`, each bus on a core of its own where there is one.
    ///
    /// # Errors
    /// If a stem is damaged.
    pub fn hear(&mut self, block: &PairBlock, settings: &Settings) -> Result<(), Error> {
        self.stems
            .par_iter_mut()
            .chain(&mut self.folds)
            .chain(self.stereo.as_mut_slice())
            .try_for_each(|bus| bus.hear(block, settings))?;
        let stems = self.stems.iter().map(|bus| bus.mono.as_slice());
        self.stem_sum
            .push(&mono(block.input), &stems.collect::<Vec<_>>());
        self.settle();
        Ok(())
    }

    /// Adds up the hops of which all that belongs to them is known.
    fn settle(&mut self) {
        // The engines count alike, but each ends a hop when it has the time for it.
        let buses = self.stems.iter().chain(&self.folds).chain(&self.stereo);
        let num_ready = buses.map(|bus| bus.levels.len()).min().unwrap_or(0);
        let num_ready = num_ready.min(self.hops.len());
        for hop in self.hops.drain(..num_ready) {
            let next = |buses: &mut [Bus]| -> Vec<HopLevels> {
                let levels = buses.iter_mut().filter_map(|bus| bus.levels.pop_front());
                levels.collect()
            };
            let stems: Vec<PerBand> = next(&mut self.stems)
                .iter()
                .map(|levels| levels.music_power)
                .collect();
            let folds = next(&mut self.folds);
            let stereo = next(self.stereo.as_mut_slice());
            if !hop.is_speech {
                continue;
            }
            let folded = stereo.first().unwrap_or(&hop.levels);
            self.audience_log
                .push(hop.span_s, &hop.heard_levels, folded);
            if !stems.is_empty() {
                let (log, levels) = (&mut self.stem_log, &hop.levels);
                log.push(hop.span_s, levels, &stems, hop.monitor_db_spl);
            }
            if !folds.is_empty() {
                self.fold_log.push(hop.span_s, &folds, hop.monitor_db_spl);
            }
        }
    }

    /// What is doubtful about the stems.
    pub fn doubts(&self) -> Option<Doubt> {
        self.stem_sum.doubt()
    }

    /// Adds to `report` what was found, and says on standard error what showed in the stems on the way.
    pub fn add_to(mut self, report: &mut Report) {
        self.settle();
        for bus in &mut self.stems {
            if let Feed::Stem(file) = &mut bus.feed {
                let notes = file.take_notes();
                bus.notes.extend(say_all(file.path(), notes));
            }
            report.source.notes.append(&mut bus.notes);
        }
        if !self.stems.is_empty() {
            report.add_stems(&self.stem_log);
        }
        if !self.folds.is_empty() {
            report.add_fold_downs(&self.fold_log);
        }
        if !self.audience_log.is_empty() {
            report.add_audiences(&self.audience_log);
        }
    }
}
