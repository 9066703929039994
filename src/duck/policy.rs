//! The duck's policy: which cut buys the most audibility for the least music.
//!
//! For a price `p` of music, the cut `r` of a band (dB, 0 to the limit) is the one that maximises
//!
//! ```text
//! w * clip(headroom + r, 0, 30)  -  p * share * (1 - 10^(-r/10))  -  d * r^2  -  e * (r - around)^2
//! ```
//!
//! where `w` is the band's weight per dB, `headroom` how far the word stands above the lowest
//! ratio to the music at which it helps, `share` the band's part of the passage's K-weighted
//! loudness, `d` the price on depth and `e` that on a cut which stands out of those `around` it.
//! The first term is a ramp, so the worst-masked band is not the first to be cut: its first
//! decibels buy nothing. On each of its three straight pieces the derivative
//! `w - p * share * b * e^(-b r) - 2 d r - 2 e (r - around)` is concave in `r`: its greater root is
//! the only inner maximum (`duck/offer.rs`).
//!
//! The price is one for all bands and, nearly, for all moments: a decibel must buy as much here as
//! there, now as later. So it moves slowly, until the words are as audible as wanted ([`Steer::Target`])
//! or the music has lost what it may ([`Steer::Amount`]). Bringing each moment to the target by
//! itself would buy the hopeless ones at any price.

use crate::dsp::smoothing::{AttackRelease, one_pole_coefficient};
use crate::duck::amount_loop::AmountLoop;
use crate::duck::choices::{
    LEANING_SPEED_PER_LU_S, MAX_LEANING, MUSIC_ATTACK_MS, MUSIC_RELEASE_MS, UPRIGHT_LU,
    UPRIGHT_PER_S, USUAL_LEVEL_MS, VOICED_SHARE,
};
use crate::duck::curve_shape::{Shape, limit_slope, smooth_across_bands};
use crate::duck::given_loss::Curves;
use crate::duck::music_loss::KPowers;
use crate::duck::offer::{Offer, Prices};
use crate::duck::passage::Passage;
use crate::duck::price_loop::PriceLoop;
use crate::duck::target_loop::TargetLoop;
use crate::duck::terms::{Heard, Terms, audibility_under};
use crate::psycho::audibility::usual_speech_power;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::situation::Situation;
use crate::settings::{Settings, Steer};

/// The policy with what it remembers: levels, the voice's usual ones, the passage's loudness, the
/// last curve, and the loops that find the price.
pub struct DuckPolicy {
    terms: Terms,
    word_power: PerBand,
    music: AttackRelease,
    music_power: PerBand,
    usual_coefficient: f32,
    usual_power: PerBand,
    /// Usual speech that is as loud as music of a mean square of 1.
    usual_speech: PerBand,
    passage: Passage,
    loudness: KPowers,
    last_cut_db: PerBand,
    target_loop: TargetLoop,
    amount_loop: AmountLoop,
    hop_s: f32,
    /// What a lane adds to the price, nepers.
    leaning: f32,
}

