//! Orders in a table that people make: which lines, what is wanted of them, a note.

use crate::files::three_columns::{BadRow, ThreeFields, rows_and_fourth};
use crate::memory::orders::Order;
use crate::memory::remembered::Reel;
use crate::memory::ride_file::MAX_ORDER_LU;
use crate::timeline::time_text::parse_time_s;
use crate::timeline::timecode::Clock;
use crate::words::{clock_text, one_line};

/// What the columns are called, here and in the lists of other programs.
const HEADINGS: [&[&str]; 3] = [
    &[
        "in",
        "line",
        "start",
        "tc in",
        "in tc",
        "timecode in",
        "start tc",
        "number",
        "#",
    ],
    &["out", "end", "tc out", "out tc", "timecode out", "end tc"],
    &["order", "duck"],
];

const NOTE_HEADINGS: [&str; 3] = ["note", "notes", "comment"];

/// Share of a line that must lie between in and out for the order to be about it.
const LEAST_SHARE: f64 = 0.5;

/// What is wrong with a table of orders.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OrdersError {
    /// Not a CSV file of the columns.
    #[error("is no table of orders (line {line}: {reason}): give the columns in, out, order, note")]
    Columns {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Something that can't be.
    #[error("line {line}: {text:?}: {reason}")]
    Value {
        /// Line of the file, from 1.
        line: u64,
        /// What stands there.
        text: String,
        /// The rule.
        reason: String,
    },
    /// No line of the ride is there.
    #[error("line {line}: nobody speaks {place}: look at the list of lines")]
    NoLine {
        /// Line of the file, from 1.
        line: u64,
        /// Where.
        place: String,
    },
}

impl From<BadRow> for OrdersError {
    fn from(BadRow { line, reason }: BadRow) -> Self {
        Self::Columns { line, reason }
    }
}

/// Gives lines of `reel` the orders in a table: in, out, order and a note. In is a time, out another one, and
/// the order is about every line of which half lies between; or in is the number of a line, such as `#12`, and
/// out is empty; or in is a time in a line, and out is empty. An order is `auto`, `off`, `more 1.5`, `less 1.5`
/// (LU) or `fixed 2`; if it is empty there is only a note. Times count from `first_s` on the ride's timeline.
/// Gives the number of lines that have orders now.
///
/// # Errors
/// If the table can't be read, or an order is about no line.
pub fn apply(
    reel: &mut Reel,
    bytes: &[u8],
    clock: Option<&Clock>,
    first_s: f64,
) -> Result<usize, OrdersError> {
    for row in rows_and_fourth(bytes, HEADINGS, &NOTE_HEADINGS) {
        let ThreeFields {
            line,
            fields: [from, to, order],
            fourth: note,
            ..
        } = row?;
        let time_s = |text: &str| {
            let time_s = parse_time_s(text, clock);
            time_s
                .map(|it| it + first_s)
                .map_err(|reason| OrdersError::Value {
                    line,
                    text: text.into(),
                    reason,
                })
        };
        let (lines, place) = if let Some(number) = from.strip_prefix('#') {
            let idx = number
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|it| it.checked_sub(1));
            let known = idx.filter(|idx| *idx < reel.lines().len());
            (known.into_iter().collect(), format!("in line {from}"))
        } else if to.is_empty() {
            let at_s = time_s(&from)?;
            (
                lines_at(reel, at_s),
                format!("at {}", clock_text(at_s - first_s)),
            )
        } else {
            let span_s = (time_s(&from)?, time_s(&to)?);
            let text = format!(
                "from {} to {}",
                clock_text(span_s.0 - first_s),
                clock_text(span_s.1 - first_s)
            );
            (lines_in(reel, span_s), text)
        };
        if lines.is_empty() {
            return Err(OrdersError::NoLine { line, place });
        }
        let order = match order.is_empty() {
            true => None,
            false => Some(parse_order(&order).ok_or(OrdersError::Value {
                line,
                text: order,
                reason: format!(
                    "must be auto, off, more 1.5, less 1.5 or fixed 2 (LU, up to {MAX_ORDER_LU})"
                ),
            })?),
        };
        for line_idx in lines {
            let mut orders = reel.lines()[line_idx].orders.clone();
            if let Some(order) = order {
                orders.order = order;
            }
            if !note.is_empty() {
                orders.note = one_line(&note);
            }
            reel.set_orders(line_idx, orders);
        }
    }
    Ok(reel
        .lines()
        .iter()
        .filter(|line| line.orders.are_given())
        .count())
}

