-- The sessions of a user in the order of their list. No column of it changes with a rotation, so a
-- rotation writes one page. Ended rows are not in it, so an attacker who logs in and out a million
-- times does not slow the list of his devices.
CREATE INDEX sessions_of_user ON sessions (user_id, started_at, session_id)
    WHERE ended_why IS NULL;