impl DuckPolicy {
    /// A policy that is asked `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        let terms = Terms::default();
        let usual_speech = usual_speech_power();
        let speech_k_power = terms.loudness(&usual_speech, 0.0).total_power();
        Self {
            usual_speech: usual_speech.map(|power| power / speech_k_power),
            terms,
            word_power: [0.0; NUM_BANDS],
            music: AttackRelease::new(MUSIC_ATTACK_MS, MUSIC_RELEASE_MS, hop_rate_hz),
            music_power: [0.0; NUM_BANDS],
            usual_coefficient: one_pole_coefficient(USUAL_LEVEL_MS, hop_rate_hz),
            usual_power: [0.0; NUM_BANDS],
            passage: Passage::new(hop_rate_hz),
            loudness: KPowers::SILENT,
            last_cut_db: [0.0; NUM_BANDS],
            target_loop: TargetLoop::new(hop_rate_hz),
            amount_loop: AmountLoop::new(hop_rate_hz),
            hop_s: (1.0 / hop_rate_hz) as f32,
            leaning: 0.0,
        }
    }

    /// Forgets voice, passage and price.
    pub fn reset(&mut self) {
        self.word_power = [0.0; NUM_BANDS];
        self.music_power = [0.0; NUM_BANDS];
        self.usual_power = [0.0; NUM_BANDS];
        self.passage.reset();
        self.loudness = KPowers::SILENT;
        self.last_cut_db = [0.0; NUM_BANDS];
        self.target_loop.reset();
        self.amount_loop.reset();
        self.leaning = 0.0;
    }

    /// Takes a hop: mean squares per band of a word of the dialogue as
    /// [`ClashFollower`](crate::clash::follower::ClashFollower) follows it and of the music (full scale
    /// = 1), and the K-weighted mean square of the music outside the bands.
    pub fn hear(&mut self, word_power: &PerBand, music: &PerBand, music_outside_power: f32) {
        self.word_power = *word_power;
        for (state, &power) in self.music_power.iter_mut().zip(music) {
            self.music.follow(state, power);
        }
        self.loudness = self.terms.loudness(music, music_outside_power);
        self.passage.hear(self.loudness.total_power());
        self.target_loop.pass_hop();
    }

    /// K-weighted powers of the music of the last hop.
    pub fn loudness(&self) -> &KPowers {
        &self.loudness
    }

    /// Loudness that the music of the last hop loses through `cut_db`, LU.
    pub fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        self.loudness.loss_lu(cut_db)
    }

    /// Takes note of the cut that was made while somebody speaks: what [`Steer::Amount`] steers by.
    pub fn note(&mut self, cut_db: &PerBand) {
        let after_power = self.loudness.power_under(cut_db);
        self.amount_loop
            .note(self.loudness.total_power(), after_power);
    }

    /// The cut that the words of this hop want, dB per band, 0 to the maximum cut. To be asked
    /// while somebody speaks: the price moves on with each call.
    pub fn wanted_cut_db(&mut self, settings: &Settings) -> PerBand {
        self.learn_voice();
        let shape = Shape::of(settings);
        let offers = self.offers(settings, &shape);
        self.target_loop
            .hear(audibility_under(&[0.0; NUM_BANDS], &offers));
        let price_loop: &mut dyn PriceLoop = match settings.steer {
            Steer::Target => &mut self.target_loop,
            Steer::Amount => &mut self.amount_loop,
        };
        let log_price = price_loop.log_price(settings) + self.leaning;
        let need = price_loop.need(settings);
        if need == 0.0 {
            self.last_cut_db = [0.0; NUM_BANDS];
            return [0.0; NUM_BANDS];
        }
        let prices = Prices {
            loudness: log_price.exp() / need,
            ..shape.prices
        };
        let mut cut_db = offers.map(|offer| offer.best_cut_db(&prices));
        self.last_cut_db = cut_db;
        limit_slope(&mut cut_db);
        price_loop.learn(settings, log_price, audibility_under(&cut_db, &offers));
        smooth_across_bands(&mut cut_db);
        for (cut_db, offer) in cut_db.iter_mut().zip(&offers) {
            *cut_db = cut_db.min(offer.max_cut_db);
        }
        cut_db
    }

    /// A hop of speech is to lose `more_lu` than it does: the price that comes leans there. So a lane that was
    /// written finds the price at which it was, wherever playing began.
    pub fn lean(&mut self, more_lu: f32) {
        let missing_lu = more_lu - more_lu.clamp(-UPRIGHT_LU, UPRIGHT_LU);
        let step = LEANING_SPEED_PER_LU_S * missing_lu * self.hop_s;
        let upright = 1.0 - UPRIGHT_PER_S * self.hop_s;
        self.leaning = (upright * self.leaning - step).clamp(-MAX_LEANING, MAX_LEANING);
    }

    /// No lane says what is to be lost.
    pub fn stand_upright(&mut self) {
        self.leaning = 0.0;
    }

    /// The curves that the bands offer a loss that is given, under a curve that is `last_cut_db` so far: for the
    /// words of this hop where it `is_voiced`, else for the voice as it usually is, and for speech as it usually
    /// is where no voice was heard yet.
    pub fn curves(&self, is_voiced: bool, last_cut_db: &PerBand, settings: &Settings) -> Curves {
        let shape = Shape::of(&Settings {
            steer: Steer::Amount,
            ..*settings
        });
        let passage_power = self.passage.power();
        let usual_power = match self.has_heard_a_voice() {
            true => self.usual_power,
            false => self.usual_speech.map(|share| share * passage_power),
        };
        let sum = |powers: &PerBand| powers.iter().sum::<f32>();
        let is_voiced = is_voiced || sum(&self.word_power) > VOICED_SHARE * sum(&usual_power);
        let heard = Heard {
            word_power: if is_voiced {
                &self.word_power
            } else {
                &usual_power
            },
            usual_power: &usual_power,
            music_power: &self.music_power,
            loudness: &self.loudness,
            passage_power,
        };
        let offers = self.terms.offers(&heard, last_cut_db, settings, &shape);
        Curves::new(offers, shape)
    }

    /// Who listens, and where, with these settings.
    pub fn situation(&self, settings: &Settings) -> Situation {
        self.terms.situation(settings)
    }

    /// Whether a voice was heard since the last reset.
    pub fn has_heard_a_voice(&self) -> bool {
        self.usual_power.iter().any(|&power| power > 0.0)
    }

    fn learn_voice(&mut self) {
        for (usual, &power) in self.usual_power.iter_mut().zip(&self.word_power) {
            *usual += self.usual_coefficient * (power - *usual);
        }
    }

    fn offers(&self, settings: &Settings, shape: &Shape) -> [Offer; NUM_BANDS] {
        let heard = Heard {
            word_power: &self.word_power,
            usual_power: &self.usual_power,
            music_power: &self.music_power,
            loudness: &self.loudness,
            passage_power: self.passage.power(),
        };
        self.terms
            .offers(&heard, &self.last_cut_db, settings, shape)
    }
}
