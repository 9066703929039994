//! Names that Windows keeps for devices: a file of such a name can't be made, in whatever folder.

/// Whether `name`, without its folder, is one: in any case of letters, and with any ending (Microsoft, "Naming
/// Files, Paths, and Namespaces").
pub fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_uppercase();
    let is_numbered = |kind: &str| {
        let number = stem.strip_prefix(kind).unwrap_or_default();
        number.len() == 1 && number.chars().all(|c| c.is_ascii_digit())
    };
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&&*stem)
        || is_numbered("COM")
        || is_numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_their_names_and_files_are_none() {
        for name in [
            "NUL",
            "nul",
            "con.wav",
            "Com1",
            "LPT9.csv",
            "aux .json",
            "conout$",
        ] {
            assert!(is_device(name), "{name}");
        }
        for name in [
            "null",
            "console.wav",
            "com",
            "COM10",
            "1con",
            "",
            ".con",
            "reel aux",
        ] {
            assert!(!is_device(name), "{name}");
        }
    }
}
