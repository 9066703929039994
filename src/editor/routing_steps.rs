//! How the dialogue gets to the sidechain, host by host: the one table for the first steps and the help.
//!
//! The steps follow the hosts' manuals; `docs/editor.md` names them, and says which hosts were tried. They are the
//! same for VST3 and CLAP. Logic and Pro Tools load neither: there a wrapper stands between, which tells its own name
//! with the host's.

/// A host, or a family of hosts that are routed alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostSteps {
    /// What people call it.
    pub name: &'static str,
    /// What its name has in it as it reports it, in lower case, and the host that it is.
    known_by: &'static [(&'static str, &'static str)],
    /// Whether it loads neither VST3 nor CLAP, so that a wrapper stands between.
    pub is_wrapped: bool,
    /// What to do, in this order.
    pub steps: [&'static str; 3],
}

/// The hosts whose steps are known.
pub const HOSTS: [HostSteps; 8] = [
    HostSteps {
        name: "REAPER",
        known_by: &[("reaper", "REAPER")],
        is_wrapped: false,
        steps: [
            "Set the music track to more channels (Route button, Track channels): its own and two more.",
            "Send the dialogue track to it, to the channels after the music's (3/4 for stereo music).",
            "In the plugin's pin connector (2 in/4 out) those channels go to the Dialogue inputs.",
        ],
    },
    HostSteps {
        name: "Nuendo, Cubase",
        known_by: &[("nuendo", "Nuendo"), ("cubase", "Cubase")],
        is_wrapped: false,
        steps: [
            "In the plugin's window click Set up Side-Chain Routing and switch side-chaining on.",
            "Click Add Side-Chain Source and choose the dialogue track or group.",
            "Set its level to 0 dB, pre-fader if the dialogue's fader shall not matter.",
        ],
    },
    HostSteps {
        name: "Bitwig Studio",
        known_by: &[("bitwig", "Bitwig Studio")],
        is_wrapped: false,
        steps: [
            "Open the plugin's device panel.",
            "In its sidechain chooser pick the dialogue track.",
            "Pick Pre, so that the dialogue's fader doesn't matter, or Post, so that it does.",
        ],
    },
    HostSteps {
        name: "Ardour, Mixbus",
        known_by: &[("ardour", "Ardour"), ("mixbus", "Mixbus")],
        is_wrapped: false,
        steps: [
            "On the music bus, right-click the plugin and choose Pin Connections.",
            "Choose the dialogue track or bus as the source of the sidechain there.",
            "Ardour puts a send on the dialogue's strip: leave it at 0 dB.",
        ],
    },
    HostSteps {
        name: "Studio One",
        known_by: &[("studio one", "Studio One")],
        is_wrapped: false,
        steps: [
            "Switch on Sidechain in the plugin's header.",
            "On the dialogue channel add a send.",
            "As its destination choose Sidechains, Underscore, and set it to 0 dB, pre-fader.",
        ],
    },
    HostSteps {
        name: "Ableton Live",
        known_by: &[("ableton", "Ableton Live"), ("live", "Ableton Live")],
        is_wrapped: false,
        steps: [
            "Find the plugin's device in the Device View at the bottom of Live's window.",
            "In the sidechain choosers at its left pick the dialogue track.",
            "Pick Pre FX or Post FX, so that the dialogue's fader doesn't matter, or Post Mixer, so that it does.",
        ],
    },
    HostSteps {
        name: "Pro Tools",
        known_by: &[
            ("pro tools", "Pro Tools"),
            ("protools", "Pro Tools"),
            ("clap-as-aax", "Pro Tools"),
        ],
        is_wrapped: true,
        steps: [
            "On the dialogue track or aux add a send to a free mono bus: key inputs are mono.",
            "In the head of the plugin's window click Key Input and choose that bus.",
            "Set the send to 0 dB, pre-fader if the dialogue's fader shall not matter.",
        ],
    },
    HostSteps {
        name: "Logic Pro",
        known_by: &[("logic pro", "Logic Pro")],
        is_wrapped: true,
        steps: [
            "Send all dialogue to one bus, if it isn't on one track.",
            "In the head of the plugin's window open the Side Chain menu.",
            "Choose the dialogue's bus or track there.",
        ],
    },
];

/// What to do in any other host.
pub const ANY_HOST: [&str; 3] = [
    "Put the plugin on the track or bus of the music, and of nothing else.",
    "On the dialogue's track or bus make a send to the plugin's sidechain (key) input, named Dialogue.",
    "Set that send to 0 dB, pre-fader if the dialogue's fader shall not matter.",
];

/// The host that reports `program` as its name, and its name alone; `None` if its steps aren't known.
pub fn known(program: &str) -> Option<(&'static HostSteps, &'static str)> {
    let program = program.to_lowercase();
    let has = |word: &str| match word {
        // Too common a word to be looked for within others.
        "live" => program == "live" || program.starts_with("live "),
        word => program.contains(word),
    };
    HOSTS.iter().find_map(|host| {
        let known_by = host.known_by.iter().find(|(word, _)| has(word))?;
        Some((host, known_by.1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_what_they_report() {
        for (program, name) in [
            ("REAPER", "REAPER"),
            ("REAPER (CLAP-as-VST3)", "REAPER"),
            ("Nuendo", "Nuendo"),
            ("Cubase LE AI Elements", "Cubase"),
            ("Bitwig Studio", "Bitwig Studio"),
            ("Ardour", "Ardour"),
            ("Mixbus32C", "Mixbus"),
            ("Studio One", "Studio One"),
            ("Ableton Live", "Ableton Live"),
            ("Live", "Ableton Live"),
            ("Logic Pro 11.0.1 (CLAP-as-AUv2)", "Logic Pro"),
            ("CLAP-as-AAX", "Pro Tools"),
        ] {
            assert_eq!(
                known(program).map(|(_, name)| name),
                Some(name),
                "{program}"
            );
        }
        for program in [
            "",
            "Test",
            "Renoise",
            "MainStage (CLAP-as-AUv2)",
            "Olive Host",
        ] {
            assert_eq!(known(program), None, "{program}");
        }
    }
}
