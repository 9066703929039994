//! Music time: bars and beats, from a steady tempo or the tempo map of a Standard MIDI file.
//!
//! Source: Standard MIDI Files 1.0 (MIDI Manufacturers Association, RP-001): set tempo in µs per
//! quarter note, time signature with the beat as a power of 2, defaults of 120 and 4/4.

use std::fmt;

use midly::{Format, MetaMessage, Smf, Timing, TrackEventKind};

/// Resolution of a map made here, ticks per quarter note.
const TICKS_PER_QUARTER: u16 = 960;

/// Slowest and fastest steady tempo, quarter notes per minute: MIDI's 24 bits of µs end at 3.6.
pub const TEMPO_BPM: std::ops::RangeInclusive<f64> = 4.0..=1000.0;

const DEFAULT_US_PER_QUARTER: u32 = 500_000;

/// Smallest beat of a time signature: a 64th note, as a power of 2.
const MAX_BEAT_POWER: u8 = 6;

/// Why there is no tempo map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TempoError {
    /// Not a Standard MIDI file, or a damaged one.
    #[error("is not a Standard MIDI file that can be read ({0}): export it again")]
    NotMidi(String),
    /// Time that isn't musical.
    #[error("counts in SMPTE frames, not in beats: export it with ticks per quarter note")]
    NoBeats,
    /// Independent sequences without a common time.
    #[error("is a MIDI file of format 2, whose tracks have no common time: export format 0 or 1")]
    NoCommonTime,
    /// A tempo that stands still.
    #[error("has a tempo of 0 µs per quarter note at tick {tick}: remove it")]
    ZeroTempo {
        /// Where the event stands.
        tick: u64,
    },
    /// A time signature that can't be.
    #[error("has the time signature {num_beats}/2^{beat_power} at tick {tick}: remove it")]
    TimeSignature {
        /// Where the event stands.
        tick: u64,
        /// Beats in a bar.
        num_beats: u8,
        /// Length of a beat as a negative power of 2.
        beat_power: u8,
    },
}

/// A time signature: `num_beats` of 1/2^`beat_power` notes in a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSignature {
    num_beats: u8,
    beat_power: u8,
}

impl TimeSignature {
    /// 4/4.
    pub const COMMON: Self = Self {
        num_beats: 4,
        beat_power: 2,
    };

    /// `text` as in `6/8`; `None` unless it has 1 to 64 beats of a whole to a 64th note.
    pub fn parse(text: &str) -> Option<Self> {
        let (num_beats, beat) = text.split_once('/')?;
        Self::new(num_beats.parse().ok()?, beat.parse().ok()?)
    }

    /// So many beats in a bar, each that part of a whole note; `None` unless it has 1 to 64 beats of a whole to a
    /// 64th note.
    pub fn new(num_beats: u8, beat: u32) -> Option<Self> {
        let num_beats = Some(num_beats).filter(|n| (1..=64).contains(n))?;
        let beat_power = (0..=MAX_BEAT_POWER).find(|&power| 1 << power == beat)?;
        Some(Self {
            num_beats,
            beat_power,
        })
    }

    /// Length of a bar, quarter notes.
    pub fn bar_quarters(self) -> f64 {
        4.0 * f64::from(self.num_beats) / f64::from(1u32 << self.beat_power)
    }

    /// Beats in a bar, 1 or more.
    pub fn num_beats(self) -> u8 {
        self.num_beats
    }

    /// Length of a beat as a negative power of 2: 2 for a quarter note.
    pub fn beat_power(self) -> u8 {
        self.beat_power
    }
}

/// A place in the music.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BarBeat {
    /// Bar, from 1.
    pub bar: u64,
    /// Beat in the bar, from 1, with its fraction.
    pub beat: f64,
}

