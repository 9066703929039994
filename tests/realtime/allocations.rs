//! No memory is allocated or freed on the audio thread.

use crate::counting;
use crate::workload::Workload;
use underscore::layout::MAX_CHANNELS;

#[test]
fn the_engine_never_allocates_or_frees_in_any_layout_mode_or_setting() {
    for num_music_channels in 1..=MAX_CHANNELS {
        for num_dialogue_channels in [1, 2, num_music_channels] {
            let mut workload = Workload::new(num_dialogue_channels, num_music_channels);
            let before = counting::num_calls();
            workload.run();
            let num_calls = counting::num_calls() - before;
            let buses = format!("{num_dialogue_channels} + {num_music_channels} channels");
            assert_eq!(num_calls, 0, "{buses}");
            assert!(
                workload.deepest_cut_db > 3.0,
                "{buses}: the duck is at work"
            );
        }
    }
}

#[test]
fn the_count_sees_an_allocation_and_its_end() {
    let before = counting::num_calls();
    drop(std::hint::black_box(Box::new(1u8)));
    assert_eq!(counting::num_calls() - before, 2);
}
