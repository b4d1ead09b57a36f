-- Counts up the row if it fits, and returns it as it then stands.
WITH moved AS (
    UPDATE jwt_pair_sessions
    SET generation = generation + 1, rotated_at = $4, expires_at = LEAST($5, deadline)
    WHERE session_id = $1 AND user_id = $2 AND generation = $3
        AND NOT revoked AND expires_at > $4 AND deadline > $4
        -- A row that is damaged is left as it is, to be found so.
        AND rotated_at >= 0 AND started_at >= 0
    RETURNING session_id, user_id, label, started_at, generation, rotated_at, expires_at, deadline,
        revoked
)
SELECT true AS moved, * FROM moved
UNION ALL
SELECT false, * FROM (
    SELECT session_id, user_id, label, started_at, generation, rotated_at, expires_at, deadline,
        revoked
    FROM jwt_pair_sessions
    WHERE session_id = $1 AND NOT EXISTS (SELECT FROM moved)
    -- Without the lock, who has lost a race would be shown the row as it stood when the statement
    -- began, before the winner's step.
    FOR NO KEY UPDATE
) AS held
