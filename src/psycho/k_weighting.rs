//! K-weighting of ITU-R BS.1770-5 as a power response, for loudness from spectra.

/// Power gain of the K-weighting at `frequency_hz`. 0 Hz gives 0.
///
/// Source: ITU-R BS.1770-5, annex 1: a high shelf and a high-pass. The analogue prototypes are
/// those that give the standard's 48 kHz coefficients (parameters as in libebur128).
pub fn power_gain(frequency_hz: f64) -> f64 {
    let shelf_hz = 1681.974450955533;
    let shelf_db = 3.999843853973347;
    let shelf_q = 0.7071752369554196;
    let high_pass_hz = 38.13547087602444;
    let high_pass_q = 0.5003270373238773;

    let high = 10f64.powf(shelf_db / 20.0);
    let band = high.powf(0.4996667741545416);
    let w = frequency_hz / shelf_hz;
    let shelf = ((1.0 - high * w * w).powi(2) + (band * w / shelf_q).powi(2))
        / ((1.0 - w * w).powi(2) + (w / shelf_q).powi(2));
    let v = frequency_hz / high_pass_hz;
    let high_pass = v.powi(4) / ((1.0 - v * v).powi(2) + (v / high_pass_q).powi(2));
    shelf * high_pass
}

#[cfg(test)]
mod tests {
    use crate::psycho::k_weighting::power_gain;

    /// Values of the standard's 48 kHz filters at frequencies far below their Nyquist frequency.
    #[test]
    fn matches_the_filters_of_the_standard() {
        let magnitude_db = |frequency_hz: f64| {
            let w = std::f64::consts::TAU * frequency_hz / 48_000.0;
            let response = |b: [f64; 3], a: [f64; 3]| {
                let part = |c: [f64; 3]| {
                    let re = c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos();
                    let im = c[1] * w.sin() + c[2] * (2.0 * w).sin();
                    re * re + im * im
                };
                part(b) / part(a)
            };
            let shelf = response(
                [1.53512485958697, -2.69169618940638, 1.19839281085285],
                [1.0, -1.69065929318241, 0.73248077421585],
            );
            let high_pass = response([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621]);
            10.0 * (shelf * high_pass).log10()
        };
        for frequency_hz in [40.0, 100.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0] {
            let difference_db =
                10.0 * power_gain(frequency_hz).log10() - magnitude_db(frequency_hz);
            assert!(
                difference_db.abs() < 0.05,
                "{frequency_hz} Hz: {difference_db} dB"
            );
        }
    }
}
