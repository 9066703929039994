//! A ride as a file: JSON, schema `underscore.ride/1`. Keys are only ever added to it: people edit it by hand,
//! and programs of others read it.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clash::verdict::Verdict;
use crate::lines::fingerprint::Fingerprint;
use crate::memory::orders::{Order, Orders};
use crate::memory::remembered::{Effect, Reel, RideLine, SCALES, rounded_s};
use crate::psycho::bands::NUM_BANDS;
use crate::ride::curve::{Curve, Knot};
use crate::settings::{ParamRow, Settings, TABLE};
use crate::snapshot::Figures;
use crate::timeline::Timeline;

/// Name and version of the schema.
pub const SCHEMA: &str = "underscore.ride/1";

/// What the schemas of all versions begin with.
const FAMILY: &str = "underscore.ride/";

/// Longest curve that is read, knots: an hour without a pause.
const MAX_KNOTS: usize = 90_000;

/// Latest time that is read, s: a timeline of ten days.
const MAX_TIME_S: f64 = 864_000.0;

/// Greatest loudness in an order, LU.
pub const MAX_ORDER_LU: f32 = 30.0;

/// What is wrong with a ride.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RideError {
    /// Not JSON, or cut off.
    #[error("is not a ride of `underscore learn` ({0}): learn it again, or take an older copy")]
    Form(String),
    /// JSON of another kind.
    #[error("has schema {0:?}: give a ride, schema {SCHEMA:?}")]
    Schema(String),
    /// Something in a line that can't be.
    #[error("line {number}: {reason}")]
    Line {
        /// Number of the line, from 1.
        number: usize,
        /// What is wrong, and the rule.
        reason: String,
    },
}

/// A ride as it is in a file, with where it comes from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ride {
    /// The lines.
    pub reel: Reel,
    /// The dialogue file, as the user named it; empty where nobody knows.
    pub dialogue: String,
    /// The music file, as the user named it; empty where nobody knows.
    pub music: String,
    /// What it was learned with, where that is known: names of flags and their values.
    pub settings: Value,
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRide {
    /// The ride.
    pub ride: Ride,
    /// What the user should know, in words that follow the file's name.
    pub notes: Vec<String>,
}

/// What a ride was learned with, as it stands in the file.
pub fn settings_value(settings: &Settings) -> Value {
    let rows = TABLE.iter().filter_map(|row| {
        let name = row.flag()?.name;
        let value = match row {
            ParamRow::Choice(choice) => {
                let ids = choice.ids();
                json!(ids.get(row.plain(settings)? as usize)?)
            }
            _ => json!(rounded(f64::from(row.plain(settings)?), 1e4)),
        };
        Some((name.to_owned(), value))
    });
    Value::Object(rows.collect())
}

/// The ride as JSON with a final newline: a row for each key. `timeline` gives the timecodes; its first sample
/// lies at `first_s` of the ride's times.
pub fn to_json(ride: &Ride, timeline: &Timeline, first_s: f64) -> String {
    let reel = &ride.reel;
    let spans: Vec<Value> = reel
        .spans_s()
        .iter()
        .map(|span| json!([rounded_s(span.0), rounded_s(span.1)]))
        .collect();
    let lines: Vec<String> = reel
        .lines()
        .iter()
        .map(|line| object(&line_fields(line, timeline, first_s), "    "))
        .collect();
    let lines = match lines.is_empty() {
        true => "[]".into(),
        false => format!("[\n    {}\n  ]", lines.join(",\n    ")),
    };
    let mut fields = vec![
        ("schema", json!(SCHEMA).to_string()),
        ("version", json!(env!("CARGO_PKG_VERSION")).to_string()),
        ("dialogue", json!(ride.dialogue).to_string()),
        ("music", json!(ride.music).to_string()),
    ];
    if let Some(rate) = timeline.rate_name() {
        fields.push(("fps", json!(rate).to_string()));
    }
    fields.push(("settings", ride.settings.to_string()));
    fields.push(("spans_s", Value::Array(spans).to_string()));
    fields.push(("lines", lines));
    format!("{}\n", object(&fields, ""))
}

