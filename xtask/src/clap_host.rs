//! A small CLAP host: loads the built plugin in this process, gives it the music on its main
//! input and the dialogue on its sidechain, and collects what comes out.

use crate::audio::Clip;
use anyhow::{Context, Result, bail, ensure};
use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::latency::PluginLatency;
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::events::io::OutputEvents;
use clack_host::prelude::*;
use std::ffi::{CStr, CString};
use std::path::Path;

/// A parameter to set before the first sample: its name and the value as a user would type it.
pub type Setting<'a> = (&'a str, &'a str);

/// What the host saw.
pub struct Playback {
    /// What came out of the main output.
    pub output: Clip,
    /// Latency that the plugin reports, samples.
    pub latency_samples: u32,
    /// Name of the port layout in use, as the plugin gives it.
    pub layout: String,
    /// Number of process calls.
    pub num_blocks: usize,
}

/// Plays `music` and `dialogue` through the plugin `id` of the CLAP at `path`, from the first
/// sample of `music` to the last, in blocks of the lengths `block_sizes`, over and over. A
/// dialogue shorter than the music ends in silence.
///
/// # Errors
/// If the plugin can't be loaded, has no layout with as many channels as the clips, doesn't know
/// a setting, or fails.
pub fn play(
    path: &Path,
    id: &CStr,
    dialogue: &Clip,
    music: &Clip,
    settings: &[Setting],
    block_sizes: &[usize],
) -> Result<Playback> {
    let mut instance = load(path, id)?;
    let layout = select_layout(&mut instance, music.channels.len(), dialogue.channels.len())?;
    let events = settings
        .iter()
        .map(|setting| event_of(&mut instance, *setting))
        .collect::<Result<Vec<_>>>()?;

    let max_block = block_sizes.iter().copied().max().unwrap_or(0);
    ensure!(!block_sizes.contains(&0), "a block has at least one sample");
    let configuration = PluginAudioConfiguration {
        sample_rate: f64::from(music.sample_rate_hz),
        min_frames_count: 1,
        max_frames_count: u32::try_from(max_block)?,
    };
    let processor = instance.activate(|_, _| (), configuration)?;
    // As in a host, audio runs in a thread of its own.
    let outcome = std::thread::scope(|scope| {
        let audio = scope.spawn(|| process(processor, dialogue, music, &events, block_sizes));
        audio.join().expect("the audio thread doesn't panic")
    });
    let (processor, output, num_blocks) = outcome?;

    let handle = instance.plugin_handle();
    let latency = handle
        .get_extension::<PluginLatency>()
        .context("the plugin reports no latency")?;
    let latency_samples = latency.get(&handle);
    instance.deactivate(processor);
    Ok(Playback {
        output,
        latency_samples,
        layout,
        num_blocks,
    })
}

struct DemoHost;

struct Requests;

