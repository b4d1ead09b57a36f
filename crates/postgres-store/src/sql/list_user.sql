SELECT session_id, user_id, label, started_at, generation, rotated_at, expires_at, deadline, revoked
FROM jwt_pair_sessions
WHERE user_id = $1 AND NOT revoked AND expires_at > $2 AND deadline > $2
ORDER BY started_at, session_id
