-- Some pages at a time, so that no statement takes long. A row that another statement has locked is
-- left for the next purge: a statement that waits for no lock cannot deadlock.
WITH expired AS MATERIALIZED (
    SELECT ctid FROM jwt_pair_sessions
    WHERE ctid >= format('(%s,0)', $2)::tid AND ctid < format('(%s,0)', $3)::tid
        AND (expires_at <= $1 OR deadline <= $1)
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM jwt_pair_sessions WHERE ctid = ANY (ARRAY (SELECT ctid FROM expired))
    RETURNING 1
)
SELECT count(*) AS count FROM gone
