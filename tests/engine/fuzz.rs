//! 100,000 blocks of anything: any bits as audio, any block size, any settings, modes that change.

use std::ops::Range;

use crate::common::clashing_line;
use fastrand::Rng;
use test_support::Channels;
use underscore::dsp::eq::bell::Bell;
use underscore::dsp::eq::overlap::{OverlapCorrection, bells, lanes, values};
use underscore::engine::Engine;
use underscore::layout::{Layout, MAX_CHANNELS};
use underscore::psycho::bands::{NUM_BANDS, PerBand, centre_hz, edges_hz};
use underscore::settings::{AUDIENCE, EARS, Listen, LookAhead, Mode, Settings, Steer};
use underscore::snapshot::{Figures, MAX_LOUDNESS_DIFFERENCE_LU, Snapshot};

const NUM_BLOCKS: usize = 100_000;
const MAX_BLOCK_SAMPLES: usize = 120;

/// One engine that lives through many blocks.
struct Subject {
    engine: Engine,
    num_dialogue_channels: usize,
    num_music_channels: usize,
    /// One block in so many is wild; the others are the demo scene, at which the duck works.
    wild_one_in: usize,
    position: usize,
}

impl Subject {
    fn new(
        sample_rate_hz: f64,
        num_dialogue_channels: usize,
        num_music_channels: usize,
        wild_one_in: usize,
    ) -> Self {
        let layout = |num_channels| Layout::from_num_channels(num_channels).expect("a layout");
        Self {
            engine: Engine::prepare(
                sample_rate_hz,
                layout(num_dialogue_channels),
                layout(num_music_channels),
            )
            .expect("a supported rate"),
            num_dialogue_channels,
            num_music_channels,
            wild_one_in,
            position: 0,
        }
    }

    /// Where in a scene of so many samples the next block lies.
    fn next_range(&mut self, num_samples: usize, scene_samples: usize) -> Range<usize> {
        if self.position + num_samples > scene_samples {
            self.position = 0;
        }
        let from = self.position;
        self.position += num_samples;
        from..self.position
    }

    /// Hands the first `num_samples` of the block to the engine, demands that what comes out is audio,
    /// and gives the number of hops with a cut.
    fn process(
        &mut self,
        block: &mut Block,
        num_samples: usize,
        is_wild: bool,
        random: &mut Rng,
    ) -> usize {
        if random.usize(..5_000) == 0 {
            self.engine.reset();
        }
        if is_wild {
            self.engine.set_position(random.i64(..));
            let look_ahead = LookAhead::ALL[random.usize(..LookAhead::ALL.len())];
            self.engine.set_look_ahead(look_ahead);
        }
        let settings = any_settings(random, is_wild);
        let mut num_cutting_hops = 0;
        let mut observer = |snapshot: &Snapshot| {
            assert_within_bounds(snapshot, &settings);
            num_cutting_hops +=
                usize::from(snapshot.cut_band_db.iter().any(|&cut_db| cut_db > 1.0));
        };
        // Any number of dialogue channels, and some of them too short.
        let num_dialogue_channels = match is_wild {
            true => random.usize(..=MAX_CHANNELS),
            false => MAX_CHANNELS,
        };
        let channels = block.dialogue.iter().take(num_dialogue_channels);
        let dialogue: Vec<&[f32]> = channels
            .map(|channel| match is_wild {
                true => &channel[..random.usize(..=MAX_BLOCK_SAMPLES)],
                false => &channel[..num_samples],
            })
            .collect();
        let channels = block.music.iter_mut().take(self.num_music_channels);
        let mut music: Vec<&mut [f32]> = channels.map(|x| &mut x[..num_samples]).collect();
        self.engine
            .process(&dialogue, &mut music, &settings, Some(&mut observer));
        for sample in music.iter().flat_map(|channel| channel.iter()) {
            assert!(sample.is_finite() && !sample.is_subnormal(), "{sample:e}");
        }
        num_cutting_hops
    }
}

/// Room for the longest block.
struct Block {
    dialogue: [[f32; MAX_BLOCK_SAMPLES]; MAX_CHANNELS],
    music: [[f32; MAX_BLOCK_SAMPLES]; MAX_CHANNELS],
}

/// Fills the first channels of a bus with `source`; where `is_wild`, each with something else.
fn fill_bus(
    bus: &mut [[f32; MAX_BLOCK_SAMPLES]],
    source: &Channels,
    range: Range<usize>,
    is_wild: bool,
    random: &mut Rng,
) {
    for (channel_idx, channel) in bus.iter_mut().enumerate() {
        let kind = if is_wild { 1 + random.usize(..5) } else { 0 };
        fill(&mut channel[..range.len()], kind, random, || {
            &source[channel_idx % source.len()][range.clone()]
        });
    }
}

fn assert_within_bounds(snapshot: &Snapshot, settings: &Settings) {
    let max_cut_db = settings.sanitized().max_cut_db;
    for cut_db in snapshot.cut_band_db {
        assert!(
            (0.0..=max_cut_db).contains(&cut_db),
            "{cut_db} dB, {settings:?}"
        );
    }
    assert!((0.0..=100.0).contains(&snapshot.clash_percent));
    let Figures {
        audibility,
        audibility_without_music,
        sii,
        sii_without_music,
    } = snapshot.figures;
    for figure in [audibility, audibility_without_music, sii, sii_without_music] {
        assert!((0.0..=1.0).contains(&figure), "{figure}");
    }
    assert!(snapshot.loudness_difference_lu.abs() <= MAX_LOUDNESS_DIFFERENCE_LU);
}

