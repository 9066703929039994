//! Every function of both interfaces, in any order, from two threads, with any numbers and with null wherever a
//! pointer is passed. Whatever the plugin answers, it must not end the host: no panic, no abort, nothing
//! written where it isn't allowed to (these run under valgrind too, with fewer calls).
//!
//! A pointer that is not null points to memory as the interface has it, since no plugin can know otherwise.

use std::ffi::{c_char, c_void};
use std::mem::zeroed;
use std::ptr::{null, null_mut};
use std::thread;

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config,
};
use clap_sys::ext::configurable_audio_ports::{
    CLAP_EXT_CONFIGURABLE_AUDIO_PORTS, clap_plugin_configurable_audio_ports,
};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::ext::remote_controls::{CLAP_EXT_REMOTE_CONTROLS, clap_plugin_remote_controls};
use clap_sys::ext::render::{CLAP_EXT_RENDER, clap_plugin_render};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::surround::{CLAP_EXT_SURROUND, clap_plugin_surround};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::plugin::clap_plugin;
use clap_sys::process::clap_process;
use clap_sys::stream::{clap_istream, clap_ostream};
use fastrand::Rng;
use underscore::plugin::{GetPluginFactory, clap_entry};
use vst3::Steinberg::Vst::ChannelContext::{IInfoListener, IInfoListenerTrait};
use vst3::Steinberg::Vst::{
    IAudioProcessorTrait, IComponentTrait, IEditControllerTrait, IProcessContextRequirements,
    IProcessContextRequirementsTrait, IUnitInfo, IUnitInfoTrait, ProcessData, ProcessSetup,
};
use vst3::Steinberg::{
    FUnknown, IBStream, IPluginBaseTrait, IPluginFactory, IPluginFactory2, IPluginFactory2Trait,
    IPluginFactory3, IPluginFactory3Trait, IPluginFactoryTrait,
};
use vst3::{ComPtr, ComWrapper, Interface};

use crate::clap_instance::Clap;
use crate::harness::{Bus, Call, Change, FIVE_ONE, Instance, MONO, STEREO};
use crate::vst3_instance::{Stream, Vst3, class_id};

/// Calls of each format. Under valgrind, which is some fifty times slower, there are fewer.
fn num_calls() -> u32 {
    match std::env::var("UNDERSCORE_FUZZ_CALLS") {
        Ok(calls) => calls.parse().expect("UNDERSCORE_FUZZ_CALLS is a number"),
        Err(_) => 100_000,
    }
}

/// Of each instance; then it goes, and the next one comes.
const CALLS_OF_AN_INSTANCE: u32 = 500;

/// Whatever a call answers is right.
fn ignore<T>(_answer: T) {}

fn any_int(rng: &mut Rng) -> i32 {
    match rng.u8(..8) {
        0 => i32::MIN,
        1 => i32::MAX,
        2 => -1,
        3 => rng.i32(..),
        _ => rng.i32(0..20),
    }
}

fn any_float(rng: &mut Rng) -> f64 {
    match rng.u8(..8) {
        0 => f64::NAN,
        1 => f64::INFINITY,
        2 => -1e300,
        3 => f64::from_bits(rng.u64(..)),
        _ => rng.f64(),
    }
}

fn any_rate(rng: &mut Rng) -> f64 {
    match rng.bool() {
        true => rng.choice([44_100.0, 48_000.0, 96_000.0]).unwrap(),
        false => any_float(rng),
    }
}

/// Numbers of parameters, and of none.
fn any_param(rng: &mut Rng) -> u32 {
    let ids = ["mode", "focus", "look_ahead", "steer", "bypass", "low"];
    match rng.u8(..4) {
        0 => rng.u32(..),
        _ => crate::harness::param_id(rng.choice(ids).unwrap()),
    }
}

fn maybe<T>(rng: &mut Rng, pointer: *mut T) -> *mut T {
    if rng.u8(..4) == 0 {
        null_mut()
    } else {
        pointer
    }
}

