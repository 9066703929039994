//! One instance of the engine: prepare, reset, process.

use std::ops::Range;

use crate::clash::follower::{Clash, Voices};
use crate::dsp::band_math::db_from_powers;
use crate::dsp::spectrum::power_spectrum::{hop_samples, window_samples};
use crate::dsp::spectrum::transforms::Transforms;
use crate::dsp::units::db_from_power;
use crate::engine::bus::{BusAnalysis, BusLevels};
use crate::engine::decision::{Decision, HeardHop};
use crate::engine::intake::{DialogueIntake, MusicIntake};
use crate::engine::music_hearing::HeardMusic;
use crate::engine::music_out::{MusicOut, fade_samples};
use crate::engine::playhead::Playhead;
use crate::engine::rates::{PrepareError, SAMPLE_RATES_HZ};
use crate::engine::schedule::{Pieces, Schedule, Tick};
use crate::layout::Layout;
use crate::ride::plan::Plan;
use crate::settings::{Ears, Listen, LookAhead, Mode, Settings};
use crate::snapshot::{Ride, Snapshot};
use crate::speech::activity::SpeechActivity;
use crate::speech::music_voice::MusicVoice;

/// Receives each hop's [`Snapshot`] on the audio thread; it must not allocate, lock or wait.
pub type Observer<'a> = &'a mut dyn FnMut(&Snapshot);

/// One instance: analysis, clash model, duck and dynamic EQ.
///
/// ```
/// use underscore::engine::Engine;
/// use underscore::layout::Layout;
/// use underscore::settings::Settings;
/// use underscore::snapshot::Snapshot;
///
/// let mut engine = Engine::prepare(48_000.0, Layout::MONO, Layout::MONO)?;
/// let dialogue = [0.0; 4_800];
/// let mut music: Vec<f32> = (0..4_800).map(|n| (0.1 * n as f32).sin()).collect();
///
/// let mut newest = Snapshot::default();
/// let observer = &mut |hop: &Snapshot| newest = *hop;
/// engine.process(&[&dialogue], &mut [&mut music], &Settings::default(), Some(observer));
///
/// // A sine of full scale, and nobody speaks.
/// assert!((newest.music_dbfs + 3.0).abs() < 0.1);
/// assert!(!newest.is_speech && newest.end_s() > 0.08);
/// # Ok::<(), underscore::engine::PrepareError>(())
/// ```
pub struct Engine {
    sample_rate_hz: f64,
    hop_samples: usize,
    schedule: Schedule,
    dialogue: BusAnalysis,
    music: BusAnalysis,
    /// Of both buses by turns.
    transforms: Transforms,
    dialogue_intake: DialogueIntake,
    music_intake: MusicIntake,
    activity: SpeechActivity,
    music_voice: MusicVoice,
    /// Whether an observer asks for what the audio doesn't depend on.
    is_observed: bool,
    decision: Decision,
    out: MusicOut,
    playhead: Playhead,
    /// Where the window under analysis ends on the timeline.
    window_end_samples: i64,
}

