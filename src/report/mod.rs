//! What was found, written down: for people ([`text`], [`page`]) and for other programs ([`json`],
//! [`export`]). [`form`] lists all that can be a file.

pub mod advice_words;
pub mod columns;
pub mod export;
pub mod form;
pub mod json;
pub mod page;
pub mod text;
