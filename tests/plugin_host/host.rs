//! A small CLAP host: one instance of the plugin, its parameters, state and buses.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::latency::{HostLatency, HostLatencyImpl};
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::events::{Match, Pckn};
use clack_host::prelude::*;
use clack_host::utils::ClapId;

/// What the plugin asked the host for.
#[derive(Default)]
pub struct Shared {
    pub num_restarts: AtomicU32,
    pub num_latency_changes: AtomicU32,
}

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {
        self.num_restarts.fetch_add(1, Relaxed);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

pub struct MainThread<'a>(&'a Shared);

impl<'a> MainThreadHandler<'a> for MainThread<'a> {}

impl HostLatencyImpl for MainThread<'_> {
    fn changed(&self) {
        self.0.num_latency_changes.fetch_add(1, Relaxed);
    }
}

pub struct TestHost;

impl HostHandlers for TestHost {
    type Shared<'a> = Shared;
    type MainThread<'a> = MainThread<'a>;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Shared) {
        builder.register::<HostLatency>();
    }
}

/// The library's own entry point, which the built bundle exports too.
pub fn entry() -> PluginEntry {
    // SAFETY: the entry is a static of this program.
    unsafe { PluginEntry::load_from_raw(&underscore::plugin::clap_entry, c"") }.unwrap()
}

/// A new instance.
pub fn instance() -> PluginInstance<TestHost> {
    let info = HostInfo::new("Test", "Test", "", "1").unwrap();
    PluginInstance::new(
        |_| Shared::default(),
        |shared| MainThread(shared),
        &entry(),
        c"audio.underscore.clash",
        &info,
    )
    .unwrap()
}

/// An instance with the layout of that name.
pub fn instance_with_layout(name: &str) -> PluginInstance<TestHost> {
    let mut instance = instance();
    select_layout(&mut instance, name);
    instance
}

/// Chooses the layout of that name for an instance that isn't active.
pub fn select_layout(instance: &mut PluginInstance<TestHost>, name: &str) {
    let handle = instance.plugin_handle();
    let configs: PluginAudioPortsConfig = handle.get_extension().unwrap();
    let id = (0..configs.count(&handle))
        .find_map(|idx| {
            let mut buffer = AudioPortsConfigBuffer::new();
            let config = configs.get(&handle, idx, &mut buffer)?;
            (config.name == name.as_bytes()).then_some(config.id)
        })
        .unwrap_or_else(|| panic!("no layout {name:?}"));
    configs.select(&handle, id).unwrap();
}

/// Id and highest value of the parameter of that name.
pub fn param(instance: &mut PluginInstance<TestHost>, name: &str) -> (ClapId, f64) {
    let handle = instance.plugin_handle();
    let params: PluginParams = handle.get_extension().unwrap();
    (0..params.count(&handle))
        .find_map(|idx| {
            let mut buffer = ParamInfoBuffer::new();
            let info = params.get_info(&handle, idx, &mut buffer)?;
            (info.name == name.as_bytes()).then_some((info.id, info.max_value))
        })
        .unwrap_or_else(|| panic!("no parameter {name:?}"))
}

/// What the host would show for every parameter: name and text.
pub fn shown_params(instance: &mut PluginInstance<TestHost>) -> Vec<(String, String)> {
    let handle = instance.plugin_handle();
    let params: PluginParams = handle.get_extension().unwrap();
    (0..params.count(&handle))
        .map(|idx| {
            let mut buffer = ParamInfoBuffer::new();
            let info = params.get_info(&handle, idx, &mut buffer).unwrap();
            let value = params.get_value(&handle, info.id).unwrap();
            let mut text = [0; 64];
            let text = params
                .value_to_text(&handle, info.id, value, &mut text)
                .unwrap();
            (
                String::from_utf8_lossy(info.name).into_owned(),
                String::from_utf8_lossy(text).into_owned(),
            )
        })
        .collect()
}

/// What the host would show for one parameter.
pub fn shown_param(instance: &mut PluginInstance<TestHost>, name: &str) -> String {
    let all = shown_params(instance);
    let (_, text) = all.into_iter().find(|(shown, _)| shown == name).unwrap();
    text
}

