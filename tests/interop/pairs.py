"""Random pairs, both ways, and what PyJWT signs and the crate refuses."""

import random
import time

import jwt

import samples
from harness import EXPIRED, INVALID, UNMARKED, Crate, Tally, canonical, claims_of


def both_ways(tally: Tally, crate: Crate, rng: random.Random, count: int):
    for _ in range(count):
        sample = samples.sample(rng)
        made_here(tally, crate, sample)
        made_by_pyjwt(tally, crate, sample, rng)


def made_here(tally: Tally, crate: Crate, sample: samples.Sample):
    now = int(time.time())
    pair = crate.issue(sample, now)
    for kind in ("access", "refresh"):
        token = pair.get(f"{kind}_token", "")
        try:
            got = jwt.decode_complete(
                token, sample.secret, algorithms=["HS256"], **sample.expected,
                options={"require": ["exp", "iat"]},
            )  # fmt: skip
        except jwt.InvalidTokenError as error:
            got = {"payload": repr(error), "header": pair.get("reason")}
        claims, own = claims_of(sample, kind, now)
        what = f"{kind} token made here, read by PyJWT"
        tally.same(f"{what}: claims", got["payload"], claims | own | registered(sample))
        header = {"alg": "HS256", "typ": f"{kind}+jwt"}
        tally.same(f"{what}: header", got["header"], header)


def made_by_pyjwt(tally: Tally, crate: Crate, sample: samples.Sample, rng: random.Random):
    iat = rng.choice([0, 1_700_000_000, rng.randint(0, 2**32), rng.randint(0, 2**53)])
    for kind in ("access", "refresh"):
        claims, own = claims_of(sample, kind, iat)
        jti = {"jti": samples.text(rng)} if kind == "refresh" and rng.random() < 0.5 else {}
        payload = claims | own | registered(sample) | jti
        members = list(payload.items())
        rng.shuffle(members)

        def sign(typ: str, members=members) -> str:
            return jwt.encode(dict(members), sample.secret, "HS256", headers={"typ": typ})

        def decode(token: str, now: int, **policy) -> dict:
            return crate.decode(token, sample.secret, now, **sample.expected, **policy)

        exp = claims["exp"]
        if kind == "refresh":
            claims["jti"] = jti.get("jti")
        expected = {"kind": kind, "claims": claims, "private": own}
        what = f"{kind} token of PyJWT"

        marked = sign(f"{kind}+jwt")
        tally.same(f"{what}, a second before exp", decode(marked, exp - 1), expected)
        reason = f"expired at {exp}, now it is {exp}"
        tally.refuses(f"{what}, at exp", decode(marked, exp), EXPIRED, reason)
        tally.same(f"{what}, at exp, leeway 1", decode(marked, exp, leeway=1), expected)

        plain = sign("JWT")
        accepted = decode(plain, iat, predecessor=[exp - iat] * 2)
        tally.same(f"{what}, of a predecessor", accepted, expected)
        other = decode(plain, iat, predecessor=[exp - iat + 1] * 2)
        reason = f"issued at {iat} until {exp}, but the lifetime must be {exp - iat + 1} seconds"
        tally.refuses(f"{what}, of a predecessor with another lifetime", other, INVALID, reason)
        tally.refuses(f"{what}, unmarked", decode(plain, iat), INVALID, UNMARKED)


def registered(sample: samples.Sample) -> dict:
    names = {"issuer": "iss", "audience": "aud"}
    return {names[setting]: value for setting, value in sample.expected.items()}


def refused_edges(tally: Tally, crate: Crate):
    secret = "k" * 32
    good = {"user_id": 1, "user_type": "a", "session_id": "s", "iat": 0, "exp": 9}
    user_id_reason = "the claim user_id must be a string or an integer from -2^63 to 2^63 - 1"
    syntax = "not one JSON text with numbers in range and few enough levels"
    cases = [
        ({"user_id": 2**63}, user_id_reason),
        ({"user_id": -(2**63) - 1}, user_id_reason),
        ({"user_id": 1.0}, user_id_reason),
        ({"user_id": True}, user_id_reason),
        ({"session_id": "\ud800"}, f"the payload is not strict JSON: {syntax}"),
        ({"aud": "x"}, "the token has an aud, but no audience is expected"),
    ]
    for change, reason in cases:
        token = jwt.encode(good | change, secret, "HS256", headers={"typ": "access+jwt"})
        got = crate.decode(token, secret, 0)
        tally.refuses(f"a token of PyJWT with {canonical(change)}", got, INVALID, reason)