fn any_bytes(rng: &mut Rng, state: &[u8]) -> Vec<u8> {
    let mut bytes = match rng.bool() {
        true => state.to_vec(),
        false => (0..rng.usize(..300)).map(|_| rng.u8(..)).collect(),
    };
    if let Some(byte) = rng.choice(&mut bytes) {
        *byte = rng.u8(..);
    }
    if rng.bool() {
        bytes.truncate(rng.usize(..=bytes.len()));
    }
    bytes
}

/// A thing that is used on two threads, one at a time.
struct Shared<T>(T);
// SAFETY: the plugin's interfaces allow it for many calls, and for the others the threads take turns.
unsafe impl<T> Send for Shared<T> {}
unsafe impl<T> Sync for Shared<T> {}

/// Makes `call` on this thread, or on another.
fn somewhere<T>(rng: &mut Rng, thing: &mut T, call: fn(&mut T, &mut Rng)) {
    if rng.u8(..16) > 0 {
        return call(thing, rng);
    }
    let shared = Shared((thing, rng));
    thread::scope(|scope| {
        scope.spawn(move || {
            let Shared((thing, rng)) = { shared };
            call(thing, rng);
        });
    });
}

/// A block as both formats have it.
fn any_block<I: Instance>(instance: &mut I, rng: &mut Rng) {
    let num_samples = rng.usize(..600);
    let mut channels: Vec<Vec<f32>> = (0..rng.usize(..8))
        .map(|_| (0..num_samples).map(|_| any_float(rng) as f32).collect())
        .collect();
    let mut bus = |rng: &mut Rng| {
        let mut bus = Bus::of(&mut channels);
        for channel in &mut bus.channels {
            *channel = maybe(rng, *channel);
        }
        bus.is_array_null = rng.u8(..8) == 0;
        bus
    };
    let inputs = (0..rng.usize(..3)).map(|_| bus(rng)).collect();
    let outputs = (0..rng.usize(..2)).map(|_| bus(rng)).collect();
    let changes = (0..rng.usize(..4)).map(|_| Change {
        id: any_param(rng),
        time_samples: any_int(rng),
        value: any_float(rng),
    });
    instance.process(&mut Call {
        changes: changes.collect(),
        inputs,
        outputs,
        num_samples,
        position_samples: rng.bool().then(|| rng.i64(..)),
        is_offline: rng.bool(),
    });
}

