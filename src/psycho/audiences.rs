//! Audiences that have a name: a listener, a place and a device.

use crate::psycho::devices::Device;
use crate::psycho::listeners::Listener;
use crate::psycho::listening_places::Place;
use crate::psycho::situation::{Parts, Situation};
use crate::settings::{Audience, MONITOR_DB_SPL};

/// An audience with a name.
#[derive(Debug, Clone, Copy)]
pub struct NamedAudience {
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

/// Every audience that has a name, in the order of [`Audience::NAMED`].
pub const AUDIENCES: [NamedAudience; 5] = [
    NamedAudience {
        name: "cinema",
        title: "in the cinema",
        listener: "normal",
        place: "cinema",
        device: "full",
    },
    NamedAudience {
        name: "home",
        title: "at home",
        listener: "normal",
        place: "living-room",
        device: "tv",
    },
    NamedAudience {
        name: "home-70",
        title: "for a viewer of 70 at home",
        listener: "age-70",
        place: "living-room",
        device: "tv",
    },
    NamedAudience {
        name: "phone",
        title: "on a phone on a train",
        listener: "normal",
        place: "train",
        device: "phone",
    },
    NamedAudience {
        name: "hard-of-hearing",
        title: "for the hard of hearing at home",
        listener: "N2",
        place: "living-room",
        device: "tv",
    },
];

impl NamedAudience {
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

    fn situation(&self) -> Situation {
        // A test sees to it that all have parts.
        let reference = Parts::reference(MONITOR_DB_SPL.range.default);
        Situation::new(&self.parts().unwrap_or(reference))
    }
}

/// The situation of `audience`, for those who need it once; the reference listener hears monitors at `monitor_db_spl`, all
/// others have a level of their own. Doesn't allocate.
pub fn situation_of(audience: Audience, monitor_db_spl: f32) -> Situation {
    let named = audience.named_idx().and_then(|idx| AUDIENCES.get(idx));
    named.map_or_else(
        || Situation::reference(monitor_db_spl),
        NamedAudience::situation,
    )
}

/// The situations of everybody whom a setting names.
#[derive(Debug, Clone)]
pub struct Situations {
    reference: Situation,
    named: [Situation; AUDIENCES.len()],
}

impl Situations {
    /// Computes them. Doesn't allocate.
    pub fn new() -> Self {
        Self {
            reference: Situation::reference(MONITOR_DB_SPL.range.default),
            named: AUDIENCES.map(|audience| audience.situation()),
        }
    }

    /// That of `audience`, as by [`situation_of`].
    pub fn of(&self, audience: Audience, monitor_db_spl: f32) -> Situation {
        let named = audience.named_idx().and_then(|idx| self.named.get(idx));
        named.map_or_else(|| self.reference.with_monitors(monitor_db_spl), |it| *it)
    }
}

impl Default for Situations {
    fn default() -> Self {
        Self::new()
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

    #[test]
    fn settings_name_them_in_the_same_order() {
        let situations = Situations::new();
        for (idx, audience) in AUDIENCES.iter().enumerate() {
            let expected = Situation::new(&audience.parts().unwrap());
            assert_eq!(situations.of(Audience::NAMED[idx], 79.0), expected);
        }
        let reference = situations.of(Audience::Reference, 82.0);
        assert_eq!(reference, Situation::reference(82.0));
    }
}
