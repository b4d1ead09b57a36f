-- KEYS: the user's list. ARGV: now; the session's name in it; the session's deadline.
-- Returns some names of the list.
remember(KEYS[1], ARGV[2], ARGV[3], ARGV[1])
return some_names(KEYS[1])
