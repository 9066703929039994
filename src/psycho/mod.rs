//! Hearing and speech: the bands in which both are compared, and how the ear weighs them.

pub mod bands;
pub mod sii;
pub mod sii_tables;
pub mod spreading;
