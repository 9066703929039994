//! Layers of a small neural network: sums of weighted columns.

use multiversion::multiversion;

/// Adds to `sums` the columns of `weights`, each as long as `sums`, times the inputs of the same place,
/// to the end of the shorter of both. The order of the additions is fixed, so the result is the same in
/// every run and on every processor. Four columns are taken at a time, so that the sums are read and
/// written a quarter as often.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn add_columns(sums: &mut [f32], weights: &[f32], inputs: &[f32]) {
    let len = sums.len();
    if len == 0 {
        return;
    }
    let mut columns = weights.chunks_exact(len);
    let (fours, rest) = inputs.as_chunks::<4>();
    for [a, b, c, d] in fours {
        let taken = (
            columns.next(),
            columns.next(),
            columns.next(),
            columns.next(),
        );
        let (Some(wa), Some(wb), Some(wc), Some(wd)) = taken else {
            return;
        };
        for ((((sum, wa), wb), wc), wd) in sums.iter_mut().zip(wa).zip(wb).zip(wc).zip(wd) {
            *sum += (wa * a + wb * b) + (wc * c + wd * d);
        }
    }
    for (input, column) in rest.iter().zip(columns) {
        for (sum, weight) in sums.iter_mut().zip(column) {
            *sum += weight * input;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_added_once() {
        for num_inputs in 0..11u8 {
            for num_sums in 0..19u8 {
                let (num_inputs, num_sums) = (usize::from(num_inputs), usize::from(num_sums));
                // Small whole numbers: exact in any order.
                let weights: Vec<f32> = (0..num_inputs * num_sums)
                    .map(|idx| (idx % 13) as f32)
                    .collect();
                let inputs: Vec<f32> = (0..num_inputs).map(|idx| (idx % 5) as f32).collect();
                let mut sums = vec![1.0; num_sums];
                add_columns(&mut sums, &weights, &inputs);
                for (sum_idx, sum) in sums.iter().enumerate() {
                    let products = inputs.iter().enumerate();
                    let expected: f32 = products
                        .map(|(idx, input)| input * weights[idx * num_sums + sum_idx])
                        .sum();
                    assert_eq!(*sum, 1.0 + expected);
                }
            }
        }
    }
}
