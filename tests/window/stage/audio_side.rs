//! The audio of an instance, on the thread that plays.

use std::mem::{size_of, zeroed};
use std::ptr::{null, null_mut};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::*;
use clap_sys::fixedpoint::CLAP_SECTIME_FACTOR;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use test_support::Channels;
use test_support::demo::RATE_HZ;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::kPlaying;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait,
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID,
    ParamValue, ProcessData, ProcessModes_, SymbolicSampleSizes_,
};
use vst3::Steinberg::{kResultFalse, kResultOk, tresult};
use vst3::{Class, ComPtr, ComWrapper};

/// Length of the blocks, samples.
pub const BLOCK_SAMPLES: usize = 512;

/// A block of stereo music with its dialogue, and what the host says with it.
pub struct Block<'a> {
    pub music: &'a mut Channels,
    pub dialogue: &'a mut Channels,
    pub position_samples: i64,
    /// A parameter's number in both formats, and its normalized value.
    pub change: Option<(u32, f64)>,
}

/// An instance's audio.
pub trait AudioSide: Send {
    /// Processes the block in place.
    fn play(&mut self, block: &mut Block);
}

/// A parameter's number in both formats: the framework's hash of its id.
pub fn param_id(id: &str) -> u32 {
    let hash = id.bytes().fold(0_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    hash & !(1 << 31)
}

fn pointers(bus: &mut Channels) -> Vec<*mut f32> {
    bus.iter_mut().map(|channel| channel.as_mut_ptr()).collect()
}

/// The audio of a CLAP instance.
pub struct ClapAudio(pub *const clap_plugin);

// SAFETY: CLAP's `process` is for the thread that plays.
unsafe impl Send for ClapAudio {}

unsafe extern "C" fn num_events(list: *const clap_input_events) -> u32 {
    unsafe {
        (*(*list).ctx.cast::<Option<clap_event_param_value>>())
            .iter()
            .count() as u32
    }
}

unsafe extern "C" fn event(list: *const clap_input_events, _: u32) -> *const clap_event_header {
    let event = unsafe { &*(*list).ctx.cast::<Option<clap_event_param_value>>() };
    event
        .as_ref()
        .map_or(null(), |event| &raw const event.header)
}

unsafe extern "C" fn drop_event(_: *const clap_output_events, _: *const clap_event_header) -> bool {
    true
}

fn header<T>(type_: u16) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_,
        flags: 0,
    }
}

impl AudioSide for ClapAudio {
    fn play(&mut self, block: &mut Block) {
        let mut music = pointers(block.music);
        let mut dialogue = pointers(block.dialogue);
        let bus = |channels: &mut Vec<*mut f32>| clap_audio_buffer {
            data32: channels.as_mut_ptr(),
            data64: null_mut(),
            channel_count: channels.len() as u32,
            latency: 0,
            constant_mask: 0,
        };
        let inputs = [bus(&mut music), bus(&mut dialogue)];
        let mut output = bus(&mut music);
        let mut change = block
            .change
            .map(|(param_id, value)| clap_event_param_value {
                header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE),
                param_id,
                cookie: null_mut(),
                note_id: -1,
                port_index: -1,
                channel: -1,
                key: -1,
                value,
            });
        let mut transport: clap_event_transport = unsafe { zeroed() };
        transport.header = header::<clap_event_transport>(CLAP_EVENT_TRANSPORT);
        transport.flags = CLAP_TRANSPORT_IS_PLAYING | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE;
        let seconds = block.position_samples as f64 / RATE_HZ;
        transport.song_pos_seconds = (seconds * CLAP_SECTIME_FACTOR as f64).round() as i64;
        let in_events = clap_input_events {
            ctx: (&raw mut change).cast(),
            size: Some(num_events),
            get: Some(event),
        };
        let out_events = clap_output_events {
            ctx: null_mut(),
            try_push: Some(drop_event),
        };
        let process = clap_process {
            steady_time: -1,
            frames_count: BLOCK_SAMPLES as u32,
            transport: &transport,
            audio_inputs: inputs.as_ptr(),
            audio_outputs: &mut output,
            audio_inputs_count: 2,
            audio_outputs_count: 1,
            in_events: &in_events,
            out_events: &out_events,
        };
        let status = unsafe { (*self.0).process.unwrap()(self.0, &process) };
        assert_ne!(status, CLAP_PROCESS_ERROR);
    }
}

/// The audio of a VST3 instance.
pub struct Vst3Audio(pub ComPtr<IAudioProcessor>);

impl AudioSide for Vst3Audio {
    fn play(&mut self, block: &mut Block) {
        let mut music = pointers(block.music);
        let mut dialogue = pointers(block.dialogue);
        let bus = |channels: &mut Vec<*mut f32>| AudioBusBuffers {
            numChannels: channels.len() as i32,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 {
                channelBuffers32: channels.as_mut_ptr(),
            },
        };
        let mut inputs = [bus(&mut music), bus(&mut dialogue)];
        let mut output = bus(&mut music);
        let changes = ComWrapper::new(Changes(block.change.map(|change| {
            let queue = ComWrapper::new(Queue(change));
            queue.to_com_ptr::<IParamValueQueue>().unwrap()
        })));
        let changes = changes.to_com_ptr::<IParameterChanges>().unwrap();
        let mut context: vst3::Steinberg::Vst::ProcessContext = unsafe { zeroed() };
        context.sampleRate = RATE_HZ;
        context.state = kPlaying;
        context.projectTimeSamples = block.position_samples;
        let mut data = ProcessData {
            processMode: ProcessModes_::kRealtime as i32,
            symbolicSampleSize: SymbolicSampleSizes_::kSample32 as i32,
            numSamples: BLOCK_SAMPLES as i32,
            numInputs: 2,
            numOutputs: 1,
            inputs: inputs.as_mut_ptr(),
            outputs: &mut output,
            inputParameterChanges: changes.as_ptr(),
            outputParameterChanges: null_mut(),
            inputEvents: null_mut(),
            outputEvents: null_mut(),
            processContext: &mut context,
        };
        assert_eq!(unsafe { self.0.process(&mut data) }, kResultOk);
    }
}

struct Changes(Option<ComPtr<IParamValueQueue>>);

impl Class for Changes {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Changes {
    unsafe fn getParameterCount(&self) -> i32 {
        i32::from(self.0.is_some())
    }

    unsafe fn getParameterData(&self, _: i32) -> *mut IParamValueQueue {
        self.0.as_ref().map_or(null_mut(), ComPtr::as_ptr)
    }

    unsafe fn addParameterData(&self, _: *const ParamID, _: *mut i32) -> *mut IParamValueQueue {
        null_mut()
    }
}

struct Queue((u32, f64));

impl Class for Queue {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Queue {
    unsafe fn getParameterId(&self) -> ParamID {
        self.0.0
    }

    unsafe fn getPointCount(&self) -> i32 {
        1
    }

    unsafe fn getPoint(&self, _: i32, offset: *mut i32, value: *mut ParamValue) -> tresult {
        unsafe {
            *offset = 0;
            *value = self.0.1;
        }
        kResultOk
    }

    unsafe fn addPoint(&self, _: i32, _: ParamValue, _: *mut i32) -> tresult {
        kResultFalse
    }
}
