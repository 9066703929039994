//! Paints on the processor, and only what has moved, where OpenGL is software: there each pixel of the window costs, and most of
//! them are as they were. `damage` finds what differs between two frames, `moved_only` has it painted in egui's frames,
//! `back_buffer` brings it to the screen.

mod back_buffer;
mod damage;
pub mod moved_only;
