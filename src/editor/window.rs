//! The window in the host: it is made in the size that the session has saved, tells the audio
//! thread that somebody looks, and keeps the size it gets.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor,
};
use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug_egui::{
    EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, baseview,
    create_egui_editor,
};

use crate::editor::app::EditorApp;
use crate::editor::plain_window;
use crate::link::Doorbell;
use crate::params::UnderscoreParams;
use crate::params::session::{MAX_SIZE, MIN_SIZE};

/// When the framework's timer looks whether its `RepaintNotifier` asks for a repaint: never. It runs
/// from the moment the window is made, but a repaint that is asked for before the window is shown
/// never comes, and then no other does (baseview 0.4.2 listens for frames only from there on): in
/// hosts that take their time the window stayed empty. [`Waker`] asks instead.
const FRAMEWORK_INTERVAL: Duration = Duration::from_secs(u32::MAX as u64);

/// How often it is looked whether there is something new to see.
const LOOK_INTERVAL: Duration = Duration::from_millis(25);

/// The editor as the framework wants it.
pub struct EditorWindow {
    shared: Arc<Shared>,
}

/// What window and framework both use.
struct Shared {
    app: Mutex<EditorApp>,
    /// Size of the open window and its scale factor, as it last told.
    native: Mutex<Option<NativeSize<u32>>>,
    /// The system's scale factor, as the host says.
    host_scale: Mutex<f64>,
    bell: Arc<Doorbell>,
    params: Arc<UnderscoreParams>,
    /// Whether the last repaint that was asked for has come.
    has_drawn: AtomicBool,
}

impl EditorWindow {
    /// `bell` is told while the window is open, and wakes it, as changes of `params` do.
    pub fn new(app: EditorApp, bell: Arc<Doorbell>, params: Arc<UnderscoreParams>) -> Self {
        Self {
            shared: Arc::new(Shared {
                app: Mutex::new(app),
                native: Mutex::new(None),
                host_scale: Mutex::new(1.0),
                bell,
                params,
                has_drawn: AtomicBool::new(false),
            }),
        }
    }
}

impl Editor for EditorWindow {
    type Handle = Handle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Handle>, Box<dyn Error>> {
        *lock(&self.shared.host_scale) = fallback_scale_factor.unwrap_or(1.0);
        let options = lock(&self.shared.app).options();
        let [width, height] = options.size;
        let state = EguiEditorState::from_size(LogicalSize::new(width, height), options.zoom);
        let settings = EguiNiceSettings::new()
            .with_tile("Underscore")
            .with_resize_hint(resize_hint())
            .with_repaint_poll_interval(FRAMEWORK_INTERVAL);
        let app = WindowApp {
            shared: self.shared.clone(),
            host: None,
            waker: None,
        };
        let inner = create_egui_editor(state, RepaintNotifier::new(), settings, app)
            .ok_or("no editor was made")?;
        let handle = Handle {
            shared: self.shared.clone(),
        };
        let spawned = inner.spawn(
            parent,
            wait_for_parent,
            fallback_scale_factor,
            gui_context,
            host,
        );
        let window = match spawned {
            Ok(spawned) => {
                self.shared.bell.set_open(true);
                spawned.window
            }
            Err(error) => plain_window::open(
                error.to_string(),
                options.size.map(|side| side * options.zoom),
                parent,
                wait_for_parent,
                fallback_scale_factor,
            )
            // Without a screen, the first reason says more.
            .map_err(|_| error)?,
        };
        Ok(SpawnedEditor { handle, window })
    }

    fn size(&self) -> NativeSize<u32> {
        if let Some(size) = *lock(&self.shared.native) {
            return size;
        }
        let options = lock(&self.shared.app).options();
        let [width, height] = options.size.map(|side| f64::from(side * options.zoom));
        let size = Size::Logical(LogicalSize::new(width, height));
        NativeSize::from_size(size, *lock(&self.shared.host_scale))
    }

    fn resize_hint(&self) -> ResizeHint {
        resize_hint()
    }
}

