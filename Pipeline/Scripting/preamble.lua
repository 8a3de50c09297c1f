-- Runs once in each interpreter, before any script: takes away what a script may not have, gives Lua 5.1's names, builds the table "redis", and closes the globals.
-- "host" has the functions of the store: call, check, sha1hex, log. They never raise; what they report is raised here, where it unwinds Lua frames only.
-- Returns a function that takes the libraries and gives what the store calls: compile, run, load (a library of functions), call (one of them).

local host = ...
local error, type, pcall, xpcall, select, tostring, setmetatable, rawget, rawset = error, type, pcall, xpcall, select, tostring, setmetatable, rawget, rawset
local getinfo, sethook = debug.getinfo, debug.sethook
local create, resume, unpack = coroutine.create, coroutine.resume, table.unpack
local format, rep, floor, mathtype = string.format, string.rep, math.floor, math.type
local preamble = getinfo(1, 'S').source

-- Time and memory: looked at every so many instructions, in every coroutine.
local every = 100000
local stopped = true
local runkeys, runargv
local function look()
  local why = host.check(runkeys, runargv)
  if why then
    -- From here on each instruction ends the script: pcall cannot keep it alive.
    sethook(look, '', 1)
    stopped = true
    -- Not in the middle of this file, which puts the state in order.
    if getinfo(2, 'S').source ~= preamble then error({ err = why }, 0) end
  end
end
local function arm()
  if stopped then
    stopped = false
    sethook(look, '', every)
  end
end
coroutine.create = function(f)
  local co = create(f)
  sethook(co, look, '', every)
  return co
end
coroutine.wrap = function(f)
  local co = coroutine.create(f)
  return function(...)
    local results = table.pack(resume(co, ...))
    if not results[1] then error(results[2], 0) end
    return unpack(results, 2, results.n)
  end
end

-- Lua 5.1's names and ways.
_G.unpack = table.unpack
math.pow = function(x, y) return x ^ y end
math.log10 = function(x) return math.log(x, 10) end
math.mod = math.fmod
math.ldexp = function(m, e) return m * 2.0 ^ e end
math.cosh = function(x) return (math.exp(x) + math.exp(-x)) / 2 end
math.sinh = function(x) return (math.exp(x) - math.exp(-x)) / 2 end
math.tanh = function(x) return math.sinh(x) / math.cosh(x) end
string.gfind = string.gmatch
table.getn = function(t) return #t end
table.maxn = function(t)
  local max = 0
  for k in pairs(t) do
    if type(k) == 'number' and k > max then max = k end
  end
  return max
end
table.foreach = function(t, f)
  for k, v in pairs(t) do
    local r = f(k, v)
    if r ~= nil then return r end
  end
end
table.foreachi = function(t, f)
  for i = 1, #t do
    local r = f(i, t[i])
    if r ~= nil then return r end
  end
end

-- Numbers were doubles and whole ones printed without a point.
local function shown(v)
  if mathtype(v) == 'float' then
    if v == floor(v) and v > -1e15 and v < 1e15 then return format('%d', v) end
    return format('%.14g', v)
  end
  return tostring(v)
end
_G.tostring = shown
string.format = function(f, ...)
  local args, n = { ... }, select('#', ...)
  local i = 0
  for spec in f:gmatch('%%[%-+ #0]*%d*%.?%d*([%a%%])') do
    if spec ~= '%' then
      i = i + 1
      local v = args[i]
      if mathtype(v) == 'float' then
        if spec == 'd' or spec == 'i' or spec == 'x' or spec == 'X' or spec == 'o' or spec == 'u' or spec == 'c' then
          args[i] = v >= 0 and floor(v) or -floor(-v)
        elseif spec == 's' then
          args[i] = shown(v)
        end
      end
    end
  end
  return format(f, unpack(args, 1, n))
