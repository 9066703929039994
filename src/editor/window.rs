//! The window in the host: it is made in the size that the session has saved, tells the audio
//! thread that somebody looks, and keeps the size it gets.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor,
    VirtualKeyCode,
};
use nice_plug_egui::{
    EguiEditorHandle, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier,
    baseview, create_egui_editor,
};

use super::app::EditorApp;
use super::options::{MAX_SIZE, MIN_SIZE};

/// The editor as the framework wants it.
pub struct EditorWindow {
    shared: Arc<Shared>,
    is_open: Arc<AtomicBool>,
    repaint: RepaintNotifier,
}

/// What window and framework both use.
struct Shared {
    app: Mutex<EditorApp>,
    /// Size of the open window and its scale factor, as it last told.
    native: Mutex<Option<NativeSize<u32>>>,
    /// The system's scale factor, as the host says.
    host_scale: Mutex<f64>,
}

impl EditorWindow {
    /// `is_open` is kept true while the window is open, and `repaint` wakes it.
    pub fn new(app: EditorApp, is_open: Arc<AtomicBool>, repaint: RepaintNotifier) -> Self {
        Self {
            shared: Arc::new(Shared {
                app: Mutex::new(app),
                native: Mutex::new(None),
                host_scale: Mutex::new(1.0),
            }),
            is_open,
            repaint,
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
        let mut settings = EguiNiceSettings::new().with_tile("Underscore");
        settings.resize_hint = resize_hint();
        let app = WindowApp {
            shared: self.shared.clone(),
            host: None,
        };
        let inner = create_egui_editor(state, self.repaint.clone(), settings, app)
            .ok_or("no editor was made")?;
        let SpawnedEditor { handle, window } = inner.spawn(
            parent,
            wait_for_parent,
            fallback_scale_factor,
            gui_context,
            host,
        )?;
        self.is_open.store(true, Ordering::Release);
        let handle = Handle {
            inner: handle,
            shared: self.shared.clone(),
            is_open: self.is_open.clone(),
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
    inner: EguiEditorHandle,
    shared: Arc<Shared>,
    is_open: Arc<AtomicBool>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.is_open.store(false, Ordering::Release);
        *lock(&self.shared.native) = None;
    }
}

/// As [`EguiEditorHandle`] does it.
impl EditorHandle for Handle {
    type Window = baseview::Window;
    type Error = baseview::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window)
    }

    fn set_parent(
        &self,
        parent: ParentWindowHandle,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, window)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.show(window)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.hide(window)
    }

    fn set_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        self.inner.set_size(new_size, window)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(window);
    }

    fn adjust_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Option<NativeSize<u32>> {
        self.inner.adjust_size(new_size, window)
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        *lock(&self.shared.host_scale) = scale_factor;
        self.inner.set_fallback_scale_factor(scale_factor, window)
    }

    fn on_virtual_key_from_host(
        &self,
        key_code: VirtualKeyCode,
        is_down: bool,
        modifiers: Modifiers,
    ) -> bool {
        self.inner
            .on_virtual_key_from_host(key_code, is_down, modifiers)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.inner.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.inner.param_modulation_changed(id, modulation_offset);
    }
}

/// The app in one window: the next window gets another one of the same [`EditorApp`].
struct WindowApp {
    shared: Arc<Shared>,
    host: Option<GuiContext>,
}

impl NiceEguiApp for WindowApp {
    fn build(
        &mut self,
        _egui_ctx: egui::Context,
        host: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        self.host = Some(host);
        lock(&self.shared.app).opened();
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        if let Some(host) = &self.host {
            lock(&self.shared.app).show(ui, host);
        }
    }

    fn resized(&mut self, new_size: baseview::WindowSize) {
        let logical = new_size.logical;
        lock(&self.shared.app).resized(logical.width as f32, logical.height as f32);
        let native = NativeSize::from_size(
            Size::Physical(new_size.physical.into()),
            new_size.scale_factor,
        );
        *lock(&self.shared.native) = Some(native);
    }
}

/// A panic while painting must not take the next window with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
