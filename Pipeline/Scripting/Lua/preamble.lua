-- Runs once in each interpreter, before any script: takes away what a script may not have, brings in the other files here, and closes the globals.
-- "host" has the functions of the store (call, check, checkcommand, log, register, setresp, sha1hex), which never raise, and the compiled files.
-- Returns what the store calls: compile, run, load (a library of functions), call (one of them).

local host, null = ...
local error, type, pairs, next, pcall, xpcall, select, tostring = error, type, pairs, next, pcall, xpcall, select, tostring
local load, setmetatable, rawget, rawset, find, match, sub = load, setmetatable, rawget, rawset, string.find, string.match, string.sub
local getinfo, sethook, create, resume, pack, unpack, concat = debug.getinfo, debug.sethook, coroutine.create, coroutine.resume, table.pack, table.unpack, table.concat
local texts = getmetatable('')
local preamble = getinfo(1, 'S').source

-- Time and memory: looked at every so many instructions, in every coroutine. A script that is straight (chunks.lua) is not watched: it cannot run for long, and a
-- hook costs something before each instruction.
local every = 100000
local mainthread = coroutine.running()
local watch = 'all'
local straight = setmetatable({}, { __mode = 'k' })
local runkeys, runargv
local function look()
  local why = host.check(runkeys, runargv)
  if why then
    -- From here on each instruction ends the script: pcall cannot keep it alive.
    sethook(look, '', 1)
    watch = 'all'
    -- Not in the middle of this file, which puts the state in order.
    if getinfo(2, 'S').source ~= preamble then error({ err = why }, 0) end
  end
end
local function arm()
  if watch ~= 'some' then
    watch = 'some'
    sethook(mainthread, look, '', every)
  end
end
local function disarm()
  if watch ~= 'none' then
    watch = 'none'
    sethook(mainthread)
  end
end

-- The files. All but the last two keep the functions of Lua 5.4 for themselves.
local ours = { [preamble] = true }
for _, file in pairs(host.files) do ours[getinfo(file, 'S').source] = true end
local files = host.files
local arguments = files.arguments()
local worded, compilerworded = files.messages()
local changed, plainescapes = files.chunks(), files.escapes()
local redis = files.redis(host, arguments)
_G.redis, _G.server = redis, redis
_G.bit, _G.struct, _G.cmsgpack = files.bit(arguments), files.struct(arguments), files.cmsgpack(arguments)
local resetjson
_G.cjson, resetjson = files.cjson(arguments, null)
local reseed = files.lua51(arguments)
files.strings(arguments)

-- Where the script is: its frame nearest to the top, of the running coroutine or of another one. Nowhere if a function of these files was called by pcall itself.
local main
local protected = {}
local function place(co)
  local level = co and 0 or 2
  while true do
    local info
    if co then info = getinfo(co, level, 'Slf') else info = getinfo(level, 'Slf') end
    if not info then break end
    if protected[info.func] then return nil end
    if info.what ~= 'C' and not ours[info.source] then return info.source, info.currentline end
    level = level + 1
  end
  -- The frame of a function that ended in a tail call is gone: the line is known if there is but one.
  local lines = main and getinfo(main, 'L').activelines
  local first = lines and next(lines)
  if first and not next(lines, first) then return getinfo(main, 'S').source, first end
end

-- An error as the script sees it: what was raised in these files was raised where it called them.
local function asseen(err, co)
  if type(err) ~= 'string' then return err end
  local file, message = match(err, '^(%w+):%d+: (.*)$')
  if file and ours['@' .. file] then
    local source, line = place(co)
    err = source and sub(source, 2) .. ':' .. line .. ': ' .. message or message
  end
  return worded(err)
end

coroutine.create = function(f)
  if type(f) ~= 'function' then arguments.refuse(1, 'create', 'Lua function expected') end
  local co = create(f)
  sethook(co, look, '', every)
  return co
end
local function resumed(co, ok, ...)
  if ok then return true, ... end
  return false, asseen(..., co)
end
coroutine.resume = function(co, ...) return resumed(co, resume(co, ...)) end
coroutine.wrap = function(f)
  if type(f) ~= 'function' then arguments.refuse(1, 'wrap', 'Lua function expected') end
  local co = coroutine.create(f)
  return function(...)
    local results = pack(coroutine.resume(co, ...))
    if not results[1] then error(results[2], 2) end
    return unpack(results, 2, results.n)
  end
end

-- What a script may not have.
local clock = os.clock
io, package, require, dofile, loadfile, debug = nil, nil, nil, nil, nil, nil
string.dump = nil
os = { clock = clock }

