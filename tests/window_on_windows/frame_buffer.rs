//! What an Xvfb shows, from the file that it keeps its picture in (`-fbdir`; the format of xwd, `X11/XWDFile.h`).

use std::fs;
use std::path::Path;

use crate::picture::Picture;

/// Places of numbers in the header.
const HEADER_BYTES: usize = 0;
const BITS_PER_PIXEL: usize = 11;
const BYTES_PER_LINE: usize = 12;
const NUM_COLOURS: usize = 19;

/// Bytes of each row in the table of colours, which stands between header and picture.
const COLOUR_BYTES: usize = 12;

/// The corner of the screen, of so many pixels in each direction.
pub fn read(path: &Path, [width, height]: [u32; 2]) -> Picture {
    let bytes = fs::read(path).unwrap();
    let number = |place: usize| {
        let number = bytes[4 * place..][..4].try_into().unwrap();
        u32::from_be_bytes(number) as usize
    };
    assert_eq!(number(BITS_PER_PIXEL), 32);
    let picture = &bytes[number(HEADER_BYTES) + COLOUR_BYTES * number(NUM_COLOURS)..];
    let rows = picture.chunks(number(BYTES_PER_LINE)).take(height as usize);
    // Blue, green, red and nothing.
    let pixels = rows.flat_map(|row| row.chunks_exact(4).take(width as usize));
    Picture {
        width,
        height,
        rgb: pixels
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect(),
    }
}
