//! The house as a table: which room may import which, who runs on the audio thread, and no circle of
//! files anywhere. `ARCHITECTURE.md` says why.
//!
//! Reads every path of `src/` with a parser: `crate::`, `self::`, `super::`, names of child modules, and
//! paths inside macros. What stands under `#[cfg(test)]` doesn't count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Rooms of the audio thread: they never allocate once they are made, never lock, never panic, and import
/// no room that may.
const AUDIO: [(&str, &[&str]); 11] = [
    ("settings", &[]),
    ("layout", &[]),
    ("dsp", &[]),
    ("psycho", &["dsp", "settings"]),
    // Bands are the unit of most of what it tells, and silence has one level.
    ("snapshot", &["psycho", "dsp", "settings"]),
    ("speech", &["dsp"]),
    ("clash", &["snapshot", "psycho", "dsp", "settings"]),
    ("duck", &["snapshot", "psycho", "dsp", "settings"]),
    ("ride", &["psycho", "settings"]),
    (
        "engine",
        &[
            "speech", "clash", "duck", "ride", "snapshot", "psycho", "dsp", "settings", "layout",
        ],
    ),
    ("link", &["snapshot", "settings"]),
];

/// Rooms that may allocate, each with what it may import. `dsp` is for its units and smoothing.
const OTHERS: [(&str, &[&str]); 14] = [
    ("version", &[]),
    ("words", &[]),
    ("files", &[]),
    ("presets", &["settings"]),
    ("timeline", &["files", "words"]),
    (
        "lines",
        &["speech", "clash", "psycho", "snapshot", "dsp", "settings"],
    ),
    (
        "memory",
        &[
            "ride", "clash", "lines", "timeline", "snapshot", "psycho", "settings", "files",
            "words",
        ],
    ),
    (
        "learn",
        &[
            "memory", "ride", "lines", "duck", "clash", "snapshot", "psycho", "dsp", "settings",
        ],
    ),
    (
        "found",
        &[
            "lines", "clash", "snapshot", "psycho", "dsp", "layout", "words",
        ],
    ),
    (
        "report",
        &[
            "found", "memory", "lines", "clash", "timeline", "psycho", "snapshot", "words",
        ],
    ),
    (
        "params",
        &[
            "link", "memory", "ride", "presets", "timeline", "settings", "files",
        ],
    ),
    (
        "editor",
        &[
            "params", "link", "report", "found", "learn", "memory", "lines", "duck", "clash",
            "timeline", "presets", "psycho", "snapshot", "settings", "dsp", "files", "version",
            "words",
        ],
    ),
    (
        "plugin",
        &[
            "engine", "editor", "params", "link", "learn", "memory", "ride", "snapshot",
            "settings", "layout",
        ],
    ),
    (
        "cli",
        &[
            "engine", "report", "found", "learn", "memory", "ride", "lines", "duck", "clash",
            "timeline", "presets", "psycho", "snapshot", "settings", "layout", "dsp", "files",
            "version", "words",
        ],
    ),
];

/// Outer crates that only some rooms may use.
const OUTER: [(&str, &[&str]); 22] = [
    ("egui_glow", &["editor"]),
    ("accesskit_unix", &["editor"]),
    ("accesskit_windows", &["editor"]),
    ("libc", &["editor"]),
    ("atomic_float", &["link"]),
    ("nice_plug", &["params", "plugin", "editor"]),
    ("nice_plug_egui", &["editor"]),
    ("egui", &["editor"]),
    ("etcetera", &["editor", "params"]),
    ("rtrb", &["link"]),
    ("softbuffer", &["editor"]),
    ("x11rb", &["editor"]),
    ("raw_window_handle", &["editor"]),
    ("symphonia", &["cli"]),
    ("rubato", &["cli"]),
    ("indicatif", &["cli"]),
    ("tempfile", &["files"]),
    ("sha2", &["files"]),
    ("rustfft", &["dsp"]),
    ("realfft", &["dsp"]),
    ("wide", &["dsp"]),
    ("multiversion", &["dsp"]),
];

