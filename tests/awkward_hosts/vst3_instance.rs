//! A small VST3 host.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem::zeroed;
use std::ptr::{null, null_mut};

use underscore::plugin::GetPluginFactory;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, BusDirections_, FrameRate, IAudioProcessor,
    IAudioProcessorTrait, IComponent, IComponentTrait, IEditController, IEditControllerTrait,
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID,
    ParamValue, ProcessContext, ProcessContext_::StatesAndFlags_, ProcessData, ProcessModes_,
    ProcessSetup, SymbolicSampleSizes_,
};
use vst3::Steinberg::{
    IBStream, IBStream_::IStreamSeekMode_, IBStreamTrait, IPluginBaseTrait, IPluginFactory,
    IPluginFactoryTrait, PClassInfo, kInvalidArgument, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComWrapper, Interface};

use crate::audio_thread::on_the_audio_thread;
use crate::harness::{Bus, Call, Change, Instance, Speakers};

const INPUT: i32 = BusDirections_::kInput as i32;
const OUTPUT: i32 = BusDirections_::kOutput as i32;
pub const SAMPLE_32: i32 = SymbolicSampleSizes_::kSample32 as i32;

/// Musical time, tempo, meter and timecode are there.
const SAYS_ALL: u32 = 1 << 9 | 1 << 10 | 1 << 13 | 1 << 14;

/// One instance.
pub struct Vst3 {
    pub component: ComPtr<IComponent>,
    pub processor: ComPtr<IAudioProcessor>,
    pub controller: ComPtr<IEditController>,
}

pub fn mask(speakers: &[u8]) -> u64 {
    speakers.iter().fold(0, |mask, bit| mask | 1 << bit)
}

/// The plugin's number, as the factory says it: Windows has its first half in the order of COM.
pub fn class_id(factory: &ComPtr<IPluginFactory>) -> [u8; 16] {
    let mut info = unsafe { zeroed::<PClassInfo>() };
    assert_eq!(unsafe { factory.getClassInfo(0, &mut info) }, kResultOk);
    info.cid.map(|byte| byte as u8)
}

impl Vst3 {
    fn arrangement(&self, direction: i32, index: i32) -> Vec<u8> {
        let mut mask = u64::MAX;
        let result = unsafe {
            self.processor
                .getBusArrangement(direction, index, &mut mask)
        };
        assert_eq!(result, kResultOk);
        // The other place where a host reads the number of channels says the same.
        let mut info = unsafe { zeroed() };
        let result = unsafe { self.component.getBusInfo(0, direction, index, &mut info) };
        assert_eq!(result, kResultOk);
        assert_eq!(info.channelCount as u32, mask.count_ones());
        (0..64).filter(|bit| mask >> bit & 1 != 0).collect()
    }

    /// An instance of this factory's.
    pub fn of(factory: &ComPtr<IPluginFactory>) -> Self {
        let mut component = null_mut();
        let class_id = class_id(factory);
        let result = unsafe {
            factory.createInstance(
                class_id.as_ptr().cast(),
                IComponent::IID.as_ptr().cast(),
                &mut component,
            )
        };
        assert_eq!(result, kResultOk);
        let component = unsafe { ComPtr::from_raw(component.cast::<IComponent>()) }.unwrap();
        assert_eq!(unsafe { component.initialize(null_mut()) }, kResultOk);
        Self {
            processor: component.cast().unwrap(),
            controller: component.cast().unwrap(),
            component,
        }
    }

    pub fn latency_samples(&self) -> u32 {
        unsafe { self.processor.getLatencySamples() }
    }

    /// The plugin without `setupProcessing`.
    pub fn set_up(&self, sample_rate_hz: f64, max_block_samples: u32) -> tresult {
        let mut setup = ProcessSetup {
            processMode: ProcessModes_::kRealtime as i32,
            symbolicSampleSize: SAMPLE_32,
            maxSamplesPerBlock: max_block_samples as i32,
            sampleRate: sample_rate_hz,
        };
        unsafe { self.processor.setupProcessing(&mut setup) }
    }
}

