//! A verdict as the page marks it.

use maud::{Markup, html};

use crate::clash::verdict::Verdict;

/// A verdict in a word, which the style gives its sign and colour.
pub fn verdict_text(verdict: Verdict) -> Markup {
    html! { b class=(verdict.word()) { (verdict.word()) } }
}
