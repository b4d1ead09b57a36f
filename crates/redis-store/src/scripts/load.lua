-- KEYS: the session's row. A script that may write is refused by a server that may not, so that no
-- row is read where it may be old.
return redis.call('HMGET', KEYS[1], unpack(FIELDS))
