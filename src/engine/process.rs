//! One instance of the engine: prepare, reset, process.

use std::ops::Range;

use crate::clash::follower::{Clash, ClashFollower, HeardBeside, Voices};
use crate::clash::loudness_difference::Momentary;
use crate::dsp::band_math::db_from_powers;
use crate::dsp::delay::Delay;
use crate::dsp::eq::dynamic_eq::{DynamicEq, Share};
use crate::dsp::spectrum::power_spectrum::{hop_samples, window_samples};
use crate::dsp::spectrum::transforms::Transforms;
use crate::dsp::units::db_from_power;
use crate::duck::ballistics::Ballistics;
use crate::duck::policy::DuckPolicy;
use crate::duck::ride_measure::RideMeasure;
use crate::engine::bus::{BusAnalysis, BusLevels};
use crate::engine::intake::{DialogueIntake, MusicIntake};
use crate::engine::lane_reader::{LaneHop, LaneReader};
use crate::engine::memory_lane::{Decider, MemoryLane};
use crate::engine::music_hearing::HeardMusic;
use crate::engine::output_select::OutputSelect;
use crate::engine::rates::{PrepareError, SAMPLE_RATES_HZ};
use crate::engine::schedule::{Pieces, Schedule, Tick};
use crate::layout::{ChannelRole, Layout};
use crate::psycho::bands::{NUM_BANDS, PerBand, centre_hz};
use crate::psycho::choices::CINEMA_DIFFUSE_DB;
use crate::psycho::two_ears::TwoEars;
use crate::ride::plan::Plan;
use crate::settings::{Ears, Listen, LookAhead, Mode, Settings};
use crate::snapshot::{Ride, Snapshot};
use crate::speech::activity::SpeechActivity;
use crate::speech::choices::LEAST_SPEECH_DBFS;
use crate::speech::music_voice::MusicVoice;

/// Receives each hop's [`Snapshot`] on the audio thread; it must not allocate, lock or wait.
pub type Observer<'a> = &'a mut dyn FnMut(&Snapshot);

/// Time in which a cut goes when the mode is changed to [`Mode::Meter`], ms: no click, and soon
/// bit-exact.
const METER_RELEASE_MS: f32 = 10.0;

/// Time in which a change of what comes out, of the look-ahead or of the dialogue's trim is
/// crossfaded, ms: too short for a fade to be heard, and long enough that a tone has nothing but
/// itself above -80 dB further than 500 Hz from it.
const FADE_MS: f64 = 10.0;

/// Time that the EQ's filters hear the music before a cut may begin, ms: some time constants of most
/// bands. A filter that has just woken rings on its own.
const WAKING_MS: f64 = 16.0;

/// Time for which the positions of the timeline have gone on from block to block before a hop grid that
/// doesn't lie on them is moved there, s: a host that plays at another speed moves by a little more or less in each
/// block, and moved there each time the analysis would never finish a hop.
const STEADY_S: f64 = 0.1;

/// How late the EQ's gains are, ms.
const EQ_LAG_MS: f64 = crate::dsp::eq::glide::LAG_MS;

