//! Pictures as they were when somebody last looked at them: `reference/*.png`.
//!
//! A change that is meant is taken over with [`UPDATE`]; then look at the pictures that git says have
//! changed. Those that still fit are left as they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use egui::{Align2, Color32, FontId};
use underscore::editor::theme::{SMALL_TEXT, Theme};
use underscore::params::display::Palette;

use crate::picture::Picture;
use crate::stage::{painted, target};

/// Pictures that have a reference: every view and sheet, each size once, both palettes.
pub const NAMES: [&str; 30] = [
    "1100x700@1-ColourBlind",
    "1100x700@1-Standard",
    "1920x1200@1-Standard",
    "640x400@1-Standard",
    "640x400@2-Standard",
    "chosen",
    "doubtful",
    "export",
    "first-any-1100",
    "first-reaper-1100",
    "first-reaper-640",
    "focus",
    "host-bars",
    "host-timecode",
    "loss-640",
    "pointer",
    "remembered-1100",
    "remembered-640",
    "remembered-keys",
    "remembered-loss",
    "ride-file",
    "save-preset",
    "setup",
    "small-History",
    "small-Lines",
    "state-help-1100",
    "state-help-640",
    "state-new",
    "state-no-dialogue-1100",
    "state-no-dialogue-640",
];

/// Number of pixels that may be unlike their reference, at most half of what tells a 3 from a 5 in
/// the smallest text. A share of the picture would let whole words go.
const MAX_NUM_UNLIKE: usize = 5;

/// What rewrites the references that no longer fit.
const UPDATE: &str = "UNDERSCORE_UPDATE_GOLDEN=1 cargo test --release --test editor";

/// Panics if the picture isn't like its reference; if so asked, makes it the reference instead.
pub fn compare(name: &str, picture: &Picture) {
    assert!(NAMES.contains(&name), "{name} is missing in the list");
    let path = folder().join(format!("{name}.png"));
    let marked_path = target().join("editor").join(format!("{name}-unlike.png"));
    let _ = fs::remove_file(&marked_path);
    let Err(what) = fits(picture, Picture::read(&path).as_ref(), &marked_path) else {
        return;
    };
    if is_update() {
        picture.write(&path, png::Compression::High);
    } else {
        let now = target().join("editor").join(format!("{name}.png"));
        panic!(
            "{name}: {what}\n  as it is now: {}\n  as it was: {}\n  if it is meant to: {UPDATE}",
            now.display(),
            path.display()
        );
    }
}

/// What is wrong with the picture, if something is; where, is left in a picture at `marked_path`.
fn fits(picture: &Picture, reference: Option<&Picture>, marked_path: &Path) -> Result<(), String> {
    let Some(reference) = reference else {
        return Err("there is no reference".into());
    };
    let num_unlike = picture.num_unlike(reference);
    if num_unlike <= MAX_NUM_UNLIKE {
        return Ok(());
    }
    let marked = picture.marked(reference);
    marked.write(marked_path, png::Compression::Balanced);
    Err(format!(
        "{num_unlike} pixels have changed, white in {}",
        marked_path.display()
    ))
}

fn is_update() -> bool {
    std::env::var_os("UNDERSCORE_UPDATE_GOLDEN").is_some_and(|value| value == "1")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/reference")
}

#[test]
fn every_reference_is_in_the_list_and_every_name_has_one() {
    let names: BTreeSet<String> = NAMES.map(String::from).into();
    let files = || fs::read_dir(folder()).into_iter().flatten().flatten();
    if is_update() {
        // The tests that paint may be writing right now, so nothing is said of what is missing.
        for file in files().filter(|file| !names.contains(&stem(&file.path()))) {
            fs::remove_file(file.path()).unwrap();
        }
        return;
    }
    let found: BTreeSet<String> = files().map(|file| stem(&file.path())).collect();
    let odd: Vec<_> = found.symmetric_difference(&names).collect();
    assert!(odd.is_empty(), "{odd:?}: {UPDATE}");
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// The smallest text that the editor has, quiet in front of a panel.
fn words(text: &str, right: f32) -> Picture {
    let quiet = Theme::of(Palette::default()).quiet;
    colored_words(text, right, quiet)
}

fn colored_words(text: &str, right: f32, color: Color32) -> Picture {
    painted(100.0, 20.0, |ui| {
        let all = ui.ctx().content_rect();
        let panel = Theme::of(Palette::default()).panel;
        ui.painter().rect_filled(all, 0.0, panel);
        let at = all.left_top() + egui::vec2(4.0 + right, 3.0);
        let font = FontId::proportional(SMALL_TEXT);
        ui.painter().text(at, Align2::LEFT_TOP, text, font, color);
    })
}

fn fit(name: &str, picture: &Picture, reference: &Picture) -> bool {
    let path = target().join("editor").join(format!("fits-{name}.png"));
    let _ = fs::remove_file(&path);
    let fits = fits(picture, Some(reference), &path).is_ok();
    assert_eq!(fits, !path.exists(), "{name}");
    fits
}

#[test]
fn one_digit_that_has_changed_doesnt_fit() {
    let digits: Vec<Picture> = (0..10)
        .map(|digit| words(&format!("-1{digit}.5 dB"), 0.0))
        .collect();
    for a in 0..10 {
        for b in 0..10 {
            assert_eq!(fit("digit", &digits[a], &digits[b]), a == b, "{a} {b}");
        }
    }
}

#[test]
fn a_label_that_has_moved_doesnt_fit() {
    let before = words("Max cut", 0.0);
    assert!(fit("same", &words("Max cut", 0.0), &before));
    assert!(!fit("moved", &words("Max cut", 1.0), &before));
}

#[test]
fn a_label_in_another_colour_doesnt_fit() {
    let theme = Theme::of(Palette::default());
    let before = words("Max cut", 0.0);
    for color in [theme.text, theme.accent, theme.edge] {
        let after = colored_words("Max cut", 0.0, color);
        assert!(!fit("colour", &after, &before), "{color:?}");
    }
}

#[test]
fn a_picture_of_another_size_doesnt_fit() {
    let small = painted(100.0, 20.0, |_| ());
    let large = painted(100.0, 21.0, |_| ());
    assert!(!fit("larger", &large, &small));
    assert!(!fit("smaller", &small, &large));
}

#[test]
fn what_rounds_differently_fits() {
    let before = words("Max cut", 0.0);
    let mut after = words("Max cut", 0.0);
    for pixel in &mut after.pixels {
        *pixel = Color32::from_rgb(pixel.r() + 2, pixel.g() + 2, pixel.b() + 2);
    }
    after.pixels[50] = Color32::WHITE;
    assert!(fit("rounding", &after, &before));
}
