//! Colours of four bytes, premultiplied by their opacity: one is worked on two bytes at a time, a row of them sixteen.

use egui::Color32;

/// The lower byte of each half.
const BYTES: u32 = 0x00ff_00ff;

/// A pixel of a picture: its bytes as screens have them, blue first.
pub type Pixel = [u8; 4];

/// The bytes of a colour as one number, opacity uppermost.
pub fn packed(color: Color32) -> u32 {
    let [red, green, blue, opacity] = color.to_array();
    u32::from_le_bytes([blue, green, red, opacity])
}

/// The colour of these bytes.
pub fn unpacked(bytes: u32) -> Color32 {
    let [blue, green, red, opacity] = bytes.to_le_bytes();
    Color32::from_rgba_premultiplied(red, green, blue, opacity)
}

/// Paints `source` over one pixel.
pub fn cover_one(pixel: &mut Pixel, source: u32) {
    *pixel = over(source, u32::from_le_bytes(*pixel)).to_le_bytes();
}

/// Paints `source` over each pixel of a row.
pub fn cover(row: &mut [Pixel], source: u32) {
    let bytes = source.to_le_bytes();
    match bytes[3] {
        255 => row.fill(bytes),
        _ if source == 0 => {}
        opacity => {
            let rest = u16::from(255 - opacity);
            let sources = [bytes; 16];
            for part in row.chunks_mut(sources.len()) {
                // As `over`, which takes two bytes for a number of 32 bits: sixteen make a vector instead of four.
                let part = part.as_flattened_mut();
                for (byte, source) in part.iter_mut().zip(sources.as_flattened()) {
                    let product = u16::from(*byte) * rest + 127;
                    let scaled = (product + 1 + (product >> 8)) >> 8;
                    *byte = source.saturating_add(scaled as u8);
                }
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
    if texel == u32::MAX {
        return color;
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
    fn a_row_is_covered_as_each_of_its_pixels() {
        let row: Vec<Pixel> = (0..=255).map(|it| [it, 255 - it, it / 2, 255]).collect();
        for opacity in 0..=255 {
            let source = packed(Color32::from_rgba_premultiplied(
                9,
                opacity / 2,
                200,
                opacity,
            ));
            let mut covered = row[..255].to_vec();
            cover(&mut covered, source);
            for (pixel, behind) in covered.iter().zip(&row) {
                let wanted = over(source, u32::from_le_bytes(*behind));
                assert_eq!(u32::from_le_bytes(*pixel), wanted, "{opacity}");
            }
        }
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
