//! The packages for macOS, on a Mac: bundles for both kinds of processors, signed and notarised where there is an
//! identity for it. Nobody has tried this yet: `docs/releases.md`.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::release::Release;
use crate::{Files, tool, unpack};

/// Places in the system, with what of the archive goes there.
const PLACES: [(&str, &str); 3] = [
    ("Underscore.vst3", "Library/Audio/Plug-Ins/VST3"),
    ("Underscore.clap", "Library/Audio/Plug-Ins/CLAP"),
    ("underscore", "usr/local/bin"),
];

/// Names and bytes of the ZIP and the installer of `files`, which lie in a folder `name`.
///
/// Of the environment: `UNDERSCORE_SIGN_APPLICATION` and `UNDERSCORE_SIGN_INSTALLER` name the identities of the
/// keychain to sign with (without, bundles get a signature of nobody, as Apple's processors demand, and the
/// installer none); `UNDERSCORE_NOTARY_PROFILE` the profile that `xcrun notarytool store-credentials` has kept.
///
/// # Errors
/// If one of Apple's tools fails or is missing.
pub fn packages(
    files: &Files,
    name: &str,
    out: &Path,
    release: &Release,
) -> Result<Vec<(String, Vec<u8>)>> {
    let unpacked = unpack(files, &out.join("unpacked"))?;
    let identity = env::var("UNDERSCORE_SIGN_APPLICATION").unwrap_or_default();
    for (item, _) in PLACES {
        let mut codesign = Command::new("codesign");
        codesign.args([
            "--force",
            "--sign",
            if identity.is_empty() { "-" } else { &identity },
        ]);
        if !identity.is_empty() {
            codesign.args(["--options", "runtime", "--timestamp"]);
        }
        tool::run(codesign.arg(unpacked.join(name).join(item)))?;
    }

    let root = out.join("root");
    for (item, place) in PLACES {
        let place = root.join(place);
        fs::create_dir_all(&place)?;
        tool::run(
            Command::new("ditto")
                .arg(unpacked.join(name).join(item))
                .arg(place.join(item)),
        )?;
    }
    let pkg = out.join("installer.pkg");
    let mut pkgbuild = Command::new("pkgbuild");
    pkgbuild.arg("--root").arg(&root);
    pkgbuild.args([
        "--identifier",
        "audio.underscore.pkg",
        "--version",
        release.version,
    ]);
    pkgbuild.args(["--install-location", "/"]);
    match env::var("UNDERSCORE_SIGN_INSTALLER") {
        Ok(identity) if !identity.is_empty() => {
            pkgbuild.args(["--sign", &identity, "--timestamp"]);
        }
        _ => println!("the installer isn't signed: UNDERSCORE_SIGN_INSTALLER names no identity"),
    }
    tool::run(pkgbuild.arg(&pkg))?;
    match env::var("UNDERSCORE_NOTARY_PROFILE") {
        Ok(profile) if !profile.is_empty() => {
            let submit = [
                "notarytool",
                "submit",
                "--wait",
                "--keychain-profile",
                &profile,
            ];
            tool::run(Command::new("xcrun").args(submit).arg(&pkg))?;
            tool::run(Command::new("xcrun").args(["stapler", "staple"]).arg(&pkg))?;
        }
        _ => println!("nothing is notarised: UNDERSCORE_NOTARY_PROFILE names no profile"),
    }

    let zip = out.join("bundles.zip");
    // Signatures lie in attributes, too, which `ditto` keeps.
    let ditto = ["-c", "-k", "--sequesterRsrc", "--keepParent"];
    tool::run(
        Command::new("ditto")
            .args(ditto)
            .arg(unpacked.join(name))
            .arg(&zip),
    )?;
    let mut made = Vec::new();
    for (path, ending) in [(&zip, "zip"), (&pkg, "pkg")] {
        let bytes = fs::read(path).with_context(|| path.display().to_string())?;
        fs::remove_file(path)?;
        made.push((format!("{name}.{ending}"), bytes));
    }
    fs::remove_dir_all(&root)?;
    fs::remove_dir_all(&unpacked)?;
    Ok(made)
}
