//! One instance of the plugin.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nice_plug::prelude::{
    ActivateContext, AsyncExecutor, AudioIOLayout, AuxiliaryBuffers, Buffer, BufferConfig,
    ClapFeature, ClapPlugin, ParamPtr, Params, Plugin, PluginApi, PluginState, ProcessContext,
    ProcessStatus, RemoteControlsContext, RemoteControlsPage, RemoteControlsSection, Vst3Plugin,
    Vst3SubCategory,
};

use crate::editor::edit::ride_files::RIDE_JSON;
use crate::editor::first_minute::user_note;
use crate::editor::{EditorApp, HostWindow};
use crate::engine::Engine;
use crate::layout::MAX_CHANNELS;
use crate::link::{
    Doorbell, HopSender, SharedStatus, Status, Taker, hand_over_channel, hop_channel,
};
use crate::params::{UnderscoreParams, saved_state};
use crate::plugin::buses;
use crate::plugin::framework_editor::FrameworkEditor;
use crate::plugin::handoff::{
    activating_buses, hand_over, hand_over_window, pass_lane_samples, report_latency,
};
use crate::plugin::lane_writer::{LaneCall, LaneWriter};
use crate::ride::plan::Plan;
use crate::settings::{Automation, Mode, Pass, RemotePage};
use crate::snapshot::Snapshot;

/// How long the EQ rings on after its input has ended, s: some ten times the time constant of a
/// third-octave band at 100 Hz.
const TAIL_S: f64 = 0.15;

/// How long the plugin sounds on after its input has ended and its latency is over.
pub fn tail_samples(sample_rate_hz: f64) -> u32 {
    (sample_rate_hz * TAIL_S) as u32
}

/// One instance of the plugin.
pub struct Underscore {
    params: Arc<UnderscoreParams>,
    /// `None` until the host has activated the plugin, and at a sample rate that the engine
    /// doesn't support.
    engine: Option<Engine>,
    status: Arc<SharedStatus>,
    num_music_channels: usize,
    tail_samples: u32,
    /// What the guard knows.
    latency_samples: u32,
    hops: HopSender,
    plans: Taker<Plan>,
    /// `None` until the host has activated the plugin.
    lane: Option<LaneWriter>,
}

impl Default for Underscore {
    fn default() -> Self {
        let bell = Arc::new(Doorbell::default());
        let (hops, receiver) = hop_channel(bell.clone());
        let params = Arc::new(UnderscoreParams::default());
        let (giver, plans) = hand_over_channel();
        params.memory.connect(giver);
        let status = Arc::new(SharedStatus::default());
        let app = EditorApp::new(params.clone(), receiver, status.clone())
            .with_rides(RIDE_JSON)
            .noting_first_steps_in(user_note())
            .recovering();
        hand_over(&params);
        hand_over_window(HostWindow::new(app, bell, params.clone()));
        Self {
            params,
            engine: None,
            status,
            num_music_channels: 0,
            tail_samples: 0,
            latency_samples: 0,
            hops,
            plans,
            lane: None,
        }
    }
}

impl Plugin for Underscore {
    const NAME: &'static str = "Underscore";
    const VENDOR: &'static str = "Underscore";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = buses::FRAMEWORK_LAYOUTS;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;
    /// More changes in one block than this would allocate on the audio thread.
    const INPUT_EVENT_CAPACITY: usize = 4096;

