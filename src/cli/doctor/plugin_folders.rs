//! Where hosts look for plugins.

use std::path::{Path, PathBuf};

/// A folder that hosts scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginFolder {
    /// `VST3` or `CLAP`, also the ending of what lies in it.
    pub format: &'static str,
    /// For whom: `yours`, `everybody's`, or `CLAP_PATH`.
    pub whose: &'static str,
    /// Where it is, whether or not it's there.
    pub path: PathBuf,
}

/// The folders that the VST3 and CLAP specifications give for system `os` (as in `std::env::consts::OS`), the
/// user's first; `env` looks up an environment variable. Those whose variable isn't set are left out.
pub fn of_system(os: &str, env: impl Fn(&str) -> Option<PathBuf>) -> Vec<PluginFolder> {
    let mut folders = Vec::new();
    let mut add = |format, whose, path: Option<PathBuf>| {
        folders.extend(path.map(|path| PluginFolder {
            format,
            whose,
            path,
        }));
    };
    let (yours, everybodys) = ("yours", "everybody's");
    for (format, hidden, plain) in [("VST3", ".vst3", "vst3"), ("CLAP", ".clap", "clap")] {
        match os {
            "macos" => {
                let plug_ins = Path::new("Library/Audio/Plug-Ins").join(format);
                add(format, yours, env("HOME").map(|home| home.join(&plug_ins)));
                add(format, everybodys, Some(Path::new("/").join(plug_ins)));
            }
            "windows" => {
                let user = env("LOCALAPPDATA").map(|local| local.join("Programs").join("Common"));
                add(format, yours, user.map(|common| common.join(format)));
                let common = env("COMMONPROGRAMFILES");
                add(format, everybodys, common.map(|common| common.join(format)));
            }
            _ => {
                add(format, yours, env("HOME").map(|home| home.join(hidden)));
                add(format, everybodys, Some(Path::new("/usr/lib").join(plain)));
                let local = Path::new("/usr/local/lib").join(plain);
                add(format, everybodys, Some(local));
            }
        }
    }
    if let Some(list) = env("CLAP_PATH") {
        for path in std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()) {
            add("CLAP", "CLAP_PATH", Some(path));
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(os: &str) -> Vec<PathBuf> {
        let env = |name: &str| (name != "CLAP_PATH").then(|| Path::new("/").join(name));
        of_system(os, env).into_iter().map(|f| f.path).collect()
    }

    #[test]
    fn every_system_has_its_folders_for_both_formats() {
        let linux = [
            "/HOME/.vst3",
            "/usr/lib/vst3",
            "/HOME/.clap",
            "/usr/lib/clap",
        ];
        assert!(
            linux
                .iter()
                .all(|p| paths("linux").contains(&PathBuf::from(p)))
        );
        let mac = [
            "/HOME/Library/Audio/Plug-Ins/VST3",
            "/Library/Audio/Plug-Ins/CLAP",
        ];
        assert!(
            mac.iter()
                .all(|p| paths("macos").contains(&PathBuf::from(p)))
        );
        let common = Path::new("/LOCALAPPDATA").join("Programs").join("Common");
        assert!(paths("windows").contains(&common.join("VST3")));
        assert!(paths("windows").contains(&Path::new("/COMMONPROGRAMFILES").join("CLAP")));
    }

    #[test]
    fn the_folders_of_clap_path_come_too() {
        let list = std::env::join_paths(["/one", "/two"]).unwrap();
        let env = |name: &str| (name == "CLAP_PATH").then(|| PathBuf::from(&list));
        let found = of_system("linux", env);
        let own: Vec<_> = found.iter().filter(|f| f.whose == "CLAP_PATH").collect();
        assert_eq!(own.len(), 2);
        assert_eq!(own[1].path, Path::new("/two"));
    }
}
