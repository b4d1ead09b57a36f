"""Instances of the two services: Python after some steps of the page, and Rust at a step."""

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import jwt
import jwt.api_jwt

import page

ACCESS, REFRESH = 15 * 60, 7 * 24 * 60 * 60
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
SHORT_SECRET = "your-secret-key"
# What a service has in its environment.
LONG_SECRET = "5f" * 32
ACCESS_KEY, REFRESH_KEY = "a1" * 32, "b2" * 32
FAR = 1 << 40


class Clock(datetime):
    """The clock of Python's service, and of PyJWT in it."""

    seconds = 0

    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(cls.seconds, timezone.utc)


jwt.api_jwt.datetime = Clock


class Refused(Exception):
    pass


class Again(Exception):
    """503: the client asks again with the same token."""


class Python:
    """The module with the code of each of these steps, as the page shows it, one after the other."""

    issues = refreshes = verifies = True

    def __init__(self, *steps: int, secret: str = SHORT_SECRET):
        os.environ["JWT_SECRET"] = LONG_SECRET
        self.name = f"Python after {[*steps]}"
        self.module = {"__name__": "service"}
        exec(compile(page.MODULE.read_text(), str(page.MODULE), "exec"), self.module)
        self.module["datetime"] = Clock
        self.module["SECRET"] = secret
        shown = page.snippets("python")
        for step in steps:
            for code in shown[str(step)]:
                exec(compile(code, f"{page.PAGE.name}, step {step}", "exec"), self.module)
        if 7 in steps:
            self.issues = self.refreshes = False

    def login(self, now: int, user_id: int, user_type: str, session_id: str) -> tuple[str, str]:
        Clock.seconds = now
        return self.module["generate_tokens"](user_id, user_type, session_id)

    def verify(self, now: int, token: str) -> dict:
        Clock.seconds = now
        try:
            claims = self.module["decode_token"](token)
        except ValueError as error:
            raise Refused(str(error)) from None
        return {"user_id": claims["user_id"], "user_type": claims.get("user_type")}

    def refresh(self, now: int, token: str, user_type: str) -> tuple[str, str]:
        Clock.seconds = now
        try:
            claims = self.module["decode_token"](token)
        except ValueError as error:
            raise Refused(str(error)) from None
        return self.module["generate_tokens"](claims["user_id"], user_type, claims["session_id"])


class PythonByKey:
    """A service that verifies as the service's README shows, with the keys of step 10."""

    issues = refreshes = False
    verifies = True

    def __init__(self, step: int):
        self.name = f"Python by the id of the key, at {step}"
        shown = [code for code in page.blocks(page.SERVICE.read_text(), "python") if "def verify_access" in code]
        self.module = {"jwt": jwt}
        exec(compile(shown[0], str(page.SERVICE), "exec"), self.module)
        self.keys = {None: LONG_SECRET.encode(), "access-1": bytes.fromhex(ACCESS_KEY)}
        # Step 13 is long after the old key signed its last access token.
        if step == 13:
            del self.keys[None]

    def verify(self, now: int, token: str) -> dict:
        Clock.seconds = now
        try:
            claims = self.module["verify_access"](token, self.keys)
        except jwt.InvalidTokenError as error:
            raise Refused(str(error)) from None
        return {"user_id": claims["user_id"], "user_type": claims["user_type"]}


class Process:
    """The program of crates/migration-test: all instances of Rust, over one store of sessions."""

    def __init__(self, program: Path):
        self.program = program
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def restart(self):
        """The same program with an empty store."""
        self.close()
        self.start()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def ask(self, **command) -> object:
        print(json.dumps(command), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"migration-test ended with {self.process.wait()}")
        answer = json.loads(answer)
        if isinstance(answer, dict) and "refused" in answer:
            raise Refused(answer["refused"])
        if isinstance(answer, dict) and answer.get("again"):
            raise Again
        return answer


class Rust:
    verifies = True
    # By how many seconds its clock is ahead of Python's.
    ahead = 0

    def __init__(self, process: Process, step, sessions: bool, until: int = FAR):
        self.name = f"Rust at {step}"
        self.process = process
        self.issues = self.refreshes = isinstance(step, str) or step >= 6
        self.fixed = {
            "step": step,
            "sessions": sessions,
            "until": until,
            "secret": LONG_SECRET,
            "access_key": ACCESS_KEY,
            "refresh_key": REFRESH_KEY,
        }

    def ask(self, do: str, now: int, **command) -> object:
        return self.process.ask(do=do, now=now + self.ahead, **self.fixed, **command)

    def login(self, now: int, user_id: int, user_type: str, session_id: str) -> tuple[str, str]:
        answer = self.ask("login", now, user_id=user_id, user_type=user_type, session_id=session_id)
        return answer["access"], answer["refresh"]

    def verify(self, now: int, token: str) -> dict:
        return self.ask("verify", now, token=token)

    def refresh(self, now: int, token: str, user_type: str) -> tuple[str, str | None]:
        answer = self.ask("refresh", now, token=token, user_type=user_type)
        return answer["access"], answer["refresh"]

    def logout(self, now: int, token: str) -> bool:
        return self.ask("logout", now, token=token)
