//! The name of the track, as VST3 hosts tell it.

use nice_plug::wrapper::vst3::vst3::ComRef;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ChannelContext::kChannelNameKey;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{IAttributeList, IAttributeListTrait, TChar};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

use crate::params::host_names::HostNames;

/// Room for a name, UTF-16 units: VST3's strings have 128.
const MAX_UNITS: usize = 256;

/// Tells `names` the name in `list`; one that isn't there changes nothing.
///
/// # Safety
/// `list` must be null or one of the host's objects.
pub unsafe fn tell(names: &HostNames, list: *mut IAttributeList) {
    // SAFETY: as the caller promises.
    let Some(list) = (unsafe { ComRef::from_raw(list) }) else {
        return;
    };
    let mut units: [TChar; MAX_UNITS] = [0; MAX_UNITS];
    // The last unit stays 0, whatever the host writes.
    let room_bytes = (size_of::<TChar>() * (MAX_UNITS - 1)) as u32;
    // SAFETY: there is that much room.
    let result = unsafe { list.getString(kChannelNameKey, units.as_mut_ptr(), room_bytes) };
    if result == kResultOk {
        let units: Vec<u16> = units
            .iter()
            .copied()
            .take_while(|&unit| unit != 0)
            .collect();
        names.set_track(&String::from_utf16_lossy(&units));
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;
    use std::ffi::c_void;
    use std::ptr::null_mut;

    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
        ChannelContext::IInfoListenerTrait, IAttributeList_::AttrID,
    };
    use nice_plug::wrapper::vst3::vst3::Steinberg::{kResultFalse, tresult};
    use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};

    use super::*;
    use crate::plugin::host_guard::vst3::object::GuardedVst3;

    /// A host's list with a name, or with nothing.
    struct Named(Option<&'static str>);

    impl Class for Named {
        type Interfaces = (IAttributeList,);
    }

    impl IAttributeListTrait for Named {
        unsafe fn setInt(&self, _: AttrID, _: i64) -> tresult {
            kResultFalse
        }

        unsafe fn getInt(&self, _: AttrID, _: *mut i64) -> tresult {
            kResultFalse
        }

        unsafe fn setFloat(&self, _: AttrID, _: f64) -> tresult {
            kResultFalse
        }

        unsafe fn getFloat(&self, _: AttrID, _: *mut f64) -> tresult {
            kResultFalse
        }

        unsafe fn setString(&self, _: AttrID, _: *const TChar) -> tresult {
            kResultFalse
        }

        unsafe fn getString(&self, id: AttrID, text: *mut TChar, room_bytes: u32) -> tresult {
            // SAFETY: the plugin's string.
            let is_name = unsafe { CStr::from_ptr(id.cast()) } == c"channel name";
            let Some(name) = self.0.filter(|_| is_name) else {
                return kResultFalse;
            };
            let room = room_bytes as usize / size_of::<TChar>();
            for (idx, unit) in name.encode_utf16().take(room).enumerate() {
                // SAFETY: within the plugin's room.
                unsafe { text.add(idx).write(unit as TChar) };
            }
            kResultOk
        }

        unsafe fn setBinary(&self, _: AttrID, _: *const c_void, _: u32) -> tresult {
            kResultFalse
        }

        unsafe fn getBinary(&self, _: AttrID, _: *mut *const c_void, _: *mut u32) -> tresult {
            kResultFalse
        }
    }

    #[test]
    fn the_hosts_name_of_the_track_is_known() {
        // SAFETY: no host.
        let plugin = unsafe { GuardedVst3::new(null_mut()) };
        let told = |name: Option<&'static str>| {
            let list = ComWrapper::new(Named(name));
            let list = list.to_com_ptr::<IAttributeList>().unwrap();
            // SAFETY: a list that lives as long as the call.
            unsafe { plugin.setChannelContextInfos(list.as_ptr()) };
            plugin.params.names.track()
        };
        assert_eq!(told(None), None);
        assert_eq!(told(Some("Müsik 🎻")).as_deref(), Some("Müsik 🎻"));
        // What isn't told stays.
        assert_eq!(told(None).as_deref(), Some("Müsik 🎻"));
        let long: &'static str = "x".repeat(5000).leak();
        assert_eq!(told(Some(long)).map(|name| name.len()), Some(128));
        assert_eq!(told(Some("")), None);
        // SAFETY: null is allowed.
        unsafe { plugin.setChannelContextInfos(null_mut()) };
    }
}
