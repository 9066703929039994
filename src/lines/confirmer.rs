//! What a list can know that a live display can't: whether the sound that began was a voice.
//!
//! Hops are held back until that is decided, so that speech begins where the voice began. Unconfirmed
//! sounds, and sounds too short to be a word, are not speech.

use std::collections::VecDeque;

use crate::clash::meter::SiiMeter;
use crate::lines::choices::LEAST_WORD_MS;
use crate::psycho::audiences::Situations;
use crate::snapshot::Snapshot;
use crate::speech::gate::{MAX_BACKDATE_BEFORE_OPENING_MS, MAX_BACKDATE_MS};

/// Holds hops back and marks those in which somebody speaks for certain.
#[derive(Debug, Clone, Default)]
pub struct Confirmer {
    meter: SiiMeter,
    situations: Situations,
    /// Hops held back, the oldest first, and whether somebody speaks for certain in each.
    held: VecDeque<(Snapshot, bool)>,
    /// Confirmed hops of the stretch of speech that goes on, those that have left included.
    num_in_stretch: usize,
    /// Confirmed hops of that stretch before the hold at its end.
    num_sounding: usize,
    /// Newest hops in which a sound may be a voice.
    num_provisional: usize,
}

impl Confirmer {
    /// Takes the next hop, and hands those to `emit` that are decided. A jump of the timeline
    /// decides all that lies before it.
    pub fn push(&mut self, snapshot: &Snapshot, mut emit: impl FnMut(&Snapshot)) {
        let follows = self.held.back().is_none_or(|(last, _)| {
            let gap_samples = snapshot.position_samples - last.position_samples;
            gap_samples == i64::from(snapshot.hop_samples)
        });
        if !follows {
            self.drain(&mut emit);
        }
        let is_confirmed = snapshot.speech_hops > 0;
        self.num_provisional = if snapshot.is_speech && !is_confirmed {
            self.num_provisional + 1
        } else {
            0
        };
        if !is_confirmed {
            self.end_stretch(snapshot);
        }
        self.held.push_back((*snapshot, is_confirmed));
        if is_confirmed {
            self.num_in_stretch = if self.num_in_stretch == 0 {
                self.date_back(snapshot.speech_hops as usize)
            } else {
                self.num_in_stretch + 1
            };
            let num_sounding = self
                .num_in_stretch
                .saturating_sub(snapshot.held_hops as usize);
            // Times of the gate, rounded to hops, may take one back.
            self.num_sounding = self.num_sounding.max(num_sounding);
        }
        while let Some(&(_, is_confirmed)) = self.held.front() {
            let is_decided = if is_confirmed {
                self.num_in_stretch == 0 || self.is_word(snapshot)
            } else {
                self.held.len() > self.num_undecided(snapshot)
            };
            if !is_decided {
                break;
            }
            self.emit_front(&mut emit);
        }
    }

    /// Hops that may still become speech: the sound that is on trial with what lies before it, or what a
    /// sound may have that is confirmed without a trial.
    fn num_undecided(&self, snapshot: &Snapshot) -> usize {
        // One more, as times of the gate are rounded to hops.
        let before_opening = num_hops(MAX_BACKDATE_BEFORE_OPENING_MS, snapshot) + 1;
        let on_trial = self.num_provisional + before_opening;
        on_trial.max(num_hops(MAX_BACKDATE_MS, snapshot))
    }

    /// Whether the stretch that goes on is long enough for a word.
    fn is_word(&self, snapshot: &Snapshot) -> bool {
        self.num_sounding >= num_hops(LEAST_WORD_MS, snapshot)
    }

    /// Ends the stretch. A stretch too short for a word is not speech; none of its hops has left yet.
    fn end_stretch(&mut self, snapshot: &Snapshot) {
        if !self.is_word(snapshot) {
            let newest = self.held.iter_mut().rev().take(self.num_in_stretch);
            newest.for_each(|(_, is_confirmed)| *is_confirmed = false);
        }
        self.num_in_stretch = 0;
        self.num_sounding = 0;
    }

    /// Decides all that is held back, as if nothing followed.
    pub fn drain(&mut self, mut emit: impl FnMut(&Snapshot)) {
        while !self.held.is_empty() {
            self.emit_front(&mut emit);
        }
        self.num_in_stretch = 0;
        self.num_sounding = 0;
        self.num_provisional = 0;
    }

    /// Marks the newest `speech_hops` hops, as far as they are held, and says how many they are.
    fn date_back(&mut self, speech_hops: usize) -> usize {
        let newest = self.held.iter_mut().rev().take(speech_hops);
        newest.map(|(_, is_confirmed)| *is_confirmed = true).count()
    }

    fn emit_front(&mut self, emit: &mut impl FnMut(&Snapshot)) {
        let Some((mut snapshot, is_confirmed)) = self.held.pop_front() else {
            return;
        };
        if is_confirmed && !snapshot.is_speech {
            self.read(&mut snapshot);
        }
        snapshot.is_speech = is_confirmed;
        emit(&snapshot);
    }

