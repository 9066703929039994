//! Processes that end after they had windows, in every way that hosts leave them.

use std::ffi::{CString, c_char, c_int, c_void};
use std::time::{Duration, Instant};

use super::display::Display;
use super::raw_clap::RawClap;
use super::raw_host::RawHost;
use super::raw_vst3::RawVst3;

/// How a host leaves its windows before its process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// One window, opened and closed.
    Closed,
    /// Three windows, one after the other.
    ThreeClosed,
    /// The instance goes, its window open.
    Released,
    /// The process ends, the window open.
    Open,
    /// One window, opened and closed; then the library is unloaded.
    Unloaded,
}

/// All ways, with the names that stand for them on a command line.
pub const WAYS: [(&str, bool, Ending); 9] = [
    ("vst3-closed", true, Ending::Closed),
    ("vst3-three", true, Ending::ThreeClosed),
    ("vst3-released", true, Ending::Released),
    ("vst3-open", true, Ending::Open),
    ("vst3-unloaded", true, Ending::Unloaded),
    ("clap-closed", false, Ending::Closed),
    ("clap-three", false, Ending::ThreeClosed),
    ("clap-released", false, Ending::Released),
    ("clap-open", false, Ending::Open),
];

/// How long a window is there, ms: before it has drawn, and after.
pub const OPEN_MS: [u64; 4] = [0, 20, 200, 400];

/// Has a window, or several, for `open_for` each, and leaves in the way called `name`: the process may end
/// then.
pub fn leave(name: &str, open_for: Duration) {
    let way = WAYS.into_iter().find(|(known, ..)| *known == name);
    let (_, is_vst3, ending) = way.expect("it is a way to end");
    match (is_vst3, ending) {
        (true, Ending::Unloaded) => unloaded(open_for),
        (true, _) => leave_host(RawVst3::new(), ending, open_for),
        (false, _) => leave_host(RawClap::new(), ending, open_for),
    }
}

fn leave_host<H: RawHost>(mut host: H, ending: Ending, open_for: Duration) {
    let display = Display::open();
    let num_windows = if ending == Ending::ThreeClosed { 3 } else { 1 };
    for _ in 0..num_windows {
        let [width, height] = host.size();
        let window = display.make_window(width, height);
        assert!(host.open(window), "the editor opens");
        let end = Instant::now() + open_for;
        while Instant::now() < end {
            host.serve();
            std::thread::sleep(Duration::from_millis(5));
        }
        match ending {
            Ending::Released | Ending::Open => {}
            _ => host.close(),
        }
    }
    match ending {
        Ending::Open => std::mem::forget(host),
        _ => drop(host),
    }
}

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn dlclose(library: *mut c_void) -> c_int;
}

/// Of `dlopen`, on Linux.
const RTLD_NOW: c_int = 2;

/// With the plugin as a library, which goes before the process does.
fn unloaded(open_for: Duration) {
    // Of test programs and examples alike, `target/release/*/PROGRAM`.
    let program = std::env::current_exe().expect("this program has a path");
    let folder = program.ancestors().nth(2).expect("it is in target/release");
    // Here, not beside it: `cargo test` puts it nowhere else.
    let path = folder.join("deps").join("libunderscore.so");
    let path = CString::new(path.to_str().expect("it is text")).expect("it has no 0");
    unsafe {
        let library = dlopen(path.as_ptr(), RTLD_NOW);
        assert!(!library.is_null(), "the library loads: {path:?}");
        let symbol = |name: *const c_char| {
            let symbol = dlsym(library, name);
            assert!(!symbol.is_null(), "the library has its entry points");
            symbol
        };
        let enter: extern "C" fn(*mut c_void) -> bool =
            std::mem::transmute(symbol(c"ModuleEntry".as_ptr()));
        let exit: extern "C" fn() -> bool = std::mem::transmute(symbol(c"ModuleExit".as_ptr()));
        let factory: extern "C" fn() -> *mut c_void =
            std::mem::transmute(symbol(c"GetPluginFactory".as_ptr()));
        assert!(enter(library));
        leave_host(RawVst3::from_factory(factory()), Ending::Closed, open_for);
        assert!(exit());
        assert_eq!(dlclose(library), 0);
    }
}
