//! Markers as a Standard MIDI file: one conductor track with tempo, time signature and marker meta
//! events, so that each marker falls on its time in any program that takes the tempo over.

use midly::num::{u15, u24, u28};
use midly::{Format, Header, MetaMessage, Smf, Timing, TrackEvent, TrackEventKind};

use crate::report::export::{ExportError, Marker};
use crate::timeline::Timeline;
use crate::timeline::music_time::{TempoMap, TimeSignature};

/// Tempo of a file without one, as the format's default, quarter notes per minute.
const DEFAULT_TEMPO_BPM: f64 = 120.0;

/// MIDI clocks (24 in a quarter note) in a whole note.
const CLOCKS_PER_WHOLE: u32 = 96;

/// 32nd notes in MIDI's quarter note.
const QUARTER_32NDS: u8 = 8;

enum Event {
    Tempo(u32),
    TimeSignature(TimeSignature),
    Marker(String),
}

/// A marker event at the start of each of `markers`, at the tempo map of `timeline` or else at 120.
///
/// # Errors
/// [`ExportError::TooLong`] if two events lie further apart than MIDI can say.
pub fn to_midi(markers: &[Marker], timeline: &Timeline) -> Result<Vec<u8>, ExportError> {
    let steady = TempoMap::steady(DEFAULT_TEMPO_BPM, TimeSignature::COMMON);
    let map = timeline.tempo_map.as_ref().unwrap_or(&steady);
    let tempos = map.tempos().map(|(tick, us)| (tick, Event::Tempo(us)));
    let meters = map
        .meters()
        .map(|(tick, meter)| (tick, Event::TimeSignature(meter)));
    let marked = markers.iter().map(|marker| {
        let tick = map.tick_at(marker.start_s);
        (tick, Event::Marker(marker.text()))
    });
    let mut events: Vec<(u64, Event)> = tempos.chain(meters).chain(marked).collect();
    // Stable: at one tick the tempo comes first.
    events.sort_by_key(|&(tick, _)| tick);

    let timing = Timing::Metrical(u15::new(map.ticks_per_quarter()));
    let mut smf = Smf::new(Header::new(Format::SingleTrack, timing));
    let mut track = vec![meta(u28::new(0), MetaMessage::TrackName(b"Underscore"))];
    let mut last_tick = 0;
    for (tick, event) in &events {
        let delta = u32::try_from(tick - last_tick)
            .ok()
            .and_then(u28::try_from)
            .ok_or(ExportError::TooLong)?;
        last_tick = *tick;
        track.push(meta(delta, event.message()));
    }
    track.push(meta(u28::new(0), MetaMessage::EndOfTrack));
    smf.tracks.push(track);
    let mut bytes = Vec::new();
    smf.write_std(&mut bytes)
        .map_err(|_| ExportError::TooLong)?;
    Ok(bytes)
}

impl Event {
    fn message(&self) -> MetaMessage<'_> {
        match self {
            Self::Tempo(us_per_quarter) => MetaMessage::Tempo(u24::new(*us_per_quarter)),
            Self::TimeSignature(meter) => MetaMessage::TimeSignature(
                meter.num_beats(),
                meter.beat_power(),
                (CLOCKS_PER_WHOLE >> meter.beat_power()).max(1) as u8,
                QUARTER_32NDS,
            ),
            Self::Marker(text) => MetaMessage::Marker(text.as_bytes()),
        }
    }
}

fn meta(delta: u28, message: MetaMessage) -> TrackEvent {
    TrackEvent {
        delta,
        kind: TrackEventKind::Meta(message),
    }
}
