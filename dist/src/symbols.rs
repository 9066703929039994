//! Names of functions, taken out of what users install and kept in a file of their own, for crash reports.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::compile::{Built, System};
use crate::tool;
use crate::{Files, PackedFile};

/// Strips the library and the command line and gives what was taken out. What Microsoft's linker makes has its
/// symbols in a file already, and Apple's tools keep theirs with `dsymutil`, so there is nothing to do for those two.
///
/// # Errors
/// If binutils fail or are missing.
pub fn split(built: &Built) -> Result<Files> {
    let prefix = match built.system {
        System::Linux => "",
        System::WindowsGnu => "x86_64-w64-mingw32-",
        System::WindowsMsvc => return Ok(Files::new()),
        System::Mac => {
            for (path, options) in [(&built.cli, &[][..]), (&built.plugin, &["-x"][..])] {
                tool::run(Command::new("strip").args(options).arg(path))?;
            }
            return Ok(Files::new());
        }
    };
    let mut files = Files::new();
    for path in [&built.cli, &built.plugin] {
        let symbols = path.with_added_extension("debug");
        let name = symbols
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let objcopy = || Command::new(format!("{prefix}objcopy"));
        run(objcopy().arg("--only-keep-debug").arg(path).arg(&symbols))?;
        run(Command::new(format!("{prefix}strip"))
            .arg("--strip-unneeded")
            .arg(path))?;
        // From within its folder: the link is a name with a checksum.
        let folder = path.parent().unwrap_or(Path::new("."));
        let link = format!("--add-gnu-debuglink={name}");
        run(objcopy().current_dir(folder).arg(link).arg(path))?;
        files.insert(name, PackedFile::read(&symbols, false)?);
    }
    Ok(files)
}

fn run(command: &mut Command) -> Result<()> {
    tool::output_of(command).map(drop)
}
