-- All bodies that answer otherwise than in Redis, by reason. One that answers alike does not belong here, and fails the test.

-- Whole numbers keep 64 bits here, where Redis's doubles keep 53 and are shown with 14 digits.
return tostring(100000000000000)
return tostring(123456789012345)
return tostring(1234567890123456)
return tostring(9007199254740993)
return tostring(tonumber('9223372036854775807'))
return tonumber('9223372036854775807') == 2^63
return string.format('%s', 123456789012345)

-- A remainder of zero and a loop of step zero are errors in Lua 5.4; digits of another base have a sign.
return tostring(5 % 0 ~= 5 % 0)
return tostring(tonumber('-101', 2))
for i = 1, 10, 0 do return i end return 'none'

-- Zero has no sign among whole numbers.
return cjson.encode(-0.0)
return tostring(0 * -1)
return tostring(math.ceil(-0.5))
return tostring(-0.0)
return redis.call('set', KEYS[1], -0.0) and redis.call('get', KEYS[1])

-- Lua 5.4 has more: operators, words, escapes, functions, arguments; semicolons may stand alone. A script that works in Redis does not meet them, unless a name of its own is "goto".
;
;;
return type(math.maxinteger)
return type(math.tointeger)
return type(math.type)
return type(math.ult)
return 1 // 2
return 1 & 2
return 1 | 2
return 1 ~ 2
return ~1
return 1 << 2
return type(os)
return type(os.clock)
return type(os.time)
return type(os.exit)
return type(os.execute)
return type(os.getenv)
return type(server)
return type(string.pack)
return type(string.unpack)
return type(string.packsize)
return type(string.dump)
return '\x41'
return '\u{41}'
return '\z  a'
return type(table.pack)
return type(table.unpack)
return type(table.move)
return type(rawlen)
return rawlen({1})
local a <const> = 5 return a
goto done ::done:: return 1
local goto = 5 return goto
return type(coroutine.isyieldable)
return type(coroutine.close)
return type(load('return 1'))
return load('return 1')()
return select(2, load(5))
return type(utf8)
assert(false, {err = 'MY table'})
return {xpcall(function(...) return select('#', ...) end, function() end, 1, 2)}

-- string.dump would show how compiled code looks.
return pcall(string.dump, function() end)

-- A function with "..." has no table "arg"; the operator # asks a metatable; setmetatable takes one argument for a table and nil.
return (function(...) return arg and arg.n or 'none' end)(1, 2)
local m = {__len = function() return 42 end} return #setmetatable({}, m)
setmetatable({})

-- Places outside a list are refused by table.insert and table.remove.
local t = {1, 2} table.insert(t, 5, 9) return #t
local t = {1, 2} table.insert(t, 0, 9) return {#t, t[0] or 'none'}
local t = {} return select('#', table.remove(t))
local t = {1, 2, 3} return {tostring(table.remove(t, 7)), #t}
local t = {1, 2, 3} return {tostring(table.remove(t, 4)), #t}

-- An argument that is left out is called nil, not "no value", by the functions that are written in Lua here; they count themselves in when they are called as methods, and keep their name when pcall calls them.
return bit.tobit()
return bit.band()
return bit.lshift(1)
return bit.tohex()
return cmsgpack.unpack()
return {cmsgpack.unpack_one()}
return {cmsgpack.unpack_limit('\1\2\3')}
local ok, e = pcall(string.rep) return e
local ok, e = pcall(string.format, '%d', 'x') return e
return ('x'):rep('y')
return string.sub()
return ipairs()
return tostring(tonumber())
return math.max()
return string.format()
return string.sub('hello')
return tostring()
return string.rep('x')
return string.rep()
return struct.pack()
return {struct.unpack('B')}
return {struct.unpack()}
return struct.size()
return unpack()
return pairs()
return loadstring()
return xpcall(function() error('a') end)
return {pcall(error, 'x', 2)}

-- The variable is not named where a division, a power, or a text in arithmetic fails.
local x return x / 2
local x return 2 / x
local x = {} return x ^ 2
local x = 'a' return x / 2
local x = 'a' return x - 1
local t = {} return t.count / 2
return ARGV[1] + 1

-- error does not put a place before a number.
error(5)
error(1.5)

-- The compiler's words differ.
break
return '\300'

-- Flags that printf would not use are refused.
return string.format('%-+ #0d', 5)

-- A table of an error holds its text alone.
return cjson.encode(redis.pcall('nosuch'))
local n = 0 for k in pairs(redis.pcall('nosuch')) do n = n + 1 end return n

-- Since 7.2 doubles are written in their shortest form.
redis.setresp(3) return {double = 0.1}

-- Sums, differences and products of fractions that come out whole are shown with a point by "..", the one place where Lua 5.4 prints by itself.
local half = 0.5 return half + half .. ''
local half = 0.5 return half * 4 .. ''

-- "%s" shows a text whole, where C ends it at a zero byte.
return string.format('%s', 'a\0b')
