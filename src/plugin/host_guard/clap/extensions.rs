//! Buses as CLAP hosts see and choose them: audio ports, named configurations, surround maps, configurations
//! that the host makes up; latency and tail.

use std::ffi::{CStr, c_char};

use clap_sys::ext::ambisonic::CLAP_PORT_AMBISONIC;
use clap_sys::ext::audio_ports::{
    CLAP_AUDIO_PORT_IS_MAIN, CLAP_PORT_MONO, CLAP_PORT_STEREO, clap_audio_port_info,
    clap_plugin_audio_ports,
};
use clap_sys::ext::audio_ports_config::{clap_audio_ports_config, clap_plugin_audio_ports_config};
use clap_sys::ext::configurable_audio_ports::{
    clap_audio_port_configuration_request, clap_plugin_configurable_audio_ports,
};
use clap_sys::ext::latency::clap_plugin_latency;
use clap_sys::ext::surround::{CLAP_PORT_SURROUND, clap_plugin_surround};
use clap_sys::ext::tail::clap_plugin_tail;
use clap_sys::id::{CLAP_INVALID_ID, clap_id};
use clap_sys::plugin::clap_plugin;

use crate::layout::MAX_CHANNELS;
use crate::plugin::buses::{Buses, DIALOGUE_NAME, MUSIC_NAME, named_buses, usual_arrangement};
use crate::plugin::host_guard::clap::guarded_clap::GuardedClap;
use crate::plugin::host_guard::clap::host::is_id;
use crate::plugin::speakers::Arrangement;

pub static AUDIO_PORTS: clap_plugin_audio_ports = clap_plugin_audio_ports {
    count: Some(count),
    get: Some(get),
};

pub static AUDIO_PORTS_CONFIG: clap_plugin_audio_ports_config = clap_plugin_audio_ports_config {
    count: Some(config_count),
    get: Some(config_get),
    select: Some(config_select),
};

pub static SURROUND: clap_plugin_surround = clap_plugin_surround {
    is_channel_mask_supported: Some(is_channel_mask_supported),
    get_channel_map: Some(get_channel_map),
};

pub static CONFIGURABLE_AUDIO_PORTS: clap_plugin_configurable_audio_ports =
    clap_plugin_configurable_audio_ports {
        can_apply_configuration: Some(can_apply_configuration),
        apply_configuration: Some(apply_configuration),
    };

/// The latency that the host knows.
pub static LATENCY: clap_plugin_latency = clap_plugin_latency {
    get: Some(latency_get),
};

/// The latency, and what the EQ rings on.
pub static TAIL: clap_plugin_tail = clap_plugin_tail {
    get: Some(tail_get),
};

/// One of the three ports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Port {
    MusicIn,
    Dialogue,
    MusicOut,
}

impl Port {
    fn new(is_input: bool, index: u32) -> Option<Self> {
        match (is_input, index) {
            (true, 0) => Some(Self::MusicIn),
            (true, 1) => Some(Self::Dialogue),
            (false, 0) => Some(Self::MusicOut),
            _ => None,
        }
    }

    /// Id of the choice, as nice-plug 0.4.2 numbers them, which saved projects may know.
    fn id(self) -> clap_id {
        self as clap_id
    }

    fn arrangement(self, buses: &Buses) -> &Arrangement {
        match self {
            Self::MusicIn | Self::MusicOut => &buses.music,
            Self::Dialogue => &buses.dialogue,
        }
    }
}

/// CLAP's type of a port; null for discrete channels.
fn port_type(arrangement: &Arrangement) -> *const c_char {
    match arrangement.num_channels() {
        1 => CLAP_PORT_MONO.as_ptr(),
        2 => CLAP_PORT_STEREO.as_ptr(),
        _ if arrangement.clap_positions().is_some() => CLAP_PORT_SURROUND.as_ptr(),
        _ => std::ptr::null(),
    }
}

/// Writes `text` to a host's field, ended by a 0 and cut if need be.
fn set_text(field: &mut [c_char], text: &str) {
    field.fill(0);
    let room = field.len().saturating_sub(1);
    for (to, from) in field.iter_mut().take(room).zip(text.bytes()) {
        *to = from as c_char;
    }
}

unsafe extern "C" fn count(_plugin: *const clap_plugin, is_input: bool) -> u32 {
    if is_input { 2 } else { 1 }
}

unsafe extern "C" fn get(
    plugin: *const clap_plugin,
    index: u32,
    is_input: bool,
    info: *mut clap_audio_port_info,
) -> bool {
    // SAFETY: the host's pointers to its plugin and to its own structure, all of whose bits mean
    // something.
    let (guarded, info) = unsafe { (GuardedClap::from_host(plugin), info.as_mut()) };
    let (Some(guarded), Some(info), Some(port)) = (guarded, info, Port::new(is_input, index))
    else {
        return false;
    };
    let buses = guarded.buses();
    let arrangement = port.arrangement(&buses);
    let (name, flags, in_place_pair) = match port {
        Port::MusicIn => (MUSIC_NAME, CLAP_AUDIO_PORT_IS_MAIN, Port::MusicOut.id()),
        Port::MusicOut => (MUSIC_NAME, CLAP_AUDIO_PORT_IS_MAIN, Port::MusicIn.id()),
        Port::Dialogue => (DIALOGUE_NAME, 0, CLAP_INVALID_ID),
    };
    info.id = port.id();
    set_text(&mut info.name, name);
    info.flags = flags;
    info.channel_count = arrangement.num_channels() as u32;
    info.port_type = port_type(arrangement);
    info.in_place_pair = in_place_pair;
    true
}

unsafe extern "C" fn config_count(_plugin: *const clap_plugin) -> u32 {
    named_buses().len() as u32
}

