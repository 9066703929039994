//! A pair that is heard line by line, so that each is known whole.

use std::path::Path;

use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::pair::Pair;
use crate::cli::pair_run::Lengths;
use crate::cli::regular_file;
use crate::learn::learner::Learner;
use crate::lines::confirmer::Confirmer;
use crate::lines::hop_watch::HopWatch;
use crate::memory::remembered::Reel;
use crate::memory::ride_file::{self, Ride};
use crate::settings::{Mode, Settings};
use crate::snapshot::Snapshot;

/// What a pair came to.
pub struct Learned {
    pub reel: Reel,
    /// What its hops tell of the inputs.
    pub watch: HopWatch,
    pub lengths: Lengths,
}

/// What each line of the pair takes that is a voice for certain enough; the pair lies at `position_frames` on
/// the timeline.
///
/// # Errors
/// If a file is damaged, or the user interrupts.
pub fn learn(
    pair: &mut Pair,
    settings: &Settings,
    position_frames: i64,
    min_confidence: f32,
) -> Result<Learned, Error> {
    let meter = Settings {
        mode: Mode::Meter,
        ..*settings
    };
    pair.set_position(position_frames);
    let mut reel = Reel::default();
    let mut learner = Learner::of_voices(min_confidence);
    let mut confirmer = Confirmer::default();
    let mut watch = HopWatch::default();
    let lengths = pair.meter(&meter, |snapshot| {
        confirmer.push(snapshot, |hop| watch.push(hop));
        let snapshot = Snapshot {
            position_samples: snapshot.position_samples + position_frames,
            ..*snapshot
        };
        learner.hear(&snapshot, settings, &mut reel);
    })?;
    confirmer.drain(|hop| watch.push(hop));
    learner.end(settings, &mut reel);
    Ok(Learned {
        reel,
        watch,
        lengths,
    })
}

/// Reads the ride at `path`, and says on standard error what the user should know of it.
///
/// # Errors
/// If it can't be read or isn't one.
pub fn read_ride(path: &Path) -> Result<Ride, Error> {
    let read = ride_file::parse(&regular_file::read(path)?)
        .map_err(|error| Error::file(path, Problem::Ride(error)))?;
    for note in read.notes {
        eprintln!("underscore: {}: {note}", Shown(path));
    }
    Ok(read.ride)
}
