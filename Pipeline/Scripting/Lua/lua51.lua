-- Lua 5.1's names and ways, in the tables that Lua 5.4 has for them: what its C library cut off, rounded or took for a text is so here. Numbers were doubles, and whole
-- ones printed without a point; here they are integers wherever a function or a division gives one (chunks.lua says how a division comes here).
-- Returns a function that makes math.random begin its series anew, as it does for each script.

local arguments = ...
local error, type, pairs, ipairs, select, tostring, tonumber = error, type, pairs, ipairs, select, tostring, tonumber
local mathtype, tointeger, modf, huge = math.type, math.tointeger, math.modf, math.huge
local unpack, getmetatable, running = table.unpack, debug.getmetatable, coroutine.running
local refuse, whole, shown, number, integer = arguments.refuse, arguments.whole, arguments.shown, arguments.number, arguments.integer

_G._VERSION = 'Lua 5.1'
print, warn = nil, nil
_G.tostring = shown
_G.gcinfo = function() return tointeger((modf(collectgarbage('count')))) end

local function tableof(t, name)
  if type(t) ~= 'table' then refuse(1, name, 'table expected, got ' .. type(t)) end
  return t
end
_G.pairs = function(t) return pairs(tableof(t, 'pairs')) end
_G.ipairs = function(t) return ipairs(tableof(t, 'ipairs')) end
_G.unpack = function(t, i, j)
  return unpack(tableof(t, 'unpack'), i and integer(i, 2, 'unpack'), j and integer(j, 3, 'unpack'))
end
coroutine.running = function()
  local co, ismain = running()
  return not ismain and co or nil
end

-- Numbers in texts: also what C's strtod takes for one.
local named = { inf = huge, infinity = huge, nan = -(0 / 0) }
_G.tonumber = function(v, ...)
  local base = ...
  if base ~= nil and base ~= 10 then return tonumber(mathtype(v) and shown(v) or v, base) end
  local n = base and tonumber(v) or tonumber(v, ...)
  if n then return whole(n) end
  local sign, word
  if type(v) == 'string' then sign, word = v:lower():match('^%s*([+-]?)(%l+)%s*$') end
  n = named[word or '']
  return n and (sign == '-' and -n or n)
end

-- Division and powers of numbers, and of texts that are numbers.
local function asnumber(v) return mathtype(v) and v or type(v) == 'string' and tonumber(v) end
local function arithmetic(event, f)
  return function(a, b)
    local x, y = asnumber(a), asnumber(b)
    if x and y then return whole(f(x, y)) end
    local meta = type(b) == 'table' and getmetatable(b)
    if meta and meta[event] then return meta[event](a, b) end
    local wrong = a
    if x then wrong = b end
    error('attempt to perform arithmetic on a ' .. type(wrong) .. ' value', 2)
  end
end
local events = {
  __div = arithmetic('__div', function(x, y) return x / y end),
  __pow = arithmetic('__pow', function(x, y) return x ^ y end),
  __metatable = false,
}
debug.setmetatable(0, events)
local oftexts = getmetatable('')
oftexts.__div, oftexts.__pow = events.__div, events.__pow

-- math
for _, name in pairs({ 'sqrt', 'exp', 'sin', 'cos', 'tan', 'asin', 'acos', 'deg', 'rad' }) do
  local f = math[name]
  math[name] = function(x) return whole(f(number(x, 1, name))) end
end
local fmod, log, atan = math.fmod, math.log, math.atan
math.pow = function(x, y) return whole(number(x, 1, 'pow') ^ number(y, 2, 'pow')) end
math.fmod = function(x, y) return whole(fmod(number(x, 1, 'fmod') + 0.0, number(y, 2, 'fmod') + 0.0)) end
math.mod = math.fmod
math.modf = function(x)
  local above, below = modf(number(x, 1, 'modf'))
  return whole(above), whole(below)
end
math.log = function(x, base) return whole(log(x, base)) end
math.log10 = function(x) return whole(log(x, 10)) end
math.atan = function(y, x) return whole(atan(y, x)) end
math.atan2 = function(y, x) return whole(atan(number(y, 1, 'atan2'), number(x, 2, 'atan2'))) end
math.cosh = function(x) return whole((math.exp(x) + math.exp(-x)) / 2) end
math.sinh = function(x) return whole((math.exp(x) - math.exp(-x)) / 2) end
math.tanh = function(x) return whole(math.sinh(x) / math.cosh(x)) end
math.ldexp = function(m, e) return whole(number(m, 1, 'ldexp') * 2.0 ^ integer(e, 2, 'ldexp')) end
math.frexp = function(x)
  x = number(x, 1, 'frexp')
  if x == 0 or x ~= x or x == huge or x == -huge then return x, 0 end
  local e = tointeger(log(x < 0 and -x or x, 2) // 1) + 1
  local m = x / 2.0 ^ e
  if m >= 1 or m <= -1 then return m / 2, e + 1 end
  return m, e
end

-- The 48-bit series of Redis: every script begins at its start.
local series
local function seed(n) series = (n & 0xffffffff) << 16 | 0x330e end
local function next31()
  series = (series * 0x5deece66d + 11) & 0xffffffffffff
  return (series >> 17) % 0x7fffffff / 0x7fffffff
end
math.randomseed = function(n) seed(integer(n, 1, 'randomseed')) end
math.random = function(m, n)
  local r = next31()
  if m == nil then return whole(r) end
  local low, high, place = 1, integer(m, 1, 'random'), 1
  if n ~= nil then low, high, place = high, integer(n, 2, 'random'), 2 end
  if low > high then refuse(place, 'random', 'interval is empty') end
  return tointeger(r * (high - low + 1) // 1) + low
end

-- table
table.getn = function(t) return #tableof(t, 'getn') end
table.setn = function() error("'setn' is obsolete") end
table.maxn = function(t)
  local max = 0
  for k in pairs(tableof(t, 'maxn')) do
    if mathtype(k) and k > max then max = k end
  end
  return max
end
table.foreach = function(t, f)
  for k, v in pairs(tableof(t, 'foreach')) do
    local r = f(k, v)
    if r ~= nil then return r end
  end
end
table.foreachi = function(t, f)
  for i = 1, #tableof(t, 'foreachi') do
    local r = f(i, t[i])
    if r ~= nil then return r end
  end
end

return function() seed(0) end
