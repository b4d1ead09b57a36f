"""The Python module and the crate, and the examples for people, on each other's tokens."""

import json
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
    """The Python module's own tokens, read by the crate and by examples/decode."""
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

        status, out, err = crate.run("decode", "--predecessor", token, secret=secret)
        tally.same(f"{what}, examples/decode", [status, len(out), err], [0, 1, []])
        tally.same(f"{what}, examples/decode: claims", json.loads(out[0]) if out else None, payload)
        got = crate.run("decode", "--predecessor", secret=secret, stdin=f"{token}\n")
        tally.same(f"{what}, examples/decode, on standard input", got, [status, out, err])
        got = crate.run("decode", token, secret=secret)
        tally.same(f"{what}, examples/decode, marker required", got, [1, [], [INVALID, UNMARKED]])

        exp = payload["exp"]
        reason = f"expired at {exp}, now it is {exp}"
        got = crate.decode(token, secret, exp, predecessor=[*LIFETIMES.values()])
        tally.refuses(f"{what}, expired", got, EXPIRED, reason)
        got = crate.run("decode", "--predecessor", "--now", str(exp), token, secret=secret)
        tally.same(f"{what}, expired, examples/decode", got, [1, [], [EXPIRED, reason]])
        tally.same(f"{what}, expired, its own decode_token", by_module(old), EXPIRED)

        for subject, original in (("tampered", token), ("tampered and expired", old)):
            for segment in (1, 2):
                forged = changed(original, segment, rng)
                got = crate.decode(forged, secret, now, predecessor=[*LIFETIMES.values()])
                tally.refuses(f"{what}, {subject}", got, INVALID, FORGED)
                got = crate.run("decode", "--predecessor", forged, secret=secret)
                tally.same(f"{what}, {subject}, examples/decode", got, [1, [], [INVALID, FORGED]])
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
    """What examples/token_pair prints, read by the Python module and by examples/decode."""
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
        _, shown, _ = crate.run("decode", *tokens, secret=secret)
        tally.same(f"examples/decode: {label}", json.loads(shown[0]) if shown else None, claims)

    # Claims that the crate checks or ignores are shown as well, each digit of a number, and one
    # line holds them however the payload is laid out.
    claims = {
        "user_id": "\x9b31m\u2028", "session_id": "a\nb", "iat": 0, "exp": 9, "iss": "i",
        "sub": "s", "nbf": 0, "jti": "j", "big": 2**200, "long": 0.9452706955539223,
    }  # fmt: skip
    payload = json.dumps(claims, indent="\t", ensure_ascii=False).replace("\n", "\r\n").encode()
    token = jwt.PyJWS().encode(payload, secret, "HS256", headers={"typ": "refresh+jwt"})
    status, out, err = crate.run("decode", "--now", "8", token, secret=secret)
    tally.same("examples/decode, odd layout", [status, len(out), err], [0, 1, []])
    tally.same("examples/decode, odd layout: claims", json.loads("".join(out) or "null"), claims)
    controls = [c for c in "".join(out) if c < " " or "\x7f" <= c <= "\x9f"]
    tally.same("examples/decode, odd layout: control characters", controls, [])


def changed(token: str, segment: int, rng: random.Random) -> str:
    """The token with one character of one segment changed, never one that has unused bits."""
    segments = token.split(".")
    text = segments[segment]
    place = rng.randrange(len(text) - 1)
    other = rng.choice([c for c in "AZaz09-_" if c != text[place]])
    segments[segment] = text[:place] + other + text[place + 1 :]
    return ".".join(segments)
