//! Audiograms that people give: six numbers, or a table of frequencies and thresholds.

use crate::files::text_decoding::decoded;
use crate::psycho::audiogram::{Audiogram, FREQUENCY_RANGE_HZ, SIX_HZ, THRESHOLD_RANGE_DB_HL};

/// Why something is no audiogram.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AudiogramError {
    /// Not six numbers.
    #[error("{0} values: an audiogram has six, in dB HL at 250, 500, 1000, 2000, 4000 and 8000 Hz")]
    NotSix(usize),
    /// Less than six points.
    #[error("{0} points: give at least six, each a frequency in Hz and a threshold in dB HL")]
    TooFew(usize),
    /// Something that is no number.
    #[error("\"{0}\" is no number: give thresholds in dB HL")]
    NotANumber(String),
    /// No threshold of any ear.
    #[error(
        "{0} dB: thresholds are {least} to {most} dB HL",
        least = THRESHOLD_RANGE_DB_HL.start(),
        most = THRESHOLD_RANGE_DB_HL.end()
    )]
    Threshold(f32),
    /// No frequency of an audiogram.
    #[error(
        "{0} Hz: frequencies are {least} to {most} Hz",
        least = FREQUENCY_RANGE_HZ.start(),
        most = FREQUENCY_RANGE_HZ.end()
    )]
    Frequency(f32),
    /// A frequency twice.
    #[error("{0} Hz is there twice: give one threshold for each frequency")]
    Twice(f32),
    /// A row that has not two columns.
    #[error("line {line}: {num_columns} columns: give a frequency in Hz and a threshold in dB HL")]
    Columns {
        /// Line of the file, from 1.
        line: usize,
        /// How many it has.
        num_columns: usize,
    },
}

/// The audiogram of six thresholds, dB HL, in the order of [`SIX_HZ`].
///
/// # Errors
/// Unless they are six numbers that are thresholds.
pub fn of_six<'a>(values: impl Iterator<Item = &'a str>) -> Result<Audiogram, AudiogramError> {
    let db_hl: Vec<f32> = values.map(threshold).collect::<Result<_, _>>()?;
    if db_hl.len() != SIX_HZ.len() {
        return Err(AudiogramError::NotSix(db_hl.len()));
    }
    Ok(Audiogram::through(&SIX_HZ, &db_hl))
}

/// The audiogram in a file: six thresholds, or rows of a frequency in Hz and a threshold in dB HL, with or
/// without a row of headings; commas, semicolons, tabs or spaces between them.
///
/// # Errors
/// If it is neither.
pub fn parse(bytes: &[u8]) -> Result<Audiogram, AudiogramError> {
    let text = decoded(bytes);
    let is_separator = |c: char| matches!(c, ',' | ';') || c.is_whitespace();
    let mut rows: Vec<(usize, Vec<&str>)> = text
        .lines()
        .enumerate()
        .map(|(line_idx, line)| {
            let values = line.split(is_separator).filter(|it| !it.is_empty());
            (line_idx + 1, values.collect())
        })
        .filter(|(_, values): &(usize, Vec<&str>)| !values.is_empty())
        .collect();
    let is_heading = |values: &[&str]| values.iter().all(|it| it.parse::<f32>().is_err());
    if rows.len() > 1 && is_heading(&rows[0].1) {
        rows.remove(0);
    }
    let is_table = rows.len() > 1 && rows.iter().any(|(_, values)| values.len() > 1);
    if !is_table {
        return of_six(rows.iter().flat_map(|(_, values)| values.iter().copied()));
    }
    let mut points = Vec::new();
    for (line, values) in &rows {
        let &[hz, db_hl] = values.as_slice() else {
            return Err(AudiogramError::Columns {
                line: *line,
                num_columns: values.len(),
            });
        };
        points.push((frequency(hz)?, threshold(db_hl)?));
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let Some(pair) = points.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(AudiogramError::Twice(pair[0].0));
    }
    if points.len() < SIX_HZ.len() {
        return Err(AudiogramError::TooFew(points.len()));
    }
    let (hz, db_hl): (Vec<f32>, Vec<f32>) = points.into_iter().unzip();
    Ok(Audiogram::through(&hz, &db_hl))
}

fn number(text: &str) -> Result<f32, AudiogramError> {
    let number = text.trim().parse::<f32>().ok().filter(|it| it.is_finite());
    number.ok_or_else(|| AudiogramError::NotANumber(text.trim().into()))
}

fn threshold(text: &str) -> Result<f32, AudiogramError> {
    let db_hl = number(text)?;
    match THRESHOLD_RANGE_DB_HL.contains(&db_hl) {
        true => Ok(db_hl),
        false => Err(AudiogramError::Threshold(db_hl)),
    }
}

fn frequency(text: &str) -> Result<f32, AudiogramError> {
    let hz = number(text)?;
    match FREQUENCY_RANGE_HZ.contains(&hz) {
        true => Ok(hz),
        false => Err(AudiogramError::Frequency(hz)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_numbers_and_tables_are_audiograms() {
        let six = of_six("20/20/25/35/45/50".split('/')).unwrap();
        for text in [
            "20,20,25,35,45,50",
            "20\n20\n25\n35\n45\n50\n",
            "Hz;dB HL\n250;20\n500;20\n1000;25\n2000;35\n4000;45\n8000;50\n",
            "8000 50\n250 20\n500 20\n1000 25\n2000 35\n4000 45\n",
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(six), "{text:?}");
        }
    }

    #[test]
    fn what_is_none_says_the_rule() {
        use AudiogramError::*;
        for (text, error) in [
            ("20,20,25,35,45", NotSix(5)),
            ("20,20,25,35,45,200", Threshold(200.0)),
            ("20,20,x,35,45,50", NotANumber("x".into())),
            ("", NotSix(0)),
            ("20,20,nan,35,45,50", NotANumber("nan".into())),
            ("250,20\n500,20\n1000,20\n2000,20\n4000,20", TooFew(5)),
            (
                "250,20\n250,20\n1000,20\n2000,20\n4000,20\n8000,2",
                Twice(250.0),
            ),
            (
                "250,20\n500,20,7",
                Columns {
                    line: 2,
                    num_columns: 3,
                },
            ),
            ("25,20\n500,20", Frequency(25.0)),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(error), "{text:?}");
        }
    }
}
