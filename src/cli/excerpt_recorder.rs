//! Excerpts for the page, recorded in a second run over the pair, since only the first one tells
//! which lines are worth it: mono, at half the usual rate, as FLAC, which every browser plays.
//! (Encoders that lose something would make smaller files; those in the registry are bound to C
//! libraries or to the LGPL, or aren't played by every browser.)

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use flacenc::component::BitRepr;
use flacenc::error::Verify;
use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Resampler};

use crate::cli::errors::Error;
use crate::cli::pair::Pair;
use crate::cli::pair_run::PairBlock;
use crate::found::Report;
use crate::found::excerpts::{Excerpt, Excerpts};
use crate::found::fold_down::FoldDown;
use crate::layout::Loudspeaker;
use crate::settings::{Mode, Settings};

/// Sample rate of the excerpts, Hz: keeps the words up to the highest band of the analysis.
const RATE_HZ: u32 = 24_000;

/// What is heard before and after a line, s.
const MARGIN_S: f64 = 0.5;

/// Longest excerpt, s; a longer line is heard from its start.
const MAX_EXCERPT_S: f64 = 12.0;

/// Most that all excerpts take before they are written as text, bytes: with a third more in the page
/// they still fit into a mail.
const MAX_EXCERPT_BYTES: usize = 13_000_000;

/// Most that all excerpts take in the page, where three bytes are four letters, MB.
pub const MAX_PAGE_MB: usize = (4 * MAX_EXCERPT_BYTES).div_ceil(3_000_000);

/// Peak above which an excerpt is turned down, both times alike.
const MAX_PEAK: f32 = 0.95;

const BITS: usize = 16;

/// Frames that the converter takes at once, as a start: it rounds to what the rates allow.
const CHUNK_FRAMES: usize = 1024;

/// Room for one excerpt while it is recorded.
struct Recording {
    line_idx: usize,
    /// Frames of the music.
    span: Range<u64>,
    as_is: Vec<f32>,
    ducked: Vec<f32>,
}

/// Records the lines of `report` that clash, the worst first if not all find room.
///
/// # Errors
/// If a file can't be read or converted, or the user interrupts.
pub fn record(pair: &mut Pair, settings: &Settings, report: &Report) -> Result<Excerpts, Error> {
    let settings = Settings {
        mode: Mode::Duck,
        ..*settings
    };
    let mut recorder = Recorder::new(pair, report)?;
    pair.run(&settings, |_| {}, |block: &PairBlock| recorder.hear(block))?;
    recorder.finish()
}

/// Hears a pair block by block and keeps the excerpts.
struct Recorder<'a> {
    report: &'a Report,
    music_hz: u32,
    dialogue_gains: Vec<f32>,
    music_gains: Vec<f32>,
    /// Frames heard so far.
    position: u64,
    num_wanted: usize,
    /// Recordings that haven't begun, in order of time.
    to_come: Peekable<IntoIter<Recording>>,
    /// Recordings that have begun and haven't ended.
    open: Vec<Recording>,
    /// Excerpts by index of their lines.
    kept: BTreeMap<usize, Excerpt>,
}

impl<'a> Recorder<'a> {
    fn new(pair: &Pair, report: &'a Report) -> Result<Self, Error> {
        let music_hz = pair.music().sample_rate_hz();
        let recordings = recordings(report, music_hz);
        Ok(Self {
            report,
            music_hz,
            dialogue_gains: mono_gains(pair.dialogue().loudspeakers()),
            music_gains: mono_gains(pair.music().loudspeakers()),
            position: 0,
            num_wanted: recordings.len(),
            to_come: recordings.into_iter().peekable(),
            open: Vec::new(),
            kept: BTreeMap::new(),
        })
    }

    fn hear(&mut self, block: &PairBlock) -> Result<(), Error> {
        let num_frames = block.input.first().map_or(0, |channel| channel.len());
        let span = self.position..self.position + num_frames as u64;
        self.position = span.end;
        while let Some(recording) = self.to_come.next_if(|it| it.span.start < span.end) {
            self.open.push(recording);
        }
        for recording in &mut self.open {
            let from = recording.span.start.max(span.start) - span.start;
            let to = recording.span.end.min(span.end) - span.start;
            for frame_idx in from as usize..to as usize {
                let voice = mono(block.dialogue, &self.dialogue_gains, frame_idx);
                let music = |channels| voice + mono(channels, &self.music_gains, frame_idx);
                recording.as_is.push(music(block.input));
                recording.ducked.push(music(block.output));
            }
        }
        let done: Vec<Recording> = self
            .open
            .extract_if(.., |it| it.span.end <= span.end)
            .collect();
        self.keep(done)
    }

    /// Encodes recordings that have ended; leaves out the lines that clash least if there is no room.
    fn keep(&mut self, done: Vec<Recording>) -> Result<(), Error> {
        for recording in done {
            let excerpt = recording.encoded(self.music_hz)?;
            self.kept.insert(recording.line_idx, excerpt);
            self.drop_least();
        }
        Ok(())
    }

