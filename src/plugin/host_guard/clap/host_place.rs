//! Where in the music a CLAP host is. For the audio thread. (CLAP has no timecode.)

use clap_sys::events::{
    CLAP_TRANSPORT_HAS_BEATS_TIMELINE, CLAP_TRANSPORT_HAS_SECONDS_TIMELINE,
    CLAP_TRANSPORT_HAS_TEMPO, CLAP_TRANSPORT_HAS_TIME_SIGNATURE, clap_event_transport,
};
use clap_sys::fixedpoint::{CLAP_BEATTIME_FACTOR, CLAP_SECTIME_FACTOR};

use crate::link::{HostSays, SaidPlace};

/// Tells `says` what `transport` says, if it says all that is needed.
pub fn tell(says: &HostSays, transport: &clap_event_transport) {
    const NEEDED: u32 = CLAP_TRANSPORT_HAS_BEATS_TIMELINE
        | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE
        | CLAP_TRANSPORT_HAS_TEMPO
        | CLAP_TRANSPORT_HAS_TIME_SIGNATURE;
    if transport.flags & NEEDED != NEEDED {
        return;
    }
    let quarters = |beats: i64| beats as f64 / CLAP_BEATTIME_FACTOR as f64;
    says.tell_place(&SaidPlace {
        time_s: transport.song_pos_seconds as f64 / CLAP_SECTIME_FACTOR as f64,
        quarter: quarters(transport.song_pos_beats),
        bar_quarter: quarters(transport.bar_start),
        // The bar at the start of the song has the number 0.
        bar: u32::try_from(i64::from(transport.bar_number) + 1).ok(),
        tempo_bpm: transport.tempo,
        meter: (transport.tsig_num, transport.tsig_denom),
    });
}

#[cfg(test)]
mod tests {
    use std::mem::zeroed;

    use super::*;

    #[test]
    fn a_place_needs_tempo_meter_and_both_timelines() {
        let says = HostSays::default();
        let all = CLAP_TRANSPORT_HAS_BEATS_TIMELINE
            | CLAP_TRANSPORT_HAS_SECONDS_TIMELINE
            | CLAP_TRANSPORT_HAS_TEMPO
            | CLAP_TRANSPORT_HAS_TIME_SIGNATURE;
        let transport = |flags: u32| clap_event_transport {
            flags,
            song_pos_beats: 5 * CLAP_BEATTIME_FACTOR,
            song_pos_seconds: 2 * CLAP_SECTIME_FACTOR,
            bar_start: 3 * CLAP_BEATTIME_FACTOR,
            bar_number: 1,
            tempo: 150.0,
            tsig_num: 3,
            tsig_denom: 4,
            // SAFETY: numbers only, which may be 0.
            ..unsafe { zeroed() }
        };
        for missing in 0..4 {
            tell(&says, &transport(all & !(1 << missing)));
            assert_eq!(says.place(), None, "{missing}");
        }
        tell(&says, &transport(all));
        let place = says.place().unwrap();
        assert_eq!(
            (place.time_s, place.quarter, place.bar_quarter),
            (2.0, 5.0, 3.0)
        );
        assert_eq!((place.bar, place.meter), (Some(2), (3, 4)));
    }
}
