UPDATE jwt_pair_sessions
SET revoked = true
WHERE session_id = $1 AND NOT revoked AND expires_at > $2 AND deadline > $2
