//! Underscore: meters where music hides dialogue, and ducks just the frequencies that do.
//!
//! ```text
//! dialogue (1..16 ch) --+--> analysis --> speech activity, clash model --> duck policy --> cut per band
//! music    (1..16 ch) --+                                                                    |
//!      |                                                                                     v
//!      +-----------------------------------------------------------------------> dynamic EQ --> out
//! ```
//!
//! [`engine::Engine`] does this; the plugin and the command line ([`cli`]) are thin shells round it.
//! Signal code is in [`dsp`], hearing in [`psycho`]. [`speech`] knows whether somebody speaks, [`clash`]
//! what the music hides, [`duck`] what to take out of it. [`lines`] gathers what was said line by line,
//! [`found`] is what a whole pair of files came to, and [`report`] writes it down.
//!
//! A second of music under silence, ducked and listed:
//!
//! ```
//! use underscore::engine::Engine;
//! use underscore::layout::Layout;
//! use underscore::lines::log::ClashLog;
//! use underscore::settings::{Mode, Settings};
//!
//! let stereo = Layout::from_num_channels(2)?;
//! let mut engine = Engine::prepare(48_000.0, Layout::MONO, stereo)?;
//! let settings = Settings { mode: Mode::Duck, ..Settings::default() };
//! let mut log = ClashLog::new();
//!
//! let dialogue = vec![0.0; 48_000];
//! let (mut left, mut right) = (vec![0.1; 48_000], vec![-0.1; 48_000]);
//! let mut music = [&mut left[..], &mut right[..]];
//! engine.process(&[&dialogue], &mut music, &settings, Some(&mut |hop| log.push(hop)));
//!
//! // Nobody speaks: no line is listed, and the music is the same to the last bit.
//! assert_eq!(log.lines().count(), 0);
//! assert!(left.iter().all(|&sample| sample == 0.1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod clash;
pub mod cli;
pub mod dsp;
pub mod duck;
#[cfg(feature = "plugin")]
pub mod editor;
pub mod engine;
pub mod files;
pub mod found;
pub mod layout;
pub mod learn;
pub mod lines;
#[cfg(feature = "plugin")]
pub mod link;
pub mod memory;
#[cfg(feature = "plugin")]
pub mod params;
#[cfg(feature = "plugin")]
pub mod plugin;
pub mod presets;
pub mod psycho;
pub mod report;
pub mod ride;
pub mod settings;
pub mod snapshot;
pub mod speech;
pub mod timeline;
pub mod version;
pub mod words;
