//! The names of an object's members, to see that each occurs once.
//!
//! In: names, in the order of the text. Out: whether one occurs twice.
//! Not here: reading them.

use alloc::vec::Vec;

use super::raw_text::{RawText, by_characters};

/// Names that need no allocation. Usual headers and claims sets have fewer.
const FEW: usize = 12;

/// Room for all names of a header, so that one allocation is enough. A header has at most 1,536
/// bytes of JSON, and a member such as `"":0,` has at least 5.
const MANY: usize = 307;

/// The names of all objects that are open. Those of the innermost one come last.
pub(super) struct Names<'t> {
    few: [&'t str; FEW],
    len: usize,
    /// All names, once they are more than a few.
    many: Vec<&'t str>,
}

impl<'t> Names<'t> {
    pub(super) const fn new() -> Self {
        Self { few: [""; FEW], len: 0, many: Vec::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, name: RawText<'t>) {
        let name = name.written();
        match self.few.get_mut(self.len) {
            Some(place) if self.many.is_empty() => *place = name,
            _ => {
                if self.many.is_empty() {
                    self.many.reserve_exact(MANY);
                    self.many.extend(self.few);
                }
                self.many.push(name);
            }
        }
        self.len = self.len.saturating_add(1);
    }

    /// Closes the object whose names begin at `first`, and says whether each of them occurs once.
    /// Sorting brings equal names together, so many names take little more time each than a few.
    pub(super) fn close(&mut self, first: usize) -> bool {
        let all = if self.many.is_empty() { self.few.as_mut_slice() } else { &mut self.many };
        let names = all.get_mut(first..self.len).unwrap_or_default();
        names.sort_unstable_by(|one, other| by_characters(one, other));
        let others = names.iter().skip(1);
        let unique =
            names.iter().zip(others).all(|(one, other)| !by_characters(one, other).is_eq());
        self.len = first;
        self.many.truncate(first);
        unique
    }
}
