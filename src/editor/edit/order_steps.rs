//! What the user does to the orders of remembered lines, and how orders read.

use crate::memory::orders::{Order, Orders};
use crate::memory::remembered::{Reel, RideLine, SCALES};

/// What "more" and "less" change, LU.
pub const STEP_LU: f32 = 0.5;

/// The greatest loss that can be typed, and the greatest change of one, LU: beyond what any cut takes.
pub const MAX_LOSS_LU: f32 = 30.0;

/// Length of a frame where no frame rate is chosen, s: that of 25 frames per second.
pub const DEFAULT_FRAME_S: f64 = 0.04;

/// Shortest stretch that a line's cut may be given, s: its ends can't pass each other.
const SHORTEST_S: f64 = 0.04;

/// Times that differ by less are the same, s: what is moved there and back is where it was.
const SAME_S: f64 = 1e-6;

/// One thing that is done to each of the chosen lines.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderStep {
    /// Another order.
    Give(Order),
    /// More by so much, LU, or less where it is below 0.
    By(f32),
    /// The cut begins so many s later.
    MoveIn(f64),
    /// The cut ends so many s later.
    MoveOut(f64),
    /// All but the note as learned.
    AsLearned,
    /// Another note.
    Note(String),
}

impl OrderStep {
    /// The orders that the line with this index has afterwards; `None` without such a line.
    pub fn orders_of(&self, reel: &Reel, line_idx: usize) -> Option<Orders> {
        let line = reel.lines().get(line_idx)?;
        let mut orders = line.orders.clone();
        match self {
            Self::Give(order) => orders.order = *order,
            Self::By(change_lu) => orders.order = changed_by(line, *change_lu),
            Self::MoveIn(by_s) => {
                let now_s = in_s(line);
                let before = line_idx
                    .checked_sub(1)
                    .and_then(|idx| reel.lines().get(idx));
                let least_s = before.map_or(0.0, out_s).min(now_s);
                let most_s = (out_s(line) - SHORTEST_S).max(now_s);
                let to_s = (now_s + by_s).clamp(least_s, most_s);
                orders.in_s = ((to_s - line.start_s).abs() > SAME_S).then_some(to_s);
            }
            Self::MoveOut(by_s) => {
                let now_s = out_s(line);
                let after = reel.lines().get(line_idx + 1);
                let least_s = (in_s(line) + SHORTEST_S).min(now_s);
                let most_s = after.map_or(f64::INFINITY, in_s).max(now_s);
                let to_s = (now_s + by_s).clamp(least_s, most_s);
                orders.out_s = ((to_s - line.end_s).abs() > SAME_S).then_some(to_s);
            }
            Self::AsLearned => {
                orders = Orders {
                    note: orders.note,
                    ..Orders::default()
                }
            }
            Self::Note(note) => orders.note.clone_from(note),
        }
        Some(orders)
    }
}

/// Where a line's cut begins by its orders, s on the timeline.
pub fn in_s(line: &RideLine) -> f64 {
    line.orders.in_s.unwrap_or(line.start_s)
}

/// Where a line's cut ends by its orders, s on the timeline.
pub fn out_s(line: &RideLine) -> f64 {
    line.orders.out_s.unwrap_or(line.end_s)
}

/// The line's order with so much more, LU. What can't be had isn't asked for, so that as many steps back are
/// heard at once.
fn changed_by(line: &RideLine, change_lu: f32) -> Order {
    let now = line.orders.order;
    let (least, most) = (SCALES[0], SCALES[SCALES.len() - 1]);
    // A scale is found between losses that are rounded.
    const SLACK: f32 = 1e-3;
    let is_at_end = match change_lu < 0.0 {
        true => line.scale() <= least + SLACK,
        false => line.scale() >= most - SLACK,
    };
    if is_at_end {
        return now;
    }
    match now {
        Order::Auto => Order::Change(change_lu),
        Order::Off => Order::Fixed(change_lu),
        Order::Fixed(loss_lu) => Order::Fixed((loss_lu + change_lu).max(0.0)),
        // A sum of steps that is 0 but for rounding is what was learned.
        Order::Change(lu) if (lu + change_lu).abs() < 0.01 => Order::Auto,
        Order::Change(lu) => Order::Change(lu + change_lu),
    }
}

