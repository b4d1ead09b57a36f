-- A row is a hash. Numbers are decimals without leading zeros, compared as texts: Lua's own have
-- no room for 2^53 + 1. What is not such a decimal below 2^64 makes the row damaged, and a damaged
-- row is shown and left as it is.
local FIELDS = {'user', 'label', 'started', 'generation', 'rotated', 'expires', 'deadline', 'revoked'}

local function before(a, b)
  return #a < #b or (#a == #b and a < b)
end

local function is_number(text)
  return text and (text == '0' or string.find(text, '^[1-9][0-9]*$'))
    and not before('18446744073709551615', text)
end

local function lesser(a, b)
  if before(b, a) then return b end
  return a
end

local function read(key)
  local row = redis.call('HMGET', key, unpack(FIELDS))
  local is_sound = row[1] and row[2] and (row[8] == '0' or row[8] == '1')
  for at = 3, 7 do
    is_sound = is_sound and is_number(row[at])
  end
  return row, is_sound
end

local function has_expired(row, now)
  return not before(now, lesser(row[6], row[7]))
end

-- The server's clock counts only how much time passes, never what time it is. The extra time is
-- for callers whose clocks are behind. What lies past 15 digits stays.
local EXTRA_SECONDS = 300
local function seconds_until(time, now)
  if #time > 15 or #now > 15 then return nil end
  return math.max(tonumber(time) - tonumber(now), 0) + EXTRA_SECONDS
end

local function keep_until(key, time, now)
  local seconds = seconds_until(time, now)
  if seconds then
    redis.call('EXPIRE', key, string.format('%.0f', seconds))
  else
    redis.call('PERSIST', key)
  end
end
