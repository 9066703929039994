//! What the editor looks like and costs: `cargo xtask window --help`.
//!
//! Opens the editor in a real window on a screen without a monitor, writes a picture of it while
//! the demo scene plays, and measures how much of a core the open window takes.

#[cfg(all(feature = "plugin", target_os = "linux"))]
#[allow(dead_code, reason = "the tests use what this doesn't")]
#[path = "../tests/window/stage/mod.rs"]
mod stage;

#[cfg(all(feature = "plugin", target_os = "linux"))]
mod window {
    use std::collections::{BTreeMap, HashMap};
    use std::fs;
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use clack_host::prelude::PluginEntry;
    use clap::Parser;
    use test_support::clap_host::Processor;
    use test_support::demo::RATE_HZ;
    use underscore::editor::num_frames;

    use crate::stage::display::Display;
    use crate::stage::exits::{self, OPEN_MS, WAYS};
    use crate::stage::host::{Host, Opening};
    use crate::stage::picture::picture_path;
    use crate::stage::playing::{Playing, Scene};
    use crate::stage::screen::{self, Screen};
    use crate::stage::screen_reader::{ScreenReader, Session};
    use crate::stage::soak;

    /// How long each share of a core is measured.
    const MEASURED: Duration = Duration::from_secs(10);

    /// How often loading and opening are timed.
    const NUM_TIMED: usize = 11;

    /// Opens the editor on a screen without a monitor, writes a picture of it and says what it
    /// costs.
    #[derive(Parser)]
    #[command(name = "cargo xtask window")]
    struct Args {
        /// Size of the window in pixels, if the editor can be resized
        #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
        size: Option<[u32; 2]>,
        /// Scale that the host asks for, 2 on a display of high density
        #[arg(long, default_value_t = 1.0)]
        scale: f64,
        /// Seconds into the demo scene
        #[arg(long, default_value_t = 7.0)]
        at: f64,
        /// How much faster than real time the scene plays until then
        #[arg(long, default_value_t = 1.0)]
        speed: f64,
        /// Nothing on the sidechain
        #[arg(long)]
        no_dialogue: bool,
        /// A parameter and its value as the plugin shows them; can be repeated
        #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting)]
        set: Vec<(String, String)>,
        /// File for the picture [default: window/editor.png in the target directory]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Measure what the open window costs, too
        #[arg(long)]
        cost: bool,
        /// Measure how long loading, activating and opening take, too
        #[arg(long)]
        times: bool,
        /// With a screen reader that listens
        #[arg(long)]
        reader: bool,
        /// Instead of all this: run many instances in both formats for so many minutes, their windows coming and going
        #[arg(long, value_name = "MINUTES", conflicts_with = "exits")]
        soak: Option<f64>,
        /// How many instances
        #[arg(long, value_name = "COUNT", default_value_t = 8, requires = "soak")]
        instances: usize,
        /// Instead of all this: end that many processes in every way after they had windows, and count those
        /// that crash
        #[arg(long, value_name = "COUNT")]
        exits: Option<usize>,
        /// Of those ways, only the ones whose names begin so
        #[arg(long, value_name = "NAME", default_value = "", requires = "exits")]
        only: String,
        /// What such a process does
        #[arg(long, value_name = "WAY", hide = true)]
        exit_by: Option<String>,
        /// How long its windows are open, ms
        #[arg(long, hide = true, default_value_t = 0)]
        open_ms: u64,
    }

    fn parse_size(text: &str) -> Result<[u32; 2], String> {
        let numbers = text.split_once('x').and_then(|(width, height)| {
            let size = [width.parse().ok()?, height.parse().ok()?];
            size.iter().all(|x| (1..=4000).contains(x)).then_some(size)
        });
        numbers.ok_or_else(|| "a size is like 1100x700".to_owned())
    }