impl fmt::Display for BarBeat {
    /// As a musician says it: the bar and the beat that is sounding.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}|{}", self.bar, self.beat.floor())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct TempoChange {
    tick: u64,
    time_s: f64,
    us_per_quarter: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct MeterChange {
    tick: u64,
    /// The bar that begins here, from 0.
    bar_idx: u64,
    meter: TimeSignature,
}

/// Tempo and time signature along the music, whose first sample is bar 1, beat 1.
///
/// ```
/// use underscore::timeline::music_time::{TempoMap, TimeSignature};
///
/// // 120 quarter notes per minute in 6/8: an eighth lasts 0.25 s, a bar 1.5 s.
/// let meter = TimeSignature::parse("6/8").expect("a time signature that exists");
/// let map = TempoMap::steady(120.0, meter);
///
/// let place = map.bar_beat_at(2.125);
/// assert_eq!((place.bar, place.beat), (2, 3.5));
/// assert_eq!(place.to_string(), "2|3");
/// assert_eq!(map.tick_at(0.5), u64::from(map.ticks_per_quarter()));
///
/// // A map with changes comes from a MIDI file; what is none says so.
/// let error = TempoMap::from_midi(b"RIFF").unwrap_err().to_string();
/// assert!(error.starts_with("is not a Standard MIDI file"), "{error}");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TempoMap {
    ticks_per_quarter: u16,
    /// In order; the first is at tick 0.
    tempos: Vec<TempoChange>,
    /// In order; the first is at tick 0.
    meters: Vec<MeterChange>,
}

impl TempoMap {
    /// A map of one tempo (quarter notes per minute, in [`TEMPO_BPM`]) and meter throughout. The tempo
    /// is rounded to a whole number of µs per quarter note, as MIDI has it.
    pub fn steady(tempo_bpm: f64, meter: TimeSignature) -> Self {
        let tempo_bpm = tempo_bpm.clamp(*TEMPO_BPM.start(), *TEMPO_BPM.end());
        Self {
            ticks_per_quarter: TICKS_PER_QUARTER,
            tempos: vec![TempoChange {
                tick: 0,
                time_s: 0.0,
                us_per_quarter: (60e6 / tempo_bpm).round() as u32,
            }],
            meters: vec![MeterChange {
                tick: 0,
                bar_idx: 0,
                meter,
            }],
        }
    }

    /// A map through places: quarter notes at times (s), and from which bar on which meter holds (where the bar
    /// begins in quarter notes, its number from 0). Both are in order; the first place is quarter 0 at the first
    /// sample. After the last place goes on what is there in quarter notes per minute. `None` without a place or a meter,
    /// or if the tempo between two places is none that MIDI can say.
    pub(super) fn through(
        places: &[(f64, f64)],
        last_bpm: f64,
        bars: &[(f64, u64, TimeSignature)],
    ) -> Option<Self> {
        let tick = |quarter: f64| (quarter.max(0.0) * f64::from(TICKS_PER_QUARTER)).round() as u64;
        let change = |&(time_s, quarter): &(f64, f64), bpm: f64| {
            TEMPO_BPM.contains(&bpm).then_some(TempoChange {
                tick: tick(quarter),
                time_s,
                us_per_quarter: (60e6 / bpm).round() as u32,
            })
        };
        let mut tempos = Vec::new();
        for pair in places.windows(2) {
            let [from, to] = pair else { continue };
            tempos.push(change(from, 60.0 * (to.1 - from.1) / (to.0 - from.0))?);
        }
        tempos.push(change(places.last()?, last_bpm)?);
        let mut meters: Vec<MeterChange> = Vec::new();
        for &(quarter, bar_idx, meter) in bars {
            let tick = tick(quarter);
            meters.retain(|before| before.tick < tick);
            if meters.is_empty() && tick > 0 {
                meters.push(MeterChange {
                    tick: 0,
                    bar_idx: 0,
                    meter,
                });
            }
            meters.push(MeterChange {
                tick,
                bar_idx,
                meter,
            });
        }
        (!meters.is_empty()).then_some(Self {
            ticks_per_quarter: TICKS_PER_QUARTER,
            tempos,
            meters,
        })
    }

