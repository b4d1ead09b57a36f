//! Seeds for the targets that build their inputs: each byte is a choice, in the order in which the
//! target makes them, and what is left out is zero.

use std::io;

use super::Seeds;

pub(crate) fn write(seeds: &Seeds) -> io::Result<()> {
    let of_targets: [(&str, &[Seed]); 4] = [
        ("forge", &FORGE),
        ("validation", &VALIDATION),
        ("token_pair", &TOKEN_PAIR),
        ("sessions", &SESSIONS),
    ];
    for (target, all) in of_targets {
        for (name, parts) in all {
            seeds.write(target, name, parts.concat())?;
        }
    }
    Ok(())
}

/// A name, and bytes in parts that belong together.
type Seed = (&'static str, &'static [&'static [u8]]);

/// Whether unmarked tokens are accepted, then two bytes for the token to start from.
const ACCESS: &[u8] = &[0, 0, 0];
const REFRESH: &[u8] = &[0, 1, 0];
const UNMARKED_ACCESS: &[u8] = &[1, 0, 0];
const JWT: &[u8] = &[0, 2, 0];

const FORGE: [Seed; 16] = [
    ("access", &[ACCESS]),
    ("refresh", &[REFRESH]),
    ("jwt", &[JWT]),
    ("bit-flipped", &[ACCESS, &[0, 60, 0, 1]]),
    ("byte-inserted", &[ACCESS, &[1, 60, 0, b'A']]),
    ("byte-removed", &[ACCESS, &[2, 60, 0]]),
    ("cut-off", &[ACCESS, &[3, 100, 0]]),
    ("header-of-the-other-kind", &[ACCESS, &[4, 1, 0, 0, 0]]),
    ("claims-of-the-other-kind", &[UNMARKED_ACCESS, &[4, 1, 0, 1, 1]]),
    ("segments-swapped", &[ACCESS, &[5, 0, 1]]),
    ("alg-none-without-mac", &[ACCESS, &[6, 4], &[8, 0, 0, 0]]),
    ("claim-added", &[ACCESS, &[7, 1, 0, 6, 3]]),
    ("mac-of-31-bytes", &[ACCESS, &[8, 31, 0, 0]]),
    ("mac-with-another-last-byte", &[ACCESS, &[8, 32, 0, 1]]),
    ("signed-with-the-empty-key", &[ACCESS, &[6, 1], &[9, 0]]),
    ("trailing-bits", &[ACCESS, &[10, 2, 0, 0]]),
];

/// The clock at 1700000000. Then `exp`, `nbf`, `iat`, `aud`, `iss`, `sub`, `jti`; 0 is absent.
const NOW: &[u8] = &[0];
const NO_DATES: &[u8] = &[0, 0, 0];
const NO_TEXTS: &[u8] = &[0, 0, 0, 0];
const EXP_NEXT_SECOND: &[u8] = &[2, 0, 6];

/// No other claim, no expectation, claims in their own order.
const NOTHING_ELSE: &[u8] = &[0; 15];

const VALIDATION: [Seed; 24] = [
    ("typ-of-another-use", &[NOW, EXP_NEXT_SECOND, NOTHING_ELSE, &[4, 0, 0]]),
    ("typ-named", &[NOW, EXP_NEXT_SECOND, NOTHING_ELSE, &[4, 1, 5]]),
    ("typ-with-two-prefixes", &[NOW, EXP_NEXT_SECOND, NOTHING_ELSE, &[6, 1, 4]]),
    ("typ-any", &[NOW, EXP_NEXT_SECOND, NOTHING_ELSE, &[10, 2, 0]]),
    ("issuer-missing-for-now", &[NOW, EXP_NEXT_SECOND, NOTHING_ELSE, &[0, 0, 0, 2, 0, 1, 0, 0, 1]]),
    ("exp-fraction-in-the-next-second", &[NOW, &[2, 3, 15]]),
    ("exp-next-second", &[NOW, EXP_NEXT_SECOND]),
    ("exp-now", &[NOW, &[2, 0, 2]]),
    ("exp-before", &[NOW, &[2, 0, 5]]),
    ("exp-missing", &[NOW, NO_DATES]),
    ("exp-of-the-wrong-type", &[NOW, &[1, 0]]),
    ("exp-fraction", &[NOW, &[2, 3, 5]]),
    ("exp-from-2-63-on", &[NOW, &[2, 0, 12]]),
    ("exp-that-no-f64-holds", &[NOW, &[2, 3, 7]]),
    ("exp-negative", &[NOW, &[2, 3, 2]]),
    ("nbf-next-second", &[NOW, EXP_NEXT_SECOND, &[2, 0, 6]]),
    ("nbf-fraction", &[NOW, EXP_NEXT_SECOND, &[2, 3, 5]]),
    ("audience-not-named", &[NOW, EXP_NEXT_SECOND, &[0, 0], &[2, 1, 0]]),
    (
        "audience-named",
        &[NOW, EXP_NEXT_SECOND, &[0, 0], &[2, 1, 0], &[0, 0, 0], &[0, 0, 0], &[1, 0]],
    ),
    ("issuer-missing", &[NOW, EXP_NEXT_SECOND, &[0, 0], NO_TEXTS, &[2, 0]]),
    ("issuer-of-the-wrong-type", &[NOW, EXP_NEXT_SECOND, &[0, 0], &[0, 1, 0]]),
    ("leeway-of-2-64", &[NOW, &[2, 0, 0], &[0, 0], NO_TEXTS, &[0, 0, 0], &[0], &[1, 15]]),
    ("too-old", &[NOW, EXP_NEXT_SECOND, &[0], &[2, 0, 5], NO_TEXTS, &[0, 0, 0], &[0, 0], &[2, 1]]),
    (
        "issued-in-future",
        &[NOW, EXP_NEXT_SECOND, &[0], &[2, 0, 6], NO_TEXTS, &[0, 0, 0], &[0, 0], &[2, 1]],
    ),
];

/// The user 123 as a number, `admin`, `session123`.
const IDENTITY: &[u8] = &[1, 123, 0, 0, 0, 0, 0, 0, 0, 1, 5, 0, 1, 4, 0];
/// Issued at 1700000000, looked at a second later, no leeway, 900 seconds and 300.
const TIMES: &[u8] = &[2, 6, 0, 0, 7, 4];
/// No `iss`, no `aud`, one value of each, one key.
const PLAIN: &[u8] = &[0, 0, 0, 0];
const TWO_KEYS: &[u8] = &[0, 0, 0, 1];

/// No own claims; the names that other readers know; texts for a renewal and a session.
const OTHER_NAMES: &[u8] = &[0, 0, 1, 0, 0, 1, 4, 0];
const USUAL_NAMES: &[u8] = &[0, 0, 0, 0, 0, 1, 4, 0];

const TOKEN_PAIR: [Seed; 15] = [
    ("integer-as-sub", &[IDENTITY, TIMES, PLAIN, OTHER_NAMES]),
    ("other-names", &[&[0, 2, 0, 6, 0], &[1, 5, 0, 1, 4, 0], TIMES, PLAIN, OTHER_NAMES]),
    ("several-issuers", &[IDENTITY, TIMES, &[1, 1, 0, 0, 1, 1, 2, 0, 1, 0], USUAL_NAMES]),
    // The keys that are named, those that signed, until when, a lifetime, kind, header, named or not.
    ("predecessor", &[IDENTITY, TIMES, PLAIN, USUAL_NAMES, &[0, 0, 15, 0, 0, 0, 1, 0]]),
    ("predecessor-ended", &[IDENTITY, TIMES, PLAIN, USUAL_NAMES, &[0, 0, 2, 0, 1, 0, 1, 0]]),
    (
        "predecessor-other-lifetime",
        &[IDENTITY, TIMES, PLAIN, USUAL_NAMES, &[0, 0, 15, 3, 1, 1, 1, 2]],
    ),
    (
        "number-not-exact",
        &[IDENTITY, TIMES, PLAIN, USUAL_NAMES, &[0; 8], &[0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    ),
    ("usual", &[IDENTITY, TIMES, PLAIN]),
    ("two-keys", &[IDENTITY, TIMES, TWO_KEYS]),
    ("user-by-text", &[&[0, 2, 0, 6, 0], &[1, 5, 0, 1, 4, 0], TIMES, PLAIN]),
    ("text-to-escape", &[&[0, 4, 6, 7, 8, 9, 0], &[2, 11, 13, 0, 1, 10, 0], TIMES, PLAIN]),
    ("issuer-and-audience", &[IDENTITY, TIMES, &[1, 1, 0, 0, 1, 1, 2, 0, 0, 0]]),
    ("own-claims", &[IDENTITY, TIMES, PLAIN, &[2, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 63, 0, 1, 1, 0]]),
    ("own-claim-reserved", &[IDENTITY, TIMES, PLAIN, &[1, 0, 6, 0]]),
    ("clock-at-its-end", &[IDENTITY, &[15, 15, 15, 1, 15, 15], PLAIN]),
];

/// Service 0, session `a`, user 1, and then what happens; the grace window is 30 seconds.
const GRACE: &[u8] = &[0];
const LOGIN: &[u8] = &[0, 0, 1, 0];
const LOGIN_AT_THE_OTHER: &[u8] = &[1, 0, 1, 0];
/// The latest token, and the one before it.
const REFRESH_LATEST: &[u8] = &[0, 0, 1, 2, 1, 0, 0, 0];
const REFRESH_BEFORE: &[u8] = &[0, 0, 1, 2, 1, 1, 0, 0];
const REFRESH_AT_THE_OTHER: &[u8] = &[1, 0, 1, 2, 1, 0, 0, 0];
const LOGOUT: &[u8] = &[0, 0, 1, 8];
const LOGOUT_EVERYWHERE: &[u8] = &[0, 0, 1, 9];
const FROM_BEFORE_SESSIONS: &[u8] = &[0, 0, 1, 10];
const PURGE: &[u8] = &[0, 0, 1, 12];
const WAIT_29: &[u8] = &[0, 0, 1, 13, 1];
const WAIT_30: &[u8] = &[0, 0, 1, 13, 2];
const WAIT_900: &[u8] = &[0, 0, 1, 13, 5];
const WAIT_1000: &[u8] = &[0, 0, 1, 13, 6];

const SESSIONS: [Seed; 14] = [
    ("rotated", &[GRACE, LOGIN, REFRESH_LATEST, REFRESH_LATEST]),
    ("replayed", &[GRACE, LOGIN, REFRESH_LATEST, WAIT_29, REFRESH_BEFORE]),
    ("replayed-twice", &[GRACE, LOGIN, REFRESH_LATEST, REFRESH_BEFORE, REFRESH_BEFORE]),
    ("reuse", &[GRACE, LOGIN, REFRESH_LATEST, WAIT_30, REFRESH_BEFORE, REFRESH_LATEST]),
    ("reuse-without-grace", &[&[1], LOGIN, REFRESH_LATEST, REFRESH_BEFORE, REFRESH_LATEST]),
    ("logout", &[GRACE, LOGIN, LOGOUT, REFRESH_LATEST, LOGOUT]),
    ("logout-everywhere", &[GRACE, LOGIN, LOGOUT_EVERYWHERE, REFRESH_LATEST]),
    ("name-used-twice", &[GRACE, LOGIN, LOGIN, LOGOUT, LOGIN]),
    ("ahead", &[GRACE, LOGIN, LOGIN_AT_THE_OTHER, REFRESH_AT_THE_OTHER, REFRESH_LATEST]),
    ("adopted", &[GRACE, FROM_BEFORE_SESSIONS, REFRESH_LATEST, REFRESH_LATEST]),
    ("adopted-and-replayed", &[GRACE, FROM_BEFORE_SESSIONS, REFRESH_LATEST, REFRESH_BEFORE]),
    ("expired", &[GRACE, LOGIN, WAIT_1000, REFRESH_LATEST, LOGIN, PURGE]),
    ("deadline", &[GRACE, LOGIN, WAIT_900, REFRESH_LATEST, WAIT_900, REFRESH_LATEST, WAIT_900]),
    ("absent", &[GRACE, LOGIN_AT_THE_OTHER, REFRESH_LATEST]),
];
