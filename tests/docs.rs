//! What the documents name is there: paths of files and folders in `code`, and links.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Endings of files that are kept in the repository.
const ENDINGS: [&str; 6] = ["rs", "py", "md", "toml", "yml", "css"];

#[test]
fn every_path_that_a_document_names_is_there() {
    let mut missing = Vec::new();
    let mut num_paths = 0;
    for document in documents() {
        for span in code_spans(&read(&document)) {
            if is_path(&span) {
                num_paths += 1;
                let beside = document.with_file_name(&span);
                if !exists(&span) && !beside.exists() {
                    missing.push(format!("{}: `{span}`", shown(&document)));
                }
            }
        }
    }
    assert!(num_paths > 100, "{num_paths} paths found");
    assert!(missing.is_empty(), "not there: {missing:#?}");
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut dead = Vec::new();
    let mut num_links = 0;
    for document in documents() {
        for link in links(&read(&document)) {
            if link.contains("://") {
                continue;
            }
            num_links += 1;
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() {
                document.clone()
            } else {
                document.parent().expect("a folder").join(path)
            };
            let is_there = target.exists()
                && (heading.is_empty() || anchors(&read(&target)).contains(heading));
            if !is_there {
                dead.push(format!("{}: {link}", shown(&document)));
            }
        }
    }
    assert!(num_links > 30, "{num_links} links found");
    assert!(dead.is_empty(), "dead: {dead:#?}");
}

#[test]
fn the_test_tells_paths_and_links_from_other_text() {
    for path in [
        "duck/policy.rs",
        "tests/realtime",
        "report/page/style.css",
        ".ci/run",
        "src/lib.rs",
    ] {
        assert!(is_path(path), "{path}");
    }
    for other in [
        "target/editor",
        "a/b",
        "cargo xtask test",
        "crate::room::file",
        "reports/{name}.html",
        "policy.rs",
        "bext",
    ] {
        assert!(!is_path(other), "{other}");
    }
    assert!(exists("duck/policy.rs") && exists("tests/docs.rs"));
    assert!(!exists("clash/policy.rs"), "where it was once");

    let text = "# A heading, `here`\nA `b/c.rs` and [a link](d.md#e).\n```sh\nrun `f/g.rs` [h](i)\n```\n\
                [over two\nlines](j.md), ![picture](k.png)\n";
    assert_eq!(code_spans(text), ["here", "b/c.rs"]);
    assert_eq!(links(text), ["d.md#e", "j.md", "k.png"]);
    assert!(anchors(text).contains("a-heading-here"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `document` from the repository's root.
fn shown(document: &Path) -> String {
    let path = document.strip_prefix(root()).unwrap_or(document);
    path.display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All Markdown files of the repository.
fn documents() -> Vec<PathBuf> {
    let (mut documents, mut open) = (Vec::new(), vec![root().to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("a folder can be read").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let is_built = name == "target" || (name.starts_with('.') && name != ".github");
            if path.is_dir() && !is_built {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                documents.push(path);
            }
        }
    }
    documents
}

/// Whether `span` is meant as a file or folder of the repository: it begins with a folder that is there, or
/// ends as files here do.
fn is_path(span: &str) -> bool {
    let is_plain = span
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || "/._-".contains(it));
    let Some((first, rest)) = span.split_once('/') else {
        return false;
    };
    let ending = rest.rsplit_once('.').map_or("", |(_, ending)| ending);
    is_plain && first != "target" && (exists(first) || ENDINGS.contains(&ending))
}

/// Whether there is a file or folder `path`, from the repository's root or from `src/`.
fn exists(path: &str) -> bool {
    root().join(path).exists() || root().join("src").join(path).exists()
}

/// `text` without blocks between fences.
fn without_blocks(text: &str) -> String {
    let mut is_block = false;
    let outside = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_block ^= is_fence;
        !is_block && !is_fence
    });
    outside.map(|line| format!("{line}\n")).collect()
}

/// What stands between backticks.
fn code_spans(text: &str) -> Vec<String> {
    let text = without_blocks(text);
    // A span begins and ends in one paragraph.
    let paragraphs = text.split("\n\n");
    paragraphs
        .flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// Targets of links and pictures.
fn links(text: &str) -> Vec<String> {
    let text = without_blocks(text);
    let after = text.split("](").skip(1);
    after
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link.to_owned())
        .collect()
}

/// The names by which headings can be linked to, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let text = without_blocks(text);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
            kept.collect::<String>().replace(' ', "-")
        })
        .collect()
}
