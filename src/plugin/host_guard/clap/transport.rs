//! The host's timeline within a block.

use clap_sys::events::{
    CLAP_TRANSPORT_HAS_BEATS_TIMELINE, CLAP_TRANSPORT_HAS_SECONDS_TIMELINE,
    CLAP_TRANSPORT_HAS_TEMPO, clap_event_transport,
};
use clap_sys::fixedpoint::{CLAP_BEATTIME_FACTOR, CLAP_SECTIME_FACTOR};

/// Any tempo will do: the plugin asks for the position only.
const MADE_UP_TEMPO_BPM: f64 = 120.0;

/// The host's `transport` as it is `seconds` later.
///
/// nice-plug 0.4.2 counts the position on within a block only if the host names a tempo. If there
/// is none the copy gets one, and loses a position in beats, which nobody could count on.
pub fn transport_at(transport: &clap_event_transport, seconds: f64) -> clap_event_transport {
    let mut transport = *transport;
    if transport.flags & CLAP_TRANSPORT_HAS_TEMPO == 0 {
        transport.flags &= !CLAP_TRANSPORT_HAS_BEATS_TIMELINE;
        transport.tempo = MADE_UP_TEMPO_BPM;
        transport.flags |= CLAP_TRANSPORT_HAS_TEMPO;
    }
    if transport.flags & CLAP_TRANSPORT_HAS_SECONDS_TIMELINE != 0 {
        let later = (seconds * CLAP_SECTIME_FACTOR as f64).round() as i64;
        transport.song_pos_seconds = transport.song_pos_seconds.saturating_add(later);
    }
    if transport.flags & CLAP_TRANSPORT_HAS_BEATS_TIMELINE != 0 {
        let beats = seconds / 60.0 * transport.tempo;
        let later = (beats * CLAP_BEATTIME_FACTOR as f64).round() as i64;
        transport.song_pos_beats = transport.song_pos_beats.saturating_add(later);
    }
    transport
}

#[cfg(test)]
mod tests {
    use std::mem::zeroed;

    use super::*;

    fn at_ten_seconds(flags: u32) -> clap_event_transport {
        clap_event_transport {
            flags: flags | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE | CLAP_TRANSPORT_HAS_BEATS_TIMELINE,
            song_pos_seconds: 10 * CLAP_SECTIME_FACTOR,
            song_pos_beats: 5 * CLAP_BEATTIME_FACTOR,
            tempo: 30.0,
            // SAFETY: numbers only, which may be 0.
            ..unsafe { zeroed() }
        }
    }

    #[test]
    fn positions_count_on() {
        let later = transport_at(&at_ten_seconds(CLAP_TRANSPORT_HAS_TEMPO), 2.0);
        assert_eq!(later.song_pos_seconds, 12 * CLAP_SECTIME_FACTOR);
        assert_eq!(later.song_pos_beats, 6 * CLAP_BEATTIME_FACTOR);
        assert_eq!(later.tempo, 30.0);
    }

    #[test]
    fn without_a_tempo_there_is_one_but_no_position_in_beats() {
        let later = transport_at(&at_ten_seconds(0), 0.0);
        assert_ne!(later.flags & CLAP_TRANSPORT_HAS_TEMPO, 0);
        assert_eq!(later.flags & CLAP_TRANSPORT_HAS_BEATS_TIMELINE, 0);
        assert_eq!(later.song_pos_seconds, 10 * CLAP_SECTIME_FACTOR);
    }
}