fn call_vst3(instance: &mut Vst3, rng: &mut Rng) {
    let component = instance.component.clone();
    let controller = instance.controller.clone();
    let processor = instance.processor.clone();
    let unit: ComPtr<IUnitInfo> = component.cast().unwrap();
    let listener: ComPtr<IInfoListener> = component.cast().unwrap();
    let requirements: ComPtr<IProcessContextRequirements> = component.cast().unwrap();
    let bytes = any_bytes(rng, &instance.save());
    let stream = ComWrapper::new(Stream::of(&bytes));
    let stream = stream.to_com_ptr::<IBStream>().unwrap();
    let [int, other, third] = [(); 3].map(|()| any_int(rng));
    let mut text = [0_u16; 128];
    for letter in text.iter_mut().take(rng.usize(..20)) {
        *letter = rng.u16(..);
    }
    unsafe {
        match rng.u8(..48) {
            0 => ignore(component.initialize(null_mut())),
            1 => ignore(component.terminate()),
            2 => ignore(component.setIoMode(int)),
            3 => ignore(component.getBusCount(int, other)),
            4 => {
                let mut info = zeroed();
                ignore(component.getBusInfo(int % 2, other % 2, third, maybe(rng, &mut info)));
            }
            5 => {
                let (mut input, mut output) = (zeroed(), zeroed());
                let (input, output) = (maybe(rng, &mut input), maybe(rng, &mut output));
                ignore(component.getRoutingInfo(input, output));
            }
            6 => ignore(component.activateBus(int % 2, other % 2, third, rng.u8(..))),
            7 | 8 => ignore(component.setActive(rng.u8(..2))),
            9 => ignore(component.setState(maybe(rng, stream.as_ptr()))),
            10 => ignore(component.getState(maybe(rng, stream.as_ptr()))),
            11 => {
                let mut id = zeroed();
                ignore(component.getControllerClassId(maybe(rng, &mut id)));
            }
            12 => ignore(controller.setComponentState(maybe(rng, stream.as_ptr()))),
            13 => ignore(controller.setState(maybe(rng, stream.as_ptr()))),
            14 => ignore(controller.getState(maybe(rng, stream.as_ptr()))),
            15 => ignore(controller.getParameterCount()),
            16 => {
                let mut info = zeroed();
                ignore(controller.getParameterInfo(int, maybe(rng, &mut info)));
            }
            17 => {
                let (id, value) = (any_param(rng), any_float(rng));
                let mut text = [0; 128];
                ignore(controller.getParamStringByValue(id, value, maybe(rng, &mut text)));
            }
            18 => {
                let mut value = 0.0;
                let (text, value) = (maybe(rng, text.as_mut_ptr()), maybe(rng, &mut value));
                ignore(controller.getParamValueByString(any_param(rng), text, value));
            }
            19 => ignore(controller.normalizedParamToPlain(any_param(rng), any_float(rng))),
            20 => ignore(controller.plainParamToNormalized(any_param(rng), any_float(rng))),
            21 => ignore(controller.getParamNormalized(any_param(rng))),
            22 | 23 => ignore(controller.setParamNormalized(any_param(rng), any_float(rng))),
            24 => ignore(controller.setComponentHandler(null_mut())),
            25 => {
                let name = maybe(rng, c"editor".as_ptr().cast_mut());
                ignore(ComPtr::from_raw(controller.createView(name)));
            }
            26 | 27 => {
                let (mut inputs, mut output) = ([rng.u64(..), 3], rng.u64(..));
                if rng.bool() {
                    (inputs[0], output) = (63, 63);
                }
                let (num_inputs, num_outputs) = (rng.i32(-1..3), rng.i32(-1..2));
                let inputs = maybe(rng, inputs.as_mut_ptr());
                let outputs = maybe(rng, &mut output);
                ignore(processor.setBusArrangements(inputs, num_inputs, outputs, num_outputs));
            }
            28 => {
                let mut mask = 0;
                ignore(processor.getBusArrangement(int % 2, other, maybe(rng, &mut mask)));
            }
            29 => ignore(processor.canProcessSampleSize(int)),
            30 => ignore(processor.getLatencySamples()),
            31 | 32 => {
                let mut setup = ProcessSetup {
                    processMode: int,
                    symbolicSampleSize: other % 2,
                    maxSamplesPerBlock: third,
                    sampleRate: any_rate(rng),
                };
                ignore(processor.setupProcessing(maybe(rng, &mut setup)));
            }
            33 => ignore(processor.setProcessing(rng.u8(..2))),
            34 => ignore(processor.process(null_mut())),
            35 => {
                let mut data: ProcessData = zeroed();
                data.numSamples = int;
                data.symbolicSampleSize = other;
                data.numInputs = third;
                data.numOutputs = any_int(rng);
                ignore(processor.process(&mut data));
            }
            36..=38 => any_block(instance, rng),
            39 => ignore(processor.getTailSamples()),
            40 => ignore(requirements.getProcessContextRequirements()),
            41 => {
                let mut info = zeroed();
                ignore(unit.getUnitInfo(int, maybe(rng, &mut info)));
                ignore(unit.getUnitCount());
                ignore(unit.getProgramListCount());
            }
            42 => {
                let mut info = zeroed();
                ignore(unit.getProgramListInfo(int, maybe(rng, &mut info)));
            }
            43 => {
                let mut name = [0; 128];
                ignore(unit.getProgramName(int, other, maybe(rng, &mut name)));
                let attribute = maybe(rng, c"a".as_ptr().cast_mut());
                ignore(unit.getProgramInfo(int, other, attribute, maybe(rng, &mut name)));
                ignore(unit.getProgramPitchName(int, other, 3, maybe(rng, &mut name)));
                ignore(unit.hasProgramPitchNames(int, other));
            }
            44 => {
                ignore(unit.getSelectedUnit());
                ignore(unit.selectUnit(int));
                ignore(unit.setUnitProgramData(int, other, maybe(rng, stream.as_ptr())));
            }
            45 => {
                let mut id = 0;
                ignore(unit.getUnitByBus(int % 2, other % 2, third, 0, maybe(rng, &mut id)));
            }
            46 => ignore(listener.setChannelContextInfos(null_mut())),
            _ => call_vst3_factory(rng),
        }
    }
}

