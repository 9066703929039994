//! A verdict as the page marks it.

use maud::{Markup, html};

use crate::clash::verdict::Verdict;

/// A verdict in a word, which the style gives its sign and colour.
pub fn verdict_text(verdict: Verdict) -> Markup {
    word_text(verdict.word())
}

/// The word of a verdict, or *unsure*, which the style gives its sign and colour.
pub fn word_text(word: &str) -> Markup {
    html! { b class=(word) { (word) } }
}
