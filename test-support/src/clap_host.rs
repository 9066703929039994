//! A CLAP host in this process: one instance of a plugin, its layout, parameters and state, and the
//! blocks of audio that it is given.

use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::{Context, Result, bail};
use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use clack_host::utils::ClapId;

use crate::Channels;

/// What the plugin asked the host for.
#[derive(Default)]
pub struct Requests {
    num_restarts: AtomicU32,
    num_latency_changes: AtomicU32,
    wants_callback: AtomicBool,
}

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {
        self.num_restarts.fetch_add(1, Ordering::Relaxed);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.wants_callback.store(true, Ordering::Release);
    }
}

impl HostGuiImpl for Requests {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, _new_size: GuiSize) -> Result<(), HostError> {
        Err(HostError::Message("the window's size is the host's"))
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {}
}

/// The host's side of the main thread.
pub struct MainThread<'a>(&'a Requests);

impl<'a> MainThreadHandler<'a> for MainThread<'a> {}

impl HostLatencyImpl for MainThread<'_> {
    fn changed(&self) {
        self.0.num_latency_changes.fetch_add(1, Ordering::Relaxed);
    }
}

/// The kinds of handlers that this host has.
pub struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Requests;
    type MainThread<'a> = MainThread<'a>;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Requests) {
        builder.register::<HostLatency>().register::<HostGui>();
    }
}

/// A processor that isn't started, on its way between threads.
pub type StoppedProcessor = StoppedPluginAudioProcessor<Handlers>;

/// A host with one instance of a plugin.
pub struct ClapHost {
    /// For extensions that only one caller needs.
    pub instance: PluginInstance<Handlers>,
}

impl ClapHost {
    /// A new instance of the plugin `id` of `entry`.
    ///
    /// # Errors
    /// If the plugin can't be made.
    pub fn new(entry: &PluginEntry, id: &CStr) -> Result<Self> {
        let info = HostInfo::new("Test", "Underscore", "", env!("CARGO_PKG_VERSION"))?;
        let instance = PluginInstance::new(
            |_| Requests::default(),
            |requests| MainThread(requests),
            entry,
            id,
            &info,
        );
        let instance = instance.with_context(|| format!("could not make the plugin {id:?}"))?;
        Ok(Self { instance })
    }

    /// Names of all port layouts.
    pub fn layouts(&mut self) -> Vec<String> {
        let handle = self.instance.plugin_handle();
        let Some(configs) = handle.get_extension::<PluginAudioPortsConfig>() else {
            return Vec::new();
        };
        let mut buffer = AudioPortsConfigBuffer::new();
        (0..configs.count(&handle))
            .filter_map(|idx| {
                let config = configs.get(&handle, idx, &mut buffer)?;
                Some(text_of(config.name))
            })
            .collect()
    }

    /// Chooses the layout of that name; the plugin isn't active.
    ///
    /// # Errors
    /// If the plugin has none of that name, or refuses it.
    pub fn select_layout(&mut self, name: &str) -> Result<()> {
        let handle = self.instance.plugin_handle();
        let configs = handle
            .get_extension::<PluginAudioPortsConfig>()
            .context("the plugin has no choice of port layouts")?;
        let mut buffer = AudioPortsConfigBuffer::new();
        let id = (0..configs.count(&handle)).find_map(|idx| {
            let config = configs.get(&handle, idx, &mut buffer)?;
            (text_of(config.name) == name).then_some(config.id)
        });
        let id = id.with_context(|| format!("no port layout {name:?}"))?;
        configs
            .select(&handle, id)
            .with_context(|| format!("the port layout {name:?} was refused"))
    }

    /// Chooses the first layout whose main input, sidechain and output have these numbers of channels,
    /// and returns its name; the plugin isn't active.
    ///
    /// # Errors
    /// If the plugin has none.
    pub fn select_layout_of(
        &mut self,
        num_music_channels: usize,
        num_dialogue_channels: usize,
    ) -> Result<String> {
        let wanted = (
            num_music_channels,
            num_dialogue_channels,
            num_music_channels,
        );
        for name in self.layouts() {
            // The sidechain's size is known only once the layout is selected.
            if self.select_layout(&name).is_ok() && self.num_channels() == wanted {
                return Ok(name);
            }
        }
        bail!(
            "no port layout for {num_music_channels} music and {num_dialogue_channels} dialogue \
             channels"
        )
    }

