//! What hops tell about whether the two inputs fit: levels, phases, and whether the dialogue has the
//! levels of the music in it. For lists, and for the window, which has no more than hops.

use crate::lines::doubts::{Doubt, Input};
use crate::psycho::bands::NUM_BANDS;
use crate::snapshot::Snapshot;

/// Level of a hop that no scaled samples reach, dBFS: 16 channels at full scale add up to +12.
const TOO_LOUD_DBFS: f32 = 12.5;

/// Dialogue whose loudest hop lies between these levels, dBFS, is very soft: under the first it is the
/// noise of a converter, over the second a voice would be found.
const SOFT_DBFS: (f32, f32) = (-95.0, -50.0);

/// The same if somebody was heard to speak, dBFS: lines 26 dB under the loudest would be lost in the noise of
/// 16 bits.
const SOFT_SPEECH_DBFS: f32 = -55.0;

/// Share of the speech in which phases are opposite that tells a fault.
const LEAST_OPPOSITE_SHARE: f64 = 0.5;

/// Least speech to judge phases by, s, and least sound to judge anything else by.
const LEAST_SPEECH_S: f64 = 0.3;
const LEAST_SOUND_S: f64 = 3.0;

/// Shares of the time with music in which a voice is heard there, and of the time with dialogue in
/// which somebody speaks, that make it likely that the two are swapped.
const SWAPPED_MUSIC_VOICE: f64 = 0.5;
const SWAPPED_SPEECH: f64 = 0.4;

/// A voice alone falls silent between its sounds: by this much, dB, for so long, ms, so often a second. A
/// song goes on under its singer.
const PAUSE_DB: f32 = 20.0;
const PAUSE_MS: (f64, f64) = (40.0, 600.0);
const LEAST_PAUSES_PER_S: f64 = 0.4;

/// Fall of the level that pauses are measured from, dB/s.
const LEVEL_FALL_DB_PER_S: f32 = 10.0;

/// Level from which a band or a side sounds, dBFS.
const SOUNDING_DBFS: f32 = -60.0;

/// Ratios of dialogue to music are counted in steps of this, dB, up to this far either way.
const STEP_DB: f32 = 0.5;
const MAX_RATIO_DB: f32 = 60.0;
const NUM_STEPS: usize = (2.0 * MAX_RATIO_DB / STEP_DB) as usize;
/// Steps round the most frequent ratio that count as the same: a copy at a constant gain, under a voice
/// that only now and then is as soft.
const SAME_STEPS: usize = 3;
/// Share of the hops with one ratio that tells a copy: unrelated sounds come to less than a tenth.
const LEAST_COPY_SHARE: f64 = 0.3;
/// Spread of the music's level in those hops, dB: two steady sounds have a steady ratio, too.
const LEAST_SPREAD_DB: f64 = 3.0;
/// Bands that must agree.
const LEAST_COPY_BANDS: usize = 6;
/// Hops of a band to judge it by.
const LEAST_BAND_HOPS: u32 = 200;

/// Hears hops and says what is doubtful about their inputs.
#[derive(Debug, Clone)]
pub struct HopWatch {
    loudest_dialogue_dbfs: f32,
    loudest_music_dbfs: f32,
    hop_s: f64,
    num_hops: u64,
    num_speech: u64,
    num_opposite: u64,
    num_dialogue_sounding: u64,
    num_music_sounding: u64,
    num_music_voice: u64,
    pauses: Pauses,
    bands: Vec<BandRatios>,
}

/// Short pauses of the music.
#[derive(Debug, Clone, Copy, Default)]
struct Pauses {
    level_dbfs: f32,
    pause_s: f64,
    num_pauses: u32,
}

impl Pauses {
    fn push(&mut self, hop: &Snapshot) {
        let fallen_dbfs = self.level_dbfs - LEVEL_FALL_DB_PER_S * hop.hop_s() as f32;
        self.level_dbfs = fallen_dbfs.max(hop.music_dbfs);
        if hop.music_dbfs < self.level_dbfs - PAUSE_DB {
            self.pause_s += hop.hop_s();
            return;
        }
        let pause_ms = 1e3 * self.pause_s;
        self.num_pauses += u32::from(pause_ms >= PAUSE_MS.0 && pause_ms <= PAUSE_MS.1);
        self.pause_s = 0.0;
    }
}

