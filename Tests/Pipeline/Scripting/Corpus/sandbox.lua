-- What scripts do not have, and what they cannot change.
x = 1
x = nil
_G.x = 1
_G['x'] = 1
rawset(_G, 'x', 1)
return rawget(_G, 'x')
return rawget(_G, 'redis') ~= nil
setmetatable(_G, {})
setmetatable(_G, nil)
return type(getmetatable(_G))
getmetatable(_G).__index = nil
getmetatable(_G).__newindex = nil
redis = nil
redis.call = nil
redis.x = 1
rawset(redis, 'x', 1)
string.x = 1
string.format = nil
rawset(string, 'x', 1)
table.x = 1
math.pi = 3
cjson.encode = nil
bit.band = nil
coroutine.create = nil
getmetatable('').__index = nil
getmetatable('').x = 1
setmetatable(string, {})
setmetatable(redis, {})
table.insert(_G, 1)
table.insert(redis, 1)
table.insert(KEYS, 'k') return #KEYS
return type(io)
return type(debug)
return type(package)
return type(require)
return type(dofile)
return type(loadfile)
return type(print)
return type(module)
return type(load)
return type(loadstring)
return type(newproxy)
return type(getfenv)
return type(setfenv)
return type(collectgarbage)
return type(jit)
return type(arg)
return type(redis)
return type(redis.call)
return type(redis.pcall)
return type(redis.sha1hex)
return type(redis.error_reply)
return type(redis.status_reply)
return type(redis.setresp)
return type(redis.log)
return type(redis.set_repl)
return type(redis.replicate_commands)
return type(redis.breakpoint)
return type(redis.debug)
return type(redis.acl_check_cmd)
return type(redis.register_function)
return type(redis.nosuch)
return type(redis.REDIS_VERSION)
return type(redis.REDIS_VERSION_NUM)
return redis.LOG_DEBUG
return redis.LOG_VERBOSE
return redis.LOG_NOTICE
return redis.LOG_WARNING
return redis.REPL_ALL
return redis.REPL_AOF
return redis.REPL_SLAVE
return redis.REPL_REPLICA
return redis.REPL_NONE
return redis.NOSUCH
local n = 0 for k in pairs(redis) do n = n + 1 end return n
local t = {} for k in pairs(redis) do t[#t + 1] = k end table.sort(t) return t
local t = {} for k in pairs(bit) do t[#t + 1] = k end table.sort(t) return t
local t = {} for k in pairs(cjson) do t[#t + 1] = k end table.sort(t) return t
local t = {} for k in pairs(cmsgpack) do t[#t + 1] = k end table.sort(t) return t
local t = {} for k in pairs(struct) do t[#t + 1] = k end table.sort(t) return t
local n = 0 for k in pairs(_G) do n = n + 1 end return n > 10
for k, v in pairs(_G) do if type(k) ~= 'string' then return k end end return 'all text'
local ok = pcall(function() x = 1 end) return tostring(ok)
local f = loadstring('y = 1') return {pcall(f)}
local env = {} local f = loadstring('return 1') return f()
return tostring(_G._G == _G)
return tostring(_G.redis == redis)
local redis = {call = function() return 'mine' end} return redis.call()
local string = {} return type(string.format)
local KEYS = {'own'} return KEYS[1]
local pairs = nil return type(pairs)
return type(string.gmatch)
return tostring(rawequal(redis, redis))
return #redis
return tostring(next(redis) ~= nil)
local r = redis return r.call('ping').ok
local call = redis.call return call('ping').ok
