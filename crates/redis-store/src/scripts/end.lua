-- KEYS: the session's row. ARGV: the reason and the time; whether to touch; the user that the row must
-- be of, if any. Returns whether it ended, or the row if it is damaged.
local row, is_sound = read(KEYS[1])
if ARGV[3] and row[USER] ~= ARGV[3] then return 0 end
if is_sound and row[ENDED] ~= '' then
  if ARGV[2] == '1' then touch(KEYS[1], 'ended', row[ENDED]) end
  return 0
end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
-- A damaged row is ended too: whoever mends it must not bring it back.
if is_sound or row[ENDED] == '' or not is_end(row[ENDED]) then
  redis.call('HSET', KEYS[1], 'ended', ARGV[1])
end
return is_sound and 1 or row
