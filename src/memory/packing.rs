//! Numbers and blocks one after another in bytes, and back.

/// Writes.
#[derive(Debug, Default)]
pub struct Packer {
    /// What was written.
    pub bytes: Vec<u8>,
}

impl Packer {
    /// Eight bytes.
    pub fn f64(&mut self, value: f64) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// Four bytes.
    pub fn f32(&mut self, value: f32) {
        self.bytes.extend(value.to_le_bytes());
    }

    /// Seven bits a byte, the lowest first.
    pub fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// Small ones of either sign are short.
    pub fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    /// A length and so many bytes.
    pub fn block(&mut self, bytes: &[u8]) {
        self.unsigned(bytes.len() as u64);
        self.bytes.extend(bytes);
    }

    /// A tag and a block.
    pub fn field(&mut self, tag: u8, bytes: &[u8]) {
        self.bytes.push(tag);
        self.block(bytes);
    }
}

/// Reads what a [`Packer`] wrote; `None` where the bytes are at their end, or are none that it writes.
#[derive(Debug)]
pub struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    /// From the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// So many bytes.
    pub fn bytes(&mut self, num_bytes: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(num_bytes)?;
        self.rest = rest;
        Some(bytes)
    }

    /// Bytes of a known number.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A finite number of eight bytes.
    pub fn f64(&mut self) -> Option<f64> {
        let value = f64::from_le_bytes(self.array()?);
        value.is_finite().then_some(value)
    }

    /// A finite number of four bytes.
    pub fn f32(&mut self) -> Option<f32> {
        let value = f32::from_le_bytes(self.array()?);
        value.is_finite().then_some(value)
    }

    /// What [`Packer::unsigned`] wrote.
    pub fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// What [`Packer::signed`] wrote.
    pub fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A length and so many bytes.
    pub fn block(&mut self) -> Option<&'a [u8]> {
        let num_bytes = usize::try_from(self.unsigned()?).ok()?;
        self.bytes(num_bytes)
    }

    /// A tag and a block.
    pub fn field(&mut self) -> Option<(u8, &'a [u8])> {
        Some((self.byte()?, self.block()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were() {
        let numbers = [0, 1, -1, 63, -64, 64, 1000, i64::MAX, i64::MIN];
        let mut packer = Packer::default();
        for number in numbers {
            packer.signed(number);
        }
        packer.field(7, b"words");
        packer.f64(0.1);
        packer.f64(f64::NAN);
        let mut from = Unpacker::new(&packer.bytes);
        for number in numbers {
            assert_eq!(from.signed(), Some(number));
        }
        assert_eq!(from.field(), Some((7, &b"words"[..])));
        assert_eq!(from.f64(), Some(0.1));
        assert_eq!(from.f64(), None, "not finite");
        assert_eq!(from.byte(), None, "the end");
        assert_eq!(Unpacker::new(&[0xff; 20]).unsigned(), None);
    }
}
