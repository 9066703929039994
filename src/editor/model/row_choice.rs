//! Which rows of a list are chosen, and where the keyboard is.

use std::collections::BTreeSet;

/// How a click or a step of the keyboard changes what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// That row alone.
    Alone,
    /// All rows from where the choice began.
    Through,
    /// That row too, or no longer.
    Toggle,
    /// Nothing changes but where the keyboard is.
    Cursor,
}

/// Rows that are chosen, by their indexes among all rows, of which the list shows some.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowChoice {
    rows: BTreeSet<usize>,
    cursor: Option<usize>,
    anchor: Option<usize>,
}

impl RowChoice {
    /// The chosen rows, ascending.
    pub fn rows(&self) -> Vec<usize> {
        self.rows.iter().copied().collect()
    }

    /// How many are chosen.
    pub fn num_rows(&self) -> usize {
        self.rows.len()
    }

    /// Whether a row is chosen.
    pub fn has(&self, row_idx: usize) -> bool {
        self.rows.contains(&row_idx)
    }

    /// The row at which the keyboard is.
    pub fn cursor(&self) -> Option<usize> {
        self.cursor
    }

    /// Goes to a row of those that are `shown`.
    pub fn go_to(&mut self, row_idx: usize, reach: Reach, shown: &[usize]) {
        let anchor = self.anchor.unwrap_or(row_idx);
        self.cursor = Some(row_idx);
        match reach {
            Reach::Cursor => return,
            Reach::Alone => self.rows = BTreeSet::from([row_idx]),
            Reach::Toggle => {
                if !self.rows.remove(&row_idx) {
                    self.rows.insert(row_idx);
                }
            }
            Reach::Through => {
                let place = |row_idx| shown.iter().position(|&it| it == row_idx);
                let (Some(from), Some(to)) = (place(anchor), place(row_idx)) else {
                    return self.go_to(row_idx, Reach::Alone, shown);
                };
                self.rows = shown[from.min(to)..=from.max(to)].iter().copied().collect();
                self.anchor = Some(anchor);
                return;
            }
        }
        self.anchor = Some(row_idx);
    }

    /// Goes so many rows down, or up where it is below 0. Without a place yet it is the first row.
    pub fn go_by(&mut self, num_rows: isize, reach: Reach, shown: &[usize]) {
        let at = shown.iter().position(|&it| Some(it) == self.cursor);
        let to = match at {
            Some(at) => at.saturating_add_signed(num_rows),
            None => 0,
        };
        if let Some(&row_idx) = shown.get(to.min(shown.len().saturating_sub(1))) {
            self.go_to(row_idx, reach, shown);
        }
    }

    /// Chooses all rows that are shown.
    pub fn take_all(&mut self, shown: &[usize]) {
        self.rows = shown.iter().copied().collect();
        self.cursor = self.cursor.or(shown.first().copied());
        self.anchor = self.cursor;
    }

    /// Rows that the list no longer shows aren't chosen. If none is left of those that were, the next one that is
    /// shown takes their place.
    pub fn keep_to(&mut self, shown: &[usize]) {
        let is_shown = |row_idx: &usize| shown.binary_search(row_idx).is_ok();
        let had_rows = !self.rows.is_empty();
        self.rows.retain(is_shown);
        self.anchor = self.anchor.filter(is_shown);
        if let Some(cursor) = self.cursor.filter(|it| !is_shown(it)) {
            let next = shown.partition_point(|&it| it < cursor);
            self.cursor = shown.get(next).or(shown.last()).copied();
        }
        if had_rows && self.rows.is_empty() {
            self.rows.extend(self.cursor);
            self.anchor = self.cursor;
        }
    }

    /// Follows rows that have got other indexes, or are gone.
    pub fn renumber(&mut self, new_idx: impl Fn(usize) -> Option<usize>) {
        self.rows = self.rows.iter().filter_map(|&it| new_idx(it)).collect();
        self.cursor = self.cursor.and_then(&new_idx);
        self.anchor = self.anchor.and_then(&new_idx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: [usize; 5] = [1, 3, 4, 7, 9];

    #[test]
    fn clicks_choose_one_several_and_all_between() {
        let mut choice = RowChoice::default();
        choice.go_to(3, Reach::Alone, &SHOWN);
        choice.go_to(7, Reach::Through, &SHOWN);
        assert_eq!(choice.rows(), [3, 4, 7]);
        choice.go_to(1, Reach::Through, &SHOWN);
        assert_eq!(choice.rows(), [1, 3]);
        choice.go_to(9, Reach::Toggle, &SHOWN);
        choice.go_to(1, Reach::Toggle, &SHOWN);
        assert_eq!(choice.rows(), [3, 9]);
        assert!(choice.has(9) && !choice.has(1));
        choice.take_all(&SHOWN);
        assert_eq!((choice.num_rows(), choice.cursor()), (5, Some(1)));
    }

    #[test]
    fn the_keyboard_goes_from_row_to_row_and_stops_at_the_ends() {
        let mut choice = RowChoice::default();
        choice.go_by(1, Reach::Alone, &SHOWN);
        assert_eq!(choice.rows(), [1]);
        choice.go_by(2, Reach::Through, &SHOWN);
        assert_eq!(choice.rows(), [1, 3, 4]);
        choice.go_by(1, Reach::Cursor, &SHOWN);
        assert_eq!((choice.rows(), choice.cursor()), (vec![1, 3, 4], Some(7)));
        choice.go_by(100, Reach::Alone, &SHOWN);
        assert_eq!(choice.rows(), [9]);
        choice.go_by(-100, Reach::Alone, &SHOWN);
        assert_eq!(choice.rows(), [1]);
        choice.go_by(1, Reach::Alone, &[]);
        assert_eq!(choice.rows(), [1]);
    }

    #[test]
    fn what_is_hidden_isnt_chosen_and_the_next_one_takes_its_place() {
        let mut choice = RowChoice::default();
        choice.go_to(4, Reach::Alone, &SHOWN);
        choice.keep_to(&[1, 3, 9]);
        assert_eq!((choice.rows(), choice.cursor()), (vec![9], Some(9)));
        choice.keep_to(&[1, 3]);
        assert_eq!(choice.rows(), [3]);
        choice.keep_to(&[]);
        assert_eq!((choice.rows(), choice.cursor()), (Vec::new(), None));
        // Nothing was chosen, so nothing is.
        choice.keep_to(&SHOWN);
        assert_eq!(choice.num_rows(), 0);
    }

    #[test]
    fn rows_with_other_numbers_stay_chosen() {
        let mut choice = RowChoice::default();
        choice.go_to(3, Reach::Alone, &SHOWN);
        choice.go_to(7, Reach::Toggle, &SHOWN);
        choice.renumber(|idx| (idx != 7).then_some(idx + 1));
        assert_eq!((choice.rows(), choice.cursor()), (vec![4], None));
    }
}
