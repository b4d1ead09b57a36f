-- KEYS: the session's row; the user's list, unless that is on another server.
-- ARGV: now; whether to touch; the session's name in the list; the fields of the row in their order.
-- Returns whether it was inserted, and some names of the list.
local now, touches, name = unpack(ARGV, 1, 3)
local row, is_sound = read(KEYS[1])
if redis.call('EXISTS', KEYS[1]) == 1 and not (is_sound and has_expired(row, now)) then
  if is_sound and touches == '1' then touch(KEYS[1], 'generation', row[GENERATION]) end
  return {0}
end
local fields = {}
for at, field in ipairs(FIELDS) do
  fields[2 * at - 1], fields[2 * at] = field, ARGV[at + 3]
end
local expires, deadline = ARGV[EXPIRES + 3], ARGV[DEADLINE + 3]
if KEYS[2] then remember(KEYS[2], name, deadline, now) end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(fields))
keep_until(KEYS[1], lesser(expires, deadline), now)
return {1, KEYS[2] and some_names(KEYS[2]) or {}}
