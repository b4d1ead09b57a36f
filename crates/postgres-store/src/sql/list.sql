-- $1 user, $2 and $3 the end of the page before, $4 now, $5 how many. A row is as in `load`.
SELECT current_setting('transaction_read_only')::boolean AS is_read_only, page.*
FROM (VALUES (1)) AS server
LEFT JOIN (
    SELECT COLUMNS FROM jwt_pair_sessions
    WHERE substr(user_id, 1, 64) = substr($1, 1, 64) AND user_id = $1
        AND (started_at, session_id) > ($2, $3)
        AND ended IS NULL AND expires_at > $4 AND deadline > $4
    ORDER BY started_at, session_id
    LIMIT $5
) AS page ON true
ORDER BY started_at, session_id
