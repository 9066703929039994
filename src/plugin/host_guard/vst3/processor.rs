//! Speaker arrangements and processing.

use std::ops::ControlFlow;
use std::sync::TryLockError;
use std::sync::atomic::Ordering::Relaxed;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::kTempoValid;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, BusDirection, IAudioProcessorTrait, ProcessContext,
    ProcessData, ProcessModes_, ProcessSetup, SpeakerArrangement, SymbolicSampleSizes_,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    TBool, int32, kInternalError, kInvalidArgument, kNotInitialized, kResultFalse, kResultOk,
    tresult, uint32,
};

use crate::plugin::buses::Buses;
use crate::plugin::handoff::with_latency;
use crate::plugin::host_guard::block::{HostBus, HostBuses, MAX_SAMPLES, Piece};
use crate::plugin::host_guard::vst3::audio_state::{Vst3Audio, arrangement};
use crate::plugin::host_guard::vst3::object::{GuardedVst3, guarded};
use crate::plugin::host_guard::vst3::process_context;
use crate::plugin::host_guard::vst3::set_values::rest_samples;
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

/// The host's buses for a block of `num_samples`.
///
/// # Safety
/// The arrays of `host` must be valid.
unsafe fn host_buses(host: &ProcessData, num_samples: usize) -> HostBuses {
    // SAFETY: the caller vouches for the arrays.
    unsafe {
        HostBuses {
            music: host_bus(host.inputs, host.numInputs, 0, num_samples),
            dialogue: host_bus(host.inputs, host.numInputs, 1, num_samples),
            output: host_bus(host.outputs, host.numOutputs, 0, num_samples),
            num_samples,
        }
    }
}

