"""Tokens that must not pass, and where they do: by service, at each step."""

import base64
import hashlib
import hmac
import json

from services import (
    ACCESS, ACCESS_KEY, DAY, LONG_SECRET, REFRESH, REFRESH_KEY, SHORT_SECRET, Again, Python, PythonByKey,
    Refused,
)  # fmt: skip


def signed(key: bytes, header: dict, claims: dict) -> str:
    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    return text + "." + encoded(hmac.digest(key, text.encode(), hashlib.sha256))


def tokens(now: int) -> dict[str, str]:
    """Each is asked as an access token."""
    user = {"user_id": 0, "user_type": "admin", "session_id": "no session"}
    access = user | {"iat": now, "exp": now + ACCESS}
    refresh = {"user_id": 0, "session_id": "no session", "iat": now, "exp": now + REFRESH}
    plain, typed = {"alg": "HS256", "typ": "JWT"}, {"alg": "HS256", "typ": "access+jwt"}
    keys = {
        "the short secret": SHORT_SECRET.encode(),
        "Python's secret": LONG_SECRET.encode(),
        "the refresh key": bytes.fromhex(REFRESH_KEY),
    }
    of_refresh_key = typed | {"kid": "refresh-1"}
    return {
        "forged with the short secret": signed(keys["the short secret"], plain, access),
        "signed with Python's secret": signed(keys["Python's secret"], plain, access),
        "a link in an e-mail": signed(keys["Python's secret"], plain, access | {"exp": now + DAY}),
        "a refresh token": signed(keys["Python's secret"], plain, refresh),
        "marked, under Python's secret": signed(keys["Python's secret"], typed, access),
        "an access token under the refresh key": signed(keys["the refresh key"], of_refresh_key, access),
        "under another secret": signed(b"0" * 32, plain, access),
        "expired": signed(keys["Python's secret"], plain, access | {"iat": now - ACCESS, "exp": now}),
        "without a signature": signed(b"", {"alg": "none"}, access).rsplit(".", 1)[0] + ".",
    }


def passes(what: str, service, step: int, now: int, until: int, sessions: bool) -> bool:
    """What the page says."""
    is_python = isinstance(service, Python)
    if isinstance(service, PythonByKey):
        # It asks for `typ` and for the id of the key, and knows no sessions.
        return what == "marked, under Python's secret" and step <= 12
    # A user who never was is in no session.
    checked = sessions and step >= 10
    match what:
        case "forged with the short secret":
            return is_python and step < 3
        case "signed with Python's secret":
            return step >= 1 and (is_python or (step <= 12 and now < until and not checked))
        case "a link in an e-mail" | "a refresh token":
            return step >= 1 and is_python
        case "marked, under Python's secret":
            return step >= 1 and (is_python or (step <= 12 and not checked))
        # One ring for both kinds, until each has its own.
        case "an access token under the refresh key":
            return step == 11 and not checked
        case _:
            return False


class Watch:
    def __init__(self):
        self.refused = self.passed = 0

    def __call__(self, journey):
        now, step = journey.now, journey.step
        for what, token in tokens(now).items():
            for service in journey.fleet:
                try:
                    service.verify(now, token)
                    got = True
                except Refused:
                    got = False
                expected = passes(what, service, step, now, journey.until, journey.sessions)
                assert got == expected, f"step {step}, {service.name}: {what} passes: {got}"
                self.passed, self.refused = self.passed + got, self.refused + (not got)
        for service in journey.fleet:
            if service.refreshes:
                self.no_refresh(journey, service)
        if journey.sessions and step >= 9:
            self.logged_out(journey)

    def no_refresh(self, journey, service):
        """An access token renews nothing at Rust, nor does a forged refresh token."""
        now, step = journey.now, journey.step
        claims = {"user_id": 0, "session_id": "no session", "iat": now, "exp": now + REFRESH}
        plain, typed = {"alg": "HS256", "typ": "JWT"}, {"alg": "HS256", "typ": "refresh+jwt"}
        with_access_key = typed | {"kid": "access-1"}
        shown = {
            "an access token": (signed(LONG_SECRET.encode(), plain, claims | {"user_type": "t", "exp": now + ACCESS}),
                                isinstance(service, Python) and step >= 1),
            "under another secret": (signed(b"1" * 32, plain, claims), False),
            # Step 11 says to give the access key to no other service yet.
            "made with the access key": (
                signed(bytes.fromhex(ACCESS_KEY), with_access_key, claims), False if step != 11 else None),
        }  # fmt: skip
        for what, (token, expected) in shown.items():
            if expected is None:
                continue
            try:
                service.refresh(now, token, "customer")
                got = True
            except (Refused, Again):
                got = False
            assert got == expected, f"step {step}, {service.name}: {what} refreshes: {got}"
            self.passed, self.refused = self.passed + got, self.refused + (not got)

    def logged_out(self, journey):
        """A session that ends: by a logout, and by a thief who comes later with a copy."""
        rust = next(service for service in journey.fleet if service.issues)
        now = journey.now
        access, refresh = rust.login(now, 999, "customer", "")
        assert rust.logout(now, refresh) is True
        self.is_out(rust, now, refresh)
        # A thief has a copy of a token that was replaced an hour ago.
        _, copy = rust.login(now, 998, "customer", "")
        _, current = rust.refresh(now + 600, copy, "customer")
        self.is_out(rust, now + 4_200, copy)
        self.is_out(rust, now + 4_300, current)
        if journey.step >= 10:
            try:
                rust.verify(now, access)
                raise AssertionError("check: an access token of a session that has ended")
            except Refused:
                self.refused += 1
        self.stolen_before_sessions(journey, rust)

    def stolen_before_sessions(self, journey, rust):
        """A refresh token of Python's: a logout bars it, and a copy of it is noticed."""
        now, step = journey.now, journey.step
        if step == 13:
            return
        claims = {"user_id": 5, "session_id": f"old{step}", "iat": now - 60, "exp": now - 60 + REFRESH}
        plain = {"alg": "HS256", "typ": "JWT"}
        token = signed(LONG_SECRET.encode(), plain, claims)
        if now >= journey.until:
            return
        assert rust.logout(now, token) is True
        self.is_out(rust, now, token)
        token = signed(LONG_SECRET.encode(), plain, claims | {"session_id": f"older{step}"})
        _, current = rust.refresh(now, token, "customer")
        self.is_out(rust, now + 3_600, token)
        self.is_out(rust, now + 3_601, current)

    def is_out(self, service, now: int, token: str):
        try:
            service.refresh(now, token, "customer")
        except Refused:
            self.refused += 1
            return
        raise AssertionError(f"{service.name}: a session that has ended goes on")