/// An object with a row for each key.
fn object(fields: &[(&str, String)], indent: &str) -> String {
    let rows: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{indent}  \"{key}\": {value}"))
        .collect();
    format!("{{\n{}\n{indent}}}", rows.join(",\n"))
}

fn line_fields(line: &RideLine, timeline: &Timeline, first_s: f64) -> Vec<(&'static str, String)> {
    let orders = &line.orders;
    let verdict =
        |effect: Effect| Verdict::new(effect.figures.sii, effect.figures.sii_without_music).word();
    let mut fields = vec![
        ("start_s", json!(rounded_s(line.start_s))),
        ("end_s", json!(rounded_s(line.end_s))),
    ];
    if timeline.clock.is_some() {
        fields.push(("start", json!(timeline.start_text(line.start_s - first_s))));
        fields.push(("end", json!(timeline.end_text(line.end_s - first_s))));
    }
    fields.extend([
        ("order", order_value(orders.order)),
        ("in_s", json!(orders.in_s.map(rounded_s))),
        ("out_s", json!(orders.out_s.map(rounded_s))),
        ("note", json!(orders.note)),
        ("needed_lu", json!(hundredths(line.needed().loss_lu))),
        ("given_lu", json!(hundredths(line.given().loss_lu))),
        ("verdict_before", json!(verdict(line.effect_at(0.0)))),
        ("verdict_needed", json!(verdict(line.needed()))),
        ("verdict_given", json!(verdict(line.given()))),
        (
            "learned_scale",
            json!(rounded(f64::from(line.learned_scale), 1e4)),
        ),
        (
            "audibility",
            json!(rounded(f64::from(line.audibility), 1e4)),
        ),
        ("effects", effects_value(line)),
        ("first_knot", json!(line.curve.first_knot())),
        ("knots", json!(line.curve.knots())),
        (
            "fingerprint",
            json!(STANDARD.encode(line.fingerprint.bytes())),
        ),
    ]);
    fields
        .into_iter()
        .map(|(key, value)| (key, value.to_string()))
        .collect()
}

/// One row for each of [`SCALES`]: the scale, the loudness, and the four figures.
fn effects_value(line: &RideLine) -> Value {
    let rows = SCALES.iter().zip(&line.effects).map(|(scale, effect)| {
        let figures = effect
            .figures
            .to_array()
            .map(|it| rounded(f64::from(it), 1e4));
        let head = [json!(scale), json!(rounded(f64::from(effect.loss_lu), 1e3))];
        let row = head.into_iter().chain(figures.map(Value::from));
        Value::Array(row.collect())
    });
    Value::Array(rows.collect())
}

fn order_value(order: Order) -> Value {
    match order {
        Order::Auto => json!("auto"),
        Order::Off => json!("off"),
        Order::Change(lu) => json!({ "change_lu": hundredths(lu) }),
        Order::Fixed(lu) => json!({ "fixed_lu": hundredths(lu) }),
    }
}

