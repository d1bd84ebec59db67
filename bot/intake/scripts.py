"""The Lua scripts that make each step on a mailbox or a lane one atomic operation.

Redis runs a script alone and writes its effects to the append-only file as one unit, so a crash leaves all of it or
nothing. Times are the caller's UTC milliseconds: Redis' own clock would tie leases to yet another machine.

Fencing numbers begin at the present time. SQL remembers the highest that wrote to a conversation: after a Redis that
was lost with all it held, numbers from one on would be refused there for ever.
"""

from __future__ import annotations

# KEYS: due, held, wake. ARGV: now, seconds an event is remembered, prefix of seen, prefix of mail, prefix of first,
# head start in ms, how long quiet events rest in ms, then for each event: conversation, event key, event, 1 if quiet.
# Who comes first is queued as if they had written that much earlier: before everybody who has waited less, so that the
# others are not forgotten either. A quiet event wakes nobody. Answer: for each event 1 if it is new, 0 if seen before.
DELIVER = """
local now, remember = tonumber(ARGV[1]), ARGV[2]
local fresh, any = {}, false
for i = 8, #ARGV, 4 do
  local conversation = ARGV[i]
  if redis.call('SET', ARGV[3] .. ARGV[i + 1], '1', 'NX', 'EX', remember) then
    redis.call('RPUSH', ARGV[4] .. conversation, ARGV[i + 2])
    local at = now
    if ARGV[i + 3] == '1' then
      at = now + ARGV[7]
    else
      at = now - redis.call('EXISTS', ARGV[5] .. conversation) * ARGV[6]
      any = true
    end
    redis.call('ZADD', KEYS[1], 'LT', at, conversation)
    fresh[#fresh + 1] = 1
  else
    fresh[#fresh + 1] = 0
  end
end
if any then
  redis.call('LPUSH', KEYS[3], '1')
  redis.call('LTRIM', KEYS[3], 0, 63)
end
return fresh
"""

# KEYS: due, wake. ARGV: when, conversation. Want work at `when`, or earlier if that was wanted before.
WANT = """
redis.call('ZADD', KEYS[1], 'LT', ARGV[1], ARGV[2])
redis.call('LPUSH', KEYS[2], '1')
redis.call('LTRIM', KEYS[2], 0, 63)
return 1
"""

# KEYS: due, held, wake. ARGV: now, then conversations. Whoever holds one finds what is left when it lets go, or is
# reminded afterwards.
REMIND = """
local reminded = 0
for i = 2, #ARGV do
  local at = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if not redis.call('ZSCORE', KEYS[2], ARGV[i]) and not (at and tonumber(at) <= tonumber(ARGV[1])) then
    redis.call('ZADD', KEYS[1], ARGV[1], ARGV[i])
    reminded = reminded + 1
  end
end
if reminded > 0 then
  redis.call('LPUSH', KEYS[3], '1')
  redis.call('LTRIM', KEYS[3], 0, 63)
end
return reminded
"""

