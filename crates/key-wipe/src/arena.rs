//! An allocator that never gives a byte twice.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// More than the tests ask for in all; what is not asked for is never backed by memory.
const BYTES: usize = 64 * 1024 * 1024;

/// Memory that is given away once, from its start to its end.
pub struct Arena {
    bytes: UnsafeCell<[MaybeUninit<u8>; BYTES]>,
    given: AtomicUsize,
}

#[expect(unsafe_code, reason = "bytes that are given away are written by whom they are given to")]
// SAFETY: `given` only grows, in one atomic step each time, so that no two threads are given the
// same byte, and the arena itself never reads or writes one.
unsafe impl Sync for Arena {}

impl Arena {
    pub const fn new() -> Self {
        let bytes = UnsafeCell::new([MaybeUninit::uninit(); BYTES]);
        Self { bytes, given: AtomicUsize::new(0) }
    }

    /// The addresses from the first byte that was given away to behind the last one.
    pub fn given(&self) -> (usize, usize) {
        let start = self.bytes.get().addr();
        (start, start + self.given.load(Relaxed).min(BYTES))
    }
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(unsafe_code, reason = "an allocator is unsafe")]
// SAFETY: each block is a part of the arena that no other block has, of the layout's size and
// alignment. `alloc_zeroed` and `realloc` are the trait's own, made of `alloc` and `dealloc`.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start: *mut u8 = self.bytes.get().cast();
        let mut place = 0;
        let given = self.given.fetch_update(Relaxed, Relaxed, |given| {
            let behind = (start.addr() + given).checked_next_multiple_of(layout.align())?;
            place = behind - start.addr();
            place.checked_add(layout.size()).filter(|end| *end <= BYTES)
        });
        match given {
            // SAFETY: `place` and the bytes behind it are inside of the arena.
            Ok(_) => unsafe { start.add(place) },
            Err(_) => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