#[test]
fn whatever_comes_in_the_output_is_audio_and_the_cut_within_its_bound() {
    let mut random = Rng::with_seed(7);
    let (line, cue) = clashing_line();
    let mut subjects = [
        Subject::new(48_000.0, 1, 2, 500),
        Subject::new(44_100.0, 2, 1, 100),
        Subject::new(48_000.0, 2, 6, 2),
        Subject::new(96_000.0, 1, 12, 20),
        Subject::new(8_000.0, 3, 5, 3),
        Subject::new(192_000.0, 16, 16, 4),
    ];
    let mut num_cutting_hops = 0;
    let silence = [[0.0; MAX_BLOCK_SAMPLES]; MAX_CHANNELS];
    let mut block = Block {
        dialogue: silence,
        music: silence,
    };
    for _ in 0..NUM_BLOCKS {
        let subject = &mut subjects[random.usize(..6)];
        let num_samples = random.usize(..=MAX_BLOCK_SAMPLES);
        let is_wild = random.usize(..subject.wild_one_in) == 0;
        let range = subject.next_range(num_samples, line[0].len());
        let dialogue = &mut block.dialogue[..subject.num_dialogue_channels];
        fill_bus(dialogue, &line, range.clone(), is_wild, &mut random);
        let music = &mut block.music[..subject.num_music_channels];
        fill_bus(music, &cue, range, is_wild, &mut random);
        num_cutting_hops += subject.process(&mut block, num_samples, is_wild, &mut random);
    }
    assert!(
        num_cutting_hops > 1_000,
        "{num_cutting_hops} hops with a cut"
    );
}

fn fill<'a>(samples: &mut [f32], kind: usize, random: &mut Rng, scene: impl Fn() -> &'a [f32]) {
    match kind {
        0 => samples.copy_from_slice(scene()),
        1 => samples.fill_with(|| f32::from_bits(random.u32(..))),
        // Subnormal numbers of either sign
        2 => samples.fill_with(|| f32::from_bits(random.u32(..) & 0x807f_ffff)),
        3 => samples.fill_with(|| {
            if random.usize(..2) == 0 {
                f32::MAX
            } else {
                -f32::MAX
            }
        }),
        4 => samples.fill_with(|| 2.0 * random.f32() - 1.0),
        _ => samples.fill(0.0),
    }
}

/// Settings that duck and meter in turn; where `is_wild`, of any bits.
fn any_settings(random: &mut Rng, is_wild: bool) -> Settings {
    let mode = if random.usize(..200) == 0 {
        Mode::Meter
    } else {
        Mode::Duck
    };
    let steer = if random.usize(..2) == 0 {
        Steer::Target
    } else {
        Steer::Amount
    };
    let tame = Settings {
        mode,
        steer,
        ..Settings::default()
    };
    if !is_wild {
        return tame;
    }
    let mut any = || f32::from_bits(random.u32(..));
    Settings {
        amount_lu: any(),
        target: any(),
        max_cut_db: any(),
        attack_ms: any(),
        hold_ms: any(),
        release_ms: any(),
        low_hz: any(),
        high_hz: any(),
        trim_db: any(),
        focus: any(),
        monitor_db_spl: any(),
        listen: [Listen::Mix, Listen::Removed, Listen::Dialogue][random.usize(..3)],
        audience: AUDIENCE.variants[random.usize(..AUDIENCE.variants.len())].value,
        ears: EARS.variants[random.usize(..EARS.variants.len())].value,
        ..tame
    }
}

#[test]
fn no_cut_makes_a_band_louder() {
    let mut random = Rng::with_seed(3);
    for sample_rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        let bells = bells(
            sample_rate_hz,
            &std::array::from_fn::<_, NUM_BANDS, _>(centre_hz),
        );
        let correction = OverlapCorrection::new(&bells);
        for _ in 0..1_000 {
            let cut_db: PerBand = std::array::from_fn(|_| match random.usize(..3) {
                0 => 0.0,
                _ => random.u32(..=1800) as f32 / 100.0,
            });
            let gains_db = correction.gains_db(&lanes(cut_db.map(|cut_db| -cut_db)));
            for band_idx in 0..bells.len() {
                let band_db = band_gain_db(&bells, values(&gains_db), sample_rate_hz, band_idx);
                assert!(
                    band_db < 0.1,
                    "{sample_rate_hz} Hz, band {band_idx}: {band_db} dB for {cut_db:?}"
                );
            }
        }
    }
}

/// What becomes of music that is spread evenly over a band, dB.
fn band_gain_db(
    bells: &[Bell],
    gains_db: impl Iterator<Item = f32>,
    sample_rate_hz: f64,
    band_idx: usize,
) -> f64 {
    let gains_db: Vec<f64> = gains_db.map(f64::from).collect();
    let (low_hz, high_hz) = edges_hz(band_idx);
    let num_places = 9;
    let mean_power = (0..num_places)
        .map(|place| {
            let hz = low_hz + (high_hz - low_hz) * (f64::from(place) + 0.5) / f64::from(num_places);
            let warped = underscore::dsp::eq::bell::warped(sample_rate_hz, hz);
            bells
                .iter()
                .zip(&gains_db)
                .map(|(bell, &gain_db)| bell.power_response(gain_db, warped))
                .product::<f64>()
        })
        .sum::<f64>()
        / f64::from(num_places);
    10.0 * mean_power.log10()
}
