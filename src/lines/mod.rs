//! What was said, line by line, how much of it the music hid, and what would help. This room keeps what
//! it hears and allocates: it never runs on the audio thread.

pub mod advice;
pub mod audience_help;
pub mod choices;
pub mod composers_view;
pub mod confirmer;
mod cut_search;
pub mod doubts;
mod even_sample;
pub mod fingerprint;
pub mod hop_watch;
pub mod line_places;
pub mod line_sieve;
pub mod line_span;
pub mod log;
pub mod moves;
pub mod onsets;
pub mod place_choice;
pub mod places;
pub mod programme_loudness;
pub mod seconds;
pub mod speech_means;
pub mod speech_runs;
mod trial;
pub mod voice_confidence;
pub mod voice_field;
