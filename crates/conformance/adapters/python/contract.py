"""The contract of ../../README.md for Python: answer(check) serves it.

check(case) returns the claims, or raises. `Expired` and `NotYetValid` name the library's own
exceptions; every other exception is a refusal. `NotOffered` says that the library has no parameter.
"""

import base64
import json
import sys


class NotOffered(Exception):
    pass


class Case:
    def __init__(self, line):
        case = json.loads(line)
        self.id = case["id"]
        self.now, self.leeway = case["now"], case["leeway"]
        policy = case["policy"]
        self.aud, self.iss, self.sub = policy["aud"], policy["iss"], policy["sub"]
        self.typ, self.exp_optional = policy["typ"], policy["exp_optional"]
        secret = case["secret_b64url"]
        self.secret = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
        # A token that is not UTF-8 is no str: then it is bytes.
        self.token = case["token"] if "token" in case else bytes.fromhex(case["token_hex"])

    def offers(self, *names):
        """Raises for what the case asks and the library has no parameter for."""
        asked = {"leeway": self.leeway, "aud": self.aud, "iss": self.iss, "sub": self.sub,
                 "typ": self.typ, "one of several aud": len(self.aud) > 1,
                 "one of several iss": len(self.iss) > 1}
        for name, value in asked.items():
            if value and name not in names:
                raise NotOffered(name)


def answer(check, expired=(), not_yet_valid=()):
    for line in sys.stdin:
        case = Case(line)
        said = {"id": case.id}
        try:
            said |= {"verdict": "valid", "claims": check(case)}
        except NotOffered as error:
            said |= {"verdict": "not_offered", "error": str(error)}
        except expired as error:
            said |= {"verdict": "expired", "error": describe(error)}
        except not_yet_valid as error:
            said |= {"verdict": "not_yet_valid", "error": describe(error)}
        except Exception as error:  # Whatever a library raises, its caller sees a refusal.
            said |= {"verdict": "invalid", "error": describe(error)}
        try:
            text = json.dumps(said, allow_nan=False)
        except Exception as error:
            said |= {"claims": None, "error": describe(error)}
            text = json.dumps(said)
        print(text, flush=True)


def describe(error):
    return f"{type(error).__name__}: {error}"