    type Editor = FrameworkEditor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _async_executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        Some(FrameworkEditor)
    }

    fn filter_state(state: &mut PluginState) {
        saved_state::repair(state);
    }

    fn activate(
        &mut self,
        _audio_io_layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let Some(buses) = activating_buses() else {
            return false;
        };
        let Some(music) = buses.music.layout() else {
            return false;
        };
        // Switched off, the dialogue is silence.
        let dialogue = buses.dialogue.layout().unwrap_or(music);
        self.num_music_channels = music.num_channels();
        let sample_rate_hz = f64::from(buffer_config.sample_rate);
        self.tail_samples = tail_samples(sample_rate_hz);
        // Refused, a host would show an error or drop the track's sound; the music passes.
        self.engine = Engine::prepare(sample_rate_hz, dialogue, music).ok();
        if let Some(engine) = &mut self.engine {
            engine.set_look_ahead(self.params.choices.look_ahead.value());
            // What was given before went to another engine.
            self.plans.discard();
            self.params.memory.give_plan_again(&self.params.reel);
            self.plans.take(|plan| engine.set_plan(Some(plan)));
        }
        self.lane = self
            .engine
            .as_ref()
            .map(|engine| LaneWriter::new(engine.hop_s()));
        self.latency_samples = self.engine.as_ref().map_or(0, Engine::latency_samples);
        report_latency(self.latency_samples);
        self.status.set(match self.engine {
            Some(_) => Status::Working,
            None => Status::UnsupportedSampleRate,
        });
        true
    }

    fn reset(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.reset();
        }
        if let Some(lane) = &mut self.lane {
            lane.reset();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        // Not `Normal`: the host must go on when the music is silent, because the dialogue may
        // not be.
        let goes_on = ProcessStatus::Tail(self.tail_samples);
        if self.status.get() != Status::Working {
            return goes_on;
        }
        let Some(engine) = &mut self.engine else {
            return goes_on;
        };

        // The engine follows and the host is told, which may stop and start the plugin to take it
        // over. Both do nothing while the look-ahead stays.
        engine.automate_look_ahead(self.params.choices.look_ahead.value());

        self.plans.take(|plan| engine.set_plan(Some(plan)));

        // While the host is stopped its position says nothing about the audio, and the engine
        // counts on.
        let transport = context.transport();
        let position_samples = transport.pos_samples();
        match position_samples {
            Some(position_samples) if transport.playing => engine.set_position(position_samples),
            Some(_) => engine.leave_timeline(),
            // A host without a timeline has the engine's.
            None => {}
        }
        let is_playing = transport.playing;
        let is_timeline = is_playing || position_samples.is_none();

        // The framework's buses may have more channels than the host's.
        let music = buffer.as_slice();
        let num_music_channels = self.num_music_channels.min(music.len());
        let music = music.get_mut(..num_music_channels).unwrap_or_default();
        let mut dialogue: [&[f32]; MAX_CHANNELS] = [&[]; MAX_CHANNELS];
        let channels = aux
            .inputs
            .first()
            .map_or(&[][..], |input| input.as_slice_immutable());
        for (to, from) in dialogue.iter_mut().zip(channels) {
            *to = from;
        }
        let num_dialogue_channels = channels.len().min(MAX_CHANNELS);
        let dialogue = dialogue.get(..num_dialogue_channels).unwrap_or_default();

        let settings = self.params.settings();
        let call = LaneCall {
            position_samples: engine.position_samples(),
            num_samples: music.iter().map(|channel| channel.len()).min().unwrap_or(0),
            is_writing: is_playing
                && settings.mode == Mode::Duck
                && settings.automation == Automation::Write,
        };
        let status = &self.params.lane;
        let Some(lane) = &mut self.lane else {
            return goes_on;
        };
        lane.begin_call(&call, status);
        let hops = &mut self.hops;
        let pass = match settings.mode {
            Mode::Meter => Pass::Live,
            Mode::Duck => settings.pass,
        };
        let mut observer = |snapshot: &Snapshot| {
            hops.send(snapshot, is_timeline, pass);
            status.set_ride(snapshot.ride.lu, snapshot.ride.is_usual_speech);
            status.set_loss(snapshot.loss_lu);
            lane.take(&call, &snapshot.ride);
        };

        // The engine doesn't panic. If it did, the host must not fall with it: the music passes
        // untouched from then on.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            engine.process(dialogue, music, &settings, Some(&mut observer));
        }));
        lane.end_call(&call);
        pass_lane_samples(call.num_samples);
        let mut latency_samples = engine.latency_samples();
        if outcome.is_err() {
            self.status.set(Status::Failed);
            latency_samples = 0;
        }
        self.set_latency(context, latency_samples);
        goes_on
    }

    /// None: a plugin has no business in the host's terminal. After `true` the framework would
    /// replace the host's panic hook too.
    fn setup_logger() -> Option<bool> {
        Some(false)
    }
}

impl Underscore {
    /// Tells the guard another latency; it knows when and where the host may hear of it. Where VST3 has
    /// no run loop of the host's, the framework's messages to its UI thread are the way.
    fn set_latency(&mut self, context: &mut impl ProcessContext<Self>, latency_samples: u32) {
        if latency_samples == self.latency_samples {
            return;
        }
        self.latency_samples = latency_samples;
        report_latency(latency_samples);
        let has_run_loop = cfg!(all(unix, not(target_os = "macos")));
        if !has_run_loop && context.plugin_api() == PluginApi::Vst3 {
            context.request_restart();
        }
    }
}

impl ClapPlugin for Underscore {
    const CLAP_ID: &'static str = "audio.underscore.clash";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Shows where music hides dialogue, and takes out of the music just what hides it");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Analyzer,
        ClapFeature::Equalizer,
        // CLAP has no word for dynamics in general; a ducker stands with the compressors.
        ClapFeature::Compressor,
        ClapFeature::Mixing,
        ClapFeature::Mono,
        ClapFeature::Stereo,
        ClapFeature::Surround,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        context.add_section(Self::NAME, |section| {
            for page in RemotePage::ALL {
                section.add_page(page.name(), |slots| {
                    for param in self.params.on_page(page) {
                        // SAFETY: the parameter lives as long as `self.params`.
                        unsafe { add_param(slots, param) };
                    }
                });
            }
        });
    }
}

/// # Safety
/// `param` must live.
unsafe fn add_param(page: &mut impl RemoteControlsPage, param: ParamPtr) {
    // SAFETY: as the caller promises.
    unsafe {
        match param {
            ParamPtr::FloatParam(param) => page.add_param(&*param),
            ParamPtr::IntParam(param) => page.add_param(&*param),
            ParamPtr::BoolParam(param) => page.add_param(&*param),
            ParamPtr::EnumParam(param) => page.add_param(&*param),
        }
    }
}

impl Vst3Plugin for Underscore {
    const VST3_CLASS_ID: [u8; 16] = *b"UnderscoreClash1";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[
        Vst3SubCategory::Fx,
        Vst3SubCategory::Dynamics,
        Vst3SubCategory::Eq,
        Vst3SubCategory::Analyzer,
    ];
}
