//! The constants of ANSI S3.5-1997 (R2017), tables 1 to 4 and B.1 to B.3: bands, speech spectra,
//! reference internal noise and importance functions of the four procedures.
//!
//! Source: the figures of the standard as the CRAN package SII 1.0.3.1 ships them; the
//! one-third-octave table also agrees with the PyPI package speech-intelligibility-index 1.0.2
//! (which follows H. Müsch's program). What is odd in the figures is kept as published:
//!
//! - The Connected Speech Test (CST) isn't in the standard. Its one-third-octave column is that of
//!   `CSTdata.txt` at sii.to; Müsch's program has 0.0082 instead of 0.0131 at 160 Hz and 0.0275
//!   instead of 0.0477 at 8 kHz (the test's own table has one band more at each end). The indexes of
//!   the two differ by at most 0.0251.
//! - Some importance functions don't sum to one: equally-contributing average 0.9996; critical NU-6
//!   0.9998; one-third octave SPIN 0.9999 and CST 1.0001; octave CID W-22 0.9978, NU-6 0.9780 and
//!   CST 1.0001. The index of undisturbed speech is at most that sum.
//! - Normal speech at 2500 Hz is 13.80 dB in the critical-band table and 13.18 dB in the
//!   one-third-octave table; at all other shared frequencies the two agree.
//! - Shouted speech at 450 Hz is 48.46 dB in the critical-band table and 48.48 dB in the
//!   equally-contributing one.

/// The constants of one procedure with `NUM` bands.
#[derive(Debug)]
pub struct Procedure<const NUM: usize> {
    /// Mid-band frequencies f, Hz, rising.
    pub centre_hz: [f64; NUM],
    /// Widths of the bands, and with them how masking spreads.
    pub kind: BandKind<NUM>,
    /// Reference internal noise spectrum level X, dB.
    pub internal_noise_db: [f64; NUM],
    /// Standard speech spectrum level, dB SPL in 1 Hz at 1 m, in the order of [`VocalEffort::ALL`];
    /// the first is U, the reference of the level distortion.
    speech_db: [[f64; NUM]; 4],
    /// Importance I for average speech.
    average_importance: [f64; NUM],
    /// Importance for the other materials, in the order of [`SpeechMaterial::ALL`].
    other_importance: Option<[[f64; NUM]; 7]>,
}

/// The widths of the bands of a procedure, and with them the rule by which masking spreads.
#[derive(Debug)]
pub enum BandKind<const NUM: usize> {
    /// One-third octaves.
    OneThirdOctave {
        /// 10 log10 of the width in Hz.
        bandwidth_db: [f64; NUM],
    },
    /// Critical bands.
    Critical {
        /// Lower limits l, Hz.
        lower_hz: [f64; NUM],
        /// Upper limits h, Hz.
        upper_hz: [f64; NUM],
    },
    /// Octaves, between which the standard lets no masking spread.
    Octave {
        /// 10 log10 of the width in Hz.
        bandwidth_db: [f64; NUM],
    },
}

impl<const NUM: usize> Procedure<NUM> {
    /// Standard speech spectrum level of `effort`, dB SPL in 1 Hz at one metre.
    pub fn speech_db(&self, effort: VocalEffort) -> &[f64; NUM] {
        let [normal, raised, loud, shout] = &self.speech_db;
        match effort {
            VocalEffort::Normal => normal,
            VocalEffort::Raised => raised,
            VocalEffort::Loud => loud,
            VocalEffort::Shout => shout,
        }
    }

    /// Importance function of average speech (tables 1 to 4).
    pub fn average_importance(&self) -> &[f64; NUM] {
        &self.average_importance
    }

    /// Importance function of `material`; `None` where none is published (table 2 has that of
    /// average speech only).
    pub fn importance(&self, material: SpeechMaterial) -> Option<&[f64; NUM]> {
        let other = self.other_importance.as_ref();
        match material {
            SpeechMaterial::Average => Some(&self.average_importance),
            SpeechMaterial::NonsenseSyllables => other.map(|columns| &columns[0]),
            SpeechMaterial::CidW22 => other.map(|columns| &columns[1]),
            SpeechMaterial::Nu6 => other.map(|columns| &columns[2]),
            SpeechMaterial::DiagnosticRhyme => other.map(|columns| &columns[3]),
            SpeechMaterial::ShortPassages => other.map(|columns| &columns[4]),
            SpeechMaterial::Spin => other.map(|columns| &columns[5]),
            SpeechMaterial::ConnectedSpeech => other.map(|columns| &columns[6]),
        }
    }

