//! Timecode against a second implementation that shares nothing with the first: it counts labels
//! one by one, as a deck does, and leaves out those that drop frame leaves out.

use smpte_timecode::FrameRate;
use underscore::timeline::timecode::{Clock, RATES, parse_label};

/// Hour, minute, second and frame, moved on by counting.
#[derive(Clone, Copy)]
struct Counter([u32; 4]);

impl Counter {
    fn advance(&mut self, labels_per_second: u32, num_dropped: u32) {
        let [hour, minute, second, frame] = &mut self.0;
        *frame += 1;
        if *frame == labels_per_second {
            (*frame, *second) = (0, *second + 1);
        }
        if *second == 60 {
            (*second, *minute) = (0, *minute + 1);
            if *minute == 60 {
                (*minute, *hour) = (0, *hour + 1);
            }
            if *minute % 10 != 0 {
                *frame = num_dropped;
            }
        }
    }

    fn text(&self, separator: char) -> String {
        let [hour, minute, second, frame] = self.0;
        format!("{hour:02}:{minute:02}:{second:02}{separator}{frame:02}")
    }
}

/// Labels per second, labels dropped per minute, and a frame's length as a fraction of s.
fn facts(name: &str) -> (u32, u32, u64, u64) {
    match name {
        "23.976" => (24, 0, 1001, 24_000),
        "24" => (24, 0, 1, 24),
        "25" => (25, 0, 1, 25),
        "29.97df" => (30, 2, 1001, 30_000),
        "29.97" => (30, 0, 1001, 30_000),
        "30" => (30, 0, 1, 30),
        "47.952" => (48, 0, 1001, 48_000),
        "48" => (48, 0, 1, 48),
        "50" => (50, 0, 1, 50),
        "59.94df" => (60, 4, 1001, 60_000),
        "59.94" => (60, 0, 1001, 60_000),
        "60" => (60, 0, 1, 60),
        other => panic!("a rate that the second implementation doesn't know: {other}"),
    }
}

#[test]
fn every_frame_of_24_hours_has_its_label_at_every_rate() {
    for sample_rate_hz in [44_100, 48_000, 96_000] {
        for (name, rate) in RATES {
            let (labels_per_second, num_dropped, numer, denom) = facts(name);
            let separator = if num_dropped > 0 { ';' } else { ':' };
            let clock = Clock::from_samples(0, sample_rate_hz, rate).unwrap();
            let mut counter = Counter([0; 4]);
            let mut frame_idx = 0u64;
            while counter.0[0] < 24 {
                // At most labels a full comparison is dear: all round the minutes, a prime stride
                // elsewhere.
                let [_, _, second, _] = counter.0;
                if second == 0 || second == 59 || frame_idx.is_multiple_of(31) {
                    // The first sample at or after the frame's begin, and the last one before it.
                    let first =
                        (u128::from(frame_idx) * u128::from(numer) * u128::from(sample_rate_hz))
                            .div_ceil(u128::from(denom)) as f64;
                    let time_s = first / f64::from(sample_rate_hz);
                    let label = counter.text(separator);
                    assert_eq!(clock.frame_at(time_s).to_string(), label, "{name}");
                    let before_s = (first - 1.0) / f64::from(sample_rate_hz);
                    assert_eq!(clock.frame_after(before_s).to_string(), label, "{name}");
                    let parsed = parse_label(&label, rate).unwrap();
                    assert_eq!(u64::from(parsed.frames()), frame_idx, "{name}");
                }
                counter.advance(labels_per_second, num_dropped);
                frame_idx += 1;
            }
            assert_eq!(frame_idx, u64::from(rate.frames_per_day()), "{name}");
        }
    }
}

#[test]
fn a_start_in_mid_reel_shifts_every_label_by_whole_frames() {
    for (name, rate) in RATES {
        let (_, _, numer, denom) = facts(name);
        let start = parse_label("09:59:50:12", rate).unwrap();
        let clock = Clock::from_label(start, 48_000);
        for frame_idx in (0..60_000).step_by(7) {
            let middle_s = (frame_idx as f64 + 0.5) * numer as f64 / denom as f64;
            let expected = start.frames() + frame_idx;
            assert_eq!(clock.frame_at(middle_s).frames(), expected, "{name}");
            let label = clock.frame_at(middle_s);
            let begin_s = f64::from(frame_idx) * numer as f64 / denom as f64;
            assert!((clock.time_s(label) - begin_s).abs() < 1e-9, "{name}");
        }
    }
}

#[test]
fn drop_frame_keeps_within_five_frames_of_the_wall_clock_for_a_day() {
    let rate = FrameRate::FPS_29_97_DF;
    let clock = Clock::from_samples(0, 48_000, rate).unwrap();
    for second in 0..24 * 3600 {
        let [hours, minutes, seconds] = [second / 3600, second / 60 % 60, second % 60];
        // The label of this second's first frame that exists.
        let frame = if seconds == 0 && minutes % 10 != 0 {
            2
        } else {
            0
        };
        let label = format!("{hours:02}:{minutes:02}:{seconds:02};{frame:02}");
        let late_s = clock.time_s(parse_label(&label, rate).unwrap()) - f64::from(second);
        // The other way round the clock in its second half.
        let day_s = f64::from(rate.frames_per_day()) * 1001.0 / 30_000.0;
        let late_s = if late_s < -day_s / 2.0 {
            late_s + day_s
        } else {
            late_s
        };
        // Two frames from one drop to the next, and the 2.6 frames that are missing after a day.
        assert!((-0.16..0.07).contains(&late_s), "{label}: {late_s} s");
    }
}
