//! The one window of an instance, as its host opens, moves and closes it: from any thread and in any
//! order. What can't be is refused; nothing in here panics into the host, and no lock is held while the
//! host is called.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::ParentWindowHandle;
use nice_plug::editor::dpi::NativeSize;
use nice_plug_egui::baseview;

use crate::editor::app::EditorApp;
use crate::editor::at_exit::{close_at_exit, know_thread};
use crate::editor::listening::Ear;
use crate::editor::open_window::{Closing, OpenWindow, Slot};
use crate::editor::window::{Requests, Shared, make_window, resize_hint};
use crate::editor::window_host::WindowHost;
use crate::link::Doorbell;
use crate::params::UnderscoreParams;

/// Scale factors that a display may have: hosts that ask for others mean something else.
const SCALES: std::ops::RangeInclusive<f64> = 0.25..=8.0;

/// Why a window isn't or doesn't.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// It isn't there.
    #[error("no window is open")]
    NotOpen,
    /// There is one already.
    #[error("a window is open already")]
    AlreadyOpen,
    /// Another thread is at it.
    #[error("the window is busy, or belongs to another thread")]
    Busy,
    /// What the host calls its window is none of this system's.
    #[error("the host's window is none: its handle is null or another system's")]
    NoParent,
    /// Not one of a display's.
    #[error("a scale of {0}: must be {min} to {max}", min = SCALES.start(), max = SCALES.end())]
    Scale(f64),
    /// It can't be made or has failed.
    #[error("the window failed: {0}")]
    Failed(String),
}

/// The window of one instance, open or not.
pub struct HostWindow {
    _ear: Ear,
    shared: Arc<Shared>,
    open: Arc<Slot>,
}

impl HostWindow {
    /// `bell` wakes the window, as changes of `params` do. What comes is heard from here on.
    pub fn new(app: EditorApp, bell: Arc<Doorbell>, params: Arc<UnderscoreParams>) -> Self {
        know_thread();
        let shared = Arc::new(Shared::new(app, bell, params));
        Self {
            _ear: Ear::new(&shared),
            shared,
            open: Arc::default(),
        }
    }

    /// What it shows.
    #[cfg(test)]
    pub fn app(&self) -> std::sync::MutexGuard<'_, EditorApp> {
        self.shared.app()
    }

    /// Makes the window, within `parent` or to wait for one. It isn't seen before [`HostWindow::show`].
    ///
    /// # Errors
    /// If one is open, `parent` is none, or no window can be made.
    pub fn open(
        &self,
        parent: Option<ParentWindowHandle>,
        context: GuiContext,
        host: Arc<dyn WindowHost>,
    ) -> Result<(), WindowError> {
        let mut open = self.open.try_lock().ok_or(WindowError::Busy)?;
        if open.as_ref().is_some_and(|open| open.window.is_open()) {
            return Err(WindowError::AlreadyOpen);
        }
        if parent.as_ref().is_some_and(|parent| !is_ours(parent)) {
            return Err(WindowError::NoParent);
        }
        // One that went by itself.
        *open = None;
        let requests = Arc::new(Requests::new(host.clone()));
        let make = || make_window(&self.shared, parent, context, &requests);
        let (window, thread) = caught(make)?.map_err(|error| failed(&*error))?;
        let window = Closing::new(window, thread);
        let scale = self.shared.host_scale();
        // Two things of baseview 0.4.2: a window that is made for a scale has the size for none, and one that is
        // closed before its thread has begun to listen never ends. It has when it answers.
        let _ = caught(|| window.suggest_fallback_scale_factor(scale));
        self.shared.keep_size(window.size());
        *open = Some(OpenWindow {
            window,
            host,
            requests,
            agreed: self.size(),
            is_visible: false,
        });
        close_at_exit(&self.open);
        Ok(())
    }

    /// Closes the window, if one is open: when this returns, its thread has ended.
    pub fn close(&self) {
        if self.open.close() {
            self.shared.forget_window();
        }
    }

    /// Whether one is open.
    pub fn is_open(&self) -> bool {
        let open = self.open.try_lock();
        open.is_none_or(|open| open.as_ref().is_some_and(|open| open.window.is_open()))
    }

    /// Width and height now, or with which the window would open, native pixels.
    pub fn size(&self) -> [u32; 2] {
        let size = self.shared.size();
        [size.width, size.height]
    }

    /// The size nearest to `size` that the window can have.
    pub fn adjusted(&self, [width, height]: [u32; 2]) -> [u32; 2] {
        let scale = self.shared.scale();
        let adjusted =
            resize_hint().adjust_size(NativeSize::new(width, height), self.shared.size(), scale);
        [adjusted.width, adjusted.height]
    }

    /// Gives the window the size nearest to `size`, or the next one that opens.
    ///
    /// # Errors
    /// If none is open, or it fails.
    pub fn set_size(&self, size: [u32; 2]) -> Result<(), WindowError> {
        let [width, height] = self.adjusted(size);
        self.with(|open| {
            open.window.resize(NativeSize::new(width, height))?;
            self.shared.keep_size(open.window.size());
            open.agreed = [width, height];
            Ok(())
        })
    }

    /// Takes the system's scale factor as the host says it, for the open window and those to come.
    /// Asks the host for the size that follows from it, if the window is seen; hosts ask for it by
    /// themselves before that.
    ///
    /// # Errors
    /// If it is none of a display's: it is forgotten.
    pub fn set_scale(&self, scale: f64) -> Result<(), WindowError> {
        if !SCALES.contains(&scale) {
            return Err(WindowError::Scale(scale));
        }
        self.shared.set_host_scale(scale);
        let asked = self.with(|open| {
            open.window.suggest_fallback_scale_factor(scale)?;
            self.shared.keep_size(open.window.size());
            let size = self.size();
            let is_news = open.is_visible && size != open.agreed;
            open.agreed = size;
            Ok(is_news.then(|| (open.host.clone(), size)))
        });
        match asked {
            Ok(Some((host, size))) => {
                host.request_resize(size);
                Ok(())
            }
            Ok(None) | Err(WindowError::NotOpen) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Puts the window into the host's.
    ///
    /// # Errors
    /// If none is open, `parent` is none, or it fails.
    pub fn set_parent(&self, parent: ParentWindowHandle) -> Result<(), WindowError> {
        if !is_ours(&parent) {
            return Err(WindowError::NoParent);
        }
        self.with(|open| open.window.set_parent(&parent))
    }

    /// Shows the window.
    ///
    /// # Errors
    /// If none is open, or it fails.
    pub fn show(&self) -> Result<(), WindowError> {
        self.with(|open| {
            open.is_visible = true;
            open.window.show()
        })
    }

    /// Hides the window.
    ///
    /// # Errors
    /// If none is open, or it fails.
    pub fn hide(&self) -> Result<(), WindowError> {
        // Until it has drawn again by itself.
        self.shared.wait_for_drawing();
        self.with(|open| {
            open.is_visible = false;
            open.window.hide()
        })
    }

    /// Does what the window has to do on the main thread, after [`WindowHost::wake`].
    pub fn serve(&self) {
        let served = self.with(|open| {
            open.window.host_main_thread_callback();
            Ok((open.host.clone(), open.requests.take(), open.agreed))
        });
        let Ok((host, requested, agreed)) = served else {
            return;
        };
        if let Some(size) = requested.size {
            let is_agreed = host.request_resize(size);
            let _ = match is_agreed {
                true => self.with(|open| {
                    open.agreed = size;
                    Ok(())
                }),
                false => self.set_size(agreed),
            };
        }
        if requested.is_closed {
            host.closed();
        }
    }

    /// Runs `work` with the open window. A panic of the window's is an error.
    fn with<T>(
        &self,
        work: impl FnOnce(&mut OpenWindow) -> Result<T, baseview::Error>,
    ) -> Result<T, WindowError> {
        let mut open = self.open.try_lock().ok_or(WindowError::Busy)?;
        let open = open.as_mut().ok_or(WindowError::NotOpen)?;
        if !open.window.is_mine() {
            return Err(WindowError::Busy);
        }
        caught(|| work(open))?.map_err(|error| failed(&error))
    }
}

impl Drop for HostWindow {
    fn drop(&mut self) {
        self.close();
    }
}

fn caught<T>(work: impl FnOnce() -> T) -> Result<T, WindowError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| WindowError::Failed("it panicked".to_owned()))
}

