//! An adaptive binary range coder: each bit costs as much as it surprises (G. N. N. Martin, "Range encoding: an
//! algorithm for removing redundancy from a digitised message", 1979; carries as in LZMA's).

/// How fast the two estimates of a bit's probability follow, as shifts: their mean is used. One finds its place soon,
/// the other keeps to it.
const RATES: [u32; 2] = [4, 7];

const TOP: u32 = 1 << 24;

/// How probable it is that a bit is 0, learned from those before.
#[derive(Debug, Clone, Copy)]
pub struct Bit([u16; 2]);

impl Default for Bit {
    fn default() -> Self {
        Self([1 << 15; 2])
    }
}

impl Bit {
    fn bound(&self, range: u32) -> u32 {
        let [a, b] = self.0.map(u32::from);
        // Neither ever is impossible.
        let zero = ((a + b) / 2).clamp(32, 65_535 - 32);
        (range >> 16) * zero
    }

    fn learn(&mut self, bit: bool) {
        for (estimate, rate) in self.0.iter_mut().zip(RATES) {
            *estimate = match bit {
                true => *estimate - (*estimate >> rate),
                false => *estimate + ((u16::MAX - *estimate) >> rate),
            };
        }
    }
}

/// Writes bits.
#[derive(Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
    low: u64,
    range: u32,
    /// The last byte, which a carry may still change, and how many that are full follow it.
    cache: u8,
    num_waiting: u64,
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            low: 0,
            range: u32::MAX,
            cache: 0,
            num_waiting: 1,
        }
    }
}

impl Encoder {
    /// Writes one bit, and learns from it.
    pub fn put(&mut self, model: &mut Bit, bit: bool) {
        let bound = model.bound(self.range);
        match bit {
            true => {
                self.low += u64::from(bound);
                self.range -= bound;
            }
            false => self.range = bound,
        }
        model.learn(bit);
        while self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
    }

    /// All bytes.
    pub fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        self.bytes
    }

    fn shift(&mut self) {
        if self.low < 0xff00_0000 || self.low > u64::from(u32::MAX) {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.cache;
            while self.num_waiting > 0 {
                self.bytes.push(byte.wrapping_add(carry));
                byte = 0xff;
                self.num_waiting -= 1;
            }
            self.cache = (self.low >> 24) as u8;
        }
        self.num_waiting += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }
}

/// Reads what an [`Encoder`] wrote; beyond its end, zeros.
#[derive(Debug)]
pub struct Decoder<'a> {
    bytes: std::slice::Iter<'a, u8>,
    range: u32,
    code: u32,
}

impl<'a> Decoder<'a> {
    /// From the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self {
            bytes: bytes.iter(),
            range: u32::MAX,
            code: 0,
        };
        for _ in 0..5 {
            decoder.shift();
        }
        decoder
    }

    /// Reads one bit, and learns from it.
    pub fn bit(&mut self, model: &mut Bit) -> bool {
        let bound = model.bound(self.range);
        let bit = self.code >= bound;
        match bit {
            true => {
                self.code -= bound;
                self.range -= bound;
            }
            false => self.range = bound,
        }
        model.learn(bit);
        while self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
        bit
    }

    fn shift(&mut self) {
        let byte = self.bytes.next().copied().unwrap_or(0);
        self.code = (self.code << 8) | u32::from(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_back_and_rare_ones_make_few_bytes() {
        for share in [0.5, 0.05, 0.0, 1.0] {
            let mut random = fastrand::Rng::with_seed(1);
            let bits: Vec<bool> = (0..50_000).map(|_| random.f64() < share).collect();
            let (mut encoder, mut model) = (Encoder::default(), Bit::default());
            for &bit in &bits {
                encoder.put(&mut model, bit);
            }
            let bytes = encoder.finish();
            let (mut decoder, mut model) = (Decoder::new(&bytes), Bit::default());
            assert!(
                bits.iter().all(|&bit| decoder.bit(&mut model) == bit),
                "{share}"
            );
            let most = match share {
                0.5 => 6_700,
                0.05 => 2_100,
                _ => 100,
            };
            assert!(bytes.len() < most, "{} bytes at {share}", bytes.len());
        }
    }
}
