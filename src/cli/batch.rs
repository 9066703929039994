//! Many pairs in one run, from a manifest or two folders: on all cores, with one progress bar, one
//! table and one exit code. A pair that fails doesn't stop the others.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use crate::cli::audio::multi_mono;
use crate::cli::errors::{Error, Problem};
use crate::cli::interrupt;
use crate::cli::manifest::NamedPair;

/// The files of two folders that have the same name but for the ending, in order of name. Files
/// without a partner are pairs with a missing file.
///
/// # Errors
/// If a folder can't be read or both are empty.
pub fn from_folders(dialogue: &Path, music: &Path) -> Result<Vec<NamedPair>, Error> {
    let (dialogues, musics) = (files_by_name(dialogue)?, files_by_name(music)?);
    let names: std::collections::BTreeSet<&String> =
        dialogues.keys().chain(musics.keys()).collect();
    if names.is_empty() {
        return Err(Error::file(dialogue, Problem::NoFiles));
    }
    let file = |files: &BTreeMap<String, PathBuf>, folder: &Path, name: &String| {
        files
            .get(name)
            .cloned()
            .unwrap_or_else(|| folder.join(name))
    };
    Ok(names
        .into_iter()
        .map(|name| NamedPair {
            name: name.clone(),
            dialogue: file(&dialogues, dialogue, name),
            music: file(&musics, music, name),
            labels: Vec::new(),
        })
        .collect())
}

fn files_by_name(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let fail = |error| Error::file(folder, Problem::Unreadable(error));
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if !path.is_file() || is_no_stem(&path) {
            continue;
        }
        // A set of files for one loudspeaker each is one bus.
        if let Some(name) = multi_mono::set_name(&path) {
            files.entry(name).or_insert(path);
        } else if let Some(stem) = path.file_stem() {
            files.insert(stem.to_string_lossy().into_owned(), path);
        }
    }
    Ok(files)
}

/// Whether the file at `path` is one that systems, editors and programs leave beside audio: hidden, a
/// picture of waves, a list, a text.
fn is_no_stem(path: &Path) -> bool {
    const NAMES: [&str; 4] = ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];
    const ENDINGS: [&str; 36] = [
        "asd", "bak", "bwf-pk", "cfg", "csv", "db", "doc", "docx", "edl", "gpk", "htm", "html",
        "ini", "jpeg", "jpg", "json", "log", "md", "md5", "ods", "otio", "pdf", "peak", "pek",
        "pk", "pkf", "png", "reapeaks", "rtf", "sfk", "sfl", "sha256", "tmp", "txt", "xlsx", "xml",
    ];
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    name.starts_with(['.', '~'])
        || NAMES.iter().any(|it| name.eq_ignore_ascii_case(it))
        || ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it))
}

/// Runs `check` on every pair, so many at once (as many as there are cores if `num_jobs` is `None`), and gives
/// what came of each, in order. Stops early only when the user interrupts.
///
/// # Errors
/// [`Error::PairsInterrupted`].
pub fn run_all<T: Send>(
    pairs: &[NamedPair],
    num_jobs: Option<NonZeroUsize>,
    check: impl Fn(&NamedPair, &ProgressBar) -> Result<T, Error> + Sync,
) -> Result<Vec<Result<T, Error>>, Error> {
    let bar = progress_bar();
    let run = |pair: &NamedPair| interrupt::check().and_then(|()| check(pair, &bar));
    let results = match num_jobs.map(NonZeroUsize::get) {
        None => pairs.par_iter().map(run).collect(),
        // The work within the pair keeps all cores.
        Some(1) => pairs.iter().map(run).collect(),
        Some(num_jobs) => rayon::ThreadPoolBuilder::new()
            .num_threads(num_jobs)
            .build()
            .map_err(|error| Error::flag("--jobs", &num_jobs.to_string(), error))?
            .install(|| pairs.par_iter().map(run).collect()),
    };
    bar.finish_and_clear();
    interrupt::check().map_err(|_| Error::PairsInterrupted)?;
    Ok(results)
}

/// A bar over all pairs, on standard error if that is a terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