/// Lints that keep the audio thread from panicking, denied at the door of each of its rooms.
const DENIED: [&str; 4] = [
    "clippy::expect_used",
    "clippy::indexing_slicing",
    "clippy::panic",
    "clippy::unwrap_used",
];

/// File names that may occur more than once, and why.
const SHARED_NAMES: [(&str, &str); 2] = [
    ("mod.rs", "the door of a room"),
    (
        "choices.rs",
        "the choices of a room, in each one that has any",
    ),
];

/// Doors inside other rooms that the audio thread goes through as well.
const OTHER_AUDIO_DOORS: [&str; 2] = ["plugin/mod.rs", "params/mod.rs"];

#[test]
fn every_room_imports_only_what_lies_below_it() {
    let house = House::read();
    let mut wrong = Vec::new();
    for arrow in &house.arrows {
        let (from, to) = (room(&arrow.from), room(&arrow.to));
        if !may_import(from, to) {
            wrong.push(format!("{}: crate::{to}", arrow.from));
        }
    }
    for (file, outer) in &house.outer {
        let allowed = OUTER.iter().find(|(name, _)| name == outer);
        if allowed.is_some_and(|(_, rooms)| !rooms.contains(&room(file))) {
            wrong.push(format!("{file}: {outer}"));
        }
    }
    assert!(
        house.arrows.len() > 200,
        "{} imports found",
        house.arrows.len()
    );
    assert!(wrong.is_empty(), "against the table: {wrong:#?}");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let house = House::read();
    let circles = circles(&house.arrows);
    assert!(circles.is_empty(), "circles: {circles:#?}");
}

#[test]
fn rooms_of_the_audio_thread_import_no_room_that_may_allocate() {
    for (room, imports) in AUDIO {
        for import in imports {
            let is_audio = AUDIO.iter().any(|(name, _)| name == import);
            assert!(
                is_audio,
                "{room} runs on the audio thread and imports {import}"
            );
        }
    }
}

#[test]
fn the_doors_of_the_audio_thread_deny_what_could_panic() {
    let house = House::read();
    let rooms = AUDIO.iter().map(|(room, _)| {
        let folder = format!("{room}/mod.rs");
        if house.files.contains_key(&folder) {
            folder
        } else {
            format!("{room}.rs")
        }
    });
    for door in rooms.chain(OTHER_AUDIO_DOORS.map(str::to_owned)) {
        let file = house
            .files
            .get(&door)
            .unwrap_or_else(|| panic!("{door} is missing"));
        let denied = denied_lints(&file.attrs);
        for lint in DENIED {
            assert!(denied.contains(lint), "{door} doesn't deny {lint}");
        }
        let is_told = doc_text(&file.attrs).contains("audio thread");
        assert!(
            is_told,
            "{door} doesn't say that it runs on the audio thread"
        );
    }
}

#[test]
fn no_two_files_share_a_name() {
    let house = House::read();
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in house.files.keys() {
        let name = file.rsplit('/').next().unwrap_or(file);
        by_name.entry(name).or_default().push(file);
    }
    by_name.retain(|name, files| files.len() > 1 && !SHARED_NAMES.iter().any(|(it, _)| it == name));
    assert!(
        by_name.is_empty(),
        "can't be told apart in an editor: {by_name:#?}"
    );
}

#[test]
fn the_test_knows_right_from_wrong() {
    assert!(may_import("psycho", "dsp") && may_import("cli", "report"));
    assert!(!may_import("dsp", "psycho") && !may_import("editor", "plugin"));
    assert!(!may_import("report", "engine") && !may_import("engine", "lines"));
    let arrow = |from: &str, to: &str| Arrow {
        from: from.into(),
        to: to.into(),
    };
    let chain = [arrow("a/x.rs", "a/y.rs"), arrow("a/y.rs", "a/z.rs")];
    assert!(circles(&chain).is_empty());
    let ring = [&chain[..], &[arrow("a/z.rs", "a/x.rs")]].concat();
    assert_eq!(circles(&ring), [["a/x.rs", "a/y.rs", "a/z.rs"]]);
    let parent = [arrow("a/mod.rs", "a/x.rs"), arrow("a/x.rs", "a/mod.rs")];
    assert_eq!(circles(&parent).len(), 1, "through a mod.rs as well");
}

