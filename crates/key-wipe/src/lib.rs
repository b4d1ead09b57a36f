//! What is left of a key in the memory of this process, seen from outside of the language.
//!
//! Everything on the heap comes out of one [`Arena`], which gives no byte twice and takes none back:
//! what a value leaves behind when it is dropped, moved by a growing `Vec`, or freed stays as it was
//! left. The arena is then read through `/proc/self/mem`, where it is the kernel that copies the
//! bytes. A Rust program cannot read them itself: a place that was dropped or freed holds no value,
//! and a padding byte never does, so that to look there is undefined behaviour, and what is
//! undefined may show zeros.
//!
//! Shown is that nothing stays in any place on the heap where a value has ever been: a box, a `Vec`, and
//! every place from which a growing `Vec` has moved its elements. Not shown are the stack and the
//! registers. A value that is moved, as by `KeyRing::new(key)`, is copied, and the old place on the
//! stack is not wiped, with whatever crate, until another call writes over it; nor is the block
//! that HMAC makes of the secret in `Key::new`, nor the caller's own copy of the secret.

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::os::unix::fs::FileExt as _;

use sha2::block_api::compress256;

mod arena;

pub use arena::Arena;

/// The state of SHA-256 before the first block (FIPS 180-4 §5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// What is as good as the key for whoever finds it: the states of SHA-256 after each of the two
/// blocks that HMAC makes of a secret of at most 64 bytes (RFC 2104 §2), as they lie in memory.
pub fn states(secret: &[u8]) -> [[u8; 32]; 2] {
    [0x36, 0x5c].map(|pad| {
        let mut block = [pad; 64];
        block.iter_mut().zip(secret).for_each(|(byte, secret)| *byte ^= secret);
        let mut state = INITIAL;
        compress256(&mut state, &[block]);
        let mut bytes = [0; 32];
        bytes
            .as_chunks_mut()
            .0
            .iter_mut()
            .zip(state)
            .for_each(|(to, word)| *to = word.to_ne_bytes());
        bytes
    })
}

/// How often `pattern` stands in what the arena has given away so far.
///
/// # Errors
/// Those of reading `/proc/self/mem`.
pub fn count(arena: &Arena, pattern: &[u8; 32]) -> io::Result<usize> {
    let memory = File::open("/proc/self/mem")?;
    let (start, end) = arena.given();
    // On the stack, as on the heap it would be found as well.
    let mut window = [0; 16 * 1024];
    let mut count = 0;
    let mut at = start;
    while at < end {
        let bytes = (end - at).min(window.len());
        let window = &mut window[..bytes];
        memory.read_exact_at(window, at as u64)?;
        count += window.windows(pattern.len()).filter(|found| found == pattern).count();
        if at + bytes == end {
            break;
        }
        // The next window begins with what was too short to be compared in this one.
        at += bytes - (pattern.len() - 1);
    }
    // What stays on the stack may be carried to the heap, by a move of something that is partly unset.
    black_box(&mut window).fill(0);
    black_box(&window);
    Ok(count)
}
