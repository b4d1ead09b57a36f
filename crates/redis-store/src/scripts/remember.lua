-- KEYS: the names of a user's sessions, each with the time from which it may be forgotten.
-- ARGV: name, now, expires, deadline. Returns up to two other names whose time has come.
local old = redis.call('TTL', KEYS[1])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
local seconds = seconds_until(ARGV[4], ARGV[2])
if not seconds then
  redis.call('PERSIST', KEYS[1])
elseif old == -2 or (old >= 0 and old < seconds) then
  redis.call('EXPIRE', KEYS[1], string.format('%.0f', seconds))
end
local last = tonumber(ARGV[2]) - EXTRA_SECONDS
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', last), 'LIMIT', 0, 2)
