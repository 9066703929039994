//! Follows the levels of dialogue and music, and reads them hop by hop.

use crate::clash::choices::{
    DISPLAY_SMOOTHING_MS, FAST_ATTACK_MS, FAST_RELEASE_MS, WORD_RELEASE_MS,
};
use crate::clash::meter::SiiMeter;
use crate::clash::verdict::clash_percent;
use crate::dsp::smoothing::{AttackRelease, one_pole_coefficient};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::situation::Situation;
use crate::snapshot::{EarFigures, Figures, HopLevels, NUM_SURROUNDS};

/// Music of a hop as two ears hear it beside the words, mean squares per band: as loud as it would have to be from
/// where the words come, to hide as much.
#[derive(Debug, Clone, Copy)]
pub struct HeardBeside {
    /// As it is played.
    pub music: PerBand,
    /// With 3 dB of the front in the surrounds instead, for each of [`crate::snapshot::Surrounds::EVERY`]; `None` unless
    /// there are surrounds on both sides.
    pub in_surrounds: Option<[PerBand; NUM_SURROUNDS]>,
}

/// What a hop tells about dialogue and music. Powers are mean squares per band, full scale = 1.
#[derive(Debug, Clone, Copy)]
pub struct Clash {
    /// Overall clash, 0 to 100 %, of the smoothed figures; 0 while nobody speaks.
    pub percent: f32,
    /// The figures of this hop alone; 0 while nobody speaks.
    pub hop: Figures,
    /// The figures smoothed over speech, for display; 0 while nobody speaks.
    pub smoothed: Figures,
    /// Followed levels as they are played.
    pub levels: HopLevels,
    /// Followed level of the music on which the figures of two ears rest: what is heard of it beside the words.
    /// `None` with one.
    pub heard_music_power: Option<PerBand>,
    /// What two ears make of it; `None` with one.
    pub ears: Option<EarFigures>,
    /// How far the masking stands above the word's level, dB; 0 where it doesn't, in bands that
    /// carry no words, and while nobody speaks.
    pub excess_band_db: PerBand,
}

/// Where voices are heard in a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voices {
    /// Whether somebody speaks.
    pub is_speech: bool,
    /// Whether somebody sings or speaks in the music.
    pub is_music_voice: bool,
}

/// Follows the levels on both sides and compares them.
pub struct ClashFollower {
    meter: SiiMeter,
    fast: AttackRelease,
    word: AttackRelease,
    levels: HopLevels,
    heard_power: PerBand,
    in_surrounds_power: [PerBand; NUM_SURROUNDS],
    /// Whether two ears hear, and whether there are surrounds.
    has_two_ears: bool,
    has_surrounds: bool,
    word_power: PerBand,
    display: SpeechMean,
}

impl ClashFollower {
    /// A follower that is updated `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        let follower = |release_ms| AttackRelease::new(FAST_ATTACK_MS, release_ms, hop_rate_hz);
        Self {
            meter: SiiMeter::new(),
            fast: follower(FAST_RELEASE_MS),
            word: follower(WORD_RELEASE_MS),
            levels: HopLevels::SILENT,
            heard_power: [0.0; NUM_BANDS],
            in_surrounds_power: [[0.0; NUM_BANDS]; NUM_SURROUNDS],
            has_two_ears: false,
            has_surrounds: false,
            word_power: [0.0; NUM_BANDS],
            display: SpeechMean::new(hop_rate_hz),
        }
    }

    /// Forgets all levels.
    pub fn reset(&mut self) {
        self.levels = HopLevels::SILENT;
        self.heard_power = [0.0; NUM_BANDS];
        self.in_surrounds_power = [[0.0; NUM_BANDS]; NUM_SURROUNDS];
        self.word_power = [0.0; NUM_BANDS];
        self.display.reset();
    }

    /// Forgets the figures that were shown, so that the next ones are shown as they are.
    pub fn forget_display(&mut self) {
        self.display.reset();
    }

    /// Takes the band powers of a hop, and what two ears hear of the music, if two are asked.
    pub fn follow(&mut self, dialogue: &PerBand, music: &PerBand, beside: Option<&HeardBeside>) {
        let follow = |follower: AttackRelease, states: &mut PerBand, inputs: &PerBand| {
            for (state, &input) in states.iter_mut().zip(inputs) {
                follower.follow(state, input);
            }
        };
        follow(self.fast, &mut self.levels.dialogue_power, dialogue);
        follow(self.fast, &mut self.levels.music_power, music);
        follow(self.word, &mut self.word_power, dialogue);
        self.has_two_ears = beside.is_some();
        let in_surrounds = beside.and_then(|beside| beside.in_surrounds.as_ref());
        self.has_surrounds = in_surrounds.is_some();
        match beside {
            Some(beside) => follow(self.fast, &mut self.heard_power, &beside.music),
            None => self.heard_power = self.levels.music_power,
        }
        match in_surrounds {
            Some(moved) => {
                for (states, music) in self.in_surrounds_power.iter_mut().zip(moved) {
                    follow(self.fast, states, music);
                }
            }
            None => self.in_surrounds_power = [self.heard_power; NUM_SURROUNDS],
        }
    }

    /// Mean square of the dialogue in each band, falling as slowly as a word lasts: what the excess and
    /// the duck refer to.
    pub fn word_power(&self) -> &PerBand {
        &self.word_power
    }

    /// Compares the levels of this hop as they sound in `situation`, of a mix made at `monitor_db_spl`. To be asked once a hop, or
    /// not at all where nobody reads it.
    pub fn read(&mut self, voices: Voices, situation: &Situation, monitor_db_spl: f32) -> Clash {
        let is_speech = voices.is_speech;
        let (hop, excess_band_db) = if is_speech {
            let levels = HopLevels {
                music_power: self.heard_power,
                ..self.levels
            };
            self.meter.read_hop(
                situation,
                &levels,
                &self.word_power,
                monitor_db_spl,
                voices.is_music_voice,
            )
        } else {
            (Figures::default(), [0.0; NUM_BANDS])
        };
        let smoothed = self.display.update(hop, is_speech);
        Clash {
            percent: clash_percent(smoothed.audibility, smoothed.audibility_without_music),
            hop,
            smoothed,
            levels: self.levels,
            heard_music_power: self.has_two_ears.then_some(self.heard_power),
            ears: self.has_two_ears.then(|| self.ear_figures(situation)),
            excess_band_db,
        }
    }

    fn ear_figures(&self, situation: &Situation) -> EarFigures {
        let sii = |music_power: &PerBand| {
            let levels = HopLevels {
                music_power: *music_power,
                ..self.levels
            };
            self.meter.sii_in(situation, &levels)
        };
        EarFigures {
            one_ear_sii: sii(&self.levels.music_power),
            in_surrounds_sii: self
                .has_surrounds
                .then(|| self.in_surrounds_power.each_ref().map(sii)),
        }
    }
}

