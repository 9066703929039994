//! Multi-mono sets: one file for each loudspeaker, `Reel1.L.wav`, `Reel1.R.wav` and so on, of which
//! one, or a pattern, is given.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::audio::loudspeaker_names::parse;
use crate::cli::errors::Problem;
use crate::files::whole_file::folder_of;
use crate::layout::Loudspeaker::{self, Left, Right};

/// What stands between a reel's name and the loudspeaker's.
const SEPARATORS: [char; 4] = ['.', '_', '-', ' '];

/// The order in which the channels of a set are heard and written: that of channel masks.
const ORDER: [Loudspeaker; 24] = {
    use Loudspeaker::*;
    [
        Left,
        Right,
        Centre,
        Lfe,
        LeftRear,
        RightRear,
        LeftSurround,
        RightSurround,
        LeftCentre,
        RightCentre,
        CentreSurround,
        LeftSide,
        RightSide,
        LeftWide,
        RightWide,
        TopCentre,
        TopFrontLeft,
        TopFrontCentre,
        TopFrontRight,
        TopSideLeft,
        TopSideRight,
        TopBackLeft,
        TopBackCentre,
        TopBackRight,
    ]
};

/// A file of a set with the loudspeaker that it is for.
pub type Member = (Loudspeaker, PathBuf);

/// The name of a set's file, taken apart.
struct Parts<'a> {
    reel: &'a str,
    separator: char,
    loudspeaker: Loudspeaker,
    ending: &'a str,
}

impl<'a> Parts<'a> {
    fn of(file_name: &'a str) -> Option<Self> {
        let (stem, ending) = file_name.rsplit_once('.')?;
        let at = stem.rfind(SEPARATORS)?;
        let separator = stem[at..].chars().next()?;
        let (reel, label) = (&stem[..at], &stem[at + separator.len_utf8()..]);
        let loudspeaker = parse(label).filter(|_| !reel.is_empty())?;
        Some(Self {
            reel,
            separator,
            loudspeaker,
            ending,
        })
    }

    fn is_of_one_set(&self, other: &Self) -> bool {
        self.separator == other.separator
            && self.reel.eq_ignore_ascii_case(other.reel)
            && self.ending.eq_ignore_ascii_case(other.ending)
    }
}

/// The set that the file at `path` belongs to, in the order of its channels; `None` if it is a file by
/// itself. A set has a left and a right.
pub fn set_of(path: &Path) -> Option<Vec<Member>> {
    let name = path.file_name()?.to_str()?;
    let own = Parts::of(name)?;
    let names = names_in(folder_of(path));
    let mut members: Vec<Member> = Vec::new();
    for other in &names {
        let Some(parts) = Parts::of(other).filter(|parts| parts.is_of_one_set(&own)) else {
            continue;
        };
        // Names that differ in case alone, or two words for one loudspeaker: not a set.
        if members.iter().any(|(it, _)| *it == parts.loudspeaker) {
            return None;
        }
        members.push((parts.loudspeaker, path.with_file_name(other)));
    }
    in_order(members)
}

/// What the set of the file at `path` is called, if it belongs to one.
pub fn set_name(path: &Path) -> Option<String> {
    set_of(path)?;
    let name = path.file_name()?.to_str()?;
    Parts::of(name).map(|parts| parts.reel.to_owned())
}

/// The set that `pattern` names, such as `Reel1.*.wav` or `Reel1.?.wav`.
///
/// # Errors
/// [`Problem::Missing`] if nothing fits, [`Problem::NoSet`] if what fits is no set.
pub fn set_of_pattern(pattern: &Path) -> Result<Vec<Member>, Problem> {
    let pattern_name = pattern.file_name().map(|name| name.to_string_lossy());
    let pattern_name = pattern_name.ok_or(Problem::Missing)?;
    let names = names_in(folder_of(pattern));
    let fitting: Vec<&String> = names
        .iter()
        .filter(|name| fits(&pattern_name, name))
        .collect();
    if fitting.is_empty() {
        return Err(Problem::Missing);
    }
    let mut members: Vec<Member> = Vec::new();
    for name in fitting {
        let parts = Parts::of(name).ok_or(Problem::NoSet)?;
        if members.iter().any(|(it, _)| *it == parts.loudspeaker) {
            return Err(Problem::NoSet);
        }
        members.push((parts.loudspeaker, pattern.with_file_name(name)));
    }
    in_order(members).ok_or(Problem::NoSet)
}

