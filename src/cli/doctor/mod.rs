//! `underscore doctor`: what this machine has for Underscore, as a text to paste into a bug report. Nothing
//! personal is in it: no name of a user, a machine or a file, and the home folder is `~`.

mod installed;
mod plugin_folders;
mod surroundings;

use std::collections::BTreeSet;
use std::env;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::doctor::installed::copies_in;
use crate::cli::doctor::plugin_folders::{PluginFolder, of_system};
use crate::cli::errors::Error;
use crate::cli::outcome::Outcome;
use crate::cli::standard_output;
use crate::version;
use crate::words::counted;

/// Prints the report.
///
/// # Errors
/// If standard output can't be written.
pub fn run() -> Result<Outcome, Error> {
    let mut lines = vec![("underscore".to_owned(), version::this().to_owned())];
    lines.extend(surroundings::lines());
    let home = env::home_dir();
    let folders = of_system(env::consts::OS, |name| match name {
        "HOME" => home.clone(),
        name => env::var_os(name).map(PathBuf::from),
    });
    let mut versions = BTreeSet::new();
    for folder in &folders {
        lines.push((
            format!("{}, {}", folder.format, folder.whose),
            folder_line(folder, home.as_deref(), &mut versions),
        ));
    }
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in lines {
        text += &format!("{name:width$}  {}\n", without_home(&value, home.as_deref()));
    }
    text += "\n";
    for note in notes(&versions) {
        text += &format!("{note}\n");
    }
    text += "For a bug report: copy all of this, nothing personal is in it.\n";
    standard_output::print(&text)?;
    Ok(Outcome::Done)
}

/// What is in `folder`; the `versions` found are added, with `None` for one that can't be told.
fn folder_line(
    folder: &PluginFolder,
    home: Option<&Path>,
    versions: &mut BTreeSet<Option<String>>,
) -> String {
    // Where people keep other folders may be named for them, or for their work.
    let is_shown = folder.whose != "CLAP_PATH" || home.is_some_and(|h| folder.path.starts_with(h));
    let place = match is_shown {
        true => folder.path.display().to_string(),
        false => "(elsewhere)".to_owned(),
    };
    let found = match copies_in(&folder.path, folder.format) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => "no such folder".to_owned(),
        Err(error) => format!("can't be read ({})", error.kind()),
        Ok(copies) if copies.is_empty() => "no Underscore".to_owned(),
        Ok(copies) => {
            let texts: Vec<String> = copies
                .into_iter()
                .map(|copy| {
                    let text = copy.version.as_deref().unwrap_or("version unknown");
                    let text = format!("{} ({text})", copy.name);
                    versions.insert(copy.version);
                    text
                })
                .collect();
            texts.join(" and ")
        }
    };
    format!("{place}: {found}")
}

/// What to do about the `versions` of the plugin that were found.
fn notes(versions: &BTreeSet<Option<String>>) -> Vec<String> {
    let mut notes = Vec::new();
    if versions.is_empty() {
        notes.push("No host will find the plugin: none of these folders has it.".to_owned());
    }
    if versions.len() > 1 {
        notes.push(format!(
            "There are {}: a host may take any of them. Remove all but one.",
            counted(versions.len(), "different version")
        ));
    }
    let others = versions.iter().flatten();
    if others.clone().next().is_some() && others.clone().all(|other| other != version::this()) {
        notes.push("The plugin is another version than this command line.".to_owned());
    }
    notes
}

/// `text` with `~` for the home folder.
fn without_home(text: &str, home: Option<&Path>) -> String {
    match home.map(|home| home.display().to_string()) {
        // `/` and the like would go with every path.
        Some(home) if home.len() > 3 => text.replace(home.trim_end_matches(['/', '\\']), "~"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_folder_is_a_tilde() {
        let home = Some(Path::new("/home/jane/"));
        assert_eq!(
            without_home("/home/jane/.vst3: none", home),
            "~/.vst3: none"
        );
        assert_eq!(without_home("/usr/lib", Some(Path::new("/"))), "/usr/lib");
    }

    #[test]
    fn versions_that_differ_are_told() {
        let versions = |all: &[&str]| all.iter().map(|v| Some((*v).to_owned())).collect();
        assert!(notes(&versions(&[version::this()])).is_empty());
        assert_eq!(notes(&versions(&[])).len(), 1);
        let two = notes(&versions(&[version::this(), "0.0.9, build 1, t"])).join(" ");
        assert!(two.contains("2 different versions"), "{two}");
        let other = notes(&versions(&["0.0.9, build 1, t"])).join(" ");
        assert!(other.contains("another version"), "{other}");
    }
}
