"""The Python module and the crate, on each other's tokens, and what the example prints."""

import random
import time
from datetime import timedelta

import jwt

import python_module
import samples
from harness import EXPIRED, FORGED, INVALID, UNMARKED, Crate, Tally, claims_of

LIFETIMES = {"access": 15 * 60, "refresh": 7 * 24 * 60 * 60}


def by_module(token: str) -> dict | str:
    try:
        return python_module.decode_token(token)
    except ValueError as error:
        return str(error)


def module_tokens(tally: Tally, crate: Crate, rng: random.Random):
    """The Python module's own tokens, read by the crate."""
    secret = python_module.SECRET
    now = int(time.time())
    tokens = python_module.generate_tokens(123, "customer", "session123")
    past = python_module.generate_tokens(
        123, "customer", "session123", timedelta(seconds=-9), timedelta(seconds=-9)
    )
    for kind, token, old in zip(LIFETIMES, tokens, past):
        what = f"the Python module's {kind} token"
        payload = jwt.decode(token, secret, algorithms=["HS256"])
        tally.same(f"{what}: lifetime", payload["exp"] - payload["iat"], LIFETIMES[kind])

        expected = payload if kind == "access" else payload | {"jti": None}
        got = crate.decode(token, secret, now, predecessor=[*LIFETIMES.values()])
        tally.same(what, got, {"kind": kind, "claims": expected, "private": {}})
        got = crate.decode(token, secret, now)
        tally.refuses(f"{what}, marker required", got, INVALID, UNMARKED)

        exp = payload["exp"]
        reason = f"expired at {exp}, now it is {exp}"
        got = crate.decode(token, secret, exp, predecessor=[*LIFETIMES.values()])
        tally.refuses(f"{what}, expired", got, EXPIRED, reason)
        tally.same(f"{what}, expired, its own decode_token", by_module(old), EXPIRED)

        for subject, original in (("tampered", token), ("tampered and expired", old)):
            for segment in (1, 2):
                forged = changed(original, segment, rng)
                got = crate.decode(forged, secret, now, predecessor=[*LIFETIMES.values()])
                tally.refuses(f"{what}, {subject}", got, INVALID, FORGED)
                got = by_module(forged)
                tally.same(f"{what}, {subject}, its own decode_token", got, INVALID)


def crate_tokens(tally: Tally, crate: Crate, rng: random.Random):
    """The crate's tokens, read by the Python module."""
    secret = python_module.SECRET
    now = int(time.time())
    for kind in ("access", "refresh"):
        for _ in range(20):
            sample = samples.sample(rng)
            # The module knows of no audience, and PyJWT then refuses one.
            sample.secret, sample.expected = secret, {}
            what = f"the crate's {kind} token, decode_token"

            token = crate.issue(sample, now).get(f"{kind}_token", "")
            claims, own = claims_of(sample, kind, now)
            tally.same(what, by_module(token), claims | own)
            forged = changed(token, rng.choice([1, 2]), rng)
            tally.same(f"{what}, tampered", by_module(forged), INVALID)
            got = crate.decode(forged, secret, now)
            tally.refuses(f"{what}, tampered, here", got, INVALID, FORGED)

            sample.access_lifetime = sample.refresh_lifetime = 5
            old = crate.issue(sample, now - 5).get(f"{kind}_token", "")
            tally.same(f"{what}, expired", by_module(old), EXPIRED)
            reason = f"expired at {now}, now it is {now}"
            got = crate.decode(old, secret, now)
            tally.refuses(f"{what}, expired, here", got, EXPIRED, reason)


def example_output(tally: Tally, crate: Crate):
    """What examples/token_pair prints, read by the Python module."""
    secret = python_module.SECRET
    status, out, err = crate.run("token_pair", secret=secret)
    tally.same("examples/token_pair", [status, err], [0, []])
    refresh = {"user_id": 123, "session_id": "session123"}
    access = refresh | {"user_type": "customer"}
    for label, fields, lifetime in (
        ("Access Token: ", access, LIFETIMES["access"]),
        ("Refresh Token: ", refresh, LIFETIMES["refresh"]),
    ):
        tokens = [line.removeprefix(label) for line in out if line.startswith(label)]
        tally.same(f"examples/token_pair: lines with {label}", len(tokens), 1)
        claims = by_module("".join(tokens))
        iat = claims.get("iat", 0) if isinstance(claims, dict) else 0
        expected = fields | {"iat": iat, "exp": iat + lifetime}
        tally.same(f"examples/token_pair: {label}", claims, expected)


def changed(token: str, segment: int, rng: random.Random) -> str:
    """The token with one character of one segment changed, never one that has unused bits."""
    segments = token.split(".")
    text = segments[segment]
    place = rng.randrange(len(text) - 1)
    other = rng.choice([c for c in "AZaz09-_" if c != text[place]])
    segments[segment] = text[:place] + other + text[place + 1 :]
    return ".".join(segments)
