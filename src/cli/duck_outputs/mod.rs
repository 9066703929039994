//! What `underscore duck` writes: the ducked music and, on request, prints of what was done to it.

mod controller_ride;
mod curve_table;
mod cut_queue;
mod delta_wave;
mod ducked_lines;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::audio::audio_out::{WaveSpec, WaveWriter};
use crate::cli::audio::side_chunks::SideChunks;
use crate::cli::duck_outputs::controller_ride::MidiPrint;
use crate::cli::duck_outputs::curve_table::CurvePrint;
use crate::cli::duck_outputs::cut_queue::{CutHop, CutQueue};
use crate::cli::duck_outputs::delta_wave::DeltaPrint;
use crate::cli::duck_outputs::ducked_lines::DuckedLines;
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::output_file::{OutputFile, finish_all};
use crate::cli::outputs::csv_style;
use crate::cli::pair_run::PairBlock;
use crate::found::LeftOut;
use crate::found::duck_account::DuckAccount;
use crate::lines::hop_watch::HopWatch;
use crate::report::export::cell_text::CsvStyle;
use crate::snapshot::Snapshot;

#[derive(Debug, Args)]
#[command(next_help_heading = "Prints of what was done")]
pub struct PrintArgs {
    /// WAV file with what was removed: the output and it add up to the music, with --bits 24 to
    /// the last bit
    #[arg(long, value_name = "FILE.wav")]
    delta: Option<PathBuf>,
    /// CSV table of the cut in each band (dB) and the loudness lost (LU) over time
    #[arg(long, value_name = "FILE.csv")]
    curve: Option<PathBuf>,
    /// Language of the spreadsheet for --curve, such as de or fr: then with semicolons, decimal commas and a
    /// byte-order mark [default: en]
    #[arg(long, value_name = "LANGUAGE", requires = "curve", value_parser = csv_style)]
    csv_locale: Option<CsvStyle>,
    /// MIDI file with the loudness lost as controller 11 (expression): 127 is no cut, any other
    /// value v a cut of 40 lg(127/v) dB
    #[arg(long, value_name = "FILE.mid")]
    midi: Option<PathBuf>,
    /// What each line lost and what came of it, as JSON
    #[arg(long, value_name = "FILE.json")]
    json: Option<PathBuf>,
}

/// All files of one run in the making.
pub struct DuckOutputs {
    output: WaveWriter,
    delta: Option<DeltaPrint>,
    curve: Option<CurvePrint>,
    midi: Option<MidiPrint>,
    json: Option<OutputFile>,
    lines: DuckedLines,
    is_piped: bool,
    sample_rate_hz: u32,
    latency_samples: u32,
    num_frames: u64,
    waiting: CutQueue,
}

impl DuckOutputs {
    /// Starts the output at `output` and the prints that `args` name; no two of them, and none of
    /// `inputs`, are one file. `music` stands beside the music's audio. `latency_samples`: how much later the engine's output is than what
    /// it hears. `left_out`: what the list leaves out.
    ///
    /// # Errors
    /// If one can't be written there.
    pub fn create(
        output: &Path,
        args: &PrintArgs,
        inputs: &[&Path],
        spec: WaveSpec,
        music: &SideChunks,
        latency_samples: u32,
        left_out: LeftOut,
    ) -> Result<Self, Error> {
        let create = |path: &Option<PathBuf>| {
            path.as_ref()
                .map(|path| OutputFile::create(path, inputs))
                .transpose()
        };
        for path in [Some(output), args.delta.as_deref()].into_iter().flatten() {
            if has_other_ending(path) {
                return Err(Error::file(path, Problem::NotWave));
            }
        }
        let output = OutputFile::create(output, inputs)?;
        let delta = create(&args.delta)?;
        let curve = create(&args.curve)?;
        let midi = create(&args.midi)?;
        let json = create(&args.json)?;
        let mut files = vec![&output];
        for file in [&delta, &curve, &midi, &json].into_iter().flatten() {
            if files.iter().any(|other| other.is_same(file)) {
                return Err(Error::file(file.path(), Problem::OutputTwice));
            }
            files.push(file);
        }
        let is_piped = files.iter().any(|file| file.is_piped());
        Ok(Self {
            is_piped,
            output: WaveWriter::new(output, spec, &music.rewritten(&spec.written("duck")))?,
            delta: delta
                .map(|file| DeltaPrint::new(file, spec, music))
                .transpose()?,
            curve: curve
                .map(|file| CurvePrint::new(file, args.csv_locale.unwrap_or_default()))
                .transpose()?,
            midi: midi.map(MidiPrint::new),
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
        if self.curve.is_some() || self.midi.is_some() {
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

    /// Completes all files, that of the lines with what `json` makes; says on standard error where samples
    /// were clipped.
    ///
    /// # Errors
    /// If the disk refuses; then none is left behind.
    pub fn finish(mut self, json: impl FnOnce() -> String) -> Result<(), Error> {
        self.waiting.close();
        self.write_hops()?;
        let duration_s = self.duration_s();
        let (output, num_clipped) = self.output.complete()?;
        let clipped_path = output.path().to_owned();
        let mut files = vec![output];
        let mut clipped_delta = None;
        if let Some(delta) = self.delta {
            let (file, num_clipped) = delta.complete()?;
            clipped_delta = Some((file.path().to_owned(), num_clipped));
            files.push(file);
        }
        files.extend(self.curve.map(CurvePrint::complete));
        if let Some(midi) = self.midi {
            files.push(midi.complete(duration_s)?);
        }
        if let Some(mut file) = self.json {
            file.write_all(json().as_bytes())?;
            files.push(file);
        }
        finish_all(files)?;
        for (path, num_clipped) in [(clipped_path, num_clipped)].iter().chain(&clipped_delta) {
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

/// Whether `path` has the ending of another kind of audio than is written.
fn has_other_ending(path: &Path) -> bool {
    const OTHERS: [&str; 23] = [
        "aac", "ac3", "aif", "aifc", "aiff", "alac", "amr", "au", "caf", "flac", "m4a", "m4v",
        "mka", "mkv", "mov", "mp2", "mp3", "mp4", "ogg", "opus", "snd", "w64", "wma",
    ];
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    OTHERS.iter().any(|it| ending.eq_ignore_ascii_case(it))
}