/// An order as it is shown: `Auto`, `Off`, `+1.0 LU`, `= 2.0 LU`.
pub fn order_text(order: Order) -> String {
    match order {
        Order::Auto => "Auto".to_owned(),
        Order::Off => "Off".to_owned(),
        Order::Change(lu) => format!("{lu:+.1} LU"),
        Order::Fixed(lu) => format!("= {lu:.1} LU"),
    }
}

/// Reads an order as it is typed: `2`, `= 2 LU` or `fixed 2` is a fixed loss, `+1`, `more 1` or `-0.5`, `less 0.5` a
/// change of what was learned, `auto` and `off` themselves.
///
/// # Errors
/// A sentence that says what may be typed.
pub fn parse_order(text: &str) -> Result<Order, String> {
    let mut text = text.trim().to_lowercase().replace(',', ".");
    for (word, sign) in [("more ", "+"), ("less ", "-"), ("fixed ", "=")] {
        if let Some(number) = text.strip_prefix(word) {
            text = format!("{sign}{}", number.trim());
        }
    }
    let number = text.trim_end_matches("lu").trim_start_matches('=').trim();
    match number {
        "auto" => return Ok(Order::Auto),
        "off" => return Ok(Order::Off),
        _ => {}
    }
    let is_change = number.starts_with(['+', '-']);
    let lu: f32 = number.parse().map_err(|_| {
        format!("{text:?} must be a loss like 2.0, a change like -0.5, auto or off")
    })?;
    match is_change {
        true if lu.abs() <= MAX_LOSS_LU => Ok(Order::Change(lu)),
        false if (0.0..=MAX_LOSS_LU).contains(&lu) => Ok(Order::Fixed(lu)),
        true => Err(format!("{lu:+} LU: a change must be -30 to +30")),
        false => Err(format!("{lu} LU: a loss must be 0 to 30")),
    }
}

