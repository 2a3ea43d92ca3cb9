"""What runs inside Redis. Each script is atomic; each that writes may be sent twice.

Only the commands of Redis 6.2. All keys of a center share its hash tag, so a
script may build names of keys itself.
"""

from .. import rules
from ..types import Subject

# How many ties there are between two values of a board, by its name or key.
_SPAN_OF = f"""
local function span_of(name)
  if string.find(name, ':{Subject.NODE.value}:', 1, true) then return {rules.NODE_TIE_SPAN} end
  return {rules.TIE_SPAN}
end
"""

# Where the epoch in use stands: its number, watermark, hash, day, when it was
# last known to be up to date, and how it is laid out.
# KEYS: cur. ARGV: prefix.
FIND_STATE = """
local epoch = redis.call('GET', KEYS[1])
if not epoch then return false end
local key = ARGV[1] .. ':' .. epoch .. ':st'
local state = redis.call('HMGET', key, 'wm', 'h', 'day', 'at', 'layout')
if not state[1] then return false end
return {epoch, state[1], state[2] or '', state[3] or '', state[4] or '', state[5] or ''}
"""

# Adds gains to an epoch, if it stands exactly where the batch begins. It reads
# everything before it writes anything: a key that is no board, or a server
# without memory to spare, ends it before the first change.
# KEYS: st, sizes, boards. ARGV: from, to, hash at from, hash at to, at, layout,
# and for each gain the number of its board among KEYS, the board's name,
# member, delta, tie.
# Answers where the epoch stands; -1: it is lost; -2: it holds another history
# or is laid out otherwise.
APPLY = (
    _SPAN_OF
    + """
local wm = redis.call('HGET', KEYS[1], 'wm')
if not wm then return -1 end
if tonumber(wm) ~= tonumber(ARGV[1]) then return tonumber(wm) end
if redis.call('HGET', KEYS[1], 'h') ~= ARGV[3] then return -2 end
if redis.call('HGET', KEYS[1], 'layout') ~= ARGV[6] then return -2 end
local cells, sizes = {}, {}
for i = 7, #ARGV, 5 do
  local key, member, span = KEYS[tonumber(ARGV[i])], ARGV[i + 2], span_of(ARGV[i + 1])
  local value, tie = 0, span - 1
  local score = redis.call('ZSCORE', key, member)
  if score then
    value = math.floor(tonumber(score) / span)
    tie = tonumber(score) - value * span
  end
  value = value + tonumber(ARGV[i + 3])
  tie = math.min(tie, tonumber(ARGV[i + 4]))
  if not score then sizes[ARGV[i + 1]] = (sizes[ARGV[i + 1]] or 0) + 1 end
  table.insert(cells, {key, member, string.format('%.0f', value * span + tie)})
end
redis.call('HSET', KEYS[1], 'wm', ARGV[2], 'h', ARGV[4], 'at', ARGV[5])
for _, cell in ipairs(cells) do redis.call('ZADD', cell[1], cell[3], cell[2]) end
for board, more in pairs(sizes) do redis.call('HINCRBY', KEYS[2], board, more) end
return tonumber(ARGV[2])
"""
)

# The highest number of an epoch that this server knows of. KEYS: cur, epochs.
FIND_HIGHEST = """
local current, opened = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
return math.max(tonumber(current or 0), tonumber(opened or 0))
"""

# Opens an epoch never used before, for one builder alone, and sets the time
# after which it is swept away if its builder falls silent.
# KEYS: cur, epochs, trash. ARGV: prefix, epoch, nonce, lifetime in seconds.
# Answers the number of the epoch, or a higher one that was used already.
BEGIN = """
local epoch, build = tonumber(ARGV[2]), ARGV[1] .. ':' .. ARGV[2] .. ':bld'
if redis.call('HGET', build, 'nonce') == ARGV[3] then return epoch end
local current, opened = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
local highest = math.max(tonumber(current or 0), tonumber(opened or 0))
if epoch <= highest then return highest + 1 end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('HSET', build, 'nonce', ARGV[3], 'chunks', 0)
redis.call('ZADD', KEYS[3], tonumber(redis.call('TIME')[1]) + tonumber(ARGV[4]), ARGV[2])
return epoch
"""

# Adds one chunk of cells to an epoch being built. If the server lost its
# memory in between, the nonce or the number of chunks is gone with it.
# KEYS: bld, sizes, trash, boards. ARGV: nonce, number of the chunk, epoch,
# lifetime in seconds, and for each board of KEYS its name and how many cells
# follow, each a score and a member.
BUILD = """
local build = redis.call('HMGET', KEYS[1], 'nonce', 'chunks')
if build[1] ~= ARGV[1] then return -1 end
if build[2] == ARGV[2] then return 1 end
if tonumber(build[2]) ~= tonumber(ARGV[2]) - 1 then return -1 end
local at = 5
for k = 4, #KEYS do
  local length = tonumber(ARGV[at + 1])
  redis.call('ZADD', KEYS[k], unpack(ARGV, at + 2, at + 1 + length * 2))
  redis.call('HINCRBY', KEYS[2], ARGV[at], length)
  at = at + 2 + length * 2
end
redis.call('HSET', KEYS[1], 'chunks', ARGV[2])
redis.call('ZADD', KEYS[3], 'XX', tonumber(redis.call('TIME')[1]) + tonumber(ARGV[4]), ARGV[3])
return 1
"""

