//! The X server as a host uses it: a window to put the editor into, and what it shows.

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, ImageFormat, Window, WindowClass};
use x11rb::rust_connection::RustConnection;

use super::picture::Picture;

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
