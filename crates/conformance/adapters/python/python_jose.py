from contract import answer
from jose import jwt
from jose.exceptions import ExpiredSignatureError, JWTClaimsError


class NotYetValid(Exception):
    pass


def check(case):
    case.offers("leeway", "aud", "iss", "one of several iss", "sub")
    options = {"leeway": case.leeway, "require_exp": not case.exp_optional,
               "require_aud": bool(case.aud), "require_iss": bool(case.iss),
               "require_sub": bool(case.sub)}
    try:
        return jwt.decode(case.token, case.secret, algorithms="HS256", options=options,
                          audience=case.aud[0] if case.aud else None,
                          issuer=case.iss or None, subject=case.sub)
    except JWTClaimsError as error:
        if "not yet valid" in str(error):
            raise NotYetValid(str(error)) from error
        raise


answer(check, ExpiredSignatureError, NotYetValid)
