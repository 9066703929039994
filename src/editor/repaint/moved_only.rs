//! The way into egui's frames, between what the views have painted and OpenGL.

use std::collections::HashSet;
use std::sync::Arc;

use egui::epaint::{ClippedShape, PaintCallback};
use egui::{Color32, Context, FullOutput, Rect, TextureId};
use egui_glow::glow::{self, HasContext};
use egui_glow::{CallbackFn, Painter};
use nice_plug_egui::Frame;

use crate::editor::repaint::back_buffer::{BackBuffer, State};
use crate::editor::repaint::damage::Painted;

/// Has the frames of one window painted only where they have changed.
#[derive(Default)]
pub struct MovedOnly(Arc<BackBuffer>);

impl MovedOnly {
    /// For the window of `context`, whose lower left corner has the colour of the `background`.
    pub fn begin(&self, context: &Context, background: Color32) {
        context.add_plugin(Hook {
            back_buffer: self.0.clone(),
            background,
            before: None,
        });
    }

    /// To be called in each frame before it is painted.
    pub fn look(&self, frame: &Frame) {
        if self.0.state() == State::Unwanted {
            return;
        }
        let Some(context) = frame.baseview_window().gl_context() else {
            return;
        };
        // SAFETY: this is the window's thread, on which no other context is current; whoever paints makes it current again.
        unsafe {
            match context.make_current() {
                Ok(()) => self.0.look(frame.gl()),
                Err(_) => self.0.lose(),
            }
            let _ = context.make_not_current();
        }
    }
}

struct Hook {
    back_buffer: Arc<BackBuffer>,
    background: Color32,
    /// The last frame, with its size and its pixels per point.
    before: Option<(Painted, Rect, f32)>,
}

impl egui::Plugin for Hook {
    fn debug_name(&self) -> &'static str {
        "moved only"
    }

    fn output_hook(&mut self, context: &Context, output: &mut FullOutput) {
        let state = self.back_buffer.state();
        // What egui makes anew within this frame may not be shown.
        if state == State::Unwanted || output.platform_output.requested_discard() {
            self.before = None;
            return;
        }
        let (screen, scale) = (context.viewport_rect(), output.pixels_per_point);
        let changed = &output.textures_delta.set;
        let mut textures: HashSet<TextureId> = changed.keys().copied().collect();
        let fonts = changed.get(&TextureId::default());
        let are_fonts_new = fonts.is_some_and(|deltas| deltas.iter().any(|it| it.is_whole()));
        // Letters are added to the others.
        textures.remove(&TextureId::default());
        let now = Painted::new(std::mem::take(&mut output.shapes), scale);
        let before = self.before.take().filter(|(_, screen_then, scale_then)| {
            state == State::Kept && !are_fonts_new && (*screen_then, *scale_then) == (screen, scale)
        });
        let damage = match &before {
            Some((before, ..)) => now.damage_since(before, &textures, scale),
            None => vec![screen],
        };
        output.shapes = now.shapes_within(&damage, filled);
        let (back_buffer, background) = (self.back_buffer.clone(), self.background);
        let mark = move |painter: &Painter| back_buffer.mark(painter.gl(), background);
        output.shapes.push(callback(screen, mark));
        self.before = Some((now, screen, scale));
    }
}

/// Fills `rect`, which is quicker without a shader.
fn filled(rect: Rect, color: Color32) -> ClippedShape {
    let [red, green, blue, _] = color.to_normalized_gamma_f32();
    callback(rect, move |painter| {
        let gl = painter.gl();
        // SAFETY: the context is current while a frame is painted, and egui_glow has cut it to `rect`.
        unsafe {
            gl.clear_color(red, green, blue, 1.0);
            gl.clear(glow::COLOR_BUFFER_BIT);
        }
    })
}

/// Something of OpenGL's own within `rect`.
fn callback(rect: Rect, work: impl Fn(&Painter) + Send + Sync + 'static) -> ClippedShape {
    let callback = CallbackFn::new(move |_, painter| work(painter));
    ClippedShape::new(
        rect,
        PaintCallback {
            rect,
            callback: Arc::new(callback),
        },
    )
}
