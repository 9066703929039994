//! What a process costs.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Ticks of `/proc` in a second: `USER_HZ`, 100 on every Linux that Rust runs on.
const TICKS_PER_S: f64 = 100.0;

/// Time that a process took.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// On the processor, s: its own work and the system's for it.
    pub processor_s: f64,
    /// By the clock, s.
    pub clock_s: f64,
}

impl Cost {
    /// The lesser of both, in each respect.
    pub fn least(self, other: Self) -> Self {
        Self {
            processor_s: self.processor_s.min(other.processor_s),
            clock_s: self.clock_s.min(other.clock_s),
        }
    }
}

/// `program`, held to the given cores by `taskset`.
pub fn held_to(cores: &str, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", cores]).arg(program);
    command
}

/// Runs `command` to its end, without its output.
pub fn cost_of(command: &mut Command) -> Cost {
    let (before, begin) = (children_s(), Instant::now());
    let status = command
        .stdout(Stdio::null())
        .status()
        .expect("taskset (util-linux) runs");
    assert!(status.success(), "{command:?} failed");
    Cost {
        processor_s: children_s() - before,
        clock_s: begin.elapsed().as_secs_f64(),
    }
}

/// Processor time of all processes that this one started and that have ended, s.
fn children_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells it");
    // The name, in brackets, may hold spaces; `cutime` and `cstime` are the 14th and 15th after it.
    let (_, fields) = stat.rsplit_once(')').expect("the name is in brackets");
    let ticks = fields.split_whitespace().skip(13).take(2);
    let ticks: f64 = ticks.map(|it| it.parse::<f64>().expect("a number")).sum();
    ticks / TICKS_PER_S
}