# Lets an epoch being built wait longer for its builder.
# KEYS: bld, trash. ARGV: nonce, epoch, lifetime in seconds.
KEEP = """
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then return -1 end
redis.call('ZADD', KEYS[2], 'XX', tonumber(redis.call('TIME')[1]) + tonumber(ARGV[3]), ARGV[2])
return 1
"""

# Gives a complete epoch its watermark.
# KEYS: bld, st, trash. ARGV: nonce, how many chunks, wm, h, day, at, layout,
# epoch, lifetime in seconds.
FINISH = """
if redis.call('HGET', KEYS[2], 'nonce') == ARGV[1] then return 1 end
local build = redis.call('HMGET', KEYS[1], 'nonce', 'chunks')
if build[1] ~= ARGV[1] or build[2] ~= ARGV[2] then return -1 end
redis.call('HSET', KEYS[2], 'nonce', ARGV[1], 'wm', ARGV[3], 'h', ARGV[4],
           'day', ARGV[5], 'at', ARGV[6], 'layout', ARGV[7])
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[3], 'XX', tonumber(redis.call('TIME')[1]) + tonumber(ARGV[9]), ARGV[8])
return 1
"""

# Lets readers see an epoch, unless they see a newer one already: then it is
# of no use, and goes.
# KEYS: cur, st, trash. ARGV: epoch, seconds that the one before is kept.
PUBLISH = """
if not redis.call('HGET', KEYS[2], 'wm') then return -1 end
local current = redis.call('GET', KEYS[1])
if current and tonumber(current) == tonumber(ARGV[1]) then return tonumber(current) end
if current and tonumber(current) > tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[3], 0, ARGV[1])
  return tonumber(current)
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if current then
  redis.call('ZADD', KEYS[3], tonumber(redis.call('TIME')[1]) + tonumber(ARGV[2]), current)
end
return tonumber(ARGV[1])
"""

# Gives up an epoch that nobody sees. KEYS: cur, bld, trash. ARGV: epoch.
DISCARD = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
return redis.call('ZADD', KEYS[3], 0, ARGV[1])
"""

# The epochs whose time is over, the one in use never among them.
# KEYS: cur, trash.
LIST_TRASH = """
local current = redis.call('GET', KEYS[1])
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', redis.call('TIME')[1])
local epochs = {}
for _, epoch in ipairs(due) do
  if epoch ~= current then table.insert(epochs, epoch) end
end
return epochs
"""

# Moves an epoch to a later day. KEYS: st. ARGV: day.
MOVE_DAY = """
local day = redis.call('HGET', KEYS[1], 'day')
if not day or day >= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'day', ARGV[1])
return 1
"""

# Takes or keeps a lease. KEYS: lease. ARGV: holder, milliseconds.
HOLD_LEASE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""

# Boards as they are and where their epoch stands, at one moment.
# KEYS: st, sizes, boards. ARGV: the names of the boards.
# Answers the watermark, and for each board how many cells were ever written to
# it and how many it has.
MEASURE = """
local answer = {redis.call('HGET', KEYS[1], 'wm')}
for k = 3, #KEYS do
  table.insert(answer, tonumber(redis.call('HGET', KEYS[2], ARGV[k - 2]) or 0))
  table.insert(answer, redis.call('ZCARD', KEYS[k]))
end
return answer
"""

# What the values of boards add up to. Equal values are counted and not read:
# a board of millions has some thousands of different ones.
# KEYS: st, boards. ARGV: the least score to begin with, how many different
# values to go through at most, and for each board its span.
# Answers the watermark, and for each board the sum and the least score that is
# left to go through, or nothing.
ADD_UP = """
local answer = {redis.call('HGET', KEYS[1], 'wm')}
for k = 2, #KEYS do
  local key, span, sum, from = KEYS[k], tonumber(ARGV[k + 1]), 0, ARGV[1]
  local below = redis.call('ZCOUNT', key, '-inf', '(' .. from)
  for step = 1, tonumber(ARGV[2]) do
    local least = redis.call('ZRANGEBYSCORE', key, from, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if not least[2] then
      from = ''
      break
    end
    local value = math.floor(tonumber(least[2]) / span)
    from = string.format('%.0f', (value + 1) * span)
    local under = redis.call('ZCOUNT', key, '-inf', '(' .. from)
    sum = sum + value * (under - below)
    below = under
  end
  table.insert(answer, string.format('%.0f', sum))
  table.insert(answer, from)
end
return answer
"""

# Part of a board by place, and where its epoch stands, at one moment.
# KEYS: st, board. ARGV: first and last place, from 0.
READ_PART = """
local cells = redis.call('ZRANGE', KEYS[2], ARGV[1], ARGV[2], 'WITHSCORES')
return {redis.call('HGET', KEYS[1], 'wm'), redis.call('ZCARD', KEYS[2]), cells}
"""

# Cells of several boards, and where their epoch stands, at one moment.
# KEYS: st, boards. ARGV: for each cell the number of its board among KEYS, and
# the member.
READ_CELLS = """
local answer = {redis.call('HGET', KEYS[1], 'wm')}
for i = 1, #ARGV, 2 do
  table.insert(answer, redis.call('ZSCORE', KEYS[tonumber(ARGV[i])], ARGV[i + 1]))
end
return answer
"""
