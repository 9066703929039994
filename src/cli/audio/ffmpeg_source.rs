//! Files that no decoder of ours knows, through an installed FFmpeg: a pipe of floats, with silence
//! where their time stamps have holes.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::cli::audio::pcm::{Coding, PcmForm};
use crate::cli::audio::source::{Note, Opened, Source};
use crate::cli::audio::wave_chunks::{u16_at, u32_at};
use crate::cli::errors::Problem;
use crate::layout::MAX_CHANNELS;

/// Frames that are read at once.
const PIPE_BLOCK_FRAMES: usize = 4096;

/// Most of a chunk before the audio that is read, bytes.
const MAX_CHUNK_BYTES: u32 = 1 << 16;

/// A file that is to be decoded.
pub struct Foreign<'a> {
    /// The file.
    pub path: &'a Path,
    /// What it is, for people.
    pub name: &'a str,
    /// The track with audio, from 1.
    pub track: Option<usize>,
    /// Whether time counts from the container's own 0, not from where the first of its tracks begins.
    pub has_own_zero: bool,
}

impl Foreign<'_> {
    /// Starts FFmpeg.
    ///
    /// # Errors
    /// If it isn't installed, or can't read the file.
    pub fn open(&self) -> Result<Opened, Problem> {
        let tracks = self.tracks()?;
        let num_tracks = tracks.len();
        let track_idx = self.track.unwrap_or(1).wrapping_sub(1);
        let Some(track) = tracks.get(track_idx) else {
            return Err(match (self.track, num_tracks) {
                (Some(number), 1..) => Problem::NoTrack { number, num_tracks },
                _ => Problem::NoAudioTrack,
            });
        };
        let mut notes = vec![Note::Remark(format!("is {}: read with FFmpeg", self.name))];
        if num_tracks > 1 && self.track.is_none() {
            notes.push(Note::Remark(format!(
                "has {num_tracks} tracks with audio: number 1 is read ({track}); --track chooses \
                 another"
            )));
        }
        let mut child = self
            .command(&self.decode_args(track_idx))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.missing(&error))?;
        let mut stderr = child.stderr.take();
        let complaints = thread::spawn(move || {
            let mut text = Vec::new();
            if let Some(stderr) = &mut stderr {
                // What can't be read of its complaints is no matter.
                let _ = stderr.read_to_end(&mut text);
            }
            String::from_utf8_lossy(&text).into_owned()
        });
        let pipe = child.stdout.take().ok_or(Problem::NoAudio)?;
        let mut source = FfmpegSource {
            child,
            pipe,
            complaints: Some(complaints),
            form: PcmForm {
                num_channels: 1,
                bytes: 4,
                coding: Coding::Float,
                is_big_endian: false,
            },
            num_decoded: 0,
            rate_hz: 1,
            bytes: Vec::new(),
            notes: Vec::new(),
        };
        let Ok((fmt, channel_mask)) = source.read_header() else {
            source.end()?;
            return Err(Problem::NoAudio);
        };
        let num_channels = usize::from(u16_at(&fmt, 2));
        match num_channels {
            0 => return Err(Problem::NoChannels),
            n if n > MAX_CHANNELS => return Err(Problem::TooManyChannels(n)),
            _ => {}
        }
        source.form.num_channels = num_channels;
        source.rate_hz = u32_at(&fmt, 4);
        Ok(Opened {
            sample_rate_hz: source.rate_hz,
            num_channels,
            num_frames: None,
            channel_mask,
            notes,
            source: Box::new(source),
        })
    }

    fn decode_args(&self, track_idx: usize) -> Vec<OsString> {
        let map = format!("0:a:{track_idx}");
        let args = [
            "-map",
            &map,
            // Silence in holes, and before the first sample if it comes late.
            "-af",
            "aresample=async=1:first_pts=0:min_hard_comp=0.015",
            "-c:a",
            "pcm_f32le",
            "-fflags",
            "+bitexact",
            "-f",
            "wav",
            "pipe:1",
        ];
        args.iter().map(OsString::from).collect()
    }

    /// FFmpeg with the file as its input.
    fn command(&self, args: &[OsString]) -> Command {
        let mut command = Command::new("ffmpeg");
        // With its scheme, no name is taken for a flag or an address.
        let mut input = OsString::from("file:");
        input.push(self.path);
        command.args(["-nostdin", "-hide_banner", "-loglevel"]);
        command.arg(if args.is_empty() { "info" } else { "error" });
        command.args(["-protocol_whitelist", "file,pipe"]);
        if self.has_own_zero {
            command.arg("-copyts");
        }
        command.arg("-i").arg(input).args(args);
        command.stdin(Stdio::null());
        command
    }

    /// The tracks with audio, each with its codec.
    fn tracks(&self) -> Result<Vec<String>, Problem> {
        // Without an output it tells what is in the input, and fails.
        let output = self.command(&[]).output();
        let output = output.map_err(|error| self.missing(&error))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let tracks: Vec<String> = text
            .lines()
            .filter(|line| line.trim_start().starts_with("Stream #0"))
            .filter_map(|line| line.split_once(": Audio: "))
            .map(|(_, about)| about.split([',', '(']).next().unwrap_or(about))
            .map(|codec| codec.trim().to_owned())
            .collect();
        let is_read = text.lines().any(|line| line.starts_with("Input #0"));
        if !is_read {
            return Err(Problem::Unsupported(format!(
                "{}, of which FFmpeg says: {}",
                self.name,
                last_line(&text)
            )));
        }
        Ok(tracks)
    }

    fn missing(&self, error: &io::Error) -> Problem {
        let name = self.name.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => Problem::NeedsFfmpeg(name),
            _ => Problem::Unsupported(format!("{name}, and FFmpeg can't be started: {error}")),
        }
    }
}

