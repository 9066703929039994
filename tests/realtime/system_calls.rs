//! No system call on the audio thread: this program runs itself again under `strace`.
//!
//! A lock that is waited for is a system call too (`futex`), so this also looks for locks.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use crate::workload::Workload;

/// Set in the traced run.
const IS_TRACED: &str = "UNDERSCORE_TEST_IS_TRACED";

/// Attempts to open these files, which don't exist, stand in the trace as marks.
const CANARY: &str = "/underscore-mark/canary";
const BEGIN: &str = "/underscore-mark/begin";
const END: &str = "/underscore-mark/end";

#[test]
fn the_engine_makes_no_system_call() {
    if std::env::var_os(IS_TRACED).is_some() {
        traced_run();
        return;
    }
    let trace_path = std::env::temp_dir().join(format!("underscore-trace-{}", std::process::id()));
    let strace = |program: &std::ffi::OsStr| {
        let mut strace = Command::new("strace");
        strace.arg("-f").arg("-o").arg(&trace_path).arg(program);
        strace.stdout(Stdio::null()).stderr(Stdio::null());
        strace
    };
    // It may be missing, or forbidden to trace anything.
    if !strace("true".as_ref())
        .status()
        .is_ok_and(|status| status.success())
    {
        println!("skipped: strace is missing or can't trace here (`apt-get install strace`)");
        return;
    }
    let this_program = std::env::current_exe().expect("this program has a path");
    let status = strace(this_program.as_os_str())
        .args(["--exact", "system_calls::the_engine_makes_no_system_call"])
        .env(IS_TRACED, "1")
        .status()
        .expect("strace has just run");
    let trace = fs::read_to_string(&trace_path).expect("strace wrote its trace");
    fs::remove_file(&trace_path).expect("the trace can be removed");
    assert!(status.success(), "the traced run failed");

    let canary = calls_between(&trace, CANARY, BEGIN);
    assert!(
        canary.len() == 1 && canary[0].contains("sched_yield"),
        "the trace shows each call: {canary:?}"
    );
    let calls = calls_between(&trace, BEGIN, END);
    assert!(calls.is_empty(), "{} calls: {calls:#?}", calls.len());
}

fn traced_run() {
    let mut workloads = [(1, 2), (2, 6), (1, 12), (16, 16)]
        .map(|(num_dialogue, num_music)| Workload::new(num_dialogue, num_music));
    // The first time round, the program may still load what it links.
    for workload in &mut workloads {
        workload.run();
    }
    mark(CANARY);
    std::thread::yield_now();
    mark(BEGIN);
    for workload in &mut workloads {
        workload.run();
    }
    mark(END);
}

fn mark(name: &str) {
    assert!(File::open(name).is_err(), "{name} doesn't exist");
}

/// The system calls of the thread that made the marks, between two of them.
fn calls_between<'a>(trace: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    let is_mark = |line: &str, name: &str| line.contains(&format!("\"{name}\""));
    let thread = trace
        .lines()
        .find(|line| is_mark(line, from))
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or_else(|| panic!("no mark {from} in the trace"));
    assert!(
        trace.lines().any(|line| is_mark(line, to)),
        "no mark {to} in the trace"
    );
    trace
        .lines()
        .filter(|line| line.split_whitespace().next() == Some(thread))
        .skip_while(|line| !is_mark(line, from))
        .skip(1)
        .take_while(|line| !is_mark(line, to))
        .collect()
}
