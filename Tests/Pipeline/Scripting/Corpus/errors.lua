-- Errors: of commands, of scripts, raised and caught.
error('boom')
error('boom', 0)
error('boom', 1)
error('boom', 2)
error()
error(nil)
error(true)
error({err = 'MY error'})
error({err = 'My error text'})
error({err = ''})
error({err = 5})
error({err = 'ERR a\r\nb'})
error(redis.error_reply('MINE x'))
error(redis.error_reply('ERR x'))
error('multi\nline')
local function f() error('in f') end f()
local function f() error('in f', 2) end f()
return redis.call('nosuch')
return redis.call('nosuch', 'a')
return redis.call('get')
return redis.call()
return redis.call('incr', 'notnumber') and redis.call('set', 'notnumber', 'x')
redis.call('set', 'notnumber', 'x') return redis.call('incr', 'notnumber')
return redis.pcall('incr', 'notnumber')
return redis.pcall('incr', 'notnumber').err
return redis.pcall('incr', 'notnumber').ok
return redis.pcall('nosuch')
return redis.pcall('nosuch').err
return redis.pcall('get').err
return redis.pcall('get', {}).err
return redis.pcall().err
return redis.call('lpush', 'notnumber', 1)
return redis.pcall('lpush', 'notnumber', 1)
return {pcall(redis.call, 'lpush', 'notnumber', 1)}
return {pcall(redis.call, 'nosuch')}
return {pcall(redis.pcall, 'nosuch')}
return {pcall(redis.call)}
local ok, e = pcall(redis.call, 'nosuch') return type(e)
local ok, e = pcall(redis.call, 'nosuch') return e.err
local ok, e = pcall(function() return redis.call('nosuch') end) return e
local ok, e = pcall(function() local x = redis.call('nosuch') return x end) return e
local ok, e = pcall(function() error('text') end) return e
local ok, e = pcall(function() error({err = 'T x'}) end) return e
local ok, e = pcall(function() error({err = 'T x'}) end) return type(e)
local ok, e = pcall(function() error({code = 7}) end) return e.code
local ok, e = pcall(function() local x = nil return x.y end) return e
local ok, e = pcall(function() return nosuchglobal end) return e
local ok, e = pcall(function() newglobal = 1 end) return e
local ok, e = pcall(error) return tostring(e)
local ok, e = pcall(string.rep, 'x', -1) return e
local ok, e = pcall(redis.log) return e
local ok, e = pcall(redis.sha1hex) return e
local ok, e = pcall(redis.setresp, 5) return e
local ok, e = pcall(function() redis.call('incr', 'notnumber') end) error(e)
local ok, e = pcall(function() redis.call('incr', 'notnumber') end) return redis.error_reply(e)
local r = redis.pcall('incr', 'notnumber') if r.err then return redis.error_reply(r.err) end
local r = redis.pcall('incr', 'notnumber') if r['err'] then return r end
local r = redis.pcall('incr', 'notnumber') error(r)
local r = redis.pcall('incr', 'notnumber') error(r.err)
local x = redis.call('incr', 'notnumber') return x
¶redis.call('incr', 'notnumber')
¶¶error('third line')
local x = 1¶local y = nil¶return x + y
if true then¶  redis.call('nosuch')¶end
local function f()¶  return redis.call('nosuch')¶end¶return f()
local function f()¶  local x = redis.call('nosuch')¶  return x¶end¶local y = f()¶return y
return xpcall(function() redis.call('nosuch') end, function(e) return e end)
return {xpcall(function() redis.call('nosuch') end, function(e) return type(e) end)}
return {xpcall(function() error('x') end, function(e) return 'h ' .. tostring(e) end)}
local t = nil; return t.x
local t = nil; t.x = 1
local t = {}; return t.x.y
local t = {}; t.x.y = 1
local t = {a = {}} return t.a.b.c
local t = nil return t[1]
local t = nil return t()
local t = {} t.f()
local t = {} t:f()
local s = 'x' s:nosuch()
local s = 'x' return s.y.z
nosuch()
nosuch.f()
return nosuch
return _G.nosuch
return _G['nosuch']
local x = 5 return x.y
local x = 5 x.y = 1
local x = 5 x()
local x = true return x + 1
local x = {} return x + 1
local x = {} return 1 + x
local x return 1 + x
local x = {} return x .. 'a'
local x return 'a' .. x
local t = {} return 'a' .. t.b
return 'a' .. KEYS[9]
return 1 + KEYS[9]
return KEYS[9] .. 'x'
return KEYS.x.y
local x = {} return -x
local x return #x
local x = 5 return #x
local x, y = 1, 'a' return x < y
local x, y = {}, {} return x < y
local x, y = nil, 1 return x < y
local x, y = 1 return x > y
local x = {} return x < 1
local x return x % 2
local t = {} return t.count + 1
local t = {} t.n = t.n + 1
return math.floor(nil)
return math.floor('x')
return tonumber({}) + 1
return string.rep('x', {})
return string.sub('x', {})
return table.concat(nil)
return table.concat({{}})
return table.insert(nil, 1)
return table.insert({}, 'x', 1)
return table.sort({3, 2, 1}, 5)
return table.sort({3, 'x'})
for k, v in pairs(nil) do end
for k, v in ipairs(nil) do end
for k, v in pairs(redis.call('get', 'missing')) do end
for i = 1, 'x' do end
for i = 1, nil do end
for i = nil, 1 do end
for i = 1, 2, 'x' do end
return setmetatable(nil, {})
return getmetatable()
return select()
return type()
return rawset(nil, 1, 2)
return rawget(nil, 1)
return next(nil)
return unpack(nil)
return coroutine.resume(nil)
return coroutine.create(5)
return coroutine.wrap(nil)
return redis.sha1hex()
return redis.sha1hex(1, 2)
return redis.log()
return redis.log(1)
return redis.log('x', 'y')
return redis.log(9, 'y')
return redis.log(-1, 'y')
return redis.log(1.5, 'y')
return redis.error_reply()
return redis.error_reply(5)
return redis.error_reply({})
return redis.error_reply('a', 'b')
return redis.error_reply('My Error')
return redis.error_reply('-My Error')
return redis.error_reply('ERR text')
return redis.error_reply('')
return redis.error_reply('single')
return redis.error_reply('a\r\nb')
return redis.error_reply('x').err
return redis.error_reply('My x').err
return redis.error_reply('-My x').err
return redis.status_reply()
return redis.status_reply(5)
return redis.status_reply({})
return redis.status_reply('a', 'b')
return redis.status_reply('FINE')
return redis.status_reply('')
return redis.status_reply('x').ok
return redis.setresp()
return redis.setresp('3')
return redis.setresp(1)
return redis.setresp(3.5)
return redis.setresp({})
return redis.setresp(2, 3)
return 1 +
return
return return
x = = 1
local 1
if x then
end
for
while true do
function
local function end
return (1
return {1
return 'a
return [[a
return "a
return ]]
}
)
return 1 2
local x = 1 x
x +
x.y
1
'a'
return @
return $
return #
return !
local x != 1
x++
x += 1
return a ? b : c
if x = 1 then end
repeat
until true
else
elseif
then
do
do local x end end
return 0x
return 1e
return 1..2
return 1.2.3
return 08
return 0b1
return --[[ c
--[[ unfinished
return 1 --[[ c ]]
return 1 -- comment
return 1;
return 1;;
local function f(a, a) return a end return f(1, 2)
local a, b, a = 1, 2, 3 return a
f = function() end
function f() end
function redis.x() end
local t = {} function t.f() return 1 end return t.f()
local t = {} function t:f() return self == t end return t:f()