#[test]
fn the_test_finds_every_kind_of_path() {
    let text = "
        use crate::dsp::{units::{self, db_from_power}, smoothing};
        use super::log as l;
        mod child;
        pub use child::Thing;
        fn f() { let _ = crate::psycho::bands::NUM_BANDS; println!(\"{}\", super::words::text()); }
        #[cfg(test)]
        mod tests { use crate::cli::errors; }
    ";
    let file = syn::parse_file(text).expect("sound code");
    let children = BTreeSet::from(["child".to_owned()]);
    let found = paths_in(&file, &["lines".into(), "here".into()], &children);
    let found: Vec<String> = found.into_iter().map(|path| path.join("::")).collect();
    for path in [
        "dsp::units::db_from_power",
        "dsp::smoothing",
        "lines::log",
        "lines::here::child::Thing",
        "psycho::bands::NUM_BANDS",
        "lines::words::text",
    ] {
        assert!(
            found.iter().any(|it| it == path),
            "{path} is not in {found:?}"
        );
    }
    assert!(
        !found.iter().any(|path| path.starts_with("cli")),
        "{found:?}"
    );
}

/// One file takes something from another; both as paths under `src/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
}

/// All source files and what they import.
struct House {
    files: BTreeMap<String, syn::File>,
    arrows: BTreeSet<Arrow>,
    /// File and outer crate.
    outer: BTreeSet<(String, String)>,
}

impl House {
    fn read() -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files: BTreeMap<String, syn::File> = rust_files(&src)
            .into_iter()
            .map(|path| {
                let name = path.strip_prefix(&src).expect("a path in src/");
                let text = fs::read_to_string(&path).expect("a source file can be read");
                let file = syn::parse_file(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                (name.to_string_lossy().replace('\\', "/"), file)
            })
            .filter(|(name, _)| !["lib.rs", "main.rs"].contains(&name.as_str()))
            .collect();
        let by_module: BTreeMap<Vec<String>, &String> =
            files.keys().map(|name| (module_of(name), name)).collect();
        let (mut arrows, mut outer) = (BTreeSet::new(), BTreeSet::new());
        for (name, file) in &files {
            let module = module_of(name);
            let children = by_module
                .keys()
                .filter(|it| it.len() == module.len() + 1 && it.starts_with(&module))
                .filter_map(|it| it.last().cloned())
                .collect();
            for path in paths_in(file, &module, &children) {
                let target = (1..=path.len())
                    .rev()
                    .find_map(|len| by_module.get(&path[..len]));
                if let Some(&to) = target
                    && to != name
                {
                    let (from, to) = (name.clone(), to.clone());
                    arrows.insert(Arrow { from, to });
                }
            }
            for (krate, _) in OUTER {
                if uses_crate(file, krate) {
                    outer.insert((name.clone(), krate.to_owned()));
                }
            }
        }
        Self {
            files,
            arrows,
            outer,
        }
    }
}

/// The room of a file: its folder in `src/`, or its own name.
fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.trim_end_matches(".rs")
}

