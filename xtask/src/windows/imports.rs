//! What a library or program for Windows takes from others, and what hosts find in it.

use crate::tool;
use crate::windows::Built;
use anyhow::{Result, ensure};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const OBJDUMP: &str = "x86_64-w64-mingw32-objdump";

/// Entry points that hosts on Windows look for: VST3's three and CLAP's.
const ENTRY_POINTS: [&str; 4] = ["GetPluginFactory", "InitDll", "ExitDll", "clap_entry"];

/// Libraries that every Windows 10 has.
const OF_THE_SYSTEM: [&str; 22] = [
    "advapi32",
    "bcrypt",
    "bcryptprimitives",
    "combase",
    "dwmapi",
    "gdi32",
    "imm32",
    "kernel32",
    "msvcrt",
    "ntdll",
    "ole32",
    "oleaut32",
    "opengl32",
    "propsys",
    "rpcrt4",
    "shell32",
    "uiautomationcore",
    "user32",
    "userenv",
    "uxtheme",
    "winmm",
    "ws2_32",
];

/// Families of names that stand for parts of the system.
const SETS_OF_THE_SYSTEM: [&str; 2] = ["api-ms-win-", "ext-ms-win-"];

/// # Errors
/// If something needs a library that not every Windows has, or lacks an entry point.
pub fn check(built: &Built) -> Result<()> {
    for path in [&built.cli, &built.library] {
        let (imports, _) = names(path)?;
        ensure!(!imports.is_empty(), "{}: no imports found", path.display());
        for library in &imports {
            ensure!(
                is_of_the_system(library),
                "{} needs {library}, which not every Windows has",
                path.display()
            );
        }
        println!("{} takes from: {}", path.display(), imports.join(" "));
    }
    let (_, exports) = names(&built.library)?;
    for entry in ENTRY_POINTS {
        let path = built.library.display();
        ensure!(
            exports.iter().any(|name| name == entry),
            "{path} has no {entry}"
        );
    }
    Ok(())
}

fn is_of_the_system(library: &str) -> bool {
    let name = library;
    SETS_OF_THE_SYSTEM.iter().any(|set| name.starts_with(set))
        || name
            .strip_suffix(".dll")
            .is_some_and(|name| OF_THE_SYSTEM.contains(&name))
}

/// The libraries that a file imports, and the names that it exports.
fn names(path: &Path) -> Result<(Vec<String>, Vec<String>)> {
    let said = tool::output_of(Command::new(OBJDUMP).arg("-p").arg(path))?;
    Ok(names_in(&said))
}

fn names_in(said: &str) -> (Vec<String>, Vec<String>) {
    let imports = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DLL Name:"));
    // Each once: one library may be asked for by several others of Rust, in capitals or not.
    let imports: BTreeSet<String> = imports
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let table = said
        .split("[Ordinal/Name Pointer] Table")
        .nth(1)
        .unwrap_or_default();
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty());
    let exports = rows
        .filter_map(|row| row.split_whitespace().last())
        .map(str::to_owned);
    (imports.into_iter().collect(), exports.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_of_the_compiler_are_not_the_systems() {
        for library in [
            "kernel32.dll",
            "api-ms-win-core-synch-l1-2-0.dll",
            "opengl32.dll",
        ] {
            assert!(is_of_the_system(library), "{library}");
        }
        for library in [
            "libgcc_s_seh-1.dll",
            "libwinpthread-1.dll",
            "libstdc++-6.dll",
            "kernel32",
        ] {
            assert!(!is_of_the_system(library), "{library}");
        }
    }

    #[test]
    fn imports_and_exports_are_read_from_the_listing() {
        let said = "\n\tDLL Name: KERNEL32.dll\n\tvma:  Hint\n\n\tDLL Name: ntdll.dll\n\tDLL Name: kernel32.dll\n\n\
            The Export Tables\n[Ordinal/Name Pointer] Table\n\t[   0] ExitDll\n\t[   1] InitDll\n\nThe rest\n [ 1] no\n";
        let (imports, exports) = names_in(said);
        assert_eq!(imports, ["kernel32.dll", "ntdll.dll"]);
        assert_eq!(exports, ["ExitDll", "InitDll"]);
    }
}