# KEYS: due, held, fences, counter, tries, lives, wake. ARGV: now, lease in ms, how many, prefix of mail or '', events
# of each, how far ahead (ms) work is ever wanted, from how many deaths on a conversation is a suspect, how many of
# those are taken up at once, from how many deaths on one is taken up alone, how long (ms) one that has to wait for
# others waits, and whom the leases are to belong to.
# Leases that ended go back to `due` first; so does what is wanted or held for longer than can have been meant, because
# whoever wrote it had a clock that ran ahead. A conversation that is held by somebody stays out: whoever holds it looks
# again when it lets go.
# A death is a beginning that never ended: whoever takes up a mailbox is counted here and crossed out when it lets go.
# One deadly event takes with it all that its worker has in hand, and they would come back together and die together:
# so after some deaths conversations are taken up a few at a time, and after one more each alone. Whatever dies then was
# alone with its guilt, and rests for as long as a lease, in which the others come through.
# Answer: {list of {conversation, fence, tries, events, deaths}, when what is left is wanted next or ''}.
CLAIM = """
local now, lease, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local few, together, alone, rest = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local function deaths_of(conversation)
  if ARGV[4] == '' then return 0 end
  return tonumber(redis.call('HGET', KEYS[5], 'begun:' .. conversation) or 0)
end
local function give_back(from, to)
  for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], from, to, 'LIMIT', 0, 100)) do
    redis.call('ZREM', KEYS[2], conversation)
    redis.call('HDEL', KEYS[3], conversation)
    redis.call('HDEL', KEYS[6], conversation)
    if deaths_of(conversation) <= alone then
      redis.call('ZADD', KEYS[1], 'LT', now, conversation)
    else
      redis.call('ZADD', KEYS[1], now + lease, conversation)
    end
  end
end
-- those of the suspects taken up that are still in hand, and whether one of them is alone
local function suspects_in_hand()
  local found, is_alone = {}, false
  for name in string.gmatch(redis.call('HGET', KEYS[5], 'suspects:') or '', '[^\\n]+') do
    -- who came through and is held for something new has begun once
    if deaths_of(name) > few and redis.call('ZSCORE', KEYS[2], name) then
      found[#found + 1] = name
      is_alone = is_alone or deaths_of(name) > alone
    end
  end
  return found, is_alone
end
local function must_wait(deaths)
  if deaths < few then return false end
  local found, is_alone = suspects_in_hand()
  return is_alone or #found >= (deaths < alone and together or 1)
end
give_back('-inf', now)
give_back(now + 3 * lease, '+inf')
for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], now + tonumber(ARGV[6]), '+inf', 'LIMIT', 0, 100)) do
  redis.call('ZADD', KEYS[1], now, conversation)
end
local claimed, waits = {}, false
for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, most + 100)) do
  if #claimed >= most then break end
  local deaths = deaths_of(conversation)
  if redis.call('ZSCORE', KEYS[2], conversation) then
    -- held: its holder finds the mailbox filled, or the mark below, when it lets go
    redis.call('ZREM', KEYS[1], conversation)
    redis.call('HSET', KEYS[5], 'again:' .. conversation, '1')
  elseif must_wait(deaths) then
    -- it keeps its place: whoever waits longest comes next
    waits = true
  else
    redis.call('ZREM', KEYS[1], conversation)
    local events = {}
    if ARGV[4] ~= '' then
      events = redis.call('LRANGE', ARGV[4] .. conversation, 0, tonumber(ARGV[5]) - 1)
    end
    if ARGV[4] == '' or #events > 0 then
      redis.call('SET', KEYS[4], ARGV[1], 'NX')
      local fence = redis.call('INCR', KEYS[4])
      redis.call('ZADD', KEYS[2], now + lease, conversation)
      redis.call('HSET', KEYS[3], conversation, fence)
      redis.call('HSET', KEYS[6], conversation, ARGV[11])
      local tries = redis.call('HINCRBY', KEYS[5], conversation, 1)
      if ARGV[4] ~= '' then redis.call('HINCRBY', KEYS[5], 'begun:' .. conversation, 1) end
      if deaths >= few then
        local found = suspects_in_hand()
        found[#found + 1] = conversation
        redis.call('HSET', KEYS[5], 'suspects:', table.concat(found, '\\n'))
      end
      claimed[#claimed + 1] = {conversation, fence, tries, events, deaths}
    end
  end
end
-- whoever was called for up to now is taken up or held: the calls would only make somebody look again, for nothing
if #claimed < most then redis.call('DEL', KEYS[7]) end
local left = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if waits and tonumber(left) < now + rest then left = now + rest end
return {claimed, left or ''}
"""

# A function of buckets, now, and of each bucket tokens a second and most tokens. It gives 0, or ms until every bucket
# has a token; one is taken of each, and only with 0.
_LEAVE = """
local function leave(buckets, now, limits)
  local left = {}
  for i, bucket in ipairs(buckets) do
    local rate, most = tonumber(limits[2 * i - 1]), tonumber(limits[2 * i])
    local kept = redis.call('HMGET', bucket, 'tokens', 'at')
    -- By how much the clock moved, backwards too: a bucket filled in a future that was taken back would stay empty.
    local passed = math.abs(now - (tonumber(kept[2]) or now))
    left[i] = math.min(most, (tonumber(kept[1]) or most) + passed * rate / 1000)
    if left[i] < 1 then return math.ceil((1 - left[i]) * 1000 / rate) end
  end
  for i, bucket in ipairs(buckets) do
    redis.call('HSET', bucket, 'tokens', tostring(left[i] - 1), 'at', now)
    redis.call('PEXPIRE', bucket, math.ceil(tonumber(limits[2 * i]) * 1000 / tonumber(limits[2 * i - 1])) + 1000)
  end
  return 0
end
"""

# KEYS: due, held, fences, counter, tries, wake, lives, then buckets, if any. ARGV: now, lease in ms, conversation, whom
# the lease is to belong to, of how many conversations there is room, then the buckets' limits. Claim this one
# conversation of a lane without mail, if nobody holds it and there is room for all who have waited longer, else want
# work on it now; and only if a message may leave now, else want work on it then.
# Answer: {fence, tries}, or nil when it has to wait its turn.
TAKE = (
    _LEAVE
    + """
local now, conversation = tonumber(ARGV[1]), ARGV[3]
if redis.call('ZSCORE', KEYS[2], conversation) or redis.call('ZCOUNT', KEYS[1], '-inf', now) >= tonumber(ARGV[5]) then
  redis.call('ZADD', KEYS[1], 'LT', now, conversation)
  redis.call('LPUSH', KEYS[6], '1')
  redis.call('LTRIM', KEYS[6], 0, 63)
  return nil
end
local pause = leave({unpack(KEYS, 8)}, now, {unpack(ARGV, 6)})
if pause > 0 then
  redis.call('ZADD', KEYS[1], 'LT', now + pause, conversation)
  return nil
end
redis.call('ZREM', KEYS[1], conversation)
redis.call('SET', KEYS[4], ARGV[1], 'NX')
local fence = redis.call('INCR', KEYS[4])
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[2]), conversation)
redis.call('HSET', KEYS[3], conversation, fence)
redis.call('HSET', KEYS[7], conversation, ARGV[4])
return {fence, redis.call('HINCRBY', KEYS[5], conversation, 1)}
"""
)