fn resize_hint() -> ResizeHint {
    let size = |[width, height]: [f32; 2]| Some(LogicalSize::new(width, height));
    ResizeHint::resizable().with_min_max_logical_size(size(MIN_SIZE), size(MAX_SIZE))
}

/// An open window.
pub struct Handle {
    shared: Arc<Shared>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.bell.set_open(false);
        *lock(&self.shared.native) = None;
    }
}

impl EditorHandle for Handle {
    type Window = baseview::Window;
    type Error = baseview::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        window.run_until_closed()
    }

    fn set_parent(
        &self,
        parent: ParentWindowHandle,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        window.set_parent(&parent)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        window.show()
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        // Until it has drawn again by itself.
        self.shared.has_drawn.store(false, Ordering::Release);
        window.hide()
    }

    fn set_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        window.resize(new_size)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        window.host_main_thread_callback();
    }

    fn adjust_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Option<NativeSize<u32>> {
        let size = window.size();
        let now = NativeSize::from_logical_or_physical(size.logical, size.physical);
        Some(resize_hint().adjust_size(new_size, now, size.scale_factor))
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        *lock(&self.shared.host_scale) = scale_factor;
        window.suggest_fallback_scale_factor(scale_factor)
    }

    fn state_changed(&self) {
        self.shared.bell.ring();
    }

    fn param_value_changed(&self, _id: &str, _normalized_value: f32) {
        self.shared.bell.ring();
    }

    fn param_modulation_changed(&self, _id: &str, _modulation_offset: f32) {
        self.shared.bell.ring();
    }
}

/// The app in one window: the next window gets another one of the same [`EditorApp`].
struct WindowApp {
    shared: Arc<Shared>,
    host: Option<GuiContext>,
    waker: Option<Waker>,
}

impl NiceEguiApp for WindowApp {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        host: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        self.host = Some(host);
        self.shared.has_drawn.store(false, Ordering::Release);
        self.waker = Some(Waker::start(self.shared.clone(), egui_ctx)?);
        lock(&self.shared.app).opened();
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        if let Some(host) = &self.host {
            lock(&self.shared.app).show(ui, host);
        }
        self.shared.has_drawn.store(true, Ordering::Release);
    }

    fn resized(&mut self, new_size: baseview::WindowSize) {
        let logical = new_size.logical;
        lock(&self.shared.app).resized(logical.width as f32, logical.height as f32);
        let native =
            NativeSize::from_size(Size::Physical(new_size.physical), new_size.scale_factor);
        *lock(&self.shared.native) = Some(native);
    }
}

/// A thread that asks for a repaint when the bell has rung or a parameter has changed: the audio
/// thread can't, since egui locks.
struct Waker {
    thread: Option<JoinHandle<()>>,
    is_over: Arc<AtomicBool>,
}

impl Waker {
    fn start(shared: Arc<Shared>, egui_ctx: egui::Context) -> std::io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let is_over_there = is_over.clone();
        let look = move || {
            let map = shared.params.param_map();
            let params: Vec<ParamPtr> = map.into_iter().map(|(_, param, _)| param).collect();
            let mut shown = Vec::new();
            while !is_over_there.load(Ordering::Acquire) {
                thread::park_timeout(LOOK_INTERVAL);
                // SAFETY: `shared` keeps the parameters.
                let value = |param: &ParamPtr| unsafe { param.unmodulated_normalized_value() };
                let values: Vec<f32> = params.iter().map(value).collect();
                if values != shown {
                    shown = values;
                    shared.bell.ring();
                }
                let can_ask = shared.has_drawn.load(Ordering::Acquire);
                if can_ask && shared.bell.take_ring() {
                    shared.has_drawn.store(false, Ordering::Release);
                    egui_ctx.request_repaint();
                }
            }
        };
        let thread = thread::Builder::new()
            .name("underscore editor".to_owned())
            .spawn(look)?;
        Ok(Self {
            thread: Some(thread),
            is_over,
        })
    }
}

impl Drop for Waker {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It has no way to panic, and no one to tell if it had.
            let _ = thread.join();
        }
    }
}

/// A panic while painting must not take the next window with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