/// Sets a parameter as a user would by typing, while the plugin is inactive.
pub fn set_by_text(instance: &mut PluginInstance<TestHost>, name: &str, text: &str) {
    let (id, _) = param(instance, name);
    let mut handle = instance.inactive_plugin_handle().unwrap();
    let params: PluginParams = handle.get_extension().unwrap();
    let text = std::ffi::CString::new(text).unwrap();
    let value = params
        .text_to_value(&handle, id, &text)
        .unwrap_or_else(|| panic!("{name} refused {text:?}"));
    let events = [set_event(0, id, value)];
    params.flush(
        &mut handle,
        &InputEvents::from_buffer(&events),
        &mut OutputEvents::void(),
    );
}

pub fn set_event(time_samples: u32, id: ClapId, value: f64) -> ParamValueEvent {
    let everywhere = Pckn::new(
        Match::<u16>::All,
        Match::<u16>::All,
        Match::<u16>::All,
        Match::<u32>::All,
    );
    ParamValueEvent::new(time_samples, id, everywhere, value)
}

pub fn save(instance: &mut PluginInstance<TestHost>) -> Vec<u8> {
    let handle = instance.plugin_handle();
    let state: PluginState = handle.get_extension().unwrap();
    let mut saved = Vec::new();
    state.save(&handle, &mut saved).unwrap();
    saved
}

/// Loads a state; `false` if the plugin refused it.
pub fn load(instance: &mut PluginInstance<TestHost>, saved: &[u8]) -> bool {
    let handle = instance.plugin_handle();
    let state: PluginState = handle.get_extension().unwrap();
    state.load(&handle, &mut &saved[..]).is_ok()
}

/// Activates at 48 kHz for blocks of up to `max_block_samples`.
pub fn activate(
    instance: &mut PluginInstance<TestHost>,
    max_block_samples: u32,
) -> StartedPluginAudioProcessor<TestHost> {
    activate_at(instance, 48_000.0, max_block_samples)
}

/// Activates for blocks of up to `max_block_samples`.
pub fn activate_at(
    instance: &mut PluginInstance<TestHost>,
    sample_rate_hz: f64,
    max_block_samples: u32,
) -> StartedPluginAudioProcessor<TestHost> {
    let config = PluginAudioConfiguration {
        sample_rate: sample_rate_hz,
        min_frames_count: 1,
        max_frames_count: max_block_samples,
    };
    let processor = instance.activate(|_, _| (), config).unwrap();
    processor.start_processing().unwrap()
}

/// Processes one block out of place and gives the output. All channels of `music` are as long as
/// the block; `dialogue` may have no channels, which stands for an unconnected sidechain.
pub fn process(
    processor: &mut StartedPluginAudioProcessor<TestHost>,
    music: &[Vec<f32>],
    dialogue: &[Vec<f32>],
    events: &[ParamValueEvent],
) -> Vec<Vec<f32>> {
    let mut music = music.to_vec();
    let mut dialogue = dialogue.to_vec();
    // What a host leaves in its output buffers is not silence.
    let mut output: Vec<Vec<f32>> = music.iter().map(|c| vec![f32::NAN; c.len()]).collect();

    let mut input_ports = AudioPorts::with_capacity(32, 2);
    let mut output_ports = AudioPorts::with_capacity(16, 1);
    let inputs =
        input_ports.with_input_buffers([&mut music, &mut dialogue].map(|bus| AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                bus.iter_mut().map(InputChannel::variable),
            ),
        }));
    let mut outputs = output_ports.with_output_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_output_only(output.iter_mut().map(Vec::as_mut_slice)),
    }]);
    processor
        .process(
            &inputs,
            &mut outputs,
            &InputEvents::from_buffer(&events),
            &mut OutputEvents::void(),
            None,
            None,
        )
        .unwrap();
    output
}

/// Noise of about -20 dBFS from a fixed seed, one `Vec` a channel.
pub fn noise(num_channels: usize, num_samples: usize, seed: u32) -> Vec<Vec<f32>> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state as f32 / u32::MAX as f32 - 0.5) * 0.35
    };
    (0..num_channels)
        .map(|_| (0..num_samples).map(|_| next()).collect())
        .collect()
}
