//! A report made of snapshots, as `check` makes it.

use underscore::clash::log::ClashLog;
use underscore::psycho::bands::NUM_BANDS;
use underscore::report::timecode::{Clock, parse_label, rate_from_name};
use underscore::report::timeline::Timeline;
use underscore::report::{Report, Source};
use underscore::snapshot::Snapshot;

pub const RATE_HZ: u32 = 48_000;
const HOP: u32 = 240;

/// A report with a line from each start to each end (s), with that clash (%) and, unless it is 0,
/// 5 dB too much at 2 kHz.
pub fn report(lines: &[(f64, f64, f32)]) -> Report {
    let mut log = ClashLog::new();
    for &(start_s, end_s, clash_percent) in lines {
        let hop_of = |time_s: f64| (time_s * f64::from(RATE_HZ) / f64::from(HOP)).round() as i64;
        for hop_idx in hop_of(start_s)..hop_of(end_s) {
            let mut excess_band_db = [0.0; NUM_BANDS];
            excess_band_db[13] = if clash_percent > 0.0 { 5.0 } else { 0.0 };
            log.push(&Snapshot {
                sample_rate_hz: f64::from(RATE_HZ),
                hop_samples: HOP,
                position_samples: (hop_idx + 1) * i64::from(HOP),
                is_speech: true,
                clash_percent,
                excess_band_db,
                ..Snapshot::default()
            });
        }
    }
    let source = Source {
        dialogue: "dialogue.wav".into(),
        music: "music, \"final\".wav".into(),
        sample_rate_hz: RATE_HZ,
        duration_s: 60.0,
    };
    Report::new(source, &log)
}

/// A timeline that begins at `start` and counts at the rate called `fps`.
pub fn timeline(start: &str, fps: &str) -> Timeline {
    let rate = rate_from_name(fps).unwrap();
    Timeline {
        clock: Some(Clock::from_label(
            parse_label(start, rate).unwrap(),
            RATE_HZ,
        )),
        ..Timeline::default()
    }
}
