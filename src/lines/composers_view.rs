//! What a composer asks about a line: the register of the voice, where the music crowds it, which
//! of the music's accents land on syllables, and whether somebody sings.

use crate::dsp::band_math::powers_from_db;
use crate::lines::onsets::Onsets;
use crate::psycho::bands::{NUM_BANDS, edges_hz};
use crate::psycho::notes::Note;
use crate::snapshot::Snapshot;

/// Register of a speaking voice: its notes over a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceNotes {
    /// Exceeded by nine tenths of the voiced time, Hz.
    pub low_hz: f64,
    /// Median, Hz.
    pub median_hz: f64,
    /// Exceeded by a tenth of the voiced time, Hz.
    pub high_hz: f64,
}

impl VoiceNotes {
    /// Lowest, middle and highest as notes.
    pub fn notes(&self) -> [Option<Note>; 3] {
        [self.low_hz, self.median_hz, self.high_hz].map(Note::nearest)
    }
}

/// The octave within the voice's region in which the music is strongest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MusicRegister {
    /// Lower edge, Hz.
    pub low_hz: f64,
    /// Upper edge, Hz.
    pub high_hz: f64,
    /// Share of the music's power from the voice's lowest note to the end of its formants that lies
    /// in the octave, 0 to 1.
    pub share: f64,
}

/// The composer's view of a line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ComposersView {
    /// Register of the voice; `None` for a whisper and where the voiced time is too short.
    pub voice_notes: Option<VoiceNotes>,
    /// Where the music is thickest against the voice; `None` without music in the voice's region.
    pub music_register: Option<MusicRegister>,
    /// Accents of the music that begin within 50 ms of a syllable.
    pub num_accents_on_syllables: usize,
    /// Share of the line in which a voice is heard in the music, 0 to 100 %.
    pub music_voice_percent: f64,
}

impl ComposersView {
    /// Whether the music of the line has a lead vocal: a voice in it for a third of the time or more.
    pub fn has_lead_vocal(&self) -> bool {
        self.music_voice_percent >= LEAD_VOCAL_PERCENT
    }
}

/// Share of a line with a voice in the music from which it counts as sung, %: a phrase, not a shout.
const LEAD_VOCAL_PERCENT: f64 = 33.0;

/// Accent and syllable coincide within this, s: our choice, about the rise of a syllable, within which
/// neither is clearly heard first, and a little more than the windows blur.
const COINCIDENCE_S: f64 = 0.050;

/// Voiced time without which no register is given, s: some periods of the lowest voice, too few notes
/// otherwise to speak of a range.
const LEAST_VOICED_S: f64 = 0.1;

/// End of the voice's region, Hz: above the third formant.
const FORMANTS_END_HZ: f64 = 3500.0;

/// Start of the voice's region where its notes aren't known, Hz.
const USUAL_LOWEST_HZ: f64 = 90.0;

/// Mean power in the voice's region below which there is no music: -90 dBFS.
const SILENT_POWER: f64 = 1e-9;

/// Third-octave bands in an octave.
const OCTAVE_BANDS: usize = 3;

/// Bins of the histogram of fundamentals: thirds of a semitone from 55 Hz on, to 610 Hz.
const NUM_PITCH_BINS: usize = 126;
const LOWEST_PITCH_HZ: f64 = 55.0;
const BINS_PER_OCTAVE: f64 = 36.0;

/// Gathers the composer's view of one line, hop by hop.
#[derive(Debug, Clone)]
pub struct LineListener {
    pitch_hops: [u32; NUM_PITCH_BINS],
    music_power: [f64; NUM_BANDS],
    num_hops: u32,
    hop_s: f64,
    num_music_voice_hops: u32,
    last_accent_s: Option<f64>,
    last_syllable_s: Option<f64>,
    num_accents_on_syllables: usize,
}

impl Default for LineListener {
    fn default() -> Self {
        Self {
            pitch_hops: [0; NUM_PITCH_BINS],
            music_power: [0.0; NUM_BANDS],
            num_hops: 0,
            hop_s: 0.0,
            num_music_voice_hops: 0,
            last_accent_s: None,
            last_syllable_s: None,
            num_accents_on_syllables: 0,
        }
    }
}

impl LineListener {
    /// Takes a hop of the line, and what began with it.
    pub fn push(&mut self, snapshot: &Snapshot, onsets: Onsets) {
        self.num_hops += 1;
        self.hop_s = snapshot.hop_s();
        self.num_music_voice_hops += u32::from(snapshot.is_music_voice);
        let music_power = powers_from_db(&snapshot.music_band_dbfs);
        for (sum, power) in self.music_power.iter_mut().zip(music_power) {
            *sum += f64::from(power);
        }
        if snapshot.voice_hz > 0.0 {
            let octaves = (f64::from(snapshot.voice_hz) / LOWEST_PITCH_HZ).log2();
            let bin_idx = (octaves * BINS_PER_OCTAVE).round().max(0.0) as usize;
            self.pitch_hops[bin_idx.min(NUM_PITCH_BINS - 1)] += 1;
        }
        self.pair_onsets(snapshot, onsets);
    }

    /// Counts an accent once, with the first syllable that it meets.
    fn pair_onsets(&mut self, snapshot: &Snapshot, onsets: Onsets) {
        let now_s = snapshot.end_s();
        if onsets.is_accent {
            self.last_accent_s = Some(now_s);
        }
        if onsets.is_syllable {
            self.last_syllable_s = Some(now_s);
        }
        if let (Some(accent_s), Some(syllable_s)) = (self.last_accent_s, self.last_syllable_s)
            && (accent_s - syllable_s).abs() <= COINCIDENCE_S
        {
            self.num_accents_on_syllables += 1;
            self.last_accent_s = None;
            self.last_syllable_s = None;
        }
    }