-- Scripts see the globals through tables that cannot be written to. What stands behind such a table is never given away.
local behind = setmetatable({}, { __mode = 'k' })
local READONLY = 'Attempt to modify a readonly table'
local function refuse() error(READONLY, 2) end
local function absent(_, k, level) error("Script attempted to access nonexistent global variable '" .. tostring(k) .. "'", level or 2) end
local guard = setmetatable({}, { __newindex = refuse, __metatable = false })
behind[guard] = {}
local function close(t, missing)
  -- What is there is found without a call of a function.
  if missing then setmetatable(t, { __index = absent }) end
  local view = setmetatable({}, {
    __index = t,
    __newindex = refuse,
    __pairs = function(view) return function(_, k) return next(t, k) end, view, nil end,
    __len = function() return #t end,
    __metatable = guard,
  })
  behind[view] = t
  return view
end

local globals = {}
for k, v in pairs(_G) do
  globals[k] = type(v) == 'table' and k ~= '_G' and close(v) or v
end
texts.__metatable = guard
globals.next = function(t, k) return next(behind[t] or t, k) end
globals.rawget = function(t, k) return rawget(behind[t] or t, k) end
globals.rawset = function(t, k, v)
  if behind[t] then error(READONLY, 0) end
  return rawset(t, k, v)
end
globals.setmetatable = function(t, m, ...)
  if behind[t] then error(READONLY, 0) end
  -- A finalizer would run where no hook can end it; Lua 5.1 had none for tables.
  local finalizer = type(m) == 'table' and rawget(m, '__gc')
  if finalizer then m.__gc = nil end
  setmetatable(t, m, ...)
  if finalizer then m.__gc = finalizer end
  return t
end
-- The handler runs when the error has unwound: inside it no hook could end a handler that loops.
globals.xpcall = function(f, handler, ...)
  local results = pack(xpcall(f, asseen, ...))
  if results[1] then return unpack(results, 1, results.n) end
  return false, handler(results[2])
end
-- As Redis's: an error of redis.call is caught as its text.
local function caught(err)
  if type(err) == 'table' and type(rawget(err, 'err')) == 'string' then return err.err end
  return asseen(err)
end
globals.pcall = function(f, ...)
  local results = pack(xpcall(f, caught, ...))
  return unpack(results, 1, results.n)
end
protected[globals.pcall], protected[globals.xpcall] = true, true

-- Compiling: the chunk is changed as chunks.lua says.
local function compile(text, name, environment)
  -- A script that was ended has left its hook behind.
  arm()
  local f, wrong = load(text, name, 't', environment)
  if not f and find(wrong, 'invalid escape sequence', 1, true) then f = load(plainescapes(text), name, 't', environment) end
  if not f then return nil, compilerworded(wrong) end
  local without, isstraight = changed(f)
  f = without and load(without, name, 'b', environment) or f
  straight[f] = isstraight or nil
  return f
end
-- load and loadstring for an environment.
local function loader(environment)
  local function fromtext(text, name)
    text = arguments.text(text, 1, 'loadstring')
    return compile(text, name or text, environment)
  end
  local function fromparts(chunk, name, _, own)
    if type(chunk) ~= 'function' then return compile(arguments.text(chunk, 1, 'load'), name or chunk, own or environment) end
    local parts = {}
    for part in chunk do
      if part == '' then break end
      parts[#parts + 1] = part
    end
    return compile(concat(parts), name or '=(load)', own or environment)
  end
  return fromparts, fromtext
end
local env = close(globals, true)
globals._G = env
globals.load, globals.loadstring = loader(env)

-- As Redis's __redis__err__handler: where the script was when it failed.
local function where(err)
  local source, line = place()
  if type(err) ~= 'table' then err = { err = 'ERR ' .. tostring(asseen(err)) } end
  err.source, err.line = source, line
  return err
end

local function begin(f)
  main = f
  resetjson()
  reseed()
  if straight[f] then disarm() else arm() end
end

local function run(f, keys, argv)
  globals.KEYS, globals.ARGV = keys, argv
  begin(f)
  return xpcall(f, where)
end

local libraryenv, library = files.functions(host, arguments, close, absent, redis, globals, loader)

-- The text of what is wrong with a library, or nothing: then host.register has been told of its functions.
local function loadlibrary(text)
  local f, wrong = compile(text, '@user_function', libraryenv)
  if not f then return 'Error compiling function: ' .. wrong end
  library.loading = true
  begin(f)
  local ok, err = xpcall(f, function(e) return type(e) == 'table' and e or asseen(e) end)
  library.loading = false
  if not ok then return 'Error registering functions: ' .. (type(err) == 'table' and tostring(err.err) or 'ERR ' .. tostring(err)) end
end

local function call(f, keys, argv)
  runkeys, runargv = keys, argv
  begin(f)
  local ok, result = xpcall(f, where, keys, argv)
  runkeys, runargv = nil, nil
  return ok, result
end

return function(text, name) return compile(text, name, env) end, run, loadlibrary, call
