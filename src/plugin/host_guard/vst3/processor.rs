//! Speaker arrangements and processing.

use std::sync::atomic::Ordering::Relaxed;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::kTempoValid;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, BusDirection, IAudioProcessorTrait, ProcessContext,
    ProcessData, ProcessSetup, SpeakerArrangement, SymbolicSampleSizes_,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    TBool, int32, kInvalidArgument, kNotInitialized, kResultFalse, kResultOk, tresult, uint32,
};

use crate::plugin::buses::Buses;
use crate::plugin::host_guard::block::{HostBus, MAX_SAMPLES};
use crate::plugin::host_guard::vst3::audio_state::{Vst3Audio, arrangement};
use crate::plugin::host_guard::vst3::object::GuardedVst3;
use crate::plugin::speakers::Arrangement;

const SAMPLE_32: int32 = SymbolicSampleSizes_::kSample32 as int32;

/// The buses that a host asks for: any loudspeakers for the music, the same for the output, and
/// any or none for the dialogue, which keeps its own if the host doesn't mention it.
///
/// # Safety
/// The pointers must be null or point to as many masks as said.
unsafe fn requested_buses(
    now: &Buses,
    inputs: *const SpeakerArrangement,
    num_inputs: int32,
    outputs: *const SpeakerArrangement,
    num_outputs: int32,
) -> Option<Buses> {
    if inputs.is_null() || outputs.is_null() || num_outputs != 1 {
        return None;
    }
    // SAFETY: there is at least one of each, or the caller has promised what isn't true.
    let (music, output) = match num_inputs {
        1 | 2 => unsafe { (*inputs, *outputs) },
        _ => return None,
    };
    if music != output || music == 0 {
        return None;
    }
    let dialogue = match num_inputs {
        // SAFETY: the second of two.
        2 => Arrangement::from_vst3_mask(unsafe { *inputs.add(1) })?,
        _ => now.dialogue,
    };
    let music = Arrangement::from_vst3_mask(music)?;
    Some(Buses { music, dialogue })
}

/// The host's bus at `index` of an array of `num_buses`, which may be null.
///
/// # Safety
/// The array must be as long as said, and each bus as VST3 has it for a block of `num_samples`.
unsafe fn host_bus(
    buses: *const AudioBusBuffers,
    num_buses: int32,
    index: int32,
    num_samples: usize,
) -> HostBus {
    if buses.is_null() || index >= num_buses {
        return HostBus::MISSING;
    }
    // SAFETY: within the array, and 32-bit samples were negotiated. A negative number of channels
    // is none.
    unsafe {
        let bus = &*buses.add(index as usize);
        let num_channels = usize::try_from(bus.numChannels).unwrap_or(0);
        HostBus::new(bus.__field0.channelBuffers32, num_channels, num_samples)
    }
}

fn bus_of(num_channels: usize, channels: &mut [*mut f32]) -> AudioBusBuffers {
    AudioBusBuffers {
        numChannels: num_channels as int32,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 {
            channelBuffers32: channels.as_mut_ptr(),
        },
    }
}

/// The host's time at the sample `start` of its block.
fn context_at(context: &ProcessContext, start: usize) -> ProcessContext {
    let mut context = *context;
    let start_samples = start as i64;
    context.projectTimeSamples = context.projectTimeSamples.saturating_add(start_samples);
    context.continousTimeSamples = context.continousTimeSamples.saturating_add(start_samples);
    #[allow(clippy::unnecessary_cast, reason = "it is signed on Windows")]
    let has_tempo = context.state & kTempoValid as u32 != 0;
    if has_tempo && context.sampleRate > 0.0 {
        context.projectTimeMusic += start as f64 / context.sampleRate / 60.0 * context.tempo;
    }
    context
}

impl GuardedVst3 {
    /// One call of the framework's `process`, for a block as the framework likes it.
    ///
    /// # Safety
    /// `host` must be valid; `buses` must be the framework's number of inputs and outputs with
    /// `num_samples` in every channel, or none for a call that only hands on parameters.
    unsafe fn process_piece(
        &self,
        host: &ProcessData,
        num_samples: usize,
        buses: Option<(&mut [AudioBusBuffers; 2], &mut AudioBusBuffers)>,
        context: *mut ProcessContext,
    ) -> tresult {
        let (num_inputs, num_outputs, inputs, outputs) = match buses {
            Some((inputs, output)) => (2, 1, inputs.as_mut_ptr(), std::ptr::from_mut(output)),
            None => (0, 0, std::ptr::null_mut(), std::ptr::null_mut()),
        };
        let mut data = ProcessData {
            processMode: host.processMode,
            symbolicSampleSize: SAMPLE_32,
            numSamples: num_samples as int32,
            numInputs: num_inputs,
            numOutputs: num_outputs,
            inputs,
            outputs,
            inputParameterChanges: std::ptr::null_mut(),
            outputParameterChanges: host.outputParameterChanges,
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: context,
        };
        // SAFETY: all that `data` points to is ours and lives until the end of the call, but for
        // the output of parameters, which is the host's.
        unsafe { self.framework.process(&mut data) }
    }
}

