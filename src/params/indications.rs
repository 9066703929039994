//! What a host says of its side of each parameter: whether a control of a surface is mapped to it, and what the host's
//! automation does with it. Single atomics, set on the host's main thread, read by the window.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::settings::TABLE;

/// In a mapping's bits: there is one.
const IS_MAPPED: u32 = 1 << 24;

/// What a host's automation does with a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostLane {
    /// There is none.
    #[default]
    None,
    /// There is one, and it isn't played.
    Present,
    /// It plays.
    Playing,
    /// It records.
    Recording,
    /// It would play, but the user has touched the parameter.
    Overriding,
}

impl HostLane {
    /// In the order of CLAP's numbers.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Present,
        Self::Playing,
        Self::Recording,
        Self::Overriding,
    ];

    /// In words; empty for none.
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Present => "The host has automation for it.",
            Self::Playing => "The host's automation plays it.",
            Self::Recording => "The host's automation records it.",
            Self::Overriding => "The host's automation waits until you let go of it.",
        }
    }

    /// A letter for small places; empty for none.
    pub fn letter(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Present => "A",
            Self::Playing => "P",
            Self::Recording => "R",
            Self::Overriding => "O",
        }
    }
}

#[derive(Debug, Default)]
struct Indication {
    /// [`IS_MAPPED`] and a colour.
    mapping: AtomicU32,
    lane: AtomicU32,
}

/// What a host says of all parameters.
#[derive(Debug)]
pub struct Indications(Vec<(&'static str, Indication)>);

impl Default for Indications {
    fn default() -> Self {
        let ids = TABLE.iter().map(|row| row.about().id);
        Self(ids.map(|id| (id, Indication::default())).collect())
    }
}

impl Indications {
    fn of(&self, id: &str) -> Option<&Indication> {
        let mut all = self.0.iter();
        all.find_map(|(it, indication)| (*it == id).then_some(indication))
    }

    /// A control of a surface is mapped to the parameter, in a colour of red, green and blue, or none is.
    pub fn set_mapping(&self, id: &str, colour: Option<[u8; 3]>) {
        let bits = colour.map_or(0, |[red, green, blue]| {
            IS_MAPPED | u32::from_be_bytes([0, red, green, blue])
        });
        if let Some(indication) = self.of(id) {
            indication.mapping.store(bits, Relaxed);
        }
    }

    /// The colour of the control that is mapped to the parameter, if one is.
    pub fn mapping(&self, id: &str) -> Option<[u8; 3]> {
        let bits = self.of(id)?.mapping.load(Relaxed);
        let [_, red, green, blue] = bits.to_be_bytes();
        (bits & IS_MAPPED != 0).then_some([red, green, blue])
    }

    /// The host's automation does this with the parameter.
    pub fn set_lane(&self, id: &str, lane: HostLane) {
        if let Some(indication) = self.of(id) {
            indication.lane.store(lane as u32, Relaxed);
        }
    }

    /// What the host's automation does with the parameter.
    pub fn lane(&self, id: &str) -> HostLane {
        let number = self.of(id).map_or(0, |it| it.lane.load(Relaxed));
        let mut all = HostLane::ALL.into_iter();
        all.find(|lane| *lane as u32 == number).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_has_its_own() {
        let indications = Indications::default();
        indications.set_mapping("ride", Some([1, 2, 255]));
        indications.set_lane("ride", HostLane::Recording);
        assert_eq!(indications.mapping("ride"), Some([1, 2, 255]));
        assert_eq!(indications.lane("ride"), HostLane::Recording);
        assert_eq!(indications.mapping("focus"), None);
        assert_eq!(indications.lane("focus"), HostLane::None);
        indications.set_mapping("ride", None);
        assert_eq!(indications.mapping("ride"), None);
        // Black is a colour.
        indications.set_mapping("focus", Some([0, 0, 0]));
        assert_eq!(indications.mapping("focus"), Some([0, 0, 0]));
    }
}
