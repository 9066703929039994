//! Speech Intelligibility Index, ANSI S3.5-1997 (R2017), section 4.
//!
//! The index is the share of the speech cues that a listener can hear, 0 to 1: the audibility of each
//! band, weighted by the band's importance. With E, N and T the equivalent speech spectrum level,
//! noise spectrum level and hearing threshold of a band (section numbers of the standard):
//!
//! ```text
//! V = E - 24                               self-masking of speech          4.3.2.1, eq. 5
//! B = max(N, V)                                                            4.3.2.2
//! C, Z                                     spread of masking               4.3.2.3 to 4.3.2.5
//! X' = X + T                               internal noise of the ear       4.4, eq. 10
//! D = max(Z, X')                           disturbance                     4.5
//! L = 1 - (E - U - 10 - J) / 160, 0 to 1   level distortion                4.6, eq. 11 and A1
//! K = (E - D + 15) / 30, 0 to 1            audibility of the peaks         4.7.1, eq. 12
//! A = L K                                  band audibility                 4.7.2, eq. 13
//! SII = sum of I A                                                         4.8, eq. 14
//! ```
//!
//! U is speech of normal effort, J a conductive hearing loss, I the importance; C and Z stand in
//! [`crate::psycho::spreading`], the constants in [`crate::psycho::sii_tables`]. The octave procedure has Z = N
//! (4.3.1). Formulas as the CRAN package SII 1.0.3.1 and H. Müsch's program have them; checked against
//! the results of both.
//!
//! Levels are *spectrum* levels, dB SPL in 1 Hz, in the free field at the place of the listener's
//! head; the level of a band less [`Procedure::bandwidth_db`] is its spectrum level. The standard
//! means long-term spectra; for frames of a fluctuating masker see Rhebergen and Versfeld (2005,
//! J. Acoust. Soc. Am. 117, 2181).
//!
//! Nothing here allocates or panics, so the index can be computed for every hop of an audio stream.

use crate::psycho::sii_tables::{Procedure, SpeechMaterial, VocalEffort};
use crate::psycho::spreading::{LEVEL_RANGE_DB, MaskingSpread, SELF_MASKING_DB};

/// Noise spectrum level that stands for no noise, dB (section 4.2, note).
pub const NO_NOISE_DB: f64 = -50.0;

/// What two ears gain over one at the threshold of hearing, dB (section 5.1.5).
pub const BINAURAL_GAIN_DB: f64 = 1.7;

/// With how many ears somebody listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ears {
    /// One: the hearing threshold as it stands.
    One,
    /// Two: the hearing threshold less [`BINAURAL_GAIN_DB`].
    Two,
}

/// What reaches the listener in each band of a procedure, and what the listener can hear.
///
/// Any values give a finite result: levels outside of [`LEVEL_RANGE_DB`] count as its nearer end;
/// NaN counts as silence in speech and noise, and as 0 dB in threshold and loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SiiInput<const NUM: usize> {
    /// Equivalent speech spectrum level E, dB SPL in 1 Hz.
    pub speech_db: [f64; NUM],
    /// Equivalent noise spectrum level N, dB SPL in 1 Hz.
    pub noise_db: [f64; NUM],
    /// Equivalent hearing threshold level T, dB HL, -50 to 150: 0 is normal hearing.
    pub threshold_db_hl: [f64; NUM],
    /// Conductive hearing loss J, the part of T that only attenuates, dB, 0 to 150.
    pub conductive_loss_db: [f64; NUM],
    /// With how many ears.
    pub ears: Ears,
}

impl<const NUM: usize> SiiInput<NUM> {
    /// `speech_db` in `noise_db` for one ear of normal hearing.
    pub fn new(speech_db: [f64; NUM], noise_db: [f64; NUM]) -> Self {
        Self {
            speech_db,
            noise_db,
            threshold_db_hl: [0.0; NUM],
            conductive_loss_db: [0.0; NUM],
            ears: Ears::One,
        }
    }

