//! Shards: a catalogue in parts, one for each machine.

use std::fmt;

use crate::cli::manifest::NamedPair;

/// One of several parts of a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    number: u64,
    /// Of how many.
    count: u64,
}

impl Shard {
    /// What `text` such as 3/40 names.
    ///
    /// # Errors
    /// The rule that `text` breaks.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let is_plain = text.chars().all(|c| c.is_ascii_digit());
            text.parse::<u64>().ok().filter(|_| is_plain)
        };
        let parts = text.split_once('/');
        let parts = parts.and_then(|(of, count)| number(of).zip(number(count)));
        match parts {
            Some((number, count)) if (1..=count).contains(&number) => Ok(Self { number, count }),
            Some((_, count)) if count > 0 => Err(format!("must be 1/{count} to {count}/{count}")),
            _ => Err("must be K/N, such as 3/40 for the third of 40 parts".into()),
        }
    }

    /// The pairs of this shard, in their order. A pair is always in the same one of so many shards, by its name
    /// alone: what else is in the manifest doesn't matter.
    pub fn of(self, pairs: Vec<NamedPair>) -> Vec<NamedPair> {
        let pairs = pairs.into_iter();
        pairs.filter(|pair| self.has(&pair.name)).collect()
    }

    fn has(self, name: &str) -> bool {
        fnv_1a(name.as_bytes()) % self.count == self.number - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo, draft-eastlake-fnv): the same on every machine, for ever.
fn fnv_1a(bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xCBF2_9CE4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
    bytes.iter().fold(OFFSET_BASIS, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_its_authors() {
        // Their test vectors.
        assert_eq!(fnv_1a(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn every_name_is_in_one_shard_and_shards_are_alike() {
        for count in [1, 2, 7, 40] {
            let mut sizes = vec![0; count];
            for idx in 0..4_000 {
                let name = format!("S02E{:02}_R{}_{}", idx / 200, idx % 5, idx);
                let shards = (1..=count as u64).map(|number| Shard {
                    number,
                    count: count as u64,
                });
                let having: Vec<usize> = shards
                    .enumerate()
                    .filter(|(_, shard)| shard.has(&name))
                    .map(|(idx, _)| idx)
                    .collect();
                assert_eq!(having.len(), 1, "{name}");
                sizes[having[0]] += 1;
            }
            // Six standard deviations of a fair share.
            let fair = 4_000.0 / count as f64;
            let is_fair = |size: &i32| (f64::from(*size) - fair).abs() <= 6.0 * fair.sqrt();
            assert!(sizes.iter().all(is_fair), "{count}: {sizes:?}");
        }
    }

    #[test]
    fn what_is_no_shard_says_the_rule() {
        assert_eq!(Shard::parse("3/40").unwrap().to_string(), "3/40");
        for (text, expected) in [
            ("0/40", "must be 1/40 to 40/40"),
            ("41/40", "must be 1/40 to 40/40"),
            ("0/0", "must be K/N"),
            ("1/0", "must be K/N"),
            ("a/b", "must be K/N"),
            ("3", "must be K/N"),
            ("", "must be K/N"),
            ("+3/40", "must be K/N"),
            ("-1/4", "must be K/N"),
            ("1/4/2", "must be K/N"),
            ("99999999999999999999/40", "must be K/N"),
        ] {
            let error = Shard::parse(text).unwrap_err();
            assert!(error.starts_with(expected), "{text:?}: {error}");
        }
    }
}