impl Instance for Vst3 {
    const VALUES_ARE_PLACES: bool = false;

    fn new() -> Self {
        let factory = GetPluginFactory().cast::<IPluginFactory>();
        Self::of(&unsafe { ComPtr::from_raw(factory) }.unwrap())
    }

    fn set_buses(&mut self, music: Speakers, dialogue: Speakers) -> bool {
        let mut inputs = [mask(music), mask(dialogue)];
        let mut output = mask(music);
        let result = unsafe {
            self.processor
                .setBusArrangements(inputs.as_mut_ptr(), 2, &mut output, 1)
        };
        result == kResultOk
    }

    fn buses(&self) -> [Vec<u8>; 3] {
        [(INPUT, 0), (OUTPUT, 0), (INPUT, 1)].map(|(dir, idx)| self.arrangement(dir, idx))
    }

    fn activate(&mut self, sample_rate_hz: f64, max_block_samples: u32) -> bool {
        let result = self.set_up(sample_rate_hz, max_block_samples);
        let result = result | unsafe { self.component.setActive(1) };
        result | unsafe { self.processor.setProcessing(1) } == kResultOk
    }

    fn deactivate(&mut self) {
        unsafe {
            self.processor.setProcessing(0);
            assert_eq!(self.component.setActive(0), kResultOk);
        }
    }

    fn reset(&mut self) {
        unsafe {
            self.processor.setProcessing(0);
            assert_eq!(self.processor.setProcessing(1), kResultOk);
        }
    }

    fn process(&mut self, call: &mut Call) -> bool {
        let bus = |bus: &mut Bus| AudioBusBuffers {
            numChannels: bus.channels.len() as i32,
            // What is left from another block.
            silenceFlags: u64::MAX,
            __field0: AudioBusBuffers__type0 {
                channelBuffers32: bus.array(),
            },
        };
        let mut inputs: Vec<_> = call.inputs.iter_mut().map(bus).collect();
        let mut outputs: Vec<_> = call.outputs.iter_mut().map(bus).collect();
        let array = |buses: &mut Vec<AudioBusBuffers>| match buses.is_empty() {
            true => null_mut(),
            false => buses.as_mut_ptr(),
        };
        let changes = ComWrapper::new(Changes::new(&call.changes));
        let changes = changes.to_com_ptr::<IParameterChanges>().unwrap();
        let mut context: ProcessContext = unsafe { zeroed() };
        context.sampleRate = 48_000.0;
        if let Some(position) = call.position_samples {
            #[allow(clippy::unnecessary_cast, reason = "it is signed on Windows")]
            let playing = StatesAndFlags_::kPlaying as u32;
            context.state = playing | SAYS_ALL;
            context.projectTimeSamples = position;
            context.projectTimeMusic = position as f64 / 24_000.0;
            context.tempo = 120.0;
            (context.timeSigNumerator, context.timeSigDenominator) = (4, 4);
            context.frameRate = FrameRate {
                framesPerSecond: 24,
                flags: 1,
            };
        }
        let mut data = ProcessData {
            processMode: match call.is_offline {
                true => ProcessModes_::kOffline as i32,
                false => ProcessModes_::kRealtime as i32,
            },
            symbolicSampleSize: SAMPLE_32,
            numSamples: call.num_samples as i32,
            numInputs: inputs.len() as i32,
            numOutputs: outputs.len() as i32,
            inputs: array(&mut inputs),
            outputs: array(&mut outputs),
            inputParameterChanges: changes.as_ptr(),
            outputParameterChanges: null_mut(),
            inputEvents: null_mut(),
            outputEvents: null_mut(),
            processContext: &mut context,
        };
        let result = on_the_audio_thread(|| unsafe { self.processor.process(&mut data) });
        // A host that believes the flags hears the music all the same.
        let has_audio = call.num_samples > 0
            && call.outputs.first().is_some_and(|output| {
                !output.is_array_null && output.channels.iter().any(|x| !x.is_null())
            });
        if has_audio && result == kResultOk {
            assert_eq!(outputs[0].silenceFlags, 0);
        }
        result == kResultOk
    }

