//! The way of a picture painted on the processor to the screen, through OpenGL.
//!
//! A texture holds the picture as OpenGL wants it, and is copied into the window's back buffer. Whoever shows that may keep it
//! or hand out another one: Mesa's software OpenGL keeps it, and says so nowhere. So each frame leaves a mark in a corner, one
//! pixel whose lowest bits count; the next frame looks whether it is there, and copies all of the texture if it isn't.

use std::sync::{Mutex, MutexGuard, PoisonError};

use egui::{Color32, Rect};
use egui_glow::glow::{self, HasContext, PixelPackData, PixelUnpackData};

/// Names of renderers that work on the processor, in small letters.
const SOFTWARE: [&str; 3] = ["llvmpipe", "softpipe", "software"];

/// Order of a pixel's bytes in the texture. With it, and with this name for its kind, Mesa's texture is like its back buffer
/// and copied byte by byte; any other works, and costs a shader.
const ORDER: u32 = glow::BGRA;
const KIND: u32 = glow::RGBA;

/// Whether OpenGL works on the processor; `gl` is to be current.
pub fn is_software(gl: &glow::Context) -> bool {
    // SAFETY: the context is current.
    let renderer = unsafe { gl.get_parameter_string(glow::RENDERER) }.to_lowercase();
    SOFTWARE.iter().any(|name| renderer.contains(name))
}

/// The picture of one window on OpenGL's side.
#[derive(Default)]
pub struct BackBuffer(Mutex<Held>);

#[derive(Default)]
struct Held {
    /// What of the picture is new.
    pieces: Vec<Piece>,
    /// Their pixels, one after the other, blue first.
    bytes: Vec<[u8; 4]>,
    texture: Option<Texture>,
    /// Whether the back buffer is as the last frame left it.
    is_kept: bool,
    /// The mark of the last frame.
    mark: Option<[u8; 3]>,
    num_marks: u8,
}

/// A rectangle in pixels, from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    left: i32,
    top: i32,
    width: i32,
    height: i32,
}

/// The window's context takes both along when it goes.
#[derive(Clone, Copy)]
struct Texture {
    size: [i32; 2],
    texture: glow::Texture,
    framebuffer: glow::Framebuffer,
}

impl BackBuffer {
    /// Looks at the back buffer before a frame. `gl` is to be the window's, and current.
    pub fn look(&self, gl: &glow::Context) {
        let mut held = self.lock();
        let mut pixel = [0; 4];
        let into = PixelPackData::Slice(Some(&mut pixel));
        // SAFETY: the context is current, as for all calls here, and the slice has room for the one pixel.
        unsafe { gl.read_pixels(0, 0, 1, 1, glow::RGBA, glow::UNSIGNED_BYTE, into) };
        let [red, green, blue, _] = pixel;
        held.is_kept = held.mark == Some([red, green, blue]);
        // egui-baseview clears it before it paints, and egui_glow, when it paints, lets colours in again.
        // SAFETY: as above.
        unsafe { gl.color_mask(false, false, false, false) };
    }

    /// Takes it that the back buffer is lost.
    pub fn lose(&self) {
        self.lock().is_kept = false;
    }

    /// Takes over what of a picture, given as its width and its pixels, has been painted anew: all of it, where the last one
    /// had another size.
    pub fn take(&self, (width, pixels): (usize, &[[u8; 4]]), parts: &[Rect]) {
        let mut held = self.lock();
        let Held { pieces, bytes, .. } = &mut *held;
        pieces.clear();
        bytes.clear();
        let Some(height) = pixels.len().checked_div(width) else {
            return;
        };
        for part in parts {
            let px = |at: f32, most: usize| (at.round().max(0.0) as usize).min(most);
            let columns = px(part.left(), width)..px(part.right(), width);
            let rows = px(part.top(), height)..px(part.bottom(), height);
            if columns.is_empty() || rows.is_empty() {
                continue;
            }
            pieces.push(Piece {
                left: columns.start as i32,
                top: rows.start as i32,
                width: columns.len() as i32,
                height: rows.len() as i32,
            });
            for row in pixels.chunks_exact(width).skip(rows.start).take(rows.len()) {
                bytes.extend_from_slice(&row[columns.clone()]);
            }
        }
    }

