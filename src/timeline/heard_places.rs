//! A tempo map of what a host says while it plays: places in the music, one for each change of tempo or meter.
//!
//! Hosts tell where they are, not what will come: of a stretch that was never heard the map knows the mean tempo.
//! The timeline's first sample is taken for quarter note 0, as hosts have it.

use std::collections::BTreeMap;

use crate::timeline::music_time::{TEMPO_BPM, TempoMap, TimeSignature};

/// A tempo that differs by less is the same, quarter notes per minute: hosts round.
const SAME_BPM: f64 = 0.01;

/// A place that lies so near to where the map has it says nothing new, quarter notes.
const SAME_QUARTERS: f64 = 0.02;

/// Places that are kept. A tempo that changes all the time gives 20 a second: that is eight minutes of it.
const MAX_PLACES: usize = 10_000;

/// A place in the music, as a host says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeardPlace {
    /// Where on the timeline, s from its first sample.
    pub time_s: f64,
    /// The same in quarter notes.
    pub quarter: f64,
    /// Where its bar begins, quarter notes.
    pub bar_quarter: f64,
    /// Number of the bar, from 1, where the host has one.
    pub bar: Option<u32>,
    /// Tempo there, quarter notes per minute.
    pub tempo_bpm: f64,
    /// Beats in the bar, and what part of a whole note each is.
    pub meter: (u16, u16),
}

/// The places so far and the map that they make.
#[derive(Debug, Default)]
pub struct HeardPlaces {
    /// By their times in µs.
    places: BTreeMap<u64, (HeardPlace, TimeSignature)>,
    map: Option<TempoMap>,
}

impl HeardPlaces {
    /// Takes what the host says; what can't be is left out.
    pub fn push(&mut self, said: HeardPlace) {
        let Some(meter) = believed(&said) else {
            return;
        };
        let key = (said.time_s * 1e6) as u64;
        let before = self.places.range(..=key).next_back();
        if let Some((_, (place, its_meter))) = before {
            let expected = place.quarter + (said.time_s - place.time_s) * place.tempo_bpm / 60.0;
            let is_as_expected = *its_meter == meter
                && (place.tempo_bpm - said.tempo_bpm).abs() < SAME_BPM
                && (expected - said.quarter).abs() < SAME_QUARTERS;
            if is_as_expected {
                return;
            }
        }
        // The user has moved bars since these were heard.
        self.places.retain(|other_key, (other, _)| {
            let is_in_order = (*other_key < key) == (other.quarter < said.quarter);
            *other_key != key && is_in_order
        });
        if self.places.len() < MAX_PLACES {
            self.places.insert(key, (said, meter));
        }
        self.map = self.made();
    }

    /// The map so far; `None` before a host has said where it is.
    pub fn map(&self) -> Option<&TempoMap> {
        self.map.as_ref()
    }

    fn made(&self) -> Option<TempoMap> {
        let mut places = vec![(0.0, 0.0)];
        let mut bars: Vec<(f64, u64, TimeSignature)> = Vec::new();
        let mut last_bpm = 0.0;
        for (place, meter) in self.places.values() {
            if place.time_s > 0.0 && place.quarter > 0.0 {
                places.push((place.time_s, place.quarter));
            }
            last_bpm = place.tempo_bpm;
            let bar_idx = match (place.bar, bars.last()) {
                (Some(bar), _) => u64::from(bar.max(1)) - 1,
                (None, Some((from, bar_idx, before))) => {
                    bar_idx + num_bars(place.bar_quarter - from, *before)
                }
                (None, None) => num_bars(place.bar_quarter, *meter),
            };
            if bars.last().is_none_or(|(_, _, before)| before != meter) {
                bars.push((place.bar_quarter, bar_idx, *meter));
            }
        }
        TempoMap::through(&places, last_bpm, &bars)
    }
}

/// The meter of a place that can be.
fn believed(said: &HeardPlace) -> Option<TimeSignature> {
    let numbers = [said.time_s, said.quarter, said.bar_quarter, said.tempo_bpm];
    let is_there = numbers.iter().all(|number| number.is_finite())
        && (0.0..=86_400.0).contains(&said.time_s)
        && said.quarter >= 0.0
        && TEMPO_BPM.contains(&said.tempo_bpm);
    let (num_beats, beat) = said.meter;
    let meter = TimeSignature::new(u8::try_from(num_beats).ok()?, u32::from(beat))?;
    let into_bar = said.quarter - said.bar_quarter;
    let is_in_bar = (-SAME_QUARTERS..meter.bar_quarters() + SAME_QUARTERS).contains(&into_bar);
    (is_there && is_in_bar).then_some(meter)
}

