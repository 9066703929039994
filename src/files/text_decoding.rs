//! Text files of other programs as text: UTF-8, UTF-16 (as Premiere and Excel write it) or
//! Windows-1252 (as older spreadsheets do).

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Letters at the start that tell UTF-16 without its mark.
const NUM_PROBED: usize = 64;

/// The text in `bytes`. By its byte-order mark; else UTF-16 if every other byte is 0 at the start, as in
/// all of the languages of Europe; else UTF-8 if it is; else Windows-1252, in which any bytes are text.
pub fn decoded(bytes: &[u8]) -> String {
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, mark_bytes)) => (encoding, &bytes[mark_bytes..]),
        None => match (wide(bytes), std::str::from_utf8(bytes)) {
            (Some(encoding), _) => (encoding, bytes),
            (None, Ok(text)) => return text.to_owned(),
            (None, Err(_)) => (WINDOWS_1252, bytes),
        },
    };
    encoding.decode_without_bom_handling(rest).0.into_owned()
}

/// The kind of UTF-16 that `bytes` begin as, if any.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let pairs = &pairs[..pairs.len().min(NUM_PROBED)];
    let num_zero = |idx: usize| pairs.iter().filter(|pair| pair[idx] == 0).count();
    let least = pairs.len().div_ceil(2).max(2);
    match (num_zero(0), num_zero(1)) {
        (0, high) if high >= least => Some(UTF_16LE),
        (high, 0) if high >= least => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_spreadsheet_is_read() {
        let text = "name\tin\n1M2 É\t0:01\n";
        let utf_16 = |bytes_of: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes_of).collect()
        };
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(b"\xEF\xBB\xBF", text.as_bytes().to_vec()),
            marked(b"\xFF\xFE", utf_16(u16::to_le_bytes)),
            marked(b"\xFE\xFF", utf_16(u16::to_be_bytes)),
            utf_16(u16::to_le_bytes),
            utf_16(u16::to_be_bytes),
            b"name\tin\n1M2 \xC9\t0:01\n".to_vec(),
        ] {
            assert_eq!(decoded(&bytes), text, "{bytes:?}");
        }
        assert_eq!(decoded(b""), "");
        assert_eq!(decoded(b"\xFF\xFE\0"), "\u{FFFD}");
    }
}
