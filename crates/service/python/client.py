"""A Python service beside jwt-pair-service.

It verifies access tokens by itself, with PyJWT and the access secrets of the key file. Login, refresh
and logout it leaves to the sidecar. Standard library and PyJWT only.
"""

import json
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt


def access_keys(path):
    """The secrets that verify access tokens, by kid. Give the Python service these lines alone."""
    with open(path, encoding="utf-8") as lines:
        words = [line.split() for line in lines if not line.startswith("#")]
    return {line[1]: bytes.fromhex(line[2]) for line in words if line and line[0] == "access"}


def verify_access(token, keys):
    """The claims of an access token. PyJWT checks neither `typ` nor that `exp` is there by itself, and it
    refuses a token from a clock that is a second ahead, unless `verify_iat` is off."""
    header = jwt.get_unverified_header(token)
    if str(header.get("typ")).lower() != "access+jwt":
        raise jwt.InvalidTokenError("not an access token")
    key = keys.get(header.get("kid"))
    if key is None:
        raise jwt.InvalidTokenError("unknown kid")
    required = ["exp", "iat", "user_id", "user_type", "session_id"]
    options = {"require": required, "verify_iat": False}
    return jwt.decode(token, key, algorithms=["HS256"], options=options)


class Service(BaseHTTPRequestHandler):
    """One protected route."""

    keys = {}

    def do_GET(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return self.answer(401, {"detail": "Log in"}, "Bearer")
        try:
            claims = verify_access(token, self.keys)
        except jwt.ExpiredSignatureError:
            return self.answer(401, {"detail": "Token has expired"}, 'Bearer error="invalid_token"')
        except jwt.InvalidTokenError:
            return self.answer(401, {"detail": "Invalid token"}, 'Bearer error="invalid_token"')
        return self.answer(200, {"hello": claims["user_id"], "type": claims["user_type"]})

    def answer(self, status, body, challenge=None):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Client:
    """Somebody who logs in at the sidecar and asks the Python service."""

    def __init__(self, sidecar, service):
        self.sidecar, self.service = sidecar, service
        self.access = self.refresh = None

    def login(self, name, password):
        self.take(post(f"{self.sidecar}/token/login", {"name": name, "password": password}))

    def renew(self):
        self.take(post(f"{self.sidecar}/token/refresh", {"refresh_token": self.refresh}))

    def logout(self):
        post(f"{self.sidecar}/token/logout", {"refresh_token": self.refresh})

    def take(self, tokens):
        self.access = tokens["access_token"]
        # Without a new one, the client keeps the one that it has.
        self.refresh = tokens.get("refresh_token", self.refresh)

    def get(self, path):
        """One refresh and one more try after a 401, and never more."""
        for attempt in (1, 2):
            request = urllib.request.Request(f"{self.service}{path}")
            request.add_header("Authorization", f"Bearer {self.access}")
            try:
                with urllib.request.urlopen(request) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 401 or attempt == 2:
                    raise
                self.renew()


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def start(keys, port=0):
    """The Python service; `serve_forever` serves."""
    handler = type("Configured", (Service,), {"keys": keys})
    return HTTPServer(("127.0.0.1", port), handler)
