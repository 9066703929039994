//! The cut over time as a CSV table: one row a hop (about 5 ms), from the first cut that can be on.

use std::fmt::Write as _;

use crate::cli::duck_outputs::cut_queue::CutHop;
use crate::cli::errors::Error;
use crate::cli::output_file::OutputFile;
use crate::psycho::bands::NOMINAL_HZ;

/// The table in the making.
pub struct CurvePrint {
    file: OutputFile,
    row: String,
}

impl CurvePrint {
    /// Starts the table in `file` with its header: time in s, one column of dB per band with its
    /// centre in Hz, loss in LU.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn new(mut file: OutputFile) -> Result<Self, Error> {
        let bands: String = NOMINAL_HZ
            .iter()
            .map(|hz| format!(",cut_db_{hz}_hz"))
            .collect();
        file.write_all(format!("time_s{bands},loss_lu\n").as_bytes())?;
        Ok(Self {
            file,
            row: String::new(),
        })
    }

    /// Appends a row.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&mut self, hop: &CutHop) -> Result<(), Error> {
        self.row.clear();
        // Writing to a string doesn't fail.
        let _ = write!(self.row, "{:.4}", hop.time_s);
        for cut_db in hop.cut_band_db {
            let _ = write!(self.row, ",{cut_db:.2}");
        }
        let _ = writeln!(self.row, ",{:.2}", hop.loss_lu);
        self.file.write_all(self.row.as_bytes())
    }

    /// The file, to be finished.
    pub fn complete(self) -> OutputFile {
        self.file
    }
}
