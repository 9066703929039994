//! The VST3 factory of one class: the framework's description of it, our object.

use std::ffi::c_void;
use std::sync::Mutex;

use nice_plug::wrapper::vst3::PluginInfo;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IPluginFactory, IPluginFactory2, IPluginFactory2Trait, IPluginFactory3,
    IPluginFactory3Trait, IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo,
    TUID, int32, kInternalError, kInvalidArgument, kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::plugin::host_guard::vst3::object::{GuardedVst3, guarded};
use crate::plugin::instance::Underscore;

/// Describes and makes the plugin.
pub struct Factory {
    info: PluginInfo,
    /// What the host offers to all instances.
    context: Mutex<Option<ComPtr<FUnknown>>>,
}

impl Factory {
    /// A factory of [`Underscore`].
    pub fn new() -> Self {
        Self {
            info: PluginInfo::for_plugin::<Underscore>(),
            context: Mutex::new(None),
        }
    }
}

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

/// Writes `info` to the host's `to`, if it asked for the only class.
///
/// # Safety
/// `to` must be null or writable.
unsafe fn describe<T>(class_idx: int32, to: *mut T, info: impl FnOnce() -> T) -> tresult {
    if class_idx != 0 || to.is_null() {
        return kInvalidArgument;
    }
    // SAFETY: not null, and the caller vouches for the rest.
    unsafe { to.write(info()) };
    kResultOk
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host's pointer to its own structure.
        unsafe { describe(0, info, || self.info.create_factory_info()) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, class_idx: int32, info: *mut PClassInfo) -> tresult {
        // SAFETY: the host's pointer to its own structure.
        unsafe { describe(class_idx, info, || self.info.create_class_info()) }
    }

    unsafe fn createInstance(
        &self,
        class_id: FIDString,
        interface_id: FIDString,
        object: *mut *mut c_void,
    ) -> tresult {
        if class_id.is_null() || interface_id.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: VST3 passes ids as pointers to 16 bytes.
        if unsafe { &*class_id.cast::<[u8; 16]>() } != self.info.cid {
            return kInvalidArgument;
        }
        let context = self.context.lock().map_or(None, |context| context.clone());
        let context_pointer = context
            .as_ref()
            .map_or(std::ptr::null_mut(), ComPtr::as_ptr);
        // SAFETY: null or the host's object, which `context` keeps meanwhile.
        let plugin = guarded(None, || Some(unsafe { GuardedVst3::new(context_pointer) }));
        let Some(plugin) = plugin.map(ComWrapper::new) else {
            return kInternalError;
        };
        let Some(unknown) = plugin.as_com_ref::<FUnknown>() else {
            return kInvalidArgument;
        };
        let unknown = unknown.as_ptr();
        // SAFETY: `plugin` is alive until the end of this call; the reference that the host gets
        // is counted by `queryInterface`.
        unsafe { ((*(*unknown).vtbl).queryInterface)(unknown, interface_id.cast::<TUID>(), object) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, class_idx: int32, info: *mut PClassInfo2) -> tresult {
        // SAFETY: the host's pointer to its own structure.
        unsafe { describe(class_idx, info, || self.info.create_class_info_2()) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, class_idx: int32, info: *mut PClassInfoW) -> tresult {
        // SAFETY: the host's pointer to its own structure.
        unsafe { describe(class_idx, info, || self.info.create_class_info_unicode()) }
    }

    unsafe fn setHostContext(&self, context: *mut FUnknown) -> tresult {
        // SAFETY: null or the host's object.
        let context = unsafe { ComRef::from_raw(context) }.map(|context| context.to_com_ptr());
        let Ok(mut now) = self.context.lock() else {
            return kInternalError;
        };
        *now = context;
        kResultOk
    }
}
