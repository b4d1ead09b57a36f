import warnings

warnings.simplefilter("ignore")

from authlib.jose import JsonWebToken  # noqa: E402
from authlib.jose.errors import ExpiredTokenError, InvalidTokenError  # noqa: E402
from contract import answer  # noqa: E402

TOKENS = JsonWebToken(["HS256"])


def check(case):
    case.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub")
    options = {} if case.exp_optional else {"exp": {"essential": True}}
    for name, values in [("aud", case.aud), ("iss", case.iss)]:
        if values:
            options[name] = {"essential": True, "values": values}
    if case.sub:
        options["sub"] = {"essential": True, "value": case.sub}
    claims = TOKENS.decode(case.token, case.secret, claims_options=options)
    claims.validate(now=case.now, leeway=case.leeway)
    return dict(claims)


answer(check, ExpiredTokenError, InvalidTokenError)
