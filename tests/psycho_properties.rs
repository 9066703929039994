//! What must hold of the hearing model for whatever it is given.

use fastrand::Rng;
use underscore::clash::meter::SiiMeter;
use underscore::psycho::audiogram::Audiogram;
use underscore::psycho::bands::{NOMINAL_HZ, NUM_BANDS, PerBand};
use underscore::psycho::devices::PlayedRange;
use underscore::psycho::sii::{Ears, ImportanceError, Sii, SiiInput};
use underscore::psycho::sii_tables::{
    CRITICAL, EQUALLY_CONTRIBUTING, OCTAVE, ONE_THIRD_OCTAVE, Procedure, SpeechMaterial,
    VocalEffort,
};
use underscore::psycho::situation::{Parts, Situation};
use underscore::psycho::spreading::{FastSpread, MaskingSpread};
use underscore::snapshot::HopLevels;

/// Draws test inputs, the same in every run.
struct Random(Rng);

impl Random {
    fn with_seed(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// Uniform from `low` to `high`.
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.f64()
    }

    fn band_idx(&mut self, num_bands: usize) -> usize {
        self.0.usize(..num_bands)
    }

    fn levels<const NUM: usize>(&mut self, low: f64, high: f64) -> [f64; NUM] {
        std::array::from_fn(|_| self.uniform(low, high))
    }

    fn input<const NUM: usize>(&mut self) -> SiiInput<NUM> {
        SiiInput {
            speech_db: self.levels(-30.0, 110.0),
            noise_db: self.levels(-50.0, 110.0),
            threshold_db_hl: self.levels(-10.0, 90.0),
            conductive_loss_db: self.levels(0.0, 40.0),
            ears: Ears::One,
        }
    }
}

const NUM_DRAWS: usize = 2_000;

fn index_is_finite_and_within_bounds<const NUM: usize>(procedure: &'static Procedure<NUM>) {
    let odd = [
        0.0,
        -0.0,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1e6,
        -1e6,
    ];
    let mut random = Random::with_seed(1);
    for material in SpeechMaterial::ALL {
        let Some(sii) = Sii::for_material(procedure, material) else {
            continue;
        };
        for draw_idx in 0..NUM_DRAWS {
            let mut input = random.input();
            if draw_idx % 2 == 1 {
                for levels in [
                    &mut input.speech_db,
                    &mut input.noise_db,
                    &mut input.threshold_db_hl,
                    &mut input.conductive_loss_db,
                ] {
                    levels[random.band_idx(NUM)] = odd[random.band_idx(odd.len())];
                }
            }
            let bands = sii.bands(&input);
            for band in bands {
                let levels_db = [band.masking_db, band.internal_noise_db, band.disturbance_db];
                assert!(levels_db.iter().all(|level| level.is_finite()), "{input:?}");
                let shares = [band.level_distortion, band.audible_share, band.audibility];
                assert!(
                    shares.iter().all(|share| (0.0..=1.0).contains(share)),
                    "{input:?}"
                );
                if let Some(masker) = band.masker {
                    assert!(masker.slope_db_per_octave.is_finite(), "{input:?}");
                }
            }
            let index = sii.index(&input);
            assert!((0.0..=1.0).contains(&index), "{index}: {input:?}");
            assert_eq!(index, sii.index_of(&bands));
        }
    }
}

#[test]
fn the_index_is_finite_and_within_bounds_for_any_input() {
    index_is_finite_and_within_bounds(&ONE_THIRD_OCTAVE);
    index_is_finite_and_within_bounds(&CRITICAL);
    index_is_finite_and_within_bounds(&EQUALLY_CONTRIBUTING);
    index_is_finite_and_within_bounds(&OCTAVE);
}

fn index_never_rises_with_noise_or_threshold<const NUM: usize>(procedure: &'static Procedure<NUM>) {
    let sii = Sii::new(procedure);
    let mut random = Random::with_seed(2);
    let mut num_falls = 0;
    for _ in 0..NUM_DRAWS {
        let input = random.input();
        let mut noisier = input;
        noisier.noise_db[random.band_idx(NUM)] += random.uniform(0.0, 20.0);
        let mut deafer = input;
        deafer.threshold_db_hl[random.band_idx(NUM)] += random.uniform(0.0, 20.0);
        let index = sii.index(&input);
        for worse in [noisier, deafer] {
            let worse_index = sii.index(&worse);
            // The powers of the maskers are added in floating point.
            assert!(worse_index <= index + 1e-12, "{index} -> {worse_index}");
            num_falls += usize::from(worse_index < index);
        }
    }
    assert!(num_falls > NUM_DRAWS / 10, "only {num_falls} draws changed");
}

