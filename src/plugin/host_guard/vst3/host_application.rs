//! What VST3 hosts call themselves.

use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IHostApplication, IHostApplicationTrait, String128, TChar,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{FUnknown, kResultOk};

use crate::params::host_names::HostNames;

/// Room for a name, UTF-16 units: twice that of VST3's strings, for hosts that write past the end of theirs.
const ROOM_UNITS: usize = 2 * size_of::<String128>() / size_of::<TChar>();

/// Tells `names` what the host behind `context` calls itself, if it says so. On the host's main thread.
///
/// # Safety
/// `context` must be null or one of the host's objects.
pub unsafe fn tell(names: &HostNames, context: *mut FUnknown) {
    // SAFETY: as the caller promises.
    let context = unsafe { ComRef::from_raw(context) };
    let Some(host) = context.and_then(|context| context.cast::<IHostApplication>()) else {
        return;
    };
    let mut units: [TChar; ROOM_UNITS] = [0; ROOM_UNITS];
    // SAFETY: there is room for such a string.
    let result = unsafe { host.getName(units.as_mut_ptr().cast::<String128>()) };
    if result == kResultOk {
        let name = units.iter().copied().take_while(|&unit| unit != 0);
        let name = char::decode_utf16(name);
        let name = name.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        names.set_program(&name.collect::<String>());
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::c_void;
    use std::ptr::null_mut;

    use nice_plug::wrapper::vst3::vst3::Steinberg::{
        IPluginBaseTrait, TUID, kResultFalse, tresult,
    };
    use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};

    use super::*;
    use crate::editor::headless::words;
    use crate::plugin::host_guard::vst3::object::GuardedVst3;

    /// A host that calls itself so, or doesn't tell.
    struct Called(Option<&'static str>);

    impl Class for Called {
        type Interfaces = (IHostApplication,);
    }

    impl IHostApplicationTrait for Called {
        unsafe fn getName(&self, name: *mut String128) -> tresult {
            let Some(text) = self.0 else {
                return kResultFalse;
            };
            let name = name.cast::<TChar>();
            // A name that fills all of the string has no 0 at its end.
            let num_units = size_of::<String128>() / size_of::<TChar>();
            for (idx, unit) in text.encode_utf16().take(num_units).enumerate() {
                // SAFETY: within the string.
                unsafe { name.add(idx).write(unit as TChar) };
            }
            kResultOk
        }

        unsafe fn createInstance(
            &self,
            _: *mut TUID,
            _: *mut TUID,
            object: *mut *mut c_void,
        ) -> tresult {
            // SAFETY: the caller's place.
            unsafe { object.write(null_mut()) };
            kResultFalse
        }
    }

    #[test]
    fn the_window_has_the_steps_of_the_host_that_tells_its_name() {
        let long: &'static str = "x".repeat(5000).leak();
        for (name, title) in [
            (Some("Nuendo"), "First steps in Nuendo".to_owned()),
            (Some("REAPER"), "First steps in REAPER".to_owned()),
            (Some("Müsik 🎻"), "First steps in Müsik 🎻".to_owned()),
            (Some(long), format!("First steps in {}", "x".repeat(128))),
            (Some(""), "First steps".to_owned()),
            (None, "First steps".to_owned()),
        ] {
            let host = ComWrapper::new(Called(name));
            let host = host.to_com_ptr::<FUnknown>().unwrap();
            // Some tell it by the factory, all when the plugin is initialised.
            for (context, initialised_with) in
                [(host.as_ptr(), null_mut()), (null_mut(), host.as_ptr())]
            {
                // SAFETY: the host's object, which lives as long as the plugin.
                let plugin = unsafe { GuardedVst3::new(context) };
                // SAFETY: the same.
                unsafe { plugin.initialize(initialised_with) };
                let words = words(plugin.window());
                assert!(words.contains(&title), "{title}: {words:?}");
            }
        }
    }
}
