//! The plugin's table of functions: the framework's, but for those that are about buses, audio and
//! events.

use std::ffi::{c_char, c_void};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::CLAP_EXT_AUDIO_PORTS;
use clap_sys::ext::audio_ports_config::CLAP_EXT_AUDIO_PORTS_CONFIG;
use clap_sys::ext::configurable_audio_ports::{
    CLAP_EXT_CONFIGURABLE_AUDIO_PORTS, CLAP_EXT_CONFIGURABLE_AUDIO_PORTS_COMPAT,
};
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::latency::CLAP_EXT_LATENCY;
use clap_sys::ext::param_indication::{
    CLAP_EXT_PARAM_INDICATION, CLAP_EXT_PARAM_INDICATION_COMPAT,
};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::surround::{CLAP_EXT_SURROUND, CLAP_EXT_SURROUND_COMPAT};
use clap_sys::ext::tail::CLAP_EXT_TAIL;
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use nice_plug::wrapper::clap::Wrapper;

use crate::params::host_order;
use crate::plugin::buses::Buses;
use crate::plugin::handoff::{
    LaneEvent, with_buses, with_lane_events, with_latency, with_params, with_window,
};
use crate::plugin::host_guard::block::{Block, HostBus, HostBuses, MAX_SAMPLES, Piece};
use crate::plugin::host_guard::clap::events::{HostEvents, PieceEvents};
use crate::plugin::host_guard::clap::extensions;
use crate::plugin::host_guard::clap::guarded_clap::{ClapAudio, GuardedClap};
use crate::plugin::host_guard::clap::gui;
use crate::plugin::host_guard::clap::host::{Host, is_id};
use crate::plugin::host_guard::clap::host_place;
use crate::plugin::host_guard::clap::host_time::HostTime;
use crate::plugin::host_guard::clap::lane_extensions::{self, CLAP_EXT_GAIN_ADJUSTMENT_METERING};
use crate::plugin::host_guard::clap::latency::Latency;
use crate::plugin::host_guard::clap::out_events::OutEvents;
use crate::plugin::host_guard::clap::track_info;
use crate::plugin::host_guard::param_number::param_number;
use crate::plugin::instance::{Underscore, tail_samples};
use crate::settings::RIDE_LU;

/// A new instance, owned by the host until it calls `destroy`.
///
/// # Safety
/// `host` must be valid until then.
pub unsafe fn create(host: *const clap_host) -> *const clap_plugin {
    // SAFETY: the caller vouches for `host`.
    let (new_wrapper, host) = unsafe { (|| Wrapper::<Underscore>::new(host), Host::new(host)) };
    // The framework makes the changes of CLAP's parameters.
    let ((wrapper, values), window) = with_window(|| with_params(new_wrapper));
    let framework = *wrapper.clap_plugin.borrow();
    // The framework's `destroy` takes this reference back.
    let _ = Arc::into_raw(wrapper);
    let guarded = Box::new(GuardedClap {
        plugin: clap_plugin {
            init: Some(init),
            destroy: Some(destroy),
            activate: Some(activate),
            deactivate: Some(deactivate),
            process: Some(process),
            stop_processing: Some(stop_processing),
            get_extension: Some(get_extension),
            on_main_thread: Some(on_main_thread),
            ..framework
        },
        framework,
        values,
        ride_id: param_number(RIDE_LU.about.id),
        params: None,
        framework_params: None,
        host,
        buses: Mutex::new(Buses::DEFAULT),
        is_active: AtomicBool::new(false),
        latency: Latency::new(host),
        tail_samples: AtomicU32::new(0),
        window,
        audio: Mutex::new(None),
    });
    Box::into_raw(guarded).cast()
}

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    // SAFETY: the host's pointer to its plugin, which nobody else uses before this returns.
    let Some(guarded) = (unsafe { plugin.cast_mut().cast::<GuardedClap>().as_mut() }) else {
        return false;
    };
    let params = guarded.framework_extension(CLAP_EXT_PARAMS.as_ptr());
    // SAFETY: CLAP's type for this extension.
    guarded.params = unsafe { params.cast::<clap_plugin_params>().as_ref() }.copied();
    if let Some(params) = &mut guarded.params {
        guarded.framework_params = Some(*params);
        params.flush = Some(flush);
        params.get_info = Some(params_get_info);
    }
    let is_made = match guarded.framework.init {
        // SAFETY: the framework's function with its data.
        Some(init) => unsafe { init(plugin) },
        None => false,
    };
    if is_made {
        guarded.ask_for_names();
    }
    is_made
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    if plugin.is_null() {
        return;
    }
    // SAFETY: from `create`, and the host uses it no more.
    let guarded = unsafe { Box::from_raw(plugin.cast_mut().cast::<GuardedClap>()) };
    if let Some(window) = &guarded.window {
        window.close();
    }
    if let Some(destroy) = guarded.framework.destroy {
        // SAFETY: the framework's function with its data.
        unsafe { destroy(&guarded.plugin) };
    }
}

