//! Numbers by chance, the same in each run (SplitMix64).
#![cfg(feature = "std")]
#![allow(clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below the bound, which is not 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// By chance, so many times in a thousand.
    pub(crate) const fn per_mille(&mut self, chance: u64) -> bool {
        self.below(1_000) < chance
    }
}
