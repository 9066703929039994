//! An editor without a window or a host: hops go in, people's moves go in, parameters and
//! pictures come out.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};

use egui::accesskit::Toggled;
use egui::{Color32, Modifiers, TexturesDelta, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, TestRenderer};
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::params::Params;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;
use test_support::demo;
use underscore::editor::EditorApp;
use underscore::editor::edit::ride_files::RideForm;
use underscore::editor::raster::Raster;
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::link::{HopSender, SharedStatus, Status, hop_channel};
use underscore::memory::remembered::{Reel, RideLine};
use underscore::params::UnderscoreParams;
use underscore::params::session::SessionOptions;
use underscore::settings::{Mode, Pass, Settings};
use underscore::snapshot::Snapshot;
use underscore::version;

use crate::picture::Picture;
use crate::reference;

/// Time from frame to frame, s.
const STEP_S: f32 = 0.1;

/// Rides as the places of their lines, a number each: what is in a file is none of the editor's business.
const RIDES: RideForm = RideForm {
    write: |reel, _| {
        let ends = reel.lines().iter();
        let ends = ends.map(|line| format!("{} {}\n", line.start_s, line.end_s));
        ends.collect::<String>().into_bytes()
    },
    read: |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let time = |word: &str| word.parse().map_err(|_| format!("{word:?} is no time"));
        let times: Vec<f64> = text
            .split_whitespace()
            .map(time)
            .collect::<Result<_, _>>()?;
        let line = |ends: &[f64]| RideLine {
            start_s: ends[0],
            end_s: ends[1],
            ..RideLine::default()
        };
        let mut reel = Reel::default();
        reel.replace((0.0, 1e6), times.chunks_exact(2).map(line).collect());
        Ok((reel, vec!["a note of the reader".to_owned()]))
    },
};

/// A host that notes the gestures and hands no value back, as one that processes nothing.
#[derive(Default)]
pub struct Host {
    /// Begin, set, end, in the order of their coming.
    pub calls: Mutex<Vec<(&'static str, ParamPtr)>>,
}

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.calls.lock().unwrap().push(("begin", param));
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, _normalized: f32) {
        self.calls.lock().unwrap().push(("set", param));
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.calls.lock().unwrap().push(("end", param));
    }

    fn get_state(&self) -> PluginState {
        unimplemented!("the editor doesn't ask")
    }

    fn set_state(&self, _state: PluginState) {
        unimplemented!("the editor doesn't ask")
    }

    fn request_restart(&self) {}
}

/// Paints what the harness gives out.
#[derive(Clone, Default)]
struct Painter(Rc<RefCell<Raster>>);

impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut raster = self.0.borrow_mut();
        raster.set_textures(delta);
        raster.free(delta);
        delta.clear();
    }
}

impl Painter {
    fn picture<State>(&self, harness: &Harness<'_, State>) -> Picture {
        let output = harness.output();
        let scale = output.pixels_per_point;
        let shapes = output.shapes.clone();
        let primitives = harness.ctx.tessellate(shapes, scale);
        let size = harness.ctx.content_rect().size() * scale;
        let size = [size.x.round() as usize, size.y.round() as usize];
        let mut raster = self.0.borrow_mut();
        raster.paint(size, scale, Color32::BLACK, &primitives);
        let pixels = raster.colors();
        Picture { size, pixels }
    }
}

/// An editor on show.
pub struct Stage {
    pub harness: Harness<'static, EditorApp>,
    pub params: Arc<UnderscoreParams>,
    pub status: Arc<SharedStatus>,
    pub host: Arc<Host>,
    painter: Painter,
    hops: HopSender,
}

impl Stage {
    /// A window of so many logical pixels, of an instance that isn't new any more.
    pub fn new(width: f32, height: f32) -> Self {
        let options = SessionOptions {
            has_begun: true,
            ..SessionOptions::default()
        };
        Self::with(width, height, 1.0, options)
    }

    /// The window of a new instance, in a host that calls itself `program`, if it does; `note` is where it is noted
    /// that the first steps were read.
    pub fn first(size: [f32; 2], scale: f32, program: Option<&str>, note: Option<&Path>) -> Self {
        let [width, height] = size;
        let params = Arc::new(UnderscoreParams::default());
        params.names.set_program(program.unwrap_or_default());
        Self::of(width, height, scale, params, note)
    }

    /// A window of so many logical pixels at a scale factor of the system.
    pub fn with(width: f32, height: f32, scale: f32, options: SessionOptions) -> Self {
        let params = Arc::new(UnderscoreParams::default());
        params.set_editor_options(options);
        Self::of(width, height, scale, params, None)
    }

    fn of(
        width: f32,
        height: f32,
        scale: f32,
        params: Arc<UnderscoreParams>,
        note: Option<&Path>,
    ) -> Self {
        let status = Arc::new(SharedStatus::default());
        let (sender, receiver) = hop_channel(Arc::default());
        let app = EditorApp::new(params.clone(), receiver, status.clone())
            .with_rides(RIDES)
            .noting_first_steps_in(note.map(Path::to_owned));
        let host = Arc::new(Host::default());
        let gui = GuiContext::new(host.clone());
        let painter = Painter::default();
        let harness = Harness::builder()
            .with_size(Vec2::new(width, height))
            .with_pixels_per_point(scale)
            .with_step_dt(STEP_S)
            .renderer(painter.clone())
            .build_ui_state(
                move |ui: &mut egui::Ui, app: &mut EditorApp| app.show(ui, &gui),
                app,
            );
        Self {
            harness,
            params,
            status,
            host,
            painter,
            hops: sender,
        }
    }

