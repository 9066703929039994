//! A window without OpenGL: it says why the editor can't be drawn. Painted on the processor.

use std::cell::RefCell;
use std::num::NonZeroU32;

use egui::{Align2, Color32, LayerId, RawInput, Rect, pos2, vec2};
use nice_plug::editor::ParentWindowHandle;
use nice_plug::editor::dpi::LogicalSize;
use nice_plug_egui::baseview::{
    self, Event, EventStatus, HandlerError, PlatformHandle, Window, WindowContext, WindowHandler,
    WindowSettings, WindowSize,
};

use crate::editor::embedding;
use crate::editor::raster::Raster;
use crate::editor::theme::{self, GAP, Theme};
use crate::editor::window_thread::{Mark, WindowThread};
use crate::params::display::Palette;

/// What is said besides the reason.
const MESSAGE: &str = "Underscore can't draw its editor here: there is no OpenGL.\n\nThe sound isn't \
                       affected, and all parameters are there in the host's own view of them.";

/// Opens a window of `size` logical pixels that says that there is no OpenGL, and `reason`; `thread` learns
/// where it runs.
///
/// # Errors
/// If there is no screen either.
pub fn open(
    reason: String,
    [width, height]: [f32; 2],
    parent: Option<ParentWindowHandle>,
    thread: &WindowThread,
) -> Result<Window, baseview::Error> {
    let settings = WindowSettings::new()
        .with_title("Underscore")
        .with_size(LogicalSize::new(width, height))
        .with_parent(parent.as_ref())
        .with_wait_for_parent(parent.is_none());
    let (mark, thread) = (Mark::new(thread), thread.clone());
    Window::create(settings, move |window| {
        let _mark = mark;
        thread.enter();
        embedding::announce(&window.platform_handle());
        PlainWindow::new(window, reason)
    })
}

struct PlainWindow {
    window: WindowContext,
    surface: RefCell<softbuffer::Surface<PlatformHandle, PlatformHandle>>,
    reason: String,
}

impl PlainWindow {
    fn new(window: WindowContext, reason: String) -> Result<Self, HandlerError> {
        let handle = window.platform_handle();
        let context = softbuffer::Context::new(handle.clone())?;
        let surface = softbuffer::Surface::new(&context, handle)?;
        Ok(Self {
            window,
            surface: RefCell::new(surface),
            reason,
        })
    }
}

impl WindowHandler for PlainWindow {
    fn draw(&self) -> Result<(), HandlerError> {
        let size = self.window.size();
        let [width, height] = [size.physical.width, size.physical.height].map(NonZeroU32::new);
        let (Some(width), Some(height)) = (width, height) else {
            return Ok(());
        };
        let pixels = [width, height].map(|side| side.get() as usize);
        let picture = picture(pixels, size.scale_factor as f32, &self.reason);
        let mut surface = self.surface.borrow_mut();
        surface.resize(width, height)?;
        let mut buffer = surface.buffer_mut()?;
        for (to, from) in buffer.iter_mut().zip(picture) {
            let [r, g, b, _] = from.to_array().map(u32::from);
            *to = r << 16 | g << 8 | b;
        }
        buffer.present()?;
        Ok(())
    }

    fn resized(&self, _new_size: WindowSize) -> Result<(), HandlerError> {
        self.window.request_redraw();
        Ok(())
    }

    fn on_event(&self, _event: Event) -> EventStatus {
        EventStatus::Ignored
    }
}

/// The message as a picture, row by row.
fn picture([width, height]: [usize; 2], scale: f32, reason: &str) -> Vec<Color32> {
    let theme = Theme::of(Palette::default());
    let context = egui::Context::default();
    context.set_pixels_per_point(scale);
    let points = vec2(width as f32, height as f32) / scale;
    let whole = Rect::from_min_size(pos2(0.0, 0.0), points);
    let mut raster = Raster::default();
    // The second pass has the scale and the fonts that the first one has asked for.
    for _ in 0..2 {
        let input = RawInput {
            screen_rect: Some(whole),
            ..RawInput::default()
        };
        let mut output = context.run_ui(input, |ui| {
            let painter = ui.ctx().layer_painter(LayerId::background());
            painter.rect_filled(whole, 0.0, theme.background);
            let wrap = (whole.width() - 6.0 * GAP).max(10.0);
            let text = format!("{MESSAGE}\n\n({reason})");
            let galley = painter.layout(text, theme::font(20.0), theme.text, wrap);
            let place = Align2::CENTER_CENTER.anchor_size(whole.center(), galley.size());
            painter.galley(place.min, galley, theme.text);
        });
        raster.set_textures(&output.textures_delta);
        output.textures_delta.clear();
        let primitives = context.tessellate(output.shapes, output.pixels_per_point);
        let background = theme.background;
        raster.paint(
            [width, height],
            output.pixels_per_point,
            background,
            &primitives,
        );
    }
    raster.colors()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_painted_at_any_size_and_scale() {
        for (size, scale) in [([640, 400], 1.0), ([1280, 800], 2.0), ([1, 1], 1.0)] {
            let picture = picture(size, scale, "a reason");
            assert_eq!(picture.len(), size[0] * size[1]);
            let is_bright = |pixel: &&Color32| pixel.r() > 150;
            let share = picture.iter().filter(is_bright).count() as f32 / picture.len() as f32;
            assert!(size[0] == 1 || (0.005..0.2).contains(&share), "{share}");
        }
    }
}
