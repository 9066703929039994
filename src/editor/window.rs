//! What an open window has in it: the app that paints, a thread that wakes it, and what it shares with the
//! host's side (`editor/host_window.rs`).

use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug::editor::{
    Editor, HostCallbacks, HostMainThreadCaller, HostMethods, ParentWindowHandle, ResizeHint,
};
use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug_egui::{
    EguiEditorState, EguiNiceSettings, Frame, GraphicsConfig, Key, KeyCapture, NiceEguiApp,
    RepaintNotifier, baseview, create_egui_editor,
};

use crate::editor::access;
use crate::editor::app::EditorApp;
use crate::editor::embedding;
use crate::editor::plain_window;
use crate::editor::repaint::moved_only::MovedOnly;
use crate::editor::theme::Theme;
use crate::editor::views;
use crate::editor::window_host::WindowHost;
use crate::editor::window_thread::{Mark, WindowThread};
use crate::link::Doorbell;
use crate::params::UnderscoreParams;
use crate::params::session::{MAX_SIZE, MIN_SIZE, SessionOptions};

/// When the framework's timer looks whether its `RepaintNotifier` asks for a repaint: never. It runs
/// from the moment the window is made, but a repaint that is asked for before the window is shown
/// never comes, and then no other does (baseview 0.4.2 listens for frames only from there on): in
/// hosts that take their time the window stayed empty. [`Waker`] asks instead.
const FRAMEWORK_INTERVAL: Duration = Duration::from_secs(u32::MAX as u64);

/// How often it is looked whether there is something new to see: 25 pictures a second are enough for meters.
const LOOK_INTERVAL: Duration = Duration::from_millis(40);

/// As good as at once: for no time at all egui 0.37 makes two frames each time.
const AT_ONCE: Duration = Duration::from_micros(1);

/// How often windows of this process have been drawn.
static NUM_FRAMES: AtomicU64 = AtomicU64::new(0);

/// How often windows of this process have been drawn: for measurements.
pub fn num_frames() -> u64 {
    NUM_FRAMES.load(Ordering::Relaxed)
}

/// What the window and the host's side of it both use.
pub struct Shared {
    app: Mutex<EditorApp>,
    /// Size of the open window, as it last told.
    native: Mutex<Option<NativeSize<u32>>>,
    /// Scale factor of the open window, as it last told.
    scale: Mutex<Option<f64>>,
    /// The system's scale factor, as the host says.
    host_scale: Mutex<f64>,
    bell: Arc<Doorbell>,
    params: Arc<UnderscoreParams>,
    /// Whether the last repaint that was asked for has come.
    has_drawn: AtomicBool,
}

impl Shared {
    /// No window yet.
    pub fn new(app: EditorApp, bell: Arc<Doorbell>, params: Arc<UnderscoreParams>) -> Self {
        Self {
            app: Mutex::new(app),
            native: Mutex::new(None),
            scale: Mutex::new(None),
            host_scale: Mutex::new(1.0),
            bell,
            params,
            has_drawn: AtomicBool::new(false),
        }
    }

    /// Says that the window is gone.
    pub fn forget_window(&self) {
        *lock(&self.native) = None;
        *lock(&self.scale) = None;
    }

    /// The app, to look at what it has heard.
    #[cfg(test)]
    pub fn app(&self) -> MutexGuard<'_, EditorApp> {
        lock(&self.app)
    }

    /// Takes in what has come since the last call, if the window isn't just doing it. Whether there is so much to do
    /// that the next call shouldn't wait.
    pub fn listen(&self) -> bool {
        let mut app = match self.app.try_lock() {
            Ok(app) => app,
            Err(TryLockError::Poisoned(app)) => app.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        app.listen();
        app.is_busy()
    }

    /// Keeps the size that the window says it has.
    pub fn keep_size(&self, size: baseview::WindowSize) {
        *lock(&self.native) = Some(NativeSize::from_logical_or_physical(
            size.logical,
            size.physical,
        ));
        // Later ones come with `resized`: baseview 0.4.2 goes on telling the first.
        lock(&self.scale).get_or_insert(size.scale_factor);
    }

    /// Size of the open window, or with which the next one opens.
    pub fn size(&self) -> NativeSize<u32> {
        if let Some(size) = *lock(&self.native) {
            return size;
        }
        let options = self.params.editor_options();
        let [width, height] = options.size.map(|side| f64::from(side * options.zoom));
        let size = Size::Logical(LogicalSize::new(width, height));
        NativeSize::from_size(size, self.scale())
    }

    /// Scale factor of the open window, or with which the next one opens.
    pub fn scale(&self) -> f64 {
        lock(&self.scale).unwrap_or_else(|| self.host_scale())
    }

    /// The system's scale factor, as the host says.
    pub fn host_scale(&self) -> f64 {
        *lock(&self.host_scale)
    }

    /// Takes the system's scale factor from the host.
    pub fn set_host_scale(&self, scale: f64) {
        *lock(&self.host_scale) = scale;
    }

    /// No repaint is asked for before the window has drawn by itself.
    pub fn wait_for_drawing(&self) {
        self.has_drawn.store(false, Ordering::Release);
    }
}

