//! Power spectrum of one real signal, by a complex FFT of half its length: the even samples are its
//! real parts, the odd ones its imaginary parts, and the result is untangled.
//!
//! The crate realfft does that too, in 60 lines instead of 135, but untangles in a scalar loop and stores
//! bins that have to be read again for their power: with realfft 3.5, `underscore check` of the demo scene
//! executed 6.4 % more instructions and `underscore duck` 4.6 % (callgrind; the medians of 25 pairs of
//! runs took 4 % and 1 % longer). More than 3 % was too much for the shorter text.

use std::array;
use std::f64::consts::TAU;
use std::sync::Arc;

use multiversion::multiversion;
use rustfft::Fft;
use rustfft::num_complex::Complex;

use crate::dsp::aligned::Aligned;
use crate::dsp::shared_tables::SharedTables;
use crate::dsp::spectrum::plans::forward_fft;

/// The transform with its tables.
pub struct RealSpectrum {
    half_fft: Arc<dyn Fft<f32>>,
    /// e^(-2 pi i k / N) for each k below N / 4.
    twiddles: Arc<Aligned<Complex<f32>>>,
    fft_samples: usize,
}

/// Whether powers are put in place of what was there, or added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// In its place.
    Anew,
    /// Added.
    OnTop,
}

/// What a transform works on; transforms that take turns may share it.
pub struct Workspace {
    /// What goes in, and what comes out.
    pub(super) windowed: Aligned<Complex<f32>>,
    pub(super) scratch: Aligned<Complex<f32>>,
}

impl Workspace {
    /// Allocates for complex transforms of `fft_samples` that need `scratch_samples` beside them.
    pub(super) fn new(fft_samples: usize, scratch_samples: usize) -> Self {
        let zero = Complex::new(0.0, 0.0);
        Self {
            windowed: Aligned::new(zero, fft_samples),
            scratch: Aligned::new(zero, scratch_samples),
        }
    }
}

/// Twiddles by the length of the transform.
static TWIDDLES: SharedTables<usize, Aligned<Complex<f32>>> = SharedTables::new();

impl RealSpectrum {
    /// Allocates for transforms of `fft_samples` N, a power of two and at least 4.
    pub fn new(fft_samples: usize) -> Self {
        let twiddle = |k: usize| {
            let (sin, cos) = (TAU * k as f64 / fft_samples as f64).sin_cos();
            Complex::new(cos as f32, -sin as f32)
        };
        Self {
            half_fft: forward_fft(fft_samples / 2),
            twiddles: TWIDDLES.of(fft_samples, || (0..fft_samples / 4).map(twiddle).collect()),
            fft_samples,
        }
    }

    /// Room to work in.
    pub fn workspace(&self) -> Workspace {
        Workspace::new(self.fft_samples / 2, self.scratch_samples())
    }

    /// How much scratch a [`Workspace`] needs.
    pub(super) fn scratch_samples(&self) -> usize {
        self.half_fft.get_inplace_scratch_len()
    }

    /// Puts into `power` (bins 0 to N / 2), or adds to it, `scale` times the squared magnitude of the spectrum of
    /// `samples` times `weights`, both of one length, at most N. The samples may come in two pieces.
    pub fn power(
        &self,
        workspace: &mut Workspace,
        power: &mut [f32],
        put: Put,
        weights: &[f32],
        samples: [&[f32]; 2],
        scale: f32,
    ) {
        let bins = self.transform(workspace, weights, samples);
        match put {
            Put::Anew => untangle_all::<false>(power, bins, &self.twiddles, scale),
            Put::OnTop => untangle_all::<true>(power, bins, &self.twiddles, scale),
        }
    }

    fn transform<'a>(
        &self,
        workspace: &'a mut Workspace,
        weights: &[f32],
        samples: [&[f32]; 2],
    ) -> &'a [Complex<f32>] {
        let Workspace { windowed, scratch } = workspace;
        let (windowed, _) = windowed.split_at_mut(self.fft_samples / 2);
        weigh(windowed, weights, samples);
        self.half_fft.process_with_scratch(windowed, scratch);
        windowed
    }
}

/// A real signal in two pieces times a window, its even samples as real parts and its odd ones as
/// imaginary parts, then zeros.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn weigh(windowed: &mut [Complex<f32>], weights: &[f32], [older, mut newer]: [&[f32]; 2]) {
    let (older_weights, mut weights) = weights.split_at(older.len());
    let (older, last) = older.as_chunks::<2>();
    let (older_weights, last_weight) = older_weights.as_chunks::<2>();
    let (couples, mut windowed) = windowed.split_at_mut(older.len());
    weigh_couples(couples, older_weights, older);
    // A first piece of odd length ends within a couple.
    if let ([w], [x]) = (last_weight, last)
        && let Some(to) = windowed.split_off_first_mut()
    {
        let next = weights.split_off_first().zip(newer.split_off_first());
        *to = Complex::new(w * x, next.map_or(0.0, |(w, x)| w * x));
    }
    let (newer, last) = newer.as_chunks::<2>();
    let (weights, last_weight) = weights.as_chunks::<2>();
    let (couples, rest) = windowed.split_at_mut(newer.len());
    weigh_couples(couples, weights, newer);
    rest.fill(Complex::new(0.0, 0.0));
    // So may the window.
    if let (Some(to), [w], [x]) = (rest.first_mut(), last_weight, last) {
        to.re = w * x;
    }
}

