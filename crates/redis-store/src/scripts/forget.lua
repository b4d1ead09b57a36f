-- KEYS: the names of a user's sessions. ARGV: now, then pairs: a name, and when its row expires or
-- nothing if the row is gone.
-- A name whose time has not come may belong to an insert that is still under way: it stays.
local last = tonumber(ARGV[1]) - EXTRA_SECONDS
for at = 2, #ARGV, 2 do
  local time = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if time and tonumber(time) < last then
    if ARGV[at + 1] == '' then
      redis.call('ZREM', KEYS[1], ARGV[at])
    else
      redis.call('ZADD', KEYS[1], ARGV[at + 1], ARGV[at])
    end
  end
end
return 0
