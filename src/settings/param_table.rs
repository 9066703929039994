//! The table of all parameters, in the order in which hosts list them.

use crate::settings::param_row::{
    About, Choice, ChoiceFlag, Continuous, Flag, ParamRow, Remote, RemotePage, Scale, StripPlace,
    Switch, Unit, Variant,
};
use crate::settings::values::{
    Audience, Automation, Ears, Elsewhere, Listen, LookAhead, Mode, Pass, Range, Settings, Steer,
    blank,
};

/// Makes a constant of each row, and the table of them.
macro_rules! table {
    ($($(#[$doc:meta])* $NAME:ident: $Kind:ident $(<$T:ty>)? { $($fields:tt)* })*) => {
        $($(#[$doc])* pub const $NAME: $Kind $(<$T>)? = $Kind { $($fields)* };)*

        /// All parameters, in the order in which hosts list them.
        pub const TABLE: &[ParamRow] = &[$(ParamRow::$Kind(&$NAME)),*];
    };
}

table! {
    /// Mode: what the engine does with the music.
    MODE: Choice<Mode> {
        about: About {
            id: "mode", name: "Mode", short_name: "Mode", group: "",
            help: "What is done with the music",
            is_in_presets: true, remote: duck_page(0),
        },
        variants: &[
            Variant { value: Mode::Meter, id: "meter", name: "Meter",
                help: "Measures; the music passes untouched" },
            Variant { value: Mode::Duck, id: "duck", name: "Duck",
                help: "Cuts what hides the words, and nothing while nobody speaks" },
        ],
        flag: None,
        field: Some(|it| &mut it.mode),
    }

    /// Steer: what decides how much music the duck takes.
    STEER: Choice<Steer> {
        about: About {
            id: "steer", name: "Steer", short_name: "Steer", group: "Duck",
            help: "What decides how much music is given up",
            is_in_presets: true, remote: duck_page(1),
        },
        variants: &[
            Variant { value: Steer::Target, id: "target", name: "Target",
                help: "Each line gets the cut that it needs to reach Target; clear lines cost no music" },
            Variant { value: Steer::Amount, id: "amount", name: "Amount",
                help: "The music gives up the same loudness everywhere while somebody speaks" },
        ],
        flag: Some(ChoiceFlag {
            flag: Flag { name: "steer", value_name: "STEER", place: 0,
                help: "What decides how much music is given up [default: target, or amount with --amount-lu]" },
            variant_helps: &[
                "As much as each line needs to reach --target",
                "The same loudness everywhere: --amount-lu",
            ],
        }),
        field: Some(|it| &mut it.steer),
    }

    /// Amount: music loudness given up while somebody speaks, LU (with [`Steer::Amount`]).
    AMOUNT_LU: Continuous {
        about: About {
            id: "amount", name: "Amount", short_name: "Amount", group: "Duck",
            help: "music loudness given up while somebody speaks, LU",
            is_in_presets: true, remote: duck_page(3),
        },
        unit: Unit::Lu,
        range: Range::new(0.0, 6.0, 2.0),
        scale: Scale::Linear,
        flag: Some(Flag { name: "amount-lu", value_name: "LU", place: 1,
            help: "Music loudness to give up while somebody speaks" }),
        strip: Some(StripPlace { slot: 0, only_with: Some(Steer::Amount) }),
        field: |it| &mut it.amount_lu,
    }

    /// Target: audibility of the line that the duck aims at, 0 to 1 (with [`Steer::Target`]).
    TARGET: Continuous {
        about: About {
            id: "target", name: "Target", short_name: "Target", group: "Duck",
            help: "audibility that a line should reach, %",
            is_in_presets: true, remote: duck_page(2),
        },
        unit: Unit::Percent,
        range: Range::new(0.5, 0.8, 0.65),
        scale: Scale::Linear,
        flag: Some(Flag { name: "target", value_name: "SHARE", place: 2,
            help: "Audibility that each line is brought up to" }),
        strip: Some(StripPlace { slot: 0, only_with: Some(Steer::Target) }),
        field: |it| &mut it.target,
    }

    /// Max cut: the deepest cut of any band, dB.
    MAX_CUT_DB: Continuous {
        about: About {
            id: "max_cut", name: "Max cut", short_name: "MaxCut", group: "Duck",
            help: "deepest cut of any band, dB",
            is_in_presets: true, remote: duck_page(4),
        },
        unit: Unit::Db,
        range: Range::new(0.0, 18.0, 12.0),
        scale: Scale::Linear,
        flag: Some(Flag { name: "max-cut", value_name: "DB", place: 3, help: "Deepest cut of any band" }),
        strip: Some(StripPlace { slot: 1, only_with: None }),
        field: |it| &mut it.max_cut_db,
    }

    /// Focus: how much of the front's cut the surround and height channels get, 0 to 1.
    FOCUS: Continuous {
        about: About {
            id: "focus", name: "Focus", short_name: "Focus", group: "Duck",
            help: "how much of the cut surrounds and heights get, %",
            is_in_presets: true, remote: duck_page(5),
        },
        unit: Unit::Percent,
        range: Range::new(0.0, 1.0, 0.5),
        scale: Scale::Linear,
        flag: Some(Flag { name: "focus", value_name: "SHARE", place: 10,
            help: "Share of the front's cut that surround and height channels get" }),
        strip: Some(StripPlace { slot: 7, only_with: None }),
        field: |it| &mut it.focus,
    }

    /// Attack: time in which a cut gets 63 % of the way down, ms.
    ATTACK_MS: Continuous {
        about: About {
            id: "attack", name: "Attack", short_name: "Attack", group: "Times",
            help: "time in which a cut gets 63 % of the way down, ms",
            is_in_presets: true, remote: times_page(0),
        },
        unit: Unit::Ms,
        range: Range::new(1.0, 200.0, 30.0),
        scale: Scale::Time,
        flag: Some(Flag { name: "attack", value_name: "MS", place: 4, help: "Time for 63 % of a cut to set in" }),
        strip: Some(StripPlace { slot: 2, only_with: None }),
        field: |it| &mut it.attack_ms,
    }

    /// Hold: time for which a cut stays when nobody speaks any more, ms.
    HOLD_MS: Continuous {
        about: About {
            id: "hold", name: "Hold", short_name: "Hold", group: "Times",
            help: "time for which a cut stays between words, ms",
            is_in_presets: true, remote: times_page(1),
        },
        unit: Unit::Ms,
        range: Range::new(0.0, 1000.0, 400.0),
        scale: Scale::Time,
        flag: Some(Flag { name: "hold", value_name: "MS", place: 5,
            help: "Time for which a cut stays after it was last needed" }),
        strip: Some(StripPlace { slot: 3, only_with: None }),
        field: |it| &mut it.hold_ms,
    }

    /// Release: time in which a cut gets 63 % of the way back, ms.
    RELEASE_MS: Continuous {
        about: About {
            id: "release", name: "Release", short_name: "Releas", group: "Times",
            help: "time in which a cut gets 63 % of the way back, ms",
            is_in_presets: true, remote: times_page(2),
        },
        unit: Unit::Ms,
        range: Range::new(20.0, 2000.0, 500.0),
        scale: Scale::Time,
        flag: Some(Flag { name: "release", value_name: "MS", place: 6, help: "Time for 63 % of a cut to go away" }),
        strip: Some(StripPlace { slot: 4, only_with: None }),
        field: |it| &mut it.release_ms,
    }

    /// Low limit: no band centred below it is cut, Hz.
    LOW_HZ: Continuous {
        about: About {
            id: "low", name: "Low limit", short_name: "LowLim", group: "Bands",
            help: "no cut below it, Hz",
            is_in_presets: true, remote: duck_page(6),
        },
        unit: Unit::Hz,
        range: Range::new(100.0, 10_000.0, 100.0),
        scale: Scale::Frequency,
        flag: Some(Flag { name: "low", value_name: "HZ", place: 7, help: "Low limit: no band below it is cut" }),
        strip: Some(StripPlace { slot: 5, only_with: None }),
        field: |it| &mut it.low_hz,
    }

    /// High limit: no band centred above it is cut, Hz.
    HIGH_HZ: Continuous {
        about: About {
            id: "high", name: "High limit", short_name: "HiLim", group: "Bands",
            help: "no cut above it, Hz",
            is_in_presets: true, remote: duck_page(7),
        },
        unit: Unit::Hz,
        range: Range::new(100.0, 10_000.0, 10_000.0),
        scale: Scale::Frequency,
        flag: Some(Flag { name: "high", value_name: "HZ", place: 8, help: "High limit: no band above it is cut" }),
        strip: Some(StripPlace { slot: 6, only_with: None }),
        field: |it| &mut it.high_hz,
    }

    /// Trim: gain of the dialogue before it is analysed, dB. It is never heard.
    TRIM_DB: Continuous {
        about: About {
            id: "trim", name: "Trim", short_name: "Trim", group: "Dialogue",
            help: "gain of the dialogue as the plugin hears it, dB",
            is_in_presets: true, remote: times_page(4),
        },
        unit: Unit::GainDb,
        range: Range::new(-24.0, 24.0, 0.0),
        scale: Scale::Linear,
        flag: Some(Flag { name: "trim", value_name: "DB", place: 9,
            help: "Gain of the dialogue before it is analysed" }),
        strip: Some(StripPlace { slot: 8, only_with: None }),
        field: |it| &mut it.trim_db,
    }

    /// Monitor: sound pressure level at the listener of pink noise at -20 dBFS RMS, dB SPL: 85 on a dub
    /// stage, 82 in a smaller room, 79 in near-field and television rooms (ATSC A/85). The default is the
    /// most careful of them: the quieter the room, the sooner the threshold of hearing takes part.
    MONITOR_DB_SPL: Continuous {
        about: About {
            id: "monitor", name: "Monitor", short_name: "Monitr", group: "",
            help: "level of your monitors for noise at -20 dBFS RMS, dB SPL",
            is_in_presets: false, remote: times_page(6),
        },
        unit: Unit::DbSpl,
        range: Range::new(60.0, 90.0, 79.0),
        scale: Scale::Linear,
        flag: Some(Flag { name: "monitor", value_name: "DB_SPL", place: 11,
            help: "Level of the monitors at -20 dBFS RMS: 85 dub stage, 82, 79 near field, or your own" }),
        strip: Some(StripPlace { slot: 9, only_with: None }),
        field: |it| &mut it.monitor_db_spl,
    }

    /// Listen: what comes out.
    LISTEN: Choice<Listen> {
        about: About {
            id: "listen", name: "Listen", short_name: "Listen", group: "",
            help: "What comes out",
            is_in_presets: false, remote: times_page(5),
        },
        variants: &[
            Variant { value: Listen::Mix, id: "mix", name: "Mix", help: "The music with its cuts" },
            Variant { value: Listen::Removed, id: "removed", name: "Removed",
                help: "What is removed: exactly input minus mix" },
            Variant { value: Listen::Dialogue, id: "dialogue", name: "Dialogue",
                help: "The sidechain as the plugin hears it" },
        ],
        flag: None,
        field: Some(|it| &mut it.listen),
    }

    /// Look-ahead: how far the analysis hears ahead, the plugin's latency.
    LOOK_AHEAD: Choice<LookAhead> {
        about: About {
            id: "look_ahead", name: "Look-ahead", short_name: "LookAh", group: "",
            help: "How far ahead of the music the analysis hears: the plugin's latency, ms",
            is_in_presets: false, remote: times_page(3),
        },
        variants: &[
            Variant { value: LookAhead::Off, id: "0", name: "Off",
                help: "No latency; cuts follow a word's onset" },
            Variant { value: LookAhead::Ms5, id: "5", name: "5 ms",
                help: "Cuts come 5 ms earlier; the plugin has that latency" },
            Variant { value: LookAhead::Ms10, id: "10", name: "10 ms",
                help: "Cuts come 10 ms earlier; the plugin has that latency" },
            Variant { value: LookAhead::Ms20, id: "20", name: "20 ms",
                help: "Cuts come 20 ms earlier; the plugin has that latency" },
            Variant { value: LookAhead::Ms40, id: "40", name: "40 ms",
                help: "Cuts come 40 ms earlier; the plugin has that latency" },
        ],
        flag: None,
        field: None,
    }

    /// Pass: what is done with the memory of lines.
    PASS: Choice<Pass> {
        about: About {
            id: "pass", name: "Pass", short_name: "Pass", group: "Memory",
            help: "What is done with the memory of lines",
            is_in_presets: false, remote: memory_page(0),
        },
        variants: &[
            Variant { value: Pass::Live, id: "live", name: "Live",
                help: "The duck decides by what it hears" },
            Variant { value: Pass::Learn, id: "learn", name: "Learn",
                help: "As Live, and remembers every line it passes over, in the place of what was there" },
            Variant { value: Pass::Play, id: "play", name: "Play",
                help: "Remembered lines get what was remembered, the same from wherever you start" },
        ],
        flag: None,
        field: Some(|it| &mut it.pass),
    }

    /// Ahead: time before a remembered line's first word in which its cut sets in, ms. It costs no latency.
    AHEAD_MS: Continuous {
        about: About {
            id: "ahead", name: "Ahead", short_name: "Ahead", group: "Memory",
            help: "time before a remembered line in which its cut sets in, ms; without latency",
            is_in_presets: false, remote: memory_page(1),
        },
        unit: Unit::Ms,
        range: Range::new(0.0, 500.0, 80.0),
        scale: Scale::Time,
        flag: Some(Flag { name: "ahead", value_name: "MS", place: 12,
            help: "Time before a learned line's first word in which its cut sets in" }),
        strip: Some(StripPlace { slot: 10, only_with: None }),
        field: |it| &mut it.ahead_ms,
    }

    /// Elsewhere: what happens in [`Pass::Play`] where nothing is remembered.
    ELSEWHERE: Choice<Elsewhere> {
        about: About {
            id: "elsewhere", name: "Elsewhere", short_name: "Elsewh", group: "Memory",
            help: "What Play does where nothing is remembered",
            is_in_presets: false, remote: memory_page(2),
        },
        variants: &[
            Variant { value: Elsewhere::Live, id: "live", name: "Live",
                help: "There the duck decides by what it hears" },
            Variant { value: Elsewhere::Untouched, id: "untouched", name: "Untouched",
                help: "There the music passes untouched" },
        ],
        flag: None,
        field: Some(|it| &mut it.elsewhere),
    }

    /// Bypass: the host's bypass switch.
    BYPASS: Switch {
        about: About {
            id: "bypass", name: "Bypass", short_name: "Bypass", group: "",
            help: "The music passes untouched; the meters go on",
            is_in_presets: false, remote: None,
        },
    }

    /// Audience: for whom verdict and duck are. The named ones hear at a level of their own, whatever Monitor is.
    AUDIENCE: Choice<Audience> {
        about: About {
            id: "audience", name: "Audience", short_name: "Audnce", group: "Audience",
            help: "For whom verdict and duck are: who listens, where and through what",
            is_in_presets: true, remote: times_page(7),
        },
        variants: &[
            Variant { value: Audience::Reference, id: "reference", name: "Mixer",
                help: "Normal hearing in silence, at the level of your monitors" },
            Variant { value: Audience::Cinema, id: "cinema", name: "Cinema",
                help: "Normal hearing in a cinema with its noise, at 85 dB SPL" },
            Variant { value: Audience::Home, id: "home", name: "Home",
                help: "Normal hearing in a quiet living room, from a television, dialogue at 60 dBA" },
            Variant { value: Audience::Home70, id: "home_70", name: "Home, 70",
                help: "As Home, with the hearing of people of 70 (ISO 7029:2000, median)" },
            Variant { value: Audience::Phone, id: "phone", name: "Phone",
                help: "Normal hearing on a train, from the phone's own loudspeaker" },
            Variant { value: Audience::HardOfHearing, id: "hard_of_hearing", name: "Hard of hearing",
                help: "As Home, with a mild hearing loss (standard audiogram N2), without a hearing aid" },
        ],
        flag: None,
        field: Some(|it| &mut it.audience),
    }

    /// Ride: music loudness given up at this moment, LU: what a lane of the host's holds.
    RIDE_LU: Continuous {
        about: About {
            id: "ride", name: "Ride", short_name: "Ride", group: "Automation",
            help: "music loudness given up at this moment, LU: the host's lane",
            is_in_presets: false, remote: automation_page(0),
        },
        unit: Unit::Lu,
        range: Range::new(0.0, 12.0, 0.0),
        scale: Scale::Linear,
        flag: None,
        strip: None,
        field: |it| &mut it.ride_lu,
    }

    /// Automation: whether the ride goes to the host's lane, or comes from it.
    AUTOMATION: Choice<Automation> {
        about: About {
            id: "automation", name: "Automation", short_name: "Automa", group: "Automation",
            help: "Whether what is given up goes to the host's lane Ride, or comes from it",
            is_in_presets: false, remote: automation_page(1),
        },
        variants: &[
            Variant { value: Automation::Off, id: "off", name: "Off",
                help: "Ride does nothing" },
            Variant { value: Automation::Write, id: "write", name: "Write",
                help: "While the host plays, what the duck takes goes out on Ride" },
            Variant { value: Automation::Read, id: "read", name: "Read",
                help: "Ride says how much is taken; where it is best taken is found moment by moment" },
        ],
        flag: None,
        field: Some(|it| &mut it.automation),
    }

    /// Ears: with how many ears verdict and figures hear. The duck has one.
    EARS: Choice<Ears> {
        about: About {
            id: "ears", name: "Ears", short_name: "Ears", group: "Audience",
            help: "With how many ears verdict and figures hear: two hear a voice ahead through music from the sides",
            is_in_presets: false, // The page of what is heard is full.
            remote: memory_page(3),
        },
        variants: &[
            Variant { value: Ears::One, id: "one", name: "One",
                help: "Music hides as much from wherever it comes: the careful reading" },
            Variant { value: Ears::Two, id: "two", name: "Two",
                help: "Two ears at the mixer's place, each loudspeaker where it stands, a room without reverberation" },
            Variant { value: Ears::TwoInCinema, id: "two-in-cinema", name: "Two, in a cinema",
                help: "Two ears in the middle of a cinema, which hears as much of the room as of the loudspeakers" },
        ],
        flag: Some(ChoiceFlag {
            flag: Flag { name: "ears", value_name: "EARS", place: 13,
                help: "With how many ears the figures hear; the duck has one [default: one]" },
            variant_helps: &[
                "Music hides as much from wherever it comes",
                "Each loudspeaker where it stands, no reverberation",
                "As much reverberant as direct sound: most of the gain is gone",
            ],
        }),
        field: Some(|it| &mut it.ears),
    }
}

const fn duck_page(slot: u8) -> Option<Remote> {
    Some(Remote {
        page: RemotePage::Duck,
        slot,
    })
}

const fn times_page(slot: u8) -> Option<Remote> {
    Some(Remote {
        page: RemotePage::TimesAndDialogue,
        slot,
    })
}

const fn memory_page(slot: u8) -> Option<Remote> {
    Some(Remote {
        page: RemotePage::Memory,
        slot,
    })
}

const fn automation_page(slot: u8) -> Option<Remote> {
    Some(Remote {
        page: RemotePage::Automation,
        slot,
    })
}

/// The rows that are numbers, in the order of [`TABLE`].
pub fn continuous() -> impl Iterator<Item = &'static Continuous> {
    TABLE.iter().filter_map(|row| match *row {
        ParamRow::Continuous(row) => Some(row),
        _ => None,
    })
}

impl Default for Settings {
    fn default() -> Self {
        blank().with_numbers(|row, _| row.range.default)
    }
}

impl Settings {
    /// These settings with every value inside its range.
    pub fn sanitized(self) -> Self {
        self.with_numbers(|row, value| row.range.clamp(value))
    }

    fn with_numbers(mut self, value: impl Fn(&Continuous, f32) -> f32) -> Self {
        for row in continuous() {
            let place = (row.field)(&mut self);
            *place = value(row, *place);
        }
        self
    }
}
