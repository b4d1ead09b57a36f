-- Some pages at a time, so that no statement takes long.
DELETE FROM jwt_pair_sessions
WHERE ctid >= format('(%s,0)', $2::bigint)::tid AND ctid < format('(%s,0)', $3::bigint)::tid
    AND (expires_at <= $1 OR deadline <= $1)