impl IAudioProcessorTrait for GuardedVst3 {
    unsafe fn setBusArrangements(
        &self,
        inputs: *mut SpeakerArrangement,
        num_inputs: int32,
        outputs: *mut SpeakerArrangement,
        num_outputs: int32,
    ) -> tresult {
        let Ok(mut buses) = self.buses.lock() else {
            return kResultFalse;
        };
        // SAFETY: the host's arrays.
        let requested =
            unsafe { requested_buses(&buses, inputs, num_inputs, outputs, num_outputs) };
        let is_active = self.is_active.load(Relaxed);
        let Some(requested) = requested.filter(|_| !is_active) else {
            return kResultFalse;
        };
        *buses = requested;
        kResultOk
    }

    unsafe fn getBusArrangement(
        &self,
        direction: BusDirection,
        index: int32,
        mask: *mut SpeakerArrangement,
    ) -> tresult {
        let buses = self.buses();
        let Some(arrangement) = arrangement(&buses, direction, index) else {
            return kInvalidArgument;
        };
        if mask.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the host's pointer to its own mask.
        unsafe { mask.write(arrangement.vst3_mask()) };
        kResultOk
    }

    unsafe fn canProcessSampleSize(&self, sample_size: int32) -> tresult {
        // SAFETY: no pointers.
        unsafe { self.framework.canProcessSampleSize(sample_size) }
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        // SAFETY: no pointers.
        unsafe { self.framework.getLatencySamples() }
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        if setup.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the host's pointer to its own structure.
        let mut setup = unsafe { *setup };
        if setup.symbolicSampleSize != SAMPLE_32 {
            return kResultFalse;
        }
        setup.maxSamplesPerBlock = MAX_SAMPLES as int32;
        // SAFETY: pointer to our own copy.
        let result = unsafe { self.framework.setupProcessing(&mut setup) };
        self.is_set_up.store(result == kResultOk, Relaxed);
        result
    }

    unsafe fn setProcessing(&self, state: TBool) -> tresult {
        // SAFETY: no pointers.
        unsafe { self.framework.setProcessing(state) }
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        if data.is_null() {
            return kInvalidArgument;
        }
        if !self.is_set_up.load(Relaxed) {
            return kNotInitialized;
        }
        // SAFETY: the host's pointer to its own structure.
        let host = unsafe { &*data };
        let Ok(num_samples) = usize::try_from(host.numSamples) else {
            return kInvalidArgument;
        };
        if host.symbolicSampleSize != SAMPLE_32 {
            return kInvalidArgument;
        }
        let Ok(mut audio) = self.audio.try_lock() else {
            return kResultFalse;
        };
        let Vst3Audio { block, changes } = &mut *audio;
        // SAFETY: the host's list.
        unsafe { changes.take(host.inputParameterChanges, num_samples) };

        // SAFETY: the host's arrays for this block.
        let (music, dialogue, output) = unsafe {
            (
                host_bus(host.inputs, host.numInputs, 0, num_samples),
                host_bus(host.inputs, host.numInputs, 1, num_samples),
                host_bus(host.outputs, host.numOutputs, 0, num_samples),
            )
        };
        let block = block
            .as_mut()
            .filter(|_| num_samples > 0 && output.has_channels());
        let Some(block) = block else {
            // Without output it is a call that hands on parameters only.
            changes.finish();
            // SAFETY: no buses.
            return unsafe { self.process_piece(host, 0, None, host.processContext) };
        };

        let num_channels = block.num_framework_channels();
        let mut result = kResultOk;
        let mut start = 0;
        while start < num_samples {
            let next_change = changes.make_until(start).unwrap_or(num_samples);
            let piece = start..next_change.min(start + MAX_SAMPLES).min(num_samples);
            start = piece.end;
            block.read(music, dialogue, piece.clone());
            let (mut music_channels, mut dialogue_channels) = block.pointers();
            let mut processed = bus_of(num_channels, &mut music_channels);
            let mut inputs = [processed, bus_of(num_channels, &mut dialogue_channels)];
            // SAFETY: null or the host's own structure.
            let context = unsafe { host.processContext.as_ref() };
            let mut context = context.map(|context| context_at(context, piece.start));
            // SAFETY: the buses are `block`'s, not touched until the framework is done.
            let piece_result = unsafe {
                self.process_piece(
                    host,
                    piece.len(),
                    Some((&mut inputs, &mut processed)),
                    context
                        .as_mut()
                        .map_or(std::ptr::null_mut(), std::ptr::from_mut),
                )
            };
            if piece_result != kResultOk {
                result = piece_result;
            }
            block.write(output, piece);
        }
        changes.finish();
        if !host.outputs.is_null() {
            // SAFETY: `output` has channels, so there is at least one bus. What a host left in its
            // flags isn't true any more.
            unsafe { (*host.outputs).silenceFlags = 0 };
        }
        result
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        // SAFETY: no pointers.
        unsafe { self.framework.getTailSamples() }
    }
}
