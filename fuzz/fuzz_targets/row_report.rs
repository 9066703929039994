#![no_main]

use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "each target reads one form")]
#[path = "../../tests/report/readers.rs"]
mod readers;

fuzz_target!(|bytes: &[u8]| {
    readers::assert_kept(readers::row_report, bytes);
});