unsafe extern "C" fn activate(
    plugin: *const clap_plugin,
    sample_rate_hz: f64,
    _min_samples: u32,
    _max_samples: u32,
) -> bool {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return false;
    };
    let Some(activate) = guarded.framework.activate else {
        return false;
    };
    let buses = guarded.buses();
    if !guarded.choose_framework_layout(&buses) {
        return false;
    }
    let Ok(mut audio) = guarded.audio.lock() else {
        return false;
    };
    // SAFETY: the framework's function with its data.
    let activate = || unsafe { activate(plugin, sample_rate_hz, 1, MAX_SAMPLES as u32) };
    let (is_active, latency_samples) = with_latency(|| with_buses(buses, activate));
    *audio = is_active.then(|| ClapAudio {
        sample_rate_hz,
        block: Block::new(&buses),
    });
    guarded.is_active.store(is_active, Relaxed);
    drop(audio);
    if let Some(latency_samples) = latency_samples.filter(|_| is_active) {
        guarded.latency.activated_with(latency_samples);
        let samples = tail_samples(sample_rate_hz);
        guarded.tail_samples.store(samples, Relaxed);
    }
    is_active
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return;
    };
    if let Some(deactivate) = guarded.framework.deactivate {
        // SAFETY: the framework's function with its data.
        unsafe { deactivate(plugin) };
    }
    if let Ok(mut audio) = guarded.audio.lock() {
        *audio = None;
    }
    guarded.is_active.store(false, Relaxed);
}

/// The host's bus at `index` of an array of `num_buses`, which may be null.
///
/// # Safety
/// The array must be as long as said, and each bus as CLAP has it for a block of `num_samples`.
unsafe fn host_bus(
    buses: *const clap_audio_buffer,
    num_buses: u32,
    index: usize,
    num_samples: usize,
) -> HostBus {
    if buses.is_null() || index >= num_buses as usize {
        return HostBus::MISSING;
    }
    // SAFETY: within the array, whose buses have 64-bit samples at most beside the 32-bit ones.
    unsafe {
        let bus = &*buses.add(index);
        HostBus::new(bus.data32, bus.channel_count as usize, num_samples)
    }
}

/// The host's buses for this block.
///
/// # Safety
/// The arrays of `host` must be valid.
unsafe fn host_buses(host: &clap_process) -> HostBuses {
    let num_samples = host.frames_count as usize;
    // SAFETY: the caller vouches for the arrays.
    unsafe {
        HostBuses {
            music: host_bus(host.audio_inputs, host.audio_inputs_count, 0, num_samples),
            dialogue: host_bus(host.audio_inputs, host.audio_inputs_count, 1, num_samples),
            output: host_bus(host.audio_outputs, host.audio_outputs_count, 0, num_samples),
            num_samples,
        }
    }
}

fn bus_of(num_channels: usize, channels: &mut [*mut f32]) -> clap_audio_buffer {
    clap_audio_buffer {
        data32: channels.as_mut_ptr(),
        data64: std::ptr::null_mut(),
        channel_count: num_channels as u32,
        latency: 0,
        constant_mask: 0,
    }
}

unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    // SAFETY: the host's pointers to its plugin and to its own structure.
    let (guarded, host) = unsafe { (GuardedClap::from_host(plugin), process.as_ref()) };
    let (Some(guarded), Some(host)) = (guarded, host) else {
        return CLAP_PROCESS_ERROR;
    };
    let Ok(mut audio) = guarded.audio.try_lock() else {
        return CLAP_PROCESS_ERROR;
    };
    let Some(ClapAudio {
        sample_rate_hz,
        block,
    }) = audio.as_mut()
    else {
        // Inactive: nothing is done to the music.
        // SAFETY: null or the host's own arrays, valid for this call.
        unsafe { host_buses(host) }.pass_music();
        return CLAP_PROCESS_ERROR;
    };

    // SAFETY: null or the host's own arrays and structures, valid for this call.
    let (buses, transport, events) = unsafe {
        (
            host_buses(host),
            host.transport.as_ref(),
            HostEvents::new(host.in_events),
        )
    };
    if let Some(transport) = transport {
        host_place::tell(&guarded.values.host, transport);
    }
    let time = HostTime {
        transport,
        events,
        sample_rate_hz: *sample_rate_hz,
    };
    let mut status = CLAP_PROCESS_ERROR;
    let no_cut = |_start| usize::MAX;
    block.for_each_piece(&buses, no_cut, |piece| {
        // SAFETY: `host` is valid, and the piece is the block's, which nobody else touches meanwhile.
        status = unsafe { process_piece(guarded, host, &time, piece) };
        match status {
            CLAP_PROCESS_ERROR => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    if host.audio_outputs_count > 0 && !host.audio_outputs.is_null() {
        // SAFETY: there is at least one bus. What a host left in its mask isn't true any more.
        unsafe { (*host.audio_outputs).constant_mask = 0 };
    }
    status
}

/// Has the framework process one piece of the host's block.
///
/// # Safety
/// All of `host` must be valid, and the channels of `piece` as long as its range.
unsafe fn process_piece(
    guarded: &GuardedClap,
    host: &clap_process,
    time: &HostTime,
    mut piece: Piece,
) -> clap_process_status {
    let mut processed = bus_of(piece.num_channels, &mut piece.music);
    let inputs = [processed, bus_of(piece.num_channels, &mut piece.dialogue)];
    let transport = time.transport_at(piece.range.start);
    let is_last = piece.range.end == host.frames_count as usize;
    let range = piece.range.clone();
    let events = PieceEvents::new(time.events, range, is_last, time.sample_rate_hz);
    let in_events = events.as_clap();
    // SAFETY: null or the host's list, valid for this call.
    let out_events = unsafe { OutEvents::new(host.out_events, piece.range.start, guarded.ride_id) };
    let out_list = out_events.as_clap();
    let piece_process = clap_process {
        steady_time: match host.steady_time {
            unknown @ ..0 => unknown,
            time => time.saturating_add(piece.range.start as i64),
        },
        frames_count: piece.range.len() as u32,
        transport: transport
            .as_ref()
            .map_or(std::ptr::null(), std::ptr::from_ref),
        audio_inputs: inputs.as_ptr(),
        audio_outputs: &mut processed,
        audio_inputs_count: 2,
        audio_outputs_count: 1,
        in_events: &in_events,
        out_events: &out_list,
    };
    let (status, latency_samples) = with_lane_events(
        // SAFETY: all of it is ours and lives until the end of the call.
        || with_latency(|| unsafe { guarded.process_piece(&piece_process) }),
        |at, event| guarded.send_lane(&out_events, at, event),
    );
    out_events.finish();
    if let Some(latency_samples) = latency_samples {
        guarded.latency.processed_with(latency_samples);
    }
    status
}

/// Parameter changes while no audio is processed.
unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    in_events: *const clap_input_events,
    out_events: *const clap_output_events,
) {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return;
    };
    let Some(flush) = guarded.framework_params.and_then(|params| params.flush) else {
        return;
    };
    // SAFETY: null or the host's list, valid for this call.
    let in_events = unsafe { HostEvents::new(in_events) };
    let events = PieceEvents::new(in_events, 0..0, true, 0.0);
    // SAFETY: null or the host's list, valid for this call.
    let out_events = unsafe { OutEvents::new(out_events, 0, guarded.ride_id) };
    // SAFETY: the framework's function with its data.
    unsafe { flush(plugin, &events.as_clap(), &out_events.as_clap()) };
    // A pass that processing ended in.
    if !guarded.values.lane.is_writing() && guarded.values.lane.is_gesture_open() {
        guarded.send_lane(&out_events, 0, LaneEvent::End);
    }
    out_events.finish();
}

