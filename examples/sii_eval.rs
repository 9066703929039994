//! Computes Speech Intelligibility Indexes for a program that checks them: one JSON object a line on
//! standard input, one a line on standard output. `tests/science/sii_reference.py` drives it.
//!
//! In: `method` (`one_third_octave`, `critical`, `equally_contributing`, `octave`), `speech`, `noise`,
//! `threshold` (dB per band), and optionally `conductive_loss` (dB per band), `binaural` and
//! `importance` (weights per band; without it, average speech) or `material` (name of the material
//! as in the library).
//! Out: `sii`, `masking_db` (Z per band).

use std::io::{BufRead, BufWriter, Write};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use underscore::psycho::sii::{Ears, Sii, SiiInput};
use underscore::psycho::sii_tables::{
    CRITICAL, EQUALLY_CONTRIBUTING, OCTAVE, ONE_THIRD_OCTAVE, Procedure, SpeechMaterial,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    method: Method,
    speech: Vec<f64>,
    noise: Vec<f64>,
    threshold: Vec<f64>,
    conductive_loss: Option<Vec<f64>>,
    #[serde(default)]
    binaural: bool,
    importance: Option<Vec<f64>>,
    material: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Method {
    OneThirdOctave,
    Critical,
    EquallyContributing,
    Octave,
}

#[derive(Serialize)]
struct Outcome {
    sii: f64,
    masking_db: Vec<f64>,
}

fn main() -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (line_idx, line) in std::io::stdin().lock().lines().enumerate() {
        let outcome = serde_json::from_str(&line?)
            .map_err(anyhow::Error::from)
            .and_then(evaluate)
            .with_context(|| format!("line {}", line_idx + 1))?;
        serde_json::to_writer(&mut out, &outcome)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

fn evaluate(case: Case) -> anyhow::Result<Outcome> {
    match case.method {
        Method::OneThirdOctave => evaluate_by(&ONE_THIRD_OCTAVE, case),
        Method::Critical => evaluate_by(&CRITICAL, case),
        Method::EquallyContributing => evaluate_by(&EQUALLY_CONTRIBUTING, case),
        Method::Octave => evaluate_by(&OCTAVE, case),
    }
}

fn evaluate_by<const NUM: usize>(
    procedure: &'static Procedure<NUM>,
    case: Case,
) -> anyhow::Result<Outcome> {
    let sii = match (case.importance, case.material) {
        (None, None) => Sii::new(procedure),
        (Some(importance), None) => Sii::with_importance(procedure, per_band(importance)?)?,
        (None, Some(name)) => SpeechMaterial::ALL
            .into_iter()
            .find(|material| format!("{material:?}") == name)
            .and_then(|material| Sii::for_material(procedure, material))
            .with_context(|| format!("no importance function for the material {name}"))?,
        (Some(_), Some(_)) => bail!("give `importance` or `material`, not both"),
    };
    let input = SiiInput {
        speech_db: per_band(case.speech)?,
        noise_db: per_band(case.noise)?,
        threshold_db_hl: per_band(case.threshold)?,
        conductive_loss_db: case.conductive_loss.map_or(Ok([0.0; NUM]), per_band)?,
        ears: if case.binaural { Ears::Two } else { Ears::One },
    };
    let bands = sii.bands(&input);
    Ok(Outcome {
        sii: sii.index_of(&bands),
        masking_db: bands.iter().map(|band| band.masking_db).collect(),
    })
}

fn per_band<const NUM: usize>(values: Vec<f64>) -> anyhow::Result<[f64; NUM]> {
    let num_values = values.len();
    values
        .try_into()
        .ok()
        .with_context(|| format!("{num_values} values for {NUM} bands"))
}