/// Bars in so many quarter notes.
fn num_bars(quarters: f64, meter: TimeSignature) -> u64 {
    (quarters / meter.bar_quarters()).round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(
        time_s: f64,
        quarter: f64,
        bar_quarter: f64,
        tempo_bpm: f64,
        meter: (u16, u16),
    ) -> HeardPlace {
        HeardPlace {
            time_s,
            quarter,
            bar_quarter,
            bar: None,
            tempo_bpm,
            meter,
        }
    }

    fn place(places: &HeardPlaces, time_s: f64) -> String {
        places.map().unwrap().bar_beat_at(time_s).to_string()
    }

    #[test]
    fn a_steady_tempo_is_known_from_one_place() {
        let mut places = HeardPlaces::default();
        assert_eq!(places.map(), None);
        places.push(said(61.0, 122.0, 120.0, 120.0, (4, 4)));
        places.push(said(62.0, 124.0, 124.0, 120.0, (4, 4)));
        assert_eq!(places.places.len(), 1);
        assert_eq!(place(&places, 0.0), "1|1");
        assert_eq!(place(&places, 61.0), "31|3");
        assert_eq!(place(&places, 62.51), "32|2");
    }

    #[test]
    fn changes_of_tempo_and_meter_are_followed() {
        let mut places = HeardPlaces::default();
        places.push(said(0.0, 0.0, 0.0, 60.0, (4, 4)));
        // From 8 s on twice as fast, from quarter 12 on in three.
        places.push(said(8.0, 8.0, 8.0, 120.0, (4, 4)));
        places.push(said(10.0, 12.0, 12.0, 120.0, (3, 4)));
        assert_eq!(place(&places, 7.5), "2|4");
        assert_eq!(place(&places, 9.0), "3|3");
        assert_eq!(place(&places, 10.0), "4|1");
        assert_eq!(place(&places, 11.5), "5|1");
    }

    #[test]
    fn a_host_that_numbers_its_bars_is_believed() {
        let mut places = HeardPlaces::default();
        places.push(HeardPlace {
            bar: Some(101),
            ..said(10.0, 20.0, 20.0, 120.0, (4, 4))
        });
        assert_eq!(place(&places, 10.0), "101|1");
        assert_eq!(place(&places, 12.0), "102|1");
    }

    #[test]
    fn what_can_not_be_is_left_out() {
        let mut places = HeardPlaces::default();
        let good = said(1.0, 2.0, 0.0, 120.0, (4, 4));
        for bad in [
            HeardPlace {
                time_s: f64::NAN,
                ..good
            },
            HeardPlace {
                time_s: -1.0,
                ..good
            },
            HeardPlace {
                quarter: f64::INFINITY,
                ..good
            },
            HeardPlace {
                tempo_bpm: 0.0,
                ..good
            },
            HeardPlace {
                tempo_bpm: 1e9,
                ..good
            },
            HeardPlace {
                meter: (0, 4),
                ..good
            },
            HeardPlace {
                meter: (4, 0),
                ..good
            },
            HeardPlace {
                meter: (4, 5),
                ..good
            },
            HeardPlace {
                meter: (u16::MAX, 4),
                ..good
            },
            HeardPlace {
                bar_quarter: -100.0,
                ..good
            },
        ] {
            places.push(bad);
            assert_eq!(places.map(), None, "{bad:?}");
        }
    }

    #[test]
    fn bars_that_the_user_moved_replace_what_was_heard() {
        let mut places = HeardPlaces::default();
        places.push(said(10.0, 20.0, 20.0, 120.0, (4, 4)));
        places.push(said(20.0, 50.0, 48.0, 180.0, (4, 4)));
        // The whole is slower now.
        places.push(said(20.0, 18.0, 16.0, 60.0, (4, 4)));
        assert_eq!(place(&places, 20.0), "5|3");
        assert_eq!(places.places.len(), 1);
    }
}
