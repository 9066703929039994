//! What control surfaces and small displays get of the parameters: order, short names, steps, groups.

use std::mem::zeroed;

use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use vst3::Steinberg::Vst::{
    IEditControllerTrait, IProcessContextRequirements, IProcessContextRequirementsTrait, IUnitInfo,
    IUnitInfoTrait, ParameterInfo, TChar,
};
use vst3::Steinberg::kResultOk;

use crate::clap_instance::Clap;
use crate::harness::{Instance, param_id};
use crate::vst3_instance::Vst3;

/// The first page, in the order of use.
const FIRST_PAGE: [&str; 8] = [
    "mode", "steer", "target", "amount", "max_cut", "focus", "low", "high",
];

fn text(units: &[TChar]) -> String {
    let units: Vec<u16> = units
        .iter()
        .copied()
        .take_while(|&unit| unit != 0)
        .collect();
    String::from_utf16(&units).unwrap()
}

fn vst3_infos(instance: &Vst3) -> Vec<ParameterInfo> {
    let count = unsafe { instance.controller.getParameterCount() };
    let info = |index| {
        let mut info = unsafe { zeroed() };
        let result = unsafe { instance.controller.getParameterInfo(index, &mut info) };
        assert_eq!(result, kResultOk);
        info
    };
    (0..count).map(info).collect()
}

fn clap_ids(instance: &Clap) -> Vec<u32> {
    let params: &clap_plugin_params = instance.extension(CLAP_EXT_PARAMS);
    let count = unsafe { params.count.unwrap()(instance.plugin()) };
    let id = |index| {
        let mut info: clap_param_info = unsafe { zeroed() };
        assert!(unsafe { params.get_info.unwrap()(instance.plugin(), index, &mut info) });
        info.id
    };
    (0..count).map(id).collect()
}

#[test]
fn both_formats_list_the_first_page_first_and_every_parameter_once() {
    let of_vst3: Vec<u32> = vst3_infos(&Vst3::new())
        .iter()
        .map(|info| info.id)
        .collect();
    assert_eq!(of_vst3, clap_ids(&Clap::new()));
    assert_eq!(of_vst3[..8], FIRST_PAGE.map(param_id));
    let mut ids = of_vst3.clone();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), of_vst3.len());
}

#[test]
fn names_fit_small_displays_and_steps_are_counted() {
    let infos = vst3_infos(&Vst3::new());
    let find = |id: &str| infos.iter().find(|info| info.id == param_id(id)).unwrap();
    for info in &infos {
        let (title, short) = (text(&info.title), text(&info.shortTitle));
        assert!((1..=6).contains(&short.chars().count()), "{title}: {short}");
    }
    assert_eq!(text(&find("release").title), "Release");
    assert_eq!(text(&find("release").shortTitle), "Releas");
    assert_eq!(text(&find("look_ahead").shortTitle), "LookAh");
    for (id, num_steps) in [
        ("mode", 1),
        ("steer", 1),
        ("listen", 2),
        ("look_ahead", 4),
        ("pass", 2),
        ("bypass", 1),
        ("target", 0),
        ("trim", 0),
    ] {
        assert_eq!(find(id).stepCount, num_steps, "{id}");
    }
}

#[test]
fn groups_are_units() {
    let instance = Vst3::new();
    let units = instance.controller.cast::<IUnitInfo>().unwrap();
    let name = |id: i32| {
        let count = unsafe { units.getUnitCount() };
        let infos = (0..count).map(|index| {
            let mut info = unsafe { zeroed() };
            assert_eq!(unsafe { units.getUnitInfo(index, &mut info) }, kResultOk);
            info
        });
        let mut infos = infos.filter(|info| info.id == id);
        infos.next().map(|info| text(&info.name))
    };
    let infos = vst3_infos(&instance);
    let group = |id: &str| {
        let info = infos.iter().find(|info| info.id == param_id(id)).unwrap();
        name(info.unitId)
    };
    for (id, unit) in [
        ("target", "Duck"),
        ("hold", "Times"),
        ("trim", "Dialogue"),
        ("pass", "Memory"),
    ] {
        assert_eq!(group(id).as_deref(), Some(unit), "{id}");
    }
}

#[test]
fn the_host_is_asked_for_its_frame_rate() {
    let instance = Vst3::new();
    let asks = instance.component.cast::<IProcessContextRequirements>();
    let asked = unsafe { asks.unwrap().getProcessContextRequirements() };
    assert_ne!(asked & 1 << 9, 0);
}
