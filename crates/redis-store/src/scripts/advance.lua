-- KEYS: the session's row. ARGV: user, generation, the next generation, now, expires.
local row, is_sound = read(KEYS[1])
local fits = is_sound and row[8] == '0' and row[1] == ARGV[1] and row[4] == ARGV[2]
  and not has_expired(row, ARGV[4])
if fits then
  row[4], row[5], row[6] = ARGV[3], ARGV[4], lesser(ARGV[5], row[7])
  redis.call('HSET', KEYS[1], 'generation', row[4], 'rotated', row[5], 'expires', row[6])
  keep_until(KEYS[1], row[6], ARGV[4])
end
return {fits and 1 or 0, row}