unsafe extern "C" fn stop_processing(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return;
    };
    guarded.values.lane.end_pass();
    if let Some(stop_processing) = guarded.framework.stop_processing {
        // SAFETY: the framework's function with its data.
        unsafe { stop_processing(plugin) };
    }
}

/// nice-plug 0.4.2 ends the host's process at the number after the last. The order is that of use.
unsafe extern "C" fn params_get_info(
    plugin: *const clap_plugin,
    index: u32,
    info: *mut clap_param_info,
) -> bool {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    let params = guarded.and_then(|guarded| guarded.framework_params);
    let Some((count, get_info)) = params.and_then(|params| Some((params.count?, params.get_info?)))
    else {
        return false;
    };
    let Some(&table_idx) = host_order().get(index as usize) else {
        return false;
    };
    // SAFETY: the framework's functions with its data, and the host's pointer.
    unsafe { index < count(plugin) && get_info(plugin, table_idx as u32, info) }
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return;
    };
    if let Some(window) = &guarded.window {
        window.serve();
    }
    if let Some(on_main_thread) = guarded.framework.on_main_thread {
        // SAFETY: the framework's function with its data.
        unsafe { on_main_thread(plugin) };
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return std::ptr::null();
    };
    // SAFETY: null or a string of the host's.
    let is = |expected| unsafe { is_id(id, expected) };
    if is(CLAP_EXT_PARAMS)
        && let Some(params) = &guarded.params
    {
        std::ptr::from_ref(params).cast()
    } else if is(CLAP_EXT_GUI) {
        // The framework ends a host that says nothing about editors.
        match guarded.host.has(CLAP_EXT_GUI) {
            true => (&raw const gui::GUI).cast(),
            false => std::ptr::null(),
        }
    } else if is(CLAP_EXT_TRACK_INFO) || is(CLAP_EXT_TRACK_INFO_COMPAT) {
        (&raw const track_info::TRACK_INFO).cast()
    } else if is(CLAP_EXT_PARAM_INDICATION) || is(CLAP_EXT_PARAM_INDICATION_COMPAT) {
        (&raw const lane_extensions::PARAM_INDICATION).cast()
    } else if is(CLAP_EXT_GAIN_ADJUSTMENT_METERING) {
        (&raw const lane_extensions::GAIN_ADJUSTMENT_METERING).cast()
    } else if is(CLAP_EXT_LATENCY) {
        (&raw const extensions::LATENCY).cast()
    } else if is(CLAP_EXT_TAIL) {
        (&raw const extensions::TAIL).cast()
    } else if is(CLAP_EXT_AUDIO_PORTS) {
        (&raw const extensions::AUDIO_PORTS).cast()
    } else if is(CLAP_EXT_AUDIO_PORTS_CONFIG) {
        (&raw const extensions::AUDIO_PORTS_CONFIG).cast()
    } else if is(CLAP_EXT_SURROUND) || is(CLAP_EXT_SURROUND_COMPAT) {
        (&raw const extensions::SURROUND).cast()
    } else if is(CLAP_EXT_CONFIGURABLE_AUDIO_PORTS) || is(CLAP_EXT_CONFIGURABLE_AUDIO_PORTS_COMPAT)
    {
        (&raw const extensions::CONFIGURABLE_AUDIO_PORTS).cast()
    } else {
        guarded.framework_extension(id)
    }
}
