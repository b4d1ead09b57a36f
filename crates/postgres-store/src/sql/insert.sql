-- Takes the place of a row that has expired, and of no other.
INSERT INTO jwt_pair_sessions AS old
    (session_id, user_id, label, started_at, generation, rotated_at, previous_rotated_at, expires_at,
     deadline, ended, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (session_id) DO UPDATE SET
    (user_id, label, started_at, generation, rotated_at, previous_rotated_at, expires_at, deadline,
     ended, ended_at) =
    ROW (EXCLUDED.user_id, EXCLUDED.label, EXCLUDED.started_at, EXCLUDED.generation,
         EXCLUDED.rotated_at, EXCLUDED.previous_rotated_at, EXCLUDED.expires_at, EXCLUDED.deadline,
         EXCLUDED.ended, EXCLUDED.ended_at)
WHERE old.expires_at <= $12 OR old.deadline <= $12
RETURNING 1
