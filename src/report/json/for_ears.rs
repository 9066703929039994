//! What the JSON says of two ears.

use serde::Serialize;

use crate::found::LineReport;
use crate::report::ear_words::one_ear_verdict;
use crate::report::json::rounded::ten_thousandths;
use crate::snapshot::Surrounds;

/// What two ears make of a line.
#[derive(Serialize)]
pub struct JsonEars {
    one_ear_sii: f64,
    one_ear_verdict: &'static str,
    /// With 3 dB of the front's music in all surrounds, or those of one side, instead, as loud in all; `null` without
    /// surrounds on both sides.
    in_surrounds_sii: Option<f64>,
    in_left_surround_sii: Option<f64>,
    in_right_surround_sii: Option<f64>,
}

/// What two ears make of `line`; `None` where one was asked.
pub fn json_ears(line: &LineReport) -> Option<JsonEars> {
    let ears = line.line.ears?;
    let moved = |which: Surrounds| {
        let every = ears.in_surrounds_sii;
        every.map(|every| ten_thousandths(every[which as usize]))
    };
    Some(JsonEars {
        one_ear_sii: ten_thousandths(ears.one_ear_sii),
        one_ear_verdict: line.word_of(one_ear_verdict(line)?),
        in_surrounds_sii: moved(Surrounds::All),
        in_left_surround_sii: moved(Surrounds::Left),
        in_right_surround_sii: moved(Surrounds::Right),
    })
}