/// Time for which an automated look-ahead stays after each change, s: a host stops and starts a plugin whose
/// latency changes, and a lane that goes up and down mustn't have it do nothing else.
const LOOK_AHEAD_REST_S: f64 = 1.0;

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
    clash: ClashFollower,
    two_ears: TwoEars,
    two_ears_in_cinema: TwoEars,
    momentary: Momentary,
    policy: DuckPolicy,
    ballistics: Ballistics,
    /// Keeps the music back while the analysis hears ahead.
    look_ahead: Delay,
    /// What an automated look-ahead is to be, once the last change is long enough ago.
    asked_look_ahead: Option<LookAhead>,
    /// For how many hops to come an automated look-ahead stays.
    look_ahead_stays_hops: u32,
    look_ahead_rest_hops: u32,
    eq: DynamicEq<NUM_BANDS>,
    /// Whether the EQ's filters are at rest: reset, and left out until a cut may come.
    eq_rests: bool,
    /// Hops for which the filters have been awake, and how many it takes before a cut may begin.
    hops_awake: u32,
    waking_hops: u32,
    listen: OutputSelect,
    memory: MemoryLane,
    /// The cut of the last hop without a lane, dB per band.
    base_db: PerBand,
    ride: RideMeasure,
    lane: LaneReader,
    /// The cut that the EQ was told last, dB per band.
    cut_db: PerBand,
    position_samples: i64,
    /// Whether the position is one of the timeline.
    is_on_timeline: bool,
    /// Samples for which positions have gone on from block to block, and how many it takes before a grid that
    /// lies beside them is moved.
    steady_samples: u64,
    least_steady_samples: u64,
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
        let shares: Vec<Share> = music_layout
            .roles()
            .iter()
            .map(|role| match role {
                ChannelRole::Front => Share::Full,
                ChannelRole::Surround | ChannelRole::Height => Share::Focus,
                ChannelRole::Lfe => Share::Nothing,
            })
            .collect();
        let max_delay_samples = LookAhead::Ms40.samples(sample_rate_hz) as usize;
        let fade_samples = (FADE_MS * 1e-3 * sample_rate_hz).round() as u32;
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
                fade_samples,
            ),
            music_intake: MusicIntake::new(&music_layout, hop_samples),
            activity: SpeechActivity::new(sample_rate_hz, hop_rate_hz),
            music_voice: MusicVoice::new(sample_rate_hz),
            is_observed: false,
            clash: ClashFollower::new(hop_rate_hz),
            two_ears: TwoEars::new(None),
            two_ears_in_cinema: TwoEars::new(Some(CINEMA_DIFFUSE_DB)),
            momentary: Momentary::new(hop_rate_hz),
            policy: DuckPolicy::new(hop_rate_hz),
            ballistics: Ballistics::new(hop_rate_hz),
            look_ahead: Delay::new(music_layout.num_channels(), max_delay_samples, fade_samples),
            asked_look_ahead: None,
            look_ahead_stays_hops: 0,
            look_ahead_rest_hops: (LOOK_AHEAD_REST_S * hop_rate_hz).round() as u32,
            eq: DynamicEq::new(
                sample_rate_hz,
                &std::array::from_fn(centre_hz),
                hop_samples,
                &shares,
            ),
            eq_rests: true,
            hops_awake: 0,
            waking_hops: (WAKING_MS * 1e-3 * hop_rate_hz).round() as u32,
            listen: OutputSelect::new(
                &dialogue_layout,
                &music_layout,
                hop_samples,
                max_delay_samples,
                fade_samples,
            ),
            memory: MemoryLane::new(hop_samples as f64 / sample_rate_hz),
            base_db: [0.0; NUM_BANDS],
            ride: RideMeasure::new(hop_rate_hz),
            lane: LaneReader::new(hop_rate_hz),
            cut_db: [0.0; NUM_BANDS],
            position_samples: 0,
            is_on_timeline: true,
            steady_samples: u64::MAX,
            least_steady_samples: (STEADY_S * sample_rate_hz) as u64,
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
        self.clash.reset();
        self.momentary.reset();
        self.policy.reset();
        self.ballistics.reset();
        self.look_ahead.reset();
        self.asked_look_ahead = None;
        self.look_ahead_stays_hops = 0;
        self.eq.reset();
        self.eq_rests = true;
        self.hops_awake = 0;
        self.listen.reset();
        self.memory.reset();
        self.base_db = [0.0; NUM_BANDS];
        self.ride.reset();
        self.lane.reset();
        self.cut_db = [0.0; NUM_BANDS];
        self.position_samples = 0;
        self.is_on_timeline = true;
        self.steady_samples = u64::MAX;
        self.window_end_samples = 0;
    }

    /// Says where on the host's timeline the next sample lies; without a call positions count on. Hops end at
    /// multiples of their length on the timeline: after a jump of more than one, or when positions have gone on
    /// from block to block for 0.1 s, the hop under way is given up for one that does. Never allocates.
    pub fn set_position(&mut self, position_samples: i64) {
        let moved_samples = position_samples.abs_diff(self.position_samples);
        let is_jump = moved_samples > self.hop_samples as u64 || self.look_ahead.is_empty();
        self.position_samples = position_samples;
        if is_jump || !self.is_on_timeline {
            self.memory.interrupt();
        }
        self.is_on_timeline = true;
        let was_steady = self.steady_samples >= self.least_steady_samples;
        if moved_samples > 0 {
            self.steady_samples = 0;
        }
        if was_steady && (is_jump || moved_samples == 0) {
            self.align();
        }
    }

    /// Says that the next samples are none of the timeline's: nothing is remembered of them.
    pub fn leave_timeline(&mut self) {
        self.is_on_timeline = false;
    }

    /// Puts the hop grid where it belongs on the timeline.
    fn align(&mut self) {
        let hop_samples = self.hop_samples as i64;
        let in_hop = self.position_samples.rem_euclid(hop_samples) as usize;
        if in_hop == self.schedule.position_samples() {
            return;
        }
        self.schedule.align(in_hop);
        if !self.eq_rests {
            // The EQ's hops begin where it is told a cut.
            let last_job_samples = self.schedule.last_job_samples() as i64;
            let in_eq_hop = (in_hop as i64 - last_job_samples).rem_euclid(hop_samples);
            self.eq.align(in_eq_hop as usize);
        }
    }

    /// Sets how far the analysis hears ahead of the music, and with it the latency. Before the
    /// first sample it is so at once; later the two delays are crossfaded. Never allocates.
    pub fn set_look_ahead(&mut self, look_ahead: LookAhead) {
        let num_samples = look_ahead.samples(self.sample_rate_hz) as usize;
        self.look_ahead.set_samples(num_samples);
        self.listen.set_delay_samples(num_samples);
    }

    /// As [`Self::set_look_ahead`], from a parameter that a lane may move while the host plays: hosts stop
    /// and start a plugin whose latency changes, so that after a change the next one waits for
    /// a second, and what came between them never happens. Never allocates.
    pub fn automate_look_ahead(&mut self, look_ahead: LookAhead) {
        let is_new = look_ahead.samples(self.sample_rate_hz) != self.latency_samples();
        if self.look_ahead_stays_hops > 0 {
            self.asked_look_ahead = is_new.then_some(look_ahead);
        } else if is_new {
            self.take_look_ahead(look_ahead);
        }
    }

    /// Gives another plan of remembered lines to follow with [`Pass::Play`](crate::settings::Pass), or none; gives back
    /// the one before, to be dropped where that may be. What is cut goes over without a click. Never allocates.
    pub fn set_plan(&mut self, plan: Option<Box<Plan>>) -> Option<Box<Plan>> {
        self.memory.swap(plan)
    }

    fn take_look_ahead(&mut self, look_ahead: LookAhead) {
        self.set_look_ahead(look_ahead);
        self.asked_look_ahead = None;
        if !self.look_ahead.is_empty() {
            self.look_ahead_stays_hops = self.look_ahead_rest_hops;
        }
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
        self.position_samples
    }

    /// Latency, samples: that of the look-ahead, else 0.
    pub fn latency_samples(&self) -> u32 {
        self.look_ahead.samples() as u32
    }

    /// Hands the samples `piece` of the dialogue to its analysis, and moves the position on.
    fn take_dialogue(&mut self, dialogue: &[&[f32]], piece: Range<usize>) {
        let num_samples = piece.len() as i64;
        self.dialogue_intake
            .take(dialogue, piece, &mut self.dialogue, &mut self.activity);
        self.position_samples = self.position_samples.saturating_add(num_samples);
        self.steady_samples = self.steady_samples.saturating_add(num_samples as u64);
    }

    /// Hands the samples `piece` of the music to its analysis, and puts what comes out in their place.
    fn play(&mut self, music: &mut [&mut [f32]], piece: Range<usize>, listen: Listen) {
        let music_voice = self.is_observed.then_some(&mut self.music_voice);
        self.music_intake
            .take(music, piece.clone(), &mut self.music, music_voice);
        self.look_ahead.process(music, piece.clone());
        let heard = self.dialogue_intake.channels();
        self.listen.take(heard, music, piece.clone(), listen);
        if !self.eq_rests {
            self.eq.process(music, piece.clone());
        }
        self.listen.play(music, piece, listen);
    }

    /// Display-only results are computed only while an observer is attached, and begin afresh when one
    /// is; they never touch the audio.
    fn set_observed(&mut self, is_observed: bool) {
        if self.is_observed && !is_observed {
            self.music_voice.reset();
            self.clash.forget_display();
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
            self.window_end_samples = self.position_samples;
            self.look_ahead_stays_hops = self.look_ahead_stays_hops.saturating_sub(1);
            if let Some(look_ahead) = self
                .asked_look_ahead
                .filter(|_| self.look_ahead_stays_hops == 0)
            {
                self.take_look_ahead(look_ahead);
            }
        }
    }

    /// Judges the window under analysis and sets the cut.
    fn decide(&mut self, heard: &HeardMusic, settings: &Settings, observer: &mut Option<Observer>) {
        let dialogue = self.dialogue.levels();
        let music = &heard.levels;
        let dialogue_dbfs = db_from_power(dialogue.band_power.iter().sum());
        let is_speech = self.activity.judge();
        let beside = self.heard_beside(&dialogue, music, settings.ears);
        self.clash
            .follow(&dialogue.band_power, &music.band_power, beside.as_ref());
        self.momentary.push(dialogue.k_power, music.k_power);
        self.policy.hear(
            self.clash.word_power(),
            &music.band_power,
            music.outside_k_power,
        );
        let time_s = self.told_time_s();
        let decider = self.memory.decider(time_s, settings);
        let may_begin = self.hops_awake >= self.waking_hops;
        self.base_db = match decider {
            Decider::Duck => {
                if self.memory.leave() {
                    self.ballistics.set_cut_db(&self.base_db);
                }
                self.decided_by_duck(is_speech, may_begin, settings)
            }
            Decider::Memory | Decider::Nobody => {
                let last_db = self.base_db;
                let memory = &mut self.memory;
                memory.cut_db(decider, time_s, &last_db, may_begin, settings)
            }
        };
        if is_speech && settings.mode == Mode::Duck {
            self.policy.note(&self.base_db);
        }
        self.ride.hear(self.policy.loudness());
        let base_lu = self.ride.take(&self.base_db);
        let hop = LaneHop {
            base_db: &self.base_db,
            base_lu,
            is_voiced: is_speech && self.activity.held_hops() == 0,
            may_begin,
        };
        self.cut_db = self.lane.cut_db(&hop, &self.policy, &self.ride, settings);
        match self.lane.more_lu(base_lu, settings) {
            Some(more_lu) if is_speech => self.policy.lean(more_lu),
            Some(_) => {}
            None => self.policy.stand_upright(),
        }
        self.eq.set_target(&self.cut_db, settings.focus);
        let may_speak = decider == Decider::Duck && dialogue_dbfs > LEAST_SPEECH_DBFS;
        let may_cut =
            may_speak || self.memory.may_cut(time_s, settings) || self.lane.may_cut(settings);
        self.rest_or_wake(settings.mode == Mode::Duck && may_cut);
        if let Some(observer) = observer {
            let monitor_db_spl = settings.monitor_db_spl;
            let clash = self.clash.read(
                Voices {
                    is_speech,
                    is_music_voice: heard.is_voice,
                },
                &self.policy.situation(settings),
                monitor_db_spl,
            );
            observer(&self.snapshot(&dialogue, heard, is_speech, &clash, settings));
        }
    }

    /// What two ears hear of the music beside the words; `None` where one is asked, or a window that isn't theirs yet
    /// was judged.
    fn heard_beside(
        &self,
        dialogue: &BusLevels,
        music: &BusLevels,
        ears: Ears,
    ) -> Option<HeardBeside> {
        let room = match ears {
            Ears::One => return None,
            Ears::Two => &self.two_ears,
            Ears::TwoInCinema => &self.two_ears_in_cinema,
        };
        let (words, music) = (dialogue.at_ears?.all(), music.at_ears?);
        let in_surrounds = self.music.surrounds().map(|surrounds| {
            let moved = music.in_surrounds(surrounds);
            moved.map(|moved| room.heard(&words, &moved))
        });
        Some(HeardBeside {
            music: room.heard(&words, &music.all()),
            in_surrounds,
        })
    }

    /// What time of the timeline it is, s, when the EQ has done what it is told now: a hop and its lag later.
    fn told_time_s(&self) -> Option<f64> {
        let ahead_samples = self.hop_samples as f64 + EQ_LAG_MS * 1e-3 * self.sample_rate_hz;
        let played_samples = self.position_samples as f64 - f64::from(self.latency_samples());
        let time_s = (played_samples + ahead_samples) / self.sample_rate_hz;
        self.is_on_timeline.then_some(time_s)
    }

    /// The cut by what is heard, dB per band.
    fn decided_by_duck(
        &mut self,
        is_speech: bool,
        may_begin: bool,
        settings: &Settings,
    ) -> PerBand {
        if settings.mode == Mode::Meter {
            let quick = Settings {
                hold_ms: 0.0,
                release_ms: METER_RELEASE_MS,
                ..*settings
            };
            return *self.ballistics.advance(None, false, &quick);
        }
        let wanted_db = is_speech.then(|| self.policy.wanted_cut_db(settings));
        let mut wanted_db = wanted_db.filter(|_| may_begin);
        if let Some(wanted_db) = &mut wanted_db
            && self.activity.held_hops() > 0
        {
            // After the last sound of a word nothing comes back yet: the next may follow.
            for (wanted_db, cut_db) in wanted_db.iter_mut().zip(self.ballistics.cut_db()) {
                *wanted_db = wanted_db.max(*cut_db);
            }
        }
        let is_refuted = self.activity.is_refuted();
        *self
            .ballistics
            .advance(wanted_db.as_ref(), is_refuted, settings)
    }

    /// Lets the EQ's filters rest while no cut is at work and none may come soon. They wake with
    /// the first sound of dialogue, before a voice is found in it, and so have heard some of the
    /// music when a cut begins.
    fn rest_or_wake(&mut self, may_cut: bool) {
        let rests = !may_cut && self.eq.is_idle();
        if rests && !self.eq_rests {
            self.eq.reset();
        }
        self.eq_rests = rests;
        self.hops_awake = if rests {
            0
        } else {
            self.hops_awake.saturating_add(1)
        };
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
            loudness_difference_lu: self.momentary.difference_lu(),
            dialogue_k_power: dialogue.k_power,
            music_k_power: music.k_power,
            music_outside_k_power: music.outside_k_power,
            monitor_db_spl: settings.monitor_db_spl,
            audience: settings.audience,
            loss_lu: self.policy.loss_lu(&self.cut_db),
            ride: Ride {
                lu: self.ride.ride_lu(),
                told_samples: self.position_samples,
                is_usual_speech: !self.policy.has_heard_a_voice(),
            },
            dialogue_dbfs: db_from_power(dialogue.band_power.iter().sum()),
            music_dbfs: db_from_power(music.band_power.iter().sum()),
            dialogue_band_dbfs: db_from_powers(&dialogue.band_power),
            music_band_dbfs: db_from_powers(&music.band_power),
            levels: clash.levels,
            heard_music_power: clash.heard_music_power,
            ears: clash.ears,
            excess_band_db: clash.excess_band_db,
            cut_band_db: self.cut_db,
        }
    }
}
