//! The cut over time as a CSV table: one row a hop (about 5 ms), from the first cut that can be on.

use crate::cli::duck_outputs::cut_queue::CutHop;
use crate::cli::errors::Error;
use crate::cli::output_file::OutputFile;
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::export::cell_text::CsvStyle;

/// The table in the making.
pub struct CurvePrint {
    file: OutputFile,
    style: CsvStyle,
    row: Vec<u8>,
}

impl CurvePrint {
    /// Starts the table in `file` with its header: time in s, one column of dB per band with its
    /// centre in Hz, loss in LU.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn new(file: OutputFile, style: CsvStyle) -> Result<Self, Error> {
        let mut table = Self {
            file,
            style,
            row: style.mark().to_vec(),
        };
        let bands = NOMINAL_HZ.iter().map(|hz| format!("cut_db_{hz}_hz"));
        let first = std::iter::once("time_s".to_owned());
        table.write_row(first.chain(bands).chain(["loss_lu".into()]))?;
        Ok(table)
    }

    /// Appends a row.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&mut self, hop: &CutHop) -> Result<(), Error> {
        let (time, loss) = (format!("{:.4}", hop.time_s), format!("{:.2}", hop.loss_lu));
        let cuts = hop.cut_band_db.map(|cut_db| format!("{cut_db:.2}"));
        let first = std::iter::once(time);
        self.write_row(first.chain(cuts).chain([loss]))
    }

    fn write_row(&mut self, cells: impl Iterator<Item = String>) -> Result<(), Error> {
        for (cell_idx, cell) in cells.enumerate() {
            if cell_idx > 0 {
                self.row.push(self.style.separator());
            }
            self.row.extend(self.style.cell(cell).into_bytes());
        }
        self.row.push(b'\n');
        self.file.write_all(&self.row)?;
        self.row.clear();
        Ok(())
    }

    /// The file, to be finished.
    pub fn complete(self) -> OutputFile {
        self.file
    }
}
