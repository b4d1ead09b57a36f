SELECT pg_relation_size('jwt_pair_sessions') / current_setting('block_size')::bigint AS pages
