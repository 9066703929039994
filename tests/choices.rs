//! `docs/choices.md` lists every constant of the rooms' `choices.rs`, and says what they say.

use std::fs;
use std::path::{Path, PathBuf};

/// The list, as it is checked in.
const LIST: &str = "docs/choices.md";

/// What to do when a constant has changed.
const HOW_TO_UPDATE: &str = "If this is meant, write the list anew and read what changed:\n\
    \x20 UNDERSCORE_UPDATE_GOLDEN=1 cargo test --release --test choices && git diff docs";

const HEADING: &str = "# Choices

What the sources leave open, and why we chose what we did. `tests/choices.rs` writes this list from the
files named, and fails when they differ.
";

/// What a constant's name ends in, and its unit. The first that fits counts.
const UNITS: [(&str, &str); 44] = [
    ("LOG_PRICE", "ln"),
    ("LOG_PRICE_OF_TARGET", "ln"),
    ("LOG_PRICE_OF_AMOUNT", "ln"),
    ("PRICE_PER_AUDIBILITY", "Np"),
    ("MAX_CORRECTION", "Np"),
    ("MAX_LEANING", "Np"),
    ("LEANING_SPEED_PER_LU_S", "Np/(LU s)"),
    ("UPRIGHT_PER_S", "1/s"),
    ("POINTS_PER_S", "1/s"),
    ("PRICE_SPEED_PER_S", "Np/s"),
    ("PRICE_SPEED_PER_LU_S", "Np/(LU s)"),
    ("PRICE_PER_LU", "Np/LU"),
    ("BEYOND_TARGET", "audibility"),
    ("FIRST_AUDIBILITY", "audibility"),
    ("_DB_PER_BAND", "dB/band"),
    ("_DB_PER_S", "dB/s"),
    ("_DBFS", "dBFS"),
    ("_DBA", "dBA"),
    ("_LUFS", "LUFS"),
    ("RAISED_PER_DB", "dB/dB"),
    ("_DB", "dB"),
    ("_LU", "LU"),
    ("_MS", "ms"),
    ("_S", "s"),
    ("_HZ", "Hz"),
    ("_BANDS", "bands"),
    ("_SII", "SII"),
    ("_SII_LOSS", "SII"),
    ("_SCORE", "score"),
    ("_CLASH", "share"),
    ("EVENNESS_PRICE", "benefit/dB²"),
    ("DEPTH_PRICE", "benefit/dB²"),
    ("RELEASE_AFTER_SPEECH", "share"),
    ("_SHARE", "share"),
    ("TARGET_ABOVE_LISTS", "audibility"),
    ("LEAST_SURENESS", "σ"),
    ("LEAST_SURENESS_OF_COPY", "σ"),
    ("COPY_SHORTFALL", "correlation"),
    ("_WORTH", "√frames"),
    ("LEAST_SURENESS_WITH_NEIGHBOURS", "σ"),
    ("LEAST_CORRELATION", "correlation"),
    ("LEAST_CORRELATION_OF_PART", "correlation"),
    ("_STRIDE", "hops"),
    ("STEP_PRICE", "benefit/dB²"),
];

/// How a comment begins that can't be read without the one before it.
const LEANING: [&str; 5] = ["The same", "Its ", "Those ", "All of ", "The other"];

#[test]
fn the_list_of_choices_says_what_the_sources_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = HEADING.to_owned();
    for room in rooms(root) {
        text += &section(root, &room).unwrap_or_default();
    }
    let path = root.join(LIST);
    if std::env::var_os("UNDERSCORE_UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, &text).expect("the list can be written");
    }
    let list = fs::read_to_string(&path).unwrap_or_default();
    let difference = list
        .lines()
        .zip(text.lines())
        .find(|(is, should)| is != should);
    assert!(
        list.replace("\r\n", "\n") == text,
        "{LIST} and the sources differ: {difference:#?}\n{HOW_TO_UPDATE}"
    );
}

/// Rooms with a file of choices, as they lie in `src/`.
fn rooms(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("src")).expect("src/ can be read");
    let mut rooms: Vec<String> = entries
        .map(|entry| entry.expect("src/ can be read"))
        .filter(|entry| entry.path().join("choices.rs").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    rooms.sort();
    assert!(rooms.len() >= 4, "{rooms:?}");
    rooms
}

/// The table of one room; `None` where the file has no constants, but the choices of a parameter.
fn section(root: &Path, room: &str) -> Option<String> {
    let path: PathBuf = ["src", room, "choices.rs"].iter().collect();
    let source = fs::read_to_string(root.join(path)).expect("a source file can be read");
    let file = syn::parse_file(&source).expect("sound code");
    let mut text = format!(
        "\n## {room}\n\n`src/{room}/choices.rs`\n\n| constant | value | unit | reason |\n|---|---|---|---|\n"
    );
    let mut has_choices = false;
    for item in &file.items {
        let syn::Item::Const(item) = item else {
            continue;
        };
        let name = item.ident.to_string();
        let reason = doc(&item.attrs);
        assert!(!reason.is_empty(), "{name} has no reason");
        let leans = LEANING.iter().any(|start| reason.starts_with(start));
        assert!(!leans, "{name}: the comment doesn't stand alone: {reason}");
        let (_, unit) = UNITS
            .iter()
            .find(|(ending, _)| name.ends_with(ending))
            .unwrap_or_else(|| panic!("{name}: say in UNITS what its unit is"));
        let value = value(&item.expr);
        text += &format!("| `{name}` | {value} | {unit} | {reason} |\n");
        has_choices = true;
    }
    has_choices.then_some(text)
}

/// A number or a range of two as people write it.
fn value(expr: &syn::Expr) -> String {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit, .. }) => match lit {
            syn::Lit::Float(number) => number.base10_digits().trim_end_matches(".0").to_owned(),
            syn::Lit::Int(number) => number.base10_digits().to_owned(),
            _ => panic!("a choice that is no number"),
        },
        syn::Expr::Unary(syn::ExprUnary {
            op: syn::UnOp::Neg(_),
            expr,
            ..
        }) => format!("-{}", value(expr)),
        syn::Expr::Tuple(tuple) => {
            let ends: Vec<String> = tuple.elems.iter().map(value).collect();
            ends.join(" to ")
        }
        _ => panic!("a choice that is worked out: write the number"),
    }
}

/// The doc comment in one line, without links between items.
fn doc(attrs: &[syn::Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    let text = lines.collect::<Vec<_>>().join(" ");
    text.replace("[`", "`")
        .replace("`]", "`")
        .replace('|', "\\|")
}
