//! The music's side of the analysis by itself: where no audio has to come out, it can run beside the
//! engine that judges the music, on a thread of its own.

use crate::dsp::spectrum::power_spectrum::{hop_samples, window_samples};
use crate::dsp::spectrum::transforms::Transforms;
use crate::engine::bus::{BusAnalysis, BusLevels};
use crate::engine::intake::MusicIntake;
use crate::engine::rates::{PrepareError, SAMPLE_RATES_HZ};
use crate::engine::schedule::{Pieces, Schedule, Tick};
use crate::layout::Layout;
use crate::settings::Ears;
use crate::speech::music_voice::MusicVoice;

/// What is heard of the music in one hop.
#[derive(Debug, Clone, Copy)]
pub struct HeardMusic {
    pub(super) levels: BusLevels,
    pub(super) is_voice: bool,
}

/// Hears the music as an engine with the same layouts does, for
/// [`Engine::judge`](crate::engine::Engine::judge).
pub struct MusicHearing {
    schedule: Schedule,
    num_dialogue_jobs: usize,
    analysis: BusAnalysis,
    transforms: Transforms,
    intake: MusicIntake,
    voice: MusicVoice,
}

impl MusicHearing {
    /// Allocates all that `hear` needs.
    ///
    /// # Errors
    /// [`PrepareError`] if the sample rate is not within [`SAMPLE_RATES_HZ`].
    pub fn prepare(
        sample_rate_hz: f64,
        dialogue_layout: &Layout,
        music_layout: &Layout,
    ) -> Result<Self, PrepareError> {
        if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
            return Err(PrepareError::SampleRate(sample_rate_hz));
        }
        let hop_samples = hop_samples(sample_rate_hz);
        let analysis = BusAnalysis::new(sample_rate_hz, music_layout);
        let num_dialogue_jobs = BusAnalysis::num_jobs_for(dialogue_layout);
        let mut schedule = Schedule::new(hop_samples, num_dialogue_jobs + analysis.num_jobs() + 1);
        schedule.gather_jobs();
        Ok(Self {
            schedule,
            num_dialogue_jobs,
            analysis,
            transforms: Transforms::new(window_samples(sample_rate_hz)),
            intake: MusicIntake::new(music_layout, hop_samples),
            voice: MusicVoice::new(sample_rate_hz),
        })
    }

    /// Whether what is at each ear is heard, too, as an engine with these settings wants it; from the next hop on.
    pub fn set_ears(&mut self, ears: Ears) {
        self.analysis.want_ears(ears != Ears::One);
    }

    /// Takes one block, one slice per prepared channel and all of one length, cleans it in place, and
    /// hands on each hop that is judged within it. The hops don't depend on how the music is cut into
    /// blocks.
    pub fn hear(&mut self, music: &mut [&mut [f32]], mut on_hop: impl FnMut(HeardMusic)) {
        let block_samples = music.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut pieces = Pieces::of(block_samples);
        while let Some((piece, tick)) = pieces.next(&mut self.schedule) {
            let voice = Some(&mut self.voice);
            self.intake.take(music, piece, &mut self.analysis, voice);
            if let Some(tick) = tick {
                self.finish_tick(&tick, &mut on_hop);
            }
        }
    }

    /// Does the music's part of what is due at a tick.
    fn finish_tick(&mut self, tick: &Tick, on_hop: &mut impl FnMut(HeardMusic)) {
        for job_idx in tick.jobs.clone() {
            match job_idx.checked_sub(self.num_dialogue_jobs) {
                Some(job_idx) if job_idx < self.analysis.num_jobs() => {
                    self.analysis.do_job(job_idx, &mut self.transforms);
                }
                Some(_) => on_hop(HeardMusic {
                    levels: self.analysis.levels(),
                    is_voice: self.voice.is_voice(),
                }),
                None => {}
            }
        }
        if tick.is_hop_end {
            self.analysis.begin_window();
        }
    }
}
