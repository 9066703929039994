//! A small CLAP host.

use std::ffi::{CStr, c_char, c_void};
use std::mem::{size_of, zeroed};
use std::ptr::{null, null_mut};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::*;
use clap_sys::ext::audio_ports::{
    CLAP_EXT_AUDIO_PORTS, CLAP_PORT_MONO, CLAP_PORT_STEREO, clap_plugin_audio_ports,
};
use clap_sys::ext::configurable_audio_ports::*;
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::surround::{CLAP_EXT_SURROUND, CLAP_PORT_SURROUND, clap_plugin_surround};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::fixedpoint::CLAP_SECTIME_FACTOR;
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;
use underscore::plugin::clap_entry;

use crate::audio_thread::on_the_audio_thread;
use crate::harness::{Bus, Call, Change, Instance, Speakers};

/// One instance.
pub struct Clap {
    plugin: *const clap_plugin,
    is_active: bool,
    /// What the plugin has sent: the sample of the block, the kind of event, the parameter and its value.
    pub sent: Vec<(u32, u16, u32, f64)>,
    _host: Box<clap_host>,
}

unsafe extern "C" fn no_extension(_: *const clap_host, _: *const c_char) -> *const c_void {
    null()
}

unsafe extern "C" fn ignore(_: *const clap_host) {}

/// CLAP's number of a loudspeaker: the same but for the top sides.
fn clap_position(speaker: u8) -> u8 {
    match speaker {
        24 => 18,
        25 => 19,
        other => other,
    }
}

fn speaker(clap_position: u8) -> u8 {
    match clap_position {
        18 => 24,
        19 => 25,
        other => other,
    }
}

fn port_type(speakers: &[u8]) -> *const c_char {
    match speakers.len() {
        1 => CLAP_PORT_MONO.as_ptr(),
        2 => CLAP_PORT_STEREO.as_ptr(),
        _ => CLAP_PORT_SURROUND.as_ptr(),
    }
}

impl Clap {
    /// The plugin's own functions.
    pub fn plugin(&self) -> *const clap_plugin {
        self.plugin
    }

    /// Somebody else has activated it, or not.
    pub fn note_activity(&mut self, is_active: bool) {
        self.is_active |= is_active;
    }

    pub fn extension<T>(&self, id: &CStr) -> &T {
        let extension = unsafe { (*self.plugin).get_extension.unwrap()(self.plugin, id.as_ptr()) };
        unsafe { extension.cast::<T>().as_ref() }.unwrap()
    }

    fn arrangement(&self, is_input: bool, index: u32) -> Vec<u8> {
        let ports: &clap_plugin_audio_ports = self.extension(CLAP_EXT_AUDIO_PORTS);
        let mut info = unsafe { zeroed() };
        assert!(unsafe { ports.get.unwrap()(self.plugin, index, is_input, &mut info) });
        let mut map = [0; 32];
        let surround: &clap_plugin_surround = self.extension(CLAP_EXT_SURROUND);
        let num_channels = unsafe {
            surround.get_channel_map.unwrap()(self.plugin, is_input, index, map.as_mut_ptr(), 32)
        };
        assert_eq!(num_channels, info.channel_count);
        let is_type = |expected| unsafe { CStr::from_ptr(info.port_type) } == expected;
        match num_channels {
            // In a surround map the only channel is the centre.
            1 => {
                assert!(is_type(CLAP_PORT_MONO));
                vec![19]
            }
            _ => {
                assert!(is_type(CLAP_PORT_STEREO) || is_type(CLAP_PORT_SURROUND));
                map[..num_channels as usize]
                    .iter()
                    .map(|&x| speaker(x))
                    .collect()
            }
        }
    }

    fn param_event(change: &Change) -> clap_event_param_value {
        clap_event_param_value {
            header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE, change.time_samples),
            param_id: change.id,
            cookie: null_mut(),
            note_id: -1,
            port_index: -1,
            channel: -1,
            key: -1,
            value: change.value,
        }
    }
}

fn header<T>(type_: u16, time_samples: i32) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: time_samples as u32,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_,
        flags: 0,
    }
}

unsafe extern "C" fn num_events(list: *const clap_input_events) -> u32 {
    unsafe { (*(*list).ctx.cast::<Vec<clap_event_param_value>>()).len() as u32 }
}

