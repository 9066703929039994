//! The clash log: snapshots in, spoken lines out. It allocates, so it runs off the audio thread or
//! where no audio thread is.

use std::sync::Arc;

use crate::clash::verdict::Verdict;
use crate::lines::composers_view::{ComposersView, LineListener};
use crate::lines::even_sample::EvenSample;
use crate::lines::line_span::LineSpan;
use crate::lines::onsets::OnsetFinder;
use crate::lines::seconds::{Segment, Segments};
use crate::lines::speech_means::SpeechMeans;
use crate::lines::voice_confidence::{VOICE_FROM, VoiceConfidence};
use crate::psycho::bands::PerBand;
use crate::settings::Audience;
use crate::snapshot::{EarFigures, Figures, HopLevels, Snapshot};

/// Hops whose levels are kept of a line, at most twice as many: enough for the means that advice
/// works with to be true to 0.01, and at most 43 kB a line.
const NUM_KEPT_HOPS: usize = 128;

/// One spoken line. Times are s from timeline position 0; means are over the hops in which somebody
/// speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where the line's first hop begins.
    pub start_s: f64,
    /// Where the line's last sound ends; the hold after it is in the means, but not in the line.
    pub end_s: f64,
    /// Clash over the line, 0 to 100 %.
    pub clash_percent: f32,
    /// Mean figures.
    pub figures: Figures,
    /// Loudness of the dialogue over that of the music, LU.
    pub loudness_difference_lu: f32,
    /// Loudness of the dialogue in the line, LUFS.
    pub dialogue_lufs: f32,
    /// Mean excess of each band, dB; 0 or more.
    pub excess_band_db: PerBand,
    /// Level of the monitors to which the figures refer, dB SPL at -20 dBFS RMS.
    pub monitor_db_spl: f32,
    /// For whom the figures are.
    pub audience: Audience,
    /// Levels of some hops of the line, evenly spread: what advice works with.
    pub levels: Arc<[HopLevels]>,
    /// What a composer asks about the line.
    pub composer: ComposersView,
    /// Mean of what two ears make of the line; `None` with one.
    pub ears: Option<EarFigures>,
    /// How sure it is that the line is a voice, 0 to 1; [`VOICE_FROM`] and more are voices.
    pub confidence: f32,
}

impl Line {
    /// How the line fares.
    pub fn verdict(&self) -> Verdict {
        Verdict::new(self.figures.sii, self.figures.sii_without_music)
    }

    /// Whether the line may be no speech.
    pub fn may_be_no_voice(&self) -> bool {
        self.confidence < VOICE_FROM
    }
}

/// All lines together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Time for which somebody speaks, s; pauses inside lines left out.
    pub speech_s: f64,
    /// Mean over speech of the clash of the line at hand, 0 to 100 %; 0 without speech.
    pub clash_percent: f32,
    /// Mean figures over speech; 0 without.
    pub figures: Figures,
    /// Loudness difference over all speech, LU; 0 without.
    pub loudness_difference_lu: f32,
    /// Loudness of the dialogue over all speech, LUFS: integrated, with the speech detector as the gate.
    pub dialogue_lufs: f32,
    /// Mean excess of each band over speech, dB; 0 without speech.
    pub excess_band_db: PerBand,
}

impl Summary {
    /// What all speech came to: its means, its length, and the clash of each line times its hops, summed.
    pub fn new(whole: &SpeechMeans, speech_s: f64, clash_percent_hops: f64) -> Self {
        let num_hops = whole.num_hops().max(1) as f64;
        Self {
            speech_s,
            clash_percent: (clash_percent_hops / num_hops) as f32,
            figures: whole.figures(),
            loudness_difference_lu: whole.loudness_difference_lu(),
            dialogue_lufs: whole.dialogue_lufs(),
            excess_band_db: whole.excess_band_db(),
        }
    }
}

/// Gathers hops into [`Line`]s and [`Segment`]s: those that a [`Confirmer`](crate::lines::confirmer::Confirmer)
/// hands on, so that speech begins where the voice does, and no sound but a voice makes a line.
#[derive(Debug, Clone, Default)]
pub struct ClashLog {
    closed: Vec<Line>,
    open: Option<OpenLine>,
    segments: Segments,
    onsets: OnsetFinder,
    whole: SpeechMeans,
    /// Clash times hops of the closed lines.
    clash_percent_hops: f64,
    speech_s: f64,
}

