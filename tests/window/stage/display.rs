//! The X server as a host uses it: a window to put the editor into, and what it shows.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, ImageFormat, Window, WindowClass};
use x11rb::rust_connection::RustConnection;

/// A connection to the screen that `DISPLAY` names.
pub struct Display {
    connection: RustConnection,
    root: Window,
}

impl Display {
    pub fn open() -> Self {
        let (connection, screen_idx) = x11rb::connect(None).expect("the screen is there");
        let root = connection.setup().roots[screen_idx].root;
        Self { connection, root }
    }

    /// A window of `width` by `height` pixels in the corner of the screen, as a host makes it
    /// for an editor.
    pub fn make_window(&self, width: u32, height: u32) -> Window {
        let id = self.connection.generate_id().expect("ids are left");
        let size = [width, height].map(|x| u16::try_from(x).expect("it fits a screen"));
        self.connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                id,
                self.root,
                0,
                0,
                size[0],
                size[1],
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &CreateWindowAux::new().background_pixel(0),
            )
            .expect("the screen is there")
            .check()
            .expect("the window can be made");
        self.connection.map_window(id).expect("the screen is there");
        self.connection.flush().expect("the screen is there");
        id
    }

    pub fn destroy_window(&self, window: Window) {
        // The editor's window is in it, and goes with it if it is still there.
        self.connection
            .destroy_window(window)
            .expect("the screen is there")
            .check()
            .expect("the window is ours");
    }

    /// Number of windows on the screen, those within windows not counted.
    pub fn num_windows(&self) -> usize {
        self.connection
            .query_tree(self.root)
            .expect("the screen is there")
            .reply()
            .expect("it has a root")
            .children
            .len()
    }

    /// The editor's window in the host's; `None` while there is none.
    pub fn child_of(&self, window: Window) -> Option<Window> {
        let tree = self.connection.query_tree(window).ok()?.reply().ok()?;
        tree.children.first().copied()
    }

    /// Width and height of a window, pixels.
    pub fn size_of(&self, window: Window) -> [u32; 2] {
        let geometry = self.connection.get_geometry(window);
        let geometry = geometry.expect("the screen is there").reply();
        let geometry = geometry.expect("the window is there");
        [geometry.width, geometry.height].map(u32::from)
    }

    /// The numbers of a window's property whose type has the property's name; none if it has no such one.
    pub fn property_of(&self, window: Window, name: &str) -> Vec<u32> {
        let atom = self.connection.intern_atom(false, name.as_bytes());
        let atom = atom.expect("the screen is there").reply();
        let atom = atom.expect("atoms are left").atom;
        let property = self
            .connection
            .get_property(false, window, atom, atom, 0, 64);
        let property = property.expect("the screen is there").reply();
        let property = property.expect("the window is there");
        property.value32().into_iter().flatten().collect()
    }

    /// What `window` shows now, its editor included.
    pub fn picture_of(&self, window: Window) -> Picture {
        let geometry = self
            .connection
            .get_geometry(window)
            .expect("the screen is there")
            .reply()
            .expect("the window is ours");
        let (width, height) = (geometry.width, geometry.height);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX)
            .expect("the screen is there")
            .reply()
            .expect("the window can be seen");
        // The depth of 24 bits has four bytes a pixel: blue, green, red and nothing.
        let rgb = image
            .data
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
            .collect();
        Picture {
            width: width.into(),
            height: height.into(),
            rgb,
        }
    }
}

/// What a window showed.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// Red, green and blue, row by row.
    rgb: Vec<u8>,
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
