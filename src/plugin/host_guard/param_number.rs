//! The numbers that hosts know parameters by.

/// A parameter's number in VST3 and CLAP, as the framework makes it of the id. Saved projects know it.
pub fn param_number(id: &str) -> u32 {
    let hash = id.bytes().fold(0_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    // The highest bit is for parameters of the host's.
    hash & !(1 << 31)
}
