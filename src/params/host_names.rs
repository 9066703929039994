//! What the host calls the track that the plugin is on. Hosts tell it on their main thread, the editor reads it: no
//! thread of the audio comes here.

use std::sync::{Mutex, PoisonError};

/// Longest name that is kept, characters.
const MAX_CHARS: usize = 128;

/// The host's names for one instance; nothing in a new one.
#[derive(Debug, Default)]
pub struct HostNames {
    track: Mutex<String>,
}

impl HostNames {
    /// The host calls the track like this; an empty name is none.
    pub fn set_track(&self, name: &str) {
        let name: String = name
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(MAX_CHARS)
            .collect();
        *self.track.lock().unwrap_or_else(PoisonError::into_inner) = name.trim().to_owned();
    }

    /// What the host calls the track, if it says so.
    pub fn track(&self) -> Option<String> {
        let name = self.track.lock().unwrap_or_else(PoisonError::into_inner);
        (!name.is_empty()).then(|| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_of_moderate_length_or_none() {
        let names = HostNames::default();
        assert_eq!(names.track(), None);
        names.set_track(" Music\nbed ");
        assert_eq!(names.track().as_deref(), Some("Music bed"));
        names.set_track(&"x".repeat(10_000));
        assert_eq!(names.track().map(|name| name.len()), Some(MAX_CHARS));
        names.set_track("  ");
        assert_eq!(names.track(), None);
    }
}