/// What a window has asked of its host and not yet got: the host is called when no lock is held.
pub struct Requests {
    host: Arc<dyn WindowHost>,
    open: Mutex<Requested>,
}

/// What the host is to be asked or told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Requested {
    /// The size that the window has got by itself, native pixels.
    pub size: Option<[u32; 2]>,
    /// Whether it has gone by itself.
    pub is_closed: bool,
}

impl Requests {
    /// None.
    pub fn new(host: Arc<dyn WindowHost>) -> Self {
        Self {
            host,
            open: Mutex::default(),
        }
    }

    /// All since the last call.
    pub fn take(&self) -> Requested {
        std::mem::take(&mut lock(&self.open))
    }

    fn ask(&self, ask: impl FnOnce(&mut Requested)) {
        ask(&mut lock(&self.open));
        self.host.wake();
    }
}

struct Callbacks(Arc<Requests>);

impl HostCallbacks for Callbacks {
    fn request_resize(&mut self, new_size: Size, scale_factor: f64) -> Result<(), Box<dyn Error>> {
        let size: NativeSize<u32> = NativeSize::from_size(new_size, scale_factor);
        self.0
            .ask(|requested| requested.size = Some([size.width, size.height]));
        Ok(())
    }

    fn destroyed(&mut self) {
        self.0.ask(|requested| requested.is_closed = true);
    }
}

struct Caller {
    requests: Arc<Requests>,
    _mark: Mark,
}

impl HostMainThreadCaller for Caller {
    fn call_main_thread(&mut self) {
        self.requests.host.wake();
    }
}

/// How a host may resize the window.
pub fn resize_hint() -> ResizeHint {
    let size = |[width, height]: [f32; 2]| Some(LogicalSize::new(width, height));
    ResizeHint::resizable().with_min_max_logical_size(size(MIN_SIZE), size(MAX_SIZE))
}

/// A window in the size that the session has saved, with the thread that it runs on. Without OpenGL it says
/// so.
///
/// # Errors
/// If there is no screen.
pub fn make_window(
    shared: &Arc<Shared>,
    parent: Option<ParentWindowHandle>,
    context: GuiContext,
    requests: &Arc<Requests>,
) -> Result<(baseview::Window, WindowThread), Box<dyn Error>> {
    let options = shared.params.editor_options();
    let thread = WindowThread::default();
    match painting_window(shared, parent, context, requests, &options, &thread) {
        Ok(window) => Ok((window, thread)),
        Err(error) => {
            // What it had of OpenGL is gone before the next one asks for it.
            thread.wait_until_ended();
            let size = options.size.map(|side| side * options.zoom);
            let plain = plain_window::open(error.to_string(), size, parent, &thread);
            match plain {
                Ok(window) => Ok((window, thread)),
                Err(_) => {
                    thread.wait_until_ended();
                    // Without a screen, the first reason says more.
                    Err(error)
                }
            }
        }
    }
}

