//! The reference files: reading, comparing, writing them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::rule::Rule;

/// Where the reference files are in the repository.
pub const FOLDER: &str = "tests/golden/reference";

/// What to do when a difference is meant.
pub const HOW_TO_UPDATE: &str = "If this is meant, write the references anew and read what changed:\n\
    \x20 UNDERSCORE_UPDATE_GOLDEN=1 cargo test --release --test golden && git diff tests/golden";

/// Lines that a difference shows before it, and at most of each side.
const NUM_LINES_SHOWN: usize = 3;

/// Characters of a line shown before and after its first difference.
const NUM_CHARS_SHOWN: usize = 90;

/// Whether the references are to be written anew.
pub fn is_updating() -> bool {
    let is_on = std::env::var_os("UNDERSCORE_UPDATE_GOLDEN").is_some_and(|value| value == "1");
    assert!(
        !is_on || is_machine_of_references(),
        "the references are made on x86-64 Linux with glibc, AVX2 and FMA only"
    );
    is_on
}

/// Whether this machine rounds as the one that made the references: x86-64 Linux with glibc, AVX2
/// and FMA.
pub fn is_machine_of_references() -> bool {
    #[cfg(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"))]
    {
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
    }
    #[cfg(not(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu")))]
    {
        false
    }
}

/// The names of all reference files, as `folder/file`.
pub fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let entries = |path: &Path| fs::read_dir(path).into_iter().flatten();
    for folder in entries(&path_of("")).map(Result::unwrap) {
        let folder_name = folder.file_name().into_string().unwrap();
        if folder.path().is_file() {
            names.insert(folder_name);
            continue;
        }
        for file in entries(&folder.path()).map(Result::unwrap) {
            let file_name = file.file_name().into_string().unwrap();
            names.insert(format!("{folder_name}/{file_name}"));
        }
    }
    names
}

/// Removes a reference file, and its folder with the last one.
pub fn remove(name: &str) {
    fs::remove_file(path_of(name)).unwrap();
    if let Some((folder, _)) = name.split_once('/') {
        // A folder that has more files stays.
        let _ = fs::remove_dir(path_of(folder));
    }
}

/// Compares `text` with the reference called `name`, or writes it anew. `None` if it is as `rule`
/// wants it, or else what is wrong.
pub fn difference(name: &str, text: &str, rule: Rule) -> Option<String> {
    let path = path_of(name);
    let reference = fs::read(&path).ok();
    if is_updating() {
        if reference.as_deref() != Some(text.as_bytes()) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        return None;
    }
    let Some(reference) = reference else {
        return Some(format!("{FOLDER}/{name} is missing"));
    };
    let reference = String::from_utf8(reference).unwrap();
    let shown = first_difference(&reference, text, rule)?;
    Some(format!("{FOLDER}/{name} (-) and now (+) {shown}"))
}

/// Fails with all `differences`, if there are any.
#[track_caller]
pub fn demand_none(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "\n{}\n\n{HOW_TO_UPDATE}",
        differences.join("\n\n")
    );
}

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(FOLDER)
        .join(name)
}

/// The first lines that differ, with those before them.
fn first_difference(reference: &str, text: &str, rule: Rule) -> Option<String> {
    let before: Vec<&str> = reference.split('\n').collect();
    let now: Vec<&str> = text.split('\n').collect();
    let is_same = |line_idx: usize| match (before.get(line_idx), now.get(line_idx)) {
        (Some(before), Some(now)) => rule.allows(before, now),
        (before, now) => before.is_none() && now.is_none(),
    };
    let num_lines = before.len().max(now.len());
    let mut differing = (0..num_lines).filter(|&line_idx| !is_same(line_idx));
    let first = differing.next()?;
    let from_char = match (before.get(first), now.get(first)) {
        (Some(before), Some(now)) => first_char(before, now).saturating_sub(NUM_CHARS_SHOWN),
        _ => 0,
    };
    let mut shown = format!(
        "differ in {} of {num_lines} lines, first in line {}:",
        differing.count() + 1,
        first + 1
    );
    let around = |lines: &[&str], from: usize, to: usize, sign: char| -> String {
        let lines = lines.get(from..to.min(lines.len())).unwrap_or_default();
        let rows = lines.iter().map(|line| part(line, from_char));
        rows.map(|line| format!("\n  {sign} {line}")).collect()
    };
    let until = first + NUM_LINES_SHOWN;
    shown += &around(&before, first.saturating_sub(NUM_LINES_SHOWN), first, ' ');
    shown += &around(&before, first, until, '-');
    shown += &around(&now, first, until, '+');
    Some(shown)
}

/// Index of the first character in which two lines differ.
fn first_char(before: &str, now: &str) -> usize {
    let same = before.chars().zip(now.chars());
    same.take_while(|(before, now)| before == now).count()
}

/// The part of `line` to show, with control characters to be seen.
fn part(line: &str, from_char: usize) -> String {
    let chars = line.chars().skip(from_char).take(2 * NUM_CHARS_SHOWN);
    let text: String = chars.collect();
    text.replace('\t', "\\t").replace('\r', "\\r")
}

#[test]
fn a_difference_is_shown_with_what_stands_before_it() {
    let (before, now) = ("a\nb\nc\nd\ne\n", "a\nb\nc\nD\ne\n");
    assert_eq!(first_difference(before, before, Rule::Bytes), None);
    assert_eq!(
        first_difference(before, now, Rule::Bytes).unwrap(),
        "differ in 1 of 6 lines, first in line 4:\n    a\n    b\n    c\n  - d\n  - e\n  - \n  \
         + D\n  + e\n  + "
    );
    let shorter = first_difference(before, "a\n", Rule::Words).unwrap();
    assert!(shorter.starts_with("differ in 5 of 6 lines, first in line 2:\n    a\n  - b"));
}
