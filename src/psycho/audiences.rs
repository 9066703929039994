//! Audiences that have a name: a listener, a place and a device.

use crate::psycho::devices::Device;
use crate::psycho::listeners::Listener;
use crate::psycho::listening_places::Place;
use crate::psycho::situation::Parts;

/// An audience with a name.
#[derive(Debug, Clone, Copy)]
pub struct Audience {
    /// By what people ask for it.
    pub name: &'static str,
    /// Who and where, as it stands in a sentence: "clear ...".
    pub title: &'static str,
    /// Name of its listener.
    pub listener: &'static str,
    /// Name of its place.
    pub place: &'static str,
    /// Name of its device.
    pub device: &'static str,
}

/// Every audience that has a name.
pub const AUDIENCES: [Audience; 5] = [
    Audience {
        name: "cinema",
        title: "in the cinema",
        listener: "normal",
        place: "cinema",
        device: "full",
    },
    Audience {
        name: "home",
        title: "at home",
        listener: "normal",
        place: "living-room",
        device: "tv",
    },
    Audience {
        name: "home-70",
        title: "for a viewer of 70 at home",
        listener: "age-70",
        place: "living-room",
        device: "tv",
    },
    Audience {
        name: "phone",
        title: "on a phone on a train",
        listener: "normal",
        place: "train",
        device: "phone",
    },
    Audience {
        name: "hard-of-hearing",
        title: "for the hard of hearing at home",
        listener: "N2",
        place: "living-room",
        device: "tv",
    },
];

impl Audience {
    /// The audience called `name`, whatever the case of its letters.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        let mut audiences = AUDIENCES.iter();
        audiences.find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// What the figures need of it; `None` if one of its names isn't known, which a test rules out.
    pub fn parts(&self) -> Option<Parts> {
        let device = Device::of_name(self.device)?;
        let place = Place::of_name(self.place)?;
        Some(Parts {
            audiogram: Listener::of_name(self.listener)?.audiogram(),
            room_db_spl: place.noise_db_spl(),
            response_db: device.range.map(|range| range.response_db()),
            monitor_db_spl: place.monitor_db_spl(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_audience_is_made_of_what_there_is() {
        for audience in &AUDIENCES {
            assert!(audience.parts().is_some(), "{}", audience.name);
        }
    }
}
