//! A bounded record of something that comes hop by hop.

/// Keeps at most twice `NUM` values of a sequence of any length, evenly spread over it: when it is
/// full, every other value goes, and from then on only every second one comes in.
#[derive(Debug, Clone)]
pub struct EvenSample<T, const NUM: usize> {
    values: Vec<T>,
    /// One of so many values is kept.
    stride: u64,
    num_seen: u64,
}

impl<T, const NUM: usize> Default for EvenSample<T, NUM> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            stride: 1,
            num_seen: 0,
        }
    }
}

impl<T, const NUM: usize> EvenSample<T, NUM> {
    /// Takes the next value; `make` is called only if the value is kept.
    pub fn push(&mut self, make: impl FnOnce() -> T) {
        if self.num_seen.is_multiple_of(self.stride) {
            if self.values.len() == 2 * NUM {
                let mut value_idx = 0;
                self.values.retain(|_| {
                    value_idx += 1;
                    value_idx % 2 == 1
                });
                self.stride *= 2;
            }
            if self.num_seen.is_multiple_of(self.stride) {
                self.values.push(make());
            }
        }
        self.num_seen += 1;
    }

    /// The values that were kept, in order.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_a_bounded_number_evenly_spread() {
        for num_values in [0u64, 1, 7, 8, 9, 16, 17, 100, 1000] {
            let mut thinned = EvenSample::<u64, 4>::default();
            for value in 0..num_values {
                thinned.push(|| value);
            }
            let kept = thinned.values();
            assert!(kept.len() <= 8);
            assert!(
                kept.len() as u64 >= num_values.min(4),
                "{num_values}: {kept:?}"
            );
            let stride = thinned.stride;
            let even: Vec<u64> = (0..num_values).step_by(stride as usize).collect();
            assert_eq!(kept, even, "{num_values} values");
        }
    }
}