    /// Brings what was taken over to the back buffer of a window of `size` pixels, with a mark in about the colour of the
    /// `background`. `gl` is to be the window's, and current.
    pub fn show(&self, gl: &glow::Context, size: [u32; 2], background: Color32) {
        let mut held = self.lock();
        let size = size.map(|side| side as i32);
        let known = held.texture.filter(|texture| texture.size == size);
        let is_new = known.is_none();
        let Some(texture) = known.or_else(|| Texture::new(gl, size, held.texture)) else {
            return;
        };
        held.texture = Some(texture);
        held.num_marks = held.num_marks.wrapping_add(1);
        let bit = |idx: u8| held.num_marks >> idx & 1;
        let [red, green, blue, _] = background.to_array();
        let mark = [red ^ bit(0), green ^ bit(1), blue ^ bit(2)];
        held.mark = Some(mark);
        let [red, green, blue] = mark;
        let [width, height] = size;
        let corner = Piece {
            left: 0,
            top: height - 1,
            width: 1,
            height: 1,
        };
        let whole = Piece {
            left: 0,
            top: 0,
            width,
            height,
        };
        // SAFETY: the context is current. What this changes, egui_glow sets before it goes on.
        unsafe {
            gl.disable(glow::SCISSOR_TEST);
            gl.bind_texture(glow::TEXTURE_2D, Some(texture.texture));
            let mut bytes = &held.bytes[..];
            for piece in &held.pieces {
                let (these, others) = bytes.split_at(piece.num_pixels());
                bytes = others;
                piece.fill(gl, these);
            }
            corner.fill(gl, &[[blue, green, red, 255]]);
            gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(texture.framebuffer));
            if held.is_kept && !is_new {
                for piece in held.pieces.iter().chain([&corner]) {
                    piece.copy(gl, height);
                }
            } else {
                whole.copy(gl, height);
            }
            gl.bind_framebuffer(glow::READ_FRAMEBUFFER, None);
        }
        held.pieces.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Texture {
    /// An empty one, in the place of `before`; `None` where OpenGL has none.
    fn new(gl: &glow::Context, size: [i32; 2], before: Option<Self>) -> Option<Self> {
        // SAFETY: the context is current.
        unsafe {
            if let Some(before) = before {
                gl.delete_framebuffer(before.framebuffer);
                gl.delete_texture(before.texture);
            }
            let texture = gl.create_texture().ok()?;
            let framebuffer = gl.create_framebuffer().ok()?;
            gl.bind_texture(glow::TEXTURE_2D, Some(texture));
            for (name, value) in [
                (glow::TEXTURE_MIN_FILTER, glow::NEAREST),
                (glow::TEXTURE_MAG_FILTER, glow::NEAREST),
            ] {
                gl.tex_parameter_i32(glow::TEXTURE_2D, name, value as i32);
            }
            let [width, height] = size;
            gl.tex_image_2d(
                glow::TEXTURE_2D,
                0,
                KIND as i32,
                width,
                height,
                0,
                ORDER,
                glow::UNSIGNED_BYTE,
                PixelUnpackData::Slice(None),
            );
            gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(framebuffer));
            gl.framebuffer_texture_2d(
                glow::READ_FRAMEBUFFER,
                glow::COLOR_ATTACHMENT0,
                glow::TEXTURE_2D,
                Some(texture),
                0,
            );
            Some(Self {
                size,
                texture,
                framebuffer,
            })
        }
    }
}

impl Piece {
    fn num_pixels(&self) -> usize {
        (self.width * self.height) as usize
    }

    /// Puts pixels into the texture.
    ///
    /// # Safety
    ///
    /// The context is current.
    unsafe fn fill(&self, gl: &glow::Context, bytes: &[[u8; 4]]) {
        assert_eq!(bytes.len(), self.num_pixels(), "each pixel is there");
        let pixels = PixelUnpackData::Slice(Some(bytes.as_flattened()));
        let (left, top, width, height) = (self.left, self.top, self.width, self.height);
        let target = glow::TEXTURE_2D;
        // SAFETY: the context is current, and OpenGL reads no more than the bytes that are there.
        unsafe {
            gl.tex_sub_image_2d(
                target,
                0,
                left,
                top,
                width,
                height,
                ORDER,
                glow::UNSIGNED_BYTE,
                pixels,
            );
        }
    }

    /// Copies it from the texture, whose first row is the uppermost, to the back buffer, whose first row is the lowest.
    ///
    /// # Safety
    ///
    /// The context is current.
    unsafe fn copy(&self, gl: &glow::Context, window_height: i32) {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        // SAFETY: the context is current.
        unsafe {
            gl.blit_framebuffer(
                self.left,
                self.top,
                right,
                bottom,
                self.left,
                window_height - self.top,
                right,
                window_height - bottom,
                glow::COLOR_BUFFER_BIT,
                glow::NEAREST,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    #[test]
    fn what_is_new_is_taken_over_row_by_row() {
        let pixels: Vec<[u8; 4]> = (0..6).map(|at| [20, 10, at, 255]).collect();
        let back_buffer = BackBuffer::default();
        let parts = [
            Rect::from_min_size(pos2(1.0, 0.0), vec2(2.0, 2.0)),
            // Beyond the picture.
            Rect::from_min_size(pos2(-1.0, 1.0), vec2(2.0, 9.0)),
            Rect::from_min_size(pos2(5.0, 5.0), vec2(2.0, 2.0)),
        ];
        back_buffer.take((3, &pixels), &parts);
        let held = back_buffer.lock();
        let places = held
            .pieces
            .iter()
            .map(|it| [it.left, it.top, it.width, it.height]);
        assert_eq!(places.collect::<Vec<_>>(), [[1, 0, 2, 2], [0, 1, 1, 1]]);
        let wanted = [1, 2, 4, 5, 3].map(|red| [20, 10, red, 255]);
        assert_eq!(held.bytes, wanted);
    }
}
