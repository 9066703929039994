//! The memory of lines: what each spoken line of a timeline took out of the music, how it fared, and what the
//! user wants of it. It allocates, and runs off the audio thread.

pub mod orders;
pub mod orders_table;
pub mod packed;
mod packed_curve;
mod packing;
pub mod picture_change;
mod range_coder;
pub mod remembered;
pub mod ride_file;
pub mod shared;
pub mod text85;
