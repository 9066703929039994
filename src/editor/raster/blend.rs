//! Colours of four bytes, premultiplied by their opacity and worked on two bytes at a time.

use egui::Color32;

/// The lower byte of each half.
const BYTES: u32 = 0x00ff_00ff;

/// A colour's bytes, opacity uppermost.
pub fn packed(color: Color32) -> u32 {
    u32::from_le_bytes(color.to_array())
}

/// The colour of these bytes.
pub fn unpacked(bytes: u32) -> Color32 {
    let [r, g, b, a] = bytes.to_le_bytes();
    Color32::from_rgba_premultiplied(r, g, b, a)
}

/// Paints `source` over each pixel of a row.
pub fn cover(row: &mut [Color32], source: u32) {
    match source >> 24 {
        255 => row.fill(unpacked(source)),
        _ if source == 0 => {}
        _ => {
            for pixel in row {
                *pixel = unpacked(over(source, packed(*pixel)));
            }
        }
    }
}

/// A colour over another.
pub fn over(source: u32, behind: u32) -> u32 {
    let rest = 255 - (source >> 24);
    let half = |shift: u32| {
        let sum = (source >> shift & BYTES) + scaled(behind >> shift & BYTES, rest);
        // A colour that only adds light may be more than white.
        let carried = sum & 0x0100_0100;
        (sum | (carried - (carried >> 8))) & BYTES
    };
    half(0) | half(8) << 8
}

/// A texel times a colour.
pub fn times(texel: u32, color: u32) -> u32 {
    if color == u32::MAX {
        return texel;
    }
    let [r, g, b, a] = texel.to_le_bytes().map(u32::from);
    // Letters, and what is plain.
    if r == a && g == a && b == a {
        return scaled(color & BYTES, a) | scaled(color >> 8 & BYTES, a) << 8;
    }
    let one = |idx: usize, factor: u32| scaled(color >> (8 * idx) & 255, factor) << (8 * idx);
    one(0, r) | one(1, g) | one(2, b) | one(3, a)
}

/// The colour at `share` of 256 on the way from one to another.
pub fn between(from: u32, to: u32, share: u32) -> u32 {
    let half = |shift: u32| {
        let (from, to) = (from >> shift & BYTES, to >> shift & BYTES);
        (from * (256 - share) + to * share + 0x0080_0080) >> 8 & BYTES
    };
    half(0) | half(8) << 8
}

/// Each of two bytes times `factor` of 255, rounded.
fn scaled(bytes: u32, factor: u32) -> u32 {
    let product = bytes * factor + 0x007f_007f;
    // By 255, exact for all products of two bytes.
    (product + 0x0001_0001 + (product >> 8 & BYTES)) >> 8 & BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_bytes_are_rounded() {
        for a in 0..256 {
            for b in 0..256 {
                let wanted = (f64::from(a * b) / 255.0).round() as u32;
                assert_eq!(scaled(a << 16 | b, b) >> 16, wanted, "{a} {b}");
                assert_eq!(scaled(b << 16 | a, b) & 255, wanted, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_colour_over_another_leaves_its_share_of_it() {
        let half = packed(Color32::from_rgba_premultiplied(100, 0, 0, 128));
        let behind = packed(Color32::from_rgb(51, 255, 200));
        let mixed = Color32::from_rgba_premultiplied(125, 127, 100, 255);
        assert_eq!(unpacked(over(half, behind)), mixed);
        assert_eq!(over(0, behind), behind);
        let opaque = packed(Color32::from_rgb(1, 2, 3));
        assert_eq!(over(opaque, behind), opaque);
        // Light without opacity is added, up to white.
        let light = packed(Color32::from_rgba_premultiplied(100, 100, 100, 0));
        let lit = Color32::from_rgb(151, 255, 255);
        assert_eq!(unpacked(over(light, behind)), lit);
    }

    #[test]
    fn texels_are_tinted_and_mixed_byte_by_byte() {
        let color = packed(Color32::from_rgba_premultiplied(200, 100, 50, 250));
        let letter = packed(Color32::from_rgba_premultiplied(51, 51, 51, 51));
        let tinted = Color32::from_rgba_premultiplied(40, 20, 10, 50);
        assert_eq!(unpacked(times(letter, color)), tinted);
        let picture = packed(Color32::from_rgba_premultiplied(255, 51, 0, 255));
        let tinted = Color32::from_rgba_premultiplied(200, 20, 0, 250);
        assert_eq!(unpacked(times(picture, color)), tinted);
        assert_eq!(between(color, picture, 0), color);
        assert_eq!(between(color, picture, 256), picture);
        let middle = Color32::from_rgba_premultiplied(228, 76, 25, 253);
        assert_eq!(unpacked(between(color, picture, 128)), middle);
    }
}
