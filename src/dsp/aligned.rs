//! Memory for vectors: it begins where a line of the processor's cache does. What an allocator gives begins anywhere,
//! and a vector that lies across two lines is read as two: sums of weighted columns take up to twice as long.

use std::ops::{Deref, DerefMut};

/// Length of a cache line, and of the longest vector, bytes.
const LINE_BYTES: usize = 64;

/// Values of which the first begins a cache line. As many as it was made with; it is read and written as a slice.
#[derive(Debug)]
pub struct Aligned<T> {
    /// With room before the first.
    values: Vec<T>,
    first_idx: usize,
    len: usize,
}

impl<T: Copy> Aligned<T> {
    /// Allocates for `len` times `value`.
    pub fn new(value: T, len: usize) -> Self {
        let room = (LINE_BYTES / size_of::<T>().max(1)).max(1);
        let values = vec![value; len + room];
        let first_idx = values.as_ptr().align_offset(LINE_BYTES).min(room);
        Self {
            values,
            first_idx,
            len,
        }
    }

    /// Allocates for `values`, of which the first must be.
    pub fn of(values: &[T]) -> Self
    where
        T: Default,
    {
        let mut aligned = Self::new(T::default(), values.len());
        aligned.copy_from_slice(values);
        aligned
    }
}

impl<T: Copy + Default> Clone for Aligned<T> {
    fn clone(&self) -> Self {
        Self::of(self)
    }
}

impl<T: Copy + Default> FromIterator<T> for Aligned<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::of(&values.into_iter().collect::<Vec<T>>())
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        let values = self.values.get(self.first_idx..self.first_idx + self.len);
        values.unwrap_or_default()
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        let values = self
            .values
            .get_mut(self.first_idx..self.first_idx + self.len);
        values.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_begins_a_line_and_all_are_there() {
        for len in [0, 1, 7, 64, 1000] {
            let values: Vec<f32> = (0..len).map(|n| n as f32).collect();
            let aligned: Aligned<f32> = values.iter().copied().collect();
            for aligned in [&aligned, &aligned.clone()] {
                assert_eq!(**aligned, values);
                assert!(aligned.as_ptr().addr().is_multiple_of(LINE_BYTES));
            }
        }
        let pairs = Aligned::new([1.5f32; 2], 9);
        assert_eq!(*pairs, [[1.5; 2]; 9]);
        assert!(pairs.as_ptr().addr().is_multiple_of(LINE_BYTES));
    }
}
