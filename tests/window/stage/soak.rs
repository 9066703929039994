//! Many instances for a long time: their windows come and go, their states are saved and loaded, the transport
//! jumps and settings move while audio plays. In the end the process holds what it held in the beginning, and an
//! instance that went through it sounds like a new one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use x11rb::protocol::xproto::Window;

use super::audio_side::{AudioSide, BLOCK_SAMPLES, Block, param_id};
use super::display::Display;
use super::holdings::{Holdings, memory_kb};
use super::raw_clap::RawClap;
use super::raw_host::RawHost;
use super::raw_vst3::RawVst3;

/// Connections to the screen end some time after the window.
const SETTLING: Duration = Duration::from_secs(20);

/// What the allocator and the drivers keep when all is gone, beyond what they kept after the first instances:
/// some, and more for each window that was open at the same time. Hundreds of windows come and go, and one that
/// stayed would take megabytes.
const MAX_GROWTH_KB: u64 = 64 * 1024;
const MAX_GROWTH_PER_INSTANCE_KB: u64 = 8 * 1024;

/// Parameters that are automated.
const AUTOMATED: [&str; 6] = ["mode", "target", "focus", "hold", "trim", "max_cut"];

/// Length of what an instance must still play right in the end, blocks: some six seconds.
const NUM_COMPARED_BLOCKS: usize = 600;

struct Seat {
    host: Box<dyn RawHost>,
    window: Option<Window>,
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// What was done.
#[derive(Debug, Default)]
pub struct Done {
    pub num_windows: usize,
    pub num_states: usize,
    pub num_instances: usize,
    pub num_blocks: usize,
    pub grown_kb: u64,
}

fn new_host(idx: usize) -> Box<dyn RawHost> {
    match idx.is_multiple_of(2) {
        true => Box::new(RawVst3::new()),
        false => Box::new(RawClap::new()),
    }
}

/// A seat with its audio started.
fn seat(idx: usize) -> (Seat, Box<dyn AudioSide>) {
    let mut host = new_host(idx);
    let audio = host.start_audio();
    (Seat { host, window: None }, audio)
}

fn open(seat: &mut Seat, display: &Display) {
    let [width, height] = seat.host.size();
    let window = display.make_window(width, height);
    assert!(seat.host.open(window), "the editor opens");
    seat.window = Some(window);
}

fn close(seat: &mut Seat, display: &Display) {
    if let Some(window) = seat.window.take() {
        seat.host.close();
        display.destroy_window(window);
    }
}

/// The block of the demo scene at `position_samples`, over and over.
fn cut(bus: &Channels, position_samples: i64) -> Channels {
    let num_blocks = bus[0].len() / BLOCK_SAMPLES;
    let begin = position_samples as usize / BLOCK_SAMPLES % num_blocks * BLOCK_SAMPLES;
    let mut channels = bus.iter().cycle();
    let channel = |_| channels.next().expect("there is one")[begin..begin + BLOCK_SAMPLES].to_vec();
    (0..2).map(channel).collect()
}

/// What an instance makes of the beginning of the scene, in Duck.
fn sound(host: &mut dyn RawHost, state: &[u8]) -> Channels {
    host.load(state);
    let mut audio = host.start_audio();
    let mut output = vec![Vec::new(); 2];
    for block_idx in 0..NUM_COMPARED_BLOCKS {
        let position_samples = (block_idx * BLOCK_SAMPLES) as i64;
        let mut music = cut(demo::music(), position_samples);
        audio.play(&mut Block {
            music: &mut music,
            dialogue: &mut cut(demo::dialogue(), position_samples),
            position_samples,
            change: (block_idx == 0).then(|| (param_id("mode"), 1.0)),
        });
        for (output, music) in output.iter_mut().zip(music) {
            output.extend(music);
        }
    }
    host.stop_audio();
    output
}

/// Runs `num_instances` for `duration`.
pub fn run(duration: Duration, num_instances: usize) -> Done {
    let display = Display::open();
    // What libraries open once and keep.
    for idx in 0..4 {
        let (mut seat, audio) = seat(idx);
        open(&mut seat, &display);
        std::thread::sleep(Duration::from_millis(200));
        close(&mut seat, &display);
        drop(audio);
        seat.host.stop_audio();
    }
    let before = Holdings::now(&display);
    let before_kb = memory_kb();
    // Each format has its own wrapping.
    let new_states = [0, 1].map(|idx| new_host(idx).save());

    let mut done = Done::default();
    let mut random = fastrand::Rng::with_seed(14);
    let (mut seats, audio): (Vec<_>, Vec<_>) = (0..num_instances).map(seat).unzip();
    let audio: Vec<Option<Box<dyn AudioSide>>> = audio.into_iter().map(Some).collect();
    let audio = Mutex::new(audio);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let playing = scope.spawn(|| play(&audio, &is_over));
        // Also when something here fails.
        let over = Over(&is_over);
        let end = Instant::now() + duration;
        while Instant::now() < end {
            let idx = random.usize(..num_instances);
            let seat = &mut seats[idx];
            match random.u8(..12) {
                0..4 if seat.window.is_none() => {
                    open(seat, &display);
                    done.num_windows += 1;
                }
                0..4 => close(seat, &display),
                4..6 => {
                    let state = seat.host.save();
                    // Of the same format: each has its own wrapping.
                    let others = (idx % 2..num_instances).step_by(2);
                    let other = random.usize(..others.len());
                    seats[idx % 2 + 2 * other].host.load(&state);
                    done.num_states += 1;
                }
                6 => {
                    let size = [random.u32(1..2000), random.u32(1..1500)];
                    seat.host.set_size(size);
                }
                7 => {
                    seat.host.set_scale(f64::from(random.u32(0..5)) / 2.0);
                }
                8 => {
                    close(seat, &display);
                    replace(seat, &audio, idx);
                    done.num_instances += 1;
                }
                _ => std::thread::sleep(Duration::from_millis(random.u64(..50))),
            }
            for seat in &mut seats {
                seat.host.serve();
            }
        }
        drop(over);
        done.num_blocks = playing.join().expect("the audio plays to the end");
    });
    audio.lock().expect("the audio played on").clear();
    for seat in &mut seats {
        close(seat, &display);
        seat.host.stop_audio();
    }
    for (idx, seat) in seats.iter_mut().enumerate().take(4) {
        let new_state = &new_states[idx % 2];
        let new = sound(&mut *new_host(idx), new_state);
        let old = sound(&mut *seat.host, new_state);
        assert!(new == old, "instance {idx} sounds like a new one");
    }
    drop(seats);
    assert_eq!(before.settled(&display, SETTLING), before);
    done.grown_kb = memory_kb().saturating_sub(before_kb);
    let max_growth_kb = MAX_GROWTH_KB + MAX_GROWTH_PER_INSTANCE_KB * num_instances as u64;
    assert!(done.grown_kb < max_growth_kb, "{done:?}");
    done
}