    fn param(&self, id: u32) -> f64 {
        unsafe { self.controller.getParamNormalized(id) }
    }

    fn save(&self) -> Vec<u8> {
        let stream = ComWrapper::new(Stream::default());
        let pointer = stream.to_com_ptr::<IBStream>().unwrap();
        let result = unsafe { self.component.getState(pointer.as_ptr()) };
        assert_eq!(result, kResultOk);
        stream.bytes.take()
    }

    fn load(&self, state: &[u8]) -> bool {
        let stream = ComWrapper::new(Stream::of(state));
        let pointer = stream.to_com_ptr::<IBStream>().unwrap();
        let result = unsafe { self.component.setState(pointer.as_ptr()) };
        result == kResultOk
    }

    fn flush(&mut self, changes: Vec<Change>) {
        // A host may do this before it activates, but not before it sets up.
        self.set_up(48_000.0, 512);
        assert!(self.process(&mut Call {
            changes,
            ..Call::default()
        }));
    }
}

impl Drop for Vst3 {
    fn drop(&mut self) {
        unsafe {
            self.component.setActive(0);
            self.component.terminate();
        }
    }
}

/// A list with one queue a change.
struct Changes(Vec<ComPtr<IParamValueQueue>>);

impl Changes {
    fn new(changes: &[Change]) -> Self {
        let mut ids: Vec<u32> = changes.iter().map(|change| change.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let queue = |id| {
            let points = changes.iter().copied().filter(|change| change.id == id);
            let queue = ComWrapper::new(Queue(points.collect()));
            queue.to_com_ptr::<IParamValueQueue>().unwrap()
        };
        Self(ids.into_iter().map(queue).collect())
    }
}

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> i32 {
        self.0.len() as i32
    }

    unsafe fn getParameterData(&self, index: i32) -> *mut IParamValueQueue {
        self.0[index as usize].as_ptr()
    }

    unsafe fn addParameterData(&self, _: *const ParamID, _: *mut i32) -> *mut IParamValueQueue {
        null_mut()
    }
}

struct Queue(Vec<Change>);

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.0[0].id
    }

    unsafe fn getPointCount(&self) -> i32 {
        self.0.len() as i32
    }

    unsafe fn getPoint(&self, index: i32, offset: *mut i32, value: *mut ParamValue) -> tresult {
        let change = self.0[index as usize];
        unsafe {
            *offset = change.time_samples;
            *value = change.value;
        }
        kResultOk
    }

    unsafe fn addPoint(&self, _: i32, _: ParamValue, _: *mut i32) -> tresult {
        kResultFalse
    }
}

/// A host's stream.
#[derive(Default)]
pub struct Stream {
    bytes: RefCell<Vec<u8>>,
    position: Cell<usize>,
}

impl Stream {
    /// One at its start, to be read.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: RefCell::new(bytes.to_vec()),
            position: Cell::new(0),
        }
    }
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, to: *mut c_void, num_bytes: i32, num_read: *mut i32) -> tresult {
        let bytes = self.bytes.borrow();
        let rest = &bytes[self.position.get()..];
        let num = rest.len().min(num_bytes as usize);
        unsafe {
            rest.as_ptr().copy_to_nonoverlapping(to.cast(), num);
            if !num_read.is_null() {
                *num_read = num as i32;
            }
        }
        self.position.set(self.position.get() + num);
        kResultOk
    }

    unsafe fn write(&self, from: *mut c_void, num_bytes: i32, num_written: *mut i32) -> tresult {
        let from = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), num_bytes as usize) };
        self.bytes.borrow_mut().extend_from_slice(from);
        if !num_written.is_null() {
            unsafe { *num_written = num_bytes };
        }
        kResultOk
    }

    unsafe fn seek(&self, offset: i64, mode: i32, result: *mut i64) -> tresult {
        #[allow(clippy::unnecessary_cast, reason = "they are signed on Windows")]
        let [set, current, end] = [
            IStreamSeekMode_::kIBSeekSet,
            IStreamSeekMode_::kIBSeekCur,
            IStreamSeekMode_::kIBSeekEnd,
        ]
        .map(|place| place as i32);
        let from = match mode {
            _ if mode == set => 0,
            _ if mode == current => self.position.get(),
            _ if mode == end => self.bytes.borrow().len(),
            _ => return kInvalidArgument,
        };
        self.position.set((from as i64 + offset) as usize);
        if !result.is_null() {
            unsafe { *result = self.position.get() as i64 };
        }
        kResultOk
    }

    unsafe fn tell(&self, position: *mut i64) -> tresult {
        unsafe { *position = self.position.get() as i64 };
        kResultOk
    }
}

