-- Ends some sessions of everybody, from after a place in the order of the index on: the same order
-- as in `end_user`.
-- $1, $2 and $3 the place, $4 why, $5 when.
WITH batch AS (
    SELECT substr(user_id, 1, 64) AS user_start, started_at, session_id FROM jwt_pair_sessions
    WHERE ended IS NULL AND (substr(user_id, 1, 64), started_at, session_id) > ($1, $2, $3)
    ORDER BY substr(user_id, 1, 64), started_at, session_id
    -- `BATCH`.
    LIMIT 1000
    FOR NO KEY UPDATE
), done AS (
    UPDATE jwt_pair_sessions AS session SET ended = $4, ended_at = $5
    FROM batch WHERE session.session_id = batch.session_id
    RETURNING 1
)
SELECT (SELECT count(*) FROM done) AS ended, (SELECT count(*) FROM batch) AS found,
    user_start, started_at, session_id
FROM batch ORDER BY user_start DESC, started_at DESC, session_id DESC LIMIT 1
