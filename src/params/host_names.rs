//! What the host calls itself, and the track that the plugin is on. Hosts tell it on their main thread, the editor
//! reads it: no thread of the audio comes here.

use std::sync::{Mutex, PoisonError};

/// Longest name that is kept, characters.
const MAX_CHARS: usize = 128;

/// The host's names for one instance; nothing in a new one.
#[derive(Debug, Default)]
pub struct HostNames {
    program: Mutex<String>,
    track: Mutex<String>,
}

impl HostNames {
    /// The host calls itself like this; an empty name is none.
    pub fn set_program(&self, name: &str) {
        keep(&self.program, name);
    }

    /// What the host calls itself, if it says so.
    pub fn program(&self) -> Option<String> {
        kept(&self.program)
    }

    /// The host calls the track like this; an empty name is none.
    pub fn set_track(&self, name: &str) {
        keep(&self.track, name);
    }

    /// What the host calls the track, if it says so.
    pub fn track(&self) -> Option<String> {
        kept(&self.track)
    }
}

/// Keeps `name` as one line of moderate length.
fn keep(place: &Mutex<String>, name: &str) {
    let name: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_CHARS)
        .collect();
    *place.lock().unwrap_or_else(PoisonError::into_inner) = name.trim().to_owned();
}

fn kept(place: &Mutex<String>) -> Option<String> {
    let name = place.lock().unwrap_or_else(PoisonError::into_inner);
    (!name.is_empty()).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_of_moderate_length_or_none() {
        let names = HostNames::default();
        assert_eq!((names.program(), names.track()), (None, None));
        names.set_track(" Music\nbed ");
        assert_eq!(names.track().as_deref(), Some("Music bed"));
        names.set_track(&"x".repeat(10_000));
        assert_eq!(names.track().map(|name| name.len()), Some(MAX_CHARS));
        names.set_track("  ");
        names.set_program("REAPER\0");
        assert_eq!(names.track(), None);
        assert_eq!(names.program().as_deref(), Some("REAPER"));
    }
}
