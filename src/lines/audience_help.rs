//! Who loses what of a line, and what would help: by trying moves on the levels that the line kept, with the
//! ears of an audience.

use crate::clash::meter::SiiMeter;
use crate::clash::verdict::Verdict;
use crate::dsp::units::power_from_db;
use crate::lines::advice::least_step_db;
use crate::lines::choices::{MAX_ADVISED_DIALOGUE_DB, MAX_ADVISED_FADER_DB};
use crate::lines::log::Line;
use crate::lines::moves::BandCut;
use crate::lines::trial::Trial;
use crate::psycho::bands::NUM_BANDS;
use crate::psycho::situation::{Parts, Situation};

/// Hops of a line on which moves are tried: the line's own index corrects what they miss.
const NUM_TRIED_HOPS: usize = 24;

/// What costs an audience most of a line's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostTo {
    /// The music.
    Music,
    /// The noise of the place.
    Room,
    /// What the listener doesn't hear.
    Hearing,
    /// What the loudspeakers don't play.
    Loudspeakers,
    /// That it is played softer than where it was mixed.
    Level,
}

impl LostTo {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Music => "the music",
            Self::Room => "the noise of the place",
            Self::Hearing => "hearing",
            Self::Loudspeakers => "the loudspeakers",
            Self::Level => "the level at which it is played",
        }
    }

    /// For programs.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Music => "music",
            Self::Room => "room",
            Self::Hearing => "hearing",
            Self::Loudspeakers => "loudspeakers",
            Self::Level => "level",
        }
    }
}

/// What an audience loses of a line, and what would make it clear to them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AudienceHelp {
    /// What costs most.
    pub lost_to: LostTo,
    /// How far all of the music has to come down, dB; `None` where that doesn't make the line clear.
    pub fader_cut_db: Option<f32>,
    /// How far the dialogue has to come up, dB; `None` where 12 dB don't make the line clear.
    pub dialogue_gain_db: Option<f32>,
    /// Index after the cut that makes the line clear to the reference listener, where there is one.
    pub cut_sii: Option<f32>,
}

/// What helps the audience of `parts`, for which `line` has the index `sii`, and which it would be clear to from
/// `goal_sii` on. `cut` is what makes it clear to the reference listener.
pub fn help(
    line: &Line,
    parts: &Parts,
    sii: f32,
    goal_sii: f32,
    cut: Option<&BandCut>,
) -> Option<AudienceHelp> {
    let meter = SiiMeter::new();
    let trial = trial_of(&meter, line, parts, Some(sii))?;
    let cut_sii = cut.map(|cut| trial.sii(&cut.gain_power()));
    let fader = |depth_db: f32| trial.sii(&[power_from_db(-depth_db); NUM_BANDS]);
    let louder = |gain_db: f32| trial.sii_of_louder(power_from_db(gain_db));
    let music_sii = fader(MAX_ADVISED_FADER_DB) - sii;
    Some(AudienceHelp {
        lost_to: lost_to(&meter, line, parts, music_sii),
        fader_cut_db: least_step_db(MAX_ADVISED_FADER_DB, |db| fader(db) >= goal_sii),
        dialogue_gain_db: least_step_db(MAX_ADVISED_DIALOGUE_DB, |db| louder(db) >= goal_sii),
        cut_sii,
    })
}

/// What costs most: what the index gains most from without it. The music has `music_sii` to give back.
fn lost_to(meter: &SiiMeter, line: &Line, parts: &Parts, music_sii: f32) -> LostTo {
    let reference = Parts::reference(line.monitor_db_spl);
    let without = [
        (
            LostTo::Hearing,
            Parts {
                audiogram: reference.audiogram,
                ..*parts
            },
        ),
        (
            LostTo::Room,
            Parts {
                room_db_spl: None,
                ..*parts
            },
        ),
        (
            LostTo::Loudspeakers,
            Parts {
                response_db: None,
                ..*parts
            },
        ),
        (
            LostTo::Level,
            Parts {
                monitor_db_spl: line.monitor_db_spl,
                ..*parts
            },
        ),
    ];
    let plain_sii =
        |parts: &Parts| trial_of(meter, line, parts, None).map_or(0.0, |trial| trial.plain_sii());
    let now = plain_sii(parts);
    let mut worst = (LostTo::Music, music_sii);
    for (lost_to, parts_without) in without {
        if parts_without == *parts {
            continue;
        }
        let gain = plain_sii(&parts_without) - now;
        if gain > worst.1 {
            worst = (lost_to, gain);
        }
    }
    worst.0
}

/// A trial on some hops of `line` with the ears of the audience of `parts`, for which the line has the index `sii`.
fn trial_of<'a>(
    meter: &'a SiiMeter,
    line: &Line,
    parts: &Parts,
    sii: Option<f32>,
) -> Option<Trial<'a>> {
    let step = line.levels.len().div_ceil(NUM_TRIED_HOPS).max(1);
    let hops = line.levels.iter().step_by(step);
    Trial::new(meter, Situation::new(parts), hops, sii)
}

/// Least index at which a line is clear to an audience: that of the line for the reference listener. So a whisper
/// that is hard to follow by itself is judged like anywhere, and whoever hears less is never judged better.
pub fn clear_from_sii(line: &Line) -> f32 {
    Verdict::Clear.least_sii(line.figures.sii_without_music)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::advice::COARSE_STEP_DB;
    use crate::lines::advice::tests::line;
    use crate::psycho::audiences::NamedAudience;
    use crate::psycho::listeners::Listener;

    fn sii_of(line: &Line, parts: &Parts) -> f32 {
        SiiMeter::new().sii_in(&Situation::new(parts), &line.levels[0])
    }

    #[test]
    fn under_loud_music_a_cut_helps_whoever_hears_well() {
        let line = line(&[-35.0; NUM_BANDS]);
        let home = NamedAudience::of_name("home").unwrap().parts().unwrap();
        let sii = sii_of(&line, &home);
        let goal_sii = clear_from_sii(&line);
        let help = help(&line, &home, sii, goal_sii, None).unwrap();
        assert_eq!(help.lost_to, LostTo::Music);
        let fader_db = help.fader_cut_db.unwrap();
        let after = self::line(&[-35.0 - fader_db; NUM_BANDS]);
        assert!(sii_of(&after, &home) >= goal_sii);
        let before = self::line(&[-35.0 - fader_db + COARSE_STEP_DB; NUM_BANDS]);
        assert!(sii_of(&before, &home) < goal_sii);
    }

    #[test]
    fn what_isnt_heard_anyway_takes_louder_dialogue() {
        let line = line(&[-60.0; NUM_BANDS]);
        assert_eq!(line.verdict(), Verdict::Clear);
        let deaf = Parts {
            audiogram: Listener::of_name("N4").unwrap().audiogram(),
            ..Parts::reference(67.0)
        };
        let sii = sii_of(&line, &deaf);
        assert!(sii < 0.3, "{sii}");
        let help = help(&line, &deaf, sii, clear_from_sii(&line), None).unwrap();
        assert_eq!(help.lost_to, LostTo::Hearing);
        assert_eq!(help.fader_cut_db, None);
    }
}
