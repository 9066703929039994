//! VST3 hosts that set, read and save values in whatever state they are in: what was set last is what they
//! read, what they save, and what is heard.

use std::cell::{Cell, RefCell};
use std::ptr::null_mut;
use std::rc::Rc;
use std::thread::{self, ThreadId};

use underscore::plugin::GetPluginFactory;
use vst3::Steinberg::Linux::ITimerHandlerTrait;
use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandlerTrait, IComponentTrait, IEditControllerTrait, ParamID,
    ParamValue, RestartFlags_,
};
use vst3::Steinberg::{
    FUnknown, IBStream, IBStreamTrait, IPluginBaseTrait, IPluginFactory, kNotImplemented,
    kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComWrapper};

use crate::harness::*;
use crate::run_loop::{RunLoop, Timers};
use crate::signals::assert_same;
use crate::vst3_instance::Vst3;
use test_support::noise::noise;

/// A block of silence, with changes.
fn process(instance: &mut Vst3, num_samples: usize, changes: Vec<Change>, is_offline: bool) {
    let mut music = vec![vec![0.0; num_samples]; 2];
    let bus = Bus::of(&mut music);
    assert!(instance.process(&mut Call {
        inputs: vec![bus.clone()],
        outputs: vec![bus],
        num_samples,
        changes,
        is_offline,
        ..Call::default()
    }));
}

fn set_in_ui(instance: &Vst3, id: &str, value: f64) {
    let result = unsafe { instance.controller.setParamNormalized(param_id(id), value) };
    assert_eq!(result, kResultOk);
}

