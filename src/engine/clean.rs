//! The door: samples that are no audio become 0.

/// `sample`, or 0 where it is not finite or subnormal. Looks at bits alone: arithmetic on subnormal
/// numbers is what it is to prevent.
pub fn cleaned(sample: f32) -> f32 {
    const SIGN: u32 = 0x8000_0000;
    const EXPONENT: u32 = 0x7f80_0000;
    let bits = sample.to_bits();
    let exponent = bits & EXPONENT;
    // Exponent 0 is zero or subnormal, all ones infinite or NaN.
    let is_normal = exponent != 0 && exponent != EXPONENT;
    f32::from_bits(if is_normal { bits } else { bits & SIGN })
}

#[cfg(test)]
mod tests {
    use super::cleaned;

    #[test]
    fn normal_numbers_and_both_zeros_pass_and_all_else_is_zero() {
        for sample in [1.0, -0.5, f32::MIN_POSITIVE, -f32::MAX, 0.0, -0.0] {
            assert_eq!(cleaned(sample).to_bits(), sample.to_bits());
        }
        for sample in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-40, -1e-45] {
            assert_eq!(cleaned(sample), 0.0);
        }
    }
}
