//! What is heard on which side: whether there is dialogue, whether there is music.

use crate::snapshot::Snapshot;

/// A side below this level, dBFS, is silent: under the noise of any recording chain.
const SILENT_DBFS: f32 = -80.0;

/// Silence after which it is said, s: longer than the pauses of a scene with people in it.
const SILENCE_S: f64 = 10.0;

/// Silence after which a side that was never heard is said to be missing, s.
const MISSING_S: f64 = 2.0;

/// What there is of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The side is heard, or was a moment ago.
    Heard,
    /// The side was heard before, not now.
    Silent,
    /// The side has never been heard.
    Missing,
    /// Not known yet.
    Unknown,
}

#[derive(Debug, Clone, Copy, Default)]
struct Ear {
    has_heard: bool,
    silent_s: f64,
}

impl Ear {
    fn push(&mut self, level_dbfs: f32, hop_s: f64) {
        if level_dbfs > SILENT_DBFS {
            self.has_heard = true;
            self.silent_s = 0.0;
        } else {
            self.silent_s += hop_s;
        }
    }

    fn side(&self) -> Side {
        match self.has_heard {
            true if self.silent_s >= SILENCE_S => Side::Silent,
            true => Side::Heard,
            false if self.silent_s >= MISSING_S => Side::Missing,
            false => Side::Unknown,
        }
    }
}

/// Listens to both sides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Presence {
    dialogue: Ear,
    music: Ear,
}

impl Presence {
    /// Takes in a hop.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let hop_s = snapshot.hop_s();
        self.dialogue.push(snapshot.dialogue_dbfs, hop_s);
        self.music.push(snapshot.music_dbfs, hop_s);
    }

    /// The sidechain.
    pub fn dialogue(&self) -> Side {
        self.dialogue.side()
    }

    /// The bus.
    pub fn music(&self) -> Side {
        self.music.side()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen(presence: &mut Presence, seconds: f64, dialogue_dbfs: f32) {
        for _ in 0..(seconds * 200.0) as usize {
            presence.push(&Snapshot {
                hop_samples: 240,
                dialogue_dbfs,
                music_dbfs: -20.0,
                ..Snapshot::default()
            });
        }
    }

    #[test]
    fn a_pause_is_no_silence_and_silence_is_not_missing() {
        let mut presence = Presence::default();
        assert_eq!(presence.dialogue(), Side::Unknown);
        listen(&mut presence, 1.0, -140.0);
        assert_eq!(presence.dialogue(), Side::Unknown);
        listen(&mut presence, 1.5, -140.0);
        assert_eq!(presence.dialogue(), Side::Missing);
        listen(&mut presence, 1.0, -30.0);
        assert_eq!(presence.dialogue(), Side::Heard);
        listen(&mut presence, 8.0, -95.0);
        assert_eq!(presence.dialogue(), Side::Heard);
        listen(&mut presence, 3.0, -95.0);
        assert_eq!(presence.dialogue(), Side::Silent);
        assert_eq!(presence.music(), Side::Heard);
    }
}
