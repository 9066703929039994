//! What the window's own picture still holds of the last frame, on OpenGL's side.
//!
//! Whoever shows a picture may keep it or hand out another one. Mesa's software OpenGL keeps it, and says so nowhere; so
//! each frame leaves a mark in a corner, one pixel whose lowest bits count, and the next one looks whether it is there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use egui::Color32;
use egui_glow::glow::{self, HasContext, PixelPackData};

/// Names of renderers that work on the processor, in small letters.
const SOFTWARE: [&str; 3] = ["llvmpipe", "softpipe", "software"];

/// What is known of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is as the last frame left it.
    Kept,
    /// It is another one.
    Lost,
    /// It is painted by a graphics processor: nothing is asked, and windows are painted whole.
    Unwanted,
}

/// The picture of one window.
pub struct BackBuffer(Mutex<Held>);

struct Held {
    state: State,
    is_asked: bool,
    /// The mark of the last frame.
    mark: Option<[u8; 3]>,
    num_marks: u8,
}

impl Default for BackBuffer {
    fn default() -> Self {
        Self(Mutex::new(Held {
            state: State::Lost,
            is_asked: false,
            mark: None,
            num_marks: 0,
        }))
    }
}

impl BackBuffer {
    /// What is known of the picture.
    pub fn state(&self) -> State {
        self.lock().state
    }

    /// Looks at the picture before a frame; one that is kept isn't cleared. `gl` is to be the window's, and current.
    pub fn look(&self, gl: &glow::Context) {
        let mut held = self.lock();
        if !held.is_asked {
            held.is_asked = true;
            // SAFETY: the context is current, as for all calls here.
            let renderer = unsafe { gl.get_parameter_string(glow::RENDERER) }.to_lowercase();
            if !SOFTWARE.iter().any(|name| renderer.contains(name)) {
                held.state = State::Unwanted;
            }
        }
        if held.state == State::Unwanted {
            return;
        }
        let mut pixel = [0; 4];
        let (format, kind) = (glow::RGBA, glow::UNSIGNED_BYTE);
        let into = PixelPackData::Slice(Some(&mut pixel));
        // SAFETY: the slice has room for the one pixel.
        unsafe { gl.read_pixels(0, 0, 1, 1, format, kind, into) };
        let [red, green, blue, _] = pixel;
        held.state = match held.mark == Some([red, green, blue]) {
            true => State::Kept,
            false => State::Lost,
        };
        if held.state == State::Kept {
            // egui-baseview clears it before it paints, and egui_glow, when it paints, lets colours in again.
            // SAFETY: as above.
            unsafe { gl.color_mask(false, false, false, false) };
        }
    }

    /// Takes it that the picture is lost.
    pub fn lose(&self) {
        let mut held = self.lock();
        if held.state == State::Kept {
            held.state = State::Lost;
        }
    }

    /// Leaves the mark at the end of a frame, in about the colour of the `background`. `gl` is to be the window's, and current.
    pub fn mark(&self, gl: &glow::Context, background: Color32) {
        let mut held = self.lock();
        held.num_marks = held.num_marks.wrapping_add(1);
        let bit = |idx: u8| held.num_marks >> idx & 1;
        let [red, green, blue, _] = background.to_array();
        let mark = [red ^ bit(0), green ^ bit(1), blue ^ bit(2)];
        held.mark = Some(mark);
        let [red, green, blue] = mark.map(|channel| f32::from(channel) / 255.0);
        // SAFETY: the context is current; egui-baseview and egui_glow set what this changes before they use it.
        unsafe {
            gl.enable(glow::SCISSOR_TEST);
            gl.scissor(0, 0, 1, 1);
            gl.clear_color(red, green, blue, 1.0);
            gl.clear(glow::COLOR_BUFFER_BIT);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
