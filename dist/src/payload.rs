//! What users get, before it is packaged.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::compile::{Built, System};
use crate::{Files, PackedFile};

/// Completions: the file that clap writes, the shell, and the name under which Debian's shells look for it.
pub const COMPLETIONS: [(&str, &str, &str); 4] = [
    (
        "underscore.bash",
        "bash",
        "usr/share/bash-completion/completions/underscore",
    ),
    (
        "_underscore",
        "zsh",
        "usr/share/zsh/vendor-completions/_underscore",
    ),
    (
        "underscore.fish",
        "fish",
        "usr/share/fish/vendor_completions.d/underscore.fish",
    ),
    (
        "_underscore.ps1",
        "PowerShell",
        "usr/share/underscore/_underscore.ps1",
    ),
];

/// What users get.
pub struct Payload {
    pub cli: PackedFile,
    /// `Underscore.vst3` and `Underscore.clap`, with all that is in them.
    pub plugins: Files,
    /// Man pages by their file names.
    pub man: Files,
    /// Completions by the names that clap gives them.
    pub completions: Files,
    /// Licences, what changed, how to install.
    pub texts: Files,
}

impl Payload {
    /// Reads what was `built`, and the texts of the repository `root`. `third_party` are the licences of others.
    ///
    /// # Errors
    /// If something is missing.
    pub fn gather(root: &Path, built: &Built, third_party: &str) -> Result<Self> {
        let mut man = Files::new();
        let mut completions = Files::new();
        for entry in fs::read_dir(&built.shell_files)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let file = PackedFile::read(&path, false)?;
            let place = if name.ends_with(".1") {
                &mut man
            } else {
                &mut completions
            };
            place.insert(name, file);
        }
        for (file, shell, _) in COMPLETIONS {
            ensure!(completions.contains_key(file), "no completions for {shell}");
        }
        let mut texts = Files::new();
        for name in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
            texts.insert(name.to_owned(), PackedFile::read(&root.join(name), false)?);
        }
        texts.insert("THIRD-PARTY.txt".to_owned(), PackedFile::text(third_party));
        texts.insert(
            "INSTALL.txt".to_owned(),
            PackedFile::text(install_text(built.system)),
        );
        Ok(Self {
            cli: PackedFile::read(&built.cli, true)?,
            plugins: plugins(built)?,
            man,
            completions,
            texts,
        })
    }

    /// The files of an archive to unpack anywhere, in a folder of this `name`.
    pub fn plain(&self, system: System, name: &str) -> Files {
        let mut files = Files::new();
        let cli = match system {
            System::WindowsGnu | System::WindowsMsvc => "underscore.exe",
            System::Linux | System::Mac => "underscore",
        };
        files.insert(format!("{name}/{cli}"), self.cli.clone());
        let folders = [
            ("", &self.plugins),
            ("", &self.texts),
            ("man/", &self.man),
            ("completions/", &self.completions),
        ];
        for (folder, content) in folders {
            for (file, content) in content {
                files.insert(format!("{name}/{folder}{file}"), content.clone());
            }
        }
        files
    }
}

/// The library as both formats' bundles.
fn plugins(built: &Built) -> Result<Files> {
    let library = PackedFile::read(&built.plugin, built.system == System::Mac)?;
    let mut files = Files::new();
    let mut add = |place: &str| files.insert(place.to_owned(), library.clone());
    match built.system {
        System::Linux => {
            add("Underscore.clap");
            add("Underscore.vst3/Contents/x86_64-linux/Underscore.so");
        }
        System::WindowsGnu | System::WindowsMsvc => {
            add("Underscore.clap");
            add("Underscore.vst3/Contents/x86_64-win/Underscore.vst3");
        }
        System::Mac => {
            for bundle in ["Underscore.clap", "Underscore.vst3"] {
                add(&format!("{bundle}/Contents/MacOS/Underscore"));
            }
            for bundle in ["Underscore.clap", "Underscore.vst3"] {
                let contents = format!("{bundle}/Contents");
                files.insert(
                    format!("{contents}/Info.plist"),
                    PackedFile::text(&plist(bundle)?),
                );
                files.insert(format!("{contents}/PkgInfo"), PackedFile::text("BNDL????"));
            }
        }
    }
    Ok(files)
}

/// What macOS reads of a bundle.
fn plist(bundle: &str) -> Result<String> {
    let (_, format) = bundle.split_once('.').context("a bundle has an ending")?;
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>CFBundleExecutable</key><string>Underscore</string>
    <key>CFBundleIdentifier</key><string>audio.underscore.clash.{format}</string>
    <key>CFBundleInfoDictionaryVersion</key><string>6.0</string>
    <key>CFBundleName</key><string>Underscore</string>
    <key>CFBundlePackageType</key><string>BNDL</string>
    <key>CFBundleShortVersionString</key><string>{version}</string>
    <key>CFBundleSignature</key><string>????</string>
    <key>CFBundleVersion</key><string>{version}</string>
    <key>NSHighResolutionCapable</key><true/>
</dict>
</plist>
"#
    ))
}

fn install_text(system: System) -> &'static str {
    match system {
        System::Linux => {
            "Plugin: copy Underscore.vst3 (a folder) to ~/.vst3 and Underscore.clap to ~/.clap, then have the host\n\
             scan its plugins. The window takes OpenGL and X11.\n\
             Command line: copy underscore to a folder of your PATH, as ~/.local/bin; man pages and completions\n\
             for bash, zsh, fish and PowerShell are in man and completions.\n\
             Something amiss: `underscore doctor`.\n"
        }
        System::WindowsGnu | System::WindowsMsvc => {
            "Plugin: copy Underscore.vst3 (a folder) to C:\\Program Files\\Common Files\\VST3 and Underscore.clap to\n\
             C:\\Program Files\\Common Files\\CLAP, then have the host scan its plugins.\n\
             Command line: underscore.exe runs from any folder; completions for PowerShell are in completions.\n\
             Something amiss: `underscore doctor`.\n"
        }
        System::Mac => {
            "Plugin: copy Underscore.vst3 to ~/Library/Audio/Plug-Ins/VST3 and Underscore.clap to\n\
             ~/Library/Audio/Plug-Ins/CLAP, then have the host scan its plugins.\n\
             Command line: copy underscore to a folder of your PATH, as /usr/local/bin.\n\
             Something amiss: `underscore doctor`.\n"
        }
    }
}
