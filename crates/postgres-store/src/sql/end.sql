-- No look at expiry: the caller's clock may be wrong.
UPDATE jwt_pair_sessions SET ended = $3, ended_at = $4
WHERE session_id = $1 AND ended IS NULL AND ($2 IS NULL OR user_id = $2)
RETURNING 1
