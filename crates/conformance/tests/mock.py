"""An adapter that is right, or wrong in the way that its argument names. It uses no JWT library."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time

MODE = sys.argv[1]


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verdict(case):
    try:
        head, mac = case["token"].rsplit(".", 1)
        key = decoded(case["secret_b64url"])
        right = hmac.new(key, head.encode(), hashlib.sha256).digest()
        claims = json.loads(decoded(head.split(".")[1]))
        if MODE != "forgeries" and not hmac.compare_digest(right, decoded(mac)):
            return {"verdict": "invalid", "error": "MAC"}
        now = time.time() if MODE == "own-clock" else case["now"]
        if MODE != "no-dates" and now >= claims["exp"] + case["leeway"]:
            return {"verdict": "expired", "error": "exp"}
        if MODE == "changes":
            claims["sub"] = "admin"
        return {"verdict": "valid", "claims": claims}
    except Exception as error:
        return {"verdict": "invalid", "error": repr(error)}


for line in sys.stdin:
    case = json.loads(line)
    said = verdict(case)
    if MODE == "always-valid":
        said = {"verdict": "valid", "claims": said.get("claims", {})}
    elif MODE == "always-invalid":
        said = {"verdict": "invalid"}
    elif MODE == "crashes" and case["id"] == "p/structure/empty":
        print("the last words", file=sys.stderr)
        os._exit(3)
    elif MODE == "hangs" and case["id"] == "p/structure/empty":
        time.sleep(3600)
    elif MODE == "garbles" and case["id"] == "p/structure/empty":
        print("no JSON", flush=True)
        continue
    elif MODE == "answers-another":
        case["id"] = "another"
    print(json.dumps({"id": case["id"], **said}), flush=True)