    /// `speech_db` without noise for one ear of normal hearing.
    pub fn in_quiet(speech_db: [f64; NUM]) -> Self {
        Self::new(speech_db, [NO_NOISE_DB; NUM])
    }
}

/// How speech fares in one band: every quantity of the standard's worksheet, by its letter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandResult {
    /// V, B and C; `None` in the octave procedure, which has none.
    pub masker: Option<Masker>,
    /// Z: equivalent masking spectrum level, dB.
    pub masking_db: f64,
    /// X': equivalent internal noise spectrum level, dB.
    pub internal_noise_db: f64,
    /// D: disturbance spectrum level, the greater of Z and X', dB.
    pub disturbance_db: f64,
    /// L: level distortion factor, 0 (unusably loud) to 1.
    pub level_distortion: f64,
    /// K: share of the 30 dB range of speech levels above the disturbance, 0 to 1.
    pub audible_share: f64,
    /// A: band audibility, L K, 0 to 1.
    pub audibility: f64,
}

/// What a band does to the bands above it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Masker {
    /// V: self-masking spectrum level of the speech, dB.
    pub self_masking_db: f64,
    /// B: the greater of self-masking and noise, dB.
    pub level_db: f64,
    /// C: slope of the spread of masking, dB per octave.
    pub slope_db_per_octave: f64,
}

/// What a band holds before its quantities are computed.
const BLANK_BAND: BandResult = BandResult {
    masker: None,
    masking_db: *LEVEL_RANGE_DB.start(),
    internal_noise_db: 0.0,
    disturbance_db: 0.0,
    level_distortion: 1.0,
    audible_share: 0.0,
    audibility: 0.0,
};

/// The Speech Intelligibility Index by one procedure with `NUM` bands and one importance function.
#[derive(Debug, Clone)]
pub struct Sii<const NUM: usize> {
    procedure: &'static Procedure<NUM>,
    importance: [f64; NUM],
    spread: Option<MaskingSpread<NUM>>,
}

impl<const NUM: usize> Sii<NUM> {
    /// The index for average speech.
    pub fn new(procedure: &'static Procedure<NUM>) -> Self {
        Self::with_checked_importance(procedure, *procedure.average_importance())
    }

    /// The index for one of the published materials; `None` where `procedure` has no importance
    /// function for it.
    pub fn for_material(
        procedure: &'static Procedure<NUM>,
        material: SpeechMaterial,
    ) -> Option<Self> {
        let importance = procedure.importance(material)?;
        Some(Self::with_checked_importance(procedure, *importance))
    }

    /// The index with an importance function of one's own.
    ///
    /// # Errors
    /// [`ImportanceError`] unless no weight is negative and they sum to 1 within 0.025 (the published
    /// functions miss 1 by up to 0.022).
    pub fn with_importance(
        procedure: &'static Procedure<NUM>,
        importance: [f64; NUM],
    ) -> Result<Self, ImportanceError> {
        if let Some(&weight) = importance.iter().find(|&&weight| weight < 0.0) {
            return Err(ImportanceError::Negative { weight });
        }
        let sum: f64 = importance.iter().sum();
        if (sum - 1.0).abs() <= 0.025 {
            Ok(Self::with_checked_importance(procedure, importance))
        } else {
            Err(ImportanceError::Sum { sum })
        }
    }

    fn with_checked_importance(procedure: &'static Procedure<NUM>, importance: [f64; NUM]) -> Self {
        Self {
            procedure,
            importance,
            spread: MaskingSpread::new(procedure),
        }
    }

    /// Importance I of each band.
    pub fn importance(&self) -> &[f64; NUM] {
        &self.importance
    }

    /// The index, 0 to 1. It never rises when a noise level or a threshold does. Where the importance
    /// function sums to more than 1 (by 0.0001 at most, among the published ones) the index ends at 1.
    pub fn index(&self, input: &SiiInput<NUM>) -> f64 {
        self.index_of(&self.bands(input))
    }

    /// The index from the results of the bands, 0 to 1.
    pub fn index_of(&self, bands: &[BandResult; NUM]) -> f64 {
        let weighted = bands.iter().zip(&self.importance);
        let sum: f64 = weighted
            .map(|(band, weight)| weight * band.audibility)
            .sum();
        sum.min(1.0)
    }

