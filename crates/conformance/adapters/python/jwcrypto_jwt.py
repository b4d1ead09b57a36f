import json

from contract import answer
from jwcrypto import jwk, jwt
from jwcrypto.common import base64url_encode


def check(case):
    case.offers("leeway", "aud", "one of several aud", "iss", "sub")
    key = jwk.JWK(kty="oct", k=base64url_encode(case.secret))
    # Without check_claims, exp and nbf are compared where they are there.
    claims = {}
    if case.aud:
        claims["aud"] = case.aud
    if case.iss:
        claims["iss"] = case.iss[0]
    if case.sub:
        claims["sub"] = case.sub
    token = jwt.JWT(algs=["HS256"], check_claims=claims or None, expected_type="JWS")
    token.leeway = case.leeway
    token.deserialize(case.token if isinstance(case.token, str) else case.token.decode(), key)
    return json.loads(token.claims)


answer(check, jwt.JWTExpired, jwt.JWTNotYetValid)