/// How often each ratio of dialogue to music was seen in a band, and the levels of the music then.
#[derive(Debug, Clone)]
struct BandRatios {
    steps: Vec<RatioStep>,
    num_hops: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct RatioStep {
    num_hops: u32,
    sum_db: f64,
    sum_squares: f64,
}

impl Default for HopWatch {
    fn default() -> Self {
        Self {
            loudest_dialogue_dbfs: f32::MIN,
            loudest_music_dbfs: f32::MIN,
            hop_s: 0.0,
            num_hops: 0,
            num_speech: 0,
            num_opposite: 0,
            num_dialogue_sounding: 0,
            num_music_sounding: 0,
            num_music_voice: 0,
            pauses: Pauses::default(),
            bands: vec![BandRatios::default(); NUM_BANDS],
        }
    }
}

impl Default for BandRatios {
    fn default() -> Self {
        Self {
            steps: vec![RatioStep::default(); NUM_STEPS + SAME_STEPS],
            num_hops: 0,
        }
    }
}

impl HopWatch {
    /// Takes in the next hop.
    pub fn push(&mut self, hop: &Snapshot) {
        self.hop_s = hop.hop_s();
        self.num_hops += 1;
        self.loudest_dialogue_dbfs = self.loudest_dialogue_dbfs.max(hop.dialogue_dbfs);
        self.loudest_music_dbfs = self.loudest_music_dbfs.max(hop.music_dbfs);
        self.num_speech += u64::from(hop.is_speech);
        self.num_opposite += u64::from(hop.is_speech && hop.is_out_of_phase);
        self.num_dialogue_sounding += u64::from(hop.dialogue_dbfs > SOUNDING_DBFS);
        self.num_music_sounding += u64::from(hop.music_dbfs > SOUNDING_DBFS);
        self.num_music_voice += u64::from(hop.is_music_voice);
        self.pauses.push(hop);
        let levels = hop.dialogue_band_dbfs.iter().zip(&hop.music_band_dbfs);
        for (band, (&dialogue_dbfs, &music_dbfs)) in self.bands.iter_mut().zip(levels) {
            band.push(dialogue_dbfs, music_dbfs);
        }
    }

    /// Whether somebody spoke in any hop.
    fn has_speech(&self) -> bool {
        self.num_speech > 0
    }

    /// What is doubtful so far.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        let loudest = [
            (Input::Dialogue, self.loudest_dialogue_dbfs),
            (Input::Music, self.loudest_music_dbfs),
        ];
        for (input, dbfs) in loudest {
            if dbfs > TOO_LOUD_DBFS {
                doubts.push(Doubt::TooLoud { input, dbfs });
            }
        }
        let dbfs = self.loudest_dialogue_dbfs;
        let (least_dbfs, soft_dbfs) = SOFT_DBFS;
        let soft_dbfs = if self.has_speech() {
            SOFT_SPEECH_DBFS
        } else {
            soft_dbfs
        };
        if dbfs > least_dbfs && dbfs < soft_dbfs {
            doubts.push(Doubt::VerySoft { dbfs });
        }
        let seconds = |num_hops: u64| num_hops as f64 * self.hop_s;
        if seconds(self.num_speech) >= LEAST_SPEECH_S
            && share(self.num_opposite, self.num_speech) > LEAST_OPPOSITE_SHARE
        {
            doubts.push(Doubt::OppositePhase);
        }
        if self.holds_music() {
            doubts.push(Doubt::DialogueHoldsMusic(None));
        } else if seconds(self.num_music_sounding) >= LEAST_SOUND_S && self.may_be_swapped() {
            doubts.push(Doubt::Swapped);
        }
        doubts
    }

    /// Whether there is a voice alone in the music for most of its time, and little of one in the dialogue.
    pub fn may_be_swapped(&self) -> bool {
        let sounding_s = self.num_music_sounding as f64 * self.hop_s;
        let has_pauses = f64::from(self.pauses.num_pauses) > LEAST_PAUSES_PER_S * sounding_s;
        has_pauses
            && share(self.num_music_voice, self.num_music_sounding) > SWAPPED_MUSIC_VOICE
            && share(self.num_speech, self.num_dialogue_sounding) < SWAPPED_SPEECH
    }

    /// Whether the dialogue's levels are those of the music at a constant gain wherever no voice is
    /// louder.
    fn holds_music(&self) -> bool {
        let num_alike = self.bands.iter().filter(|band| band.is_copy()).count();
        num_alike >= LEAST_COPY_BANDS
    }
}

impl BandRatios {
    fn push(&mut self, dialogue_dbfs: f32, music_dbfs: f32) {
        // A copy under the noise of its own recording tells nothing.
        if music_dbfs < SOUNDING_DBFS || dialogue_dbfs < SOUNDING_DBFS - 20.0 {
            return;
        }
        let ratio_db = dialogue_dbfs - music_dbfs;
        let step_idx = ((ratio_db + MAX_RATIO_DB) / STEP_DB).clamp(0.0, NUM_STEPS as f32 - 1.0);
        let step = &mut self.steps[step_idx as usize];
        step.num_hops += 1;
        step.sum_db += f64::from(music_dbfs);
        step.sum_squares += f64::from(music_dbfs).powi(2);
        self.num_hops += 1;
    }