    /// How speech fares in each band.
    pub fn bands(&self, input: &SiiInput<NUM>) -> [BandResult; NUM] {
        let silence_db = *LEVEL_RANGE_DB.start();
        let speech_db = input
            .speech_db
            .map(|level| tame(level, silence_db, silence_db));
        let noise_db = input
            .noise_db
            .map(|level| tame(level, silence_db, silence_db));

        let mut bands = [BLANK_BAND; NUM];
        self.mask(&speech_db, &noise_db, &mut bands);

        let ear_gain_db = match input.ears {
            Ears::One => 0.0,
            Ears::Two => BINAURAL_GAIN_DB,
        };
        let listener = input
            .threshold_db_hl
            .iter()
            .zip(&input.conductive_loss_db)
            .zip(&self.procedure.internal_noise_db);
        let reference_db = self.procedure.speech_db(VocalEffort::Normal);
        let speech = speech_db.iter().zip(reference_db);
        for ((band, ((threshold_db_hl, loss_db), internal_noise_db)), (speech_db, reference_db)) in
            bands.iter_mut().zip(listener).zip(speech)
        {
            let threshold_db_hl = tame(*threshold_db_hl, -50.0, 0.0) - ear_gain_db;
            let loss_db = tame(*loss_db, 0.0, 0.0);
            band.internal_noise_db = internal_noise_db + threshold_db_hl;
            band.disturbance_db = band.masking_db.max(band.internal_noise_db);
            band.level_distortion =
                (1.0 - (speech_db - reference_db - 10.0 - loss_db) / 160.0).clamp(0.0, 1.0);
            band.audible_share = ((speech_db - band.disturbance_db + 15.0) / 30.0).clamp(0.0, 1.0);
            band.audibility = band.level_distortion * band.audible_share;
        }
        bands
    }

    /// Sets V, B, C and Z of `bands` (section 4.3).
    fn mask(&self, speech_db: &[f64; NUM], noise_db: &[f64; NUM], bands: &mut [BandResult; NUM]) {
        let Some(spread) = &self.spread else {
            for (band, noise_db) in bands.iter_mut().zip(noise_db) {
                band.masking_db = *noise_db;
            }
            return;
        };
        let self_masking_db = speech_db.map(|speech_db| speech_db + SELF_MASKING_DB);
        let mut masker_db = *noise_db;
        for (masker_db, self_masking_db) in masker_db.iter_mut().zip(&self_masking_db) {
            *masker_db = masker_db.max(*self_masking_db);
        }
        let slope_db_per_octave = spread.slope_db_per_octave(&masker_db);
        let masking_db = spread.masking_level_db(noise_db, &masker_db, &slope_db_per_octave);
        let maskers = self_masking_db
            .into_iter()
            .zip(masker_db)
            .zip(slope_db_per_octave);
        for ((band, masking_db), ((self_masking_db, level_db), slope_db_per_octave)) in
            bands.iter_mut().zip(masking_db).zip(maskers)
        {
            band.masking_db = masking_db;
            band.masker = Some(Masker {
                self_masking_db,
                level_db,
                slope_db_per_octave,
            });
        }
    }
}

/// `level_db` from `lowest_db` to the top of [`LEVEL_RANGE_DB`]; `if_nan_db` for NaN.
fn tame(level_db: f64, lowest_db: f64, if_nan_db: f64) -> f64 {
    if level_db.is_nan() {
        if_nan_db
    } else {
        level_db.clamp(lowest_db, *LEVEL_RANGE_DB.end())
    }
}

/// Weights that are no importance function.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ImportanceError {
    /// A weight is negative.
    #[error("importance {weight}: no weight may be negative")]
    Negative {
        /// The first such weight.
        weight: f64,
    },
    /// The weights don't sum to 1.
    #[error("importance sums to {sum}: the weights sum to 1 within 0.025")]
    Sum {
        /// What they sum to.
        sum: f64,
    },
}
