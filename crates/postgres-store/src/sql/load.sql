SELECT session_id, user_id, label, started_at, generation, rotated_at, expires_at, deadline, revoked
FROM jwt_pair_sessions
WHERE session_id = $1
