//! Flags that say what the channels of the files are.

use clap::Args;

use crate::cli::audio::input_bus::Wanted;
use crate::cli::audio::loudspeaker_names::parse_layout;
use crate::cli::audio::opening::Reading;
use crate::layout::{Loudspeaker, MAX_CHANNELS};

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Channels")]
pub struct ChannelArgs {
    /// Loudspeakers of the music in the file's order, such as 5.1, 5.1-film or L,C,R,Ls,Rs,LFE
    /// [default: what the file says, else by their number]
    #[arg(long, value_name = "LAYOUT", value_parser = music_layout)]
    music_layout: Option<MusicLayout>,
    /// Channels of the dialogue to hear, such as 1,3; without known loudspeakers the loudest at each
    /// moment [default: all but timecode]
    #[arg(long, value_name = "N,N", value_parser = dialogue_channels)]
    dialogue_channels: Option<ChannelList>,
    /// Take the music out of the dialogue, which has it in it at a constant gain and delay (a guide
    /// track)
    #[arg(long)]
    subtract_music: bool,
}

/// The loudspeakers of a bus.
#[derive(Debug, Clone)]
struct MusicLayout(Vec<Loudspeaker>);

/// Channels, from 0.
#[derive(Debug, Clone)]
pub struct ChannelList(Vec<usize>);

impl ChannelList {
    /// Their numbers, from 0.
    pub fn indexes(&self) -> &[usize] {
        &self.0
    }
}

impl ChannelArgs {
    /// Whether the music is taken out of the dialogue.
    pub fn subtracts_music(&self) -> bool {
        self.subtract_music
    }

    /// What is wanted of files that are read so.
    pub fn wanted(&self, reading: Reading) -> Wanted<'_> {
        Wanted {
            known_timecode: None,
            reading,
            music_layout: self.music_layout.as_ref().map(|it| it.0.as_slice()),
            dialogue_channels: self.dialogue_channels.as_ref().map(|it| it.0.as_slice()),
        }
    }
}

fn music_layout(text: &str) -> Result<MusicLayout, String> {
    match parse_layout(text) {
        Ok(all) if all.len() > MAX_CHANNELS => {
            Err(format!("must name at most {MAX_CHANNELS} loudspeakers"))
        }
        other => other.map(MusicLayout),
    }
}

/// Channels as people number them, such as 1,3.
///
/// # Errors
/// With the rule that is broken.
pub fn dialogue_channels(text: &str) -> Result<ChannelList, String> {
    let mut channels = Vec::new();
    for number in text.split(',') {
        let number: Option<usize> = number.trim().parse().ok();
        match number.and_then(|number| number.checked_sub(1)) {
            Some(channel_idx) if channel_idx < MAX_CHANNELS && !channels.contains(&channel_idx) => {
                channels.push(channel_idx);
            }
            _ => {
                return Err(format!(
                    "must be channels, each once, from 1 to {MAX_CHANNELS}, such as 1,3"
                ));
            }
        }
    }
    Ok(ChannelList(channels))
}
