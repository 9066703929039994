//! `cargo xtask install`: copies the bundles to the user's own plugin folders.

use crate::bundle;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

pub fn run() -> Result<()> {
    let folders = user_folders(std::env::consts::OS, |name| {
        std::env::var_os(name).map(PathBuf::from)
    })?;
    let built = bundle::release()?;
    for (bundle, folder) in [(&built.clap, folders.clap), (&built.vst3, folders.vst3)] {
        let installed = replace(bundle, &folder)?;
        println!("installed {}", installed.display());
    }
    Ok(())
}

/// Where one user's plugins live.
#[derive(Debug, PartialEq)]
struct Folders {
    clap: PathBuf,
    vst3: PathBuf,
}

/// The folders that the CLAP and VST3 specifications give for one user, on system `os`
/// (as in `std::env::consts::OS`); `env` looks up an environment variable.
///
/// # Errors
/// If the variable that holds the user's folder isn't set.
fn user_folders(os: &str, env: impl Fn(&str) -> Option<PathBuf>) -> Result<Folders> {
    let base = |name: &str| env(name).with_context(|| format!("{name} is not set"));
    Ok(match os {
        "macos" => {
            let plug_ins = base("HOME")?.join("Library/Audio/Plug-Ins");
            Folders {
                clap: plug_ins.join("CLAP"),
                vst3: plug_ins.join("VST3"),
            }
        }
        "windows" => {
            let common = base("LOCALAPPDATA")?.join("Programs").join("Common");
            Folders {
                clap: common.join("CLAP"),
                vst3: common.join("VST3"),
            }
        }
        _ => {
            let home = base("HOME")?;
            Folders {
                clap: home.join(".clap"),
                vst3: home.join(".vst3"),
            }
        }
    })
}

/// Puts a copy of `bundle` into `folder`, in place of the one there. The copy is made beside it
/// and then renamed, so a host that scans meanwhile never finds half a plugin.
///
/// # Errors
/// If something can't be written; then the plugin is as it was.
pub fn replace(bundle: &Path, folder: &Path) -> Result<PathBuf> {
    let name = bundle.file_name().context("a bundle has a name")?;
    let installed = folder.join(name);
    // Hosts scan by extension: these two have none that they know.
    let new = folder.join(format!("{}.new", name.to_string_lossy()));
    let old = folder.join(format!("{}.old", name.to_string_lossy()));

    let swap = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        remove(&new)?;
        remove(&old)?;
        copy(bundle, &new)?;
        if installed.exists() {
            fs::rename(&installed, &old)?;
        }
        if let Err(error) = fs::rename(&new, &installed) {
            if old.exists() {
                fs::rename(&old, &installed)?;
            }
            return Err(error);
        }
        remove(&old)
    };
    if let Err(error) = swap() {
        bail!("could not write {}: {error}", installed.display());
    }
    Ok(installed)
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)
    } else if path.exists() {
        fs::remove_file(path)
    } else {
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_has_its_folders() {
        let env = |name: &str| Some(PathBuf::from(format!("/{name}")));
        let linux = user_folders("linux", env).unwrap();
        assert_eq!(linux.clap, Path::new("/HOME/.clap"));
        assert_eq!(linux.vst3, Path::new("/HOME/.vst3"));
        let macos = user_folders("macos", env).unwrap();
        assert_eq!(macos.vst3, Path::new("/HOME/Library/Audio/Plug-Ins/VST3"));
        let windows = user_folders("windows", env).unwrap();
        let common = Path::new("/LOCALAPPDATA").join("Programs").join("Common");
        assert_eq!(windows.clap, common.join("CLAP"));
        let error = user_folders("windows", |_| None).unwrap_err();
        assert_eq!(error.to_string(), "LOCALAPPDATA is not set");
    }

    #[test]
    fn an_installed_bundle_is_replaced_whole() {
        let top = std::env::temp_dir().join(format!("underscore-install-{}", std::process::id()));
        let bundle = top.join("built").join("Underscore.vst3");
        let folder = top.join("plugins");
        fs::create_dir_all(bundle.join("Contents")).unwrap();
        fs::write(bundle.join("Contents/first"), "1").unwrap();
        let installed = replace(&bundle, &folder).unwrap();

        fs::remove_file(bundle.join("Contents/first")).unwrap();
        fs::write(bundle.join("Contents/second"), "2").unwrap();
        replace(&bundle, &folder).unwrap();
        let first = installed.join("Contents/first").exists();
        let second = fs::read_to_string(installed.join("Contents/second")).unwrap();
        let num_left = fs::read_dir(&folder).unwrap().count();
        fs::remove_dir_all(&top).unwrap();
        assert!(!first, "a file of the old bundle stayed");
        assert_eq!(second, "2");
        assert_eq!(num_left, 1, "something was left beside the bundle");
    }
}
