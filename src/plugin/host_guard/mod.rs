//! The guard between hosts and the framework: the entry points of the VST3 and the CLAP plugin,
//! and objects that answer the host's calls about buses and audio before the framework does.
//!
//! It is there for what nice-plug 0.4.2 can't do or does wrong at this boundary. Each row has its
//! tests in `tests/awkward_hosts`, those of windows in `tests/window`, and is superfluous once the framework does it right:
//!
//! | what | answered in |
//! |---|---|
//! | VST3 `setBusArrangements` compares the sidechain with the main bus: few layouts can be had | `vst3::processor` |
//! | VST3 `getBusArrangement` makes up speaker masks | `vst3::processor` |
//! | CLAP has no port types above stereo, no surround, no configurable ports | `clap::extensions` |
//! | both read past the host's buses when the sidechain is missing | `block` |
//! | a sidechain that goes away leaves slices of an old length | `block` |
//! | channel pointers that are null, or fewer or more than the layout has, crash | `block` |
//! | a block longer than announced allocates on the audio thread | `block` |
//! | CLAP events after the end of the block reach past the host's buffers | `clap::events` |
//! | a non-finite VST3 parameter value is kept and saved | `vst3::changes`, `vst3::controller` |
//! | VST3 values set while no block is processed bounce back, and aren't saved | `vst3::set_values`, `editor::edit` |
//! | VST3 states need a stream that can seek, and touch the editor on any thread | `vst3::object` |
//! | VST3 hosts hear of a new latency on another thread, within `setActive`, or never | `vst3::told_latency` |
//! | VST3 asks for no timecode, and hands none on | `vst3::process_context` |
//! | VST3 short names are the long ones | `vst3::controller` |
//! | the name of the track doesn't get out of the framework | `vst3::channel_context`, `clap::track_info` |
//! | nor does that of the host | `vst3::host_application`, `clap::host` |
//! | the description of the parameter after the last ends the host | `vst3::controller`, `clap::table` |
//! | VST3 `getBusInfo(-1)` is a bus | `vst3::object` |
//! | VST3 `activateBus` is ignored: a dialogue that is switched off goes on ducking | `vst3::object` |
//! | panics reach the host through VST3's functions | `vst3::object` |
//! | an inactive plugin leaves what the host had in its output | `block` |
//! | an output that begins within the input overwrites it, block by block | `block` |
//! | the tail is 0 until the first block, and lacks the latency | `vst3::processor`, `clap::extensions` |
//! | VST3 automation locks, calls the system and may end the host's process | `vst3::changes` |
//! | the last VST3 instance may end the host's process when it goes | `vst3::object` |
//! | CLAP events that go out have their times from the start of a piece | `clap::out_events` |
//! | CLAP positions stand still within a block if there is no tempo | `clap::transport` |
//! | a main bus without input leaves what the host had in its output | `block` |
//! | outputs keep the host's old flags of silence | `vst3::processor`, `clap::table` |
//! | VST3 `process` before `setupProcessing` panics | `vst3::processor` |
//! | an editor for a CLAP host that says nothing about editors ends the host | `clap::table` |
//! | a window is closed, or its plugin destroyed, on another thread: the host ends | `editor::host_window`, `framework_editor` |
//! | a window's thread panics or isn't waited for: the host ends, at once or when it quits | `editor::host_window` |
//! | VST3 handlers stay in the host's run loop, with two descriptors each | `vst3::ui_thread` |
//! | VST3 scale factors and sizes before `attached` are refused, odd ones taken | `vst3::view`, `editor::host_window` |
//! | a second VST3 view closes the window of the first | `vst3::view` |
//! | null strings, null windows and windows of other systems end the host | `clap::gui`, `vst3::view` |
//! | CLAP hosts hear of a new latency while the plugin is inactive, or not within its activation | `clap::latency` |
//!
//! The rule is simple, so that the list needn't be complete: behind the guard there is one shape
//! of call only. The framework gets blocks of at most `block::MAX_SAMPLES`, in place, in memory
//! of the guard, with a main bus and a sidechain of equal size; what a host leaves out is silence.
//! That costs one copy of each channel in and out.
//!
//! In VST3 the object is one of our own that holds the framework's and hands on what it doesn't
//! answer: no virtual tables are patched, and it has one COM identity. In CLAP, where a plugin is a
//! table of functions, the guard's table has the framework's functions but for those that it answers.

mod block;
pub mod clap;
mod param_number;
pub mod vst3;