/// What a program said last, without what only it knows.
fn last_line(text: &str) -> String {
    let line = text.lines().rfind(|line| !line.trim().is_empty());
    let line = line.unwrap_or("nothing").trim();
    // "[aac @ 0x5581...] ..."
    let line = match line.split_once("] ") {
        Some((_, rest)) if line.starts_with('[') => rest,
        _ => line,
    };
    let line = line.rsplit_once(": ").map_or(line, |(_, reason)| reason);
    line.chars().filter(|c| !c.is_control()).collect()
}

struct FfmpegSource {
    child: Child,
    pipe: ChildStdout,
    complaints: Option<JoinHandle<String>>,
    form: PcmForm,
    num_decoded: u64,
    rate_hz: u32,
    bytes: Vec<u8>,
    notes: Vec<Note>,
}

impl FfmpegSource {
    /// Reads up to the audio: the format, and the loudspeakers where it has them.
    fn read_header(&mut self) -> io::Result<(Vec<u8>, Option<u32>)> {
        let mut form = [0; 12];
        self.pipe.read_exact(&mut form)?;
        let mut fmt = vec![0; 40];
        let mut channel_mask = None;
        loop {
            let mut head = [0; 8];
            self.pipe.read_exact(&mut head)?;
            if &head[..4] == b"data" {
                return Ok((fmt, channel_mask));
            }
            let size = u32_at(&head, 4).next_multiple_of(2);
            if size > MAX_CHUNK_BYTES {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let mut body = vec![0; size as usize];
            self.pipe.read_exact(&mut body)?;
            if &head[..4] == b"fmt " {
                channel_mask = (body.len() >= 40).then(|| u32_at(&body, 20));
                body.resize(40, 0);
                fmt = body;
            }
        }
    }

    /// Waits for FFmpeg to end.
    fn end(&mut self) -> Result<(), Problem> {
        let Some(complaints) = self.complaints.take() else {
            return Ok(());
        };
        let complaint = complaints.join().unwrap_or_default();
        let status = self.child.wait().map_err(Problem::Unreadable)?;
        if !status.success() {
            return Err(Problem::Damaged {
                after_s: self.num_decoded as f64 / f64::from(self.rate_hz.max(1)),
                reason: format!("FFmpeg: {}", last_line(&complaint)),
            });
        }
        if !complaint.trim().is_empty() {
            let reason = last_line(&complaint);
            let note = format!("is damaged (FFmpeg: {reason}): what could be decoded is read");
            self.notes.push(Note::Fault(note));
        }
        Ok(())
    }
}

impl Source for FfmpegSource {
    fn next(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<bool, Problem> {
        planes.resize_with(self.form.num_channels, Vec::new);
        let frame_bytes = self.form.frame_bytes();
        self.bytes.resize(frame_bytes * PIPE_BLOCK_FRAMES, 0);
        let mut num_read = 0;
        while num_read < self.bytes.len() {
            match self.pipe.read(&mut self.bytes[num_read..]) {
                Ok(0) => break,
                Ok(num) => num_read += num,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Problem::Unreadable(error)),
            }
        }
        self.form.unpack(&self.bytes[..num_read], planes);
        let num_frames = num_read / frame_bytes;
        self.num_decoded += num_frames as u64;
        if num_frames == 0 {
            self.end()?;
        }
        Ok(num_frames > 0)
    }

    fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }
}

impl Drop for FfmpegSource {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