#[derive(Debug, Clone)]
struct OpenLine {
    span: LineSpan,
    confidence: VoiceConfidence,
    stretch: SpeechMeans,
    levels: EvenSample<HopLevels, NUM_KEPT_HOPS>,
    listener: LineListener,
    monitor_db_spl: f32,
    audience: Audience,
}

impl ClashLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next hop. A jump of the timeline, back or by more than
    /// [`MAX_GAP_S`](crate::lines::line_span::MAX_GAP_S), ends the current line.
    pub fn push(&mut self, snapshot: &Snapshot) {
        self.segments.push(snapshot);
        let onsets = self.onsets.push(snapshot);
        let open = self.open.as_ref();
        if !open.is_some_and(|line| line.span.may_go_on(snapshot)) {
            self.end_line();
        }
        if !snapshot.is_speech {
            return;
        }
        self.speech_s += snapshot.hop_s();
        self.whole.add(snapshot);
        let line = self.open.get_or_insert_with(|| OpenLine {
            span: LineSpan::of(snapshot),
            confidence: VoiceConfidence::default(),
            stretch: SpeechMeans::default(),
            levels: EvenSample::default(),
            listener: LineListener::default(),
            monitor_db_spl: snapshot.monitor_db_spl,
            audience: snapshot.audience,
        });
        line.span.take(snapshot);
        line.confidence.push(snapshot);
        line.stretch.add(snapshot);
        line.listener.push(snapshot, onsets);
        line.levels.push(|| snapshot.heard_levels());
    }

    /// Every line so far in the order of its coming, the one still spoken included.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.closed
            .iter()
            .cloned()
            .chain(self.open.iter().map(OpenLine::line))
    }

    /// Takes out the lines that have ended, in the order of their coming: for readers that go on for
    /// hours. Seconds and summary keep them.
    pub fn take_closed(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.closed)
    }

    /// Ends the line that is being spoken, as when the transport stops.
    pub fn end_line(&mut self) {
        if let Some(line) = self.open.take() {
            self.clash_percent_hops += line.clash_percent_hops();
            self.closed.push(line.line());
        }
    }

    /// Every whole second so far with at least half a second of speech.
    pub fn segments(&self) -> Vec<Segment> {
        self.segments.list()
    }

    /// All speech so far.
    pub fn summary(&self) -> Summary {
        let open = self.open.as_ref().map_or(0.0, OpenLine::clash_percent_hops);
        Summary::new(&self.whole, self.speech_s, self.clash_percent_hops + open)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl OpenLine {
    fn line(&self) -> Line {
        Line {
            start_s: self.span.start_s,
            end_s: self.span.sound_end_s,
            clash_percent: self.stretch.clash_percent(),
            figures: self.stretch.figures(),
            loudness_difference_lu: self.stretch.loudness_difference_lu(),
            dialogue_lufs: self.stretch.dialogue_lufs(),
            excess_band_db: self.stretch.excess_band_db(),
            monitor_db_spl: self.monitor_db_spl,
            audience: self.audience,
            levels: self.levels.values().into(),
            composer: self.listener.view(),
            ears: self.stretch.ear_figures(),
            confidence: self.confidence.value(),
        }
    }

    fn clash_percent_hops(&self) -> f64 {
        f64::from(self.stretch.clash_percent()) * self.stretch.num_hops() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clash::verdict::clash_percent;
    use crate::psycho::bands::NUM_BANDS;

    const RATE_HZ: f64 = 48_000.0;
    const HOP: u32 = 240;

    /// Pushes `num_hops` hops of 5 ms that follow `position_samples`, and moves it on. `left`: how
    /// much of the voice the music leaves, `None` while nobody speaks.
    fn push(log: &mut ClashLog, position_samples: &mut i64, num_hops: usize, left: Option<f32>) {
        for _ in 0..num_hops {
            *position_samples += i64::from(HOP);
            let mut excess_band_db = [0.0; NUM_BANDS];
            excess_band_db[12] = 10.0 * (1.0 - left.unwrap_or(1.0));
            log.push(&Snapshot {
                sample_rate_hz: RATE_HZ,
                hop_samples: HOP,
                position_samples: *position_samples,
                is_speech: left.is_some(),
                speech_hops: u32::from(left.is_some()),
                hop_figures: Figures {
                    audibility: left.unwrap_or(0.0),
                    audibility_without_music: 1.0,
                    sii: left.unwrap_or(0.0),
                    sii_without_music: 1.0,
                },
                excess_band_db,
                ..Snapshot::default()
            });
        }
    }

    fn spans(log: &ClashLog) -> Vec<(f64, f64)> {
        let round = |t: f64| (t * 1000.0).round() / 1000.0;
        log.lines()
            .map(|line| (round(line.start_s), round(line.end_s)))
            .collect()
    }

    #[test]
    fn a_gap_of_350_ms_splits_and_a_shorter_one_does_not() {
        for (gap_hops, expected) in [
            (69, vec![(0.1, 1.345)]),
            (70, vec![(0.1, 0.55), (0.9, 1.35)]),
        ] {
            let (mut log, mut position) = (ClashLog::new(), 0);
            push(&mut log, &mut position, 20, None);
            push(&mut log, &mut position, 90, Some(0.9));
            push(&mut log, &mut position, gap_hops, None);
            push(&mut log, &mut position, 90, Some(0.9));
            assert_eq!(spans(&log), expected, "gap of {} ms", gap_hops * 5);
        }
    }

    #[test]
    fn a_gap_is_counted_from_the_last_sound() {
        for (gap_hops, num_lines) in [(69, 1), (70, 2)] {
            let mut log = ClashLog::new();
            for hop_idx in 1..=200 {
                let hops_after = hop_idx - 90;
                log.push(&Snapshot {
                    sample_rate_hz: RATE_HZ,
                    hop_samples: HOP,
                    position_samples: hop_idx * i64::from(HOP),
                    // A hold of 230 ms.
                    is_speech: hops_after <= 46 || hops_after > gap_hops,
                    held_hops: if hops_after <= 46 {
                        hops_after.max(0)
                    } else {
                        0
                    } as u32,
                    ..Snapshot::default()
                });
            }
            let ends_s: Vec<f64> = log.lines().map(|line| line.end_s).collect();
            assert_eq!(ends_s.len(), num_lines, "gap of {} ms", gap_hops * 5);
            assert!((ends_s[0] - if num_lines == 1 { 1.0 } else { 0.45 }).abs() < 1e-9);
        }
    }

    #[test]
    fn means_are_over_speech_only() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 100, Some(0.65));
        push(&mut log, &mut position, 30, None);
        push(&mut log, &mut position, 300, Some(0.25));
        let line = log.lines().next().unwrap();
        assert!((line.figures.audibility - 0.35).abs() < 1e-5);
        assert!((line.excess_band_db[12] - 6.5).abs() < 1e-5);
        // The clash of the mean, not the mean of the clashes: a gap between syllables is no clash.
        assert!((line.clash_percent - clash_percent(0.35, 1.0)).abs() < 1e-3);
        assert_eq!(line.verdict(), Verdict::Strained);
        assert_eq!(line.levels.len(), 200);
        let summary = log.summary();
        assert!((summary.speech_s - 2.0).abs() < 1e-9);
        assert!((summary.clash_percent - line.clash_percent).abs() < 1e-4);
    }

    #[test]
    fn the_summary_weighs_lines_by_their_speech() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 100, Some(1.0));
        push(&mut log, &mut position, 100, None);
        push(&mut log, &mut position, 300, Some(0.2));
        assert_eq!(log.lines().count(), 2);
        let expected = 0.75 * clash_percent(0.2, 1.0);
        assert!((log.summary().clash_percent - expected).abs() < 1e-3);
    }

    #[test]
    fn a_jump_back_starts_a_new_line() {
        let (mut log, mut position) = (ClashLog::new(), 480_000);
        push(&mut log, &mut position, 80, Some(0.5));
        position = 48_000;
        push(&mut log, &mut position, 80, Some(0.5));
        assert_eq!(spans(&log), [(10.0, 10.4), (1.0, 1.4)]);
    }

    #[test]
    fn closed_lines_can_be_taken_and_the_rest_goes_on() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 100, Some(1.0));
        push(&mut log, &mut position, 100, None);
        push(&mut log, &mut position, 300, Some(0.2));
        let summary = log.summary();
        assert_eq!(log.take_closed().len(), 1);
        assert!(log.take_closed().is_empty());
        assert_eq!(log.lines().count(), 1);
        assert_eq!(log.summary(), summary);
        log.end_line();
        assert_eq!(log.summary(), summary);
        log.end_line();
        assert_eq!(log.take_closed().len(), 1);
    }

    #[test]
    fn without_speech_there_is_nothing() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 500, None);
        assert_eq!(log.lines().count(), 0);
        assert_eq!(log.summary().clash_percent, 0.0);
        assert_eq!(log.summary().speech_s, 0.0);
    }
}
