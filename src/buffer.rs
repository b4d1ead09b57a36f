//! A buffer of bytes that needs no allocation while it is short.
//!
//! In: a length, or bytes piece by piece. Out: the bytes in one slice.
//! Not here: what the bytes mean.

use alloc::vec::Vec;
use core::fmt;

/// Most payloads are shorter.
const STACK_BYTES: usize = 512;

/// Bytes on the stack, or on the heap once they are more than 512.
pub(crate) struct Buffer {
    stack: [u8; STACK_BYTES],
    heap: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(crate) const fn new() -> Self {
        Self { stack: [0; STACK_BYTES], heap: Vec::new(), len: 0 }
    }

    /// The place for exactly this many bytes, to be overwritten.
    pub(crate) fn room(&mut self, bytes: usize) -> &mut [u8] {
        if let Some(room) = self.stack.get_mut(..bytes) {
            return room;
        }
        self.heap.resize(bytes, 0);
        &mut self.heap
    }

    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        match self.stack.get_mut(self.len..end) {
            Some(room) => room.copy_from_slice(bytes),
            None => {
                if self.heap.is_empty() {
                    self.heap.extend_from_slice(self.stack.get(..self.len).unwrap_or_default());
                }
                self.heap.extend_from_slice(bytes);
            }
        }
        self.len = end;
    }

    /// All bytes that were pushed.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.stack.get(..self.len).unwrap_or(&self.heap)
    }
}

impl fmt::Write for Buffer {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}