fn failed(error: &(impl std::error::Error + ?Sized)) -> WindowError {
    WindowError::Failed(error.to_string())
}

/// Whether a host's window is one of this system's: baseview 0.4.2 panics at any other.
fn is_ours(parent: &ParentWindowHandle) -> bool {
    match parent {
        ParentWindowHandle::XlibWindow(id) => cfg!(target_os = "linux") && *id != 0,
        ParentWindowHandle::XcbWindow(_) => cfg!(target_os = "linux"),
        ParentWindowHandle::AppKitNsView(_) => cfg!(target_os = "macos"),
        ParentWindowHandle::Win32Hwnd(_) => cfg!(target_os = "windows"),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::link::hop_channel;
    use crate::settings::Pass;
    use crate::snapshot::Snapshot;

    #[test]
    fn what_comes_is_heard_with_no_window_open() {
        let (mut sender, receiver) = hop_channel(Arc::default());
        let params = Arc::new(UnderscoreParams::default());
        let app = EditorApp::new(params.clone(), receiver, Arc::default());
        let window = HostWindow::new(app, Arc::default(), params);
        // More than the ring holds at once.
        const NUM_HOPS: i64 = 6000;
        for hop_idx in 1..=NUM_HOPS {
            let snapshot = Snapshot {
                position_samples: 256 * hop_idx,
                ..Snapshot::default()
            };
            sender.send(&snapshot, true, Pass::Live);
            if hop_idx % 500 == 0 {
                thread::sleep(Duration::from_millis(60));
            }
        }
        let end_s = 256.0 * NUM_HOPS as f64 / 48_000.0;
        let has_heard_all = || {
            let app = window.shared.app();
            let is_known = |s: i64| app.model().history.cell(25 * s, 25).is_known;
            (0..end_s as i64).all(is_known)
        };
        let end = Instant::now() + Duration::from_secs(5);
        while !has_heard_all() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(has_heard_all());
    }

    #[test]
    fn only_windows_of_this_system_are_taken() {
        assert!(!is_ours(&ParentWindowHandle::XlibWindow(0)));
        let pointer = std::ptr::NonNull::<u8>::dangling().cast();
        let foreign = match cfg!(target_os = "macos") {
            true => ParentWindowHandle::XlibWindow(1),
            false => ParentWindowHandle::AppKitNsView(pointer),
        };
        assert!(!is_ours(&foreign));
    }

    #[test]
    fn scales_are_those_of_displays() {
        for scale in [0.0, -0.0, -1.0, 1e9, 1e-9, f64::NAN, f64::INFINITY] {
            assert!(!SCALES.contains(&scale), "{scale}");
        }
        assert!(
            [1.0, 1.25, 2.0, 3.5]
                .iter()
                .all(|scale| SCALES.contains(scale))
        );
    }
}
