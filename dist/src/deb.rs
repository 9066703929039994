//! The package for Debian and its kin (`deb(5)`): plugins where hosts look for everybody's, the command line, its
//! man pages and completions.

use std::fs;

use anyhow::{Context, Result, ensure};
use goblin::elf::Elf;
use md5::{Digest, Md5};

use crate::archive;
use crate::compile::Built;
use crate::payload::{COMPLETIONS, Payload};
use crate::release::Release;
use crate::{Files, PackedFile};

/// Libraries that the programs link, and Debian's packages of them.
const PACKAGES: [(&str, &str); 2] = [
    ("libgcc_s.so.1", "libgcc-s1"),
    ("ld-linux-x86-64.so.2", "libc6"),
];

/// What the plugin's window loads when it opens: hosts have it already, the command line does without.
const RECOMMENDED: &str = "libegl1, libgl1, libx11-6, libx11-xcb1, libxkbcommon-x11-0";

/// Name and bytes of the package.
///
/// # Errors
/// If the programs need libraries that no package is known for.
pub fn package(payload: &Payload, built: &Built, release: &Release) -> Result<(String, Vec<u8>)> {
    let files = installed(payload, release)?;
    let control = control(&files, &depends(built)?, release);
    let mut control_files = Files::new();
    control_files.insert("control".to_owned(), PackedFile::text(&control));
    control_files.insert("md5sums".to_owned(), PackedFile::text(&md5sums(&files)));

    let tar = |files: &Files| -> Result<Vec<u8>> {
        let mut archive = tar::Builder::new(archive::gzip());
        archive::append(&mut archive, files, "./", release.epoch)?;
        archive::finish(archive)
    };
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", tar(&control_files)?),
        ("data.tar.gz", tar(&files)?),
    ];
    let mut package = ar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ar::Header::new(name.as_bytes().to_vec(), bytes.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(release.epoch);
        package.append(&header, bytes.as_slice())?;
    }
    let name = format!("underscore_{}_amd64.deb", release.version);
    Ok((name, package.into_inner()?))
}

/// All files, by their places in the system.
fn installed(payload: &Payload, release: &Release) -> Result<Files> {
    let mut files = Files::new();
    files.insert("usr/bin/underscore".to_owned(), payload.cli.clone());
    for (name, file) in &payload.plugins {
        let format = match name.starts_with("Underscore.vst3") {
            true => "vst3",
            false => "clap",
        };
        files.insert(format!("usr/lib/{format}/{name}"), file.clone());
    }
    let mut insert_gzipped = |name: String, bytes: &[u8]| -> Result<()> {
        let bytes = archive::gzipped(bytes)?;
        files.insert(
            format!("{name}.gz"),
            PackedFile {
                bytes,
                is_program: false,
            },
        );
        Ok(())
    };
    for (name, file) in &payload.man {
        insert_gzipped(format!("usr/share/man/man1/{name}"), &file.bytes)?;
    }
    let documents = "usr/share/doc/underscore";
    let text = |name: &str| {
        payload
            .texts
            .get(name)
            .with_context(|| format!("no {name}"))
    };
    insert_gzipped(
        format!("{documents}/changelog"),
        debian_changelog(release).as_bytes(),
    )?;
    insert_gzipped(format!("{documents}/NEWS"), &text("CHANGELOG.md")?.bytes)?;
    insert_gzipped(
        format!("{documents}/THIRD-PARTY.txt"),
        &text("THIRD-PARTY.txt")?.bytes,
    )?;
    let copyright = copyright(&String::from_utf8_lossy(&text("LICENSE-MIT")?.bytes));
    files.insert(
        format!("{documents}/copyright"),
        PackedFile::text(&copyright),
    );
    for (name, shell, place) in COMPLETIONS {
        let file = payload
            .completions
            .get(name)
            .with_context(|| format!("no {shell}"))?;
        files.insert(place.to_owned(), file.clone());
    }
    Ok(files)
}

