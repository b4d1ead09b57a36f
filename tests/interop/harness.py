"""What the checks share: the count, the crate, and what its refusals say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import samples

EXPIRED, INVALID = "Token has expired", "Invalid token"
UNMARKED = (
    "the header parameter typ must be access+jwt, or PairPolicy::predecessor must be set"
)
FORGED = "the signature is not valid"


class Tally:
    SHOWN = 10

    def __init__(self):
        self.passed = self.failed = 0

    def same(self, what: str, got, expected):
        # By their JSON, as for Python 1, 1.0 and True are equal.
        if canonical(got) == canonical(expected):
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= self.SHOWN:
            print(f"FAILED {what}\n  expected {canonical(expected)}\n  got      {canonical(got)}")
        elif self.failed == self.SHOWN + 1:
            print("further failures are counted, not shown")

    def refuses(self, what: str, got: dict, public: str, reason: str):
        self.same(what, got, {"refused": public, "reason": reason})


def canonical(value) -> str:
    return json.dumps(value, sort_keys=True)


class Crate:
    """The crate, by way of examples/interop.rs and the example for people."""

    def __init__(self, examples: Path):
        self.examples = examples
        self.process = subprocess.Popen(
            [examples / "interop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def ask(self, **command) -> dict:
        print(json.dumps(command), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"examples/interop ended with {self.process.wait()}")
        return json.loads(answer)

    def issue(self, sample: samples.Sample, now: int) -> dict:
        settings = {k: v for k, v in vars(sample).items() if k != "expected"}
        return self.ask(do="issue", now=now, **settings, **sample.expected)

    def decode(self, token: str, secret: str, now: int, **policy) -> dict:
        return self.ask(do="decode", token=token, secret=secret, now=now, **policy)

    def run(self, example: str, *arguments: str, secret: str, stdin: str = "") -> tuple:
        """Exit status, lines of standard output, lines of standard error."""
        done = subprocess.run(
            [self.examples / example, *arguments],
            env=os.environ | {"JWT_SECRET": secret},
            input=stdin,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
        # Not splitlines(), which also takes U+0085 and U+2028 for ends of lines.
        return done.returncode, done.stdout.split("\n")[:-1], done.stderr.split("\n")[:-1]


def claims_of(sample: samples.Sample, kind: str, iat: int) -> tuple[dict, dict]:
    """The pair's claims and the application's own."""
    is_access = kind == "access"
    claims = {"user_id": sample.user_id, "session_id": sample.session_id, "iat": iat}
    claims["exp"] = iat + (sample.access_lifetime if is_access else sample.refresh_lifetime)
    if is_access:
        claims["user_type"] = sample.user_type
    return claims, sample.access_claims if is_access else sample.refresh_claims