    fn parse_setting(text: &str) -> Result<(String, String), String> {
        match text.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err("a setting is like Mode=Duck".to_owned()),
        }
    }

    pub fn main() {
        let args = Args::parse();
        if let Some(way) = &args.exit_by {
            exits::leave(way, Duration::from_millis(args.open_ms));
            return;
        }
        if let Some(minutes) = args.soak
            && screen::is_on_screen()
        {
            let duration = Duration::from_secs_f64(60.0 * minutes);
            let done = soak::run(duration, args.instances.max(1));
            println!(
                "instances  {}, and {} more",
                args.instances, done.num_instances
            );
            println!("windows    {}", done.num_windows);
            println!("states     {}", done.num_states);
            println!("blocks     {} of each", done.num_blocks);
            println!("memory     {} kB more", done.grown_kb);
            return;
        }
        if screen::is_on_screen() {
            if args.times {
                times();
            }
            run(&args);
            return;
        }
        let Some(screen) = Screen::start(&[]) else {
            eprintln!("error: {}", screen::HOW_TO_GET);
            std::process::exit(2);
        };
        if let Some(count) = args.exits {
            let ended_well = end_processes(count, &args.only, &screen);
            drop(screen);
            std::process::exit(i32::from(!ended_well));
        }
        let minutes = args.soak.unwrap_or_default();
        let patience = Duration::from_secs_f64(600.0 + 60.0 * minutes);
        let again = std::env::args_os().skip(1);
        let session = args.reader.then(Session::start).flatten();
        let ended_well = screen::run_again_for(patience, again, screen.display(), |command| {
            if let Some(session) = &session {
                session.set(command);
            }
            if args.soak.is_some() {
                // Of many arenas, which threads share by chance, each may grow to the size of one.
                command.env("MALLOC_ARENA_MAX", "1");
            }
        });
        drop((screen, session));
        std::process::exit(i32::from(!ended_well));
    }

    /// Ends `count` processes in each way whose name begins with `only`; says whether all ended well.
    fn end_processes(count: usize, only: &str, screen: &Screen) -> bool {
        let mut num_crashed = 0;
        for (name, ..) in WAYS.into_iter().filter(|(name, ..)| name.starts_with(only)) {
            let crashed = (0..count)
                .filter(|idx| {
                    let open_ms = OPEN_MS[idx % OPEN_MS.len()].to_string();
                    let args = ["--exit-by", name, "--open-ms", &open_ms];
                    !screen::run_again(args, screen.display(), |_| ())
                })
                .count();
            println!("{name:<14}  {crashed} of {count} crashed");
            num_crashed += crashed;
        }
        num_crashed == 0
    }

    fn run(args: &Args) {
        let display = Display::open();
        let mut host = Host::new();
        let mut settings: Vec<_> = vec![host.setting("Mode", "Duck")];
        settings.extend(
            args.set
                .iter()
                .map(|(name, value)| host.setting(name, value)),
        );
        let scene = if args.no_dialogue {
            Scene::demo().without_dialogue()
        } else {
            Scene::demo()
        };
        let opening = Opening {
            scale: args.scale,
            size: args.size,
            ..Opening::default()
        };
        let mut reader = args.reader.then(ScreenReader::start);
        if let Some(reader) = &mut reader {
            reader.listen(true);
        }
        let editor = host.open_and_draw(&display, opening);
        if args.cost {
            println!("example   {}", cost(&mut host));
        }
        let playing = Playing::start(&mut host, scene, settings, args.speed);
        host.wait(Duration::from_secs(600), || playing.position_s() >= args.at);
        let picture = editor.picture(&display);
        if args.cost {
            println!("playing   {}", cost(&mut host));
        }
        playing.stop(&mut host);
        if args.cost {
            println!("idle      {}", cost(&mut host));
        }
        host.close_editor(&display, editor);

        let path = args.out.clone().unwrap_or_else(|| picture_path("editor"));
        picture.write(&path);
        println!("picture   {} x {}", picture.width, picture.height);
        println!("written   {}", path.display());
    }

    /// Says how long it takes from loading the library to the first sample and to the first picture: the median of
    /// [`NUM_TIMED`], and the first, which loads what the others find.
    fn times() {
        const STEPS: [&str; 6] = [
            "load",
            "make",
            "activate",
            "first block",
            "open",
            "first frame",
        ];
        let display = Display::open();
        let program = std::env::current_exe().expect("this program has a path");
        let release = program.ancestors().nth(2).expect("it is in a folder");
        let library = release.join("deps").join("libunderscore.so");
        let mut rounds = Vec::new();
        for _ in 0..NUM_TIMED {
            let mut at = vec![Instant::now()];
            // SAFETY: it is this project's plugin.
            let entry = unsafe { PluginEntry::load(&library) }.expect("it was built");
            at.push(Instant::now());
            let mut host = Host::of(&entry);
            at.push(Instant::now());
            let stopped = host.clap.activate(RATE_HZ, 512).expect("it starts");
            at.push(Instant::now());
            let mut processor = Processor::start(stopped).expect("it starts");
            let silence = || vec![vec![0.0; 512]; 2];
            let played = processor.process(&silence(), &silence(), &[]);
            played.expect("the plugin works");
            at.push(Instant::now());
            let editor = host
                .open_editor(&display, Opening::default())
                .expect("it opens");
            at.push(Instant::now());
            let has_drawn = host.wait(Duration::from_secs(30), || {
                let rgb = editor.picture(&display).rgb;
                rgb.chunks_exact(3).any(|pixel| *pixel != rgb[..3])
            });
            assert!(has_drawn, "it draws");
            at.push(Instant::now());
            let round: Vec<Duration> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
            rounds.push(round);
            host.close_editor(&display, editor);
            host.clap.deactivate(processor.stop());
        }
        for (step, name) in STEPS.iter().enumerate() {
            let ms = |round: &Vec<Duration>| 1e3 * round[step].as_secs_f64();
            let first = ms(&rounds[0]);
            let mut all: Vec<f64> = rounds.iter().map(ms).collect();
            all.sort_by(f64::total_cmp);
            println!(
                "{name:<12} {:7.2} ms, the first time {first:7.2} ms",
                all[NUM_TIMED / 2]
            );
        }
    }

    /// What the threads that the editor started take, in all and by name.
    fn cost(host: &mut Host) -> String {
        let before = busy_by_thread();
        let frames_before = num_frames();
        let start = Instant::now();
        host.run_for(MEASURED);
        let elapsed_s = start.elapsed().as_secs_f64();
        let num_frames = num_frames() - frames_before;
        let mut by_name = BTreeMap::<String, Duration>::new();
        for (thread, (name, busy)) in busy_by_thread() {
            let name = name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '-');
            let already = before.get(&thread).map(|(_, busy)| *busy);
            *by_name.entry(name.to_owned()).or_default() += busy - already.unwrap_or_default();
        }
        let busy_s: f64 = by_name.values().map(Duration::as_secs_f64).sum();
        let mut text = format!(
            "{:5.2} % of a core, {:4.1} frames/s, {:5.2} ms a frame",
            100.0 * busy_s / elapsed_s,
            num_frames as f64 / elapsed_s,
            1e3 * busy_s / num_frames.max(1) as f64
        );
        for (name, busy) in by_name {
            let percent = 100.0 * busy.as_secs_f64() / elapsed_s;
            if percent > 0.05 {
                text += &format!("; {name} {percent:.2} %");
            }
        }
        text
    }

    /// Name of each thread and how long it has run, but for the host's own.
    fn busy_by_thread() -> HashMap<PathBuf, (String, Duration)> {
        let tasks = fs::read_dir("/proc/self/task").expect("Linux has it");
        let mut busy = HashMap::new();
        for task in tasks {
            let folder = task.expect("it can be read").path();
            let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
            let is_main = folder.ends_with(std::process::id().to_string());
            let name = read("comm").trim().to_owned();
            if is_main || name == "audio" {
                continue;
            }
            let run_ns = read("schedstat");
            let run_ns = run_ns.split_whitespace().next().unwrap_or_default();
            let run = Duration::from_nanos(run_ns.parse().unwrap_or(0));
            busy.insert(folder.clone(), (name, run));
        }
        busy
    }
}

#[cfg(all(feature = "plugin", target_os = "linux"))]
fn main() {
    window::main();
}

#[cfg(not(all(feature = "plugin", target_os = "linux")))]
fn main() {
    eprintln!("error: this is for Linux, and for builds with the plugin");
    std::process::exit(2);
}
