//! What the views show, without painting: gathered from hops, kept while the window is closed.

pub mod after_duck;
pub mod audience_lamps;
pub mod band_display;
pub mod exports;
pub mod hop_history;
pub mod input_doubts;
pub mod line_list;
pub mod loss;
pub mod presence;
pub mod readings;
pub mod remembered_list;
pub mod row_choice;
pub mod shown_rows;

use crate::dsp::units::power_from_db;
use crate::editor::model::after_duck::{AfterDuck, HeardSii};
use crate::editor::model::audience_lamps::AudienceLamps;
use crate::editor::model::band_display::Spectrum;
use crate::editor::model::hop_history::History;
use crate::editor::model::input_doubts::InputDoubts;
use crate::editor::model::line_list::ClashList;
use crate::editor::model::loss::Loss;
use crate::editor::model::presence::Presence;
use crate::found::dips::DipTrace;
use crate::link::{Hop, SaidPlace};
use crate::params::display::Smoothing;
use crate::snapshot::Snapshot;
use crate::timeline::heard_places::{HeardPlace, HeardPlaces};

/// All that an instance's editor knows.
#[derive(Debug, Default)]
pub struct Model {
    /// The newest frame.
    pub newest: Snapshot,
    /// The clash map.
    pub history: History,
    /// The clash list.
    pub lines: ClashList,
    /// The spectrum.
    pub spectrum: Spectrum,
    /// SII of what is heard, with the cuts of the duck.
    pub heard: HeardSii,
    listener: AfterDuck,
    /// How the others fare.
    pub audiences: AudienceLamps,
    /// What the duck takes of the music.
    pub loss: Loss,
    /// What is heard on which side.
    pub presence: Presence,
    /// What is wrong with the inputs.
    pub inputs: InputDoubts,
    /// Whether the transport runs.
    pub is_timeline: bool,
    /// Where the transport was last, s.
    pub now_s: f64,
    /// What the duck took where.
    pub dips: DipTrace,
    /// What the host says of bars and beats.
    pub places: HeardPlaces,
}

impl Model {
    /// Takes in a hop.
    pub fn push(&mut self, hop: &Hop, smoothing: Smoothing) {
        let snapshot = &hop.snapshot;
        let hop_s = snapshot.hop_s();
        self.presence.push(snapshot);
        self.inputs.push(snapshot);
        self.spectrum.push(snapshot, smoothing);
        self.heard = self.listener.push(snapshot);
        self.audiences.push(snapshot);
        self.loss.push(snapshot, hop.is_timeline);
        if hop.is_timeline {
            self.history.push(snapshot, self.heard.shown);
            self.lines.push(snapshot, self.heard.hop);
            self.now_s = snapshot.end_s();
            self.dips.push(
                snapshot.end_s() - 0.5 * hop_s,
                &snapshot.cut_band_db,
                snapshot.music_k_power,
                power_from_db(-snapshot.loss_lu),
            );
        } else if self.is_timeline {
            self.lines.end_line(hop_s);
            self.dips.close();
        }
        self.is_timeline = hop.is_timeline;
        self.newest = *snapshot;
    }

    /// Takes in where the host says that it is in the music.
    pub fn take_place(&mut self, said: Option<SaidPlace>) {
        if let Some(said) = said {
            self.places.push(HeardPlace {
                time_s: said.time_s,
                quarter: said.quarter,
                bar_quarter: said.bar_quarter,
                bar: said.bar,
                tempo_bpm: said.tempo_bpm,
                meter: said.meter,
            });
        }
    }

    /// Sample rate, Hz.
    pub fn sample_rate_hz(&self) -> u32 {
        self.newest.sample_rate_hz.round() as u32
    }

    /// Forgets list and history, and what the duck took.
    pub fn clear(&mut self) {
        self.loss.forget();
        self.dips.clear();
        self.lines.clear();
        self.history.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::model::line_list::tests::hop;
    use crate::settings::Pass;

    fn push(model: &mut Model, end_s: f64, left: Option<f32>, is_timeline: bool) {
        let hop = Hop {
            snapshot: hop(end_s, left),
            is_timeline,
            pass: Pass::default(),
            num_lost: 0,
        };
        model.push(&hop, Smoothing::default());
    }

    #[test]
    fn a_standing_transport_ends_the_line_and_writes_no_history() {
        let mut model = Model::default();
        for hop_idx in 1..=200 {
            push(&mut model, f64::from(hop_idx) * 0.005, Some(0.2), true);
        }
        for hop_idx in 201..=600 {
            push(&mut model, f64::from(hop_idx) * 0.005, Some(0.2), false);
        }
        assert_eq!(model.lines.rows().len(), 1);
        assert!(model.history.cell(0, 25).is_speech);
        assert!(!model.history.cell(25, 50).is_known);
        assert_eq!(model.now_s, 1.0);
        model.clear();
        assert!(model.lines.rows().is_empty() && !model.history.cell(0, 25).is_known);
    }
}
