-- KEYS: the session's row. ARGV: now, then the fields of the row in their order.
local row, is_sound = read(KEYS[1])
if redis.call('EXISTS', KEYS[1]) == 1 and not (is_sound and has_expired(row, ARGV[1])) then
  return 0
end
redis.call('DEL', KEYS[1])
for at, field in ipairs(FIELDS) do
  redis.call('HSET', KEYS[1], field, ARGV[at + 1])
end
keep_until(KEYS[1], lesser(ARGV[7], ARGV[8]), ARGV[1])
return 1