#[test]
fn the_index_never_rises_with_noise_or_threshold() {
    index_never_rises_with_noise_or_threshold(&ONE_THIRD_OCTAVE);
    index_never_rises_with_noise_or_threshold(&CRITICAL);
    index_never_rises_with_noise_or_threshold(&EQUALLY_CONTRIBUTING);
    index_never_rises_with_noise_or_threshold(&OCTAVE);
}

#[test]
fn silent_or_undefined_speech_has_no_index() {
    let sii = Sii::new(&ONE_THIRD_OCTAVE);
    for silence_db in [f64::NEG_INFINITY, f64::NAN, -1e300, -90.0] {
        assert_eq!(sii.index(&SiiInput::in_quiet([silence_db; 18])), 0.0);
    }
}

#[test]
fn undefined_noise_and_threshold_count_as_none() {
    let sii = Sii::new(&ONE_THIRD_OCTAVE);
    let speech_db = *ONE_THIRD_OCTAVE.speech_db(VocalEffort::Normal);
    let quiet = SiiInput::new(speech_db, [f64::NEG_INFINITY; 18]);
    let undefined = SiiInput {
        noise_db: [f64::NAN; 18],
        threshold_db_hl: [f64::NAN; 18],
        conductive_loss_db: [f64::NAN; 18],
        ..quiet
    };
    assert_eq!(sii.index(&undefined), sii.index(&quiet));
    assert!(sii.index(&quiet) > 0.99);
}

#[test]
fn a_conductive_loss_makes_loud_speech_less_distorted() {
    let sii = Sii::new(&ONE_THIRD_OCTAVE);
    let loud = SiiInput::in_quiet([80.0; 18]);
    let muffled = SiiInput {
        conductive_loss_db: [20.0; 18],
        ..loud
    };
    for (muffled, open) in sii.bands(&muffled).iter().zip(sii.bands(&loud)) {
        let gain = muffled.level_distortion - open.level_distortion;
        assert!((gain - 20.0 / 160.0).abs() < 1e-12, "{gain}");
    }
}

#[test]
fn weights_that_are_no_importance_function_are_refused() {
    let negative = Sii::with_importance(&OCTAVE, [-0.1, 0.3, 0.2, 0.2, 0.2, 0.2]);
    assert_eq!(
        negative.unwrap_err(),
        ImportanceError::Negative { weight: -0.1 }
    );
    let heavy = Sii::with_importance(&OCTAVE, [0.5; 6]);
    assert_eq!(heavy.unwrap_err(), ImportanceError::Sum { sum: 3.0 });
    assert!(Sii::with_importance(&OCTAVE, [f64::NAN; 6]).is_err());
    assert!(Sii::with_importance(&OCTAVE, [f64::INFINITY; 6]).is_err());
}

/// The figure that the documentation of `FastSpread` gives.
#[test]
fn the_fast_spread_is_within_a_thousandth_of_a_decibel() {
    let exact = MaskingSpread::new(&ONE_THIRD_OCTAVE).expect("third-octaves mask each other");
    let fast = FastSpread::new(&ONE_THIRD_OCTAVE.centre_hz);
    let mut random = Random::with_seed(3);
    let mut worst_db = 0.0f64;
    for draw_idx in 0..10_000 {
        let speech_db: [f32; 18] = random.levels(-100.0, 120.0).map(|level| level as f32);
        let noise_db: [f32; 18] = random.levels(-100.0, 120.0).map(|level| level as f32);
        let speech_db = (draw_idx % 2 == 0).then_some(&speech_db);

        let noise_exact_db = noise_db.map(f64::from);
        let mut masker_db = noise_exact_db;
        for (masker_db, speech_db) in masker_db.iter_mut().zip(speech_db.into_iter().flatten()) {
            *masker_db = masker_db.max(f64::from(*speech_db) - 24.0);
        }
        let slope = exact.slope_db_per_octave(&masker_db);
        let expected_db = exact.masking_level_db(&noise_exact_db, &masker_db, &slope);
        for (fast_db, expected_db) in fast
            .masking_level_db(&noise_db, speech_db)
            .into_iter()
            .zip(expected_db)
        {
            worst_db = worst_db.max((f64::from(fast_db) - expected_db).abs());
        }
    }
    println!("largest difference {worst_db:.2e} dB");
    assert!(worst_db < 0.001, "{worst_db} dB");
}

