-- Decides as `decide()` does, for the rows that change: those that rotate and those that end.
-- $1 session, $2 user, $3 generation and $4 iat of the token (-1: above 2^63 - 1), $5 now,
-- $6 window, $7 next expiry, $8 label or NULL.
WITH moved AS (
    UPDATE jwt_pair_sessions SET
        generation = CASE WHEN (generation, rotated_at) = ($3, $4)
            THEN generation + 1 ELSE generation END,
        previous_rotated_at = CASE WHEN (generation, rotated_at) = ($3, $4)
            THEN rotated_at ELSE previous_rotated_at END,
        rotated_at = CASE WHEN (generation, rotated_at) = ($3, $4)
            THEN $5 ELSE rotated_at END,
        expires_at = CASE WHEN (generation, rotated_at) = ($3, $4)
            THEN LEAST($7, deadline) ELSE expires_at END,
        label = CASE WHEN (generation, rotated_at) = ($3, $4)
            THEN COALESCE($8, label) ELSE label END,
        ended_at = CASE WHEN (generation, rotated_at) = ($3, $4) THEN NULL ELSE $5 END,
        ended = CASE
            WHEN (generation, rotated_at) = ($3, $4) THEN NULL
            WHEN $3 < 0 OR $3 > generation - 1 THEN 'ahead'
            WHEN $3 < generation - 1 THEN 'reuse'
            WHEN COALESCE(previous_rotated_at, started_at) = $4 THEN 'reuse'
            ELSE 'ahead' END
    WHERE session_id = $1 AND user_id = $2
        AND ended IS NULL AND expires_at > $5 AND deadline > $5
        AND CASE
            -- The current token: rotate, unless the window is not over.
            WHEN (generation, rotated_at) = ($3, $4)
                THEN abs($5 - rotated_at) >= $6 AND generation < 9223372036854775807
            -- The one before: end, unless the window is not over.
            WHEN (generation - 1, COALESCE(previous_rotated_at, started_at)) = ($3, $4)
                THEN GREATEST($5 - rotated_at, 0) >= $6
            -- Older, or ahead: end.
            ELSE true END
        -- A row that is damaged is left as it is, to be found so.
        AND generation >= 0 AND rotated_at >= 0 AND started_at >= 0
    RETURNING COLUMNS
)
SELECT true AS moved, moved.* FROM moved
UNION ALL
-- Nothing is locked. Who has lost a race sees the row as it stood when the statement began, knows so
-- by it, and asks again.
SELECT false, COLUMNS FROM jwt_pair_sessions
WHERE session_id = $1 AND NOT EXISTS (SELECT FROM moved)
