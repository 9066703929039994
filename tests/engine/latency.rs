//! The latency is 0: an impulse comes out where it went in, also while a cut is at work.

use crate::common::{clashing_line, ducking, engine, run};

#[test]
fn an_impulse_is_not_delayed_by_a_cut() {
    let (dialogue, music) = clashing_line();
    let with_impulse = |height: f32| {
        let mut music = music.clone();
        music[0][110_000] += height;
        run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]).0
    };
    let (plain, struck) = (with_impulse(0.0), with_impulse(1e-3));
    let response: Vec<f32> = struck[0]
        .iter()
        .zip(&plain[0])
        .map(|(y, x)| y - x)
        .collect();
    assert!(response[..110_000].iter().all(|&x| x == 0.0));
    let peak_idx = (0..response.len())
        .max_by(|&a, &b| response[a].abs().total_cmp(&response[b].abs()))
        .expect("a response");
    assert_eq!(peak_idx, 110_000);
    assert_eq!(engine(1, 2).latency_samples(), 0);
}
