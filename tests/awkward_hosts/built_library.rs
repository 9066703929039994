//! The library as it was built: loaded from its file, entered by the names that each system's hosts look for, played,
//! left and unloaded, over and over.

use std::env;
use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use clack_host::prelude::PluginEntry;
use libloading::Library;
use test_support::clap_host::ClapHost;
use test_support::demo::{self, RATE_HZ};
use test_support::{Channels, clip};
use vst3::ComPtr;
use vst3::Steinberg::{IPluginFactory, IPluginFactoryTrait};

use crate::harness::*;
use crate::signals::{assert_same, play, speech};
use crate::vst3_instance::Vst3;

/// The files of a bundle for another system than this program's, made by `cargo xtask test --windows`.
const BUNDLES: &str = "UNDERSCORE_BUNDLES";

const TIMES: usize = 3;

/// As long as a thread of the library may need to run into code that is gone.
const AFTERWARDS: Duration = Duration::from_millis(200);

/// Where `in_bundle` is in the bundles, or else the library itself, which cargo puts beside the tests.
fn library(in_bundle: &str) -> PathBuf {
    if let Some(bundles) = env::var_os(BUNDLES) {
        return Path::new(&bundles).join(in_bundle);
    }
    let name = format!(
        "{}underscore{}",
        env::consts::DLL_PREFIX,
        env::consts::DLL_SUFFIX
    );
    env::current_exe().unwrap().with_file_name(name)
}

/// A loaded VST3 module.
struct Module(Library);

impl Module {
    fn load() -> Self {
        let path = library("Underscore.vst3/Contents/x86_64-win/Underscore.vst3");
        // SAFETY: the library is ours.
        let module = Self(unsafe { Library::new(&path) }.unwrap());
        assert!(module.call(ENTRY));
        module
    }

    fn factory(&self) -> ComPtr<IPluginFactory> {
        // SAFETY: the type is that of the format's C interface.
        let factory = unsafe {
            let get = self
                .0
                .get::<unsafe extern "system" fn() -> *mut c_void>(b"GetPluginFactory");
            ComPtr::from_raw(get.unwrap()().cast())
        };
        factory.unwrap()
    }

    /// Calls an entry point with what it would be given, but null; those of Windows, and those that leave, take nothing.
    fn call(&self, name: &str) -> bool {
        // SAFETY: an argument more is no harm in the C calls of all three systems.
        unsafe {
            let point = self
                .0
                .get::<unsafe extern "system" fn(*mut c_void) -> bool>(name.as_bytes());
            point.unwrap()(std::ptr::null_mut())
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        assert!(self.call(EXIT));
    }
}

/// What hosts call once after they have loaded the library, and once before they unload it.
const ENTRY: &str = match () {
    () if cfg!(windows) => "InitDll",
    () if cfg!(target_os = "macos") => "bundleEntry",
    () => "ModuleEntry",
};
const EXIT: &str = match () {
    () if cfg!(windows) => "ExitDll",
    () if cfg!(target_os = "macos") => "bundleExit",
    () => "ModuleExit",
};

#[test]
fn the_vst3_is_loaded_played_and_unloaded_again_and_again() {
    let speech = vec![speech()];
    let music = test_support::noise::noise(2, speech[0].len(), 3);
    let expected = play(
        &mut ducking::<Vst3>(STEREO, MONO, 512),
        &music,
        &speech,
        &[512],
    );
    for _ in 0..TIMES {
        let module = Module::load();
        let factory = module.factory();
        assert!(unsafe { factory.countClasses() } >= 1);
        let mut instance = Vst3::of(&factory);
        assert!(instance.set_buses(STEREO, MONO));
        set(&mut instance, "mode", 1.0);
        set(&mut instance, "target", 0.25);
        assert!(instance.activate(48_000.0, 512));
        play(&mut instance, &music, &speech, &[64]);
        let saved = instance.save();
        drop(instance);

        let mut again = Vst3::of(&factory);
        assert!(again.set_buses(STEREO, MONO));
        assert!(again.load(&saved));
        assert!((again.param(param_id("target")) - 0.25).abs() < 1e-6);
        let usual = Vst3::new().param(param_id("target"));
        set(&mut again, "target", usual);
        assert!(again.activate(48_000.0, 512));
        // It sounds as the one that is linked into this program.
        assert_same(
            &play(&mut again, &music, &speech, &[512]),
            &expected,
            "the built one",
        );
        drop((again, factory, module));
        thread::sleep(AFTERWARDS);
    }
}

#[test]
fn the_clap_makes_the_samples_of_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("ducked.wav");
    let duck = Command::new(env!("CARGO_BIN_EXE_underscore"))
        .args(["duck", "--live", "--look-ahead", "0"])
        .args(["dialogue.flac", "music.flac"].map(demo::path))
        .arg("-o")
        .arg(&output)
        .output()
        .unwrap();
    assert!(
        duck.status.success(),
        "{}",
        String::from_utf8_lossy(&duck.stderr)
    );
    let expected = clip::read(&output).unwrap().channels;
    for _ in 0..TIMES {
        assert_same(&played_by_clap(), &expected, "the built CLAP");
        thread::sleep(AFTERWARDS);
    }
}

/// The demo scene through the built CLAP, which is unloaded afterwards.
fn played_by_clap() -> Channels {
    // SAFETY: the library is ours.
    let entry = unsafe { PluginEntry::load(library("Underscore.clap")) }.unwrap();
    let mut host = ClapHost::new(&entry, c"audio.underscore.clash").unwrap();
    host.select_layout_of(2, 1).unwrap();
    let settings =
        [("Mode", "Duck"), ("Pass", "Live")].map(|(name, text)| host.setting(name, text).unwrap());
    let mut processor = host.start(RATE_HZ, 480).unwrap();
    let (music, dialogue) = (demo::music(), demo::dialogue());
    let mut output = vec![Vec::new(); 2];
    for start in (0..music[0].len()).step_by(480) {
        let end = (start + 480).min(music[0].len());
        let part = |x: &Vec<f32>| {
            (start..end)
                .map(|idx| x.get(idx).copied().unwrap_or_default())
                .collect()
        };
        let [music, dialogue]: [Channels; 2] =
            [music, dialogue].map(|bus| bus.iter().map(part).collect());
        let settings = if start == 0 { &settings[..] } else { &[] };
        let block = processor.process(&music, &dialogue, settings).unwrap();
        output
            .iter_mut()
            .zip(block)
            .for_each(|(all, new)| all.extend(new));
    }
    host.stop(processor);
    output
}
