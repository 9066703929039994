//! What makes the figures of a pair doubtful: the two inputs don't fit, or aren't what they should be.

/// Which of the two inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The dialogue.
    Dialogue,
    /// The music.
    Music,
}

impl Input {
    /// The input in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dialogue => "dialogue",
            Self::Music => "music",
        }
    }
}

/// The music inside the dialogue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuideMusic {
    /// How much later the dialogue has it, s.
    pub shift_s: f64,
    /// Its level in the dialogue over its level in the music, dB.
    pub gain_db: f64,
    /// What is left of it when it is taken out, dB, if it is the same at a constant gain and delay.
    pub residual_db: Option<f64>,
}

/// One thing that is wrong with the inputs.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// The dialogue has the music in it; how, if that was measured.
    DialogueHoldsMusic(Option<GuideMusic>),
    /// The music has the dialogue in it.
    MusicHoldsDialogue,
    /// The voice is in the music, and none in the dialogue.
    Swapped,
    /// Samples far above full scale, as of integers that were written as floats.
    TooLoud {
        /// Whose.
        input: Input,
        /// Highest level, dBFS.
        dbfs: f32,
    },
    /// The dialogue is so soft that not all of it may be found, and too little heard for a verdict.
    VerySoft {
        /// Highest level, dBFS.
        dbfs: f32,
    },
    /// The channels of the dialogue cancel each other in mono.
    OppositePhase,
    /// Nothing but timecode.
    Timecode(Input),
    /// Stems that are not in the music as they are.
    ForeignStems(Vec<String>),
    /// Music that is in none of the stems.
    MissingStem {
        /// Its level under that of the music, dB; negative.
        rest_db: f32,
    },
}

/// Largest gain of the dialogue before the analysis, dB.
const MAX_TRIM_DB: f32 = 24.0;

/// Level to which a very soft dialogue is best brought, dBFS: that of a usual mix's peaks of speech.
const USUAL_DBFS: f32 = -20.0;

impl Doubt {
    /// Whether no figure can be trusted, so that nothing may be called clear.
    pub fn is_grave(&self) -> bool {
        !matches!(self, Self::MissingStem { .. })
    }

    /// A name for programs.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::DialogueHoldsMusic(_) => "dialogue_holds_music",
            Self::MusicHoldsDialogue => "music_holds_dialogue",
            Self::Swapped => "swapped",
            Self::TooLoud { .. } => "too_loud",
            Self::VerySoft { .. } => "very_soft",
            Self::OppositePhase => "opposite_phase",
            Self::Timecode(_) => "timecode",
            Self::ForeignStems(_) => "foreign_stems",
            Self::MissingStem { .. } => "missing_stem",
        }
    }

    /// What is wrong and what to do, in a sentence or two for the window of a plugin.
    pub fn notice(&self) -> &'static str {
        match self {
            Self::DialogueHoldsMusic(_) => {
                "The dialogue has the music in it, so that nothing seems hidden. Send dialogue alone."
            }
            Self::MusicHoldsDialogue => "The music has the dialogue in it. Send music alone.",
            Self::Swapped => {
                "The voice is on the music bus, and none on the sidechain. Are the two swapped?"
            }
            Self::TooLoud { .. } => {
                "An input is far above full scale. Turn it down where it comes from."
            }
            Self::VerySoft { .. } => "The dialogue is too soft to be judged. Raise it, or Trim.",
            Self::OppositePhase => {
                "The dialogue's channels have opposite phases: it vanishes in mono. Turn one round."
            }
            Self::Timecode(_) => "An input is timecode.",
            Self::ForeignStems(_) | Self::MissingStem { .. } => {
                "The stems don't add up to the music."
            }
        }
    }

    /// What is wrong and what to do, as a sentence without its full stop. Shifts are told in frames of
    /// `fps`, too.
    pub fn text(&self, fps: Option<f64>) -> String {
        match self {
            Self::DialogueHoldsMusic(None) => {
                "the dialogue holds the music, which then hides nothing: give dialogue without it"
                    .into()
            }
            Self::DialogueHoldsMusic(Some(guide)) => guide.text(fps),
            Self::MusicHoldsDialogue => {
                "the music holds the dialogue, as a whole mix does: give the music alone".into()
            }
            Self::Swapped => "the voice is in the music, and none in the dialogue: are the two \
                              swapped? Dialogue comes first"
                .into(),
            Self::TooLoud { input, dbfs } => format!(
                "the {} reaches {dbfs:+.0} dBFS: its samples aren't scaled to full scale; \
                 export it again",
                input.word()
            ),
            Self::VerySoft { dbfs } => {
                let trim_db = (USUAL_DBFS - dbfs).clamp(0.0, MAX_TRIM_DB).floor();
                format!(
                    "the dialogue is very soft, {dbfs:.0} dBFS at most, too soft to be found and \
                     judged for certain: raise it, or with --trim {trim_db} (Trim in the plugin)"
                )
            }
            Self::OppositePhase => "the channels of the dialogue have opposite phases, so that it \
                                    vanishes in mono: turn one round"
                .into(),
            Self::Timecode(input) => format!(
                "the {} is timecode (LTC) and nothing else: give another file",
                input.word()
            ),
            Self::ForeignStems(names) => format!(
                "the stems don't add up to the music: {} {} not in it at this level and time; \
                 export all from one version",
                names.join(", "),
                if names.len() == 1 { "is" } else { "are" },
            ),
            Self::MissingStem { rest_db } => format!(
                "the stems don't add up to the music: what is in none of them is {:.1} dB under it",
                -rest_db
            ),
        }
    }
}

impl GuideMusic {
    fn text(&self, fps: Option<f64>) -> String {
        // Rates that the count of frames is told at where none is known.
        let fps = fps.unwrap_or(24.0);
        let shift_ms = 1000.0 * self.shift_s;
        let place = match shift_ms.abs() < 0.05 {
            true => "in time with it".to_owned(),
            false => format!(
                "{:.1} ms ({:.2} frames at {fps}) {}",
                shift_ms.abs(),
                shift_ms.abs() * 1e-3 * fps,
                if shift_ms > 0.0 { "later" } else { "earlier" }
            ),
        };
        // Not -0.0.
        let gain_db = (10.0 * self.gain_db).round() / 10.0 + 0.0;
        match self.residual_db {
            Some(residual_db) => format!(
                "the dialogue holds the music, {place}, at {gain_db:+.1} dB, the same but for that \
                 ({residual_db:.0} dB are left of it): --subtract-music takes it out, or give \
                 dialogue without it"
            ),
            None => format!(
                "the dialogue holds the music, {place}, in another form than the music has: give \
                 dialogue without it"
            ),
        }
    }
}

/// Whether there is a grave one among `doubts`.
pub fn are_grave(doubts: &[Doubt]) -> bool {
    doubts.iter().any(Doubt::is_grave)
}