    /// The tempo map of a Standard MIDI file of format 0 or 1.
    ///
    /// # Errors
    /// If it can't be read or holds a tempo or time signature that can't be.
    pub fn from_midi(bytes: &[u8]) -> Result<Self, TempoError> {
        let smf = Smf::parse(bytes).map_err(|error| TempoError::NotMidi(error.to_string()))?;
        let ticks_per_quarter = match smf.header.timing {
            Timing::Metrical(ticks) if ticks.as_int() > 0 => ticks.as_int(),
            Timing::Metrical(_) => {
                return Err(TempoError::NotMidi("0 ticks per quarter note".into()));
            }
            Timing::Timecode(..) => return Err(TempoError::NoBeats),
        };
        if smf.header.format == Format::Sequential {
            return Err(TempoError::NoCommonTime);
        }
        let mut tempos = Vec::new();
        let mut meters = Vec::new();
        for track in &smf.tracks {
            let mut tick = 0;
            for event in track {
                tick += u64::from(event.delta.as_int());
                match event.kind {
                    TrackEventKind::Meta(MetaMessage::Tempo(us)) if us.as_int() == 0 => {
                        return Err(TempoError::ZeroTempo { tick });
                    }
                    TrackEventKind::Meta(MetaMessage::Tempo(us)) => {
                        tempos.push((tick, us.as_int()));
                    }
                    TrackEventKind::Meta(MetaMessage::TimeSignature(num_beats, beat_power, ..)) => {
                        if num_beats == 0 || beat_power > MAX_BEAT_POWER {
                            return Err(TempoError::TimeSignature {
                                tick,
                                num_beats,
                                beat_power,
                            });
                        }
                        let meter = TimeSignature {
                            num_beats,
                            beat_power,
                        };
                        meters.push((tick, meter));
                    }
                    _ => {}
                }
            }
        }
        Ok(Self {
            ticks_per_quarter,
            tempos: timed(in_order(tempos, DEFAULT_US_PER_QUARTER), ticks_per_quarter),
            meters: counted(in_order(meters, TimeSignature::COMMON), ticks_per_quarter),
        })
    }

    /// Ticks per quarter note.
    pub fn ticks_per_quarter(&self) -> u16 {
        self.ticks_per_quarter
    }

    /// Each tempo with the tick from which it holds, in order: µs per quarter note.
    pub fn tempos(&self) -> impl Iterator<Item = (u64, u32)> {
        self.tempos
            .iter()
            .map(|change| (change.tick, change.us_per_quarter))
    }

    /// Each time signature with the tick from which it holds, in order.
    pub fn meters(&self) -> impl Iterator<Item = (u64, TimeSignature)> {
        self.meters.iter().map(|change| (change.tick, change.meter))
    }

    /// The tick nearest to `time_s` after the first sample; negative times count as 0.
    pub fn tick_at(&self, time_s: f64) -> u64 {
        let time_s = time_s.max(0.0);
        let change = last_before(&self.tempos, |change| change.time_s <= time_s);
        let quarters = (time_s - change.time_s) * 1e6 / f64::from(change.us_per_quarter);
        change.tick + (quarters * f64::from(self.ticks_per_quarter)).round() as u64
    }

    /// Bar and beat at `time_s` after the first sample; negative times count as 0.
    pub fn bar_beat_at(&self, time_s: f64) -> BarBeat {
        let tick = self.tick_at(time_s);
        let change = last_before(&self.meters, |change| change.tick <= tick);
        let beat_ticks = beat_ticks(change.meter, self.ticks_per_quarter);
        let beats = (tick - change.tick) as f64 / beat_ticks;
        let num_beats = f64::from(change.meter.num_beats);
        let bars = (beats / num_beats).floor();
        BarBeat {
            bar: change.bar_idx + bars as u64 + 1,
            beat: beats - bars * num_beats + 1.0,
        }
    }
}