# KEYS: fences, tries. ARGV: conversation, fence, prefix of mail, then events. They are handled: forget them. By their
# bytes and not by their places, because events are not handled in the order in which they came. What comes next of
# this claim is begun now, for the first time.
# Answer: 1, or 0 when the lease is somebody else's by now.
DONE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
for i = 4, #ARGV do redis.call('LREM', ARGV[3] .. ARGV[1], 1, ARGV[i]) end
redis.call('HDEL', KEYS[2], ARGV[1], 'failed:' .. ARGV[1])
redis.call('HSET', KEYS[2], 'begun:' .. ARGV[1], 1)
return 1
"""

# KEYS: fences, tries. ARGV: conversation, fence. Answer: how often something of it has failed since something was done,
# this time included; 0 when the lease is somebody else's by now.
FAILED = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HINCRBY', KEYS[2], 'failed:' .. ARGV[1], 1)
"""

# KEYS: due, held, fences, tries, wake, lives. ARGV: conversation, fence, now, when work is wanted again or '', prefix
# of mail or '', 'forget' when the tries are to start from nought, prefix of first, head start in ms, then events that
# are handled and to be forgotten first, as DONE does it. Answer: 1, or 0 when the lease is somebody else's.
RELEASE = """
local conversation = ARGV[1]
if redis.call('HGET', KEYS[3], conversation) ~= ARGV[2] then return 0 end
for i = 9, #ARGV do redis.call('LREM', ARGV[5] .. conversation, 1, ARGV[i]) end
if #ARGV > 8 and ARGV[4] == '' then
  redis.call('HDEL', KEYS[4], conversation, 'failed:' .. conversation)
end
redis.call('ZREM', KEYS[2], conversation)
redis.call('HDEL', KEYS[3], conversation)
redis.call('HDEL', KEYS[6], conversation)
if ARGV[6] == 'forget' then redis.call('HDEL', KEYS[4], conversation) end
if ARGV[5] ~= '' then redis.call('HDEL', KEYS[4], 'begun:' .. conversation) end
local again = redis.call('HDEL', KEYS[4], 'again:' .. conversation) == 1
local waiting = ARGV[5] ~= '' and redis.call('EXISTS', ARGV[5] .. conversation) == 1
if ARGV[4] ~= '' then
  redis.call('ZADD', KEYS[1], 'LT', ARGV[4], conversation)
elseif again or waiting then
  local head = redis.call('EXISTS', ARGV[7] .. conversation) * ARGV[8]
  redis.call('ZADD', KEYS[1], 'LT', ARGV[3] - head, conversation)
  redis.call('LPUSH', KEYS[5], '1')
end
return 1
"""

# KEYS: tries. ARGV: conversations. Who had them in hand was cut off and did not die: of beginnings that never ended
# there is one less. The first may be that of who has it in hand now.
CUT_OFF = """
for i = 1, #ARGV do
  local begun = 'begun:' .. ARGV[i]
  if tonumber(redis.call('HGET', KEYS[1], begun) or 0) > 1 then redis.call('HINCRBY', KEYS[1], begun, -1) end
end
return 1
"""

# KEYS: held, fences. ARGV: new end of the leases, then conversation, fence, conversation, fence … Answer: the
# conversations whose lease is lost.
RENEW = """
local lost = {}
for i = 2, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] then
    redis.call('ZADD', KEYS[1], ARGV[1], ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
"""

# KEYS: held, lives. ARGV: now, a place, who has it. The leases of all who had the place before end now, so that the
# next claim gives back what they held. Answer: how many there were.
SUCCEED = """
local ended, before = 0, ARGV[2] .. ':'
local lives = redis.call('HGETALL', KEYS[2])
for i = 1, #lives, 2 do
  local conversation, life = lives[i], lives[i + 1]
  if life ~= ARGV[3] and string.sub(life, 1, #before) == before and redis.call('ZSCORE', KEYS[1], conversation) then
    redis.call('ZADD', KEYS[1], ARGV[1] - 1, conversation)
    ended = ended + 1
  end
end
return ended
"""

# KEYS: buckets. ARGV: now, then the buckets' limits. Answer: 0, or ms until a message may leave.
BUCKETS = (
    _LEAVE
    + """
return leave(KEYS, tonumber(ARGV[1]), {unpack(ARGV, 2)})
"""
)
