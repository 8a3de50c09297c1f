-- Tables, iteration, closures, varargs, coroutines.
return #{1, 2, 3}
return #{}
return table.getn({1, 2, 3})
return table.maxn({1, 2, 3})
return table.maxn({[10]=1, [2.5]=2})
return table.maxn({})
return table.maxn({[-1]=1})
return table.concat({1, 2, 3}, ',')
return table.concat({'a', 'b'})
return table.concat({1, 2, 3}, ',', 2)
return table.concat({1, 2, 3}, ',', 2, 3)
return table.concat({1, 2, 3}, ',', 3, 2)
return table.concat({1.5, 10/2, 2^40}, ' ')
return table.concat({1, {}, 3})
return table.concat({1, nil, 3}, ',', 1, 3)
return table.concat({true})
return table.concat({}, ',')
return table.concat({1, 2}, 3)
return table.concat('x')
local t = {3, 1, 2} table.sort(t) return t
local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return t
local t = {'b', 'a', 'C'} table.sort(t) return t
local t = {3, 'x', 2} table.sort(t) return t
local t = {1, 2} table.insert(t, 3) return t
local t = {1, 2} table.insert(t, 1, 0) return t
local t = {1, 2} table.insert(t, 3, 9) return t
local t = {1, 2} table.insert(t) return t
local t = {1, 2} table.insert(t, 1, 2, 3) return t
local t = {1, 2} return table.insert(t, 3) == nil
local t = {1, 2, 3} return {table.remove(t), #t}
local t = {1, 2, 3} return {table.remove(t, 1), t[1], #t}
local t = {} return table.remove(t) == nil
return type(table.foreach)
return type(table.setn)
table.setn({}, 3)
local s = '' table.foreach({a=1}, function(k, v) s = s .. k .. v end) return s
local s = '' table.foreachi({5, 6}, function(k, v) s = s .. k .. v end) return s
return table.foreach({5, 6}, function(k, v) return v end)
return {unpack({1, 2, 3})}
return {unpack({1, 2, 3}, 2)}
return {unpack({1, 2, 3}, 2, 3)}
return {unpack({1, nil, 3}, 1, 3)}
return {unpack({}, 1, 3)}
return select('#', unpack({}, 1, 3))
return unpack({})
return {unpack({1, 2}, '1', '2')}
return unpack(5)
return {unpack({1,2,3}, -1, 1)}
return #{unpack({}, 1, 7000)}
return {unpack({}, 1, 1e8)}
return {select(2, 'a', 'b', 'c')}
return {select(-1, 'a', 'b', 'c')}
return select('#')
return select('#', nil, nil)
return {select(4, 'a')}
return select(0, 'a')
return select(-5, 'a')
return select('x', 'a')
return {(function(...) return ... end)(1, 2, 3)}
return (function(...) return select('#', ...) end)(nil, nil)
return (function(...) local a, b = ... return b end)(1, 2)
return (function(...) return #{...} end)(1, 2, 3)
local s = '' for k, v in pairs({10, 20}) do s = s .. k .. '=' .. v .. ' ' end return s
local s = '' for k, v in ipairs({10, 20, nil, 40}) do s = s .. k .. '=' .. v .. ' ' end return s
local n = 0 for _ in pairs({a=1, b=2, 3}) do n = n + 1 end return n
return next({})
return {next({5})}
return next({}, 'x')
return pairs(nil)
return ipairs(nil)
for i in 5 do end
for k, v in nil do end
for k, v in {} do end
local t = {} t[nil] = 1
local t = {} t[0/0] = 1
local t = {} return t[nil] == nil
local t = {n = {m = 5}} return t.n.m
local t = {} t.a = 1 t['b'] = 2 t[3] = 3 return {t.a, t.b, t[3]}
local t = {[1]='a', 'b'} return t[1]
local t = {1, 2, 3, nil} return #t
return rawget({a=1}, 'a')
return rawset({}, 'a', 1).a
return tostring(rawequal({}, {}))
local t = setmetatable({}, {__index = {x = 1}}) return t.x
local t = setmetatable({}, {__index = function(t, k) return k .. '!' end}) return t.foo
local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.a = 4 return t.a
local t = setmetatable({}, {__call = function(self, x) return x + 1 end}) return t(4)
local t = setmetatable({}, {__tostring = function() return 'shown' end}) return tostring(t)
local t = setmetatable({}, {__eq = function() return true end}) return tostring(t == setmetatable({}, getmetatable(t)))
local m = {__add = function(a, b) return 7 end} return setmetatable({}, m) + 1
local m = {__concat = function(a, b) return 'joined' end} return setmetatable({}, m) .. 'x'
local m = {__unm = function() return 'neg' end} return -setmetatable({}, m)
local m = {__lt = function() return true end} return tostring(setmetatable({}, m) < setmetatable({}, m))
local m = {__le = function() return true end} return tostring(setmetatable({}, m) <= setmetatable({}, m))
local m = {__div = function() return 'd' end} return setmetatable({}, m) / 2
local m = {__mod = function() return 'm' end} return setmetatable({}, m) % 2
local m = {__pow = function() return 'p' end} return setmetatable({}, m) ^ 2
local m = {__metatable = 'locked'} return getmetatable(setmetatable({}, m))
local t = setmetatable({}, {__metatable = 1}) setmetatable(t, {})
return getmetatable({}) == nil
return type(getmetatable('x'))
setmetatable(5, {})
setmetatable({}, 5)
local t = setmetatable({}, {__pairs = function() return function() end end}) local n = 0 for _ in pairs(t) do n = n + 1 end return n
local t = setmetatable({}, {__mode = 'k'}) return type(t)
local f = function(n) if n < 2 then return n end end return f(1)
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end return fib(15)
local function count(n) if n == 0 then return 'end' end return count(n - 1) end return count(10000)
local function deep(n) return 1 + deep(n + 1) end return deep(1)
local i = 0 while true do i = i + 1 if i > 5 then break end end return i
local i = 0 repeat local j = i i = i + 1 until j >= 3 return i
local a, b, c = (function() return 1, 2, 3 end)() return {a, b, c}
local a, b = 1 return {a, tostring(b)}
do local x = 1 end return type(x)
if nil then return 1 elseif 0 then return 2 else return 3 end
return not nil
return tostring(not 0)
return 1 and 2
return nil or 'x'
return false == nil
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end) local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 10) return {x, y, coroutine.status(co)}
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) return {gen(), gen(), gen()}
local co = coroutine.create(function() error('inside') end) local ok, e = coroutine.resume(co) return {tostring(ok), e}
local co = coroutine.create(function() error({code = 5}) end) local ok, e = coroutine.resume(co) return {tostring(ok), e.code}
local f = coroutine.wrap(function() error('inside') end) f()
local co = coroutine.create(function() end) coroutine.resume(co) return {coroutine.status(co), select(2, coroutine.resume(co))}
return type(coroutine.running())
return tostring(coroutine.running())
coroutine.yield(1)
local co = coroutine.create(function() return redis.call('ping') end) return select(2, coroutine.resume(co))
local co = coroutine.wrap(function() return redis.pcall('nosuch') end) return co()
return loadstring('return 1 + 1')()
return type(loadstring('return 1 +'))
return select(2, loadstring('return 1 +'))
return select(2, loadstring('x ='))
return loadstring('return ...')(7)
return loadstring('return KEYS[1]')()
return select(2, loadstring('return 1 +', 'named'))
return select(2, loadstring('return 1 +', '@named'))
return select(2, loadstring('return 1 +', '=named'))
return load(function() return nil end) ~= nil
local n = 0 return load(function() n = n + 1 return ({'return ', '42'})[n] end)()
return loadstring(5)
return type(assert(loadstring('return 1')))
return {pcall(loadstring('error("x")'))}
return type(setfenv)
return type(getfenv)
setfenv(1, {})
local f = function() return x end setfenv(f, {x = 5}) return f()
return type(getfenv())
return getfenv(1) == _G
return type(newproxy)
return type(gcinfo)
return type(collectgarbage('count'))
return collectgarbage()
return collectgarbage('collect')
return type(collectgarbage('step'))
return collectgarbage('nosuch')
return type(print)
return type(xpcall)
return type(warn)
return _VERSION
return type(_G)
return type(module)
return {assert(1, 2)}
assert(false)
assert(nil, 'message')
assert()
return {xpcall(function() return 1, 2 end, function() end)}
return {xpcall(function() error('a') end, function(e) return 'handled ' .. e end)}
return {xpcall(function() error({1}) end, function(e) return type(e) end)}
return {pcall(function() return 1, 2 end)}
return {pcall(error, 'x')}
return {pcall(error)}
return {pcall(error, nil)}
return {pcall(error, {5})}
return {pcall(error, 'x', 0)}
return {pcall(error, 'x', 1)}
return pcall()
return {pcall(5)}
return {pcall(nil)}
