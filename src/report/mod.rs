//! What was found, written down: for people ([`text`], [`page`]) and for other programs ([`json`],
//! [`export`]). [`form`] lists all forms of a report, [`duck_list`] and [`dip_list`] are those of
//! a duck, [`catalogue`] makes one summary of many reports.

pub mod advice_words;
pub mod audience_words;
pub mod catalogue;
pub mod columns;
pub mod conform_list;
pub mod dip_list;
pub mod duck_list;
mod ear_words;
pub mod export;
pub mod form;
pub mod json;
pub mod left_out_words;
pub mod page;
pub mod ride_list;
pub mod text;
