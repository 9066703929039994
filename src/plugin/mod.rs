//! The VST3 and CLAP plugin: the host's buses, parameters and timeline on one side, the
//! [`Engine`] on the other.

mod channel;
pub mod layouts;
pub mod params;
mod state;
mod status;
mod text;
mod timeline;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nice_plug::prelude::{ActivateContext, nice_export_clap, nice_export_vst3};
use nice_plug::prelude::{
    AsyncExecutor, AudioIOLayout, AuxiliaryBuffers, Buffer, BufferConfig, ClapFeature, ClapPlugin,
    Params, Plugin, PluginState, ProcessContext, ProcessStatus, RemoteControlsContext,
    RemoteControlsPage, RemoteControlsSection, Vst3Plugin, Vst3SubCategory,
};
use nice_plug_egui::{EguiEditor, EguiEditorState, RepaintNotifier};

pub use self::channel::SnapshotReceiver;
use self::channel::{SnapshotSender, snapshot_channel};
use self::params::UnderscoreParams;
pub use self::status::{SharedStatus, Status};
use self::timeline::Timeline;
use crate::editor::{self, EditorApp};
use crate::engine::Engine;
use crate::layout::{Layout, MAX_CHANNELS};
use crate::snapshot::Snapshot;

/// How long the EQ rings on after its input has ended, s: some ten times the time constant of a
/// third-octave band at 100 Hz.
const TAIL_S: f32 = 0.15;

/// One instance of the plugin.
pub struct Underscore {
    params: Arc<UnderscoreParams>,
    /// `None` until the host has activated the plugin, and at a sample rate that the engine
    /// doesn't support.
    engine: Option<Engine>,
    status: Arc<SharedStatus>,
    tail_samples: u32,
    timeline: Timeline,
    snapshots: SnapshotSender,
    /// Handed to the editor when the framework asks for it.
    snapshot_receiver: Option<SnapshotReceiver>,
    editor_state: Arc<EguiEditorState>,
    repaint: RepaintNotifier,
}

impl Default for Underscore {
    fn default() -> Self {
        let editor_state = editor::default_state();
        let repaint = RepaintNotifier::new();
        let (snapshots, receiver) = snapshot_channel(editor_state.clone(), repaint.clone());
        Self {
            params: Arc::new(UnderscoreParams::default()),
            engine: None,
            status: Arc::default(),
            tail_samples: 0,
            timeline: Timeline::default(),
            snapshots,
            snapshot_receiver: Some(receiver),
            editor_state,
            repaint,
        }
    }
}

impl Plugin for Underscore {
    const NAME: &'static str = "Underscore";
    const VENDOR: &'static str = "Underscore";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = layouts::LAYOUTS;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = EguiEditor<EditorApp>;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _async_executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        editor::create(
            self.editor_state.clone(),
            self.repaint.clone(),
            self.params.clone(),
            self.snapshot_receiver.take()?,
            self.status.clone(),
        )
    }

    fn filter_state(state: &mut PluginState) {
        state::repair(state);
    }

    fn activate(
        &mut self,
        audio_io_layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let music = audio_io_layout.main_input_channels;
        let dialogue = audio_io_layout.aux_input_ports.first().copied();
        let (Some(music), Some(dialogue)) = (music, dialogue) else {
            return false;
        };
        let (Ok(music), Ok(dialogue)) = (
            Layout::from_num_channels(music.get() as usize),
            Layout::from_num_channels(dialogue.get() as usize),
        ) else {
            return false;
        };
        let sample_rate_hz = f64::from(buffer_config.sample_rate);
        self.tail_samples = (buffer_config.sample_rate * TAIL_S) as u32;
        // Refused, a host would show an error or drop the track's sound; the music passes.
        self.engine = Engine::prepare(sample_rate_hz, dialogue, music).ok();
        self.status.set(match self.engine {
            Some(_) => Status::Working,
            None => Status::UnsupportedSampleRate,
        });
        true
    }

    fn reset(&mut self) {
        self.timeline = Timeline::default();
        if let Some(engine) = &mut self.engine {
            engine.reset();
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

        let transport = context.transport();
        let position_samples = self
            .timeline
            .update(transport.playing, transport.pos_samples());
        if let Some(position_samples) = position_samples {
            engine.set_position(position_samples);
        }

        // The framework may hand over fewer dialogue channels than the layout has, or slices
        // of another block's length; the engine takes what is missing as silence.
        let num_samples = buffer.samples();
        let mut dialogue: [&[f32]; MAX_CHANNELS] = [&[]; MAX_CHANNELS];
        let channels = aux
            .inputs
            .first()
            .map_or(&[][..], |input| input.as_slice_immutable());
        for (to, from) in dialogue.iter_mut().zip(channels) {
            *to = from.get(..num_samples).unwrap_or(from);
        }
        let num_dialogue_channels = channels.len().min(MAX_CHANNELS);
        let dialogue = dialogue.get(..num_dialogue_channels).unwrap_or_default();

        let settings = self.params.settings();
        let snapshots = &mut self.snapshots;
        let is_read = snapshots.has_reader();
        let mut observer = |snapshot: &Snapshot| snapshots.send(snapshot);

        // The engine doesn't panic. If it did, the host must not fall with it: the music passes
        // untouched from then on.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            engine.process(
                dialogue,
                buffer.as_slice(),
                &settings,
                if is_read { Some(&mut observer) } else { None },
            );
        }));
        if outcome.is_err() {
            self.status.set(Status::Failed);
        }
        goes_on
    }

    /// None: a plugin has no business in the host's terminal, and the framework's own logger
    /// would replace the panic hook too.
    fn setup_logger() -> Option<bool> {
        Some(true)
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
        let params = &self.params;
        context.add_section(Self::NAME, |section| {
            section.add_page("Duck", |page| {
                page.add_param(&params.mode);
                page.add_param(&params.duck.steer);
                page.add_param(&params.duck.target);
                page.add_param(&params.duck.amount_lu);
                page.add_param(&params.duck.max_cut_db);
                page.add_param(&params.duck.focus);
                page.add_param(&params.bands.low_hz);
                page.add_param(&params.bands.high_hz);
            });
            section.add_page("Times and dialogue", |page| {
                page.add_param(&params.times.attack_ms);
                page.add_param(&params.times.hold_ms);
                page.add_param(&params.times.release_ms);
                page.add_spacer();
                page.add_param(&params.dialogue.trim_db);
            });
        });
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

nice_export_clap!(Underscore);
nice_export_vst3!(Underscore);
