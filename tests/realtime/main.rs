//! The audio thread's promises: while the engine works, no memory is allocated or freed, and the
//! operating system isn't called, so no lock can wait either.

mod allocations;
mod counting;
mod strace;
mod system_calls;
mod workload;