fn is_saved_as_duck(instance: &Vst3) -> bool {
    let state = String::from_utf8(instance.save()).unwrap();
    state.contains(r#""duck""#)
}

/// What a host calls to come into a state.
type Prepare = fn(&mut Vst3);

/// In each of these a host has processing on, or not.
#[test]
fn a_value_is_read_and_saved_as_it_was_set_in_every_state_of_the_host() {
    let point = |value| Change {
        id: param_id("mode"),
        time_samples: 0,
        value,
    };
    let states: [(&str, Prepare); 5] = [
        ("new", |_| {}),
        ("active, no block yet", |instance| {
            assert!(instance.activate(48_000.0, 512));
        }),
        ("playing", |instance| {
            assert!(instance.activate(48_000.0, 512));
            process(instance, 512, vec![], false);
        }),
        ("stopped", |instance| {
            assert!(instance.activate(48_000.0, 512));
            process(instance, 512, vec![], false);
            instance.deactivate();
        }),
        ("offline", |instance| {
            assert!(instance.activate(48_000.0, 512));
            process(instance, 512, vec![], true);
        }),
    ];
    for (state, prepare) in states {
        let mut instance = Vst3::new();
        prepare(&mut instance);
        for value in [1.0, 0.0, 1.0] {
            set_in_ui(&instance, "mode", value);
            assert_eq!(instance.param(param_id("mode")), value, "{state}");
            assert_eq!(is_saved_as_duck(&instance), value == 1.0, "{state}");
        }
    }
    // And of a parameter that the lists have just moved.
    for is_offline in [false, true] {
        let mut instance = Vst3::new();
        assert!(instance.activate(48_000.0, 512));
        process(&mut instance, 512, vec![point(1.0)], is_offline);
        set_in_ui(&instance, "mode", 0.0);
        assert_eq!(instance.param(param_id("mode")), 0.0);
        assert!(!is_saved_as_duck(&instance));
        process(&mut instance, 512, vec![], is_offline);
        assert_eq!(instance.param(param_id("mode")), 0.0);
    }
}

#[test]
fn a_value_set_while_nothing_is_processed_is_heard_from_the_next_block_on() {
    let mut instance = Vst3::new();
    assert!(instance.activate(48_000.0, 512));
    process(&mut instance, 512, vec![], false);
    // The third of the five: 10 ms.
    set_in_ui(&instance, "look_ahead", 0.5);
    let mut music = vec![vec![0.0; 1024]; 2];
    process(&mut instance, 4800, vec![], false);
    music[0][0] = 1.0;
    let bus = Bus::of(&mut music);
    assert!(instance.process(&mut Call {
        inputs: vec![bus.clone()],
        outputs: vec![bus],
        num_samples: 1024,
        ..Call::default()
    }));
    assert_eq!(music[0].iter().position(|&x| x == 1.0), Some(480));
}

/// What the lists say, late: as hosts repeat it to the UI thread, so that it shows what plays.
#[test]
fn values_repeated_to_the_ui_thread_change_no_sample_of_an_automated_pass() {
    let run = |is_repeated: bool| {
        let mut instance: Vst3 = ducking(STEREO, MONO, 512);
        let mut dialogue = vec![crate::signals::speech()];
        let num_samples = dialogue[0].len();
        let mut music = noise(2, num_samples, 11);
        for start in (0..num_samples).step_by(512) {
            let end = (start + 512).min(num_samples);
            let block = |channels: &mut Vec<Vec<f32>>| Bus {
                channels: channels
                    .iter_mut()
                    .map(|channel| channel[start..end].as_mut_ptr())
                    .collect(),
                is_array_null: false,
            };
            let ramp = |start: usize| (start as f64 / num_samples as f64).min(1.0);
            let bus = block(&mut music);
            assert!(instance.process(&mut Call {
                inputs: vec![bus.clone(), block(&mut dialogue)],
                outputs: vec![bus],
                num_samples: end - start,
                changes: vec![Change {
                    id: param_id("max_cut"),
                    time_samples: 100,
                    value: ramp(start),
                }],
                is_offline: start > num_samples / 2,
                ..Call::default()
            }));
            if is_repeated {
                set_in_ui(&instance, "max_cut", ramp(start.saturating_sub(5 * 512)));
            }
        }
        music
    };
    assert_same(&run(true), &run(false), "with late echoes");
}

/// A host's stream that can only be read, from its start to its end.
struct OneWay {
    bytes: RefCell<Vec<u8>>,
}

impl Class for OneWay {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for OneWay {
    unsafe fn read(
        &self,
        to: *mut std::ffi::c_void,
        num_bytes: i32,
        num_read: *mut i32,
    ) -> tresult {
        let mut bytes = self.bytes.borrow_mut();
        let num = bytes.len().min(num_bytes as usize).min(100);
        unsafe {
            bytes.as_ptr().copy_to_nonoverlapping(to.cast(), num);
            *num_read = num as i32;
        }
        bytes.drain(..num);
        if num > 0 { kResultOk } else { kResultFalse }
    }

    unsafe fn write(&self, _: *mut std::ffi::c_void, _: i32, _: *mut i32) -> tresult {
        kNotImplemented
    }

    unsafe fn seek(&self, _: i64, _: i32, _: *mut i64) -> tresult {
        kNotImplemented
    }

    unsafe fn tell(&self, _: *mut i64) -> tresult {
        kNotImplemented
    }
}

#[test]
fn a_state_is_loaded_from_a_stream_that_can_neither_seek_nor_tell() {
    let saved = Vst3::new();
    for (id, value) in [("mode", 1.0), ("focus", 0.25), ("steer", 1.0)] {
        set_in_ui(&saved, id, value);
    }
    let loaded = Vst3::new();
    let stream = ComWrapper::new(OneWay {
        bytes: RefCell::new(saved.save()),
    });
    let stream = stream.to_com_ptr::<IBStream>().unwrap();
    assert_eq!(
        unsafe { loaded.component.setState(stream.as_ptr()) },
        kResultOk
    );
    assert_eq!(loaded.save(), saved.save());
    assert_ne!(loaded.save(), Vst3::new().save());
}

/// A host that offers a run loop and hears of restarts.
#[derive(Default)]
struct Host {
    timers: Timers,
    restarts: Rc<RefCell<Vec<(i32, ThreadId)>>>,
    /// Restarts that came while the host was calling `setActive`.
    num_nested: Rc<Cell<u32>>,
    is_activating: Rc<Cell<bool>>,
}

struct Handler {
    restarts: Rc<RefCell<Vec<(i32, ThreadId)>>>,
    num_nested: Rc<Cell<u32>>,
    is_activating: Rc<Cell<bool>>,
}

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, _: ParamID) -> tresult {
        kResultOk
    }

    unsafe fn performEdit(&self, _: ParamID, _: ParamValue) -> tresult {
        kResultOk
    }

    unsafe fn endEdit(&self, _: ParamID) -> tresult {
        kResultOk
    }

    unsafe fn restartComponent(&self, flags: i32) -> tresult {
        let restart = (flags, thread::current().id());
        self.restarts.borrow_mut().push(restart);
        let is_nested = u32::from(self.is_activating.get());
        self.num_nested.set(self.num_nested.get() + is_nested);
        kResultOk
    }
}

