//! The first minute with the window: whether the first steps are shown, and how far their moving example is.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::editor::example_story::STORY_S;
use crate::files::whole_file;

/// Most that the example goes on from one frame to the next, s: it goes on from where it was when the window
/// comes back.
const MAX_STEP_S: f64 = 0.25;

/// When the example has been seen often enough, s: it stands then, with the cut in sight, and costs nothing.
const SEEN_S: f64 = 4.8 * STORY_S;

/// What is written into the note that the first steps were read.
const NOTE: &str = "The first steps of Underscore's window were read. Without this file new instances show them again.\n";

/// Where it is noted that the user of this machine has read the first steps; `None` without a home.
pub fn user_note() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(
        base.config_dir()
            .join("Underscore")
            .join("first-steps-read.txt"),
    )
}

/// The first steps of one instance.
#[derive(Debug, Default)]
pub struct FirstMinute {
    /// The file that is there when they were read.
    note: Option<PathBuf>,
    /// Whether it is there; `None` until somebody looks.
    is_noted: Option<bool>,
    /// Whether dialogue had been heard when the user asked for them.
    asked: Option<bool>,
    /// How far the example is, s.
    story_s: f64,
    /// When it last went on, s.
    last_s: Option<f64>,
    /// Whether the user has stopped it.
    is_paused: bool,
}

impl FirstMinute {
    /// First steps that are noted in a file once they were read.
    pub fn noted_in(note: Option<PathBuf>) -> Self {
        Self {
            note,
            ..Self::default()
        }
    }

    /// A window opens: another instance may have been read meanwhile.
    pub fn opened(&mut self) {
        self.is_noted = None;
        self.begin_story();
    }

    /// The user wants to see them again.
    pub fn ask(&mut self, is_dialogue_heard: bool) {
        self.asked = Some(is_dialogue_heard);
        self.begin_story();
    }

    /// Whether they are to be seen: in an instance that hasn't begun, on a machine where nobody has read them, and
    /// where the user asks. They go when dialogue arrives.
    pub fn is_shown(&mut self, has_begun: bool, is_dialogue_heard: bool) -> bool {
        if self.asked == Some(false) && is_dialogue_heard {
            self.asked = None;
        }
        self.asked.is_some() || !has_begun && !is_dialogue_heard && !self.is_noted()
    }

    /// The user has read them. Where that can't be noted, it holds for the session.
    pub fn dismiss(&mut self) {
        self.asked = None;
        if let Some(note) = &self.note {
            let folder = whole_file::folder_of(note);
            let _ = std::fs::create_dir_all(folder)
                .and_then(|()| whole_file::write(note, NOTE.as_bytes()));
        }
        self.is_noted = Some(true);
    }

    /// Whether the example stands: the user has stopped it, or it has been seen for a minute.
    pub fn is_paused(&self) -> bool {
        self.is_paused || self.story_s >= SEEN_S
    }

    /// Stops the example, or lets it go on; once it has been seen, from its beginning.
    pub fn toggle_pause(&mut self) {
        let is_paused = !self.is_paused();
        if self.story_s >= SEEN_S {
            self.begin_story();
        }
        self.is_paused = is_paused;
    }

    /// How far the example is at `now_s`, s: it goes on while `is_moving`.
    pub fn story_s(&mut self, now_s: f64, is_moving: bool) -> f64 {
        let step_s = self
            .last_s
            .replace(now_s)
            .map_or(0.0, |last_s| now_s - last_s);
        if is_moving {
            self.story_s = (self.story_s + step_s.clamp(0.0, MAX_STEP_S)).min(SEEN_S);
        }
        self.story_s
    }

    fn begin_story(&mut self) {
        (self.story_s, self.last_s) = (0.0, None);
    }

    fn is_noted(&mut self) -> bool {
        let note = &self.note;
        *self
            .is_noted
            .get_or_insert_with(|| note.as_ref().is_some_and(|note| note.exists()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_shown_until_dialogue_arrives_or_they_were_read() {
        let mut minute = FirstMinute::default();
        assert!(minute.is_shown(false, false));
        assert!(!minute.is_shown(false, true) && !minute.is_shown(true, false));
        minute.dismiss();
        assert!(!minute.is_shown(false, false));
        minute.ask(false);
        assert!(minute.is_shown(true, false));
        assert!(!minute.is_shown(true, true) && !minute.is_shown(true, false));
        // Asked for while dialogue runs, they stay until they are dismissed.
        minute.ask(true);
        assert!(minute.is_shown(true, true));
        minute.dismiss();
        assert!(!minute.is_shown(true, true));
    }

    #[test]
    fn who_has_read_them_once_sees_them_in_no_other_instance() {
        let folder = tempfile::tempdir().unwrap();
        let note = Some(folder.path().join("new").join("read.txt"));
        let mut minutes = [(); 2].map(|()| FirstMinute::noted_in(note.clone()));
        assert!(
            minutes
                .iter_mut()
                .all(|minute| minute.is_shown(false, false))
        );
        minutes[0].dismiss();
        minutes[1].opened();
        assert!(
            minutes
                .iter_mut()
                .all(|minute| !minute.is_shown(false, false))
        );
        // Where nothing can be written it holds for this instance.
        let nowhere = folder.path().join("new").join("read.txt").join("nowhere");
        let mut minute = FirstMinute::noted_in(Some(nowhere));
        minute.dismiss();
        assert!(!minute.is_shown(false, false));
    }

    #[test]
    fn the_example_goes_on_only_while_it_moves() {
        let mut minute = FirstMinute::default();
        assert_eq!(minute.story_s(100.0, true), 0.0);
        assert!((minute.story_s(100.1, true) - 0.1).abs() < 1e-9);
        assert!((minute.story_s(105.0, false) - 0.1).abs() < 1e-9);
        assert!((minute.story_s(105.1, true) - 0.2).abs() < 1e-9);
        // Nobody looked.
        assert!((minute.story_s(500.0, true) - 0.2 - MAX_STEP_S).abs() < 1e-9);
    }

    #[test]
    fn the_example_stands_after_a_minute_until_it_is_asked_for_again() {
        let mut minute = FirstMinute::default();
        let seconds = (0..600).map(|tenth| 0.1 * f64::from(tenth));
        let last_s = seconds.map(|now_s| minute.story_s(now_s, true)).last();
        assert_eq!(last_s, Some(SEEN_S));
        assert!(minute.is_paused());
        minute.toggle_pause();
        assert!(!minute.is_paused() && minute.story_s(61.0, true) == 0.0);
        minute.toggle_pause();
        minute.opened();
        assert!(minute.is_paused(), "what the user has stopped stays so");
    }
}
