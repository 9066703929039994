//! Orders of lines as edits that can be undone and made again.

use crate::editor::edit::order_steps::OrderStep;
use crate::memory::orders::Orders;
use crate::memory::remembered::Reel;

/// What became of one line. Lines are known by where they are, not by their number: a pass may have found
/// others since.
#[derive(Debug, Clone, PartialEq)]
struct LineChange {
    span_s: (f64, f64),
    from: Orders,
    to: Orders,
}

/// One thing that was done to one or several lines.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderEdit(Vec<LineChange>);

impl OrderEdit {
    /// Does `step` to the lines that lie there, s on the timeline; `None` if that changed nothing.
    pub fn make(reel: &mut Reel, spans_s: &[(f64, f64)], step: &OrderStep) -> Option<Self> {
        let mut changes = Vec::new();
        for line_idx in spans_s
            .iter()
            .filter_map(|&span_s| reel.line_over(span_s))
            .collect::<Vec<_>>()
        {
            let (Some(line), Some(to)) =
                (reel.lines().get(line_idx), step.orders_of(reel, line_idx))
            else {
                continue;
            };
            if line.orders == to {
                continue;
            }
            changes.push(LineChange {
                span_s: (line.start_s, line.end_s),
                from: line.orders.clone(),
                to: to.clone(),
            });
            reel.set_orders(line_idx, to);
        }
        (!changes.is_empty()).then_some(Self(changes))
    }

    /// Gives the lines that are still there the orders that they had before.
    pub fn undo(&self, reel: &mut Reel) {
        self.give(reel, |change| &change.from);
    }

    /// Gives the lines that are still there the orders that they got.
    pub fn redo(&self, reel: &mut Reel) {
        self.give(reel, |change| &change.to);
    }

    fn give(&self, reel: &mut Reel, which: impl Fn(&LineChange) -> &Orders) {
        for change in &self.0 {
            if let Some(line_idx) = reel.line_over(change.span_s) {
                reel.set_orders(line_idx, which(change).clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::edit::order_steps::tests::{line, reel};
    use crate::memory::orders::Order;

    fn orders(reel: &Reel) -> Vec<Order> {
        reel.lines().iter().map(|line| line.orders.order).collect()
    }

    #[test]
    fn an_edit_is_undone_and_made_again_on_the_lines_that_are_left() {
        let mut reel = reel(&[(1.0, 2.0), (4.0, 6.0), (8.0, 9.0)]);
        let off = OrderStep::Give(Order::Off);
        let edit =
            OrderEdit::make(&mut reel, &[(1.0, 2.0), (8.0, 9.0), (20.0, 21.0)], &off).unwrap();
        assert_eq!(orders(&reel), [Order::Off, Order::Auto, Order::Off]);
        assert_eq!(OrderEdit::make(&mut reel, &[(1.0, 2.0)], &off), None);
        // A pass finds a new line at the start, another place for the first one, and the last one no more.
        reel.replace((0.0, 3.0), vec![line(0.2, 0.6), line(1.02, 2.1)]);
        reel.replace((7.0, 10.0), Vec::new());
        assert_eq!(orders(&reel), [Order::Auto, Order::Off, Order::Auto]);
        edit.undo(&mut reel);
        assert_eq!(orders(&reel), [Order::Auto; 3]);
        edit.redo(&mut reel);
        assert_eq!(orders(&reel), [Order::Auto, Order::Off, Order::Auto]);
    }
}