unsafe extern "C" fn event(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    unsafe { &(&(*(*list).ctx.cast::<Vec<clap_event_param_value>>()))[index as usize].header }
}

unsafe extern "C" fn take_event(
    list: *const clap_output_events,
    event: *const clap_event_header,
) -> bool {
    let sent = unsafe { &mut *(*list).ctx.cast::<Vec<(u32, u16, u32, f64)>>() };
    let header = unsafe { *event };
    let (id, value) = match header.type_ {
        CLAP_EVENT_PARAM_VALUE => {
            let event = unsafe { *event.cast::<clap_event_param_value>() };
            (event.param_id, event.value)
        }
        _ => (
            unsafe { (*event.cast::<clap_event_param_gesture>()).param_id },
            0.0,
        ),
    };
    let is_room = sent.len() < sent.capacity();
    if is_room {
        sent.push((header.time, header.type_, id, value));
    }
    is_room
}

fn input_events(events: &mut Vec<clap_event_param_value>) -> clap_input_events {
    clap_input_events {
        ctx: std::ptr::from_mut(events).cast(),
        size: Some(num_events),
        get: Some(event),
    }
}

fn output_events(sent: &mut Vec<(u32, u16, u32, f64)>) -> clap_output_events {
    clap_output_events {
        ctx: std::ptr::from_mut(sent).cast(),
        try_push: Some(take_event),
    }
}

unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, num: u64) -> i64 {
    let rest = unsafe { &mut *(*stream).ctx.cast::<&[u8]>() };
    let num = rest.len().min(num as usize);
    let (now, later) = rest.split_at(num);
    unsafe { now.as_ptr().copy_to_nonoverlapping(to.cast(), num) };
    *rest = later;
    num as i64
}

unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, num: u64) -> i64 {
    let bytes = unsafe { &mut *(*stream).ctx.cast::<Vec<u8>>() };
    bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(from.cast(), num as usize) });
    num as i64
}

impl Instance for Clap {
    const VALUES_ARE_PLACES: bool = true;

    fn new() -> Self {
        let host = Box::new(clap_host {
            clap_version: CLAP_VERSION,
            host_data: null_mut(),
            name: c"Test".as_ptr(),
            vendor: c"Test".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(no_extension),
            request_restart: Some(ignore),
            request_process: Some(ignore),
            request_callback: Some(ignore),
        });
        unsafe {
            assert!(clap_entry.init.unwrap()(c"".as_ptr()));
            let factory = clap_entry.get_factory.unwrap()(CLAP_PLUGIN_FACTORY_ID.as_ptr());
            let factory = &*factory.cast::<clap_plugin_factory>();
            let id = c"audio.underscore.clash".as_ptr();
            let plugin = factory.create_plugin.unwrap()(factory, &*host, id);
            assert!((*plugin).init.unwrap()(plugin));
            Self {
                plugin,
                is_active: false,
                sent: Vec::with_capacity(4096),
                _host: host,
            }
        }
    }

    fn set_buses(&mut self, music: Speakers, dialogue: Speakers) -> bool {
        let maps = [music, dialogue].map(|speakers| {
            let map: Vec<u8> = speakers.iter().map(|&x| clap_position(x)).collect();
            map
        });
        let [music_map, dialogue_map] = &maps;
        let requests = [
            (true, 0, music, music_map),
            (false, 0, music, music_map),
            (true, 1, dialogue, dialogue_map),
        ]
        .map(|(is_input, port_index, speakers, map)| {
            clap_audio_port_configuration_request {
                is_input,
                port_index,
                channel_count: speakers.len() as u32,
                port_type: port_type(speakers),
                port_details: match speakers.len() {
                    0..=2 => null(),
                    _ => map.as_ptr().cast(),
                },
            }
        });
        let configurable: &clap_plugin_configurable_audio_ports =
            self.extension(CLAP_EXT_CONFIGURABLE_AUDIO_PORTS);
        unsafe {
            let can = configurable.can_apply_configuration.unwrap();
            let apply = configurable.apply_configuration.unwrap();
            let can = can(self.plugin, requests.as_ptr(), 3);
            can && apply(self.plugin, requests.as_ptr(), 3)
        }
    }

    fn buses(&self) -> [Vec<u8>; 3] {
        [(true, 0), (false, 0), (true, 1)].map(|(is_input, idx)| self.arrangement(is_input, idx))
    }

