-- KEYS: the user's list. ARGV: where to begin; how many names.
return redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])
