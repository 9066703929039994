//! Who may import whom: `dsp <- psycho <- clash <- engine <- {plugin, cli}`.
//!
//! Reads the paths `crate::...` and the names of outer crates in `src/`; `ARCHITECTURE.md` says why.

use std::fs;
use std::path::{Path, PathBuf};

/// Plain data that every part may use.
const DATA: [&str; 4] = ["layout", "presets", "settings", "snapshot"];

/// Each part with the others that it may import, besides itself and the data.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("dsp", &[]),
    ("psycho", &["dsp"]),
    ("clash", &["psycho", "dsp"]),
    ("engine", &["clash", "psycho", "dsp"]),
    ("report", &["clash", "psycho"]),
    ("cli", &["engine", "report", "clash", "psycho", "dsp"]),
    ("plugin", &["engine", "editor", "clash", "psycho", "dsp"]),
    // Its parameters are the plugin's; the engine it never sees.
    ("editor", &["plugin", "psycho"]),
    ("layout", &[]),
    // Bands are the unit of most of what it tells.
    ("snapshot", &["psycho"]),
    ("presets", &[]),
    ("settings", &[]),
];

/// Outer crates that only some parts may use.
const OUTER: [(&str, &[&str]); 12] = [
    ("nice_plug", &["plugin", "editor"]),
    ("nice_plug_egui", &["plugin", "editor"]),
    ("egui", &["editor"]),
    ("triple_buffer", &["plugin"]),
    ("symphonia", &["cli"]),
    ("rubato", &["cli"]),
    ("indicatif", &["cli"]),
    ("tempfile", &["cli"]),
    ("rustfft", &["dsp"]),
    ("wide", &["dsp"]),
    ("multiversion", &["dsp"]),
    ("earshot", &["clash"]),
];

#[test]
fn every_part_imports_only_what_lies_below_it() {
    let mut wrong = Vec::new();
    let mut num_imports = 0;
    for (part, path) in source_files() {
        let text = code_of(&path);
        assert!(
            !text.contains("crate::{"),
            "{}: one `use crate::...` for each part, so that this test can read it",
            path.display()
        );
        for imported in names_after(&text, "crate::") {
            num_imports += 1;
            if !may_import(&part, imported) {
                wrong.push(format!("{}: crate::{imported}", path.display()));
            }
        }
        for (outer, parts) in OUTER {
            if uses_crate(&text, outer) && !parts.contains(&part.as_str()) {
                wrong.push(format!("{}: {outer}", path.display()));
            }
        }
    }
    assert!(num_imports > 40, "only {num_imports} imports found");
    assert!(wrong.is_empty(), "against the layering: {wrong:#?}");
}

#[test]
fn the_test_knows_right_from_wrong() {
    assert!(may_import("psycho", "dsp") && may_import("dsp", "settings"));
    assert!(!may_import("dsp", "psycho") && !may_import("editor", "engine"));
    assert!(!may_import("report", "engine") && !may_import("engine", "plugin"));
    let text = "use crate::clash::log; let x = crate::dsp::units; fn f(_: egui::Ui)";
    assert_eq!(names_after(text, "crate::"), ["clash", "dsp"]);
    assert!(uses_crate(text, "egui") && !uses_crate(text, "gui") && !uses_crate(text, "log"));
}

fn may_import(part: &str, imported: &str) -> bool {
    let (_, allowed) = MAY_IMPORT
        .iter()
        .find(|(name, _)| *name == part)
        .unwrap_or_else(|| panic!("`{part}` is a new part: say here what it may import"));
    imported == part || DATA.contains(&imported) || allowed.contains(&imported)
}

/// All source files, each with the part that it belongs to; `lib.rs` and `main.rs` belong to none.
fn source_files() -> Vec<(String, PathBuf)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src/ can be read") {
            let path = entry.expect("src/ can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&src).expect("a path in src/");
                let first = relative.iter().next().and_then(|name| name.to_str());
                let part = first.expect("a name").trim_end_matches(".rs");
                if !["lib", "main"].contains(&part) {
                    files.push((part.to_owned(), path));
                }
            }
        }
    }
    files
}

/// The text of a file without comments.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file can be read");
    let lines = text.lines();
    lines
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The names that follow `prefix` wherever it stands.
fn names_after<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    text.split(prefix)
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !is_in_name(c)).unwrap_or(rest.len());
            &rest[..end]
        })
        .filter(|name| name.chars().next().is_some_and(char::is_lowercase))
        .collect()
}

/// Whether a path in `text` begins with the crate `name`.
fn uses_crate(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let before = &text[..start];
        let is_whole_name = !before.ends_with(is_in_name) && !before.ends_with("::");
        is_whole_name && text[start + name.len()..].starts_with("::")
    })
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