    fn activate(&mut self, sample_rate_hz: f64, max_block_samples: u32) -> bool {
        self.is_active = unsafe {
            let plugin = &*self.plugin;
            plugin.activate.unwrap()(plugin, sample_rate_hz, 1, max_block_samples)
                && plugin.start_processing.unwrap()(plugin)
        };
        self.is_active
    }

    fn deactivate(&mut self) {
        self.is_active = false;
        unsafe {
            let plugin = &*self.plugin;
            plugin.stop_processing.unwrap()(plugin);
            plugin.deactivate.unwrap()(plugin);
        }
    }

    fn reset(&mut self) {
        unsafe { (*self.plugin).reset.unwrap()(self.plugin) };
    }

    fn process(&mut self, call: &mut Call) -> bool {
        let bus = |bus: &mut Bus| clap_audio_buffer {
            data32: bus.array(),
            data64: null_mut(),
            channel_count: bus.channels.len() as u32,
            latency: 0,
            // What is left from another block.
            constant_mask: u64::MAX,
        };
        let inputs: Vec<_> = call.inputs.iter_mut().map(bus).collect();
        let mut outputs: Vec<_> = call.outputs.iter_mut().map(bus).collect();
        let mut events: Vec<_> = call.changes.iter().map(Self::param_event).collect();
        let mut transport: clap_event_transport = unsafe { zeroed() };
        transport.header = header::<clap_event_transport>(CLAP_EVENT_TRANSPORT, 0);
        if let Some(position) = call.position_samples {
            transport.flags = CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE;
            let seconds = position as f64 / 48_000.0;
            transport.song_pos_seconds = (seconds * CLAP_SECTIME_FACTOR as f64).round() as i64;
        }
        let in_events = input_events(&mut events);
        let out_events = output_events(&mut self.sent);
        let process = clap_process {
            steady_time: -1,
            frames_count: call.num_samples as u32,
            transport: &transport,
            audio_inputs: match inputs.is_empty() {
                true => null(),
                false => inputs.as_ptr(),
            },
            audio_outputs: match outputs.is_empty() {
                true => null_mut(),
                false => outputs.as_mut_ptr(),
            },
            audio_inputs_count: inputs.len() as u32,
            audio_outputs_count: outputs.len() as u32,
            in_events: &in_events,
            out_events: &out_events,
        };
        let process_call = unsafe { (*self.plugin).process.unwrap() };
        let status = on_the_audio_thread(|| unsafe { process_call(self.plugin, &process) });
        // A host that believes the mask hears the music all the same.
        if let (Some(output), true) = (outputs.first(), status != CLAP_PROCESS_ERROR) {
            assert_eq!(output.constant_mask, 0);
        }
        status != CLAP_PROCESS_ERROR
    }

    fn param(&self, id: u32) -> f64 {
        let params: &clap_plugin_params = self.extension(CLAP_EXT_PARAMS);
        let mut value = 0.0;
        assert!(unsafe { params.get_value.unwrap()(self.plugin, id, &mut value) });
        value
    }

    fn save(&self) -> Vec<u8> {
        let state: &clap_plugin_state = self.extension(CLAP_EXT_STATE);
        let mut bytes = Vec::<u8>::new();
        let stream = clap_ostream {
            ctx: std::ptr::from_mut(&mut bytes).cast(),
            write: Some(write),
        };
        assert!(unsafe { state.save.unwrap()(self.plugin, &stream) });
        bytes
    }

    fn load(&self, state: &[u8]) -> bool {
        let mut rest = state;
        let state: &clap_plugin_state = self.extension(CLAP_EXT_STATE);
        let stream = clap_istream {
            ctx: std::ptr::from_mut(&mut rest).cast(),
            read: Some(read),
        };
        unsafe { state.load.unwrap()(self.plugin, &stream) }
    }

    fn flush(&mut self, changes: Vec<Change>) {
        let mut events: Vec<_> = changes.iter().map(Self::param_event).collect();
        let params: &clap_plugin_params = self.extension(CLAP_EXT_PARAMS);
        let flush = params.flush.unwrap();
        let out_events = output_events(&mut self.sent);
        unsafe { flush(self.plugin, &input_events(&mut events), &out_events) };
    }
}

impl Drop for Clap {
    fn drop(&mut self) {
        if self.is_active {
            self.deactivate();
        }
        unsafe { (*self.plugin).destroy.unwrap()(self.plugin) };
    }
}

