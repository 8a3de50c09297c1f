-- The table "redis". What the store reports is raised here, where it unwinds frames of Lua only.

local host, arguments = ...
local error, type, select, tonumber, mathtype, concat, find, gsub = error, type, select, tonumber, math.type, table.concat, string.find, string.gsub
local modf, shown, call = math.modf, arguments.shown, host.call

local redis = {
  LOG_DEBUG = 0, LOG_VERBOSE = 1, LOG_NOTICE = 2, LOG_WARNING = 3,
  REPL_NONE = 0, REPL_AOF = 1, REPL_SLAVE = 2, REPL_REPLICA = 2, REPL_ALL = 3,
  REDIS_VERSION = host.version, REDIS_VERSION_NUM = host.versionnumber,
}

-- Errors of this table are tables, which carry no place.
local function fail(text) error({ err = 'ERR ' .. text }, 0) end

-- Texts and numbers as texts; nothing of all else.
local function textof(v) return (type(v) == 'string' or mathtype(v)) and shown(v) or nil end

redis.call = function(...)
  local value, failed = call(...)
  if failed then error(value, 0) end
  return value
end
redis.pcall = function(...)
  local value = call(...)
  return value
end

redis.error_reply = function(text, ...)
  if type(text) ~= 'string' or select('#', ...) > 0 then return { err = 'ERR wrong number or type of arguments' } end
  text = gsub(gsub(gsub(text, '^%-', ''), '^[\r\n]+', ''), '[\r\n]+$', '')
  -- A text of one word is no code.
  return { err = find(text, ' ', 1, true) and text or 'ERR ' .. text }
end
redis.status_reply = function(text, ...)
  if type(text) ~= 'string' or select('#', ...) > 0 then return { err = 'ERR wrong number or type of arguments' } end
  return { ok = text }
end

redis.sha1hex = function(...)
  if select('#', ...) ~= 1 then fail('wrong number of arguments') end
  return host.sha1hex(textof((...)) or '')
end

redis.log = function(level, ...)
  if select('#', ...) == 0 then fail('redis.log() requires two arguments or more.') end
  level = type(level) == 'string' and tonumber(level) or level
  if not mathtype(level) then fail('First argument must be a number (log level).') end
  level = modf(level) // 1 | 0
  if level < 0 or level > 3 then fail('Invalid debug level.') end
  local words = { ... }
  for i = 1, select('#', ...) do words[i] = textof(words[i]) or '' end
  host.log(level, concat(words, ' '))
end

local function one(name, count, ...)
  if select('#', ...) ~= 1 then fail('redis.' .. name .. '() requires ' .. count .. '.') end
  local v = ...
  v = (type(v) == 'string' and tonumber(v)) or (mathtype(v) and v) or 0
  return modf(v)
end
redis.setresp = function(...)
  local version = one('setresp', 'one argument', ...)
  if version ~= 2 and version ~= 3 then fail('RESP version must be 2 or 3.') end
  host.setresp(version // 1 | 0)
end
-- There is nothing that could be kept from replicas.
redis.set_repl = function(...)
  local flags = one('set_repl', 'two arguments', ...)
  if flags < 0 or flags > redis.REPL_ALL then fail('Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.') end
end
redis.replicate_commands = function() return true end

redis.acl_check_cmd = function(...)
  local allowed, wrong = host.checkcommand(...)
  if wrong then fail(wrong) end
  return allowed
end

-- The debugger is a mode of redis-server.
redis.breakpoint = function() return false end
redis.debug = function() end

return redis