    /// Width of each band, dB re 1 Hz: what to take from the level of a band to get its spectrum
    /// level.
    pub fn bandwidth_db(&self) -> [f64; NUM] {
        match &self.kind {
            BandKind::OneThirdOctave { bandwidth_db } | BandKind::Octave { bandwidth_db } => {
                *bandwidth_db
            }
            BandKind::Critical { lower_hz, upper_hz } => {
                let mut width_db = [0.0; NUM];
                for ((width_db, lower_hz), upper_hz) in
                    width_db.iter_mut().zip(lower_hz).zip(upper_hz)
                {
                    *width_db = 10.0 * (upper_hz - lower_hz).log10();
                }
                width_db
            }
        }
    }
}

/// Standard speech at one metre from the lips, by vocal effort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VocalEffort {
    /// Normal.
    Normal,
    /// Raised.
    Raised,
    /// Loud.
    Loud,
    /// Shouted.
    Shout,
}

impl VocalEffort {
    /// Every effort, softest first.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Raised, Self::Loud, Self::Shout];

    /// Overall level of the standard speech spectrum, dB SPL at one metre (table 3, last row).
    pub fn overall_level_db_spl(self) -> f64 {
        match self {
            Self::Normal => 62.35,
            Self::Raised => 68.34,
            Self::Loud => 74.85,
            Self::Shout => 82.3,
        }
    }
}

/// Speech material, by which the importance of the bands differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechMaterial {
    /// Average speech (tables 1 to 4).
    Average,
    /// Nonsense syllables in which most English phonemes occur equally often.
    NonsenseSyllables,
    /// Monosyllabic words, CID W-22.
    CidW22,
    /// Monosyllabic words, NU-6.
    Nu6,
    /// Diagnostic Rhyme Test.
    DiagnosticRhyme,
    /// Short passages of easy reading.
    ShortPassages,
    /// Sentences in noise, SPIN.
    Spin,
    /// Connected Speech Test; not in the standard (see the head of this file).
    ConnectedSpeech,
}

impl SpeechMaterial {
    /// Every material, in the order of the standard's columns.
    pub const ALL: [Self; 8] = [
        Self::Average,
        Self::NonsenseSyllables,
        Self::CidW22,
        Self::Nu6,
        Self::DiagnosticRhyme,
        Self::ShortPassages,
        Self::Spin,
        Self::ConnectedSpeech,
    ];
}