fn call_vst3_factory(rng: &mut Rng) {
    let factory = GetPluginFactory().cast::<IPluginFactory>();
    unsafe {
        let factory = ComPtr::from_raw(factory).unwrap();
        let second: ComPtr<IPluginFactory2> = factory.cast().unwrap();
        let third: ComPtr<IPluginFactory3> = factory.cast().unwrap();
        let index = any_int(rng);
        let (mut info, mut info_2, mut info_w) = (zeroed(), zeroed(), zeroed());
        let mut about = zeroed();
        factory.getFactoryInfo(maybe(rng, &mut about));
        factory.countClasses();
        factory.getClassInfo(index, maybe(rng, &mut info));
        second.getClassInfo2(index, maybe(rng, &mut info_2));
        third.getClassInfoUnicode(index, maybe(rng, &mut info_w));
        third.setHostContext(null_mut());
        let class = match rng.bool() {
            true => class_id(&factory),
            false => *b"NoClashWhatever1",
        };
        let class = maybe(rng, class.as_ptr().cast_mut()).cast();
        let interface = match rng.bool() {
            true => FUnknown::IID,
            false => [rng.u8(..); 16],
        };
        let interface = maybe(rng, interface.as_ptr().cast_mut()).cast();
        let mut object = null_mut();
        let result = factory.createInstance(class, interface, maybe(rng, &mut object));
        assert!(result != 0 || !object.is_null());
        drop(ComPtr::from_raw(object.cast::<FUnknown>()));
    }
}

#[test]
fn no_call_of_vst3_ends_the_host() {
    let mut rng = Rng::with_seed(14);
    for _ in 0..num_calls() / CALLS_OF_AN_INSTANCE {
        let mut instance = Vst3::new();
        for _ in 0..CALLS_OF_AN_INSTANCE {
            somewhere(&mut rng, &mut instance, call_vst3);
        }
        // It still works.
        unsafe { instance.component.setActive(0) };
        assert!(instance.set_buses(FIVE_ONE, MONO));
        assert!(instance.activate(48_000.0, 512));
        assert!(instance.process(&mut Call::default()));
    }
}

unsafe extern "C" fn read_some(stream: *const clap_istream, to: *mut c_void, num: u64) -> i64 {
    let bytes = unsafe { &mut *(*stream).ctx.cast::<Vec<u8>>() };
    let num = bytes.len().min(num as usize).min(100);
    unsafe { bytes.as_ptr().copy_to_nonoverlapping(to.cast(), num) };
    bytes.drain(..num);
    num as i64
}

unsafe extern "C" fn write_some(_: *const clap_ostream, _: *const c_void, num: u64) -> i64 {
    num.min(100) as i64
}

unsafe extern "C" fn fail_to_write(_: *const clap_ostream, _: *const c_void, _: u64) -> i64 {
    -1
}

