//! What `underscore duck` writes: the ducked music and, on request, prints of what was done to it.

mod controller_ride;
mod curve_table;
mod cut_queue;
mod delta_wave;
mod ducked_lines;
mod envelope;
mod print_args;
mod undipped_wave;

use std::path::{Path, PathBuf};

use crate::cli::audio::audio_out::{WaveSpec, WaveWriter};
use crate::cli::audio::side_chunks::SideChunks;
use crate::cli::duck_outputs::controller_ride::MidiPrint;
use crate::cli::duck_outputs::curve_table::CurvePrint;
use crate::cli::duck_outputs::cut_queue::{CutHop, CutQueue};
use crate::cli::duck_outputs::delta_wave::DeltaPrint;
use crate::cli::duck_outputs::ducked_lines::DuckedLines;
use crate::cli::duck_outputs::envelope::EnvelopePrint;
use crate::cli::duck_outputs::print_args::dip_form;
use crate::cli::duck_outputs::undipped_wave::UndippedPrint;
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::output_file::{OutputFile, finish_all};
use crate::cli::pair_run::PairBlock;
use crate::found::duck_account::DuckAccount;
use crate::found::{LeftOut, Source};
use crate::lines::doubts::{Doubt, are_grave};
use crate::lines::hop_watch::HopWatch;
use crate::report::dip_list::DipList;
use crate::report::duck_list;
use crate::report::export::cell_text::CsvStyle;
use crate::report::form::DipContent;
use crate::snapshot::Snapshot;
use crate::timeline::Timeline;

pub use self::envelope::MusicItem;
pub use self::print_args::PrintArgs;

/// What is known of a run before it begins.
pub struct RunAbout<'a> {
    /// Every file that is read.
    pub inputs: &'a [&'a Path],
    /// How audio is written.
    pub spec: WaveSpec,
    /// What stands beside the music's audio.
    pub side_chunks: &'a SideChunks,
    /// The music, as other programs place it.
    pub music: MusicItem,
    /// How much later the engine's output is than what it hears, samples.
    pub latency_samples: u32,
    /// What the list leaves out.
    pub left_out: LeftOut,
}

/// What a run came to, for its lists.
pub struct RunResult<'a> {
    /// What was done to the lines.
    pub account: &'a DuckAccount,
    /// What is wrong with the inputs.
    pub doubts: &'a [Doubt],
    /// The files.
    pub source: &'a Source,
    /// How times are told.
    pub timeline: &'a Timeline,
    /// The output, as the user named it.
    pub output: &'a str,
}

/// All files of one run in the making.
pub struct DuckOutputs {
    output: WaveWriter,
    delta: Option<DeltaPrint>,
    undipped: Option<UndippedPrint>,
    curve: Option<CurvePrint>,
    midi: Option<MidiPrint>,
    envelope: Option<EnvelopePrint>,
    dips: Vec<OutputFile>,
    csv_style: CsvStyle,
    json: Option<OutputFile>,
    lines: DuckedLines,
    is_piped: bool,
    sample_rate_hz: u32,
    latency_samples: u32,
    num_frames: u64,
    waiting: CutQueue,
}

impl DuckOutputs {
    /// Starts the output at `output` and the prints that `args` name; no two of them, and none of the inputs, are
    /// one file.
    ///
    /// # Errors
    /// If one can't be written there.
    pub fn create(output: &Path, args: &PrintArgs, run: RunAbout) -> Result<Self, Error> {
        let RunAbout {
            inputs,
            spec,
            side_chunks,
            music,
            latency_samples,
            left_out,
        } = run;
        let create = |path: &Option<PathBuf>| {
            path.as_ref()
                .map(|path| OutputFile::create(path, inputs))
                .transpose()
        };
        let waves = [
            Some(output),
            args.delta.as_deref(),
            args.undipped.as_deref(),
        ];
        for path in waves.into_iter().flatten() {
            if has_other_ending(path) {
                return Err(Error::file(path, Problem::NotWave));
            }
        }
        let output = OutputFile::create(output, inputs)?;
        let delta = create(&args.delta)?;
        let undipped = create(&args.undipped)?;
        let curve = create(&args.curve)?;
        let midi = create(&args.midi)?;
        let envelope = create(&args.envelope)?;
        let json = create(&args.json)?;
        let dips = args.dips.iter();
        let dips: Vec<OutputFile> = dips
            .map(|path| OutputFile::create(path, inputs))
            .collect::<Result<_, _>>()?;
        let mut files = vec![&output];
        let prints = [&delta, &undipped, &curve, &midi, &envelope, &json];
        for file in prints.into_iter().flatten().chain(&dips) {
            if files.iter().any(|other| other.is_same(file)) {
                return Err(Error::file(file.path(), Problem::OutputTwice));
            }
            files.push(file);
        }
        let is_piped = files.iter().any(|file| file.is_piped());
        let csv_style = args.csv_locale.unwrap_or_default();
        let history = side_chunks.rewritten(&spec.written("duck"));
        Ok(Self {
            is_piped,
            output: WaveWriter::new(output, spec, &history)?,
            delta: delta
                .map(|file| DeltaPrint::new(file, spec, side_chunks))
                .transpose()?,
            undipped: undipped
                .map(|file| UndippedPrint::new(file, spec, side_chunks))
                .transpose()?,
            curve: curve
                .map(|file| CurvePrint::new(file, csv_style))
                .transpose()?,
            midi: midi.map(MidiPrint::new),
            envelope: envelope
                .map(|file| EnvelopePrint::new(file, music))
                .transpose()?,
            dips,
            csv_style,
            json,
            lines: DuckedLines::new(left_out),
            sample_rate_hz: spec.sample_rate_hz(),
            latency_samples,
            num_frames: 0,
            waiting: CutQueue::default(),
        })
    }