#[inline(always)]
fn weigh_couples(couples: &mut [Complex<f32>], weights: &[[f32; 2]], samples: &[[f32; 2]]) {
    for (to, (w, x)) in couples.iter_mut().zip(weights.iter().zip(samples)) {
        *to = Complex::new(w[0] * x[0], w[1] * x[1]);
    }
}

/// Puts into `power` (bins 0 to N / 2), or adds to it, the power of a real signal times `scale`. `bins`: the
/// spectrum Z of length N / 2 of its even samples plus i times its odd ones. With m = N / 2 - k, the
/// even samples have the spectrum E = (Z\[k\] + Z\[m\]*) / 2, the odd ones O = (Z\[k\] - Z\[m\]*) / 2i,
/// and the signal has E + W O at k and the conjugate of E - W O at m, W = e^(-2 pi i k / N).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn untangle_all<const ADDS: bool>(
    power: &mut [f32],
    bins: &[Complex<f32>],
    twiddles: &[Complex<f32>],
    scale: f32,
) {
    let quarter = twiddles.len();
    let ([first, power @ .., last], [zeroth, bins @ ..]) = (power, bins) else {
        return;
    };
    put::<ADDS>(first, scale * (zeroth.re + zeroth.im).powi(2));
    put::<ADDS>(last, scale * (zeroth.re - zeroth.im).powi(2));
    // What is left are the bins 1 to N / 2 - 1, the middle one its own image.
    let (lower, upper) = power.split_at_mut(quarter - 1);
    let (lower_bins, upper_bins) = bins.split_at(quarter - 1);
    let ([middle, upper @ ..], [middle_bin, upper_bins @ ..]) = (upper, upper_bins) else {
        return;
    };
    put::<ADDS>(middle, scale * middle_bin.norm_sqr());
    let (_, twiddles) = twiddles.split_at(1);
    // E and O without their halves, hence a quarter of the power.
    let scale = 0.25 * scale;
    // Eight at a time; of the mirrored ones those at the end of the slices first.
    let (lower, lower_rest) = lower.as_chunks_mut::<8>();
    let (lower_bins, lower_bins_rest) = lower_bins.as_chunks::<8>();
    let (twiddles, twiddles_rest) = twiddles.as_chunks::<8>();
    let (upper_rest, upper) = upper.as_rchunks_mut::<8>();
    let (upper_bins_rest, upper_bins) = upper_bins.as_rchunks::<8>();
    let powers = lower.iter_mut().zip(upper.iter_mut().rev());
    let bins = lower_bins.iter().zip(upper_bins.iter().rev());
    for (((power, mirrored_power), (z, m)), w) in powers.zip(bins).zip(twiddles) {
        untangle::<_, ADDS>(power, mirrored_power, (z, m), w, scale);
    }
    let powers = lower_rest.iter_mut().zip(upper_rest.iter_mut().rev());
    let bins = lower_bins_rest.iter().zip(upper_bins_rest.iter().rev());
    for (((power, mirrored_power), (z, m)), w) in powers.zip(bins).zip(twiddles_rest) {
        let (power, mirrored_power) = (array::from_mut(power), array::from_mut(mirrored_power));
        let bins = (array::from_ref(z), array::from_ref(m));
        untangle::<_, ADDS>(power, mirrored_power, bins, array::from_ref(w), scale);
    }
}

/// Puts or adds one bin's power.
#[inline(always)]
pub(super) fn put<const ADDS: bool>(power: &mut f32, own: f32) {
    *power = if ADDS { *power + own } else { own };
}

/// Puts or adds the power of `N` bins and of their mirror images, which are in reverse order.
#[inline(always)]
fn untangle<const N: usize, const ADDS: bool>(
    power: &mut [f32; N],
    mirrored_power: &mut [f32; N],
    (bins, mirrored): (&[Complex<f32>; N], &[Complex<f32>; N]),
    twiddles: &[Complex<f32>; N],
    scale: f32,
) {
    let mut mirrored = *mirrored;
    mirrored.reverse();
    let mut images = [0.0; N];
    let lanes = power.iter_mut().zip(&mut images).zip(bins).zip(&mirrored);
    for ((((power, image), z), m), w) in lanes.zip(twiddles) {
        let (even_re, even_im) = (z.re + m.re, z.im - m.im);
        let (odd_re, odd_im) = (z.im + m.im, m.re - z.re);
        let turned_re = w.re * odd_re - w.im * odd_im;
        let turned_im = w.re * odd_im + w.im * odd_re;
        let (re, im) = (even_re + turned_re, even_im + turned_im);
        let (image_re, image_im) = (even_re - turned_re, even_im - turned_im);
        put::<ADDS>(power, scale * (re * re + im * im));
        *image = scale * (image_re * image_re + image_im * image_im);
    }
    images.reverse();
    for (power, image) in mirrored_power.iter_mut().zip(images) {
        put::<ADDS>(power, image);
    }
}