fn painting_window(
    shared: &Arc<Shared>,
    parent: Option<ParentWindowHandle>,
    context: GuiContext,
    requests: &Arc<Requests>,
    options: &SessionOptions,
    thread: &WindowThread,
) -> Result<baseview::Window, Box<dyn Error>> {
    let [width, height] = options.size;
    let state = EguiEditorState::from_size(LogicalSize::new(width, height), options.zoom);
    let settings = EguiNiceSettings::new()
        .with_tile("Underscore")
        .with_resize_hint(resize_hint())
        .with_repaint_poll_interval(FRAMEWORK_INTERVAL)
        .with_graphics_config(graphics());
    let app = WindowApp {
        shared: shared.clone(),
        host: None,
        waker: None,
        moved_only: MovedOnly::default(),
        thread: thread.clone(),
    };
    let editor = create_egui_editor(state, RepaintNotifier::new(), settings, app)
        .ok_or("no editor was made")?;
    let host = HostMethods {
        callbacks: Box::new(Callbacks(requests.clone())),
        main_thread_caller: Box::new(Caller {
            requests: requests.clone(),
            _mark: Mark::new(thread),
        }),
    };
    let spawned = editor.spawn(parent, parent.is_none(), None, context, Some(host))?;
    Ok(spawned.window)
}

/// Without noise against banding, which no colour here needs and which costs with each pixel of software OpenGL.
fn graphics() -> GraphicsConfig {
    GraphicsConfig {
        dithering: false,
        ..GraphicsConfig::default()
    }
}

/// The app in one window: the next window gets another one of the same [`EditorApp`].
struct WindowApp {
    shared: Arc<Shared>,
    host: Option<GuiContext>,
    waker: Option<Waker>,
    moved_only: MovedOnly,
    thread: WindowThread,
}

impl NiceEguiApp for WindowApp {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        host: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        self.thread.enter();
        let window = frame.baseview_window().platform_handle();
        embedding::announce(&window);
        access::begin(&egui_ctx, &window, &self.shared.bell);
        let palette = self.shared.params.editor_options().palette;
        let background = Theme::of(palette).background;
        self.moved_only.begin(&egui_ctx, frame, background);
        self.host = Some(host);
        self.shared.has_drawn.store(false, Ordering::Release);
        self.waker = Some(Waker::start(self.shared.clone(), egui_ctx)?);
        lock(&self.shared.app).opened();
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        self.moved_only.look(frame);
        if let Some(host) = &self.host {
            lock(&self.shared.app).show(ui, host);
        }
        // The list has the keyboard for long, and the space bar is the host's transport.
        let is_list = views::remembered_lines::has_keyboard(ui.ctx());
        frame.set_key_capture(match is_list {
            true => KeyCapture::IgnoreKeys(vec![Key::Character(" ".to_owned())]),
            false => KeyCapture::CaptureAll,
        });
        self.shared.has_drawn.store(true, Ordering::Release);
        NUM_FRAMES.fetch_add(1, Ordering::Relaxed);
    }

    fn resized(&mut self, new_size: baseview::WindowSize) {
        let logical = new_size.logical;
        lock(&self.shared.app).resized(logical.width as f32, logical.height as f32);
        let native =
            NativeSize::from_size(Size::Physical(new_size.physical), new_size.scale_factor);
        *lock(&self.shared.native) = Some(native);
        *lock(&self.shared.scale) = Some(new_size.scale_factor);
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
            let mut is_settled = true;
            let mut shown = (Vec::new(), SessionOptions::default(), 0, None);
            while !is_over_there.load(Ordering::Acquire) {
                thread::park_timeout(LOOK_INTERVAL);
                // SAFETY: `shared` keeps the parameters.
                let value = |param: &ParamPtr| unsafe { param.unmodulated_normalized_value() };
                let values: Vec<f32> = params.iter().map(value).collect();
                // A session that is loaded may change the options alone, a pass what is remembered, a host its
                // timecode while all is silent.
                let now = (
                    values,
                    shared.params.editor_options(),
                    shared.params.reel.revision(),
                    shared.params.host.timecode(),
                );
                if now != shown {
                    shown = now;
                    shared.bell.ring();
                }
                if !shared.has_drawn.load(Ordering::Acquire) {
                    continue;
                }
                let has_news = shared.bell.take_ring();
                // What a frame only finds out while it is made, as how far a list scrolls, is seen in the next: when there
                // is nothing new any more, that is one for itself.
                if has_news || !is_settled {
                    is_settled = !has_news;
                    shared.has_drawn.store(false, Ordering::Release);
                    egui_ctx.request_repaint_after(AT_ONCE);
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