mod only_in_vst3 {
    use super::*;
    use crate::harness::{FIVE_ONE, MONO, STEREO, ducking};

    #[test]
    fn sessions_of_all_systems_find_it_by_one_number() {
        let factory = GetPluginFactory().cast::<IPluginFactory>();
        let mut id = class_id(&unsafe { ComPtr::from_raw(factory) }.unwrap());
        if cfg!(windows) {
            id[..4].reverse();
            id[4..6].reverse();
            id[6..8].reverse();
        }
        assert_eq!(&id, b"UnderscoreClash1");
    }

    #[test]
    fn one_object_has_one_identity() {
        let instance = Vst3::new();
        let unknown = |pointer: *mut vst3::Steinberg::FUnknown| {
            let pointer = unsafe { vst3::ComRef::from_raw(pointer) }.unwrap();
            pointer
                .cast::<vst3::Steinberg::FUnknown>()
                .unwrap()
                .as_ptr()
        };
        let component = unknown(instance.component.as_ptr().cast());
        assert_eq!(component, unknown(instance.processor.as_ptr().cast()));
        assert_eq!(component, unknown(instance.controller.as_ptr().cast()));
    }

    #[test]
    fn process_before_setup_is_refused() {
        let mut instance = Vst3::new();
        assert!(!instance.process(&mut Call::default()));
    }

    #[test]
    fn other_numbers_of_buses_and_unequal_main_buses_are_refused() {
        let instance = Vst3::new();
        let (mono, stereo, five_one) = (mask(MONO), mask(STEREO), mask(FIVE_ONE));
        let request = |inputs: &[u64], outputs: &[u64]| {
            let (mut inputs, mut outputs) = (inputs.to_vec(), outputs.to_vec());
            let (num_inputs, num_outputs) = (inputs.len() as i32, outputs.len() as i32);
            unsafe {
                instance.processor.setBusArrangements(
                    inputs.as_mut_ptr(),
                    num_inputs,
                    outputs.as_mut_ptr(),
                    num_outputs,
                )
            }
        };
        assert_eq!(request(&[five_one, mono], &[five_one]), kResultOk);
        for (inputs, outputs) in [
            (&[stereo, mono][..], &[mono][..]),
            (&[0, mono], &[0]),
            (&[stereo, mono, mono], &[stereo]),
            (&[stereo, mono], &[stereo, stereo]),
            (&[stereo, mono], &[]),
            (&[], &[stereo]),
            (&[u64::MAX, mono], &[u64::MAX]),
        ] {
            assert_ne!(
                request(inputs, outputs),
                kResultOk,
                "{inputs:?} {outputs:?}"
            );
        }
        let null = unsafe {
            instance
                .processor
                .setBusArrangements(null_mut(), 2, null::<u64>().cast_mut(), 1)
        };
        assert_ne!(null, kResultOk);
        assert_eq!(instance.buses(), [FIVE_ONE, FIVE_ONE, MONO]);
        // A host that knows no sidechain leaves it as it is.
        assert_eq!(request(&[stereo], &[stereo]), kResultOk);
        assert_eq!(instance.buses(), [STEREO, STEREO, MONO]);
    }

