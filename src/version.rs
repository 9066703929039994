//! Which Underscore this is: version, build and target, for people, and as a stamp by which `doctor` knows the
//! version of a plugin's file without loading it.

use std::hint::black_box;

const OPENING: &str = "[underscore ";
const STAMP: &str = concat!(
    "[underscore ",
    env!("CARGO_PKG_VERSION"),
    ", ",
    env!("UNDERSCORE_BUILD"),
    ", ",
    env!("UNDERSCORE_TARGET"),
    "]"
);

/// A stamp is no longer than that, bytes.
const MAX_STAMP_BYTES: usize = 200;

/// Version, build and target of this program, as `0.1.0, build 04e8d1a0b5c1, x86_64-unknown-linux-gnu`; what
/// wasn't released says `own build`.
pub fn this() -> &'static str {
    // The whole stamp stays in the file.
    let stamp = black_box(STAMP);
    stamp
        .strip_prefix(OPENING)
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(stamp)
}

/// What [`this`] says in the program or library with the content `bytes`; `None` if it is no Underscore, or one
/// that is older than the stamp.
pub fn of_file(bytes: &[u8]) -> Option<&str> {
    let opening = OPENING.as_bytes();
    let starts = bytes
        .windows(opening.len())
        .enumerate()
        .filter(|(_, window)| *window == opening);
    starts
        .filter_map(|(at, _)| {
            let rest = bytes.get(at + opening.len()..)?;
            let rest = rest.get(..MAX_STAMP_BYTES).unwrap_or(rest);
            let end = rest.iter().position(|&byte| byte == b']')?;
            let text = str::from_utf8(rest.get(..end)?).ok()?;
            text.chars()
                .all(|c| c.is_ascii_graphic() || c == ' ')
                .then_some(text)
        })
        .find(|text| text.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_the_version_that_was_stamped_on_it() {
        let mut bytes = b"\x7fELF [underscore \xff] [underscore words] ".to_vec();
        assert_eq!(of_file(&bytes), None);
        bytes.extend_from_slice(STAMP.as_bytes());
        bytes.extend_from_slice(b"\0more");
        assert_eq!(of_file(&bytes), Some(this()));
        assert!(this().starts_with(env!("CARGO_PKG_VERSION")), "{}", this());
        assert_eq!(of_file(b"[underscore 0.1.0, cut off"), None);
    }
}
