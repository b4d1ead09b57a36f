"""Each mistake of the table "What logs people out" is made, and does."""

from services import (
    ACCESS, DAY, LONG_SECRET, Process, Python, Refused, Rust,
)  # fmt: skip

NOW = 1_700_000_000


def refusal(call, *arguments) -> str | None:
    try:
        call(*arguments)
    except Refused as error:
        return str(error)
    return None


def all_mistakes(process: Process) -> dict[str, tuple]:
    """By the first words of its row: what was answered, and what the page says."""
    process.restart()
    Rust.ahead = 0
    user = (7, "customer", "session7")
    python = {steps: Python(*steps) for steps in [(), (1, 2), (1, 2, 3), (1, 2, 3, 5)]}
    before, both, long, lenient = python.values()
    made = {}

    access, _ = before.login(NOW, *user)
    at_once = Python(secret=LONG_SECRET)
    made["the long secret replaces"] = (refusal(at_once.verify, NOW, access), "Invalid token")

    _, refresh = Python(1).login(NOW, *user)
    early = refusal(long.refresh, NOW + 6 * DAY, refresh, "customer")
    made["step 3 before 7 days"] = (early, "Invalid token")
    assert refusal(both.refresh, NOW + 6 * DAY, refresh, "customer") is None

    access, refresh = long.login(NOW, *user)
    ended = Rust(process, 4, False, until=NOW)
    expected = f"old tokens are accepted until {NOW}, now it is {NOW}"
    made["`until` is reached"] = (refusal(ended.verify, NOW, access), expected)

    answers = [
        refusal(Rust(process, mistake, False).verify, NOW, access)
        for mistake in ("an issuer", "an audience", "an id for Python's key")
    ]
    expected = [
        "the claim iss is missing",
        "the claim aud is missing",
        "no key is known for the token's kid",
    ]
    made["an issuer, an audience, or an id"] = (answers, expected)
    assert refusal(Rust(process, "an id", False).verify, NOW, access) is None

    ahead, _ = Rust(process, 6, False).login(NOW + 1, *user)
    made["step 6 without step 5"] = (refusal(long.verify, NOW, ahead), "Invalid token")
    assert refusal(lenient.verify, NOW, ahead) is None
    assert refusal(long.verify, NOW + 1, ahead) is None

    for mistake, expected in (("an audience", "Invalid token"), ("an id", None), ("an issuer", None)):
        token, _ = Rust(process, mistake, False).login(NOW, *user)
        got = refusal(lenient.verify, NOW, token)
        made[f"{mistake} at step 6"] = (got, expected)

    token, _ = Rust(process, 12, False).login(NOW, *user)
    made["keys of its own for each kind"] = (refusal(lenient.verify, NOW, token), "Invalid token")

    # Rust adopts, Python refreshes the token of the session, and its answer comes back to Rust.
    sessions = Rust(process, 9, True)
    _, adopted = sessions.refresh(NOW + 60, refresh, "customer")
    _, beside = lenient.refresh(NOW + 1_000, adopted, "customer")
    got = refusal(sessions.refresh, NOW + 2_000, beside, "customer")
    ahead = "the store lost a rotation; the session is ended"
    made["adoption while Python refreshes"] = (got, ahead)
    assert refusal(sessions.refresh, NOW + 2_001, adopted, "customer") == ahead

    shared = (8, "customer", "shared")
    (_, first), (_, second) = lenient.login(NOW, *shared), lenient.login(NOW + 9, *shared)
    _, first = sessions.refresh(NOW + 60, first, "customer")
    got = refusal(sessions.refresh, NOW + 90, second, "customer")
    made["adoption, and all devices"] = (got, ahead)
    assert refusal(sessions.refresh, NOW + 1_000, first, "customer") == ahead

    _, refresh = lenient.login(NOW, 9, "customer", "session9")
    shorter = Rust(process, "a shorter refresh lifetime", True)
    got = refusal(shorter.refresh, NOW + 60, refresh, "customer")
    made["adoption with a shorter"] = (got, "the claim jti is missing")
    assert refusal(sessions.refresh, NOW + 60, refresh, "customer") is None

    access, _ = lenient.login(NOW, 10, "customer", "session10")
    checking = Rust(process, 10, True)
    got = refusal(checking.verify, NOW + ACCESS - 1, access)
    made["`check` in the first"] = (got, "the session has expired or is not there")
    assert refusal(sessions.verify, NOW + ACCESS - 1, access) is None

    never = Rust(process, "no predecessor", False)
    assert refusal(never.verify, NOW, access) is not None
    # What the page asks for before the first step.
    for changed, expected in (
        ({"user_type": None}, "must be a string"),
        ({"exp": NOW + ACCESS + 1}, "lifetime"),
    ):
        claims = {"user_id": 1, "user_type": "t", "session_id": "s", "iat": NOW, "exp": NOW + ACCESS}
        token = lenient.module["jwt"].encode(claims | changed, LONG_SECRET, "HS256")
        got = refusal(Rust(process, 4, False).verify, NOW, token) or ""
        made[f"asked for: {changed}"] = (expected in got or got, True)
        assert refusal(lenient.verify, NOW, token) is None
    return made

