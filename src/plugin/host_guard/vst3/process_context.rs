//! What a VST3 host says of its time, read from the raw structure: the framework hands on neither frame rate nor
//! SMPTE offset. For the audio thread.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ProcessContext;

use crate::link::{HostSays, SaidPlace, SaidTimecode};

/// VST3's flags as one type.
#[allow(clippy::unnecessary_cast, reason = "they are signed on Windows")]
mod flag {
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::FrameRate_::FrameRateFlags_ as rate;
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IProcessContextRequirements_::Flags_ as need;
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_ as state;

    pub const PULLED_DOWN: u32 = rate::kPullDownRate as u32;
    pub const DROP_FRAME: u32 = rate::kDropRate as u32;
    pub const NEEDS_FRAME_RATE: u32 = need::kNeedFrameRate as u32;
    pub const NEEDS_CONTINUOUS_TIME: u32 = need::kNeedContinousTimeSamples as u32;
    pub const SMPTE: u32 = state::kSmpteValid as u32;
    pub const MUSICAL_TIME: u32 = state::kProjectTimeMusicValid as u32;
    pub const BAR: u32 = state::kBarPositionValid as u32;
    pub const TEMPO: u32 = state::kTempoValid as u32;
    pub const METER: u32 = state::kTimeSigValid as u32;
}

/// What is asked of the host beside what the framework asks for. Of the continuous time nothing is read so far.
pub const REQUIREMENTS: u32 = flag::NEEDS_FRAME_RATE | flag::NEEDS_CONTINUOUS_TIME;

/// Tells `says` what `context` says. The sample rate is the one of the plugin, which hosts may leave out here.
pub fn tell(says: &HostSays, context: &ProcessContext, sample_rate_hz: f64) {
    says.tell_timecode(timecode(context));
    if let Some(place) = place(context, sample_rate_hz) {
        says.tell_place(&place);
    }
}

fn timecode(context: &ProcessContext) -> Option<SaidTimecode> {
    let is_valid = context.state & flag::SMPTE != 0;
    is_valid.then_some(SaidTimecode {
        frames_per_second: context.frameRate.framesPerSecond,
        is_pulled_down: context.frameRate.flags & flag::PULLED_DOWN != 0,
        is_drop_frame: context.frameRate.flags & flag::DROP_FRAME != 0,
        offset_subframes: context.smpteOffsetSubframes,
    })
}

fn place(context: &ProcessContext, sample_rate_hz: f64) -> Option<SaidPlace> {
    let has = |state: u32| context.state & state != 0;
    let is_known = has(flag::MUSICAL_TIME) && has(flag::TEMPO) && has(flag::METER);
    let num_beats = u16::try_from(context.timeSigNumerator).ok()?;
    let beat = u16::try_from(context.timeSigDenominator).ok()?;
    if !is_known || num_beats == 0 || beat == 0 || sample_rate_hz <= 0.0 {
        return None;
    }
    let quarter = context.projectTimeMusic;
    let bar_quarters = 4.0 * f64::from(num_beats) / f64::from(beat);
    Some(SaidPlace {
        time_s: context.projectTimeSamples as f64 / sample_rate_hz,
        quarter,
        bar_quarter: match has(flag::BAR) {
            true => context.barPositionMusic,
            false => (quarter / bar_quarters).floor() * bar_quarters,
        },
        // VST3 has no number for bars.
        bar: None,
        tempo_bpm: context.tempo,
        meter: (num_beats, beat),
    })
}

#[cfg(test)]
mod tests {
    use std::mem::zeroed;
    use std::ptr::null_mut;