    /// The view so far.
    pub fn view(&self) -> ComposersView {
        let voice_notes = self.voice_notes();
        let lowest_hz = voice_notes.map_or(USUAL_LOWEST_HZ, |notes| notes.low_hz);
        ComposersView {
            voice_notes,
            music_register: music_register(&self.music_power, self.num_hops, lowest_hz),
            num_accents_on_syllables: self.num_accents_on_syllables,
            music_voice_percent: 100.0 * f64::from(self.num_music_voice_hops)
                / f64::from(self.num_hops.max(1)),
        }
    }

    fn voice_notes(&self) -> Option<VoiceNotes> {
        let num_voiced: u32 = self.pitch_hops.iter().sum();
        if f64::from(num_voiced) * self.hop_s < LEAST_VOICED_S {
            return None;
        }
        let quantile_hz = |share: f64| {
            let wanted = share * f64::from(num_voiced);
            let bin_idx = self
                .pitch_hops
                .iter()
                .scan(0, |sum, &num| {
                    *sum += num;
                    Some(*sum)
                })
                .position(|sum| f64::from(sum) >= wanted)
                .unwrap_or_default();
            LOWEST_PITCH_HZ * (bin_idx as f64 / BINS_PER_OCTAVE).exp2()
        };
        Some(VoiceNotes {
            low_hz: quantile_hz(0.1),
            median_hz: quantile_hz(0.5),
            high_hz: quantile_hz(0.9),
        })
    }
}

/// The strongest octave of `power` between `lowest_hz` and the end of the formants.
fn music_register(
    power: &[f64; NUM_BANDS],
    num_hops: u32,
    lowest_hz: f64,
) -> Option<MusicRegister> {
    let region: Vec<usize> = (0..NUM_BANDS)
        .filter(|&band_idx| {
            let (low_hz, high_hz) = edges_hz(band_idx);
            high_hz > lowest_hz && low_hz < FORMANTS_END_HZ
        })
        .collect();
    let sum = |bands: &[usize]| -> f64 { bands.iter().map(|&band_idx| power[band_idx]).sum() };
    let whole = sum(&region);
    let octave = region
        .windows(OCTAVE_BANDS)
        .max_by(|a, b| sum(a).total_cmp(&sum(b)))?;
    let is_music = whole > SILENT_POWER * f64::from(num_hops);
    is_music.then(|| MusicRegister {
        low_hz: edges_hz(octave[0]).0,
        high_hz: edges_hz(octave[OCTAVE_BANDS - 1]).1,
        share: sum(octave) / whole,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NOMINAL_HZ;

    fn hop(position_hops: i64, voice_hz: f32) -> Snapshot {
        let mut music_band_dbfs = [-60.0; NUM_BANDS];
        // Strings from 400 to 630 Hz, and a bass below the voice.
        music_band_dbfs[6..9].fill(-30.0);
        music_band_dbfs[0] = -20.0;
        Snapshot {
            position_samples: 256 * position_hops,
            voice_hz,
            music_band_dbfs,
            is_music_voice: position_hops % 4 == 0,
            ..Snapshot::default()
        }
    }

    #[test]
    fn the_range_of_a_line_is_named_in_notes() {
        let mut line = LineListener::default();
        for k in 0..200 {
            // From 110 to 174 Hz twice, with rests.
            let share = (k % 100) as f32 / 99.0;
            let voice_hz = if k % 5 == 0 {
                0.0
            } else {
                110.0 * 1.58f32.powf(share)
            };
            line.push(&hop(k, voice_hz), Onsets::default());
        }
        let view = line.view();
        let [low, median, high] = view
            .voice_notes
            .unwrap()
            .notes()
            .map(|n| n.unwrap().to_string());
        assert_eq!(
            (low.as_str(), median.as_str(), high.as_str()),
            ("Bb2", "C#3", "E3")
        );
        let register = view.music_register.unwrap();
        assert!(register.low_hz < f64::from(NOMINAL_HZ[6]), "{register:?}");
        assert!(register.high_hz > f64::from(NOMINAL_HZ[8]), "{register:?}");
        assert!(register.share > 0.95, "{register:?}");
        assert!((view.music_voice_percent - 25.0).abs() < 0.1);
        assert!(!view.has_lead_vocal());
    }

    #[test]
    fn a_whisper_has_no_notes_and_silence_no_register() {
        let mut line = LineListener::default();
        for k in 0..200 {
            line.push(
                &Snapshot {
                    music_band_dbfs: [-140.0; NUM_BANDS],
                    ..hop(k, 0.0)
                },
                Onsets::default(),
            );
        }
        assert_eq!(line.view().voice_notes, None);
        assert_eq!(line.view().music_register, None);
    }

    #[test]
    fn accents_count_once_and_only_near_a_syllable() {
        let mut line = LineListener::default();
        // A hop is 5.33 ms: the first pair lies 48 ms apart, the second 53 ms.
        for k in 0..300 {
            line.push(
                &hop(k, 0.0),
                Onsets {
                    is_accent: [50, 150].contains(&k),
                    is_syllable: [59, 140].contains(&k),
                },
            );
        }
        assert_eq!(line.view().num_accents_on_syllables, 1);
    }
}
