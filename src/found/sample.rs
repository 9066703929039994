//! A report for tests.

use crate::clash::meter::SiiMeter;
use crate::found::{Report, Source};
use crate::lines::log::ClashLog;
use crate::psycho::bands::NUM_BANDS;
use crate::snapshot::{HopLevels, Snapshot};

/// 7 s: a strained line from 1 to 2 s with 5 dB of excess at 2 kHz, and a line without music
/// from 5 to 6 s.
pub fn sample_report() -> Report {
    let mut log = ClashLog::new();
    for hop_idx in 1..=700 {
        let second = (hop_idx - 1) / 100;
        let music_power = if second == 1 { 1.5e-4 } else { 0.0 };
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: [music_power; NUM_BANDS],
        };
        let mut excess_band_db = [0.0; NUM_BANDS];
        excess_band_db[13] = if second == 1 { 5.0 } else { 0.0 };
        log.push(&Snapshot {
            hop_samples: 480,
            position_samples: hop_idx * 480,
            is_speech: second == 1 || second == 5,
            speech_hops: u32::from(second == 1 || second == 5),
            hop_figures: SiiMeter::new().read(&levels, 79.0),
            levels,
            dialogue_k_power: 1e-3,
            music_k_power: 2e-3,
            witness_score: 1.0,
            excess_band_db,
            ..Snapshot::default()
        });
    }
    let source = Source {
        dialogue: "dialogue.wav".into(),
        music: "music.wav".into(),
        dialogue_channels: String::new(),
        music_channels: String::new(),
        sample_rate_hz: 48_000,
        duration_s: 12.5,
        notes: Vec::new(),
        is_heard: false,
    };
    Report::new(source, &log)
}
