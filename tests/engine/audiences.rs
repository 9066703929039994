//! For whom the engine judges and ducks.

use crate::common::{engine, run};
use test_support::Channels;
use test_support::demo;
use underscore::clash::meter::SiiMeter;
use underscore::clash::verdict::Verdict;
use underscore::lines::advice::{Louder, advise};
use underscore::psycho::audiences::Situations;
use underscore::settings::{Audience, Mode, Settings};
use underscore::snapshot::Snapshot;

use crate::common::log_of;

/// The demo's first lines under its music at `music_db`, ducked for `audience`: what comes out, and every hop.
fn ducked(audience: Audience, music_db: f32) -> (Channels, Channels, Vec<Snapshot>) {
    let dialogue = demo::dialogue_at(0.0..10.0);
    let gain = 10f32.powf(music_db / 20.0);
    let louder = |channel: Vec<f32>| channel.into_iter().map(|it| gain * it).collect();
    let music: Channels = demo::music_at(0.0..10.0).into_iter().map(louder).collect();
    let settings = Settings {
        mode: Mode::Duck,
        audience,
        ..Settings::default()
    };
    let (out, hops) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[480]);
    (music, out, hops)
}

/// Mean loss of loudness while somebody speaks, LU.
fn loss_lu(hops: &[Snapshot]) -> f32 {
    let spoken: Vec<f32> = hops
        .iter()
        .filter(|hop| hop.is_speech)
        .map(|hop| hop.loss_lu)
        .collect();
    spoken.iter().sum::<f32>() / spoken.len().max(1) as f32
}

#[test]
fn figures_are_those_of_the_audience_and_the_line_is_judged_by_what_it_has_to_lose() {
    let (meter, situations) = (SiiMeter::new(), Situations::new());
    for audience in Audience::NAMED {
        let (_, _, hops) = ducked(audience, 0.0);
        let spoken = hops.iter().filter(|hop| hop.is_speech).step_by(50);
        for hop in spoken {
            let situation = situations.of(audience, hop.monitor_db_spl);
            let reference = meter.read(&hop.levels, hop.monitor_db_spl);
            let figures = hop.hop_figures;
            assert_eq!(hop.audience, audience);
            assert_eq!(figures.sii, meter.sii_in(&situation, &hop.levels));
            assert_eq!(figures.sii_without_music, reference.sii_without_music);
            assert!(figures.audibility <= figures.audibility_without_music);
        }
    }
}

#[test]
fn music_that_hides_nothing_from_an_audience_is_not_wasted_on_it() {
    // Drowned in the noise of a train: 25 dB softer music hides nothing there, but some from a mixer.
    let (music, out, hops) = ducked(Audience::Phone, -25.0);
    assert!(hops.iter().any(|hop| hop.is_speech));
    assert_eq!(music, out, "the music passes to the bit");
    let louder = loss_lu(&ducked(Audience::Reference, 6.0).2);
    let hard_of_hearing = loss_lu(&ducked(Audience::HardOfHearing, 6.0).2);
    assert!(
        louder > 0.5 && hard_of_hearing > 0.5,
        "{louder} {hard_of_hearing}"
    );
    // Who hears less of the softest bands gets no deeper cut than helps.
    for hop in ducked(Audience::HardOfHearing, -20.0).2 {
        assert!(hop.cut_band_db.iter().all(|cut_db| *cut_db < 12.1));
    }
}

#[test]
fn the_duck_gives_an_audience_that_it_can_help_more_than_a_mixer() {
    let reference = loss_lu(&ducked(Audience::Reference, -4.0).2);
    let at_home = loss_lu(&ducked(Audience::Home70, -4.0).2);
    assert!(at_home > reference, "{at_home} {reference}");
}

#[test]
fn where_no_cut_helps_the_advice_is_louder_dialogue() {
    let (_, _, hops) = ducked(Audience::Phone, -25.0);
    let log = log_of(&hops);
    let line = log.lines().next().expect("a line");
    assert_eq!(line.verdict(), Verdict::Masked);
    let advice = advise(&line);
    let last = advice.remedies.last().expect("a remedy");
    assert_eq!((last.cut, last.fader_cut_db), (None, None));
    assert!(matches!(
        last.louder,
        Some(Louder::ByDb(_) | Louder::BeyondAdvice)
    ));
    let (_, _, hops) = ducked(Audience::Reference, 6.0);
    let lines: Vec<_> = log_of(&hops).lines().collect();
    assert!(lines.iter().all(|line| {
        let advice = advise(line);
        advice.remedies.iter().all(|remedy| remedy.louder.is_none())
    }));
}
