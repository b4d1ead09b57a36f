"""The other starts of the page: tokens of the libraries themselves, exchanged here and read there."""

import base64
import json
import subprocess
import sys
import time
import types
from datetime import datetime, timedelta
from pathlib import Path

import jwt.api_jwt

import page
from services import FAR, LONG_SECRET, Process, Refused

NODE_SECRET = "bm90IGZyb20gYSB2YXVsdDogMzIgYnl0ZXMgb3IgbW9yZS4uLi4="


def ask(process: Process, step: str, now: int, secret: str = LONG_SECRET, **command):
    fixed = {"until": FAR, "access_key": "", "refresh_key": "", "sessions": False}
    return process.ask(do="other", step=step, now=now, secret=secret, **fixed, **command)


def refusal(call, *arguments, **named) -> str | None:
    try:
        call(*arguments, **named)
    except Refused as error:
        return str(error)
    return None


def simplejwt(process: Process):
    """djangorestframework-simplejwt, in a Django of one module."""
    import django
    from django.conf import settings

    settings_of_page, class_of_page = (
        compile(code, page.PAGE.name, "exec")
        for code in page.snippets("python")["From djangorestframework-simplejwt"]
    )
    shown = {"timedelta": timedelta}
    exec(settings_of_page, shown)
    apps = ["django.contrib.contenttypes", "django.contrib.auth"]
    settings.configure(SECRET_KEY=LONG_SECRET, INSTALLED_APPS=apps, SIMPLE_JWT=shown["SIMPLE_JWT"])
    django.setup()
    service = sys.modules["service"] = types.ModuleType("service")
    exec(class_of_page, vars(service))
    from rest_framework_simplejwt.authentication import JWTAuthentication
    from rest_framework_simplejwt.exceptions import InvalidToken
    from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, TokenError

    refresh = RefreshToken()
    refresh["user_id"] = "7"
    now = refresh["iat"]
    old, access = str(refresh), str(refresh.access_token)
    new = ask(process, "simplejwt", now, token=old, user_type="staff")
    accepts = JWTAuthentication().get_validated_token
    try:
        AccessToken(new["access"])
    except TokenError as error:
        assert str(error) == "Token has no id", error
    else:
        raise AssertionError("the class of the page is not needed")
    read = accepts(new["access"])
    assert (read["user_id"], read["user_type"]) == ("7", "staff"), read.payload
    assert accepts(access)["user_id"] == "7"
    for token in (new["refresh"], old):
        try:
            accepts(token)
        except InvalidToken:
            continue
        raise AssertionError("Django takes a refresh token for an access token")
    try:
        RefreshToken(new["refresh"])
    except TokenError:
        pass
    else:
        raise AssertionError("Django refreshes a token of Rust's")
    assert refusal(ask, process, "simplejwt", now, token=access) == "an access token refreshes nothing"
    for token in (old[:-4] + "AAAA", new["refresh"]):
        assert refusal(ask, process, "simplejwt", now, token=token) is not None
    late = refresh["exp"]
    assert refusal(ask, process, "simplejwt", late, token=old) == f"expired at {late}, now it is {late}"


def flask(process: Process):
    from flask import Flask
    from flask_jwt_extended import JWTManager, create_access_token, create_refresh_token, decode_token
    from flask_jwt_extended import get_jwt, jwt_required

    app = Flask("service")
    app.config["JWT_SECRET_KEY"] = LONG_SECRET
    for code in page.snippets("python")["From flask-jwt-extended"]:
        exec(compile(code, page.PAGE.name, "exec"), {"app": app})
    JWTManager(app)

    @app.get("/")
    @jwt_required()
    def access_only():
        return get_jwt()

    with app.app_context():
        old, access = create_refresh_token(identity="7"), create_access_token(identity="7")
        now = decode_token(old)["iat"]
    new = ask(process, "flask", now, token=old, user_type="staff")
    client = app.test_client()

    def status(token: str) -> int:
        return client.get("/", headers={"Authorization": f"Bearer {token}"}).status_code

    got = client.get("/", headers={"Authorization": f"Bearer {new['access']}"}).json
    assert (got["sub"], got["role"]) == ("7", "staff"), got
    assert (status(access), status(new["access"]), status(new["refresh"])) == (200, 200, 422)
    assert refusal(ask, process, "flask", now, token=access) == "an access token refreshes nothing"
    assert refusal(ask, process, "flask", now, token=old[:-4] + "AAAA") == "the signature is not valid"


def node(process: Process, modules: Path):
    """Node's jsonwebtoken, by the code of the page."""
    (code,) = page.snippets("js")["From Node's `jsonwebtoken`"]
    program = code + """
const user = { id: 7, role: 'customer' }
console.log(JSON.stringify(pair(user, 's7')))
const lines = require('fs').readFileSync(0, 'utf8').trim().split('\\n').filter(Boolean)
for (const token of lines) console.log(JSON.stringify(check(token)))
"""

    def run(*tokens: str) -> list:
        done = subprocess.run(
            ["node", "-e", program], input="\n".join(tokens), capture_output=True, text=True, check=True,
            env={"NODE_PATH": str(modules), "PATH": "/usr/local/bin:/usr/bin:/bin", "JWT_SECRET": NODE_SECRET},
        )  # fmt: skip
        return [json.loads(line) for line in done.stdout.splitlines()]

    ((access, refresh),) = run()
    payload = access.split(".")[1]
    now = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iat"]
    both = {"secret": NODE_SECRET}
    assert ask(process, "node, access", now, token=access, **both) == ["7", "customer", "s7"]
    assert ask(process, "node, refresh", now, token=refresh, **both) == ["7", "s7"]
    kinds = ("an access token, and a refresh token", "a refresh token, and an access token")
    for step, token, kind in (("node, access", refresh, kinds[1]), ("node, refresh", access, kinds[0])):
        assert kind in (refusal(ask, process, step, now, token=token, **both) or ""), step
    new = ask(
        process, "node, login", int(time.time()), user_id=8, user_type="staff", session_id="s8", **both
    )
    _, read = run(new["access"])
    assert (read["sub"], read["role"], read["sid"]) == ("8", "staff", "s8"), read


def all_others(process: Process, modules: Path | None):
    # These take the system's clock.
    jwt.api_jwt.datetime = datetime
    simplejwt(process)
    print("djangorestframework-simplejwt: exchanged here, and read there")
    flask(process)
    print("flask-jwt-extended: exchanged here, and read there")
    if modules is None:
        print("skipped: Node's jsonwebtoken. There is no npm")
        return
    node(process, modules)
    print("Node's jsonwebtoken: each reads the other's tokens")