/// The order in words, as [`apply`] reads it.
pub fn order_text(order: Order) -> String {
    match order {
        Order::Auto => "auto".into(),
        Order::Off => "off".into(),
        Order::Change(lu) if lu < 0.0 => format!("less {:.1}", -lu),
        Order::Change(lu) => format!("more {lu:.1}"),
        Order::Fixed(lu) => format!("fixed {lu:.1}"),
    }
}

fn parse_order(text: &str) -> Option<Order> {
    let text = text.to_lowercase();
    let mut words = text.split_whitespace();
    let (word, number) = (words.next()?, words.next());
    if words.next().is_some_and(|unit| unit != "lu") || words.next().is_some() {
        return None;
    }
    let lu = || -> Option<f32> {
        let lu: f32 = number?.replacen(',', ".", 1).parse().ok()?;
        (0.0..=MAX_ORDER_LU).contains(&lu).then_some(lu)
    };
    match word {
        "auto" if number.is_none() => Some(Order::Auto),
        "off" if number.is_none() => Some(Order::Off),
        "more" => Some(Order::Change(lu()?)),
        "less" => Some(Order::Change(-lu()?)),
        "fixed" => Some(Order::Fixed(lu()?)),
        _ => None,
    }
}

fn lines_at(reel: &Reel, time_s: f64) -> Vec<usize> {
    // A list shows times to a millisecond.
    const SLACK_S: f64 = 0.001;
    let lines = reel.lines().iter().enumerate();
    let there = lines.filter(|(_, line)| (line.start_s - SLACK_S..line.end_s).contains(&time_s));
    there.map(|(line_idx, _)| line_idx).collect()
}

fn lines_in(reel: &Reel, (from_s, to_s): (f64, f64)) -> Vec<usize> {
    let lines = reel.lines().iter().enumerate();
    let there = lines.filter(|(_, line)| {
        let shared_s = line.end_s.min(to_s) - line.start_s.max(from_s);
        shared_s > 0.0 && shared_s >= LEAST_SHARE * (line.end_s - line.start_s)
    });
    there.map(|(line_idx, _)| line_idx).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::remembered::RideLine;

    fn reel() -> Reel {
        let line = |start_s: f64| RideLine {
            start_s,
            end_s: start_s + 1.0,
            ..RideLine::default()
        };
        Reel::new([101.0, 104.0, 107.0].map(line).into(), vec![(100.0, 110.0)])
    }

    fn applied(text: &str) -> Result<Vec<(Order, String)>, OrdersError> {
        let mut reel = reel();
        apply(&mut reel, text.as_bytes(), None, 100.0)?;
        let orders = reel.lines().iter().map(|line| line.orders.clone());
        Ok(orders.map(|it| (it.order, it.note)).collect())
    }

    #[test]
    fn orders_find_their_lines_by_times_and_numbers() {
        let found = applied(
            "in,out,order,note\n0:03.5,0:09,less 1.5,soft\n#1,,off,\n7.2,,\"fixed 2,5 LU\",\n",
        );
        let expected = [
            (Order::Off, ""),
            (Order::Change(-1.5), "soft"),
            (Order::Fixed(2.5), "soft"),
        ];
        assert_eq!(
            found.unwrap(),
            expected.map(|(order, note)| (order, note.to_owned()))
        );
    }

    #[test]
    fn a_note_alone_and_columns_in_any_order_are_read() {
        let found = applied("note;order;in;out\nleave it;;1;2\n").unwrap();
        assert_eq!(found[0], (Order::Auto, "leave it".into()));
        let found = applied("1,2,more 3\n").unwrap();
        assert_eq!(found[0], (Order::Change(3.0), String::new()));
    }

    #[test]
    fn what_can_not_be_is_named_with_its_line() {
        for (text, expected) in [
            ("1,2", "line 1: 2 columns"),
            (
                "in,out,order\n1,2,1.5\n",
                "line 2: \"1.5\": must be auto, off, more",
            ),
            ("1,2,more 31\n", "\"more 31\": must be"),
            ("1,2,more nan\n", "\"more nan\": must be"),
            ("1,2,off 3\n", "\"off 3\": must be"),
            (
                "2.5,3.5,off\n",
                "line 1: nobody speaks from 0:00:02.500 to 0:00:03.500",
            ),
            ("#4,,off\n", "nobody speaks in line #4"),
            ("x,2,off\n", "\"x\": must be h:mm:ss"),
        ] {
            let error = applied(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn every_order_reads_back_as_it_is_written() {
        for order in [
            Order::Auto,
            Order::Off,
            Order::Change(1.5),
            Order::Change(-2.0),
            Order::Fixed(0.5),
        ] {
            assert_eq!(parse_order(&order_text(order)), Some(order));
        }
    }
}
