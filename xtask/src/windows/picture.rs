//! What the editor for Windows draws, taken while its window is open under Wine.
//!
//! Not from the screen: with Debian's Wine 8 no child window's OpenGL comes there. One of its patches
//! (`uninitialized-variables.patch`, of `X11DRV_GetDC`) loses the window that such a picture is to be copied to. The
//! picture itself lies in a window of Wine's that is never on the screen, into which OpenGL draws all the same, and any
//! program may read that one: where Wine has the library that makes such windows ([`LIBRARY`]).

use crate::tool;
use crate::windows::wine::Wine;
use crate::windows::{Built, WINDOW, cargo_test, test};
use crate::x_server::XServer;
use anyhow::{Context, Result, ensure};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::{ReplyError, RustConnection};

/// Debian's Wine doesn't bring it along. Without it OpenGL of a window in a window goes to where only Wine may look.
const LIBRARY: &str = "libXcomposite.so.1";

/// An empty window has one colour. The editor, with letters that are smoothed and areas one can see through, has
/// some thousands when music and dialogue play.
const FEWEST_COLORS: usize = 1000;

/// Pixels that change while the scene plays, at least.
const FEWEST_CHANGED: usize = 1000;

/// No editor is smaller, pixels.
const SMALLEST: [u16; 2] = [640, 400];

/// The test that opens the window.
const TEST: [&str; 2] = ["--test", WINDOW];

const PAUSE: Duration = Duration::from_millis(100);

/// What a window showed.
struct Picture {
    width: u16,
    height: u16,
    /// Red, green and blue, row by row.
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    fn num_colors(&self) -> usize {
        self.pixels.iter().collect::<HashSet<_>>().len()
    }

    /// Number of pixels that differ from those of `other`; none if it has another size.
    fn num_differences(&self, other: &Self) -> usize {
        if self.pixels.len() != other.pixels.len() {
            return 0;
        }
        let pairs = self.pixels.iter().zip(&other.pixels);
        pairs.filter(|(a, b)| a != b).count()
    }

    /// Writes it as a portable pixmap.
    fn write(&self, path: &Path) -> Result<()> {
        let mut bytes = format!("P6 {} {} 255\n", self.width, self.height).into_bytes();
        bytes.extend(self.pixels.as_flattened());
        fs::write(path, bytes).with_context(|| format!("could not write {}", path.display()))
    }
}

/// Runs the test of the editor's window, looks at the window meanwhile where that can be, and leaves a picture of it in
/// `target`.
///
/// # Errors
/// If the test fails, or if nothing was drawn that moves with the scene.
pub fn check(wine: &Wine, built: &Built, target: &Path) -> Result<()> {
    if !has_library() {
        println!(
            "skipped: {LIBRARY} is missing, so nobody sees the editor (`apt-get install libxcomposite1`)"
        );
        return test(wine, built, "underscore", &TEST);
    }
    let Some(screen) = XServer::start(&mut Command::new("Xvfb"))? else {
        // Which says so.
        return test(wine, built, "underscore", &TEST);
    };
    wine.end()?;
    let mut test = cargo_test(wine, built, "underscore", &TEST, Some(&screen)).spawn()?;
    let (connection, screen_idx) = x11rb::connect(Some(&screen.display))?;
    let root = connection.setup().roots[screen_idx].root;

    // Of each window the first picture, and the latest that differs from it by enough.
    let mut seen: HashMap<Window, (Picture, Option<Picture>)> = HashMap::new();
    let status = loop {
        if let Some(status) = test.try_wait()? {
            break status;
        }
        for window in windows_in(&connection, root) {
            // It may be gone by now, or not yet be there.
            let Some(picture) = picture_of(&connection, window)? else {
                continue;
            };
            if picture.num_colors() < FEWEST_COLORS {
                continue;
            }
            match seen.get_mut(&window) {
                Some((first, last)) if picture.num_differences(first) >= FEWEST_CHANGED => {
                    *last = Some(picture);
                }
                Some(_) => {}
                None => {
                    seen.insert(window, (picture, None));
                }
            }
        }
        std::thread::sleep(PAUSE);
    };
    ensure!(status.success(), "{WINDOW} failed: {status}");
    let num_seen = seen.len();
    let moved: Vec<Picture> = seen.into_values().filter_map(|(_, last)| last).collect();
    let picture = moved.last().with_context(|| {
        format!("{num_seen} windows drew {FEWEST_COLORS} colours, none a picture that moves")
    })?;
    let path = target.join("windows").join("editor.ppm");
    picture.write(&path)?;
    println!(
        "editor: {} colours in {}, {num_seen} windows drew, {} of them moved",
        picture.num_colors(),
        path.display(),
        moved.len()
    );
    Ok(())
}

/// Whether [`LIBRARY`] is installed; where nobody can tell, it is taken to be.
fn has_library() -> bool {
    let libraries = tool::output_of(Command::new("ldconfig").arg("-p"));
    libraries.map_or(true, |libraries| libraries.contains(LIBRARY))
}

/// All windows in `window`, and those in them.
fn windows_in(connection: &RustConnection, window: Window) -> Vec<Window> {
    let Ok(Ok(tree)) = connection.query_tree(window).map(|cookie| cookie.reply()) else {
        return Vec::new();
    };
    let mut windows = tree.children;
    for window in windows.clone() {
        windows.extend(windows_in(connection, window));
    }
    windows
}

/// `None` if it is small, gone or not shown.
///
/// # Errors
/// If the screen is gone.
fn picture_of(connection: &RustConnection, window: Window) -> Result<Option<Picture>> {
    let Some(size) = unless_gone(connection.get_geometry(window)?.reply())? else {
        return Ok(None);
    };
    let (width, height) = (size.width, size.height);
    if width < SMALLEST[0] || height < SMALLEST[1] {
        return Ok(None);
    }
    let format = ImageFormat::Z_PIXMAP;
    let image = connection.get_image(format, window, 0, 0, width, height, u32::MAX)?;
    let Some(image) = unless_gone(image.reply())? else {
        return Ok(None);
    };
    // The depth of 24 bits has four bytes a pixel: blue, green, red and nothing.
    let pixels = image.data.chunks_exact(4);
    let pixels = pixels.map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
    Ok(Some(Picture {
        width,
        height,
        pixels,
    }))
}

/// `None` for what the server refuses.
fn unless_gone<T>(reply: Result<T, ReplyError>) -> Result<Option<T>> {
    match reply {
        Ok(reply) => Ok(Some(reply)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
