//! The search itself: it finds what lies anywhere, and looks for the right bytes.

use std::hint::black_box;

use key_wipe::{Arena, count, states};

#[global_allocator]
static ARENA: Arena = Arena::new();

/// At each place of two windows of the search, the seam between them included, and at the very end of
/// what was given away.
#[test]
fn a_pattern_is_found_at_every_place() {
    let pattern: [u8; 32] = std::array::from_fn(|at| (at as u8).wrapping_mul(37) ^ 0xA5);
    let (start, given) = ARENA.given();
    assert!(given > start, "the test harness has asked for memory");
    assert_eq!(count(&ARENA, &pattern).expect("/proc/self/mem"), 0);
    let mut room = vec![0_u8; 40_000];
    for place in (0..room.len() - 32).step_by(997) {
        room[place..place + 32].copy_from_slice(&pattern);
        assert_eq!(count(&ARENA, black_box(&pattern)).expect("/proc/self/mem"), 1, "at {place}");
        room[place..place + 32].fill(0);
    }
    // Each place of a seam: the search begins at the start of the arena, in windows of 16 KiB.
    let offset = room.as_ptr().addr() - start;
    let seam = (offset + 100).next_multiple_of(16 * 1024) - offset;
    for place in seam - 70..seam + 70 {
        room[place..place + 32].copy_from_slice(&pattern);
        assert_eq!(count(&ARENA, black_box(&pattern)).expect("/proc/self/mem"), 1, "at {place}");
        room[place..place + 32].fill(0);
    }
    let last = Box::new(pattern);
    assert_eq!(count(&ARENA, black_box(&last)).expect("/proc/self/mem"), 1, "at the end");
}

/// Computed by another program from FIPS 180-4 and RFC 2104, for a secret of 32 bytes 7.
#[test]
fn the_states_are_those_of_hmac() {
    let expected: [[u32; 8]; 2] = [
        [
            0xd595_da48,
            0xd3df_cc42,
            0x1156_7b33,
            0xa6db_ac51,
            0x6fbe_d281,
            0x5bff_0bb9,
            0x8a29_6923,
            0xa7c2_734e,
        ],
        [
            0x8d8d_be84,
            0x5f87_1455,
            0xfe9b_d93a,
            0xd7d9_403c,
            0x5cb5_ac0e,
            0x4f50_6b07,
            0x5208_4a53,
            0xecee_4a49,
        ],
    ];
    let in_memory = expected.map(|words| words.map(u32::to_ne_bytes).concat());
    assert_eq!(states(&[7; 32]).map(Vec::from), in_memory);
}
