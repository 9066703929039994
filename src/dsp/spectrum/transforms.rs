//! The transforms of the buses: of two channels at once, and of one that is left over. All channels take turns, so
//! that what a transform works on is in the processor's cache.
//!
//! Two real channels a and b go through one complex FFT as z = a + i b. The power of both together
//! is all that is wanted, and that needs no untangling: by the symmetry of real spectra,
//! |A\[k\]|² + |B\[k\]|² = (|Z\[k\]|² + |Z\[N - k\]|²) / 2. A channel that is left over goes
//! through one of half the length ([`RealSpectrum`]).

use std::f64::consts::TAU;
use std::sync::Arc;

use multiversion::multiversion;
use rustfft::Fft;
use rustfft::num_complex::Complex;

use crate::dsp::aligned::Aligned;
use crate::dsp::shared_tables::SharedTables;
use crate::dsp::spectrum::plans::forward_fft;
use crate::dsp::spectrum::real_spectrum::{Put, RealSpectrum, Workspace, put};

/// Windows and transforms them.
pub struct Transforms {
    /// The transform of a pair of channels; `real_spectrum` is that of a channel alone.
    fft: Arc<dyn Fft<f32>>,
    real_spectrum: RealSpectrum,
    window: Arc<Aligned<f32>>,
    workspace: Workspace,
    /// |Z\[k\]|² of a pair, for each k from N / 2 on.
    upper_norms: Aligned<f32>,
    /// Makes the sum over a band the mean square of the signal in it.
    power_scale: f32,
}

/// A channel's samples of a window, in order: those up to the end of the ring in which they lie, and those from its
/// start on.
pub type InRing<'a> = [&'a [f32]; 2];

/// Hann windows by their length.
static WINDOWS: SharedTables<usize, Aligned<f32>> = SharedTables::new();

impl Transforms {
    /// Allocates for windows of `window_samples`.
    pub fn new(window_samples: usize) -> Self {
        let fft_samples = window_samples.next_power_of_two();
        let fft = forward_fft(fft_samples);
        let real_spectrum = RealSpectrum::new(fft_samples);
        // Periodic Hann, so that overlapping windows add up evenly.
        let hann = |n: usize| {
            let phase = TAU * n as f64 / window_samples as f64;
            (0.5 - 0.5 * phase.cos()) as f32
        };
        let window = WINDOWS.of(window_samples, || (0..window_samples).map(hann).collect());
        let window_energy: f64 = window.iter().map(|&w| f64::from(w).powi(2)).sum();
        let scratch_samples = fft.get_inplace_scratch_len();
        Self {
            workspace: Workspace::new(
                fft_samples,
                scratch_samples.max(real_spectrum.scratch_samples()),
            ),
            // Parseval; half the power lies at negative frequencies, which makes up for the half
            // in the sum over a pair.
            power_scale: (1.0 / (fft_samples as f64 * window_energy)) as f32,
            upper_norms: Aligned::new(0.0, fft_samples / 2),
            real_spectrum,
            fft,
            window,
        }
    }

    /// The power per bin of two channels together, each a window long.
    pub fn pair(&mut self, power: &mut [f32], put: Put, first: InRing, second: InRing) {
        let Workspace { windowed, scratch } = &mut self.workspace;
        let (weighed, padding) = windowed.split_at_mut(self.window.len());
        let ([first_older, first_newer], [second_older, second_newer]) = (first, second);
        let (older, newer) = weighed.split_at_mut(first_older.len());
        let (older_weights, newer_weights) = self.window.split_at(first_older.len());
        weigh_pair(older, older_weights, first_older, second_older);
        weigh_pair(newer, newer_weights, first_newer, second_newer);
        padding.fill(Complex::new(0.0, 0.0));
        self.fft.process_with_scratch(windowed, scratch);
        let (norms, scale) = (&mut self.upper_norms, self.power_scale);
        match put {
            Put::Anew => sum_pair::<false>(power, windowed, norms, scale),
            Put::OnTop => sum_pair::<true>(power, windowed, norms, scale),
        }
    }

    /// The power per bin of a channel by itself, a window long.
    pub fn alone(&mut self, power: &mut [f32], put: Put, samples: InRing) {
        // Twice, as half of a pair's power lies in its negative frequencies.
        let scale = 2.0 * self.power_scale;
        let (workspace, window) = (&mut self.workspace, &self.window);
        self.real_spectrum
            .power(workspace, power, put, window, samples, scale);
    }

