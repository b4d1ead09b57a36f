import jwt
from contract import answer


def check(case):
    case.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub")
    options = {"require": [] if case.exp_optional else ["exp"]}
    return jwt.decode(case.token, case.secret, algorithms=["HS256"], leeway=case.leeway,
                      audience=case.aud or None, issuer=case.iss or None,
                      subject=case.sub, options=options)


answer(check, jwt.ExpiredSignatureError, jwt.ImmatureSignatureError)