impl Engine {
    /// Allocates all that `process` needs. The engine starts in its reset state.
    ///
    /// # Errors
    /// [`PrepareError`] if the sample rate is not within [`SAMPLE_RATES_HZ`].
    pub fn prepare(
        sample_rate_hz: f64,
        dialogue_layout: Layout,
        music_layout: Layout,
    ) -> Result<Self, PrepareError> {
        if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
            return Err(PrepareError::SampleRate(sample_rate_hz));
        }
        let hop_samples = hop_samples(sample_rate_hz);
        let hop_rate_hz = sample_rate_hz / hop_samples as f64;
        let dialogue = BusAnalysis::new(sample_rate_hz, &dialogue_layout);
        let music = BusAnalysis::new(sample_rate_hz, &music_layout);
        // One more job for the decision that follows the spectra.
        let num_jobs = dialogue.num_jobs() + music.num_jobs() + 1;
        Ok(Self {
            sample_rate_hz,
            hop_samples,
            schedule: Schedule::new(hop_samples, num_jobs),
            dialogue,
            music,
            transforms: Transforms::new(window_samples(sample_rate_hz)),
            dialogue_intake: DialogueIntake::new(
                &dialogue_layout,
                sample_rate_hz,
                hop_samples,
                fade_samples(sample_rate_hz),
            ),
            music_intake: MusicIntake::new(&music_layout, hop_samples),
            activity: SpeechActivity::new(sample_rate_hz, hop_rate_hz),
            music_voice: MusicVoice::new(sample_rate_hz),
            is_observed: false,
            decision: Decision::new(sample_rate_hz, hop_samples),
            out: MusicOut::new(sample_rate_hz, hop_samples, &dialogue_layout, &music_layout),
            playhead: Playhead::new(sample_rate_hz),
            window_end_samples: 0,
        })
    }

    /// Back to the state after `prepare`, but for the look-ahead. Never allocates.
    pub fn reset(&mut self) {
        self.schedule.reset();
        self.dialogue.reset();
        self.music.reset();
        self.dialogue_intake.reset();
        self.activity.reset();
        self.music_voice.reset();
        self.decision.reset();
        self.out.reset();
        self.playhead.reset();
        self.window_end_samples = 0;
    }

    /// Says where on the host's timeline the next sample lies; without a call positions count on. Hops end at
    /// multiples of their length on the timeline: after a jump of more than one, or when positions have gone on
    /// from block to block for 0.1 s, the hop under way is given up for one that does. Never allocates.
    pub fn set_position(&mut self, position_samples: i64) {
        let is_first = self.out.is_empty();
        let moved = self
            .playhead
            .go_to(position_samples, self.hop_samples, is_first);
        if moved.is_apart {
            self.decision.interrupt();
        }
        if moved.may_align {
            self.align();
        }
    }

    /// Says that the next samples are none of the timeline's: nothing is remembered of them.
    pub fn leave_timeline(&mut self) {
        self.playhead.leave_timeline();
    }

    /// Puts the hop grid where it belongs on the timeline.
    fn align(&mut self) {
        let hop_samples = self.hop_samples as i64;
        let position_samples = self.playhead.position_samples();
        let in_hop_samples = position_samples.rem_euclid(hop_samples) as usize;
        if in_hop_samples != self.schedule.position_samples() {
            self.schedule.align(in_hop_samples);
            self.out
                .align(in_hop_samples, self.schedule.last_job_samples());
        }
    }

    /// Sets how far the analysis hears ahead of the music, and with it the latency. Before the
    /// first sample it is so at once; later the two delays are crossfaded. Never allocates.
    pub fn set_look_ahead(&mut self, look_ahead: LookAhead) {
        self.out.set_look_ahead(look_ahead);
    }

    /// As [`Self::set_look_ahead`], from a parameter that a lane may move while the host plays: hosts stop
    /// and start a plugin whose latency changes, so that after a change the next one waits for
    /// a second, and what came between them never happens. Never allocates.
    pub fn automate_look_ahead(&mut self, look_ahead: LookAhead) {
        self.out.automate_look_ahead(look_ahead);
    }

    /// Gives another plan of remembered lines to follow with [`Pass::Play`](crate::settings::Pass), or none; gives back
    /// the one before, to be dropped where that may be. What is cut goes over without a click. Never allocates.
    pub fn set_plan(&mut self, plan: Option<Box<Plan>>) -> Option<Box<Plan>> {
        self.decision.swap_plan(plan)
    }

    /// Processes one block in place, of any length.
    ///
    /// `dialogue`: up to the prepared number of channels. A channel that is missing or shorter
    /// than the block is silent for the rest of it. `music`: one slice per prepared channel, all
    /// of the block's length. `observer` is called once a hop; without one no snapshot
    /// is made. Never allocates, locks or panics; the output is finite for any input,
    /// and doesn't depend on how the audio is cut into blocks. Samples that are not finite, or
    /// subnormal, become 0; all others pass bit-exactly where nothing is cut, late by
    /// [`Self::latency_samples`].
    pub fn process(
        &mut self,
        dialogue: &[&[f32]],
        music: &mut [&mut [f32]],
        settings: &Settings,
        mut observer: Option<Observer>,
    ) {
        let settings = settings.sanitized();
        self.dialogue_intake.set_trim(settings.trim_db);
        self.set_observed(observer.is_some());
        self.want_ears(settings.ears);
        let block_samples = music.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut pieces = Pieces::of(block_samples);
        while let Some((piece, tick)) = pieces.next(&mut self.schedule) {
            self.take_dialogue(dialogue, piece.clone());
            self.play(music, piece, settings.listen);
            if let Some(tick) = tick {
                self.finish_tick(&tick, &settings, None, &mut observer);
            }
        }
    }

    /// As [`Self::process`] with settings of [`Mode::Meter`], but of music that was heard elsewhere
    /// ([`MusicHearing`](crate::engine::music_hearing::MusicHearing)) and doesn't come out again:
    /// `heard` gives the hops that are judged within the next `num_samples`, all of them. The snapshots
    /// are the same.
    pub fn judge(
        &mut self,
        dialogue: &[&[f32]],
        num_samples: usize,
        heard: &mut dyn Iterator<Item = HeardMusic>,
        settings: &Settings,
        observer: Observer,
    ) {
        let settings = settings.sanitized();
        self.dialogue_intake.set_trim(settings.trim_db);
        self.set_observed(true);
        self.want_ears(settings.ears);
        self.schedule.gather_jobs();
        let mut observer = Some(observer);
        let mut pieces = Pieces::of(num_samples);
        while let Some((piece, tick)) = pieces.next(&mut self.schedule) {
            self.take_dialogue(dialogue, piece);
            if let Some(tick) = tick {
                self.finish_tick(&tick, &settings, Some(heard), &mut observer);
            }
        }
    }

    /// Length of a hop, s.
    pub fn hop_s(&self) -> f64 {
        self.hop_samples as f64 / self.sample_rate_hz
    }

    /// Where the next sample lies: on the host's timeline where it has said so, else counted on.
    pub fn position_samples(&self) -> i64 {
        self.playhead.position_samples()
    }

    /// Latency, samples: that of the look-ahead, else 0.
    pub fn latency_samples(&self) -> u32 {
        self.out.latency_samples()
    }

    /// Hands the samples `piece` of the dialogue to its analysis, and moves the position on.
    fn take_dialogue(&mut self, dialogue: &[&[f32]], piece: Range<usize>) {
        self.playhead.advance(piece.len());
        self.dialogue_intake
            .take(dialogue, piece, &mut self.dialogue, &mut self.activity);
    }

    /// Hands the samples `piece` of the music to its analysis, and puts what comes out in their place.
    fn play(&mut self, music: &mut [&mut [f32]], piece: Range<usize>, listen: Listen) {
        let music_voice = self.is_observed.then_some(&mut self.music_voice);
        self.music_intake
            .take(music, piece.clone(), &mut self.music, music_voice);
        let heard = self.dialogue_intake.channels();
        self.out.play(heard, music, piece, listen);
    }

    /// Display-only results are computed only while an observer is attached, and begin afresh when one
    /// is; they never touch the audio.
    fn set_observed(&mut self, is_observed: bool) {
        if self.is_observed && !is_observed {
            self.music_voice.reset();
            self.decision.forget_display();
        }
        self.is_observed = is_observed;
    }

    /// What is at each ear is gathered only for who reads it.
    fn want_ears(&mut self, ears: Ears) {
        let wants_ears = self.is_observed && ears != Ears::One;
        self.dialogue.want_ears(wants_ears);
        self.music.want_ears(wants_ears);
    }

    /// Does what is due at a tick. The music's part of it is done here, or was done elsewhere and is
    /// `heard`.
    fn finish_tick(
        &mut self,
        tick: &Tick,
        settings: &Settings,
        mut heard: Option<&mut dyn Iterator<Item = HeardMusic>>,
        observer: &mut Option<Observer>,
    ) {
        let num_dialogue_jobs = self.dialogue.num_jobs();
        let num_music_jobs = self.music.num_jobs();
        for job_idx in tick.jobs.clone() {
            if job_idx < num_dialogue_jobs {
                self.dialogue.do_job(job_idx, &mut self.transforms);
            } else if job_idx < num_dialogue_jobs + num_music_jobs {
                if heard.is_none() {
                    let job_idx = job_idx - num_dialogue_jobs;
                    self.music.do_job(job_idx, &mut self.transforms);
                }
            } else {
                let music = heard.as_mut().and_then(|heard| heard.next());
                let music = music.unwrap_or_else(|| HeardMusic {
                    levels: self.music.levels(),
                    is_voice: self.music_voice.is_voice(),
                });
                self.decide(&music, settings, observer);
            }
        }
        if tick.is_hop_end {
            self.dialogue.begin_window();
            if heard.is_none() {
                self.music.begin_window();
            }
            self.window_end_samples = self.playhead.position_samples();
            self.out.end_hop();
        }
    }

    /// Judges the window under analysis and sets the cut.
    fn decide(&mut self, heard: &HeardMusic, settings: &Settings, observer: &mut Option<Observer>) {
        let dialogue = self.dialogue.levels();
        let is_speech = self.activity.judge();
        let hop = HeardHop {
            dialogue: &dialogue,
            music: &heard.levels,
            surrounds: self.music.surrounds(),
            is_speech,
            activity: &self.activity,
            told_time_s: self.told_time_s(),
            may_begin: self.out.may_begin(),
        };
        let may_cut = self.decision.decide(&hop, settings);
        let may_cut = settings.mode == Mode::Duck && may_cut;
        self.out
            .set_cut(self.decision.cut_db(), settings.focus, may_cut);
        if let Some(observer) = observer {
            let voices = Voices {
                is_speech,
                is_music_voice: heard.is_voice,
            };
            let clash = self.decision.read(voices, settings);
            observer(&self.snapshot(&dialogue, heard, is_speech, &clash, settings));
        }
    }

    /// What time of the timeline it is, s, when the EQ has done what it is told now.
    fn told_time_s(&self) -> Option<f64> {
        let position_samples = self.playhead.on_timeline()?;
        let played_samples = position_samples as f64 - f64::from(self.latency_samples());
        Some((played_samples + self.out.eq_lag_samples()) / self.sample_rate_hz)
    }

    fn snapshot(
        &self,
        dialogue: &BusLevels,
        heard: &HeardMusic,
        is_speech: bool,
        clash: &Clash,
        settings: &Settings,
    ) -> Snapshot {
        let music = &heard.levels;
        Snapshot {
            sample_rate_hz: self.sample_rate_hz,
            hop_samples: self.hop_samples as u32,
            position_samples: self.window_end_samples,
            is_speech,
            is_out_of_phase: self.dialogue_intake.is_out_of_phase(),
            speech_hops: self.activity.speech_hops(),
            held_hops: self.activity.held_hops(),
            speech_probability: self.activity.probability(),
            witness_score: self.activity.witness_score(),
            voice_hz: self.activity.voice_hz(),
            is_music_voice: heard.is_voice,
            clash_percent: clash.percent,
            figures: clash.smoothed,
            hop_figures: clash.hop,
            loudness_difference_lu: self.decision.loudness_difference_lu(),
            dialogue_k_power: dialogue.k_power,
            music_k_power: music.k_power,
            music_outside_k_power: music.outside_k_power,
            monitor_db_spl: settings.monitor_db_spl,
            audience: settings.audience,
            loss_lu: self.decision.loss_lu(),
            ride: Ride {
                lu: self.decision.ride_lu(),
                told_samples: self.playhead.position_samples(),
                is_usual_speech: !self.decision.has_heard_a_voice(),
            },
            dialogue_dbfs: db_from_power(dialogue.band_power.iter().sum()),
            music_dbfs: db_from_power(music.band_power.iter().sum()),
            dialogue_band_dbfs: db_from_powers(&dialogue.band_power),
            music_band_dbfs: db_from_powers(&music.band_power),
            levels: clash.levels,
            heard_music_power: clash.heard_music_power,
            ears: clash.ears,
            excess_band_db: clash.excess_band_db,
            cut_band_db: *self.decision.cut_db(),
        }
    }
}