    fn is_copy(&self) -> bool {
        if self.num_hops < LEAST_BAND_HOPS {
            return false;
        }
        let same = self.steps.windows(SAME_STEPS).max_by_key(|steps| {
            let hops = steps.iter().map(|step| step.num_hops);
            hops.sum::<u32>()
        });
        let same = same.unwrap_or_default();
        let num_hops: u32 = same.iter().map(|step| step.num_hops).sum();
        let mean = |sum: f64| sum / f64::from(num_hops.max(1));
        let mean_db = mean(same.iter().map(|step| step.sum_db).sum());
        let variance = mean(same.iter().map(|step| step.sum_squares).sum()) - mean_db.powi(2);
        f64::from(num_hops) > LEAST_COPY_SHARE * f64::from(self.num_hops)
            && variance.max(0.0).sqrt() > LEAST_SPREAD_DB
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 10 s of hops of 5 ms, each made by `hop` from its number.
    fn doubts(hop: impl Fn(i64, &mut Snapshot)) -> Vec<Doubt> {
        let mut watch = HopWatch::default();
        for hop_idx in 1..=2000 {
            let mut snapshot = Snapshot {
                hop_samples: 240,
                position_samples: hop_idx * 240,
                dialogue_dbfs: -30.0,
                music_dbfs: -30.0,
                ..Snapshot::default()
            };
            hop(hop_idx, &mut snapshot);
            watch.push(&snapshot);
        }
        watch.doubts()
    }

    fn wave_db(hop_idx: i64, period: f64) -> f32 {
        (8.0 * (std::f64::consts::TAU * hop_idx as f64 / period).sin()) as f32
    }

    #[test]
    fn a_pair_as_it_should_be_is_not_doubted() {
        let found = doubts(|hop_idx, hop| {
            hop.is_speech = hop_idx % 400 < 200;
            hop.dialogue_band_dbfs = [-45.0 + wave_db(hop_idx, 61.0); NUM_BANDS];
            hop.music_band_dbfs = [-40.0 + wave_db(hop_idx, 433.0); NUM_BANDS];
        });
        assert_eq!(found, []);
    }

    #[test]
    fn levels_of_the_music_in_the_dialogue_are_found_under_a_voice() {
        let found = doubts(|hop_idx, hop| {
            hop.is_speech = true;
            let music_dbfs = -40.0 + wave_db(hop_idx, 433.0);
            let is_voice = hop_idx % 40 < 24;
            hop.music_band_dbfs = [music_dbfs; NUM_BANDS];
            let voice_db = if is_voice {
                12.0 + wave_db(hop_idx, 61.0)
            } else {
                -6.0
            };
            hop.dialogue_band_dbfs = [music_dbfs + voice_db; NUM_BANDS];
        });
        assert_eq!(found, [Doubt::DialogueHoldsMusic(None)]);
    }

    #[test]
    fn two_steady_sounds_are_no_copy() {
        let found = doubts(|_, hop| {
            hop.dialogue_band_dbfs = [-50.0; NUM_BANDS];
            hop.music_band_dbfs = [-40.0; NUM_BANDS];
        });
        assert_eq!(found, []);
    }

    #[test]
    fn levels_phases_and_sides_are_told() {
        let soft = doubts(|_, hop| hop.dialogue_dbfs = -65.0);
        assert_eq!(soft, [Doubt::VerySoft { dbfs: -65.0 }]);
        assert!(
            soft[0].text(None).contains("--trim 24"),
            "{}",
            soft[0].text(None)
        );
        let of_speech = |dialogue_dbfs: f32| {
            doubts(|_, hop| {
                hop.is_speech = true;
                hop.dialogue_dbfs = dialogue_dbfs;
            })
        };
        assert_eq!(of_speech(-65.0), soft);
        assert_eq!(of_speech(-52.0), []);
        let loud = doubts(|_, hop| hop.music_dbfs = 20.0);
        assert_eq!(loud[0].slug(), "too_loud");
        let opposite = doubts(|_, hop| {
            hop.is_speech = true;
            hop.is_out_of_phase = true;
        });
        assert_eq!(opposite, [Doubt::OppositePhase]);
        let swapped = doubts(|hop_idx, hop| {
            let is_voice = hop_idx % 60 < 40;
            hop.is_music_voice = is_voice;
            hop.music_dbfs = if is_voice { -25.0 } else { -70.0 };
        });
        assert_eq!(swapped, [Doubt::Swapped]);
        let song = doubts(|hop_idx, hop| hop.is_music_voice = hop_idx % 60 < 40);
        assert_eq!(song, []);
    }
}