#[test]
fn the_fast_spread_is_finite_and_monotone() {
    let fast = FastSpread::new(&ONE_THIRD_OCTAVE.centre_hz);
    let mut random = Random::with_seed(4);
    let odd = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        -0.0,
    ];
    for level in odd {
        for noise_db in [[level; 18], [0.0; 18]] {
            let masking_db = fast.masking_level_db(&noise_db, Some(&[level; 18]));
            assert!(masking_db.iter().all(|level| level.is_finite()), "{level}");
        }
    }
    for _ in 0..NUM_DRAWS {
        let noise_db: [f32; 18] = random.levels(-60.0, 110.0).map(|level| level as f32);
        let mut noisier_db = noise_db;
        noisier_db[random.band_idx(18)] += random.uniform(0.1, 20.0) as f32;
        let before_db = fast.masking_level_db(&noise_db, None);
        let after_db = fast.masking_level_db(&noisier_db, None);
        for (before_db, after_db) in before_db.into_iter().zip(after_db) {
            assert!(after_db >= before_db - 1e-4, "{before_db} -> {after_db}");
        }
    }
}

/// More than rounding.
const CLEARER: f32 = 2e-5;

#[test]
fn more_loss_more_noise_and_narrower_loudspeakers_never_read_clearer() {
    let meter = SiiMeter::new();
    let mut random = Random::with_seed(11);
    let mut num_less = 0;
    for draw in 0..NUM_DRAWS {
        let mut per_band = |low: f64, high: f64| -> PerBand {
            std::array::from_fn(|_| random.uniform(low, high) as f32)
        };
        let levels = HopLevels {
            dialogue_power: per_band(-9.0, -2.0).map(|power| 10f32.powf(power)),
            music_power: per_band(-10.0, -2.0).map(|power| 10f32.powf(power)),
        };
        let (loss_db, more_loss_db) = (per_band(-10.0, 60.0), per_band(0.0, 30.0));
        let (room_db, more_room_db) = (per_band(-10.0, 70.0), per_band(0.0, 20.0));
        let audiogram = |loss_db: &PerBand| Audiogram::through(&NOMINAL_HZ, loss_db);
        let add =
            |a: &PerBand, b: &PerBand| -> PerBand { std::array::from_fn(|idx| a[idx] + b[idx]) };
        let low_hz = random.uniform(50.0, 900.0) as f32;
        let high_hz = random.uniform(2_000.0, 16_000.0) as f32;
        let range = |narrower: f32, slope_db_per_octave: f32| PlayedRange {
            low_hz: low_hz * narrower,
            high_hz: high_hz / narrower,
            slope_db_per_octave,
        };
        let parts = Parts {
            audiogram: audiogram(&loss_db),
            room_db_spl: Some(room_db),
            response_db: Some(range(1.0, 12.0).response_db()),
            monitor_db_spl: random.uniform(55.0, 90.0) as f32,
        };
        let sii = |parts: &Parts| meter.sii_in(&Situation::new(parts), &levels);
        let now = sii(&parts);
        let deafer = Parts {
            audiogram: audiogram(&add(&loss_db, &more_loss_db)),
            ..parts
        };
        let noisier = Parts {
            room_db_spl: Some(add(&room_db, &more_room_db)),
            ..parts
        };
        let narrower = Parts {
            response_db: Some(range(1.5, 12.0).response_db()),
            ..parts
        };
        for (what, worse) in [("loss", deafer), ("noise", noisier), ("range", narrower)] {
            let worse = sii(&worse);
            assert!(worse <= now + CLEARER, "draw {draw}, {what}: {now} {worse}");
            num_less += usize::from(worse < now - 0.001);
        }
        let silent = Parts {
            room_db_spl: None,
            ..parts
        };
        let full = Parts {
            response_db: None,
            ..parts
        };
        for (what, better) in [("silence", silent), ("full range", full)] {
            let better = sii(&better);
            assert!(
                better >= now - CLEARER,
                "draw {draw}, {what}: {now} {better}"
            );
        }
    }
    assert!(num_less > NUM_DRAWS, "they matter: {num_less}");
}

#[test]
fn normal_hearing_in_silence_at_full_range_is_the_reference_to_the_bit() {
    let meter = SiiMeter::new();
    let mut random = Random::with_seed(12);
    for _ in 0..NUM_DRAWS {
        let mut powers = |low: f64| -> PerBand {
            std::array::from_fn(|_| 10f64.powf(random.uniform(low, 0.0)) as f32)
        };
        let levels = HopLevels {
            dialogue_power: powers(-12.0),
            music_power: powers(-14.0),
        };
        let situation = Situation::new(&Parts::reference(79.0));
        let got = meter.sii_in(&situation, &levels);
        assert_eq!(got.to_bits(), meter.sii(&levels, 79.0).to_bits());
        assert_eq!(got.to_bits(), meter.read(&levels, 79.0).sii.to_bits());
    }
    assert_eq!(
        Situation::new(&Parts::reference(85.0)),
        Situation::reference(85.0)
    );
    assert_eq!(NUM_BANDS, NOMINAL_HZ.len());
}