/// The one-third-octave procedure: 18 bands, 160 Hz to 8 kHz (tables 3 and B.2).
pub static ONE_THIRD_OCTAVE: Procedure<18> = Procedure {
    centre_hz: [
        160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1000.0, 1250.0, 1600.0, 2000.0,
        2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0,
    ],
    kind: BandKind::OneThirdOctave {
        bandwidth_db: [
            15.65, 16.65, 17.65, 18.65, 19.65, 20.65, 21.65, 22.65, 23.65, 24.65, 25.65, 26.65,
            27.65, 28.65, 29.65, 30.65, 31.65, 32.65,
        ],
    },
    internal_noise_db: [
        0.6, -1.7, -3.9, -6.1, -8.2, -9.7, -10.8, -11.9, -12.5, -13.5, -15.4, -17.7, -21.2, -24.2,
        -25.9, -23.6, -15.8, -7.1,
    ],
    speech_db: [
        // normal
        [
            32.41, 34.48, 34.75, 33.98, 34.59, 34.27, 32.06, 28.3, 25.01, 23.0, 20.15, 17.32,
            13.18, 11.55, 9.33, 5.31, 2.59, 1.13,
        ],
        // raised
        [
            33.81, 33.92, 38.98, 38.57, 39.11, 40.15, 38.78, 36.37, 33.86, 31.89, 28.58, 25.32,
            22.35, 20.15, 16.78, 11.47, 7.67, 5.07,
        ],
        // loud
        [
            35.29, 37.76, 41.55, 43.78, 43.3, 44.85, 45.55, 44.05, 42.16, 40.53, 37.7, 34.39,
            30.98, 28.21, 25.41, 18.35, 13.87, 11.39,
        ],
        // shout
        [
            30.77, 36.65, 42.5, 46.51, 47.4, 49.24, 51.21, 51.44, 51.31, 49.63, 47.65, 44.32, 40.8,
            38.13, 34.41, 28.24, 23.45, 20.72,
        ],
    ],
    average_importance: [
        0.0083, 0.0095, 0.015, 0.0289, 0.044, 0.0578, 0.0653, 0.0711, 0.0818, 0.0844, 0.0882,
        0.0898, 0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185,
    ],
    other_importance: Some([
        // NonsenseSyllables
        [
            0.0, 0.0, 0.0153, 0.0284, 0.0363, 0.0422, 0.0509, 0.0584, 0.0667, 0.0774, 0.0893,
            0.1104, 0.112, 0.0981, 0.0867, 0.0728, 0.0551, 0.0,
        ],
        // CidW22
        [
            0.0365, 0.0279, 0.0405, 0.05, 0.053, 0.0518, 0.0514, 0.0575, 0.0717, 0.0873, 0.0902,
            0.0938, 0.0928, 0.0678, 0.0498, 0.0312, 0.0215, 0.0253,
        ],
        // Nu6
        [
            0.0168, 0.013, 0.0211, 0.0344, 0.0517, 0.0737, 0.0658, 0.0644, 0.0664, 0.0802, 0.0987,
            0.1171, 0.0932, 0.0783, 0.0562, 0.0337, 0.0177, 0.0176,
        ],
        // DiagnosticRhyme
        [
            0.0, 0.024, 0.033, 0.039, 0.0571, 0.0691, 0.0781, 0.0751, 0.0781, 0.0811, 0.0961,
            0.0901, 0.0781, 0.0691, 0.048, 0.033, 0.027, 0.024,
        ],
        // ShortPassages
        [
            0.0114, 0.0153, 0.0179, 0.0558, 0.0898, 0.0944, 0.0709, 0.066, 0.0628, 0.0672, 0.0747,
            0.0755, 0.082, 0.0808, 0.0483, 0.0453, 0.0274, 0.0145,
        ],
        // Spin
        [
            0.0, 0.0255, 0.0256, 0.036, 0.0362, 0.0514, 0.0616, 0.077, 0.0718, 0.0718, 0.1075,
            0.0921, 0.1026, 0.0922, 0.0719, 0.0461, 0.0306, 0.0,
        ],
        // ConnectedSpeech
        [
            0.0131, 0.0168, 0.0255, 0.0374, 0.0637, 0.0694, 0.0529, 0.0374, 0.0441, 0.0784, 0.1035,
            0.1023, 0.0926, 0.0738, 0.0596, 0.0454, 0.0365, 0.0477,
        ],
    ]),
};

