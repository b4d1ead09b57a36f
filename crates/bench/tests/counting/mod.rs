//! An allocator that counts, for each thread, what is asked of it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

thread_local! {
    static ASKED: Cell<Asked> = const { Cell::new(Asked { times: 0, bytes: 0 }) };
}

/// How often memory was asked for, and how much in all. Growing counts like new memory, as it may
/// be a copy of all that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub times: usize,
    pub bytes: usize,
}

/// What `operation` asks for, until it has given its result.
pub fn count<R>(operation: impl FnOnce() -> R) -> (R, Asked) {
    let before = ASKED.get();
    let result = operation();
    let after = ASKED.get();
    (result, Asked { times: after.times - before.times, bytes: after.bytes - before.bytes })
}

fn note(bytes: usize) {
    // While a thread ends there is nothing left to count with.
    let _ = ASKED.try_with(|asked| {
        let Asked { times, bytes: before } = asked.get();
        asked.set(Asked { times: times + 1, bytes: before + bytes });
    });
}

#[expect(unsafe_code, reason = "an allocator is unsafe; each call is handed on as it came")]
// SAFETY: every method is the system allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        note(bytes);
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, bytes) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}
