"""Random users, sessions and claims, weighted towards what breaks JSON writers."""

import random
import uuid
from dataclasses import dataclass, field

RESERVED = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "user_id", "user_type", "session_id"}

EDGE_IDS = [0, 1, -1, 2**31, -(2**31), 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)]

EDGE_TEXTS = [
    "",
    " ",
    '"',
    "\\",
    "/",
    "</script>",
    "\\u0041",
    "\0",
    "".join(map(chr, range(0x20))),
    "\x7f\x80\x85\x9b\x9f",
    "\u2028\u2029",
    "\ufeff",
    "\uffff",
    "e\u0301 \u00e9",
    "\u202e\u05d0\u0628",
    "\U0001f469\u200d\U0001f680",
    "\U0010ffff",
    "null",
    "..",
    "=",
]


@dataclass
class Sample:
    secret: str
    user_id: int | str
    user_type: str
    session_id: str
    access_lifetime: int
    refresh_lifetime: int
    access_claims: dict
    refresh_claims: dict
    # `iss` and `aud`, by the names of the crate's settings.
    expected: dict = field(default_factory=dict)


def sample(rng: random.Random) -> Sample:
    expected = {}
    if rng.random() < 0.3:
        expected["issuer"] = text(rng)
    if rng.random() < 0.3:
        # Never empty: PyJWT takes an empty `aud` for none.
        expected["audience"] = f"a{text(rng)}"
    return Sample(
        secret=secret(rng),
        user_id=user_id(rng),
        user_type=rng.choice(["customer", "admin", text(rng)]),
        session_id=rng.choice(["session123", text(rng), text(rng)]),
        # A minute at the least, so that a slow machine sees no token expire by itself.
        access_lifetime=rng.choice([60, 900, rng.randint(60, 10**6), rng.randint(60, 10**11)]),
        refresh_lifetime=rng.choice([60, 604_800, rng.randint(60, 10**11)]),
        access_claims=claims(rng),
        refresh_claims=claims(rng),
        expected=expected,
    )


def secret(rng: random.Random) -> str:
    """At least 32 bytes of UTF-8."""
    characters = rng.choice(["abcXYZ0189-_", " !~\"'\\", "\u00e9\u05d0\u4e2d\U0001f511"])
    return "".join(rng.choices(characters, k=rng.choice([32, 64, 65, rng.randint(32, 200)])))


def user_id(rng: random.Random) -> int | str:
    return rng.choice(
        [
            rng.choice(EDGE_IDS),
            rng.randint(1, 10**6),
            rng.randint(-(2**63), 2**63 - 1),
            str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            text(rng),
        ]
    )


def text(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(EDGE_TEXTS)
    ranges = [(0, 0x1F), (0x20, 0x7E), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0x10FFFF)]
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(0, 24)))


def claims(rng: random.Random) -> dict:
    if rng.random() < 0.3:
        return {}
    names = {rng.choice(["tenant", "scopes", "exp2", "User_id", text(rng)]) for _ in range(3)}
    return {name: value(rng, depth=3) for name in names - RESERVED}


def value(rng: random.Random, depth: int):
    leaves = [None, True, False, 0, 1.0, integer(rng), decimal(rng), text(rng), [], {}]
    if depth == 0 or rng.random() < 0.6:
        return rng.choice(leaves)
    size = rng.randint(1, 3)
    if rng.random() < 0.5:
        return [value(rng, depth - 1) for _ in range(size)]
    # Further down no name is reserved.
    names = [rng.choice(["exp", "user_type", text(rng)]) for _ in range(size)]
    return {name: value(rng, depth - 1) for name in names}


def integer(rng: random.Random) -> int:
    """The integers that serde_json keeps: what lies beyond becomes a float."""
    return rng.choice([-(2**63), 2**63, 2**64 - 1, 2**53 + 1, rng.randint(-(2**63), 2**64 - 1)])


def decimal(rng: random.Random) -> float:
    """At most 15 digits: serde_json without `float_roundtrip` may miss the last bit of others."""
    return rng.choice([1, -1]) * float(f"{rng.randrange(10**6)}.{rng.randrange(10**9):09}")
