//! The moving example of the first steps: music comes up over speech, hides a part of it, and the duck takes that
//! much out of the music. Made up, with no audio behind it; pure in its time.

/// Columns of the picture.
pub const NUM_COLUMNS: usize = 14;

/// Length of the story, s; then it begins anew.
pub const STORY_S: f64 = 12.0;

/// When the music begins to come up, s.
const MUSIC_FROM_S: f64 = 2.5;
/// When it is all there, s.
const MUSIC_UNTIL_S: f64 = 4.5;
/// When the duck begins, s.
const DUCK_FROM_S: f64 = 7.5;
/// When its cut is all there, s.
const DUCK_UNTIL_S: f64 = 8.2;
/// When the music goes, s.
const END_FROM_S: f64 = 11.0;

/// Height of the words in each column, 0 to 1: much in the middle, little at the top, as in speech.
const WORDS: [f32; NUM_COLUMNS] = [
    0.30, 0.50, 0.68, 0.78, 0.74, 0.62, 0.56, 0.60, 0.54, 0.46, 0.40, 0.32, 0.26, 0.20,
];

/// Height of the music in each column, 0 to 1.
const MUSIC: [f32; NUM_COLUMNS] = [
    0.20, 0.30, 0.44, 0.58, 0.74, 0.86, 0.90, 0.84, 0.72, 0.52, 0.34, 0.24, 0.16, 0.10,
];

/// What the duck takes in each column.
const CUT: [f32; NUM_COLUMNS] = [
    0.0, 0.0, 0.02, 0.10, 0.26, 0.42, 0.48, 0.40, 0.32, 0.18, 0.06, 0.0, 0.0, 0.0,
];

/// How much the words move, as a share of their height.
const FLUTTER: f32 = 0.07;

/// Excess of the music over the words that hides them.
const HIDES_FROM: f32 = 0.10;

/// What the story is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chapter {
    /// Somebody speaks.
    Words,
    /// Music comes up.
    Music,
    /// It hides a part of the words.
    Clash,
    /// The duck takes that out.
    Duck,
}

impl Chapter {
    /// What is said of it.
    pub fn caption(self) -> &'static str {
        match self {
            Self::Words => "Somebody speaks.",
            Self::Music => "Music comes up under it.",
            Self::Clash => "It hides a part of the words.",
            Self::Duck => "Duck takes out just that part.",
        }
    }
}

/// One column at one moment. Heights are 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// The words.
    pub words: f32,
    /// The music as it is heard.
    pub music: f32,
    /// The music as it came.
    pub music_before: f32,
    /// Whether the music hides the words here.
    pub is_hidden: bool,
}

/// The story at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// What it is at.
    pub chapter: Chapter,
    /// The picture, low tones first.
    pub columns: [Column; NUM_COLUMNS],
}

impl Moment {
    /// The story `story_s` after its beginning.
    pub fn at(story_s: f64) -> Self {
        let now_s = story_s.rem_euclid(STORY_S);
        let has_come =
            eased(now_s, MUSIC_FROM_S, MUSIC_UNTIL_S) - eased(now_s, END_FROM_S, STORY_S);
        let is_cut = eased(now_s, DUCK_FROM_S, DUCK_UNTIL_S);
        let columns: [Column; NUM_COLUMNS] = std::array::from_fn(|idx| {
            let words = WORDS[idx] * (1.0 + FLUTTER * flutter(now_s, idx));
            let music_before = has_come * MUSIC[idx];
            let music = (music_before - is_cut * CUT[idx]).max(0.0);
            Column {
                words,
                music,
                music_before,
                is_hidden: music - words > HIDES_FROM,
            }
        });
        let chapter = match now_s {
            DUCK_FROM_S.. => Chapter::Duck,
            _ if columns.iter().any(|column| column.is_hidden) => Chapter::Clash,
            MUSIC_FROM_S.. => Chapter::Music,
            _ => Chapter::Words,
        };
        Self { chapter, columns }
    }
}

/// From 0 at `from_s` to 1 at `until_s`, without a jerk at either end.
fn eased(now_s: f64, from_s: f64, until_s: f64) -> f32 {
    let x = ((now_s - from_s) / (until_s - from_s)).clamp(0.0, 1.0) as f32;
    x * x * (3.0 - 2.0 * x)
}

/// Something like syllables, -1 to 1; whole numbers of them fit into the story, so that it has no seam.
fn flutter(now_s: f64, idx: usize) -> f32 {
    let turns = now_s / STORY_S * [19.0, 23.0, 29.0][idx % 3] + 0.37 * idx as f64;
    (std::f64::consts::TAU * turns).sin() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn num_hidden(story_s: f64) -> usize {
        let moment = Moment::at(story_s);
        moment
            .columns
            .iter()
            .filter(|column| column.is_hidden)
            .count()
    }

    #[test]
    fn the_story_goes_from_words_to_a_clash_and_out_of_it() {
        for (story_s, chapter) in [
            (0.0, Chapter::Words),
            (2.0, Chapter::Words),
            (3.0, Chapter::Music),
            (5.0, Chapter::Clash),
            (7.4, Chapter::Clash),
            (9.0, Chapter::Duck),
            (11.9, Chapter::Duck),
            (12.0, Chapter::Words),
        ] {
            assert_eq!(Moment::at(story_s).chapter, chapter, "{story_s}");
        }
        assert_eq!((num_hidden(1.0), num_hidden(9.0)), (0, 0));
        for tenth in 46..75 {
            assert_eq!(num_hidden(f64::from(tenth) / 10.0), 4, "{tenth}");
        }
    }

    #[test]
    fn nothing_leaves_the_picture_and_nothing_jumps_not_even_at_the_seam() {
        let mut before = Moment::at(STORY_S - 0.05);
        for step in 0..=2 * (STORY_S / 0.05) as usize {
            let moment = Moment::at(0.05 * step as f64);
            for (now, then) in moment.columns.iter().zip(before.columns) {
                for (a, b) in [(now.words, then.words), (now.music, then.music)] {
                    assert!(
                        (0.0..=1.0).contains(&a) && (a - b).abs() < 0.12,
                        "{step}: {a} {b}"
                    );
                }
            }
            before = moment;
        }
    }
}
