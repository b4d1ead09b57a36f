"""PyJWT, for orientation. Arguments: the folder it is installed in, the secret in hex.

Speaks the protocol of harness/mod.rs, on one thread.
"""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])
import jwt  # noqa: E402

SECRET = bytes.fromhex(sys.argv[2])


def issue():
    now = int(time.time())
    access = {"user_id": 123, "user_type": "customer", "session_id": "session123",
              "exp": now + 15 * 60, "iat": now}
    refresh = {"user_id": 123, "session_id": "session123", "exp": now + 7 * 24 * 60 * 60, "iat": now}
    return [jwt.encode(access, SECRET, algorithm="HS256"),
            jwt.encode(refresh, SECRET, algorithm="HS256")]


def decode(token):
    return jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["exp"]})


def renew(token):
    refresh, now = decode(token), int(time.time())
    access = {"user_id": refresh["user_id"], "user_type": "customer",
              "session_id": refresh["session_id"], "exp": now + 15 * 60, "iat": now}
    return [jwt.encode(access, SECRET, algorithm="HS256")]


def make(operation, keys, *tokens):
    if operation == "issue":
        return "tokens", issue
    if operation == "renew":
        return "tokens", lambda: renew(tokens[0])
    if operation in ("access", "refresh", "untyped", "data"):
        return "claims", lambda: decode(tokens[0])
    return None


def check(result, operation):
    try:
        return json.dumps({result: operation()})
    except jwt.PyJWTError as error:
        return json.dumps({"refused": type(error).__name__})


def run(operation, iterations):
    start = time.perf_counter_ns()
    for _ in range(iterations):
        try:
            operation()
        except jwt.PyJWTError:
            pass
    return time.perf_counter_ns() - start


tasks = []
for line in sys.stdin:
    request, *words = line.split()
    if request == "task":
        task = make(*words)
        tasks.append(task)
        answer = len(tasks) - 1 if task else "unsupported"
    elif request == "check":
        answer = check(*tasks[int(words[0])])
    else:
        answer = run(tasks[int(words[0])][1], int(words[1]))
    print(answer, flush=True)
