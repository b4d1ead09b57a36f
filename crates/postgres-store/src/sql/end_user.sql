-- Ends some of a user's sessions, from after a place in the order of login on. `end_all` locks a
-- user's rows in the same order, and other statements lock one row or wait for none. So no two
-- statements wait for each other.
-- $1 user, $2 and $3 the place, $4 the session that is spared or NULL, $5 why, $6 when.
WITH batch AS (
    SELECT started_at, session_id FROM jwt_pair_sessions
    WHERE substr(user_id, 1, 64) = substr($1, 1, 64) AND user_id = $1
        AND ended IS NULL AND session_id IS DISTINCT FROM $4
        AND (started_at, session_id) > ($2, $3)
    ORDER BY started_at, session_id
    -- `BATCH`. A number that the planner knows keeps it from reading the whole table.
    LIMIT 1000
    FOR NO KEY UPDATE
), done AS (
    UPDATE jwt_pair_sessions AS session SET ended = $5, ended_at = $6
    FROM batch WHERE session.session_id = batch.session_id
    RETURNING 1
)
SELECT (SELECT count(*) FROM done) AS ended, (SELECT count(*) FROM batch) AS found,
    substr($1, 1, 64) AS user_start, started_at, session_id
FROM batch ORDER BY started_at DESC, session_id DESC LIMIT 1
