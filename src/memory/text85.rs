//! Bytes as text in base 85, five letters for four bytes (RFC 1924's letters, which JSON leaves as they are): a
//! sixteenth less than base 64.

const LETTERS: &[u8; 85] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// The text of some bytes. What is missing of the last four is zeros.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for group in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..group.len()].copy_from_slice(group);
        let mut number = u32::from_be_bytes(four);
        let mut letters = ['0'; 5];
        for letter in letters.iter_mut().rev() {
            *letter = char::from(LETTERS[(number % 85) as usize]);
            number /= 85;
        }
        text.extend(letters);
    }
    text
}

/// The bytes of a text, up to three zeros more than there were. Letters that are none count as zeros, so that the rest
/// stays where it is.
pub fn decode(text: &str) -> Vec<u8> {
    let mut values = [0; 256];
    for (value, &letter) in (0..).zip(LETTERS) {
        values[usize::from(letter)] = value;
    }
    let groups = text.as_bytes().chunks(5);
    let four_of = |group: &[u8]| {
        let digits = (0..5).map(|idx| {
            group
                .get(idx)
                .map_or(0, |&letter| values[usize::from(letter)])
        });
        let number = digits.fold(0_u64, |number, digit: u64| 85 * number + digit);
        // Letters that were changed may make more than four bytes hold.
        (number as u32).to_be_bytes()
    };
    groups.flat_map(four_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_come_back_and_damage_stays_where_it_is() {
        let mut random = fastrand::Rng::with_seed(1);
        for num_bytes in 0..200 {
            let bytes: Vec<u8> = (0..num_bytes).map(|_| random.u8(..)).collect();
            let text = encode(&bytes);
            assert_eq!(serde_json::to_string(&text).unwrap().len(), text.len() + 2);
            assert_eq!(decode(&text)[..num_bytes], bytes);
            assert!(decode(&text)[num_bytes..].iter().all(|&byte| byte == 0));
        }
        let mut text = encode(&[7; 40]).into_bytes();
        text[11] = b'"';
        let decoded = decode(&String::from_utf8(text).unwrap());
        assert_eq!((&decoded[..8], &decoded[12..]), (&[7; 8][..], &[7; 28][..]));
        assert_eq!(decode("\u{e9}~~~~~~").len(), 8);
    }
}