    /// Number of channels of the main input, the sidechain and the output.
    fn num_channels(&mut self) -> (usize, usize, usize) {
        let handle = self.instance.plugin_handle();
        let ports = handle.get_extension::<PluginAudioPorts>();
        let mut buffer = AudioPortInfoBuffer::new();
        let mut num = |port_idx, is_input| {
            let port = ports?.get(&handle, port_idx, is_input, &mut buffer)?;
            Some(port.channel_count as usize)
        };
        let [music, dialogue, output] = [(0, true), (1, true), (0, false)]
            .map(|(port_idx, is_input)| num(port_idx, is_input).unwrap_or(0));
        (music, dialogue, output)
    }

    /// Id and highest value of the parameter of that name.
    ///
    /// # Errors
    /// If the plugin has none of that name.
    pub fn param(&mut self, name: &str) -> Result<(ClapId, f64)> {
        let handle = self.instance.plugin_handle();
        let params = handle
            .get_extension::<PluginParams>()
            .context("the plugin has no parameters")?;
        let mut buffer = ParamInfoBuffer::new();
        (0..params.count(&handle))
            .find_map(|idx| {
                let info = params.get_info(&handle, idx, &mut buffer)?;
                (text_of(info.name) == name).then_some((info.id, info.max_value))
            })
            .with_context(|| format!("the plugin has no parameter {name:?}"))
    }

    /// The parameter of that name at the value that `text` means to the plugin, as an event at the
    /// first sample.
    ///
    /// # Errors
    /// If the plugin has no such parameter, or the text means no value.
    pub fn setting(&mut self, name: &str, text: &str) -> Result<ParamValueEvent> {
        let (id, _) = self.param(name)?;
        let handle = self.instance.plugin_handle();
        let value = handle
            .get_extension::<PluginParams>()
            .and_then(|params| params.text_to_value(&handle, id, &CString::new(text).ok()?))
            .with_context(|| format!("the parameter {name:?} can't be {text:?}"))?;
        Ok(set_event(0, id, value))
    }

    /// Sets a parameter as a user would by typing; the plugin isn't active.
    ///
    /// # Errors
    /// If the plugin has no such parameter, the text means no value, or the plugin is active.
    pub fn set_by_text(&mut self, name: &str, text: &str) -> Result<()> {
        let events = [self.setting(name, text)?];
        let mut handle = self
            .instance
            .inactive_plugin_handle()
            .context("the plugin is active")?;
        let params = handle
            .get_extension::<PluginParams>()
            .context("the plugin has no parameters")?;
        params.flush(
            &mut handle,
            &InputEvents::from_buffer(&events),
            &mut OutputEvents::void(),
        );
        Ok(())
    }

    /// What the host would show for every parameter: name and text.
    pub fn shown_params(&mut self) -> Vec<(String, String)> {
        let handle = self.instance.plugin_handle();
        let Some(params) = handle.get_extension::<PluginParams>() else {
            return Vec::new();
        };
        let mut buffer = ParamInfoBuffer::new();
        (0..params.count(&handle))
            .filter_map(|idx| {
                let info = params.get_info(&handle, idx, &mut buffer)?;
                let value = params.get_value(&handle, info.id)?;
                let mut text = [0; 64];
                let text = params
                    .value_to_text(&handle, info.id, value, &mut text)
                    .ok()?;
                let text = String::from_utf8_lossy(text).into_owned();
                Some((text_of(info.name), text))
            })
            .collect()
    }

    /// What the host would show for one parameter; `None` without one of that name.
    pub fn shown_param(&mut self, name: &str) -> Option<String> {
        let mut all = self.shown_params().into_iter();
        all.find(|(shown, _)| shown == name).map(|(_, text)| text)
    }

    /// The plugin's state, as it would stand in a session.
    ///
    /// # Errors
    /// If the plugin can't save one.
    pub fn save(&mut self) -> Result<Vec<u8>> {
        let handle = self.instance.plugin_handle();
        let state = handle
            .get_extension::<PluginState>()
            .context("the plugin has no state")?;
        let mut saved = Vec::new();
        state.save(&handle, &mut saved)?;
        Ok(saved)
    }

    /// Gives the plugin a state.
    ///
    /// # Errors
    /// If the plugin refuses it.
    pub fn load(&mut self, saved: &[u8]) -> Result<()> {
        let handle = self.instance.plugin_handle();
        let state = handle
            .get_extension::<PluginState>()
            .context("the plugin has no state")?;
        state.load(&handle, &mut &saved[..])?;
        Ok(())
    }

