//! Numbers to the digits that the JSON has.

pub fn seconds(value_s: f64) -> f64 {
    (value_s * 1000.0).round() / 1000.0
}

pub fn hundredths(value: f32) -> f64 {
    (f64::from(value) * 100.0).round() / 100.0
}

pub fn ten_thousandths(value: f32) -> f64 {
    (f64::from(value) * 10_000.0).round() / 10_000.0
}
