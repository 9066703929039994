//! The way into egui's frames, between what the views have painted and OpenGL.

use std::collections::HashSet;
use std::sync::Arc;

use egui::epaint::{ClippedShape, PaintCallback};
use egui::{Color32, Context, FullOutput, Mesh, Rect, Shape, TextureId};
use egui_glow::{CallbackFn, Painter};
use nice_plug_egui::Frame;

use crate::editor::raster::Raster;
use crate::editor::repaint::back_buffer::{BackBuffer, is_software};
use crate::editor::repaint::damage::Painted;

/// Has the frames of one window painted on the processor, and only where they have changed; nothing where there is a
/// graphics processor for it.
#[derive(Default)]
pub struct MovedOnly(Option<Arc<BackBuffer>>);

impl MovedOnly {
    /// For the window of `context`, before its first frame; its lower left corner has the colour of the `background`.
    pub fn begin(&mut self, context: &Context, frame: &Frame, background: Color32) {
        let is_software = with_current(frame, || is_software(frame.gl()));
        self.0 = is_software.unwrap_or(false).then(Arc::default);
        if let Some(back_buffer) = &self.0 {
            context.add_plugin(Hook {
                back_buffer: back_buffer.clone(),
                background,
                raster: Raster::default(),
                before: None,
            });
        }
    }

    /// To be called in each frame before it is painted.
    pub fn look(&self, frame: &Frame) {
        if let Some(back_buffer) = &self.0 {
            let looked = with_current(frame, || back_buffer.look(frame.gl()));
            looked.unwrap_or_else(|| back_buffer.lose());
        }
    }
}

/// Does `work` with the window's OpenGL, if that can be had.
fn with_current<R>(frame: &Frame, work: impl FnOnce() -> R) -> Option<R> {
    let context = frame.baseview_window().gl_context()?;
    // SAFETY: this is the window's thread, on which no other context is current; whoever paints makes it current again.
    unsafe {
        context.make_current().ok()?;
        let done = work();
        let _ = context.make_not_current();
        Some(done)
    }
}

struct Hook {
    back_buffer: Arc<BackBuffer>,
    background: Color32,
    raster: Raster,
    /// What is in the raster's picture, with its size and its pixels per point.
    before: Option<(Painted, Rect, f32)>,
}

impl egui::Plugin for Hook {
    fn debug_name(&self) -> &'static str {
        "moved only"
    }

    fn output_hook(&mut self, context: &Context, output: &mut FullOutput) {
        let (screen, scale) = (context.viewport_rect(), output.pixels_per_point);
        self.raster.set_textures(&output.textures_delta);
        // OpenGL needs none.
        let changed = std::mem::take(&mut output.textures_delta.set);
        let mut textures: HashSet<TextureId> = changed.keys().copied().collect();
        let fonts = changed.get(&TextureId::default());
        let are_fonts_new = fonts.is_some_and(|deltas| deltas.iter().any(|it| it.is_whole()));
        // Letters are added to the others.
        textures.remove(&TextureId::default());
        let now = Painted::new(std::mem::take(&mut output.shapes), scale);
        let before = self.before.take().filter(|(_, screen_then, scale_then)| {
            !are_fonts_new && (*screen_then, *scale_then) == (screen, scale)
        });
        let damage = match &before {
            Some((before, ..)) => now.damage_since(before, &textures, scale),
            None => {
                let size = [screen.width(), screen.height()];
                let size = size.map(|side| (side * scale).round() as usize);
                self.raster.clear(size, self.background);
                vec![screen]
            }
        };
        let shapes = now.shapes_within(&damage, filled);
        self.raster
            .paint_over(scale, &context.tessellate(shapes, scale));
        self.raster.free(&output.textures_delta);
        let parts: Vec<Rect> = damage.iter().map(|rect| *rect * scale).collect();
        self.back_buffer.take(self.raster.rows(), &parts);
        output.shapes = vec![callback(screen, self.back_buffer.clone(), self.background)];
        // What egui makes anew within this frame may not be shown.
        let is_shown = !output.platform_output.requested_discard();
        self.before = is_shown.then_some((now, screen, scale));
    }
}

/// Fills `rect`, whose edges are sharp.
fn filled(rect: Rect, color: Color32) -> ClippedShape {
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(rect, color);
    ClippedShape::new(rect, Shape::mesh(mesh))
}

/// Shows the picture.
fn callback(rect: Rect, back_buffer: Arc<BackBuffer>, background: Color32) -> ClippedShape {
    let show = CallbackFn::new(move |info, painter: &Painter| {
        back_buffer.show(painter.gl(), info.screen_size_px, background);
    });
    ClippedShape::new(
        rect,
        PaintCallback {
            rect,
            callback: Arc::new(show),
        },
    )
}
