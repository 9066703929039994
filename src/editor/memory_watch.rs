//! What becomes of the memory of lines while the audio runs: it learns from the hops that come, goes to the audio
//! thread as a plan, and to a recovery file.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::learn::recorder::Recorder;
use crate::link::{Hop, HopReceiver};
use crate::params::UnderscoreParams;
use crate::params::recovery::Recovery;
use crate::settings::Pass;

/// Most time that is spent on hops at once: the window wants to paint.
const AT_ONCE: Duration = Duration::from_millis(30);

/// Most hops that wait here: six minutes, 80 MB. Beyond, they wait in the ring, and what that can't hold is lost.
const MAX_WAITING: usize = 1 << 16;

/// Time without hops after which a pass is over: hosts stop calling a plugin whose transport stands.
const IDLE: Duration = Duration::from_secs(2);

/// The memory of one instance at work.
pub struct MemoryWatch {
    params: Arc<UnderscoreParams>,
    waiting: VecDeque<Hop>,
    recorder: Recorder,
    heard: Option<Instant>,
    recovery: Recovery,
}

impl MemoryWatch {
    /// Nothing heard yet, and nothing to recover.
    pub fn new(params: Arc<UnderscoreParams>) -> Self {
        Self {
            recovery: Recovery::nowhere(params.clone()),
            params,
            waiting: VecDeque::new(),
            recorder: Recorder::default(),
            heard: None,
        }
    }

    /// Writes what is learned to the user's folder too, and looks there for what was never saved.
    pub fn recover(&mut self) {
        self.recovery = Recovery::new(self.params.clone());
    }

    /// Takes in what has come, each hop also for `show`.
    pub fn listen(&mut self, hops: &mut HopReceiver, mut show: impl FnMut(&Hop)) {
        let began = Instant::now();
        let settings = self.params.settings();
        self.fill(hops);
        while let Some(hop) = self.waiting.pop_front() {
            self.heard = Some(began);
            show(&hop);
            let is_learned = hop.pass == Pass::Learn && hop.is_timeline;
            let reel = &self.params.reel;
            self.recorder
                .hear(&hop.snapshot, is_learned, hop.num_lost, &settings, reel);
            // A line takes its time to learn, and a fast bounce goes on meanwhile.
            self.fill(hops);
            if began.elapsed() > AT_ONCE {
                break;
            }
        }
        if self.waiting.is_empty() {
            self.waiting = VecDeque::new();
            if self.heard.is_some_and(|heard| heard.elapsed() > IDLE) {
                self.recorder.end(&settings, &self.params.reel);
            }
        }
        self.params.give_plan();
        self.recovery.look(self.recorder.has_learned());
    }

    /// Whether there is so much to do that it shouldn't wait.
    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty() || self.recorder.is_learning()
    }

    /// What was learned and never saved.
    pub fn recovery(&mut self) -> &mut Recovery {
        &mut self.recovery
    }

    /// What the user should know of the memory, in words.
    pub fn problem(&self) -> Option<String> {
        let holes = (self.recorder.num_lost() > 0).then(|| {
            "Learned with holes: the bounce was faster than learning. Bounce in real time"
                .to_owned()
        });
        holes.or_else(|| self.params.memory.problem())
    }

    fn fill(&mut self, hops: &mut HopReceiver) {
        let room = MAX_WAITING.saturating_sub(self.waiting.len());
        self.waiting.extend(hops.drain().take(room));
    }
}
