//! Paints only what has moved, where OpenGL is software: there each pixel of the window costs, and most of them are as they were.
//! `damage` finds what differs between two frames, `back_buffer` knows whether the last one is still there, `moved_only` puts
//! both into egui's frames.

mod back_buffer;
mod damage;
pub mod moved_only;
