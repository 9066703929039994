//! A host that is killed in a pass of Learn, and comes back.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use test_support::noise::noise;
use underscore::params::UnderscoreParams;
use underscore::params::recovery::Recovery;

use crate::harness::*;
use crate::remembered::{LEARN, play_from, set_pass};
use crate::signals::speech;

const TEST: &str = "killed_host::what_it_had_learned_is_offered_again";

/// What the test does in a process that it has started itself.
const ROLE: &str = "UNDERSCORE_TEST_ROLE";

#[test]
fn what_it_had_learned_is_offered_again() {
    match env::var(ROLE).as_deref() {
        Ok("learn") => learn_for_ever(),
        Ok("come back") => come_back(),
        _ => kill_and_come_back(),
    }
}

fn start(role: &str, folder: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([TEST, "--exact", "--test-threads", "1"])
        .env(ROLE, role)
        .env("XDG_DATA_HOME", folder)
        .spawn()
        .unwrap()
}

fn kill_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut host = start("learn", folder.path());
    let recovery = folder.path().join("Underscore/Recovery");
    let began = Instant::now();
    let is_there = || {
        let files = fs::read_dir(&recovery).into_iter().flatten().flatten();
        files
            .map(|file| file.path())
            .any(|path| path.extension().is_some_and(|it| it == "json"))
    };
    while !is_there() && began.elapsed() < Duration::from_secs(120) {
        thread::sleep(Duration::from_millis(100));
    }
    let was_there = is_there();
    host.kill().unwrap();
    host.wait().unwrap();
    assert!(was_there, "nothing was written");
    for _ in 0..2 {
        // The second time nothing is left: the first one ended well.
        let is_first = is_there();
        let status = start("come back", folder.path()).wait().unwrap();
        assert_eq!(status.success(), is_first);
    }
    assert_eq!(fs::read_dir(&recovery).unwrap().count(), 0);
}

/// Until it is killed, or nobody does it.
fn learn_for_ever() {
    let mut instance: crate::clap_instance::Clap = ducking(STEREO, MONO, 512);
    set_pass(&mut instance, LEARN);
    let (music, dialogue) = (noise(2, 96_000, 4), speech());
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(180) {
        play_from(&mut instance, &music, &dialogue, (0, 96_000), &[512], false);
        thread::sleep(Duration::from_millis(100));
    }
}

fn come_back() {
    let params = Arc::new(UnderscoreParams::default());
    let mut recovery = Recovery::new(params.clone());
    recovery.look(false);
    let offer = recovery.offer().expect("something is offered");
    assert!(offer.num_lines > 0);
    recovery.restore();
    assert!(params.reel.read(|reel| !reel.lines().is_empty()));
}