/// Another instance in the place of this one.
fn replace(seat: &mut Seat, audio: &Mutex<Vec<Option<Box<dyn AudioSide>>>>, idx: usize) {
    let lock = || audio.lock().unwrap_or_else(PoisonError::into_inner);
    lock()[idx] = None;
    seat.host.stop_audio();
    let (new, side) = self::seat(idx);
    *seat = new;
    lock()[idx] = Some(side);
}

/// Plays all instances in real time until it is over; gives the number of blocks.
fn play(audio: &Mutex<Vec<Option<Box<dyn AudioSide>>>>, is_over: &AtomicBool) -> usize {
    let mut random = fastrand::Rng::with_seed(7);
    let start = Instant::now();
    let mut position_samples = 0;
    let mut num_blocks = 0;
    while !is_over.load(Ordering::Acquire) {
        if random.u8(..) == 0 {
            position_samples = random.i64(..1 << 32) / BLOCK_SAMPLES as i64 * BLOCK_SAMPLES as i64;
        }
        let (music, dialogue) = (
            cut(demo::music(), position_samples),
            cut(demo::dialogue(), position_samples),
        );
        let mut sides = audio.lock().unwrap_or_else(PoisonError::into_inner);
        for side in sides.iter_mut().flatten() {
            let id = AUTOMATED[random.usize(..AUTOMATED.len())];
            let change = (random.u8(..8) == 0).then(|| (param_id(id), random.f64()));
            let mut music = music.clone();
            side.play(&mut Block {
                music: &mut music,
                dialogue: &mut dialogue.clone(),
                position_samples,
                change,
            });
            let is_finite = music.iter().flatten().all(|sample| sample.is_finite());
            assert!(is_finite, "the output is finite");
        }
        drop(sides);
        position_samples += BLOCK_SAMPLES as i64;
        num_blocks += 1;
        let due = start + Duration::from_secs_f64((num_blocks * BLOCK_SAMPLES) as f64 / RATE_HZ);
        // Where it can't keep up, the others have their turn.
        let pause = due.saturating_duration_since(Instant::now());
        std::thread::sleep(pause.max(Duration::from_micros(200)));
    }
    num_blocks
}