    use nice_plug::wrapper::vst3::vst3::ComWrapper;
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
        FrameRate, IAudioProcessorTrait, IComponentTrait, IProcessContextRequirementsTrait,
        ProcessData, ProcessSetup,
    };
    use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

    use super::*;
    use crate::plugin::host_guard::vst3::object::GuardedVst3;
    use crate::timeline::host_timecode::HostTimecode;

    const DROP: u32 = flag::DROP_FRAME;
    const PULLED_DOWN: u32 = flag::PULLED_DOWN;

    /// An active instance without a host around it.
    fn instance() -> ComWrapper<GuardedVst3> {
        // SAFETY: no host.
        let plugin = ComWrapper::new(unsafe { GuardedVst3::new(null_mut()) });
        let mut setup = ProcessSetup {
            processMode: 0,
            symbolicSampleSize: 0,
            maxSamplesPerBlock: 512,
            sampleRate: 48_000.0,
        };
        // SAFETY: our own structures.
        unsafe {
            assert_eq!(plugin.setupProcessing(&mut setup), kResultOk);
            assert_eq!(plugin.setActive(1), kResultOk);
        }
        plugin
    }

    fn play(plugin: &GuardedVst3, context: &mut ProcessContext) {
        // SAFETY: null pointers and numbers; the context lives as long as the call.
        unsafe {
            let mut data: ProcessData = zeroed();
            data.processContext = context;
            assert_eq!(plugin.process(&mut data), kResultOk);
        }
    }

    fn context(state: u32, frames_per_second: u32, flags: u32, offset: i32) -> ProcessContext {
        ProcessContext {
            state,
            sampleRate: 48_000.0,
            smpteOffsetSubframes: offset,
            frameRate: FrameRate {
                framesPerSecond: frames_per_second,
                flags,
            },
            // SAFETY: numbers only, which may be 0.
            ..unsafe { zeroed() }
        }
    }

    #[test]
    fn the_host_is_asked_for_timecode_beside_all_that_the_framework_wants() {
        let plugin = instance();
        // SAFETY: no pointers.
        let asked = unsafe { plugin.getProcessContextRequirements() };
        assert_eq!(asked & REQUIREMENTS, REQUIREMENTS);
        // Musical time, bar, tempo, meter, transport.
        for flag in [1 << 2, 1 << 3, 1 << 6, 1 << 7, 1 << 10] {
            assert_ne!(asked & flag, 0, "{flag}");
        }
    }

    #[test]
    fn every_rate_of_a_host_comes_to_the_editor_and_nothing_else_is_changed() {
        let plugin = instance();
        let before = plugin.params.editor_options();
        for (fps, flags, name) in [
            (24, PULLED_DOWN, "23.976"),
            (24, 0, "24"),
            (25, 0, "25"),
            (30, PULLED_DOWN, "29.97"),
            (30, PULLED_DOWN | DROP, "29.97df"),
            (30, 0, "30"),
            (48, PULLED_DOWN, "47.952"),
            (48, 0, "48"),
            (50, 0, "50"),
            (60, PULLED_DOWN, "59.94"),
            (60, PULLED_DOWN | DROP, "59.94df"),
            (60, 0, "60"),
        ] {
            let frames = match name {
                "29.97df" => 107_892,
                "59.94df" => 215_784,
                _ => 3600 * fps as i32,
            };
            play(&plugin, &mut context(flag::SMPTE, fps, flags, 80 * frames));
            let said = plugin.params.host.timecode().unwrap();
            let offer = HostTimecode::new(
                said.frames_per_second,
                said.is_pulled_down,
                said.is_drop_frame,
                said.offset_subframes,
            );
            let offer = offer.unwrap();
            let start = if name.ends_with("df") {
                "01:00:00;00"
            } else {
                "01:00:00:00"
            };
            assert_eq!((offer.rate, offer.start.as_deref()), (name, Some(start)));
        }
        assert_eq!(plugin.params.editor_options(), before);
    }

    #[test]
    fn wrong_values_and_missing_flags_do_no_harm() {
        let plugin = instance();
        for (fps, flags, offset) in [
            (0, 0, 0),
            (u32::MAX, u32::MAX, i32::MAX),
            (25, 0, i32::MIN),
            (1, DROP, -1),
        ] {
            play(&plugin, &mut context(flag::SMPTE, fps, flags, offset));
            let said = plugin.params.host.timecode().unwrap();
            assert_eq!(said.offset_subframes, offset);
            let offer = HostTimecode::new(
                said.frames_per_second,
                said.is_pulled_down,
                said.is_drop_frame,
                said.offset_subframes,
            );
            assert!(offer.is_err() || offer.is_ok_and(|offer| offer.start.is_none()));
        }
        play(&plugin, &mut context(0, 25, 0, 80));
        assert_eq!(plugin.params.host.timecode(), None);
        // SAFETY: null pointers and numbers.
        let mut data: ProcessData = unsafe { zeroed() };
        // SAFETY: our own structure, without a context.
        assert_eq!(unsafe { plugin.process(&mut data) }, kResultOk);
    }

    #[test]
    fn tempo_and_meter_come_with_their_place_or_not_at_all() {
        let plugin = instance();
        let all = flag::MUSICAL_TIME | flag::TEMPO | flag::METER;
        let musical = |state: u32| ProcessContext {
            projectTimeSamples: 96_000,
            projectTimeMusic: 5.0,
            barPositionMusic: 3.0,
            tempo: 150.0,
            timeSigNumerator: 3,
            timeSigDenominator: 4,
            ..context(state, 0, 0, 0)
        };
        for missing in [flag::MUSICAL_TIME, flag::TEMPO, flag::METER] {
            play(&plugin, &mut musical(all & !(missing)));
            assert_eq!(plugin.params.host.place(), None);
        }
        for state in [all, all | flag::BAR] {
            play(&plugin, &mut musical(state));
            let place = plugin.params.host.place().unwrap();
            assert_eq!(
                (place.time_s, place.quarter, place.bar_quarter),
                (2.0, 5.0, 3.0)
            );
            assert_eq!(
                (place.tempo_bpm, place.meter, place.bar),
                (150.0, (3, 4), None)
            );
        }
        for (num_beats, beat) in [(0, 4), (3, 0), (-1, 4), (3, i32::MAX)] {
            let mut wrong = musical(all);
            (wrong.timeSigNumerator, wrong.timeSigDenominator) = (num_beats, beat);
            wrong.tempo = 99.0;
            play(&plugin, &mut wrong);
            assert_eq!(plugin.params.host.place().unwrap().tempo_bpm, 150.0);
        }
    }
}
