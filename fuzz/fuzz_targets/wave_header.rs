#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use underscore::cli::audio::wave_header;

fuzz_target!(|bytes: &[u8]| {
    let mut file = Cursor::new(bytes);
    match wave_header::read(&mut file) {
        Ok(Some(header)) => {
            let ends = header.data.iter().map(|range| range.end);
            assert!(ends.max() <= Some(bytes.len() as u64));
        }
        Ok(None) => {}
        Err(problem) => assert_eq!(problem.to_string().lines().count(), 1),
    }
    assert_eq!(file.position(), 0, "it is left at its start");
});
