//! What hosts ask the object's side of parameters and views.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    BusDirection, CString, IComponentHandler, IEditControllerTrait, IUnitInfoTrait, MediaType,
    ParamID, ParamValue, ParameterInfo, ProgramListID, ProgramListInfo, String128, TChar, UnitID,
    UnitInfo,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, IBStream, IPlugView, int32, kInternalError, kInvalidArgument, kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{ComPtr, ComRef};

use crate::params::host_order;
use crate::plugin::host_guard::vst3::object::{GuardedVst3, guarded, hand_on};
use crate::plugin::host_guard::vst3::view::GuardedView;
use crate::settings::TABLE;

impl IEditControllerTrait for GuardedVst3 {
    hand_on! { IEditControllerTrait:
        fn setComponentState(state: *mut IBStream) -> tresult, or kInternalError;
        fn setState(state: *mut IBStream) -> tresult, or kInternalError;
        fn getState(state: *mut IBStream) -> tresult, or kInternalError;
        fn getParameterCount() -> int32, or 0;
        fn getParamStringByValue(
            id: ParamID, normalized: ParamValue, text: *mut String128
        ) -> tresult, or kInternalError;
        fn getParamValueByString(
            id: ParamID, text: *mut TChar, normalized: *mut ParamValue
        ) -> tresult, or kInternalError;
        fn normalizedParamToPlain(id: ParamID, normalized: ParamValue) -> ParamValue, or normalized;
        fn plainParamToNormalized(id: ParamID, plain: ParamValue) -> ParamValue, or plain;
    }

    /// A view of the guard's, which holds the framework's.
    unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
        guarded(std::ptr::null_mut(), || {
            // SAFETY: the host's argument, under the same contract; the reference is ours.
            let framework = unsafe { ComPtr::from_raw(self.framework.createView(name)) };
            match (framework, &self.window) {
                (Some(framework), Some(window)) => {
                    GuardedView::make(framework, window, &self.looked_after())
                }
                _ => std::ptr::null_mut(),
            }
        })
    }

    /// nice-plug 0.4.2 ends the host's process at the number after the last. The order is that of use.
    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        // SAFETY: no pointers.
        if !(0..unsafe { self.getParameterCount() }).contains(&index) {
            return kInvalidArgument;
        }
        let place = usize::try_from(index).ok();
        let table_idx = place.and_then(|place| host_order().get(place).copied());
        let Some(table_idx) = table_idx else {
            return kInvalidArgument;
        };
        // SAFETY: the host's arguments, under the same contract.
        let result = guarded(kInternalError, || unsafe {
            self.framework.getParameterInfo(table_idx as int32, info)
        });
        // SAFETY: null or the host's own structure, which the framework has just written.
        let info = unsafe { info.as_mut() }.filter(|_| result == kResultOk);
        if let (Some(info), Some(row)) = (info, TABLE.get(table_idx)) {
            // The framework has the long name here, which small displays cut off.
            info.shortTitle.fill(0);
            let units = row.about().short_name.encode_utf16();
            for (to, from) in info.shortTitle.iter_mut().zip(units) {
                *to = from as TChar;
            }
        }
        result
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        self.values.shown(id).map_or(0.0, ParamValue::from)
    }

    unsafe fn setParamNormalized(&self, id: ParamID, normalized: ParamValue) -> tresult {
        if !normalized.is_finite() || !self.values.set(id, normalized.clamp(0.0, 1.0) as f32) {
            return kInvalidArgument;
        }
        self.latency.tell_if_on_ui_thread();
        kResultOk
    }

    unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
        // SAFETY: null or the host's object.
        let ours = unsafe { ComRef::from_raw(handler) };
        self.latency
            .set_handler(ours.map(|handler| handler.to_com_ptr()));
        // SAFETY: the host's argument, under the same contract.
        guarded(kInternalError, || unsafe {
            self.framework.setComponentHandler(handler)
        })
    }
}

impl IUnitInfoTrait for GuardedVst3 {
    hand_on! { IUnitInfoTrait:
        fn getUnitCount() -> int32, or 0;
        fn getUnitInfo(index: int32, info: *mut UnitInfo) -> tresult, or kInternalError;
        fn getProgramListCount() -> int32, or 0;
        fn getProgramListInfo(index: int32, info: *mut ProgramListInfo) -> tresult, or kInternalError;
        fn getProgramName(list: ProgramListID, index: int32, name: *mut String128) -> tresult, or kInternalError;
        fn getProgramInfo(
            list: ProgramListID, index: int32, attribute: CString, value: *mut String128
        ) -> tresult, or kInternalError;
        fn hasProgramPitchNames(list: ProgramListID, index: int32) -> tresult, or kInternalError;
        fn getProgramPitchName(
            list: ProgramListID, index: int32, pitch: i16, name: *mut String128
        ) -> tresult, or kInternalError;
        fn getSelectedUnit() -> UnitID, or 0;
        fn selectUnit(unit: UnitID) -> tresult, or kInternalError;
        fn getUnitByBus(
            media: MediaType, direction: BusDirection, index: int32, channel: int32,
            unit: *mut UnitID
        ) -> tresult, or kInternalError;
        fn setUnitProgramData(list_or_unit: int32, program: int32, data: *mut IBStream) -> tresult, or kInternalError;
    }
}