/// Whether `path` is a pattern and no file.
pub fn is_pattern(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.contains(['*', '?']) && !path.exists()
}

fn in_order(mut members: Vec<Member>) -> Option<Vec<Member>> {
    let has = |loudspeaker| members.iter().any(|(it, _)| *it == loudspeaker);
    if !(has(Left) && has(Right)) {
        return None;
    }
    members.sort_by_key(|(it, _)| ORDER.iter().position(|other| other == it));
    Some(members)
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    // Names such as ._Reel1.L.wav are not audio.
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

/// Whether `name` fits `pattern`, in which `*` stands for any letters and `?` for one.
fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Whether the pattern so far fits the first n letters, for each n.
    let mut fits = vec![false; name.len() + 1];
    fits[0] = true;
    for part in pattern {
        let before = fits.clone();
        for n in 0..=name.len() {
            let with_last = n > 0 && before[n - 1];
            fits[n] = match part {
                '*' => before[n] || (n > 0 && fits[n - 1]),
                '?' => with_last,
                letter => with_last && name[n - 1] == letter,
            };
        }
    }
    fits[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::audio::loudspeaker_names::names;

    fn folder_of_files(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            fs::write(folder.path().join(name), b"x").unwrap();
        }
        folder
    }

    fn text(members: Option<Vec<Member>>) -> String {
        let all: Vec<Loudspeaker> = members.unwrap_or_default().iter().map(|it| it.0).collect();
        names(&all)
    }

    #[test]
    fn one_file_stands_for_its_set_whatever_the_suffixes_look_like() {
        for set in [
            [
                "Reel1.L.wav",
                "Reel1.R.wav",
                "Reel1.C.wav",
                "Reel1.Lfe.wav",
                "Reel1.Ls.wav",
                "Reel1.Rs.wav",
            ],
            [
                "a_b_l.WAV",
                "a_b_r.WAV",
                "a_b_c.WAV",
                "a_b_lfe.WAV",
                "a_b_LS.WAV",
                "a_b_rs.WAV",
            ],
            [
                "x-left.flac",
                "x-right.flac",
                "x-center.flac",
                "x-LFE.flac",
                "x-SL.flac",
                "x-SR.flac",
            ],
        ] {
            let folder = folder_of_files(&set);
            for name in set {
                let members = set_of(&folder.path().join(name));
                assert_eq!(text(members), "L R C LFE Ls Rs", "{name}");
            }
        }
    }

    #[test]
    fn files_that_only_look_alike_are_no_set() {
        let folder = folder_of_files(&[
            "a.L.wav",
            "b.R.wav",
            "c_C.wav",
            "c_LFE.wav",
            "d.wav",
            "L.wav",
        ]);
        for name in ["a.L.wav", "b.R.wav", "c_C.wav", "d.wav", "L.wav"] {
            assert_eq!(set_of(&folder.path().join(name)), None, "{name}");
        }
    }

    #[test]
    fn a_pattern_names_a_set_or_is_refused() {
        let folder =
            folder_of_files(&["r1.L.wav", "r1.R.wav", "r2.L.wav", "r2.R.wav", "r2.Lsr.wav"]);
        let read = |pattern| set_of_pattern(&folder.path().join(pattern));
        assert_eq!(text(read("r1.*.wav").ok()), "L R");
        assert_eq!(text(read("r2.*.wav").ok()), "L R Lsr");
        assert_eq!(text(read("r2.?.wav").ok()), "L R");
        assert!(matches!(read("*.wav"), Err(Problem::NoSet)));
        assert!(matches!(read("r3.*.wav"), Err(Problem::Missing)));
    }
}
