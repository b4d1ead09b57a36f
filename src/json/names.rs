//! The names of an object's members, to see that each occurs once.
//!
//! In: names, in the order of the text. Out: whether one occurs twice.
//! Not here: reading them.

use alloc::vec::Vec;

use super::raw_text::RawText;

/// Names that need no allocation. Usual headers and claims sets have fewer.
const FEW: usize = 12;

/// Room for all names of a header, which cannot have more. One allocation does.
const MANY: usize = 256;

/// The names of all objects that are open. Those of the innermost one come last.
pub(super) struct Names<'t> {
    few: [RawText<'t>; FEW],
    len: usize,
    /// All names, once they are more than a few.
    many: Vec<RawText<'t>>,
}

impl<'t> Names<'t> {
    pub(super) const fn new() -> Self {
        Self { few: [RawText::Plain(""); FEW], len: 0, many: Vec::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, name: RawText<'t>) {
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
        names.sort_unstable();
        let unique = names.windows(2).all(|pair| pair.first() != pair.last());
        self.len = first;
        self.many.truncate(first);
        unique
    }
}