/// What the package needs: the libraries that the programs link, and of glibc the version whose functions they call.
fn depends(built: &Built) -> Result<String> {
    let mut packages = std::collections::BTreeSet::new();
    let mut glibc = (0, 0);
    for path in [&built.cli, &built.plugin] {
        let bytes = fs::read(path)?;
        let elf = Elf::parse(&bytes).with_context(|| path.display().to_string())?;
        for library in &elf.libraries {
            let known = PACKAGES.iter().find(|(name, _)| name == library);
            match known {
                Some((_, package)) => packages.insert(*package),
                None => {
                    let is_glibc = ["libc.so.6", "libm.so.6"].contains(library);
                    ensure!(
                        is_glibc,
                        "{}: no package is known for {library}",
                        path.display()
                    );
                    packages.insert("libc6")
                }
            };
        }
        for needed in elf.verneed.iter().flat_map(|verneed| verneed.iter()) {
            for version in needed.iter() {
                let name = elf.dynstrtab.get_at(version.vna_name).unwrap_or_default();
                glibc = glibc.max(glibc_version(name).unwrap_or_default());
            }
        }
    }
    ensure!(glibc > (0, 0), "no version of glibc is asked for");
    let packages: Vec<String> = packages
        .into_iter()
        .map(|package| match package {
            "libc6" => format!("libc6 (>= {}.{})", glibc.0, glibc.1),
            other => other.to_owned(),
        })
        .collect();
    Ok(packages.join(", "))
}

/// `GLIBC_2.34` as numbers.
fn glibc_version(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn control(files: &Files, depends: &str, release: &Release) -> String {
    let num_bytes: usize = files.values().map(|file| file.bytes.len()).sum();
    format!(
        "Package: underscore\n\
         Version: {}\n\
         Architecture: amd64\n\
         Maintainer: Underscore contributors <underscore@users.noreply.github.com>\n\
         Installed-Size: {}\n\
         Depends: {depends}\n\
         Recommends: {RECOMMENDED}\n\
         Suggests: ffmpeg\n\
         Section: sound\n\
         Priority: optional\n\
         Description: meters and ducks music under dialogue\n \
         Says line by line where music hides the words of a dialogue, and takes out of\n \
         the music just what hides them: a plugin for VST3 and CLAP hosts, and a\n \
         command-line tool with the same engine.\n",
        release.version,
        num_bytes.div_ceil(1024),
    )
}

fn md5sums(files: &Files) -> String {
    let line = |(name, file): (&String, &PackedFile)| {
        let digest = Md5::digest(&file.bytes);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{digest}  {name}\n")
    };
    files.iter().map(line).collect()
}

fn debian_changelog(release: &Release) -> String {
    format!(
        "underscore ({}) unstable; urgency=medium\n\n  * Build {}. What changed for users: NEWS.gz.\n\n \
         -- Underscore contributors <underscore@users.noreply.github.com>  {}\n",
        release.version, release.commit, release.date
    )
}

/// Both licences of the project, as Debian's policy wants them.
fn copyright(mit: &str) -> String {
    let mit: String = mit
        .lines()
        .map(|line| {
            if line.is_empty() {
                " .\n".to_owned()
            } else {
                format!(" {line}\n")
            }
        })
        .collect();
    format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
         Upstream-Name: Underscore\n\n\
         Files: *\n\
         Copyright: the Underscore contributors\n\
         License: MIT or Apache-2.0\n\
         Comment: What is linked into the programs has licences of its own: THIRD-PARTY.txt.gz.\n\n\
         License: MIT\n{mit}\n\
         License: Apache-2.0\n \
         On Debian systems, the text is in /usr/share/common-licenses/Apache-2.0.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_glibc_are_compared_as_numbers() {
        assert_eq!(glibc_version("GLIBC_2.34"), Some((2, 34)));
        assert_eq!(glibc_version("GLIBC_2.2.5"), Some((2, 2)));
        assert_eq!(glibc_version("GCC_3.0"), None);
        assert!(glibc_version("GLIBC_2.9") < glibc_version("GLIBC_2.34"));
    }

    #[test]
    fn checksums_are_those_of_md5sum() {
        let files: Files = [("usr/a".to_owned(), PackedFile::text("abc"))].into();
        assert_eq!(md5sums(&files), "900150983cd24fb0d6963f7d28e17f72  usr/a\n");
    }
}
