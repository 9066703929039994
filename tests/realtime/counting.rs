//! An allocator that counts what each thread asks of it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Hands every call on to the system's allocator.
struct Counting;

thread_local! {
    static NUM_CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    NUM_CALLS.with(|num_calls| num_calls.set(num_calls.get() + 1));
}

// SAFETY: every call goes to the system's allocator as it came. (The trait's other methods call
// these two.)
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many times this thread has allocated or freed memory.
pub fn num_calls() -> usize {
    NUM_CALLS.with(Cell::get)
}