/// Length of a beat, ticks.
fn beat_ticks(meter: TimeSignature, ticks_per_quarter: u16) -> f64 {
    4.0 * f64::from(ticks_per_quarter) / f64::from(1u32 << meter.beat_power)
}

/// The last of `changes` for which `holds`, or the first. (`changes` is never empty.)
fn last_before<T: Copy>(changes: &[T], holds: impl Fn(&T) -> bool) -> T {
    let num_before = changes.partition_point(holds);
    changes[num_before.saturating_sub(1)]
}

/// `changes` by tick, of several at one tick the last, with `default` at tick 0 if there is none.
fn in_order<T: Copy>(mut changes: Vec<(u64, T)>, default: T) -> Vec<(u64, T)> {
    changes.insert(0, (0, default));
    changes.sort_by_key(|&(tick, _)| tick);
    changes.dedup_by(|later, earlier| {
        let is_same = later.0 == earlier.0;
        if is_same {
            *earlier = *later;
        }
        is_same
    });
    changes
}

fn timed(tempos: Vec<(u64, u32)>, ticks_per_quarter: u16) -> Vec<TempoChange> {
    let mut changes: Vec<TempoChange> = Vec::with_capacity(tempos.len());
    for (tick, us_per_quarter) in tempos {
        let time_s = changes.last().map_or(0.0, |last| {
            let quarters = (tick - last.tick) as f64 / f64::from(ticks_per_quarter);
            last.time_s + quarters * f64::from(last.us_per_quarter) * 1e-6
        });
        changes.push(TempoChange {
            tick,
            time_s,
            us_per_quarter,
        });
    }
    changes
}

/// A new time signature begins a new bar, wherever it comes.
fn counted(meters: Vec<(u64, TimeSignature)>, ticks_per_quarter: u16) -> Vec<MeterChange> {
    let mut changes: Vec<MeterChange> = Vec::with_capacity(meters.len());
    for (tick, meter) in meters {
        let bar_idx = changes.last().map_or(0, |last| {
            let bar_ticks =
                beat_ticks(last.meter, ticks_per_quarter) * f64::from(last.meter.num_beats);
            last.bar_idx + ((tick - last.tick) as f64 / bar_ticks).ceil() as u64
        });
        changes.push(MeterChange {
            tick,
            bar_idx,
            meter,
        });
    }
    changes
}

#[cfg(test)]
mod tests {
    use midly::num::{u15, u24, u28};
    use midly::{Header, TrackEvent};

    use super::*;

    fn midi(tracks: &[&[(u32, MetaMessage)]], timing: Timing, format: Format) -> Vec<u8> {
        let mut smf = Smf::new(Header::new(format, timing));
        for events in tracks {
            let track = events
                .iter()
                .chain(&[(0, MetaMessage::EndOfTrack)])
                .map(|&(delta, message)| TrackEvent {
                    delta: u28::new(delta),
                    kind: TrackEventKind::Meta(message),
                })
                .collect();
            smf.tracks.push(track);
        }
        let mut bytes = Vec::new();
        smf.write_std(&mut bytes).unwrap();
        bytes
    }

    const QUARTERS: Timing = Timing::Metrical(u15::new(480));

    #[test]
    fn a_steady_tempo_counts_its_beats() {
        let map = TempoMap::steady(120.0, TimeSignature::COMMON);
        for (time_s, bar, beat) in [
            (0.0, 1, 1.0),
            (0.5, 1, 2.0),
            (1.75, 1, 4.5),
            (2.0, 2, 1.0),
            (3600.0, 1801, 1.0),
            (-1.0, 1, 1.0),
        ] {
            assert_eq!(map.bar_beat_at(time_s), BarBeat { bar, beat }, "{time_s} s");
        }
        let map = TempoMap::steady(90.0, TimeSignature::parse("6/8").unwrap());
        // An eighth lasts 1/3 s, so a bar 2 s.
        assert_eq!(map.bar_beat_at(2.0 + 5.0 / 3.0).to_string(), "2|6");
    }

