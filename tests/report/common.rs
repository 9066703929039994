//! A report made of snapshots, as `check` makes it.

use underscore::clash::meter::SiiMeter;
use underscore::clash::verdict::Verdict;
use underscore::found::trace::Trace;
use underscore::found::{Report, Source};
use underscore::lines::log::ClashLog;
use underscore::psycho::bands::NUM_BANDS;
use underscore::snapshot::{HopLevels, Snapshot};
use underscore::timeline::Timeline;
use underscore::timeline::timecode::{Clock, parse_label, rate_from_name};

pub const RATE_HZ: u32 = 48_000;
const HOP: u32 = 240;

/// A line from a start to an end, s, and how it fares.
pub type SpokenLine = (f64, f64, Verdict);

/// A minute with these lines under a music that is silent, strains or masks, and its trace.
pub fn report_with_trace(lines: &[SpokenLine]) -> (Report, Trace) {
    let duration_s = 60.0;
    let (mut log, mut trace) = (ClashLog::new(), Trace::default());
    each_hop(lines, duration_s, |snapshot| {
        log.push(snapshot);
        trace.push(snapshot);
    });
    let source = Source {
        notes: Vec::new(),
        is_heard: false,
        dialogue_channels: String::new(),
        music_channels: String::new(),
        dialogue: "dialogue.wav".into(),
        music: "music, \"final\" <b>&.wav".into(),
        sample_rate_hz: RATE_HZ,
        duration_s,
    };
    (Report::new(source, &log), trace)
}

/// Every hop of `duration_s` with these lines.
pub fn each_hop(lines: &[SpokenLine], duration_s: f64, mut on_hop: impl FnMut(&Snapshot)) {
    let meter = SiiMeter::new();
    let snapshot_of = |music_power: f32, is_speech: bool| {
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: [music_power; NUM_BANDS],
        };
        let excess_db = (10.0 * (music_power / 1e-4).log10()).max(0.0);
        Snapshot {
            sample_rate_hz: f64::from(RATE_HZ),
            hop_samples: HOP,
            is_speech,
            speech_hops: u32::from(is_speech),
            hop_figures: meter.read(&levels, 79.0),
            levels,
            dialogue_band_dbfs: [-40.0; NUM_BANDS],
            dialogue_k_power: 1e-3,
            music_k_power: 10.0 * music_power,
            witness_score: if is_speech { 1.0 } else { 0.0 },
            excess_band_db: [excess_db; NUM_BANDS],
            ..Snapshot::default()
        }
    };
    let silence = snapshot_of(0.0, false);
    let speech = |verdict| match verdict {
        Verdict::Clear => snapshot_of(0.0, true),
        Verdict::Strained => snapshot_of(1.5e-4, true),
        Verdict::Masked => snapshot_of(1e-3, true),
    };
    let [clear, strained, masked] =
        [Verdict::Clear, Verdict::Strained, Verdict::Masked].map(speech);
    let hop_s = f64::from(HOP) / f64::from(RATE_HZ);
    let mut lines_left = lines.iter().peekable();
    for hop_idx in 0..(duration_s / hop_s).round() as i64 {
        let middle_s = (hop_idx as f64 + 0.5) * hop_s;
        while lines_left
            .next_if(|&&(_, end_s, _)| end_s < middle_s)
            .is_some()
        {}
        let state = match lines_left.peek() {
            Some(&&(start_s, _, verdict)) if start_s < middle_s => match verdict {
                Verdict::Clear => &clear,
                Verdict::Strained => &strained,
                Verdict::Masked => &masked,
            },
            _ => &silence,
        };
        let snapshot = Snapshot {
            position_samples: (hop_idx + 1) * i64::from(HOP),
            ..*state
        };
        on_hop(&snapshot);
    }
}

/// A minute with these lines.
pub fn report(lines: &[SpokenLine]) -> Report {
    report_with_trace(lines).0
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
