"""What runs inside Redis for readers: each finds the epoch in use and reads it at one moment."""

# Resolves the epoch; every script begins with it, and answers first where the
# epoch stands: the number and the hash of the last seal applied. KEYS: cur. ARGV: prefix, board,
# layout, how many ties there are between two values.
_FIND_EPOCH = """
local epoch = redis.call('GET', KEYS[1])
if not epoch then return false end
local base = ARGV[1] .. ':' .. epoch
local state = redis.call('HMGET', base .. ':st', 'wm', 'day', 'at', 'layout', 'h')
if not state[1] or state[4] ~= ARGV[3] then return false end
local key, span = base .. ':b:' .. ARGV[2], tonumber(ARGV[4])
local function next_above(score)
  return string.format('%.0f', (math.floor(tonumber(score) / span) + 1) * span)
end
"""

# What the members of the lines have on the board of today, in the same order.
_LOOK_UP_TODAY = """
local function look_up(lines, board)
  if board == '' or #lines == 0 then return {} end
  local members = {}
  for i = 1, #lines, 2 do members[#members + 1] = lines[i] end
  return redis.call('ZMSCORE', base .. ':b:' .. board, unpack(members))
end
"""

# A board from the top, or the neighbours of a member who is on it.
# ARGV further: the board of today or nothing, limit, member or nothing, neighbours.
# Answers day, at, how many stand before the first line, the first one's rank,
# lines, their scores of today, the member's score, and the score next above it.
READ = (
    _FIND_EPOCH
    + _LOOK_UP_TODAY
    + """
local score = ARGV[7] ~= '' and redis.call('ZSCORE', key, ARGV[7])
if not score or tonumber(score) < span then
  local top = redis.call('ZREVRANGEBYSCORE', key, '+inf', span, 'WITHSCORES', 'LIMIT', 0, ARGV[6])
  local least = redis.call('ZRANGEBYSCORE', key, span, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  return {state[1], state[5], state[2], state[3], 0, 1, top, look_up(top, ARGV[5]), '',
          least[2] or ''}
end
local place = redis.call('ZREVRANK', key, ARGV[7])
local first = math.max(place - tonumber(ARGV[8]), 0)
local lines = redis.call('ZREVRANGE', key, first, place + tonumber(ARGV[8]), 'WITHSCORES')
local rank = redis.call('ZCOUNT', key, next_above(lines[2]), '+inf') + 1
local above = next_above(score)
local goal = redis.call('ZRANGEBYSCORE', key, above, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return {state[1], state[5], state[2], state[3], first, rank, lines, look_up(lines, ARGV[5]), score,
        goal[2] or ''}
"""
)

# What stands after a place, whether or not anybody stands on it any more. Of
# equal scores the greater member is the earlier one, by its bytes: Lua's own
# comparison would go by the server's language.
# ARGV further: the board of today or nothing, limit, score, member.
# Answers as READ does.
READ_AFTER = (
    _FIND_EPOCH
    + _LOOK_UP_TODAY
    + """
local function is_less(one, other)
  for i = 1, math.min(#one, #other) do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then return a < b end
  end
  return #one < #other
end
local first = redis.call('ZCOUNT', key, '(' .. ARGV[7], '+inf')
local past = first + redis.call('ZCOUNT', key, ARGV[7], ARGV[7])
while first < past do
  local middle = math.floor((first + past) / 2)
  if is_less(redis.call('ZREVRANGE', key, middle, middle)[1], ARGV[8]) then
    past = middle
  else
    first = middle + 1
  end
end
local lines = redis.call('ZREVRANGE', key, first, first + tonumber(ARGV[6]) - 1, 'WITHSCORES')
local rank = 1
if lines[2] then rank = redis.call('ZCOUNT', key, next_above(lines[2]), '+inf') + 1 end
return {state[1], state[5], state[2], state[3], first, rank, lines, look_up(lines, ARGV[5]), '', ''}
"""
)

# How many have more than each of some values, and the scores of all who are
# on the board of today, on that board and on the asked one: each as one text,
# because thousands of answers would be read one by one.
# ARGV further: the board of today, how many may be on it, scores to count from.
# Answers nothing if more are on it than may be.
COUNT_ABOVE = (
    _FIND_EPOCH
    + """
local today = base .. ':b:' .. ARGV[5]
if redis.call('ZCARD', today) > tonumber(ARGV[6]) then return false end
local above = {}
for i = 7, #ARGV do above[#above + 1] = redis.call('ZCOUNT', key, ARGV[i], '+inf') end
local moved, gained, stand = redis.call('ZRANGE', today, 0, -1, 'WITHSCORES'), {}, {}
for start = 1, #moved, 2000 do
  local members = {}
  for i = start, math.min(start + 1998, #moved - 1), 2 do
    members[#members + 1] = moved[i]
    gained[#gained + 1] = moved[i + 1]
  end
  for _, score in ipairs(redis.call('ZMSCORE', key, unpack(members))) do
    stand[#stand + 1] = score or '0'
  end
end
return {state[1], state[5], above, table.concat(gained, ' '), table.concat(stand, ' ')}
"""
)