fn call_clap(instance: &mut Clap, rng: &mut Rng) {
    let p = instance.plugin();
    let plugin = maybe(rng, p.cast_mut()).cast_const();
    let [int, other] = [(); 2].map(|()| any_int(rng) as u32);
    let mut bytes = any_bytes(rng, &instance.save());
    let functions = unsafe { &*p };
    // Which the functions that an extension has; the plugin has all of these.
    macro_rules! call {
        ($id:ident, $type:ident, $function:ident($($argument:expr),*)) => {{
            let extension: &$type = instance.extension($id);
            let function = extension.$function.unwrap();
            ignore(function(plugin $(, $argument)*));
        }};
    }
    unsafe {
        match rng.u8(..40) {
            0 => {
                let rate = any_rate(rng);
                instance.note_activity(functions.activate.unwrap()(plugin, rate, int, other));
            }
            1 => {
                functions.deactivate.unwrap()(plugin);
            }
            2 => ignore(functions.start_processing.unwrap()(plugin)),
            3 => functions.stop_processing.unwrap()(plugin),
            4 => functions.reset.unwrap()(plugin),
            5 => ignore(functions.process.unwrap()(plugin, null())),
            6 => {
                let mut process: clap_process = zeroed();
                process.frames_count = int % 5000;
                process.audio_inputs_count = other;
                process.audio_outputs_count = int;
                process.steady_time = rng.i64(..);
                ignore(functions.process.unwrap()(plugin, &process));
            }
            7 => {
                let id = c"clap.nothing".as_ptr().cast_mut();
                ignore(functions.get_extension.unwrap()(plugin, maybe(rng, id)));
            }
            8 => functions.on_main_thread.unwrap()(plugin),
            9..=11 => any_block(instance, rng),
            12 => call!(
                CLAP_EXT_AUDIO_PORTS,
                clap_plugin_audio_ports,
                count(rng.bool())
            ),
            13 => {
                let mut info = zeroed();
                let info = maybe(rng, &mut info);
                call!(
                    CLAP_EXT_AUDIO_PORTS,
                    clap_plugin_audio_ports,
                    get(int, rng.bool(), info)
                );
            }
            14 => call!(
                CLAP_EXT_AUDIO_PORTS_CONFIG,
                clap_plugin_audio_ports_config,
                count()
            ),
            15 => {
                let mut info = zeroed();
                let info = maybe(rng, &mut info);
                call!(
                    CLAP_EXT_AUDIO_PORTS_CONFIG,
                    clap_plugin_audio_ports_config,
                    get(int, info)
                );
            }
            16 => call!(
                CLAP_EXT_AUDIO_PORTS_CONFIG,
                clap_plugin_audio_ports_config,
                select(int)
            ),
            17 => {
                let mut request = zeroed::<
                    clap_sys::ext::configurable_audio_ports::clap_audio_port_configuration_request,
                >();
                request.is_input = rng.bool();
                request.port_index = int;
                request.channel_count = other;
                let request = maybe(rng, &mut request);
                let num = u32::from(rng.bool());
                call!(
                    CLAP_EXT_CONFIGURABLE_AUDIO_PORTS,
                    clap_plugin_configurable_audio_ports,
                    can_apply_configuration(request, num)
                );
                call!(
                    CLAP_EXT_CONFIGURABLE_AUDIO_PORTS,
                    clap_plugin_configurable_audio_ports,
                    apply_configuration(request, num)
                );
            }
            18 => call!(
                CLAP_EXT_SURROUND,
                clap_plugin_surround,
                is_channel_mask_supported(rng.u64(..))
            ),
            19 => {
                let mut map = [0_u8; 32];
                let map = maybe(rng, map.as_mut_ptr());
                let room = int.min(32);
                call!(
                    CLAP_EXT_SURROUND,
                    clap_plugin_surround,
                    get_channel_map(rng.bool(), other, map, room)
                );
            }
            20 => call!(CLAP_EXT_LATENCY, clap_plugin_latency, get()),
            21 => call!(CLAP_EXT_TAIL, clap_plugin_tail, get()),
            22 => call!(CLAP_EXT_PARAMS, clap_plugin_params, count()),
            23 | 24 => {
                let mut info = zeroed();
                let info = maybe(rng, &mut info);
                call!(CLAP_EXT_PARAMS, clap_plugin_params, get_info(int, info));
            }
            25 => {
                let mut value = 0.0;
                let value = maybe(rng, &mut value);
                call!(
                    CLAP_EXT_PARAMS,
                    clap_plugin_params,
                    get_value(any_param(rng), value)
                );
            }
            26 | 27 => {
                let mut text = [0 as c_char; 64];
                let text = maybe(rng, text.as_mut_ptr());
                let (id, value, size) = (any_param(rng), any_float(rng), rng.u32(..=64));
                call!(
                    CLAP_EXT_PARAMS,
                    clap_plugin_params,
                    value_to_text(id, value, text, size)
                );
            }
            28 => {
                let mut text: Vec<c_char> = (0..rng.usize(..20)).map(|_| rng.i8(..)).collect();
                text.push(0);
                let mut value = 0.0;
                let (text, value) = (maybe(rng, text.as_mut_ptr()), maybe(rng, &mut value));
                call!(
                    CLAP_EXT_PARAMS,
                    clap_plugin_params,
                    text_to_value(any_param(rng), text, value)
                );
            }
            29 => call!(
                CLAP_EXT_PARAMS,
                clap_plugin_params,
                flush(null::<clap_input_events>(), null::<clap_output_events>())
            ),
            30 => call!(
                CLAP_EXT_REMOTE_CONTROLS,
                clap_plugin_remote_controls,
                count()
            ),
            31 => {
                let mut page = zeroed();
                let page = maybe(rng, &mut page);
                call!(
                    CLAP_EXT_REMOTE_CONTROLS,
                    clap_plugin_remote_controls,
                    get(int, page)
                );
            }
            32 => call!(
                CLAP_EXT_RENDER,
                clap_plugin_render,
                has_hard_realtime_requirement()
            ),
            33 => call!(CLAP_EXT_RENDER, clap_plugin_render, set(int as i32)),
            34 | 35 => {
                let mut stream = clap_istream {
                    ctx: (&raw mut bytes).cast(),
                    read: Some(read_some),
                };
                if rng.bool() {
                    let length = bytes.len() as u64;
                    bytes.splice(..0, length.to_le_bytes());
                }
                let stream = maybe(rng, &mut stream);
                call!(CLAP_EXT_STATE, clap_plugin_state, load(stream));
            }
            36 => {
                let mut stream = clap_ostream {
                    ctx: null_mut(),
                    write: Some(match rng.bool() {
                        true => write_some,
                        false => fail_to_write,
                    }),
                };
                let stream = maybe(rng, &mut stream);
                call!(CLAP_EXT_STATE, clap_plugin_state, save(stream));
            }
            37 => call!(CLAP_EXT_TRACK_INFO, clap_plugin_track_info, changed()),
            _ => call_clap_factory(rng, plugin),
        }
    }
}

