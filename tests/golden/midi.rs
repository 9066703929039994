//! A Standard MIDI file as text.

use midly::{MetaMessage, MidiMessage, Smf, TrackEventKind};

/// One row an event, with its tick from the start.
pub fn to_text(bytes: &[u8]) -> String {
    let smf = Smf::parse(bytes).unwrap();
    let mut text = format!("{:?}\n", smf.header);
    for track in &smf.tracks {
        text += "track\n";
        let mut tick = 0;
        for event in track {
            tick += event.delta.as_int();
            text += &format!("{tick} {}\n", event_text(event.kind));
        }
    }
    text
}

fn event_text(event: TrackEventKind) -> String {
    match event {
        TrackEventKind::Midi {
            channel,
            message: MidiMessage::Controller { controller, value },
        } => format!("channel {channel} controller {controller} value {value}"),
        TrackEventKind::Meta(MetaMessage::TrackName(name)) => {
            format!("track name {}", String::from_utf8_lossy(name))
        }
        TrackEventKind::Meta(MetaMessage::Marker(marker)) => {
            format!("marker {}", String::from_utf8_lossy(marker))
        }
        other => format!("{other:?}"),
    }
}