#[derive(Deserialize)]
struct JsonLine {
    start_s: f64,
    end_s: f64,
    #[serde(default)]
    order: JsonOrder,
    #[serde(default)]
    in_s: Option<f64>,
    #[serde(default)]
    out_s: Option<f64>,
    #[serde(default)]
    note: String,
    #[serde(default = "one")]
    learned_scale: f32,
    #[serde(default)]
    audibility: f32,
    #[serde(default)]
    effects: Vec<Vec<f32>>,
    first_knot: i64,
    knots: Vec<Vec<u8>>,
    #[serde(default)]
    fingerprint: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum JsonOrder {
    Word(String),
    Change { change_lu: f32 },
    Fixed { fixed_lu: f32 },
    Other(Value),
}

impl Default for JsonOrder {
    fn default() -> Self {
        Self::Word("auto".into())
    }
}

fn one() -> f32 {
    1.0
}

/// Reads a ride. Of one that a later version wrote, what can be read, with a note.
///
/// # Errors
/// [`RideError`] if it isn't one, or a line has what can't be.
pub fn parse(bytes: &[u8]) -> Result<ReadRide, RideError> {
    let form = |error: serde_json::Error| RideError::Form(error.to_string());
    let document: Value = serde_json::from_slice(bytes).map_err(form)?;
    let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
    let schema = text("schema");
    let Some(version) = schema.strip_prefix(FAMILY) else {
        return Err(match document.is_object() {
            true => RideError::Schema(schema),
            false => RideError::Form("no object".into()),
        });
    };
    let is_newer = version != "1";
    let mut notes = Vec::new();
    let Some(lines) = document["lines"].as_array() else {
        return Err(RideError::Form("missing field `lines`".into()));
    };
    let mut read = Vec::new();
    let mut num_left_out = 0;
    for (line_idx, line) in lines.iter().enumerate() {
        match line_of(line) {
            Ok(line) => read.push(line),
            Err(_) if is_newer => num_left_out += 1,
            Err(reason) => {
                let number = line_idx + 1;
                return Err(RideError::Line { number, reason });
            }
        }
    }
    if is_newer {
        notes.push(format!(
            "was written by a later version (schema {schema:?}): {} of its {} lines are read",
            read.len(),
            read.len() + num_left_out,
        ));
    }
    let spans_s = match spans_of(&document["spans_s"]) {
        Some(spans_s) => spans_s,
        None if document["spans_s"].is_null() || is_newer => read
            .iter()
            .map(|line: &RideLine| (line.start_s, line.end_s))
            .collect(),
        None => {
            let reason = "spans_s must be pairs of times, s, each beginning before it ends";
            return Err(RideError::Form(reason.into()));
        }
    };
    Ok(ReadRide {
        ride: Ride {
            reel: Reel::new(read, spans_s),
            dialogue: text("dialogue"),
            music: text("music"),
            settings: document["settings"].clone(),
        },
        notes,
    })
}

fn spans_of(value: &Value) -> Option<Vec<(f64, f64)>> {
    let spans: Vec<(f64, f64)> = serde_json::from_value(value.clone()).ok()?;
    let are_spans = spans
        .iter()
        .all(|span| is_time(span.0) && is_time(span.1) && span.0 < span.1);
    let spans = spans
        .iter()
        .map(|span| (rounded_s(span.0), rounded_s(span.1)));
    are_spans.then(|| spans.collect())
}

fn line_of(value: &Value) -> Result<RideLine, String> {
    let line: JsonLine = serde_json::from_value(value.clone()).map_err(|it| it.to_string())?;
    if !is_time(line.start_s) || !is_time(line.end_s) || line.end_s <= line.start_s {
        return Err(format!(
            "start_s {}, end_s {}: must begin before it ends",
            line.start_s, line.end_s
        ));
    }
    for (key, time_s) in [("in_s", line.in_s), ("out_s", line.out_s)] {
        if let Some(time_s) = time_s.filter(|it| !is_time(*it)) {
            return Err(format!("{key} {time_s}: must be a time on the timeline, s"));
        }
    }
    let (in_s, out_s) = (
        line.in_s.unwrap_or(line.start_s),
        line.out_s.unwrap_or(line.end_s),
    );
    if out_s <= in_s {
        return Err(format!(
            "in_s {in_s}, out_s {out_s}: must begin before it ends"
        ));
    }
    if line.knots.len() > MAX_KNOTS || line.first_knot.unsigned_abs() > 1 << 40 {
        return Err(format!(
            "has {} knots: at most {MAX_KNOTS}",
            line.knots.len()
        ));
    }
    let knots: Vec<Knot> = line
        .knots
        .iter()
        .map(|knot| Knot::try_from(knot.as_slice()))
        .collect::<Result<_, _>>()
        .map_err(|_| format!("knots must have {NUM_BANDS} values each"))?;
    let fingerprint = STANDARD
        .decode(&line.fingerprint)
        .map_err(|error| format!("fingerprint: {error}"))?;
    let learned_scale = match line.learned_scale {
        scale if (0.0..=SCALES[SCALES.len() - 1]).contains(&scale) => scale,
        scale => return Err(format!("learned_scale {scale}: must be 0 to 3")),
    };
    Ok(RideLine {
        start_s: rounded_s(line.start_s),
        end_s: rounded_s(line.end_s),
        curve: Curve::from_knots(line.first_knot, Arc::from(knots)),
        learned_scale,
        audibility: line.audibility.clamp(0.0, 1.0),
        effects: effects_of(&line.effects)?,
        orders: Orders {
            order: order_of(line.order)?,
            in_s: line.in_s,
            out_s: line.out_s,
            note: line.note,
        },
        fingerprint: Fingerprint::from_bytes(&fingerprint),
    })
}

fn effects_of(rows: &[Vec<f32>]) -> Result<[Effect; SCALES.len()], String> {
    let mut effects = [Effect::default(); SCALES.len()];
    if rows.is_empty() {
        return Ok(effects);
    }
    let rule = || {
        format!(
            "effects must have {} rows of 6 numbers, a scale first, ascending in loudness",
            SCALES.len()
        )
    };
    if rows.len() != SCALES.len() {
        return Err(rule());
    }
    let mut least_lu = 0.0;
    for (effect, row) in effects.iter_mut().zip(rows) {
        let &[_, loss_lu, a, b, c, d] = row.as_slice() else {
            return Err(rule());
        };
        if !loss_lu.is_finite() || loss_lu < least_lu {
            return Err(rule());
        }
        least_lu = loss_lu;
        *effect = Effect {
            loss_lu,
            figures: Figures::from_array([a, b, c, d]),
        };
    }
    Ok(effects)
}

fn order_of(order: JsonOrder) -> Result<Order, String> {
    let order = match order {
        JsonOrder::Word(word) if word == "auto" => Order::Auto,
        JsonOrder::Word(word) if word == "off" => Order::Off,
        JsonOrder::Change { change_lu } if change_lu.abs() <= MAX_ORDER_LU => {
            Order::Change(change_lu)
        }
        JsonOrder::Fixed { fixed_lu } if (0.0..=MAX_ORDER_LU).contains(&fixed_lu) => {
            Order::Fixed(fixed_lu)
        }
        other => {
            let text = match other {
                JsonOrder::Word(word) => json!(word),
                JsonOrder::Change { change_lu } => json!({ "change_lu": change_lu }),
                JsonOrder::Fixed { fixed_lu } => json!({ "fixed_lu": fixed_lu }),
                JsonOrder::Other(value) => value,
            };
            return Err(format!(
                "order {text}: must be \"auto\", \"off\", {{\"change_lu\": -30 to 30}} or {{\"fixed_lu\": 0 to 30}}"
            ));
        }
    };
    Ok(order)
}

fn is_time(time_s: f64) -> bool {
    time_s.abs() <= MAX_TIME_S
}

fn hundredths(value: f32) -> f64 {
    rounded(f64::from(value), 1e2)
}

/// To a whole number of `1 / steps`, and 0 in place of -0.
fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ride() -> Ride {
        let line = RideLine {
            start_s: 1.234_56,
            end_s: 2.5,
            curve: Curve::from_knots(30, Arc::from([[3; NUM_BANDS], [255; NUM_BANDS]])),
            learned_scale: 1.0,
            audibility: 0.65,
            effects: SCALES.map(|scale| Effect {
                loss_lu: 2.0 * scale,
                figures: Figures::from_array([0.5, 0.75, 0.25, 1.0]),
            }),
            orders: Orders {
                order: Order::Change(-1.5),
                in_s: Some(1.0),
                out_s: None,
                note: "\"quoted\"\nand two lines".into(),
            },
            fingerprint: Fingerprint::from_bytes(&[1, 2, 3, 250, 251, 252]),
        };
        Ride {
            reel: Reel::new(vec![line], vec![(0.0, 1.5), (1.75, 3.0)]),
            dialogue: "voice.wav".into(),
            music: "music.wav".into(),
            settings: settings_value(&Settings::default()),
        }
    }

    #[test]
    fn a_ride_comes_back_as_it_was() {
        let text = to_json(&ride(), &Timeline::default(), 0.0);
        let read = parse(text.as_bytes()).unwrap();
        assert_eq!(read.ride, ride());
        assert_eq!(read.notes, Vec::<String>::new());
        assert_eq!(to_json(&read.ride, &Timeline::default(), 0.0), text);
    }

    #[test]
    fn any_part_of_a_ride_is_refused_or_read() {
        let text = to_json(&ride(), &Timeline::default(), 0.0);
        for end in 0..text.trim_end().len() {
            assert!(parse(&text.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
