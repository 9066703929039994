//! System calls of one thread between marks: a test runs itself again under `strace`.
//!
//! A lock that is waited for is a system call too (`futex`), so this also looks for locks.

use std::collections::HashSet;
use std::fs::{self, File};
use std::process::{Command, Stdio};

/// Set in the traced run.
const IS_TRACED: &str = "UNDERSCORE_TEST_IS_TRACED";

/// Attempts to open these files, which don't exist, stand in the trace as marks.
const CANARY: &str = "/underscore-mark/canary";
pub const BEGIN: &str = "/underscore-mark/begin";
pub const END: &str = "/underscore-mark/end";

/// Whether this program is traced.
pub fn is_traced() -> bool {
    std::env::var_os(IS_TRACED).is_some()
}

/// Leaves a mark in the trace.
pub fn mark(name: &str) {
    assert!(File::open(name).is_err(), "{name} doesn't exist");
}

/// Runs `work` under strace, in the test with the full name `test`, and asserts that no thread
/// makes a system call from its mark [`BEGIN`] to its next [`END`]. Where strace is missing it
/// says so and does nothing.
pub fn assert_no_system_call(test: &str, work: impl FnOnce()) {
    if is_traced() {
        // Proof that the trace shows a call.
        mark(CANARY);
        std::thread::yield_now();
        mark(END);
        work();
        return;
    }
    let trace_path = std::env::temp_dir().join(format!("{test}-{}", std::process::id()));
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
        .args(["--exact", test])
        .env(IS_TRACED, "1")
        .status()
        .expect("strace has just run");
    let trace = fs::read_to_string(&trace_path).expect("strace wrote its trace");
    fs::remove_file(&trace_path).expect("the trace can be removed");
    assert!(status.success(), "the traced run failed");

    let (_, canary) = calls_after(&trace, CANARY);
    assert!(
        canary.len() == 1 && canary[0].contains("sched_yield"),
        "the trace shows each call: {canary:?}"
    );
    let (num_marks, calls) = calls_after(&trace, BEGIN);
    assert!(num_marks > 0, "no mark {BEGIN} in the trace");
    assert!(calls.is_empty(), "{} calls: {calls:#?}", calls.len());
}

/// How often the mark `name` is in the trace, and what the threads that made it called from there to
/// their next mark [`END`].
fn calls_after<'a>(trace: &'a str, name: &str) -> (usize, Vec<&'a str>) {
    let is_mark = |line: &str, name: &str| line.contains(&format!("\"{name}\""));
    let (mut num_marks, mut calls, mut threads) = (0, Vec::new(), HashSet::new());
    for line in trace.lines() {
        let thread = line.split_whitespace().next();
        if is_mark(line, name) {
            num_marks += 1;
            threads.insert(thread);
        } else if is_mark(line, END) {
            threads.remove(&thread);
        } else if threads.contains(&thread) && !line.contains(" resumed>") {
            // The end of a call has no line of its own, unless another thread's came between.
            calls.push(line);
        }
    }
    assert!(threads.is_empty(), "no mark {END} after the last {name}");
    (num_marks, calls)
}