    /// Latency that the plugin reports, samples.
    ///
    /// # Errors
    /// If it reports none.
    pub fn latency_samples(&mut self) -> Result<u32> {
        let handle = self.instance.plugin_handle();
        let latency = handle
            .get_extension::<PluginLatency>()
            .context("the plugin reports no latency")?;
        Ok(latency.get(&handle))
    }

    /// How often the plugin asked to be activated anew, and how often it said that its latency is
    /// another.
    pub fn num_restarts_and_latency_changes(&self) -> (u32, u32) {
        self.instance.access_shared_handler(|requests| {
            let counts = [&requests.num_restarts, &requests.num_latency_changes];
            let [restarts, changes] = counts.map(|count| count.load(Ordering::Relaxed));
            (restarts, changes)
        })
    }

    /// Calls the plugin on the main thread if it asked for that.
    pub fn serve(&mut self) {
        let wants_callback = self.instance.access_shared_handler(|requests| {
            requests.wants_callback.swap(false, Ordering::AcqRel)
        });
        if wants_callback {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// Activates the plugin for blocks of up to `max_block_samples`.
    ///
    /// # Errors
    /// If the plugin refuses.
    pub fn activate(
        &mut self,
        sample_rate_hz: f64,
        max_block_samples: usize,
    ) -> Result<StoppedProcessor> {
        let configuration = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: u32::try_from(max_block_samples)?,
        };
        Ok(self.instance.activate(|_, _| (), configuration)?)
    }

    /// Ends the plugin's activity.
    pub fn deactivate(&mut self, processor: StoppedProcessor) {
        self.instance.deactivate(processor);
    }

    /// [`ClapHost::activate`] and [`Processor::start`], on one thread.
    ///
    /// # Errors
    /// If the plugin refuses.
    pub fn start(&mut self, sample_rate_hz: f64, max_block_samples: usize) -> Result<Processor> {
        Processor::start(self.activate(sample_rate_hz, max_block_samples)?)
    }

    /// Ends what [`ClapHost::start`] began.
    pub fn stop(&mut self, processor: Processor) {
        self.deactivate(processor.stop());
    }
}

/// The plugin's audio, started, on the thread that plays.
pub struct Processor {
    started: StartedPluginAudioProcessor<Handlers>,
    num_played: u64,
}

impl Processor {
    /// Starts the audio of an active plugin.
    ///
    /// # Errors
    /// If the plugin refuses.
    pub fn start(stopped: StoppedProcessor) -> Result<Self> {
        let started = stopped.start_processing().ok();
        Ok(Self {
            started: started.context("the plugin would not start processing")?,
            num_played: 0,
        })
    }

    /// Stops the audio.
    pub fn stop(self) -> StoppedProcessor {
        self.started.stop_processing()
    }

    /// Processes one block out of place and gives the output. All channels are as long as the block;
    /// `dialogue` may have no channels, which stands for an unconnected sidechain.
    ///
    /// # Errors
    /// If the plugin fails.
    pub fn process(
        &mut self,
        music: &[Vec<f32>],
        dialogue: &[Vec<f32>],
        events: &[ParamValueEvent],
    ) -> Result<Channels> {
        let mut music = music.to_vec();
        let mut dialogue = dialogue.to_vec();
        // What a host leaves in its output buffers is not silence.
        let mut output: Channels = music.iter().map(|c| vec![f32::NAN; c.len()]).collect();
        let num_samples = output.first().map_or(0, Vec::len) as u64;

        // Room for every channel, so that the lists of pointers never move.
        let mut input_ports = AudioPorts::with_capacity(music.len() + dialogue.len(), 2);
        let mut output_ports = AudioPorts::with_capacity(output.len(), 1);
        let inputs = input_ports.with_input_buffers([&mut music, &mut dialogue].map(|bus| {
            let channels = bus.iter_mut().map(InputChannel::variable);
            AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_input_only(channels),
            }
        }));
        let channels = output.iter_mut().map(Vec::as_mut_slice);
        let mut outputs = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(channels),
        }]);
        let position_samples = self.num_played;
        self.num_played += num_samples;
        self.started.process(
            &inputs,
            &mut outputs,
            &InputEvents::from_buffer(&events),
            &mut OutputEvents::void(),
            Some(position_samples),
            None,
        )?;
        Ok(output)
    }
}

/// An event that gives a parameter a value.
pub fn set_event(time_samples: u32, id: ClapId, value: f64) -> ParamValueEvent {
    ParamValueEvent::new(time_samples, id, Pckn::match_all(), value)
}

/// Text up to the first NUL.
fn text_of(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
