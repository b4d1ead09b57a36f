-- A row is a hash. Numbers are decimals without leading zeros, compared as texts: Lua's own have
-- no room for 2^53 + 1. What is not such a decimal below 2^64 makes the row damaged, and a damaged
-- row is shown and never moved.
local FIELDS = {'user', 'label', 'started', 'generation', 'previous', 'rotated', 'expires', 'deadline', 'ended'}
local USER, GENERATION, PREVIOUS, ROTATED, EXPIRES, DEADLINE, ENDED = 1, 4, 5, 6, 7, 8, 9
local REASONS = {logout = true, all = true, others = true, reuse = true, ahead = true}

local function before(a, b)
  return #a < #b or (#a == #b and a < b)
end

local function is_number(text)
  return text and (text == '0' or string.find(text, '^[1-9][0-9]*$'))
    and not before('18446744073709551615', text)
end

local function is_user(text)
  return text and (string.find(text, '^t') or text == 'i0' or string.find(text, '^i%-?[1-9]%d*$'))
end

-- How a session ended: nothing while it stands, or a reason, a colon and a time.
local function is_end(text)
  if not text or text == '' then return text end
  local why, at = string.match(text, '^(%l+):(%d+)$')
  return REASONS[why] and is_number(at)
end

local function lesser(a, b)
  if before(b, a) then return b end
  return a
end

local function read(key)
  local row = redis.call('HMGET', key, unpack(FIELDS))
  local is_sound = is_user(row[USER]) and row[2] and is_end(row[ENDED])
  for at = 3, 8 do
    is_sound = is_sound and is_number(row[at])
  end
  return row, is_sound
end

local function has_expired(row, now)
  return not before(now, lesser(row[EXPIRES], row[DEADLINE]))
end

-- Where replicas are awaited, what is shown must be as durable as what is written. Writing a field
-- as it is makes the server send the row's last change before the answer counts.
local function touch(key, field, value)
  redis.call('HSET', key, field, value)
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

-- A session in its user's list: when it began, in 20 digits, and its name.
local function list_name(started, session_id)
  return string.rep('0', 20 - #started) .. started .. session_id
end

-- Adds a name to a user's list, which is kept for as long as the session that lives longest.
local function remember(list, name, deadline, now)
  local is_new = redis.call('ZADD', list, 0, name) == 1 and redis.call('ZCARD', list) == 1
  local seconds = seconds_until(deadline, now)
  local left = redis.call('TTL', list)
  if not seconds then
    redis.call('PERSIST', list)
  elseif is_new or (left >= 0 and left < seconds) then
    redis.call('EXPIRE', list, string.format('%.0f', seconds))
  end
end

-- A few names of a long list, so that those of sessions that are gone are found in time.
local function some_names(list)
  if redis.call('ZCARD', list) <= 8 then return {} end
  return redis.call('ZRANDMEMBER', list, 3)
end