/// A mean over the speech of the last moments: of all hops since speech began while they are few,
/// then a one-pole. So the first syllable is shown as it is, and nothing carries over from one
/// stretch of speech to the next.
struct SpeechMean {
    coefficient: f32,
    num_hops: f32,
    mean: Figures,
}

impl SpeechMean {
    fn new(hop_rate_hz: f64) -> Self {
        Self {
            coefficient: one_pole_coefficient(DISPLAY_SMOOTHING_MS, hop_rate_hz),
            num_hops: 0.0,
            mean: Figures::default(),
        }
    }

    fn reset(&mut self) {
        self.num_hops = 0.0;
        self.mean = Figures::default();
    }

    fn update(&mut self, hop: Figures, is_speech: bool) -> Figures {
        if is_speech {
            self.num_hops += 1.0;
            let coefficient = self.coefficient.max(1.0 / self.num_hops);
            self.mean = self.mean.moved_towards(hop, coefficient);
        } else {
            self.reset();
        }
        self.mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_RATE_HZ: f64 = 187.5;
    const SPOKEN: Voices = Voices {
        is_speech: true,
        is_music_voice: false,
    };

    #[test]
    fn the_display_starts_at_once_and_forgets_at_the_end_of_speech() {
        let mut mean = SpeechMean::new(HOP_RATE_HZ);
        let figures = |sii| Figures {
            sii,
            ..Figures::default()
        };
        assert_eq!(mean.update(figures(0.6), true).sii, 0.6);
        let second = mean.update(figures(0.2), true).sii;
        assert!((second - 0.4).abs() < 1e-6, "mean of both: {second}");
        for _ in 0..(2.0 * HOP_RATE_HZ) as usize {
            mean.update(figures(0.2), true);
        }
        assert!((mean.mean.sii - 0.2).abs() < 0.01);
        assert_eq!(mean.update(figures(0.9), false), Figures::default());
    }

    #[test]
    fn music_that_comes_down_never_costs_more() {
        let dialogue: PerBand = std::array::from_fn(|band_idx| 1e-5 / (1 + band_idx) as f32);
        let mut previous = f32::INFINITY;
        for music_db in (-100..=0).rev() {
            let mut model = ClashFollower::new(HOP_RATE_HZ);
            let music: PerBand = std::array::from_fn(|band_idx| {
                10f32.powf((music_db as f32 - 2.0 * band_idx as f32) / 10.0)
            });
            let clash = (0..40)
                .map(|_| {
                    model.follow(&dialogue, &music, None);
                    model.read(SPOKEN, &Situation::reference(79.0), 79.0)
                })
                .last()
                .expect("forty hops");
            assert!(clash.percent <= previous, "{music_db} dB");
            previous = clash.percent;
        }
        assert_eq!(previous, 0.0, "music under the threshold costs nothing");
    }
}
