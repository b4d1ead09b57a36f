-- $1 user, $2 and $3 the end of the page before, $4 now, $5 how many.
SELECT COLUMNS FROM jwt_pair_sessions
WHERE substr(user_id, 1, 64) = substr($1, 1, 64) AND user_id = $1
    AND (started_at, session_id) > ($2, $3)
    AND ended IS NULL AND expires_at > $4 AND deadline > $4
ORDER BY started_at, session_id
LIMIT $5