    /// Puts into `apart` what the two channels of the last [`Self::pair`] have by themselves and in common. With Z the
    /// spectrum of the pair and m = N - k: |A|² - |B|² is the real part of Z\[k\] Z\[m\], and the real part of A B* half
    /// its imaginary part.
    pub fn split_pair(&self, apart: &mut Apart) {
        split_pair(apart, &self.workspace.windowed, self.power_scale);
    }
}

/// Power per bin of the two channels of a job, scaled as that of the bus.
#[derive(Debug, Clone)]
pub struct Apart {
    /// Of the first channel.
    pub first: Vec<f32>,
    /// Of the second; 0 where a job has one.
    pub second: Vec<f32>,
    /// What both have in common: the real part of one times the conjugate of the other; below 0 where they are out
    /// of phase.
    pub common: Vec<f32>,
}

impl Apart {
    /// Allocates for spectra of `num_bins`.
    pub fn new(num_bins: usize) -> Self {
        Self {
            first: vec![0.0; num_bins],
            second: vec![0.0; num_bins],
            common: vec![0.0; num_bins],
        }
    }
}

/// Two real signals times a window, as one complex signal. (Not for AVX-512, which LLVM has put them together element by
/// element, in three times the time.)
#[multiversion(targets("x86_64+avx2+fma"))]
fn weigh_pair(windowed: &mut [Complex<f32>], weights: &[f32], first: &[f32], second: &[f32]) {
    let (chunks, rest) = windowed.as_chunks_mut::<8>();
    let (weight_chunks, weight_rest) = weights.as_chunks::<8>();
    let (first_chunks, first_rest) = first.as_chunks::<8>();
    let (second_chunks, second_rest) = second.as_chunks::<8>();
    let inputs = weight_chunks
        .iter()
        .zip(first_chunks.iter().zip(second_chunks));
    for (to, (weights, (first, second))) in chunks.iter_mut().zip(inputs) {
        for ((to, weight), (first, second)) in
            to.iter_mut().zip(weights).zip(first.iter().zip(second))
        {
            *to = Complex::new(weight * first, weight * second);
        }
    }
    let inputs = weight_rest.iter().zip(first_rest.iter().zip(second_rest));
    for (to, (weight, (first, second))) in rest.iter_mut().zip(inputs) {
        *to = Complex::new(weight * first, weight * second);
    }
}

/// Puts into `power` (bins 0 to N / 2), or adds to it, twice the power of both signals of a pair times `scale`.
/// `bins`: the spectrum of the pair, of length N; `upper_norms`: scratch of length N / 2.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn sum_pair<const ADDS: bool>(
    power: &mut [f32],
    bins: &[Complex<f32>],
    upper_norms: &mut [f32],
    scale: f32,
) {
    // Apart, as a loop that turns pairs of numbers round as it goes takes three times as long.
    let (_, upper) = bins.split_at(bins.len() - upper_norms.len());
    for (norm, bin) in upper_norms.iter_mut().zip(upper) {
        *norm = squared_magnitude(bin);
    }
    // Bin k and its mirror image, N - k; 0 is its own.
    let ([first, power @ ..], [zeroth, bins @ ..]) = (power, bins) else {
        return;
    };
    put::<ADDS>(first, 2.0 * squared_magnitude(zeroth) * scale);
    let mirrored = upper_norms.iter().rev();
    for (power, (bin, mirrored)) in power.iter_mut().zip(bins.iter().zip(mirrored)) {
        put::<ADDS>(power, (squared_magnitude(bin) + mirrored) * scale);
    }
}

#[inline(always)]
fn squared_magnitude(bin: &Complex<f32>) -> f32 {
    bin.re * bin.re + bin.im * bin.im
}

/// Untangles a pair: `bins` is its spectrum, `scale` what makes powers of squared magnitudes.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn split_pair(apart: &mut Apart, bins: &[Complex<f32>], scale: f32) {
    let parts = apart.first.iter_mut().zip(&mut apart.second);
    // Bin k and its mirror image, N - k; 0 is its own.
    let mirrored = bins.iter().take(1).chain(bins.iter().skip(1).rev());
    let pairs = bins.iter().zip(mirrored);
    for (((first, second), common), (z, m)) in parts.zip(&mut apart.common).zip(pairs) {
        let both = scale * (z.norm_sqr() + m.norm_sqr());
        let product = z * m;
        let more = 2.0 * scale * product.re;
        *first = (0.5 * (both + more)).max(0.0);
        *second = (0.5 * (both - more)).max(0.0);
        *common = scale * product.im;
    }
}
