//! What the tool hears and writes on the demo scene, held against the files in `reference`: a change
//! that is meant to change nothing changes none of them.
//!
//! `UNDERSCORE_UPDATE_GOLDEN=1 cargo test --release --test golden` writes them anew, on the kind of
//! machine that [`reference::is_machine_of_references`] describes. There the samples have to be the
//! same to the last bit and the texts to the last byte. Transforms and the C library's functions may
//! round differently elsewhere: levels have to agree to [`rule::TOLERANCE_DB`] then, and texts but for
//! their figures.

mod audio;
mod midi;
mod reference;
mod rule;
mod texts;
mod tool;
mod wave;

use std::collections::BTreeSet;

#[test]
fn each_reference_belongs_to_a_test() {
    let wanted: BTreeSet<String> = audio::names().chain(texts::names()).collect();
    let present = reference::names();
    let stale: Vec<&String> = present.difference(&wanted).collect();
    if reference::is_updating() {
        for name in stale {
            reference::remove(name);
        }
        return;
    }
    let missing: Vec<&String> = wanted.difference(&present).collect();
    assert!(
        stale.is_empty() && missing.is_empty(),
        "in {}: no test uses {stale:?}; missing are {missing:?}\n{}",
        reference::FOLDER,
        reference::HOW_TO_UPDATE
    );
}