    #[test]
    fn tempo_and_meter_change_where_the_file_says() {
        // Two bars of 4/4 at 120 (4 s), then 3/4 at 60: bar 3 lasts 3 s.
        let bytes = midi(
            &[
                &[
                    (0, MetaMessage::Tempo(u24::new(500_000))),
                    (3840, MetaMessage::Tempo(u24::new(1_000_000))),
                ],
                &[(3840, MetaMessage::TimeSignature(3, 2, 24, 8))],
            ],
            QUARTERS,
            Format::Parallel,
        );
        let map = TempoMap::from_midi(&bytes).unwrap();
        for (time_s, bar, beat) in [(3.5, 2, 4.0), (4.0, 3, 1.0), (6.5, 3, 3.5), (7.0, 4, 1.0)] {
            assert_eq!(map.bar_beat_at(time_s), BarBeat { bar, beat }, "{time_s} s");
        }
    }

    #[test]
    fn a_file_without_a_map_has_the_defaults() {
        let map = TempoMap::from_midi(&midi(&[&[]], QUARTERS, Format::SingleTrack)).unwrap();
        assert_eq!(map.tempos().collect::<Vec<_>>(), [(0, 500_000)]);
        assert_eq!(
            map.meters().collect::<Vec<_>>(),
            [(0, TimeSignature::COMMON)]
        );
    }

    #[test]
    fn of_two_tempos_at_one_tick_the_last_holds() {
        let events = [
            (0, MetaMessage::Tempo(u24::new(400_000))),
            (0, MetaMessage::Tempo(u24::new(600_000))),
        ];
        let map = TempoMap::from_midi(&midi(&[&events], QUARTERS, Format::SingleTrack)).unwrap();
        assert_eq!(map.tempos().collect::<Vec<_>>(), [(0, 600_000)]);
    }

    #[test]
    fn what_has_no_bars_is_refused() {
        let zero = [(5, MetaMessage::Tempo(u24::new(0)))];
        assert_eq!(
            TempoMap::from_midi(&midi(&[&zero], QUARTERS, Format::SingleTrack)),
            Err(TempoError::ZeroTempo { tick: 5 })
        );
        for (num_beats, beat_power) in [(0, 2), (4, 7), (4, 255)] {
            let events = [(0, MetaMessage::TimeSignature(num_beats, beat_power, 24, 8))];
            assert_eq!(
                TempoMap::from_midi(&midi(&[&events], QUARTERS, Format::SingleTrack)),
                Err(TempoError::TimeSignature {
                    tick: 0,
                    num_beats,
                    beat_power
                })
            );
        }
        let frames = Timing::Timecode(midly::Fps::Fps25, 40);
        assert_eq!(
            TempoMap::from_midi(&midi(&[&[]], frames, Format::SingleTrack)),
            Err(TempoError::NoBeats)
        );
        assert_eq!(
            TempoMap::from_midi(&midi(&[&[]], QUARTERS, Format::Sequential)),
            Err(TempoError::NoCommonTime)
        );
        for bytes in [&b""[..], b"RIFF", b"MThd\0\0\0\x06\0\0\0\x01\0\0"] {
            assert!(TempoMap::from_midi(bytes).is_err());
        }
    }

    #[test]
    fn meters_that_do_not_exist_are_refused() {
        for text in ["4/4", "1/1", "64/64", "7/8"] {
            assert!(TimeSignature::parse(text).is_some(), "{text}");
        }
        for text in [
            "0/4", "4/0", "4/3", "4", "65/4", "-4/4", "4/128", "4/4/4", "",
        ] {
            assert!(TimeSignature::parse(text).is_none(), "{text}");
        }
    }
}
