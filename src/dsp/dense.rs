//! Layers of a small neural network: sums of weighted columns.

use multiversion::multiversion;

use crate::dsp::band_math::exp2;

/// Adds to `sums` the columns of `weights`, each as long as `sums`, times the inputs of the same place,
/// to the end of the shorter of both. The order of the additions is fixed, so the result is the same in
/// every run and on every processor. Four columns are taken at a time, so that the sums are read and
/// written a quarter as often.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
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

/// What the gates of a recurrent layer do with each of its cells.
#[derive(Debug, Clone, Copy)]
pub struct Gates<'a> {
    /// How much of the candidate comes in.
    pub input: &'a [f32],
    /// How much of the cell stays.
    pub forget: &'a [f32],
    /// What may come in.
    pub candidate: &'a [f32],
    /// How much of the cell is told.
    pub output: &'a [f32],
}

/// Moves the cells of a recurrent layer (LSTM: Hochreiter, Schmidhuber 1997, Neural Computation 9, 1735) on, and
/// tells their `states`. All slices are of one length, a multiple of 8; gates are sums before their curves, finite. The
/// curves are within 3e-7, the same on every system.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn recall(states: &mut [f32], cells: &mut [f32], gates: Gates) {
    let (states, _) = states.as_chunks_mut::<8>();
    let (cells, _) = cells.as_chunks_mut::<8>();
    let (input, _) = gates.input.as_chunks::<8>();
    let (forget, _) = gates.forget.as_chunks::<8>();
    let (candidate, _) = gates.candidate.as_chunks::<8>();
    let (output, _) = gates.output.as_chunks::<8>();
    let gates = input.iter().zip(forget).zip(candidate.iter().zip(output));
    for ((states, cells), ((input, forget), (candidate, output))) in
        states.iter_mut().zip(cells).zip(gates)
    {
        let gates = input.iter().zip(forget).zip(candidate.iter().zip(output));
        for ((state, cell), ((input, forget), (candidate, output))) in
            states.iter_mut().zip(cells).zip(gates)
        {
            *cell = sigmoid(*forget) * *cell + sigmoid(*input) * tanh(*candidate);
            *state = sigmoid(*output) * tanh(*cell);
        }
    }
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp2(-std::f32::consts::LOG2_E * x))
}

#[inline(always)]
fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_move_as_the_curves_have_it() {
        for step in -400..400 {
            let x = step as f32 / 10.0;
            assert!((tanh(x) - x.tanh()).abs() < 3e-7, "{x}");
            let exact = 1.0 / (1.0 + f64::from(-x).exp());
            assert!((f64::from(sigmoid(x)) - exact).abs() < 3e-7, "{x}");
        }
        let column =
            |scale: f32| -> [f32; 16] { std::array::from_fn(|idx| scale * idx as f32 - 2.0) };
        let (input, forget, candidate, output) =
            (column(0.3), column(0.1), column(0.5), column(-0.2));
        let gates = Gates {
            input: &input,
            forget: &forget,
            candidate: &candidate,
            output: &output,
        };
        let (mut states, mut cells) = ([0.0; 16], column(0.25));
        recall(&mut states, &mut cells, gates);
        for idx in 0..16 {
            let curve = |x: f32| 1.0 / (1.0 + (-x).exp());
            let cell =
                curve(forget[idx]) * column(0.25)[idx] + curve(input[idx]) * candidate[idx].tanh();
            assert!((cells[idx] - cell).abs() < 1e-6);
            assert!((states[idx] - curve(output[idx]) * cell.tanh()).abs() < 1e-6);
        }
    }

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
