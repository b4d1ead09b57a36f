//! How many rows one transaction changes, where many are to be changed.
//!
//! A transaction that finds no room leaves a log that has taken all the room there was. So a large
//! one never takes the reserve: that would leave none for the file, which grows at a checkpoint.

use crate::store::MAX_ROWS;
use crate::workers::Room;

/// Three pages for each row are a tenth of the reserve.
const FEW_ROWS: u16 = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) rows: u16,
    pub(crate) room: Room,
}

impl Batch {
    pub(crate) const LARGE: Self = Self { rows: MAX_ROWS, room: Room::Free };

    /// After this one found no room. `None` after a single row.
    pub(crate) fn smaller(self) -> Option<Self> {
        let rows = match self.room {
            Room::Free => FEW_ROWS,
            // Labels may be of any length.
            Room::Reserve => self.rows / 2,
        };
        (rows > 0).then_some(Self { rows, room: Room::Reserve })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_shrinks_to_one_row_and_takes_the_reserve_once_it_is_small() {
        let all = core::iter::successors(Some(Batch::LARGE), |batch| batch.smaller());
        let all: Vec<_> = all.map(|batch| (batch.rows, batch.room)).collect();
        let mut expected = vec![(1_000, Room::Free)];
        expected.extend([32, 16, 8, 4, 2, 1].map(|rows| (rows, Room::Reserve)));
        assert_eq!(all, expected);
    }
}