fn may_import(from: &str, to: &str) -> bool {
    let (_, allowed) = AUDIO
        .iter()
        .chain(&OTHERS)
        .find(|(name, _)| *name == from)
        .unwrap_or_else(|| panic!("`{from}` is a new room: say here what it may import"));
    from == to || allowed.contains(&to)
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("src/ can be read") {
        let path = entry.expect("src/ can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module of a file, such as `["report", "json"]` for `report/json/mod.rs`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

/// Every path into the crate that `file` names outside its tests, from the crate's root.
fn paths_in(file: &syn::File, module: &[String], children: &BTreeSet<String>) -> Vec<Vec<String>> {
    let mut raw = RawPaths::default();
    raw.visit_file(file);
    raw.paths
        .into_iter()
        .filter_map(|path| {
            let num_up = path.iter().take_while(|name| *name == "super").count();
            let (base, rest) = match path.first()?.as_str() {
                "crate" => (&[][..], &path[1..]),
                "self" => (module, &path[1..]),
                "super" => (
                    module.get(..module.len().checked_sub(num_up)?)?,
                    &path[num_up..],
                ),
                name if children.contains(name) => (module, &path[..]),
                _ => return None,
            };
            Some([base, rest].concat())
        })
        .collect()
}

/// Whether a path of `file` begins with the crate `name`, or an attribute derives from it.
fn uses_crate(file: &syn::File, name: &str) -> bool {
    let mut raw = RawPaths::default();
    raw.visit_file(file);
    raw.paths
        .iter()
        .any(|path| path.len() > 1 && path[0] == name)
}

/// Paths as they are written, `use` trees unfolded.
#[derive(Default)]
struct RawPaths {
    paths: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for RawPaths {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test(item) {
            visit::visit_item(self, item);
        }
    }

    /// Who may see an item is no import.
    fn visit_visibility(&mut self, _visibility: &'ast syn::Visibility) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.unfold(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.paths.push(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.paths_of_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}

impl RawPaths {
    fn unfold(&mut self, tree: &syn::UseTree, mut prefix: Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.unfold(&path.tree, prefix);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.unfold(tree, prefix.clone());
                }
            }
            syn::UseTree::Name(name) if name.ident == "self" => self.paths.push(prefix),
            syn::UseTree::Name(name) => {
                prefix.push(name.ident.to_string());
                self.paths.push(prefix);
            }
            syn::UseTree::Rename(rename) => {
                prefix.push(rename.ident.to_string());
                self.paths.push(prefix);
            }
            syn::UseTree::Glob(_) => self.paths.push(prefix),
        }
    }

    /// Names with `::` between them.
    fn paths_of_tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut num_colons) = (Vec::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if num_colons != 2 {
                        self.paths.push(std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    num_colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => num_colons += 1,
                TokenTree::Group(group) => {
                    self.paths_of_tokens(group.stream());
                    num_colons = 0;
                }
                _ => num_colons = 0,
            }
        }
        self.paths.push(path);
    }
}

fn is_test(item: &syn::Item) -> bool {
    let attrs = match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        _ => return false,
    };
    attrs.iter().any(|attr| {
        attr.path().is_ident("cfg")
            && attr
                .meta
                .require_list()
                .is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

/// Lints that inner attributes deny.
fn denied_lints(attrs: &[syn::Attribute]) -> BTreeSet<String> {
    let mut lints = BTreeSet::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("deny")) {
        if let Ok(list) = attr.meta.require_list() {
            let text = list.tokens.to_string().replace(' ', "");
            lints.extend(text.split(',').map(str::to_owned));
        }
    }
    lints
}

fn doc_text(attrs: &[syn::Attribute]) -> String {
    let docs = attrs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    docs.collect::<Vec<_>>().concat()
}

/// Groups of files each of which reaches every other one, and itself, along the arrows.
fn circles<'a>(arrows: impl IntoIterator<Item = &'a Arrow>) -> Vec<Vec<&'a str>> {
    let mut nexts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for arrow in arrows {
        nexts.entry(&arrow.from).or_default().insert(&arrow.to);
    }
    let reach: BTreeMap<&str, BTreeSet<&str>> = nexts
        .keys()
        .map(|&start| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
            while let Some(file) = open.pop() {
                let next = nexts.get(file).into_iter().flatten();
                open.extend(next.filter(|file| seen.insert(**file)));
            }
            (start, seen)
        })
        .collect();
    let mut circles: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (file, seen) in &reach {
        if seen.contains(file) {
            let back = |other: &&&str| reach.get(**other).is_some_and(|it| it.contains(file));
            circles.insert(seen.iter().filter(back).copied().collect());
        }
    }
    circles.into_iter().collect()
}