    #[test]
    fn of_more_changes_than_a_block_keeps_the_last_counts() {
        let mut instance: Vst3 = ducking(STEREO, STEREO, 512);
        let mut music = vec![vec![0.0; 512]; 2];
        let [focus, target] = ["focus", "target"].map(crate::harness::param_id);
        let changes = (0..10_000).map(|idx| Change {
            id: if idx % 2 == 0 { focus } else { target },
            time_samples: idx / 20,
            value: f64::from(idx) / 16_384.0,
        });
        let bus = Bus::of(&mut music);
        assert!(instance.process(&mut Call {
            inputs: vec![bus.clone()],
            outputs: vec![bus],
            num_samples: 512,
            changes: changes.collect(),
            ..Call::default()
        }));
        let last = [focus, target].map(|id| instance.param(id) * 16_384.0);
        assert_eq!(last[0].round(), 9998.0);
        assert!((last[1] - 9999.0).abs() < 2.0, "{}", last[1]);
    }

    #[test]
    fn a_value_that_is_no_number_is_not_taken_from_the_controller() {
        let instance: Vst3 = ducking(STEREO, STEREO, 512);
        let id = crate::harness::param_id("focus");
        let before = instance.param(id);
        let result = unsafe { instance.controller.setParamNormalized(id, f64::NAN) };
        assert_ne!(result, kResultOk);
        assert_eq!(instance.param(id), before);
    }

    #[test]
    fn numbers_of_buses_and_parameters_that_there_are_not_are_refused() {
        let instance = Vst3::new();
        let num_params = unsafe { instance.controller.getParameterCount() };
        for index in [-1, i32::MIN, num_params, num_params + 1, i32::MAX] {
            let mut info = unsafe { zeroed() };
            let result = unsafe { instance.controller.getParameterInfo(index, &mut info) };
            assert_eq!(result, kInvalidArgument, "{index}");
        }
        for (media, direction, index) in [
            (0, INPUT, -1),
            (0, INPUT, 2),
            (0, OUTPUT, -1),
            (0, OUTPUT, 1),
            (0, 2, 0),
            (1, INPUT, 0),
            (-1, INPUT, 0),
        ] {
            let mut info = unsafe { zeroed() };
            let component = &instance.component;
            let result = unsafe { component.getBusInfo(media, direction, index, &mut info) };
            assert_eq!(result, kInvalidArgument, "{media} {direction} {index}");
            let result = unsafe { component.activateBus(media, direction, index, 1) };
            assert_eq!(result, kInvalidArgument, "{media} {direction} {index}");
        }
    }

    #[test]
    fn a_dialogue_that_is_switched_off_is_silence_whatever_is_passed() {
        let mut instance: Vst3 = ducking(STEREO, MONO, 512);
        let speech = vec![crate::signals::speech()];
        let music = test_support::noise::noise(2, speech[0].len(), 3);
        let mut play = |state: u8| {
            assert_eq!(
                unsafe { instance.component.activateBus(0, INPUT, 1, state) },
                kResultOk
            );
            instance.reset();
            crate::signals::play(&mut instance, &music, &speech, &[512])
        };
        let is_cut = |output: &[Vec<f32>]| !crate::signals::is_same(&output[0], &music[0]);
        assert!(is_cut(&play(1)));
        assert!(!is_cut(&play(0)));
        assert!(is_cut(&play(1)));
    }

    #[test]
    fn the_tail_is_known_before_the_first_block() {
        let mut instance = Vst3::new();
        assert!(instance.activate(48_000.0, 512));
        assert_eq!(unsafe { instance.processor.getTailSamples() }, 7200);
        instance.deactivate();
        unsafe {
            instance
                .controller
                .setParamNormalized(crate::harness::param_id("look_ahead"), 1.0)
        };
        assert!(instance.activate(48_000.0, 512));
        assert_eq!(unsafe { instance.processor.getTailSamples() }, 9120);
    }
}