impl SharedHandler<'_> for Requests {
    // Nothing runs beside the one pass, so there is nothing to restart, wake or call back.
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl HostHandlers for DemoHost {
    type Shared<'a> = Requests;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

fn load(path: &Path, id: &CStr) -> Result<PluginInstance<DemoHost>> {
    let host = HostInfo::new(
        "Underscore demo",
        "Underscore",
        "",
        env!("CARGO_PKG_VERSION"),
    )?;
    // SAFETY: the file is the CLAP that this repository has just built.
    let entry = unsafe { PluginEntry::load(path) }
        .with_context(|| format!("could not load {}", path.display()))?;
    let instance = PluginInstance::new(|_| Requests, |_| (), &entry, id, &host)
        .with_context(|| format!("could not make the plugin {id:?} of {}", path.display()))?;
    Ok(instance)
}

/// Selects the layout whose main input and sidechain have these numbers of channels, and returns
/// its name.
fn select_layout(
    instance: &mut PluginInstance<DemoHost>,
    num_music_ch: usize,
    num_dialogue_ch: usize,
) -> Result<String> {
    let handle = instance.plugin_handle();
    let ports = handle
        .get_extension::<PluginAudioPorts>()
        .context("the plugin has no audio ports")?;
    let configs = handle
        .get_extension::<PluginAudioPortsConfig>()
        .context("the plugin has no choice of port layouts")?;
    let mut config_buffer = AudioPortsConfigBuffer::new();
    let mut port_buffer = AudioPortInfoBuffer::new();
    for config_idx in 0..configs.count(&handle) {
        let Some(config) = configs.get(&handle, config_idx, &mut config_buffer) else {
            continue;
        };
        // The sidechain's size is known only once the layout is selected.
        if configs.select(&handle, config.id).is_err() {
            continue;
        }
        let mut num_ch = |port_idx, is_input| {
            let port = ports.get(&handle, port_idx, is_input, &mut port_buffer);
            port.map_or(0, |port| port.channel_count as usize)
        };
        let found = (num_ch(0, true), num_ch(1, true), num_ch(0, false));
        if found == (num_music_ch, num_dialogue_ch, num_music_ch) {
            return Ok(text_of(config.name));
        }
    }
    bail!("no port layout for {num_music_ch} music and {num_dialogue_ch} dialogue channels")
}

/// An event at the first sample that gives a parameter the value that `text` means to the plugin.
fn event_of(
    instance: &mut PluginInstance<DemoHost>,
    (name, text): Setting,
) -> Result<ParamValueEvent> {
    let handle = instance.plugin_handle();
    let params = handle
        .get_extension::<PluginParams>()
        .context("the plugin has no parameters")?;
    let mut buffer = ParamInfoBuffer::new();
    let id = (0..params.count(&handle))
        .find_map(|idx| {
            let info = params.get_info(&handle, idx, &mut buffer)?;
            (text_of(info.name) == name).then_some(info.id)
        })
        .with_context(|| format!("the plugin has no parameter `{name}`"))?;
    let value = params
        .text_to_value(&handle, id, &CString::new(text)?)
        .with_context(|| format!("the parameter `{name}` can't be `{text}`"))?;
    Ok(ParamValueEvent::new(0, id, Pckn::match_all(), value))
}

/// Text up to the first NUL.
fn text_of(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// The pass itself; returns the stopped processor, what came out, and the number of blocks.
fn process(
    processor: StoppedPluginAudioProcessor<DemoHost>,
    dialogue: &Clip,
    music: &Clip,
    events: &[ParamValueEvent],
    block_sizes: &[usize],
) -> Result<(StoppedPluginAudioProcessor<DemoHost>, Clip, usize)> {
    let mut processor = processor
        .start_processing()
        .ok()
        .context("the plugin would not start processing")?;
    let num_frames = music.num_frames();
    let num_music_ch = music.channels.len();
    let num_inputs = num_music_ch + dialogue.channels.len();
    // Room for every channel, so that the lists of pointers never move.
    let mut input_ports = AudioPorts::with_capacity(num_inputs, 2);
    let mut output_ports = AudioPorts::with_capacity(num_music_ch, 1);
    let mut output = Clip {
        sample_rate_hz: music.sample_rate_hz,
        channels: vec![vec![0.0; num_frames]; num_music_ch],
    };

    let mut position = 0;
    let mut num_blocks = 0;
    for &block_size in block_sizes.iter().cycle() {
        if position == num_frames {
            break;
        }
        let end = num_frames.min(position + block_size);
        let mut music_block = block_of(music, position, end);
        let mut dialogue_block = block_of(dialogue, position, end);
        let inputs = input_ports
            .with_input_buffers([port_of(&mut music_block), port_of(&mut dialogue_block)]);
        let output_block = output.channels.iter_mut();
        let mut outputs = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                output_block.map(|channel| &mut channel[position..end]),
            ),
        }]);
        let block_events = if position == 0 { events } else { &[] };
        processor.process(
            &inputs,
            &mut outputs,
            &InputEvents::from_buffer(&block_events),
            &mut OutputEvents::void(),
            Some(position as u64),
            None,
        )?;
        position = end;
        num_blocks += 1;
    }
    Ok((processor.stop_processing(), output, num_blocks))
}

/// A copy of `clip` from `position` to `end`, silent where the clip has ended.
fn block_of(clip: &Clip, position: usize, end: usize) -> Vec<Vec<f32>> {
    let copy_of = |channel: &Vec<f32>| {
        let mut block = vec![0.0; end - position];
        for (out, sample) in block.iter_mut().zip(channel.iter().skip(position)) {
            *out = *sample;
        }
        block
    };
    clip.channels.iter().map(copy_of).collect()
}

/// A port of 32-bit channels.
type InputPort<Channels> =
    AudioPortBuffer<Channels, std::array::IntoIter<InputChannel<'static, f64>, 0>>;

fn port_of(block: &mut [Vec<f32>]) -> InputPort<impl Iterator<Item = InputChannel<'_, f32>>> {
    AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_input_only(block.iter_mut().map(InputChannel::variable)),
    }
}
