//! What can be wrong with a wave file whose audio can still be read.

/// A fault beside the audio, or at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The header was never completed.
    SizeUnknown {
        /// What stands in it, bytes.
        said: u64,
    },
    /// The file ends before its header says.
    Short {
        /// By how much, bytes.
        missing_bytes: u64,
    },
    /// The header counts another length than the rest of the file.
    Size {
        /// What it counts, bytes.
        said: u64,
        /// What is there, bytes.
        found: u64,
    },
    /// A chunk that isn't audio ends in the wrong place.
    Chunk {
        /// Its name.
        id: [u8; 4],
    },
    /// Audio in more than one data chunk.
    SeveralData {
        /// How many there are.
        num_chunks: usize,
    },
    /// The last sample isn't whole.
    PartOfSample,
}

impl Fault {
    /// What it is and what is done about it, for audio of `bytes_per_s`.
    pub fn told(self, bytes_per_s: f64) -> String {
        let seconds = |bytes: u64| bytes as f64 / bytes_per_s.max(1.0);
        let what = match self {
            Self::SizeUnknown { said: 0 } => {
                "its header doesn't say how long it is (data size 0)".into()
            }
            Self::SizeUnknown { said } => {
                format!("its header doesn't say how long it is (data size {said:#x})")
            }
            Self::Short { missing_bytes: 1 } => "its last byte is missing".into(),
            Self::Short { missing_bytes } => format!(
                "its last {missing_bytes} bytes ({:.3} s) are missing",
                seconds(missing_bytes)
            ),
            Self::Size { said, found } => format!(
                "its header counts {:.3} s of audio, but {:.3} s are there",
                seconds(said),
                seconds(found)
            ),
            Self::Chunk { id } => format!("its {} chunk is damaged", id.escape_ascii()),
            Self::SeveralData { num_chunks } => format!("has {num_chunks} data chunks"),
            Self::PartOfSample => "ends within a sample".into(),
        };
        format!("{what}: {}", self.remedy())
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::SizeUnknown { .. } => "read to the end of the file",
            Self::Short { .. } => "what is there is read",
            Self::Size { .. } => "all that is there is read",
            Self::Chunk { .. } => "passed over",
            Self::SeveralData { .. } => "read one after the other",
            Self::PartOfSample => "left out",
        }
    }
}