    /// Makes up for figures that weren't taken, as nobody seemed to speak.
    fn read(&self, snapshot: &mut Snapshot) {
        let situation = self
            .situations
            .of(snapshot.audience, snapshot.monitor_db_spl);
        let levels = snapshot.heard_levels();
        // While a voice rises, the fast level is that of the word.
        let (figures, excess_band_db) = self.meter.read_hop(
            &situation,
            &levels,
            &levels.dialogue_power,
            snapshot.monitor_db_spl,
            snapshot.is_music_voice,
        );
        snapshot.hop_figures = figures;
        snapshot.excess_band_db = excess_band_db;
    }
}

/// Hops in `ms`.
fn num_hops(ms: f64, snapshot: &Snapshot) -> usize {
    (1e-3 * ms * snapshot.hop_rate_hz()).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::HopLevels;

    const HOP: u32 = 240;
    const HOLD_HOPS: usize = 46;

    /// Hops of 5 ms; in the range `speech` the live display shows speech, the last 230 ms of it hold,
    /// confirmed `late` hops after its begin and known then to have begun `before` hops earlier. Which
    /// are confirmed.
    fn confirmed(
        num_hops: usize,
        speech: std::ops::Range<usize>,
        late: usize,
        before: usize,
    ) -> Vec<usize> {
        let mut confirmer = Confirmer::default();
        let mut all = Vec::new();
        for hop_idx in 0..num_hops {
            let is_sure = speech.contains(&hop_idx) && hop_idx >= speech.start + late;
            let speech_hops = if is_sure {
                hop_idx - speech.start + before + 1
            } else {
                0
            };
            let snapshot = Snapshot {
                hop_samples: HOP,
                position_samples: (hop_idx as i64 + 1) * i64::from(HOP),
                is_speech: speech.contains(&hop_idx),
                speech_hops: speech_hops as u32,
                held_hops: (hop_idx + 1 + HOLD_HOPS).saturating_sub(speech.end) as u32,
                levels: HopLevels {
                    dialogue_power: [1e-4; crate::psycho::bands::NUM_BANDS],
                    ..HopLevels::SILENT
                },
                ..Snapshot::default()
            };
            confirmer.push(&snapshot, |hop| all.push(*hop));
        }
        confirmer.drain(|hop| all.push(*hop));
        assert_eq!(all.len(), num_hops);
        let positions = all.iter().map(|hop| hop.position_samples);
        assert!(positions.is_sorted());
        all.iter()
            .enumerate()
            .filter_map(|(hop_idx, hop)| hop.is_speech.then_some(hop_idx))
            .collect()
    }

    #[test]
    fn speech_begins_where_the_voice_did() {
        let expected: Vec<usize> = (90..300).collect();
        assert_eq!(confirmed(500, 100..300, 12, 10), expected);
        // As far back as there is anything.
        assert_eq!(confirmed(500, 3..300, 12, 10), (0..300).collect::<Vec<_>>());
        // A trial of 600 ms.
        assert_eq!(confirmed(500, 100..300, 120, 10), expected);
    }

    #[test]
    fn what_is_never_confirmed_or_too_short_is_no_speech() {
        assert_eq!(confirmed(500, 100..116, 30, 0), [0; 0]);
        // 125 ms and the hold, 25 ms of which were dated back.
        assert_eq!(confirmed(500, 100..166, 4, 5), [0; 0]);
        // 130 ms and the hold.
        let expected: Vec<usize> = (95..167).collect();
        assert_eq!(confirmed(500, 100..167, 4, 5), expected);
    }

    #[test]
    fn a_hop_that_was_not_read_live_is_read() {
        let mut confirmer = Confirmer::default();
        let mut figures = Vec::new();
        for hop_idx in 1..=200 {
            let is_late = hop_idx > 100;
            confirmer.push(
                &Snapshot {
                    hop_samples: HOP,
                    position_samples: hop_idx * i64::from(HOP),
                    is_speech: is_late,
                    speech_hops: if is_late { hop_idx as u32 - 80 } else { 0 },
                    levels: HopLevels {
                        dialogue_power: [1e-4; crate::psycho::bands::NUM_BANDS],
                        ..HopLevels::SILENT
                    },
                    ..Snapshot::default()
                },
                |hop| figures.push((hop.is_speech, hop.hop_figures.sii)),
            );
        }
        assert!(
            figures[80..100]
                .iter()
                .all(|&(is_speech, sii)| is_speech && sii > 0.5)
        );
        assert!(
            figures[..80]
                .iter()
                .all(|&(is_speech, sii)| !is_speech && sii == 0.0)
        );
    }

    #[test]
    fn a_jump_decides_what_lies_before_it() {
        let mut confirmer = Confirmer::default();
        let mut num_speech = 0;
        for position in [240, 480, 720, 48_000, 48_240] {
            let snapshot = Snapshot {
                hop_samples: HOP,
                position_samples: position,
                is_speech: true,
                speech_hops: 5,
                ..Snapshot::default()
            };
            confirmer.push(&snapshot, |hop| num_speech += usize::from(hop.is_speech));
        }
        assert_eq!(num_speech, 3);
    }
}
