//! Extensions of CLAP that nice-plug 0.4.2 lacks and the lane is better for: what the host says of its side of a
//! parameter, and a meter of what is taken.

use std::ffi::{CStr, c_char};

use clap_sys::color::clap_color;
use clap_sys::ext::param_indication::clap_plugin_param_indication;
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use crate::params::indications::HostLane;
use crate::plugin::host_guard::clap::guarded_clap::GuardedClap;
use crate::plugin::host_guard::param_number::param_number;
use crate::settings::{ParamRow, TABLE};

/// CLAP's name of the meter, which clap-sys lacks. It is a draft.
pub const CLAP_EXT_GAIN_ADJUSTMENT_METERING: &CStr = c"clap.gain-adjustment-metering/0";

/// CLAP's functions of the meter.
#[repr(C)]
pub struct GainAdjustmentMetering {
    /// dB, less than 0 where the level is lowered. On the audio thread.
    get: Option<unsafe extern "C" fn(plugin: *const clap_plugin) -> f64>,
}

pub static PARAM_INDICATION: clap_plugin_param_indication = clap_plugin_param_indication {
    set_mapping: Some(set_mapping),
    set_automation: Some(set_automation),
};

pub static GAIN_ADJUSTMENT_METERING: GainAdjustmentMetering = GainAdjustmentMetering {
    get: Some(gain_adjustment_db),
};

fn id_of(number: clap_id) -> Option<&'static str> {
    let mut ids = TABLE.iter().map(ParamRow::about).map(|about| about.id);
    ids.find(|id| param_number(id) == number)
}

unsafe extern "C" fn set_mapping(
    plugin: *const clap_plugin,
    param_id: clap_id,
    has_mapping: bool,
    color: *const clap_color,
    _label: *const c_char,
    _description: *const c_char,
) {
    // SAFETY: the host's pointer to its plugin, and null or its own colour.
    let (guarded, color) = unsafe { (GuardedClap::from_host(plugin), color.as_ref()) };
    if let (Some(guarded), Some(id)) = (guarded, id_of(param_id)) {
        // A host may leave the colour to the plugin.
        let colour = color.map_or([255; 3], |it| [it.red, it.green, it.blue]);
        let indications = &guarded.values.indications;
        indications.set_mapping(id, has_mapping.then_some(colour));
    }
}

unsafe extern "C" fn set_automation(
    plugin: *const clap_plugin,
    param_id: clap_id,
    automation_state: u32,
    _color: *const clap_color,
) {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    if let (Some(guarded), Some(id)) = (guarded, id_of(param_id)) {
        let lane = HostLane::ALL.get(automation_state as usize).copied();
        let indications = &guarded.values.indications;
        indications.set_lane(id, lane.unwrap_or_default());
    }
}

unsafe extern "C" fn gain_adjustment_db(plugin: *const clap_plugin) -> f64 {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedClap::from_host(plugin) };
    guarded.map_or(0.0, |guarded| -f64::from(guarded.values.lane.loss_lu()))
}