impl Host {
    fn run_loop(&self) -> ComPtr<FUnknown> {
        let run_loop = ComWrapper::new(RunLoop(self.timers.clone()));
        run_loop.to_com_ptr::<FUnknown>().unwrap()
    }

    fn handler(&self) -> ComPtr<IComponentHandler> {
        let handler = ComWrapper::new(Handler {
            restarts: self.restarts.clone(),
            num_nested: self.num_nested.clone(),
            is_activating: self.is_activating.clone(),
        });
        handler.to_com_ptr().unwrap()
    }

    fn take_over(&self, instance: &Vst3) {
        let handler = self.handler();
        let result = unsafe { instance.controller.setComponentHandler(handler.as_ptr()) };
        assert_eq!(result, kResultOk);
    }

    fn run_timers(&self) {
        let timers = self.timers.borrow().clone();
        for timer in timers {
            unsafe { timer.onTimer() };
        }
    }

    /// The restarts since the last call.
    fn restarts(&self) -> Vec<(i32, ThreadId)> {
        std::mem::take(&mut self.restarts.borrow_mut())
    }
}

/// Changes the look-ahead, 0 to 4, in a block on another thread.
fn change_on_the_audio_thread(instance: &mut Vst3, step: u32) {
    struct OnItsWay<'a>(&'a mut Vst3);
    // SAFETY: no two threads use it at once.
    unsafe impl Send for OnItsWay<'_> {}
    let on_its_way = OnItsWay(instance);
    thread::scope(|scope| {
        scope.spawn(move || {
            let OnItsWay(instance) = { on_its_way };
            let change = Change {
                id: param_id("look_ahead"),
                time_samples: 0,
                value: f64::from(step) / 4.0,
            };
            process(instance, 512, vec![change], false);
        });
    });
}

fn latency_changed() -> (i32, ThreadId) {
    (RestartFlags_::kLatencyChanged, thread::current().id())
}

#[test]
fn another_latency_is_told_once_on_the_ui_thread() {
    let host = Host::default();
    let mut instance = Vst3::new();
    let run_loop = host.run_loop();
    assert_eq!(
        unsafe { instance.component.initialize(run_loop.as_ptr()) },
        kResultOk
    );
    assert_eq!(host.timers.borrow().len(), 1);
    host.take_over(&instance);
    host.is_activating.set(true);
    assert!(instance.activate(48_000.0, 512));
    host.is_activating.set(false);
    assert_eq!(instance.latency_samples(), 0);
    change_on_the_audio_thread(&mut instance, 2);
    assert_eq!(host.restarts(), []);
    host.run_timers();
    assert_eq!(host.restarts(), [latency_changed()]);
    assert_eq!(instance.latency_samples(), 480);
    host.run_timers();
    assert_eq!(host.restarts(), []);
    // The host takes it over: nothing new to tell, and nothing within `setActive`.
    instance.deactivate();
    set_in_ui(&instance, "look_ahead", 1.0);
    host.is_activating.set(true);
    assert!(instance.activate(48_000.0, 512));
    host.is_activating.set(false);
    assert_eq!(instance.latency_samples(), 1920);
    host.run_timers();
    assert_eq!(host.restarts(), []);
    assert_eq!(host.num_nested.get(), 0);
    // A host that doesn't read it by itself is told.
    instance.deactivate();
    set_in_ui(&instance, "look_ahead", 0.0);
    assert!(instance.activate(48_000.0, 512));
    host.run_timers();
    assert_eq!(host.restarts(), [latency_changed()]);
    unsafe { instance.component.terminate() };
    assert!(host.timers.borrow().is_empty());
}

