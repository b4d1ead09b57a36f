import os

from contract import answer
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError
from joserfc.jwk import OctKey


class NotYetValid(Exception):
    pass


def check(case):
    case.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub")
    registry = None
    if os.environ.get("SETTING") == "strict_check_header":
        registry = jws.JWSRegistry(algorithms=["HS256"], strict_check_header=False)
    token = jwt.decode(case.token, OctKey.import_key(case.secret), algorithms=["HS256"],
                       registry=registry)
    claims = {} if case.exp_optional else {"exp": {"essential": True}}
    for name, values in [("aud", case.aud), ("iss", case.iss)]:
        if len(values) == 1:
            claims[name] = {"essential": True, "value": values[0]}
        elif values:
            claims[name] = {"essential": True, "values": values}
    if case.sub:
        claims["sub"] = {"essential": True, "value": case.sub}
    registry = jwt.JWTClaimsRegistry(now=case.now, leeway=case.leeway, **claims)
    try:
        registry.validate(token.claims)
    except InvalidClaimError as error:
        nbf = token.claims.get("nbf")
        if error.claim == "nbf" and isinstance(nbf, (int, float)):
            raise NotYetValid(str(error)) from error
        raise
    return token.claims


answer(check, ExpiredTokenError, NotYetValid)
