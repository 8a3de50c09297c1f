-- The library "bit": 32-bit operations whose results are signed.

local arguments = ...
local mathtype, floor, format, sub, select = math.type, math.floor, string.format, string.sub, select
local number = arguments.number

local bit = {}

-- The low 32 bits. A fraction is rounded to the nearest, halves to the even one.
local function u32(x, n, name)
  x = number(x, n, name)
  if mathtype(x) == 'integer' then return x & 0xffffffff end
  local below = floor(x)
  local rest = x - below
  if rest > 0.5 or (rest == 0.5 and below % 2 == 1) then below = below + 1 end
  below = below % 4294967296
  return below == below and floor(below) or 0
end

local function signed(x)
  x = x & 0xffffffff
  return x >= 0x80000000 and x - 0x100000000 or x
end

local function fold(name, f)
  bit[name] = function(x, ...)
    local r = u32(x, 1, name)
    for i = 1, select('#', ...) do r = f(r, u32((select(i, ...)), i + 1, name)) end
    return signed(r)
  end
end
fold('band', function(a, b) return a & b end)
fold('bor', function(a, b) return a | b end)
fold('bxor', function(a, b) return a ~ b end)

local function shift(name, f)
  bit[name] = function(x, n) return signed(f(u32(x, 1, name), u32(n, 2, name) & 31)) end
end
shift('lshift', function(x, n) return x << n end)
shift('rshift', function(x, n) return x >> n end)
shift('arshift', function(x, n) return signed(x) // (1 << n) end)
shift('rol', function(x, n) return (x << n) | (x >> (32 - n)) end)
shift('ror', function(x, n) return (x >> n) | (x << (32 - n)) end)

bit.tobit = function(x) return signed(u32(x, 1, 'tobit')) end
bit.bnot = function(x) return signed(~u32(x, 1, 'bnot')) end
bit.bswap = function(x)
  x = u32(x, 1, 'bswap')
  return signed((x >> 24) | ((x >> 8) & 0xff00) | ((x << 8) & 0xff0000) | (x << 24))
end
bit.tohex = function(x, n)
  x = u32(x, 1, 'tohex')
  n = n == nil and 8 or signed(u32(n, 2, 'tohex'))
  local text = format(n < 0 and '%08X' or '%08x', x)
  n = n < 0 and -n or n
  return n == 0 and '' or n >= 8 and text or sub(text, -n)
end

return bit
