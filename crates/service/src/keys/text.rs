//! The text of a key file: lines `access|refresh kid secret [sign]`.

use jwt_pair::{Error, Key, KeyRing};

use super::{Keys, KeysError};

/// One line.
struct Line<'a> {
    number: usize,
    kid: &'a str,
    key: Key,
    signs: bool,
}

impl Keys {
    /// The keys of a file. Empty lines and lines that begin with `#` say nothing.
    ///
    /// # Errors
    /// [`KeysError`]. Nothing of the text is then used.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let mut access = Vec::new();
        let mut refresh = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (kind, line) = match *words.as_slice() {
                [] => continue,
                [first, ..] if first.starts_with('#') => continue,
                [kind, kid, secret] => (kind, read(number, kid, secret, false)?),
                [kind, kid, secret, "sign"] => (kind, read(number, kid, secret, true)?),
                _ => return Err(malformed(number)),
            };
            match kind {
                "access" => access.push(line),
                "refresh" => refresh.push(line),
                _ => return Err(malformed(number)),
            }
        }
        let keys = Self { access: ring("access", access)?, refresh: ring("refresh", refresh)? };
        keys.issuer(jwt_pair::PairPolicy::new())?;
        Ok(keys)
    }

    /// The text of a file with two new keys under this id.
    ///
    /// # Errors
    /// None without random bytes.
    pub(super) fn new_text(kid: &str) -> Option<String> {
        let [access, refresh] = [secret()?, secret()?];
        Some(format!(
            "# access|refresh kid secret [sign]\n\
             # A secret is 64 or more hexadecimal digits: openssl rand -hex 32\n\
             # To replace one: add the new line on every instance; then move `sign` to it; and when the\n\
             # longest lifetime has passed, remove the old line.\n\
             access {kid} {access} sign\n\
             refresh {kid} {refresh} sign\n"
        ))
    }
}

const fn malformed(line: usize) -> KeysError {
    KeysError::Line { line, expected: "a line is `access|refresh kid secret [sign]`" }
}

fn read<'a>(number: usize, kid: &'a str, secret: &str, signs: bool) -> Result<Line<'a>, KeysError> {
    let key = Key::from_hex(secret).map_err(|error| KeysError::Key { line: number, error })?;
    Ok(Line { number, kid, key, signs })
}

fn ring(kind: &'static str, lines: Vec<Line<'_>>) -> Result<KeyRing, KeysError> {
    let (signing, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.signs);
    let count = signing.len();
    let mut signing = signing.into_iter();
    let (Some(first), None) = (signing.next(), signing.next()) else {
        return Err(KeysError::Signing { kind, count });
    };
    let at = |line: &Line<'_>| {
        let line = line.number;
        move |error: Error| KeysError::Key { line, error }
    };
    others.iter().try_fold(KeyRing::with_kid(first.kid, first.key), |ring, line| {
        ring.also_verify_kid(line.kid, line.key.clone()).map_err(at(line))
    })
}

fn secret() -> Option<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const C: &str = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

    #[test]
    fn a_new_file_is_read_back() {
        let keys = Keys::parse(&Keys::new_text("k1").expect("random bytes")).expect("keys");
        assert_eq!(keys.signing(), ["k1", "k1"]);
    }

    #[test]
    fn one_of_each_kind_signs() {
        let text = format!("access old {A}\n\n# new\naccess new {B} sign\nrefresh r {C} sign\n");
        assert_eq!(Keys::parse(&text).expect("keys").signing(), ["new", "r"]);
    }

    #[test]
    fn a_bad_file_is_refused_with_its_line() {
        let line = "a line is `access|refresh kid secret [sign]`";
        for (text, expected) in [
            (String::new(), KeysError::Signing { kind: "access", count: 0 }),
            (format!("access a {A} sign"), KeysError::Signing { kind: "refresh", count: 0 }),
            (
                format!("access a {A} sign\naccess b {B} sign\nrefresh r {C} sign"),
                KeysError::Signing { kind: "access", count: 2 },
            ),
            (format!("both a {A} sign"), KeysError::Line { line: 1, expected: line }),
            (format!("\naccess a {A} signs"), KeysError::Line { line: 2, expected: line }),
            ("access a".into(), KeysError::Line { line: 1, expected: line }),
            (
                format!("access a {A} sign\naccess a {B}\nrefresh r {C} sign"),
                KeysError::Key { line: 2, error: Error::DuplicateKeyId },
            ),
            (format!("access a {A} sign\nrefresh r {A} sign"), KeysError::Shared),
        ] {
            assert_eq!(Keys::parse(&text).expect_err("refused"), expected, "{text}");
        }
        let short = Keys::parse("access a aabb sign").expect_err("refused");
        assert!(matches!(short, KeysError::Key { line: 1, .. }), "{short}");
        assert!(!short.to_string().contains("aabb"), "{short}");
    }
}