/// What a host left in the flags of its output isn't true any more.
///
/// # Safety
/// The arrays of `host` must be valid.
unsafe fn forget_silence(host: &ProcessData) {
    if host.numOutputs > 0 && !host.outputs.is_null() {
        // SAFETY: there is at least one bus.
        unsafe { (*host.outputs).silenceFlags = 0 };
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
    /// Runs `process`, and keeps the latency that the plugin reports in it.
    fn with_latency(&self, process: impl FnOnce() -> tresult) -> tresult {
        let (result, latency_samples) = with_latency(process);
        if let Some(latency_samples) = latency_samples {
            self.latency.set(latency_samples);
        }
        result
    }

    /// Has the framework process one piece of the host's block, or hand on parameters only.
    ///
    /// # Safety
    /// `host` must be valid, and the channels of `piece` as long as its range.
    unsafe fn process_piece(&self, host: &ProcessData, piece: Option<Piece>) -> tresult {
        let num_samples = piece.as_ref().map_or(0, |piece| piece.range.len());
        let start = piece.as_ref().map_or(0, |piece| piece.range.start);
        // SAFETY: null or the host's own structure.
        let context = unsafe { host.processContext.as_ref() };
        let mut context = context.map(|context| context_at(context, start));
        let mut data = ProcessData {
            processMode: host.processMode,
            symbolicSampleSize: SAMPLE_32,
            numSamples: num_samples as int32,
            numInputs: 0,
            numOutputs: 0,
            inputs: std::ptr::null_mut(),
            outputs: std::ptr::null_mut(),
            inputParameterChanges: std::ptr::null_mut(),
            outputParameterChanges: host.outputParameterChanges,
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: context
                .as_mut()
                .map_or(std::ptr::null_mut(), std::ptr::from_mut),
        };
        let Some(mut piece) = piece else {
            // SAFETY: there are no buses; what `data` points to is as below.
            return self.with_latency(|| unsafe { self.framework.process(&mut data) });
        };
        let mut processed = bus_of(piece.num_channels, &mut piece.music);
        let mut inputs = [processed, bus_of(piece.num_channels, &mut piece.dialogue)];
        (data.numInputs, data.inputs) = (2, inputs.as_mut_ptr());
        (data.numOutputs, data.outputs) = (1, &mut processed);
        // SAFETY: all that `data` points to is ours and lives until the end of the call, but for
        // the output of parameters, which is the host's.
        self.with_latency(|| unsafe { self.framework.process(&mut data) })
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
        self.latency.read()
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
        self.sample_rate_hz
            .store(setup.sampleRate.to_bits(), Relaxed);
        self.values.set_sample_rate(setup.sampleRate);
        // SAFETY: pointer to our own copy.
        let result = guarded(kInternalError, || unsafe {
            self.framework.setupProcessing(&mut setup)
        });
        self.is_set_up.store(result == kResultOk, Relaxed);
        result
    }

    unsafe fn setProcessing(&self, state: TBool) -> tresult {
        self.values.end_lists();
        self.end_pass();
        // SAFETY: no pointers.
        guarded(kInternalError, || unsafe {
            self.framework.setProcessing(state)
        })
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        if data.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the host's pointer to its own structure.
        guarded(kInternalError, || unsafe { self.process_block(&*data) })
    }

    /// The look-ahead's delay, and what the EQ rings on: from the moment of activation.
    unsafe fn getTailSamples(&self) -> uint32 {
        self.tail_samples.load(Relaxed) + self.latency.read()
    }
}

impl GuardedVst3 {
    /// # Safety
    /// `host` must be valid as VST3 has it.
    unsafe fn process_block(&self, host: &ProcessData) -> tresult {
        if !self.is_set_up.load(Relaxed) {
            return kNotInitialized;
        }
        let Ok(num_samples) = usize::try_from(host.numSamples) else {
            return kInvalidArgument;
        };
        if host.symbolicSampleSize != SAMPLE_32 {
            return kInvalidArgument;
        }
        let mut audio = match self.audio.try_lock() {
            Ok(audio) => audio,
            Err(TryLockError::Poisoned(audio)) => audio.into_inner(),
            Err(TryLockError::WouldBlock) => return kResultFalse,
        };
        self.latency.started();
        let sample_rate_hz = f64::from_bits(self.sample_rate_hz.load(Relaxed));
        // SAFETY: null or the host's own structure.
        if let Some(context) = unsafe { host.processContext.as_ref() } {
            process_context::tell(&self.params.host, context, sample_rate_hz);
        }
        let Vst3Audio { block, changes } = &mut *audio;
        let is_offline = host.processMode == ProcessModes_::kOffline as int32;
        let rest_samples = rest_samples(sample_rate_hz, is_offline);
        // SAFETY: the host's list.
        unsafe { changes.take(host.inputParameterChanges, num_samples, rest_samples) };

        // SAFETY: the host's arrays for this block.
        let mut buses = unsafe { host_buses(host, num_samples) };
        if !self.is_dialogue_on.load(Relaxed) {
            buses.dialogue = HostBus::MISSING;
        }
        if block.is_none() && num_samples > 0 {
            // Inactive: nothing is done to the music.
            changes.finish();
            buses.pass_music();
            // SAFETY: the host's own structures.
            unsafe { forget_silence(host) };
            return kResultOk;
        }
        let block = block
            .as_mut()
            .filter(|_| num_samples > 0 && buses.output.has_channels());
        let Some(block) = block else {
            // Without output it is a call that hands on parameters only.
            changes.finish();
            // SAFETY: `host` is valid.
            return unsafe { self.process_piece(host, None) };
        };

        let mut result = kResultOk;
        let next_change = |start| changes.make_until(start).unwrap_or(num_samples);
        block.for_each_piece(&buses, next_change, |piece| {
            // SAFETY: `host` is valid, and the piece is the block's, which nobody else touches meanwhile.
            let piece_result = unsafe { self.process_piece(host, Some(piece)) };
            if piece_result != kResultOk {
                result = piece_result;
            }
            ControlFlow::Continue(())
        });
        changes.finish();
        self.values.advance(num_samples);
        // SAFETY: the host's own structures.
        unsafe { forget_silence(host) };
        result
    }
}
