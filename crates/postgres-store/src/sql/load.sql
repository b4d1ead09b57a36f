-- The row, and whether the server takes no writes: what such a server has may be old. Without a row,
-- the columns are NULL.
SELECT current_setting('transaction_read_only')::boolean AS is_read_only, session.*
FROM (VALUES (1)) AS server
LEFT JOIN (SELECT COLUMNS FROM jwt_pair_sessions WHERE session_id = $1) AS session ON true
