//! What is known about the channels of a file, and from where.

use crate::cli::audio::audio_in::AudioFile;
use crate::cli::audio::loudspeaker_names::{name, of_mask, parse};
use crate::cli::audio::multi_mono::Member;
use crate::cli::audio::track_labels::{self, TrackLabels};
use crate::layout::Loudspeaker;

/// What is known about the channels of a file.
pub struct Known {
    /// What each channel feeds.
    pub loudspeakers: Vec<Loudspeaker>,
    /// From where that is known, in words.
    pub how: String,
}

/// What the files of a set are.
pub fn of_set(members: &[Member]) -> Known {
    let loudspeakers: Vec<Loudspeaker> = members.iter().map(|(it, _)| *it).collect();
    let others = members.iter().skip(1).map(|(it, _)| name(*it));
    let others: Vec<&str> = others.collect();
    Known {
        how: format!("one file each: with {}", others.join(", ")),
        loudspeakers,
    }
}

/// What the file itself says, if it does for all its channels.
fn said_by_file(file: &AudioFile, labels: &TrackLabels) -> Option<Known> {
    let num_channels = file.num_channels();
    let known = |loudspeakers: Vec<Loudspeaker>, how: &str| {
        (loudspeakers.len() == num_channels).then(|| Known {
            loudspeakers,
            how: how.into(),
        })
    };
    let adm: Option<Vec<Loudspeaker>> = labels.adm.iter().copied().collect();
    let called: Option<Vec<Loudspeaker>> = labels.names.iter().map(|it| parse(it)).collect();
    let masked = |mask: Option<u32>| of_mask(mask?, num_channels);
    adm.and_then(|all| known(all, "ADM"))
        .or_else(|| called.and_then(|all| known(all, "track names")))
        .or_else(|| masked(file.channel_mask()).and_then(|all| known(all, "channel mask")))
        .or_else(|| masked(labels.flac_mask).and_then(|all| known(all, "channel mask")))
}

/// What the channels of dialogue are; `None` for tracks: more than two of which nobody says where
/// they stand, and any that have names of microphones.
pub fn known_dialogue(file: &AudioFile, labels: &TrackLabels) -> Option<Known> {
    let num_channels = file.num_channels();
    let called = labels.names.iter().filter(|name| !name.is_empty());
    let has_names = called.clone().count() >= num_channels.max(2);
    if has_names && !called.clone().any(|name| parse(name).is_some()) {
        return None;
    }
    let mut known =
        said_by_file(file, labels).or_else(|| (num_channels <= 2).then(|| usual(num_channels)))?;
    // Recorders and editors write the mask of 5.1 for any six tracks: what speaks there is heard.
    for loudspeaker in &mut known.loudspeakers {
        if *loudspeaker == Loudspeaker::Lfe {
            *loudspeaker = Loudspeaker::Centre;
            known.how.push_str("; the LFE is heard as a centre");
        }
    }
    Some(known)
}

/// What the channels of music are: as the file says, else by their number.
pub fn known_music(file: &AudioFile) -> Known {
    let num_channels = file.num_channels();
    let labels = track_labels::of(file);
    said_by_file(file, &labels)
        .or_else(|| flac_order(num_channels).filter(|_| labels.is_flac))
        .unwrap_or_else(|| usual(num_channels))
}

/// The loudspeakers that the format FLAC itself gives so many channels (RFC 9639, 9.1.3), where they
/// differ from the usual ones.
fn flac_order(num_channels: usize) -> Option<Known> {
    use Loudspeaker::{Centre, CentreSurround, Left, LeftSurround, Lfe, Right, RightSurround};
    let loudspeakers = match num_channels {
        4 => vec![Left, Right, LeftSurround, RightSurround],
        7 => vec![
            Left,
            Right,
            Centre,
            Lfe,
            CentreSurround,
            LeftSurround,
            RightSurround,
        ],
        _ => return None,
    };
    Some(Known {
        loudspeakers,
        how: "as FLAC has it; --music-layout tells otherwise".into(),
    })
}

fn usual(num_channels: usize) -> Known {
    Known {
        loudspeakers: Loudspeaker::usual(num_channels)[..num_channels].to_vec(),
        how: match num_channels {
            1 | 2 => "by their number".into(),
            _ => "by their number, as the file doesn't say; --music-layout tells it".into(),
        },
    }
}
