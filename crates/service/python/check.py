"""Runs client.py against a sidecar: check.py SIDECAR KEYS NAME PASSWORD"""

import base64
import hmac
import json
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


def signed(payload, key, header):
    """A token under any header: PyJWT writes no `typ` that is not a text."""
    parts = [json.dumps(part).encode() for part in (header, payload)]
    text = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = base64.urlsafe_b64encode(hmac.digest(key, text, "sha256")).rstrip(b"=")
    return (text + b"." + mac).decode()


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
    wrong = [(claims, typ) for typ in ("JWT", "refresh+jwt", None, 1, ["access+jwt"])]
    for payload, typ in [*wrong, (without_exp, "access+jwt")]:
        forged = signed(payload, key, {"alg": "HS256", **kid, "typ": typ})
        try:
            client.verify_access(forged, keys)
        except jwt.InvalidTokenError:
            continue
        raise AssertionError(f"accepted: {typ}")
    ahead = {**claims, "iat": int(time.time()) + 5}
    assert client.verify_access(signed(ahead, key, header), keys)["iat"] == ahead["iat"]

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
