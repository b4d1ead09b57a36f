-- The index of a user's sessions has only those that have not ended.

-- Ended rows stay until they expire. Whoever has a password can log in and out a million times: with
-- these rows in the index, "log out everywhere" reads all of them in one statement, and is cancelled
-- at its timeout each time. A refresh leaves `ended` as it is, so it still changes no index.
CREATE INDEX jwt_pair_sessions_not_ended
    ON jwt_pair_sessions (substr(user_id, 1, 64), started_at, session_id) WHERE ended IS NULL;

-- Last: it keeps readers out, and the new index takes its time.
DROP INDEX jwt_pair_sessions_of_user;

UPDATE jwt_pair_sessions_schema SET version = 3;
