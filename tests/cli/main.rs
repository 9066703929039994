//! What the command line promises: exit codes, one clear line for each bad input, outputs of the
//! music's form, and nothing half-written.

mod audiences;
mod beside;
mod catalogue;
mod channels;
mod compared;
mod conform;
mod containers;
mod damaged_waves;
mod delivery;
#[cfg(unix)]
mod disk;
mod doctor;
mod first_steps;
mod folder;
mod forms;
#[cfg(windows)]
mod on_windows;
mod outputs;
mod pipes;
mod prints;
mod refusals;
mod ride;
mod settings;
mod side_chunks;
mod times;
mod which_lines;
