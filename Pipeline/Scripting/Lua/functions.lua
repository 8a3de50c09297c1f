-- What libraries of functions see: while one is loaded, the table "redis" alone, with what a library needs to register itself; later what scripts see, but for what
-- belongs to scripts only. Returns the environment of libraries, and a table that says whether one is being loaded.

local host, arguments, close, absent, redis, globals, loader = ...
local error, type, pairs, select, rawget, find, concat = error, type, pairs, select, rawget, string.find, table.concat
local mathtype, shown = math.type, arguments.shown

local state = { loading = false }
local libraryredis = { log = redis.log, REDIS_VERSION = redis.REDIS_VERSION, REDIS_VERSION_NUM = redis.REDIS_VERSION_NUM }
local functionredis = {}
for k, v in pairs(redis) do
  if find(k, '^LOG_') then libraryredis[k] = v end
  if k ~= 'breakpoint' and k ~= 'debug' and k ~= 'replicate_commands' then functionredis[k] = v end
end

local librarytable, functiontable = close(libraryredis, true), close(functionredis)
local own = { redis = functiontable, server = functiontable }
local names = setmetatable({}, {
  __index = function(_, k)
    local v
    if state.loading then
      v = k == 'redis' and librarytable or nil
    elseif k ~= 'KEYS' and k ~= 'ARGV' then
      v = own[k] or rawget(globals, k)
    end
    if v == nil then absent(names, k, 3) end
    return v
  end,
})
local environment = close(names)
own._G = environment
own.load, own.loadstring = loader(environment)

local function fail(text) error(text, 0) end
local function text(v) return (type(v) == 'string' or mathtype(v)) and shown(v) or nil end

local fields = {
  function_name = function(v) return text(v) or fail('function_name argument given to redis.register_function must be a string') end,
  description = function(v) return text(v) or fail('description argument given to redis.register_function must be a string') end,
  callback = function(v) return type(v) == 'function' and v or fail('callback argument given to redis.register_function must be a function') end,
  flags = function(v) return type(v) == 'table' and v or fail('flags argument to redis.register_function must be a table representing function flags') end,
}

local function named(args)
  if type(args) ~= 'table' then
    fail('calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).')
  end
  local given = {}
  for k, v in pairs(args) do
    local key = (text(k) or fail('named argument key given to redis.register_function is not a string')):lower()
    given[key] = (fields[key] or fail)(fields[key] and v or 'unknown argument given to redis.register_function')
  end
  if not given.function_name then fail('redis.register_function must get a function name argument') end
  if not given.callback then fail('redis.register_function must get a callback argument') end
  return given.function_name, given.callback, given.flags, given.description
end

libraryredis.register_function = function(...)
  local n = select('#', ...)
  if n < 1 or n > 2 then fail('wrong number of arguments to redis.register_function') end
  if not state.loading then fail('redis.register_function can only be called on FUNCTION LOAD command') end
  local name, callback, flags, description = ...
  if n == 1 then
    name, callback, flags, description = named(name)
  else
    name = text(name) or fail('first argument to redis.register_function must be a string')
    if type(callback) ~= 'function' then fail('second argument to redis.register_function must be a function') end
  end
  local words = {}
  for i = 1, flags and #flags or 0 do words[i] = text(flags[i]) or fail('unknown flag given') end
  local why = host.register(name, description or false, concat(words, ','), callback)
  if why then fail(why) end
end

return environment, state