mod only_in_clap {
    use super::*;
    use crate::harness::{FIVE_ONE, MONO, SEVEN_ONE, STEREO, set};
    use crate::signals::{is_same, play, speech};
    use test_support::Channels;
    use test_support::noise::noise;

    /// A port of the music's input, or of its output, of channels that nobody says more about.
    fn discrete(is_input: bool, channel_count: u32) -> clap_audio_port_configuration_request {
        clap_audio_port_configuration_request {
            is_input,
            port_index: 0,
            channel_count,
            port_type: null(),
            port_details: null(),
        }
    }

    fn apply(instance: &Clap, requests: &[clap_audio_port_configuration_request]) -> bool {
        let configurable: &clap_plugin_configurable_audio_ports =
            instance.extension(CLAP_EXT_CONFIGURABLE_AUDIO_PORTS);
        let num_requests = requests.len() as u32;
        let apply = configurable.apply_configuration.unwrap();
        unsafe { apply(instance.plugin, requests.as_ptr(), num_requests) }
    }

    fn num_music_channels(instance: &Clap) -> [u32; 2] {
        let ports: &clap_plugin_audio_ports = instance.extension(CLAP_EXT_AUDIO_PORTS);
        [true, false].map(|is_input| {
            let mut info = unsafe { zeroed() };
            assert!(unsafe { ports.get.unwrap()(instance.plugin, 0, is_input, &mut info) });
            info.channel_count
        })
    }

    #[test]
    fn channels_without_loudspeakers_are_all_cut_where_their_number_means_nothing() {
        for num_channels in [9, 11, 13, 15] {
            let mut instance = Clap::new();
            let requests = [discrete(true, num_channels), discrete(false, num_channels)];
            assert!(apply(&instance, &requests));
            assert_eq!(num_music_channels(&instance), [num_channels; 2]);
            set(&mut instance, "mode", 1.0);
            assert!(instance.activate(48_000.0, 512));
            let music: Channels = noise(num_channels as usize, 60_000, 3);
            let dialogue = vec![speech()[..60_000].to_vec(); 2];
            let output = play(&mut instance, &music, &dialogue, &[512]);
            for (output, music) in output.iter().zip(&music) {
                assert!(!is_same(output, music), "{num_channels} channels");
            }
        }
    }

    #[test]
    fn channels_without_loudspeakers_are_those_of_the_usual_format_if_there_is_one() {
        let instance = Clap::new();
        for speakers in [MONO, STEREO, FIVE_ONE, SEVEN_ONE] {
            let num_channels = speakers.len() as u32;
            assert!(apply(&instance, &[discrete(true, num_channels)]));
            assert_eq!(instance.buses()[..2], [speakers, speakers]);
        }
    }

    #[test]
    fn a_host_without_editors_gets_none() {
        let instance = Clap::new();
        let editor = unsafe {
            (*instance.plugin).get_extension.unwrap()(instance.plugin, CLAP_EXT_GUI.as_ptr())
        };
        assert!(editor.is_null());
    }

    #[test]
    fn what_no_bus_can_be_is_refused_and_changes_nothing() {
        let instance = Clap::new();
        let mono = clap_audio_port_configuration_request {
            port_type: CLAP_PORT_MONO.as_ptr(),
            ..discrete(true, 2)
        };
        let third = clap_audio_port_configuration_request {
            port_index: 2,
            ..discrete(true, 2)
        };
        for requests in [
            &[discrete(true, 17)][..],
            &[discrete(true, u32::MAX)],
            &[discrete(true, 0)],
            &[discrete(true, 6), discrete(false, 8)],
            &[mono],
            &[third],
        ] {
            assert!(!apply(&instance, requests));
            assert_eq!(num_music_channels(&instance), [2, 2]);
        }
    }

    #[test]
    fn the_tail_is_known_before_the_first_block() {
        let mut instance = Clap::new();
        let tail = |instance: &Clap| {
            let tail: &clap_plugin_tail = instance.extension(CLAP_EXT_TAIL);
            unsafe { tail.get.unwrap()(instance.plugin) }
        };
        assert!(instance.activate(48_000.0, 512));
        assert_eq!(tail(&instance), 7200);
        instance.deactivate();
        crate::harness::set(&mut instance, "look_ahead", 4.0);
        assert!(instance.activate(48_000.0, 512));
        assert_eq!(tail(&instance), 9120);
    }
}