fn call_clap_factory(rng: &mut Rng, _plugin: *const clap_plugin) {
    unsafe {
        let id = maybe(rng, CLAP_PLUGIN_FACTORY_ID.as_ptr().cast_mut());
        let factory = clap_entry.get_factory.unwrap()(id).cast::<clap_plugin_factory>();
        assert_eq!(factory.is_null(), id.is_null());
        clap_entry.get_factory.unwrap()(c"nothing".as_ptr());
        let factory = clap_entry.get_factory.unwrap()(CLAP_PLUGIN_FACTORY_ID.as_ptr());
        let factory = &*factory.cast::<clap_plugin_factory>();
        factory.get_plugin_count.unwrap()(factory);
        factory.get_plugin_descriptor.unwrap()(factory, any_int(rng) as u32);
        let id = maybe(rng, c"audio.underscore.clash".as_ptr().cast_mut());
        let made = factory.create_plugin.unwrap()(factory, null(), id);
        assert!(made.is_null());
    }
}

#[test]
fn no_call_of_clap_ends_the_host() {
    let mut rng = Rng::with_seed(14);
    for _ in 0..num_calls() / CALLS_OF_AN_INSTANCE {
        let mut instance = Clap::new();
        for _ in 0..CALLS_OF_AN_INSTANCE {
            somewhere(&mut rng, &mut instance, call_clap);
        }
        instance.deactivate();
        assert!(instance.set_buses(STEREO, MONO));
        assert!(instance.activate(48_000.0, 512));
        assert!(instance.process(&mut Call::default()));
    }
}
