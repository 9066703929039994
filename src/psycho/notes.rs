//! Note names: equal temperament, A4 = 440 Hz, C4 is middle C (scientific pitch notation).

use std::fmt;

/// Frequency of A4, Hz (ISO 16).
const A4_HZ: f64 = 440.0;
/// MIDI number of A4.
const A4_NUMBER: f64 = 69.0;

/// A note as its MIDI number: 60 is C4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note(i16);

impl Note {
    /// The note nearest to `hz`; `None` unless it lies between 1 Hz and 100 kHz.
    pub fn nearest(hz: f64) -> Option<Self> {
        (1.0..=100_000.0)
            .contains(&hz)
            .then(|| Self((A4_NUMBER + 12.0 * (hz / A4_HZ).log2()).round() as i16))
    }

    /// Frequency of the note, Hz.
    pub fn hz(self) -> f64 {
        A4_HZ * ((f64::from(self.0) - A4_NUMBER) / 12.0).exp2()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = match self.0.rem_euclid(12) {
            0 => "C",
            1 => "C#",
            2 => "D",
            3 => "Eb",
            4 => "E",
            5 => "F",
            6 => "F#",
            7 => "G",
            8 => "Ab",
            9 => "A",
            10 => "Bb",
            _ => "B",
        };
        write!(f, "{name}{}", self.0.div_euclid(12) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_named_as_on_a_piano() {
        for (hz, name) in [
            (440.0, "A4"),
            (27.5, "A0"),
            (261.63, "C4"),
            (246.94, "B3"),
            (110.0, "A2"),
            (164.81, "E3"),
            (185.0, "F#3"),
            (233.08, "Bb3"),
            (4186.0, "C8"),
            (8.1758, "C-1"),
        ] {
            let note = Note::nearest(hz).unwrap();
            assert_eq!(note.to_string(), name, "{hz} Hz");
            assert!(
                (note.hz() / hz - 1.0).abs() < 1e-4,
                "{hz} Hz: {}",
                note.hz()
            );
        }
    }

    #[test]
    fn the_nearest_note_is_within_a_quarter_tone() {
        for tenth in 300..40_000 {
            let hz = f64::from(tenth) / 10.0;
            let cents = 1200.0 * (Note::nearest(hz).unwrap().hz() / hz).log2();
            assert!(cents.abs() < 50.01, "{hz} Hz: {cents} cents");
        }
    }

    #[test]
    fn what_is_no_frequency_has_no_note() {
        for hz in [0.0, -440.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Note::nearest(hz), None);
        }
    }
}