    /// Lets hops come in real time.
    pub fn play(&mut self, snapshots: &[Snapshot]) {
        self.play_in_steps(snapshots, (f64::from(STEP_S) * 48_000.0 / 256.0) as usize);
    }

    /// Lets so many hops come for each frame.
    pub fn play_in_steps(&mut self, snapshots: &[Snapshot], num_hops: usize) {
        for some in snapshots.chunks(num_hops) {
            for snapshot in some {
                self.hops.send(snapshot, true, Pass::Live);
            }
            self.harness.step();
        }
        self.harness.run_steps(2);
    }

    /// Lets hops come while the transport stands.
    pub fn idle(&mut self, snapshots: &[Snapshot]) {
        for snapshot in snapshots {
            self.hops.send(snapshot, false, Pass::Live);
        }
        self.harness.run_steps(2);
    }

    /// Clicks what a screen reader calls `label`.
    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run_steps(3);
    }

    /// Whether there is something of which a screen reader says something with `words`.
    pub fn says(&self, words: &str) -> bool {
        self.harness
            .query_all_by_label_contains(words)
            .next()
            .is_some()
    }

    /// Whether the button called `label` is on.
    pub fn is_on(&self, label: &str) -> bool {
        let node = self.harness.get_by_label(label);
        node.accesskit_node().toggled() == Some(Toggled::True)
    }

    /// Presses a key.
    pub fn press(&mut self, key: egui::Key, modifiers: Modifiers) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(2);
    }

    /// Types `text` into the field called `label` in place of what is there.
    pub fn fill(&mut self, label: &str, text: &str) {
        self.harness.get_by_label(label).focus();
        self.harness.run_steps(2);
        self.press(egui::Key::A, Modifiers::COMMAND);
        self.harness.get_by_label(label).type_text(text);
        self.harness.run_steps(3);
    }

    /// The parameter `id` as hosts show it.
    pub fn value(&self, id: &str) -> String {
        let map = self.params.param_map();
        let (_, param, _) = map.iter().find(|(it, ..)| it == id).unwrap();
        // SAFETY: the stage keeps the parameters.
        unsafe { param.normalized_value_to_string(param.unmodulated_normalized_value(), true) }
    }

    /// The picture, also left as a PNG under `target/`.
    pub fn picture(&self, name: &str) -> Picture {
        let picture = self.painter.picture(&self.harness);
        let path = target().join("editor").join(format!("{name}.png"));
        picture.write(&path, png::Compression::Fast);
        picture
    }

    /// The same, which must also be like its reference, in which the version isn't seen: it names what was built for.
    pub fn compared_picture(&self, name: &str) -> Picture {
        let mut picture = self.picture(name);
        let version = format!("Underscore {}", version::this());
        for node in self.harness.query_all_by_label(&version) {
            picture.cover(node.rect() * self.harness.ctx.pixels_per_point());
        }
        reference::compare(name, &picture);
        picture
    }
}

/// What `show` draws on a window of so many pixels, without an editor.
pub fn painted(width: f32, height: f32, show: impl FnMut(&mut egui::Ui)) -> Picture {
    let painter = Painter::default();
    let mut harness = Harness::builder()
        .with_size(Vec2::new(width, height))
        .with_pixels_per_point(1.0)
        .renderer(painter.clone())
        .build_ui(show);
    harness.run_steps(1);
    painter.picture(&harness)
}

/// The folder for what tests leave.
pub fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"))
}

/// The hops of the demo scene, in Duck.
pub fn demo() -> &'static [Snapshot] {
    const BLOCK_SAMPLES: usize = 4800;
    static DEMO: OnceLock<Vec<Snapshot>> = OnceLock::new();
    DEMO.get_or_init(|| {
        let (dialogue, mut music) = (demo::dialogue(), demo::music().clone());
        let layout = |num| Layout::from_num_channels(num).expect("a layout");
        let (num_dialogue, num_music) = (layout(dialogue.len()), layout(music.len()));
        let mut engine = Engine::prepare(demo::RATE_HZ, num_dialogue, num_music).unwrap();
        let settings = Settings {
            mode: Mode::Duck,
            ..Settings::default()
        };
        let mut snapshots = Vec::new();
        let num_samples = dialogue[0].len().min(music[0].len());
        for start in (0..=num_samples - BLOCK_SAMPLES).step_by(BLOCK_SAMPLES) {
            let block = start..start + BLOCK_SAMPLES;
            let inputs: Vec<&[f32]> = dialogue.iter().map(|x| &x[block.clone()]).collect();
            let mut outputs: Vec<&mut [f32]> =
                music.iter_mut().map(|x| &mut x[block.clone()]).collect();
            let mut observer = |snapshot: &Snapshot| snapshots.push(*snapshot);
            engine.process(&inputs, &mut outputs, &settings, Some(&mut observer));
        }
        snapshots
    })
}

/// Hops of `seconds` with these levels, dBFS, and nobody speaking.
pub fn levels(seconds: f64, dialogue_dbfs: f32, music_dbfs: f32) -> Vec<Snapshot> {
    let num_hops = (seconds * 48_000.0 / 256.0) as i64;
    (1..=num_hops)
        .map(|hop| Snapshot {
            position_samples: 256 * hop,
            dialogue_dbfs,
            music_dbfs,
            ..Snapshot::default()
        })
        .collect()
}

/// Not connected or not working: what the status says.
pub fn fail(stage: &mut Stage, status: Status) {
    stage.status.set(status);
    stage.harness.run_steps(2);
}
