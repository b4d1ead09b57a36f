-- Ends some sessions of everybody, from one session on.
-- $1 the session, $2 why, $3 when.
WITH batch AS (
    SELECT session_id FROM jwt_pair_sessions
    WHERE ended IS NULL AND session_id >= $1
    ORDER BY session_id
    -- `BATCH`.
    LIMIT 1000
    FOR NO KEY UPDATE
), done AS (
    UPDATE jwt_pair_sessions AS session SET ended = $2, ended_at = $3
    FROM batch WHERE session.session_id = batch.session_id
    RETURNING 1
)
SELECT (SELECT count(*) FROM done) AS ended, (SELECT count(*) FROM batch) AS found, session_id
FROM batch ORDER BY session_id DESC LIMIT 1
