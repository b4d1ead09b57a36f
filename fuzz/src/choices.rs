//! The bytes of a fuzzer as a row of choices, for the targets that build their inputs.

use arbitrary::{Arbitrary, Unstructured};
use serde_json::{Map, Value};

/// A clock that most choices of a time stand near to.
pub const NOW: u64 = 1_700_000_000;

pub struct Choices<'d>(Unstructured<'d>);

impl<'d> Choices<'d> {
    pub fn new(data: &'d [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    /// Where the bytes are used up, everything is zero, and loops end.
    pub fn any<T: Arbitrary<'d> + Default>(&mut self) -> T {
        self.0.arbitrary().unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(self.any::<u8>()) % limit
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// Seconds, mostly where something changes.
    pub fn seconds(&mut self) -> u64 {
        const EDGES: [u64; 16] = [
            0,
            1,
            NOW,
            30,
            300,
            NOW - 1,
            NOW + 1,
            900,
            1 << 53,
            (1 << 53) + 1,
            i64::MAX as u64 - 1,
            i64::MAX as u64,
            1 << 63,
            (1 << 63) + 1,
            u64::MAX - 1,
            u64::MAX,
        ];
        match self.below(20) {
            edge @ 0..16 => EDGES[edge],
            16 => NOW.saturating_add_signed(self.any::<i8>().into()),
            17 => self.any::<u8>().into(),
            18 => self.any::<u32>().into(),
            _ => self.any(),
        }
    }

    /// Text with what JSON must escape.
    pub fn text(&mut self) -> String {
        const PIECES: [&str; 16] = [
            "a",
            "",
            "1",
            ".",
            "session123",
            "admin",
            "\"",
            "\\",
            "\0",
            "\n",
            "é",
            "😀",
            "\u{7f}",
            "\u{2028}",
            "/",
            " ",
        ];
        let pieces = self.below(5);
        let mut text: String = (0..pieces).map(|_| self.pick(&PIECES)).collect();
        if self.one_in(8) {
            text.extend(char::from_u32(self.any()));
        }
        text
    }

    /// Any JSON value.
    pub fn json(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => Value::Null,
            1 => self.any::<bool>().into(),
            2 => self.any::<i64>().into(),
            3 => self.any::<u64>().into(),
            // A number that is not finite becomes null.
            4 => self.any::<f64>().into(),
            5 => self.seconds().into(),
            6 => self.text().into(),
            7 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect::<Vec<_>>().into(),
            8 => Value::Object(self.members(depth - 1)),
            _ => {
                let levels = self.any::<u8>();
                (0..levels).fold(Value::Null, |inside, _| vec![inside].into())
            }
        }
    }

    /// Any JSON object; its names are sometimes those of claims.
    pub fn members(&mut self, depth: usize) -> Map<String, Value> {
        const NAMES: [&str; 13] = [
            "a",
            "b",
            "tenant",
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "user_id",
            "user_type",
            "session_id",
        ];
        let count = self.below(4);
        let member = |_| {
            let name = if self.any::<bool>() { self.text() } else { self.pick(&NAMES).to_owned() };
            (name, self.json(depth))
        };
        (0..count).map(member).collect()
    }
}