end
local repmax = 512 * 1024 * 1024
string.rep = function(s, n, sep)
  if type(s) == 'string' and type(n) == 'number' and n > 0 and (#s + #(sep or '')) * n > repmax then error('resulting string too large', 2) end
  return rep(s, n, sep)
end

-- Lua 5.4 names a variable behind the type of its value, Lua 5.1 did so before it.
local function worded(message)
  if type(message) ~= 'string' or not message:find('attempt to', 1, true) then return message end
  return (message:gsub("attempt to ([%a ]-) a (%a+) value %((%a+) '(.-)'%)", "attempt to %1 %3 '%4' (a %2 value)"))
end

-- The table "redis".
local redis = {}
redis.call = function(...)
  local ok, value = host.call(...)
  if ok then return value end
  error(value, 0)
end
redis.pcall = function(...)
  local _, value = host.call(...)
  return value
end
redis.error_reply = function(text)
  if type(text) ~= 'string' then return { err = 'ERR wrong number or type of arguments' } end
  return { err = (text:gsub('^%-', '')) }
end
redis.status_reply = function(text)
  if type(text) ~= 'string' then return { err = 'ERR wrong number or type of arguments' } end
  return { ok = text }
end
redis.sha1hex = function(...)
  if select('#', ...) ~= 1 then error('wrong number of arguments', 2) end
  return host.sha1hex(shown((...)))
end
redis.log = function(level, ...)
  if select('#', ...) == 0 then error('redis.log() requires two arguments or more.', 0) end
  if type(level) ~= 'number' then error('First argument must be a number (log level).', 0) end
  if level < 0 or level > 3 then error('Invalid debug level.', 0) end
  local words = { ... }
  for i = 1, #words do words[i] = shown(words[i]) end
  host.log(level, table.concat(words, ' '))
end
redis.setresp = function(version)
  if version ~= 2 and version ~= 3 then error('RESP version must be 2 or 3.', 0) end
  host.setresp(version)
end
redis.replicate_commands = function() return true end
redis.set_repl = function() end
redis.breakpoint = function() return false end
redis.debug = function() end
redis.acl_check_cmd = function() return true end
redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING = 0, 1, 2, 3
redis.REPL_NONE, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_AOF, redis.REPL_ALL = 0, 2, 2, 1, 3
redis.REDIS_VERSION, redis.REDIS_VERSION_NUM = host.version, host.versionnumber
_G.redis = redis
_G.server = redis

-- What a script may not have.
local load = load
io, package, require, dofile, loadfile, debug = nil, nil, nil, nil, nil, nil
string.dump = nil
os = { clock = os.clock }

return function(libraries)
  for name, library in pairs(libraries) do _G[name] = library end

  -- Scripts see the globals through tables that cannot be written to.
  local closed = setmetatable({}, { __mode = 'k' })
  local function refuse() error('Attempt to modify a readonly table', 2) end
  local function close(t, missing)
    local view = setmetatable({}, {
      __index = missing and function(_, k)
        local v = t[k]
        if v == nil then error("Script attempted to access nonexistent global variable '" .. tostring(k) .. "'", 2) end
        return v
      end or t,
      __newindex = refuse,
      __pairs = function() return next, t, nil end,
      __len = function() return #t end,
      __metatable = false,
    })
    closed[view] = true
    return view
  end

  local globals = {}
  for k, v in pairs(_G) do
    globals[k] = type(v) == 'table' and k ~= '_G' and close(v) or v
  end
  globals.rawset = function(t, k, v)
    if closed[t] then error('Attempt to modify a readonly table', 0) end
    return rawset(t, k, v)
  end
  globals.setmetatable = function(t, m)
    if closed[t] then error('Attempt to modify a readonly table', 0) end
    -- A finalizer would run where no hook can end it; Lua 5.1 had none for tables.
    local finalizer = type(m) == 'table' and rawget(m, '__gc')
    if finalizer then m.__gc = nil end
    setmetatable(t, m)
    if finalizer then m.__gc = finalizer end
    return t
  end
  -- The handler runs when the error has unwound: inside it no hook could end a handler that loops.
  globals.xpcall = function(f, handler, ...)
    local results = table.pack(pcall(f, ...))
    if results[1] then return unpack(results, 1, results.n) end
    return false, handler(results[2])
  end

  -- As Redis's: an error of redis.call is caught as its text.
  globals.pcall = function(...)
    local results = table.pack(pcall(...))
    local err = results[2]
    if results[1] then return unpack(results, 1, results.n) end
    if type(err) == 'table' and type(rawget(err, 'err')) == 'string' then return false, err.err end
    return false, worded(err)
  end
  getmetatable('').__metatable = false
  local env = close(globals, true)
  globals._G = env
  local function loader(default)
    return function(chunk, name, _, own)
      if type(chunk) == 'function' then
        local parts = {}
        for part in chunk do
          if part == '' then break end
          parts[#parts + 1] = part
        end
        chunk = table.concat(parts)
      end
      return load(chunk, name, 't', own or default)
    end
  end
  globals.load = loader(env)
  globals.loadstring = globals.load

  -- What libraries of functions see: while one is loaded, the table "redis" alone, with what a library needs to register itself; later what scripts see, but
  -- for what belongs to scripts only.
  local loading
  local libraryredis = { log = redis.log, REDIS_VERSION = redis.REDIS_VERSION, REDIS_VERSION_NUM = redis.REDIS_VERSION_NUM }
  for k, v in pairs(redis) do
    if k:find('^LOG_') then libraryredis[k] = v end
  end
  local functionredis = {}
  for k, v in pairs(redis) do
    if k ~= 'breakpoint' and k ~= 'debug' and k ~= 'replicate_commands' then functionredis[k] = v end
  end
  local librarytable, functiontable = close(libraryredis, true), close(functionredis)
  local own = { redis = functiontable, server = functiontable }
  local function visible(k)
    if loading then return k == 'redis' and librarytable or nil end
    if k == 'KEYS' or k == 'ARGV' then return nil end
    return own[k] or globals[k]
  end
  local libraryenv = setmetatable({}, {
    __index = function(_, k)
      local v = visible(k)
      if v == nil then error("Script attempted to access nonexistent global variable '" .. tostring(k) .. "'", 2) end
      return v
    end,
    __newindex = refuse,
    __metatable = false,
  })
  closed[libraryenv] = true
  own._G, own.load = libraryenv, loader(libraryenv)
  own.loadstring = own.load

  local function text(v) return (type(v) == 'string' or type(v) == 'number') and shown(v) or nil end
  local function named(args)
    if type(args) ~= 'table' then
      error('calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).', 0)
    end
    local name, description, callback, flags
    for k, v in pairs(args) do
      if not text(k) then error('named argument key given to redis.register_function is not a string', 0) end
      local key = shown(k):lower()
      if key == 'function_name' then
        name = text(v) or error('function_name argument given to redis.register_function must be a string', 0)
      elseif key == 'description' then
        description = text(v) or error('description argument given to redis.register_function must be a string', 0)
      elseif key == 'callback' then
        if type(v) ~= 'function' then error('callback argument given to redis.register_function must be a function', 0) end
        callback = v
      elseif key == 'flags' then
        if type(v) ~= 'table' then error('flags argument to redis.register_function must be a table representing function flags', 0) end
        flags = v
      else
        error('unknown argument given to redis.register_function', 0)
      end
    end
    if not name then error('redis.register_function must get a function name argument', 0) end
    if not callback then error('redis.register_function must get a callback argument', 0) end
    return name, callback, flags, description
  end
  libraryredis.register_function = function(...)
    local n = select('#', ...)
    if n < 1 or n > 2 then error('wrong number of arguments to redis.register_function', 0) end
    if not loading then error('redis.register_function can only be called on FUNCTION LOAD command', 0) end
    local name, callback, flags, description
    if n == 1 then
      name, callback, flags, description = named((...))
    else
      name, callback = ...
      name = text(name) or error('first argument to redis.register_function must be a string', 0)
      if type(callback) ~= 'function' then error('second argument to redis.register_function must be a function', 0) end
    end
    local names = {}
    for i = 1, flags and #flags or 0 do
      names[i] = text(flags[i]) or error('unknown flag given', 0)
    end
    local why = host.register(name, description or false, table.concat(names, ','), callback)
    if why then error(why, 0) end
  end

  -- As Redis's __redis__err__handler: where the script was when it failed.
  local current
  local function where(err)
    local level, inlibrary = 2, false
    local info = getinfo(level, 'Sl')
    while info and (info.what == 'C' or info.source == preamble or info.source == '@libraries') do
      inlibrary = inlibrary or info.source == '@libraries'
      level = level + 1
      info = getinfo(level, 'Sl')
    end
    local source, line
    if info then
      source, line = info.source, info.currentline
    else
      -- "return redis.call(...)" is a tail call: the script's own frame is gone, and its line is known only if it has but one.
      local first = next(getinfo(current, 'L').activelines)
      if first and not next(getinfo(current, 'L').activelines, first) then source, line = getinfo(current, 'S').source, first end
    end
    if type(err) ~= 'table' then
      local at = inlibrary and source and source:sub(2) .. ':' .. line .. ': ' or ''
      err = { err = 'ERR ' .. at .. tostring(worded(err)) }
    end
    err.source, err.line = source, line
    return err
  end

  local plain = host.plaincalls
  local function compiled(text, name, environment)
    -- A script that was ended has left its hook behind.
    arm()
    local f, wrong = load(text, name, 't', environment)
    local without = f and plain(f)
    if without then return load(without, name, 'b', environment) end
    return f, wrong
  end

  local function compile(text, name) return compiled(text, name, env) end
  local function run(f, keys, argv)
    globals.KEYS, globals.ARGV = keys, argv
    current = f
    arm()
    return xpcall(f, where)
  end

  -- The text of what is wrong with a library, or nothing: then host.register has been told of its functions.
  local function loadlibrary(text)
    local f, wrong = compiled(text, '@user_function', libraryenv)
    if not f then return 'Error compiling function: ' .. wrong end
    loading = true
    arm()
    local ok, err = pcall(f)
    loading = false
    if not ok then return 'Error registering functions: ' .. (type(err) == 'table' and tostring(err.err) or 'ERR ' .. tostring(worded(err))) end
  end

  local function call(f, keys, argv)
    runkeys, runargv = keys, argv
    current = f
    arm()
    local ok, result = xpcall(f, where, keys, argv)
    runkeys, runargv = nil, nil
    return ok, result
  end
  return compile, run, loadlibrary, call
end