/// The critical-band procedure: 21 bands, 150 Hz to 8.5 kHz (tables 1 and B.1).
pub static CRITICAL: Procedure<21> = Procedure {
    centre_hz: [
        150.0, 250.0, 350.0, 450.0, 570.0, 700.0, 840.0, 1000.0, 1170.0, 1370.0, 1600.0, 1850.0,
        2150.0, 2500.0, 2900.0, 3400.0, 4000.0, 4800.0, 5800.0, 7000.0, 8500.0,
    ],
    kind: BandKind::Critical {
        lower_hz: [
            100.0, 200.0, 300.0, 400.0, 510.0, 630.0, 770.0, 920.0, 1080.0, 1270.0, 1480.0, 1720.0,
            2000.0, 2320.0, 2700.0, 3150.0, 3700.0, 4400.0, 5300.0, 6400.0, 7700.0,
        ],
        upper_hz: [
            200.0, 300.0, 400.0, 510.0, 630.0, 770.0, 920.0, 1080.0, 1270.0, 1480.0, 1720.0,
            2000.0, 2320.0, 2700.0, 3150.0, 3700.0, 4400.0, 5300.0, 6400.0, 7700.0, 9500.0,
        ],
    },
    internal_noise_db: [
        1.5, -3.9, -7.2, -8.9, -10.3, -11.4, -12.0, -12.5, -13.2, -14.0, -15.4, -16.9, -18.8,
        -21.2, -23.2, -24.9, -25.9, -24.2, -19.0, -11.7, -6.0,
    ],
    speech_db: [
        // normal
        [
            31.44, 34.75, 34.14, 34.58, 33.17, 30.64, 27.59, 25.01, 23.52, 22.28, 20.15, 18.29,
            16.37, 13.8, 12.21, 11.09, 9.33, 5.84, 3.47, 1.78, -0.14,
        ],
        // raised
        [
            34.06, 38.98, 38.62, 39.84, 39.44, 37.99, 35.85, 33.86, 32.56, 30.91, 28.58, 26.37,
            24.34, 22.35, 21.04, 19.56, 16.78, 12.14, 9.04, 6.36, 3.44,
        ],
        // loud
        [
            34.21, 41.55, 43.68, 44.08, 45.34, 45.22, 43.6, 42.16, 41.07, 39.68, 37.7, 35.62,
            33.17, 30.98, 29.01, 27.71, 25.41, 19.2, 15.37, 12.61, 9.62,
        ],
        // shout
        [
            28.69, 42.5, 47.14, 48.46, 50.17, 51.68, 51.43, 51.31, 49.4, 49.03, 47.65, 45.47,
            43.13, 40.8, 39.15, 37.3, 34.41, 29.01, 25.17, 22.08, 18.76,
        ],
    ],
    average_importance: [
        0.0103, 0.0261, 0.0419, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577,
        0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.0577, 0.046, 0.0343, 0.0226, 0.011,
    ],
    other_importance: Some([
        // NonsenseSyllables
        [
            0.0, 0.023, 0.0385, 0.041, 0.0433, 0.0472, 0.0473, 0.047, 0.0517, 0.0537, 0.0582,
            0.0679, 0.0745, 0.075, 0.0685, 0.0662, 0.0636, 0.0607, 0.0511, 0.0216, 0.0,
        ],
        // CidW22
        [
            0.0507, 0.0677, 0.0641, 0.0552, 0.0474, 0.0468, 0.0466, 0.0502, 0.0586, 0.0591, 0.0586,
            0.0609, 0.0596, 0.0618, 0.0501, 0.0439, 0.037, 0.0268, 0.0201, 0.0186, 0.0162,
        ],
        // Nu6
        [
            0.0234, 0.0366, 0.052, 0.0672, 0.0638, 0.0566, 0.0503, 0.0465, 0.0539, 0.0576, 0.0642,
            0.0741, 0.0709, 0.0621, 0.0553, 0.0505, 0.0417, 0.0291, 0.0186, 0.0141, 0.0113,
        ],
        // DiagnosticRhyme
        [
            0.0122, 0.0553, 0.0581, 0.0672, 0.068, 0.0667, 0.0587, 0.0547, 0.0563, 0.0575, 0.0625,
            0.0598, 0.0555, 0.0521, 0.048, 0.0443, 0.0356, 0.028, 0.0237, 0.0205, 0.0153,
        ],
        // ShortPassages
        [
            0.0192, 0.0312, 0.0926, 0.1031, 0.0735, 0.0611, 0.0495, 0.044, 0.044, 0.049, 0.0486,
            0.0493, 0.049, 0.0547, 0.0555, 0.0493, 0.0359, 0.0387, 0.0256, 0.0219, 0.0043,
        ],
        // Spin
        [
            0.013, 0.0478, 0.0451, 0.047, 0.0523, 0.0591, 0.0591, 0.0503, 0.0503, 0.0556, 0.0699,
            0.0625, 0.0602, 0.0684, 0.0638, 0.0605, 0.0534, 0.0394, 0.0291, 0.0132, 0.0,
        ],
        // ConnectedSpeech
        [
            0.0654, 0.0603, 0.0707, 0.0556, 0.0404, 0.0299, 0.0307, 0.0494, 0.0571, 0.0677, 0.0671,
            0.0644, 0.0611, 0.0529, 0.049, 0.0448, 0.0376, 0.0322, 0.026, 0.0231, 0.0146,
        ],
    ]),
};

