-- KEYS: the session's row. ARGV: now, the user that the row must be of or nothing.
local row, is_sound = read(KEYS[1])
local is_of_user = not ARGV[2] or row[1] == ARGV[2]
local fits = is_sound and is_of_user and row[8] == '0' and not has_expired(row, ARGV[1])
-- A damaged row is ended too: whoever mends it must not bring it back.
if fits or (not is_sound and is_of_user and redis.call('EXISTS', KEYS[1]) == 1) then
  redis.call('HSET', KEYS[1], 'revoked', '1')
end
if fits then row[8] = '1' end
return {fits and 1 or 0, row}
