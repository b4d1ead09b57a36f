-- KEYS: the session's row; the user's list, unless that is on another server.
-- ARGV: what the token says: user, generation, the generation after it (nothing after the last), iat;
-- now; the times between which the row must have been rotated for the chain to stand still: after the
-- first and before the second; when the next token expires; whether to touch; the session's name;
-- the label, if one is given.
-- Returns the decision and the row, or the row alone if it is missing or damaged.
local user, generation, following, iat, now, low, high, expires, touches, name, label = unpack(ARGV)
local row, is_sound = read(KEYS[1])
if not is_sound then return row end

local function decide()
  if row[USER] ~= user then return 'revoked' end
  if row[ENDED] ~= '' then return 'ended' end
  if has_expired(row, now) then return 'revoked' end
  local is_recent = before(low, row[ROTATED])
  if row[GENERATION] == generation and row[ROTATED] == iat then
    if is_recent and before(row[ROTATED], high) then return 'keep' end
    return following == '' and 'revoked' or 'rotate'
  end
  if row[GENERATION] == following and row[PREVIOUS] == iat then
    return is_recent and 'repeat' or 'reuse'
  end
  if row[GENERATION] == generation or row[GENERATION] == following
    or before(row[GENERATION], generation) then
    return 'ahead'
  end
  return 'reuse'
end

local decision = decide()
if decision == 'rotate' then
  row[GENERATION], row[PREVIOUS], row[ROTATED] = following, row[ROTATED], now
  row[EXPIRES] = lesser(expires, row[DEADLINE])
  redis.call('HSET', KEYS[1], 'generation', following, 'previous', row[PREVIOUS],
    'rotated', now, 'expires', row[EXPIRES])
  if label and label ~= row[2] then
    row[2] = label
    redis.call('HSET', KEYS[1], 'label', label)
  end
  keep_until(KEYS[1], row[EXPIRES], now)
  -- An eviction may have taken the list.
  if KEYS[2] then
    local listed = list_name(row[3], name)
    if not redis.call('ZSCORE', KEYS[2], listed) then remember(KEYS[2], listed, row[DEADLINE], now) end
  end
elseif decision == 'reuse' or decision == 'ahead' then
  row[ENDED] = decision .. ':' .. now
  redis.call('HSET', KEYS[1], 'ended', row[ENDED])
elseif decision == 'revoked' then
  return {decision}
elseif touches == '1' then
  touch(KEYS[1], 'generation', row[GENERATION])
end
return {decision, row}
