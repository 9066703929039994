//! The engine's promises, one module each, tested on the demo scene.

mod clash_scenarios;
mod common;
mod fuzz;
mod latency;
mod null;
mod properties;