    /// Leaves out the lines that clash least until the rest finds room.
    fn drop_least(&mut self) {
        let clash = |line_idx: &usize| self.report.lines[*line_idx].line.clash_percent;
        while self.kept.values().map(Excerpt::num_bytes).sum::<usize>() > MAX_EXCERPT_BYTES {
            let least = self
                .kept
                .keys()
                .min_by(|a, b| clash(a).total_cmp(&clash(b)));
            let Some(&least) = least else { break };
            self.kept.remove(&least);
        }
    }

    fn finish(mut self) -> Result<Excerpts, Error> {
        let cut_short = std::mem::take(&mut self.open);
        self.keep(cut_short)?;
        let num_kept = self.kept.len();
        let left_out = match self.num_wanted - num_kept {
            0 => String::new(),
            num_left_out => format!(
                ", the worst {num_kept} only: {num_left_out} more would make the page too large to send"
            ),
        };
        Ok(Excerpts {
            note: format!(
                "Each line can be heard as it is, and with the music ducked as `underscore duck` \
                 does it: mono, {} kHz, at most {MAX_EXCERPT_S} s{left_out}.",
                RATE_HZ / 1000
            ),
            by_line: self.kept,
        })
    }
}

/// Gains that make one channel of a bus's.
fn mono_gains(bus: &[Loudspeaker]) -> Vec<f32> {
    let gains = FoldDown::Mono.gains(bus);
    let gains = gains.and_then(|gains| gains.into_iter().next());
    // Discrete channels are added up.
    gains.unwrap_or_else(|| vec![1.0; bus.len()])
}

/// An empty recording for each line that clashes, in order of time.
fn recordings(report: &Report, music_hz: u32) -> Vec<Recording> {
    let rate_hz = f64::from(music_hz);
    let frame = |time_s: f64| (time_s.clamp(0.0, report.source.duration_s) * rate_hz) as u64;
    let recording = |(line_idx, start_s, end_s): (usize, f64, f64)| {
        let start_s = start_s - MARGIN_S;
        let end_s = (end_s + MARGIN_S).min(start_s + MAX_EXCERPT_S);
        Recording {
            line_idx,
            span: frame(start_s)..frame(end_s),
            as_is: Vec::new(),
            ducked: Vec::new(),
        }
    };
    let lines = report.lines.iter().enumerate();
    lines
        .filter(|(_, line)| !line.advice.is_clear())
        .map(|(line_idx, line)| recording((line_idx, line.line.start_s, line.line.end_s)))
        .collect()
}

fn mono(channels: &[&[f32]], gains: &[f32], frame_idx: usize) -> f32 {
    let samples = channels.iter().zip(gains);
    samples
        .map(|(channel, gain)| gain * channel.get(frame_idx).copied().unwrap_or(0.0))
        .sum()
}

impl Recording {
    /// Both files, at a common level.
    fn encoded(&self, music_hz: u32) -> Result<Excerpt, Error> {
        let as_is = resampled(&self.as_is, music_hz)?;
        let ducked = resampled(&self.ducked, music_hz)?;
        let peak = as_is
            .iter()
            .chain(&ducked)
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let gain = if peak > MAX_PEAK {
            MAX_PEAK / peak
        } else {
            1.0
        };
        Ok(Excerpt {
            as_is: to_flac(&as_is, gain)?,
            ducked: to_flac(&ducked, gain)?,
        })
    }
}

/// `samples` at [`RATE_HZ`].
fn resampled(samples: &[f32], from_hz: u32) -> Result<Vec<f32>, Error> {
    let refused = |reason: String| Error::Resample {
        from_hz,
        to_hz: RATE_HZ,
        reason,
    };
    if from_hz == RATE_HZ || samples.is_empty() {
        return Ok(samples.to_vec());
    }
    let input = [samples.to_vec()];
    let mut converter = Fft::<f32>::new(
        from_hz as usize,
        RATE_HZ as usize,
        CHUNK_FRAMES,
        1,
        FixedSync::Both,
    )
    .map_err(|error| refused(error.to_string()))?;
    let input = SequentialSliceOfVecs::new(&input[..], 1, samples.len())
        .map_err(|error| refused(error.to_string()))?;
    let output = converter
        .process_all(&input, samples.len(), None)
        .map_err(|error| refused(error.to_string()))?;
    Ok(output.take_data())
}

fn to_flac(samples: &[f32], gain: f32) -> Result<Vec<u8>, Error> {
    let full_scale = f32::from(i16::MAX);
    let samples: Vec<i32> = samples
        .iter()
        .map(|sample| (sample * gain * full_scale).round() as i32)
        .collect();
    let config = flacenc::config::Encoder::default()
        .into_verified()
        .map_err(|(_, error)| Error::Encode(error.to_string()))?;
    let source = flacenc::source::MemSource::from_samples(&samples, 1, BITS, RATE_HZ as usize);
    let mut stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size)
        .map_err(|error| Error::Encode(error.to_string()))?;
    // RFC 9639, section 8.2: the shortest block leaves out the last one. The encoder counts it, and
    // then some readers take the blocks for varied ones.
    stream
        .stream_info_mut()
        .set_block_sizes(config.block_size, config.block_size)
        .map_err(|error| Error::Encode(error.to_string()))?;
    let mut sink = flacenc::bitsink::ByteSink::new();
    stream
        .write(&mut sink)
        .map_err(|error| Error::Encode(error.to_string()))?;
    Ok(sink.into_inner())
}