#[test]
fn a_run_loop_of_the_factory_serves_all_its_instances() {
    let host = Host::default();
    let factory = GetPluginFactory().cast::<IPluginFactory>();
    let factory = unsafe { ComPtr::from_raw(factory) }.unwrap();
    let with_context: ComPtr<vst3::Steinberg::IPluginFactory3> = factory.cast().unwrap();
    let run_loop = host.run_loop();
    let result = unsafe {
        vst3::Steinberg::IPluginFactory3Trait::setHostContext(&with_context, run_loop.as_ptr())
    };
    assert_eq!(result, kResultOk);
    let instances = [Vst3::of(&factory), Vst3::of(&factory)];
    assert_eq!(host.timers.borrow().len(), 2);
    drop(instances);
    assert!(host.timers.borrow().is_empty());
}

#[test]
fn without_a_run_loop_the_host_is_told_in_its_own_next_call_on_the_ui_thread() {
    let host = Host::default();
    // Instances that come, change their latency and go leave those that stay alone.
    for step in 0..20 {
        let mut instance = Vst3::new();
        host.take_over(&instance);
        assert!(instance.activate(48_000.0, 512));
        change_on_the_audio_thread(&mut instance, 1 + step % 4);
    }
    assert_eq!(host.restarts(), []);
    let mut instance = Vst3::new();
    host.take_over(&instance);
    assert!(instance.activate(48_000.0, 512));
    change_on_the_audio_thread(&mut instance, 2);
    assert_eq!(host.restarts(), []);
    set_in_ui(&instance, "focus", 0.5);
    assert_eq!(host.restarts(), [latency_changed()]);
    change_on_the_audio_thread(&mut instance, 2);
    assert!(instance.load(&instance.save()));
    assert_eq!(host.restarts(), []);
    // A state that is loaded on another thread tells nobody there.
    let state = instance.save();
    struct OnItsWay<'a>(&'a Vst3);
    // SAFETY: no two threads use it at once.
    unsafe impl Send for OnItsWay<'_> {}
    process(&mut instance, 48_000, vec![], false);
    change_on_the_audio_thread(&mut instance, 4);
    let on_its_way = OnItsWay(&instance);
    thread::scope(|scope| {
        scope.spawn(|| {
            let OnItsWay(instance) = { on_its_way };
            assert!(instance.load(&state));
        });
    });
    assert_eq!(host.restarts(), []);
    set_in_ui(&instance, "focus", 0.25);
    assert_eq!(host.restarts(), [latency_changed()]);
    assert_eq!(
        unsafe { instance.controller.setComponentHandler(null_mut()) },
        kResultOk
    );
}

/// A lane that goes up and down all the time: the host would do nothing but stop and start the plugin.
#[test]
fn an_automated_look_ahead_changes_at_most_once_a_second() {
    for block_samples in [64, 512, 4800] {
        let mut instance = Vst3::new();
        assert!(instance.activate(48_000.0, 512));
        process(&mut instance, 512, vec![], false);
        let mut latencies = vec![0];
        for start in (0..96_000_usize).step_by(block_samples) {
            let step = start / 4800 % 5;
            let change = Change {
                id: param_id("look_ahead"),
                time_samples: 0,
                value: step as f64 / 4.0,
            };
            process(&mut instance, block_samples, vec![change], false);
            let latency = instance.latency_samples();
            if latencies.last() != Some(&latency) {
                latencies.push(latency);
            }
        }
        assert_eq!(latencies.len(), 3, "{latencies:?}");
        process(&mut instance, 96_000, vec![], false);
        assert_eq!(instance.latency_samples(), 1920);
    }
}
