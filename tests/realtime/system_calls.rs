//! No system call while the engine works, and so no lock that is waited for.

use crate::strace::{BEGIN, END, assert_no_system_call, mark};
use crate::workload::Workload;

#[test]
fn the_engine_makes_no_system_call() {
    assert_no_system_call("system_calls::the_engine_makes_no_system_call", || {
        let mut workloads = [(1, 2), (2, 6), (1, 12), (16, 16)]
            .map(|(num_dialogue, num_music)| Workload::new(num_dialogue, num_music));
        // The first time round, the program may still load what it links.
        for workload in &mut workloads {
            workload.run();
        }
        mark(BEGIN);
        for workload in &mut workloads {
            workload.run();
        }
        mark(END);
    });
}
