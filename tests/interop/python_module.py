"""What a Python service had before: two functions on PyJWT. Here the secret is long enough."""

from datetime import datetime, timedelta, timezone

import jwt

SECRET = "what the Python service signs with, 46 bytes.."
ALGORITHM = "HS256"


def generate_tokens(
    user_id: int,
    user_type: str,
    session_id: str,
    access_lifetime: timedelta = timedelta(minutes=15),
    refresh_lifetime: timedelta = timedelta(days=7),
) -> tuple[str, str]:
    now = datetime.now(timezone.utc)
    access_payload = {
        "user_id": user_id,
        "user_type": user_type,
        "session_id": session_id,
        "exp": now + access_lifetime,
        "iat": now,
    }
    refresh_payload = {
        "user_id": user_id,
        "session_id": session_id,
        "exp": now + refresh_lifetime,
        "iat": now,
    }
    return (
        jwt.encode(access_payload, SECRET, algorithm=ALGORITHM),
        jwt.encode(refresh_payload, SECRET, algorithm=ALGORITHM),
    )


def decode_token(token: str) -> dict:
    try:
        return jwt.decode(token, SECRET, algorithms=[ALGORITHM])
    except jwt.ExpiredSignatureError:
        raise ValueError("Token has expired") from None
    except jwt.InvalidTokenError:
        raise ValueError("Invalid token") from None