unsafe extern "C" fn config_get(
    _plugin: *const clap_plugin,
    index: u32,
    config: *mut clap_audio_ports_config,
) -> bool {
    let named = named_buses();
    // SAFETY: the host's pointer to its own structure.
    let config = unsafe { config.as_mut() };
    let (Some((name, buses)), Some(config)) = (named.get(index as usize), config) else {
        return false;
    };
    let num_channels = buses.music.num_channels() as u32;
    config.id = index;
    set_text(&mut config.name, name);
    config.input_port_count = 2;
    config.output_port_count = 1;
    config.has_main_input = true;
    config.main_input_channel_count = num_channels;
    config.main_input_port_type = port_type(&buses.music);
    config.has_main_output = true;
    config.main_output_channel_count = num_channels;
    config.main_output_port_type = port_type(&buses.music);
    true
}

unsafe extern "C" fn config_select(plugin: *const clap_plugin, config_id: clap_id) -> bool {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    match (guarded, named_buses().get(config_id as usize)) {
        (Some(guarded), Some((_, buses))) => guarded.set_buses(*buses),
        _ => false,
    }
}

unsafe extern "C" fn is_channel_mask_supported(
    _plugin: *const clap_plugin,
    channel_mask: u64,
) -> bool {
    (1..=MAX_CHANNELS as u32).contains(&channel_mask.count_ones())
}

unsafe extern "C" fn get_channel_map(
    plugin: *const clap_plugin,
    is_input: bool,
    index: u32,
    map: *mut u8,
    capacity: u32,
) -> u32 {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    let (Some(guarded), Some(port)) = (guarded, Port::new(is_input, index)) else {
        return 0;
    };
    let Some(positions) = port.arrangement(&guarded.buses()).clap_positions() else {
        return 0;
    };
    if map.is_null() || positions.len() > capacity as usize {
        return 0;
    }
    // SAFETY: the host has room for `capacity` positions.
    unsafe { std::ptr::copy_nonoverlapping(positions.as_ptr(), map, positions.len()) };
    positions.len() as u32
}

/// The loudspeakers that a request names.
///
/// # Safety
/// The request's pointers must be as CLAP has it for its type of port.
unsafe fn requested_arrangement(
    request: &clap_audio_port_configuration_request,
) -> Option<Arrangement> {
    let num_channels = request.channel_count as usize;
    let usual = usual_arrangement(num_channels)?;
    // SAFETY: null or a string of the host's.
    let is = |port_type: &CStr| unsafe { is_id(request.port_type, port_type) };
    if is(CLAP_PORT_SURROUND) {
        let map = request.port_details.cast::<u8>();
        if map.is_null() {
            return Some(usual);
        }
        // SAFETY: a position for each channel.
        let map = unsafe { std::slice::from_raw_parts(map, num_channels) };
        return Arrangement::from_clap_positions(map);
    }
    if is(CLAP_PORT_AMBISONIC) {
        return Arrangement::discrete(num_channels);
    }
    let is_contradiction =
        (is(CLAP_PORT_MONO) && num_channels != 1) || (is(CLAP_PORT_STEREO) && num_channels != 2);
    (!is_contradiction).then_some(usual)
}

/// What `requests` make of the buses as they are `now`. The output follows the music, whether or
/// not it is asked for.
///
/// # Safety
/// `requests` must be null or as many as said, valid as CLAP has it.
unsafe fn requested_buses(
    now: &Buses,
    requests: *const clap_audio_port_configuration_request,
    num_requests: u32,
) -> Option<Buses> {
    if requests.is_null() {
        return None;
    }
    // SAFETY: not null, and the caller vouches for the number.
    let requests = unsafe { std::slice::from_raw_parts(requests, num_requests as usize) };
    let (mut music, mut output, mut dialogue) = (None, None, None);
    for request in requests {
        // SAFETY: the caller vouches for it.
        let arrangement = unsafe { requested_arrangement(request) }?;
        match Port::new(request.is_input, request.port_index)? {
            Port::MusicIn => music = Some(arrangement),
            Port::MusicOut => output = Some(arrangement),
            Port::Dialogue => dialogue = Some(arrangement),
        }
    }
    let asked = music.or(output);
    let is_contradiction = output.is_some() && output != asked;
    let buses = Buses {
        music: asked.unwrap_or(now.music),
        dialogue: dialogue.unwrap_or(now.dialogue),
    };
    (!is_contradiction && buses.music.num_channels() > 0).then_some(buses)
}

unsafe extern "C" fn can_apply_configuration(
    plugin: *const clap_plugin,
    requests: *const clap_audio_port_configuration_request,
    num_requests: u32,
) -> bool {
    // SAFETY: the host's pointers.
    unsafe {
        GuardedClap::from_host(plugin)
            .and_then(|guarded| requested_buses(&guarded.buses(), requests, num_requests))
            .is_some()
    }
}

unsafe extern "C" fn apply_configuration(
    plugin: *const clap_plugin,
    requests: *const clap_audio_port_configuration_request,
    num_requests: u32,
) -> bool {
    // SAFETY: the host's pointers.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return false;
    };
    // SAFETY: the host's pointers.
    match unsafe { requested_buses(&guarded.buses(), requests, num_requests) } {
        Some(buses) => guarded.set_buses(buses),
        None => false,
    }
}

unsafe extern "C" fn latency_get(plugin: *const clap_plugin) -> u32 {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    guarded.map_or(0, |guarded| guarded.latency.known_samples())
}

unsafe extern "C" fn tail_get(plugin: *const clap_plugin) -> u32 {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    guarded.map_or(0, GuardedClap::tail_samples)
}