    /// Takes the cut of a hop.
    pub fn take_hop(&mut self, snapshot: &Snapshot) {
        let hop = CutHop::new(snapshot, self.latency_samples);
        self.lines.push(snapshot, &hop);
        if self.curve.is_some() || self.midi.is_some() || self.envelope.is_some() {
            self.waiting.push(hop, snapshot);
        }
    }

    /// Writes a block of the output and its prints.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&mut self, block: &PairBlock) -> Result<(), Error> {
        self.output.write(block.output)?;
        if let Some(delta) = &mut self.delta {
            delta.write(block)?;
        }
        if let Some(undipped) = &mut self.undipped {
            undipped.write(block)?;
        }
        self.num_frames += block
            .output
            .first()
            .map_or(0, |channel| channel.len() as u64);
        self.write_hops()
    }

    /// Writes the hops of the output so far that are judged.
    fn write_hops(&mut self) -> Result<(), Error> {
        let end_s = self.duration_s();
        while let Some(hop) = self.waiting.pop(end_s) {
            // With a look-ahead the first are early.
            if hop.time_s < 0.0 {
                continue;
            }
            if let Some(curve) = &mut self.curve {
                curve.write(&hop)?;
            }
            if let Some(midi) = &mut self.midi {
                midi.take(&hop);
            }
            if let Some(envelope) = &mut self.envelope {
                envelope.take(&hop);
            }
        }
        Ok(())
    }

    /// What was done to the lines, and what the hops told about the inputs, once.
    pub fn account(&mut self) -> (DuckAccount, HopWatch) {
        std::mem::take(&mut self.lines).finish()
    }

    /// Whether standard output is taken by one of the files.
    pub fn uses_stdout(&self) -> bool {
        self.is_piped
    }

    /// Completes all files, those of the lists with what `run` came to; says on standard error where samples
    /// were clipped.
    ///
    /// # Errors
    /// If the disk refuses; then none is left behind.
    pub fn finish(mut self, run: &RunResult) -> Result<(), Error> {
        self.waiting.close();
        self.write_hops()?;
        let duration_s = self.duration_s();
        let waves = [
            Some(self.output.complete()?),
            self.delta.map(DeltaPrint::complete).transpose()?,
            self.undipped.map(UndippedPrint::complete).transpose()?,
        ];
        let (mut files, mut clipped) = (Vec::new(), Vec::new());
        for (file, num_clipped) in waves.into_iter().flatten() {
            clipped.push((file.path().to_owned(), num_clipped));
            files.push(file);
        }
        files.extend(self.curve.map(CurvePrint::complete));
        if let Some(midi) = self.midi {
            files.push(midi.complete(duration_s)?);
        }
        if let Some(envelope) = self.envelope {
            files.push(envelope.complete(duration_s)?);
        }
        for mut file in self.dips {
            write_dips(&mut file, run, self.csv_style)?;
            files.push(file);
        }
        if let Some(mut file) = self.json {
            let json = duck_list::to_json(
                run.account,
                run.doubts,
                run.source,
                run.timeline,
                run.output,
            );
            file.write_all(json.as_bytes())?;
            files.push(file);
        }
        finish_all(files)?;
        for (path, num_clipped) in &clipped {
            if *num_clipped > 0 {
                eprintln!(
                    "underscore: {}: {num_clipped} samples above full scale were clipped: \
                     use --bits 32 to keep them",
                    Shown(path)
                );
            }
        }
        Ok(())
    }

    fn duration_s(&self) -> f64 {
        self.num_frames as f64 / f64::from(self.sample_rate_hz)
    }
}

/// Writes the dips of `run` to `file`, in the form of its ending.
fn write_dips(file: &mut OutputFile, run: &RunResult, csv_style: CsvStyle) -> Result<(), Error> {
    let path = file.path().to_owned();
    let form = dip_form(&path).ok_or_else(|| Error::file(&path, Problem::DipsEnding))?;
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let content = DipContent {
        list: DipList {
            dips: &run.account.dips,
            is_doubtful: are_grave(run.doubts),
            source: run.source,
            timeline: run.timeline,
        },
        title: &title,
        csv_style,
    };
    let bytes = form
        .render_dips(&content)
        .map_err(|error| Error::file(&path, Problem::Export(error)))?;
    file.write_all(&bytes)
}

/// Whether `path` has the ending of another kind of audio than is written.
fn has_other_ending(path: &Path) -> bool {
    const OTHERS: [&str; 23] = [
        "aac", "ac3", "aif", "aifc", "aiff", "alac", "amr", "au", "caf", "flac", "m4a", "m4v",
        "mka", "mkv", "mov", "mp2", "mp3", "mp4", "ogg", "opus", "snd", "w64", "wma",
    ];
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    OTHERS.iter().any(|it| ending.eq_ignore_ascii_case(it))
}