/// How far the ends of a line's cut were moved, as it is shown: `in -2 fr, out +1 fr`, or in ms without a frame
/// rate; empty if neither was.
pub fn moved_text(
    line_span_s: (f64, f64),
    orders: &Orders,
    frames_per_second: Option<f64>,
) -> String {
    let ends = [
        ("in", orders.in_s, line_span_s.0),
        ("out", orders.out_s, line_span_s.1),
    ];
    let moved = ends.into_iter().filter_map(|(end, to_s, from_s)| {
        let by_s = to_s? - from_s;
        Some(match frames_per_second {
            Some(rate) => format!("{end} {:+.0} fr", by_s * rate),
            None => format!("{end} {:+.0} ms", 1000.0 * by_s),
        })
    });
    moved.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::memory::remembered::Effect;
    use crate::snapshot::Figures;

    /// A line that needs 2 LU, and gets up to 6.
    pub(crate) fn line(start_s: f64, end_s: f64) -> RideLine {
        RideLine {
            start_s,
            end_s,
            learned_scale: 1.0,
            effects: SCALES.map(|scale| Effect {
                loss_lu: 2.0 * scale,
                figures: Figures {
                    sii: 0.2 + 0.3 * scale,
                    sii_without_music: 0.8,
                    ..Figures::default()
                },
            }),
            ..RideLine::default()
        }
    }

    pub(crate) fn reel(spans_s: &[(f64, f64)]) -> Reel {
        let mut reel = Reel::default();
        let lines = spans_s.iter().map(|&(from_s, to_s)| line(from_s, to_s));
        reel.replace((0.0, 1e6), lines.collect());
        reel
    }

    fn after(reel: &mut Reel, step: OrderStep) -> Orders {
        let orders = step.orders_of(reel, 0).unwrap();
        reel.set_orders(0, orders.clone());
        orders
    }

    #[test]
    fn more_and_less_go_on_from_what_is_ordered() {
        let mut reel = reel(&[(1.0, 2.0)]);
        let orders = [0.5, 0.5, -0.5, -0.5].map(|lu| after(&mut reel, OrderStep::By(lu)).order);
        let expected = [0.5, 1.0, 0.5].map(Order::Change);
        assert_eq!(orders[..3], expected);
        assert_eq!(orders[3], Order::Auto);
        after(&mut reel, OrderStep::Give(Order::Off));
        assert_eq!(after(&mut reel, OrderStep::By(-0.5)).order, Order::Off);
        let expected = [Order::Fixed(0.5), Order::Fixed(1.0)];
        assert_eq!(
            [0.5, 0.5].map(|lu| after(&mut reel, OrderStep::By(lu)).order),
            expected
        );
    }

    #[test]
    fn what_cant_be_had_isnt_asked_for() {
        for (step_lu, end_lu) in [(-0.5, 0.0), (0.5, 6.0)] {
            let mut reel = reel(&[(1.0, 2.0)]);
            for _ in 0..40 {
                after(&mut reel, OrderStep::By(step_lu));
            }
            let given_lu = reel.lines()[0].given().loss_lu;
            assert!((given_lu - end_lu).abs() < 1e-4, "{given_lu} LU");
            after(&mut reel, OrderStep::By(-step_lu));
            let given_lu = reel.lines()[0].given().loss_lu;
            assert!(
                (given_lu - (end_lu - step_lu)).abs() < 1e-4,
                "{given_lu} LU"
            );
        }
    }

    #[test]
    fn ends_pass_neither_each_other_nor_the_neighbours() {
        let mut reel = reel(&[(1.0, 2.0), (2.5, 3.0)]);
        assert_eq!(after(&mut reel, OrderStep::MoveIn(-0.25)).in_s, Some(0.75));
        assert_eq!(after(&mut reel, OrderStep::MoveIn(0.25)).in_s, None);
        assert_eq!(after(&mut reel, OrderStep::MoveIn(-5.0)).in_s, Some(0.0));
        assert_eq!(after(&mut reel, OrderStep::MoveIn(5.0)).in_s, Some(1.96));
        assert_eq!(after(&mut reel, OrderStep::MoveOut(5.0)).out_s, Some(2.5));
        assert_eq!(after(&mut reel, OrderStep::MoveOut(-5.0)).out_s, None);
        after(&mut reel, OrderStep::Note("loud".into()));
        let learned = after(&mut reel, OrderStep::AsLearned);
        assert_eq!((learned.in_s, learned.note.as_str()), (None, "loud"));
    }

    #[test]
    fn what_is_typed_is_an_order() {
        for (text, order) in [
            ("2", Order::Fixed(2.0)),
            (" = 1,5 LU", Order::Fixed(1.5)),
            ("+1", Order::Change(1.0)),
            ("-0.5lu", Order::Change(-0.5)),
            ("more 1", Order::Change(1.0)),
            ("Less  0,5 LU", Order::Change(-0.5)),
            ("fixed 2", Order::Fixed(2.0)),
            ("Off", Order::Off),
            ("auto", Order::Auto),
        ] {
            assert_eq!(parse_order(text), Ok(order), "{text}");
        }
        for text in ["", "loud", "31", "-31", "nan", "inf", "= -1e9"] {
            assert!(parse_order(text).is_err(), "{text}");
        }
    }

    #[test]
    fn orders_read_as_they_are() {
        let texts = [
            Order::Auto,
            Order::Off,
            Order::Change(-1.0),
            Order::Fixed(2.0),
        ]
        .map(order_text);
        assert_eq!(texts, ["Auto", "Off", "-1.0 LU", "= 2.0 LU"]);
        let orders = Orders {
            in_s: Some(0.92),
            out_s: Some(2.04),
            ..Orders::default()
        };
        let text = |rate| moved_text((1.0, 2.0), &orders, rate);
        assert_eq!(text(Some(25.0)), "in -2 fr, out +1 fr");
        assert_eq!(text(None), "in -80 ms, out +40 ms");
        assert_eq!(moved_text((1.0, 2.0), &Orders::default(), None), "");
    }
}
