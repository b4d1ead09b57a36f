"""Runs client.py against a sidecar: check.py SIDECAR KEYS NAME PASSWORD"""

import sys
import threading
import time
import urllib.error

import jwt

import client


def refused(call, status):
    try:
        call()
    except urllib.error.HTTPError as error:
        assert error.code == status, f"{error.code}, not {status}"
    else:
        raise AssertionError(f"answered, not {status}")


def main():
    sidecar, key_file, name, password = sys.argv[1:]
    keys = client.access_keys(key_file)
    server = client.start(keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    service = f"http://127.0.0.1:{server.server_port}"

    user = client.Client(sidecar, service)
    refused(lambda: user.login(name, "wrong password here"), 401)
    user.login(name, password)
    assert user.get("/")["hello"] == 1

    # A refresh token is no access token, and neither is one of another `typ` or without `exp`.
    access, refresh = user.access, user.refresh
    user.access = refresh
    assert user.get("/") == {"hello": 1, "type": "user"}, "a refresh helps once"
    assert user.access != refresh
    header = jwt.get_unverified_header(access)
    claims = jwt.decode(access, options={"verify_signature": False})
    key = keys[header["kid"]]
    kid = {"kid": header["kid"]}
    without_exp = {name: value for name, value in claims.items() if name != "exp"}
    for payload, typ in [(claims, "JWT"), (claims, "refresh+jwt"), (without_exp, "access+jwt")]:
        forged = jwt.encode(payload, key, algorithm="HS256", headers={**kid, "typ": typ})
        try:
            client.verify_access(forged, keys)
        except jwt.InvalidTokenError:
            continue
        raise AssertionError(f"accepted: {typ}")

    # An expired one is renewed, once.
    old = {**claims, "exp": int(time.time()) - 1}
    user.access = jwt.encode(old, key, algorithm="HS256", headers={**kid, "typ": "access+jwt"})
    assert user.get("/")["hello"] == 1

    # After the logout nothing renews it. The access token that is out there works until it expires.
    user.logout()
    assert user.get("/")["hello"] == 1
    user.access = "garbage"
    refused(lambda: user.get("/"), 401)
    print("python: ok")


main()
