//! Both plugins as hosts call them, without a library between: any call in any order, from any thread.

use std::time::Duration;

use super::audio_side::AudioSide;
use super::display::Display;

/// One instance with its editor, in a format.
pub trait RawHost: Send {
    /// A new instance.
    fn new() -> Self
    where
        Self: Sized;
    /// Opens the editor in `parent`, an X11 window; `false` if it is refused.
    fn open(&mut self, parent: u32) -> bool;
    /// Closes the editor.
    fn close(&mut self);
    /// Says the scale factor; `false` if it is refused.
    fn set_scale(&mut self, scale: f64) -> bool;
    /// The editor's size.
    fn size(&mut self) -> [u32; 2];
    /// Asks for the nearest size to this one.
    fn adjusted(&mut self, size: [u32; 2]) -> [u32; 2];
    /// Gives the editor a size.
    fn set_size(&mut self, size: [u32; 2]) -> bool;
    /// Sizes that the plugin has asked for.
    fn requested_sizes(&self) -> Vec<[u32; 2]>;
    /// Calls the plugin on the main thread if it has asked for that.
    fn serve(&mut self);
    /// The state, as it would stand in a session.
    fn save(&mut self) -> Vec<u8>;
    /// Gives the instance a state.
    fn load(&mut self, state: &[u8]);
    /// Starts the audio at 48 kHz, in stereo.
    fn start_audio(&mut self) -> Box<dyn AudioSide>;
    /// Stops it, when its side is gone.
    fn stop_audio(&mut self);
}

/// Opens the editor of `host` in a window of its own, and waits until it has drawn.
pub fn open_and_draw(host: &mut impl RawHost, display: &Display) -> u32 {
    let [width, height] = host.size();
    let window = display.make_window(width, height);
    assert!(host.open(window), "the editor opens");
    let has_drawn = wait_for(host, || display.picture_of(window).num_colors() > 10);
    assert!(has_drawn, "the editor has drawn something");
    window
}

/// Serves `host` until `is_done`, or for half a minute; says whether it is done.
pub fn wait_for(host: &mut impl RawHost, mut is_done: impl FnMut() -> bool) -> bool {
    for _ in 0..6000 {
        if is_done() {
            return true;
        }
        host.serve();
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