/// The procedure of 17 equally contributing critical bands, 350 Hz to 5.8 kHz (table 2).
pub static EQUALLY_CONTRIBUTING: Procedure<17> = Procedure {
    centre_hz: [
        350.0, 450.0, 570.0, 700.0, 840.0, 1000.0, 1170.0, 1370.0, 1600.0, 1850.0, 2150.0, 2500.0,
        2900.0, 3400.0, 4000.0, 4800.0, 5800.0,
    ],
    kind: BandKind::Critical {
        lower_hz: [
            300.0, 400.0, 510.0, 630.0, 770.0, 920.0, 1080.0, 1270.0, 1480.0, 1720.0, 2000.0,
            2320.0, 2700.0, 3150.0, 3700.0, 4400.0, 5300.0,
        ],
        upper_hz: [
            400.0, 510.0, 630.0, 770.0, 920.0, 1080.0, 1270.0, 1480.0, 1720.0, 2000.0, 2320.0,
            2700.0, 3150.0, 3700.0, 4400.0, 5300.0, 6400.0,
        ],
    },
    internal_noise_db: [
        -7.2, -8.9, -10.3, -11.4, -12.0, -12.5, -13.2, -14.0, -15.4, -16.9, -18.8, -21.2, -23.2,
        -24.9, -25.9, -24.2, -19.0,
    ],
    speech_db: [
        // normal
        [
            34.14, 34.58, 33.17, 30.64, 27.59, 25.01, 23.52, 22.28, 20.15, 18.29, 16.37, 13.8,
            12.21, 11.09, 9.33, 5.84, 3.47,
        ],
        // raised
        [
            38.62, 39.84, 39.44, 37.99, 35.85, 33.86, 32.56, 30.91, 28.58, 26.37, 24.34, 22.35,
            21.04, 19.56, 16.78, 12.14, 9.04,
        ],
        // loud
        [
            43.68, 44.08, 45.34, 45.22, 43.6, 42.16, 41.07, 39.68, 37.7, 35.62, 33.17, 30.98,
            29.01, 27.71, 25.41, 19.2, 15.37,
        ],
        // shout
        [
            47.14, 48.48, 50.17, 51.68, 51.43, 51.31, 49.4, 49.03, 47.65, 45.47, 43.13, 40.8,
            39.15, 37.3, 34.41, 29.01, 25.17,
        ],
    ],
    average_importance: [
        0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588,
        0.0588, 0.0588, 0.0588, 0.0588, 0.0588, 0.0588,
    ],
    other_importance: None,
};

/// The octave procedure: 6 bands, 250 Hz to 8 kHz, without spread of masking (tables 4 and B.3).
pub static OCTAVE: Procedure<6> = Procedure {
    centre_hz: [250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0],
    kind: BandKind::Octave {
        bandwidth_db: [22.48, 25.48, 28.48, 31.48, 34.48, 37.48],
    },
    internal_noise_db: [-3.9, -9.7, -12.5, -17.7, -25.9, -7.1],
    speech_db: [
        // normal
        [34.75, 34.27, 25.01, 17.32, 9.33, 1.13],
        // raised
        [38.98, 40.15, 33.86, 25.32, 16.78, 5.07],
        // loud
        [41.55, 44.85, 42.16, 34.39, 25.41, 11.39],
        // shout
        [42.5, 49.24, 51.31, 44.32, 34.41, 20.72],
    ],
    average_importance: [0.0617, 0.1671, 0.2373, 0.2648, 0.2142, 0.0549],
    other_importance: Some([
        // NonsenseSyllables
        [0.0437, 0.1294, 0.2025, 0.3117, 0.2576, 0.0551],
        // CidW22
        [0.1549, 0.1562, 0.2165, 0.2768, 0.1466, 0.0468],
        // Nu6
        [0.0653, 0.1912, 0.211, 0.309, 0.1662, 0.0353],
        // DiagnosticRhyme
        [0.096, 0.2043, 0.2343, 0.2643, 0.1501, 0.051],
        // ShortPassages
        [0.1004, 0.2551, 0.196, 0.2322, 0.1744, 0.0419],
        // Spin
        [0.0871, 0.1493, 0.2206, 0.3022, 0.2102, 0.0306],
        // ConnectedSpeech
        [0.0928, 0.186, 0.1599, 0.2984, 0.1788, 0.0842],
    ]),
};
