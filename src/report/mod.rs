//! What was found, written down: for people ([`text`], [`page`]) and for other programs ([`json`],
//! [`export`]).

pub mod export;
pub mod json;
pub mod page;
pub mod text;
pub mod words;
