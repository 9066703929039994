//! What a window showed, as a file to look at.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// What a window showed.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// Red, green and blue, row by row.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// Number of colours in it: an empty window has one.
    pub fn num_colors(&self) -> usize {
        self.pixels().collect::<HashSet<_>>().len()
    }

    /// Number of pixels that differ from those of `other`, a picture of the same size.
    pub fn num_differences(&self, other: &Self) -> usize {
        let size = |picture: &Self| (picture.width, picture.height);
        assert_eq!(size(self), size(other));
        self.pixels()
            .zip(other.pixels())
            .filter(|(a, b)| a != b)
            .count()
    }

    fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        self.rgb.chunks_exact(3)
    }

    /// Writes a PNG file to `path`, and makes its folder where it has to.
    pub fn write(&self, path: &Path) {
        let folder = path.parent().expect("the file is in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        let file = BufWriter::new(File::create(path).expect("the file can be made"));
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("the file can be written");
        writer
            .write_image_data(&self.rgb)
            .expect("the file can be written");
    }
}

/// Where pictures go: `window` in the target directory.
pub fn picture_path(name: &str) -> PathBuf {
    // Of test programs and examples alike, `target/release/*/PROGRAM`.
    let program = std::env::current_exe().expect("this program has a path");
    let target = program.ancestors().nth(3).expect("it is in target");
    target.join("window").join(name).with_extension("png")
}
