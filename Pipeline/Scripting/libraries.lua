-- Libraries that scripts of Redis expect beside Lua's own: bit, struct, cjson, cmsgpack. Returns them in one table; its argument is what
-- stands for JSON's null.

local floor, mathtype, char, byte, sub, format, concat = math.floor, math.type, string.char, string.byte, string.sub, string.format, table.concat
local huge = math.huge

-- bit: 32-bit operations whose results are signed.
local bit = {}
local function u32(x)
  if mathtype(x) == 'float' then x = floor(x % 4294967296) end
  return x & 0xffffffff
end
local function signed(x)
  x = x & 0xffffffff
  return x >= 0x80000000 and x - 0x100000000 or x
end
bit.tobit = function(x) return signed(u32(x)) end
bit.bnot = function(x) return signed(~u32(x)) end
local function fold(f)
  return function(x, ...)
    local r = u32(x)
    for i = 1, select('#', ...) do r = f(r, u32((select(i, ...)))) end
    return signed(r)
  end
end
bit.band = fold(function(a, b) return a & b end)
bit.bor = fold(function(a, b) return a | b end)
bit.bxor = fold(function(a, b) return a ~ b end)
bit.lshift = function(x, n) return signed(u32(x) << (u32(n) & 31)) end
bit.rshift = function(x, n) return signed(u32(x) >> (u32(n) & 31)) end
bit.arshift = function(x, n) return signed(signed(u32(x)) // (1 << (u32(n) & 31))) end
bit.rol = function(x, n)
  x, n = u32(x), u32(n) & 31
  return signed((x << n) | (x >> (32 - n)))
end
bit.ror = function(x, n)
  x, n = u32(x), u32(n) & 31
  return signed((x >> n) | (x << (32 - n)))
end
bit.bswap = function(x)
  x = u32(x)
  return signed((x >> 24) | ((x >> 8) & 0xff00) | ((x << 8) & 0xff0000) | (x << 24))
end
bit.tohex = function(x, n)
  n = n or 8
  local text = format(n < 0 and '%08X' or '%08x', u32(x))
  n = n < 0 and -n or n
  return n >= 8 and text or sub(text, -n)
end

-- struct: string.pack with the letters of Lua's struct library; "x" pads, "s" ends with a zero byte, "c0" takes all or as many as the last number says.
local struct = {}
local function each(fmt)
  local at, endian = 1, '='
  return function()
    while at <= #fmt do
      local letter, digits
      letter, digits, at = fmt:match('^(.)(%d*)()', at)
      if letter == '<' or letter == '>' or letter == '=' then
        endian = letter
        at = at - #digits
      elseif letter == '!' or letter == ' ' then
        endian = endian
      else
        return letter, tonumber(digits), endian
      end
    end
  end
end
local whole = { b = 'i1', B = 'I1', h = 'i2', H = 'I2', l = 'i8', L = 'I8', T = 'I8', f = 'f', d = 'd' }
local function spec(letter, size, endian)
  if letter == 'i' or letter == 'I' then return endian .. letter .. (size or 4) end
  if not whole[letter] then error('invalid format option [' .. letter .. ']', 3) end
  return endian .. whole[letter]
end
struct.pack = function(fmt, ...)
  local out, n = {}, 0
  for letter, size, endian in each(fmt) do
    if letter == 'x' then
      out[#out + 1] = '\0'
    else
      n = n + 1
      local v = select(n, ...)
      if letter == 's' then
        out[#out + 1] = v .. '\0'
      elseif letter == 'c' then
        local count = size or 1
        if count == 0 then count = #v end
        if #v < count then error('string too short', 2) end
        out[#out + 1] = sub(v, 1, count)
      elseif letter == 'f' or letter == 'd' then
        out[#out + 1] = string.pack(spec(letter, size, endian), v)
      else
        v = mathtype(v) == 'float' and floor(v) or v
        local bytes = string.packsize(spec(letter, size, endian))
        -- As C does: only the low bytes are kept.
        if bytes < 8 then v = v & ((1 << (bytes * 8)) - 1) end
        out[#out + 1] = string.pack(endian .. (bytes < 8 and 'I' or 'i') .. bytes, v)
      end
    end
  end
  return concat(out)
end
struct.unpack = function(fmt, data, at)
  local out, n = {}, 0
  at = at or 1
  for letter, size, endian in each(fmt) do
    if letter == 'x' then
      at = at + 1
    elseif letter == 's' then
      local stop = data:find('\0', at, true)
      if not stop then error('unfinished string in data', 2) end
      n = n + 1
      out[n] = sub(data, at, stop - 1)
      at = stop + 1
    elseif letter == 'c' then
      local count = size or 1
      if count == 0 then
        count = out[n]
        if type(count) ~= 'number' then error("format 'c0' needs a previous size", 2) end
        n = n - 1
      end
      if at + count - 1 > #data then error('data string too short', 2) end
      n = n + 1
      out[n] = sub(data, at, at + count - 1)
      at = at + count
    else
      local f = spec(letter, size, endian)
      if at + string.packsize(f) - 1 > #data then error('data string too short', 2) end
      n = n + 1
      out[n], at = string.unpack(f, data, at)
    end
  end
  out[n + 1] = at
  return table.unpack(out, 1, n + 1)
end
struct.size = function(fmt)
  local total = 0
  for letter, size, endian in each(fmt) do
    if letter == 's' or (letter == 'c' and size == 0) then error('variable-size format', 2) end
    total = total + (letter == 'x' and 1 or letter == 'c' and (size or 1) or string.packsize(spec(letter, size, endian)))
  end
  return total
end

-- cjson.
local cjson = { _NAME = 'cjson', _VERSION = '2.1.0' }
local null = ...
cjson.null = null
local depthmax, sparse = 1000, { convert = false, ratio = 2, safe = 10 }
local escapes = { ['"'] = '\\"', ['\\'] = '\\\\', ['/'] = '\\/', ['\b'] = '\\b', ['\f'] = '\\f', ['\n'] = '\\n', ['\r'] = '\\r', ['\t'] = '\\t', ['\127'] = '\\u007f' }
for i = 0, 31 do escapes[char(i)] = escapes[char(i)] or format('\\u%04x', i) end
local function quoted(s) return '"' .. s:gsub('[%c"\\/\127]', escapes) .. '"' end
local function number(v)
  if mathtype(v) == 'integer' then return format(v > -100000000000000 and v < 100000000000000 and '%d' or '%.14g', v) end
  if v ~= v or v == huge or v == -huge then error('Cannot serialise number: must not be NaN or Infinity', 0) end
  return v == floor(v) and v > -1e14 and v < 1e14 and format('%d', v) or format('%.14g', v)
end
-- The length if all keys are positive whole numbers, else nil: cjson's rule of what is an array.
local function arraylength(t)
  local max, count = 0, 0
  for k in pairs(t) do
    if type(k) ~= 'number' or k < 1 or k ~= floor(k) then return nil end
    if k > max then max = k end
    count = count + 1
  end
  if count == 0 then return nil end
  if sparse.ratio > 0 and max > count * sparse.ratio and max > sparse.safe then
    if not sparse.convert then error('Cannot serialise table: excessively sparse array', 0) end
    return nil
  end
  return floor(max)
end
local encode
local function encodetable(t, out, depth)
  if depth > depthmax then error('Cannot serialise, excessive depth (' .. depth .. ')', 0) end
  local length = arraylength(t)
  if length then
    out[#out + 1] = '['
    for i = 1, length do
      if i > 1 then out[#out + 1] = ',' end
      encode(t[i], out, depth)
    end
    out[#out + 1] = ']'
    return
  end
  out[#out + 1] = '{'
  local first = true
  for k, v in pairs(t) do
    if not first then out[#out + 1] = ',' end
    first = false
    if type(k) == 'number' then
      out[#out + 1] = '"' .. number(k) .. '":'
    elseif type(k) == 'string' then
      out[#out + 1] = quoted(k) .. ':'
    else
      error('Cannot serialise table: table key must be a number or string', 0)
    end
    encode(v, out, depth)
  end
  out[#out + 1] = '}'
end
encode = function(v, out, depth)
  local kind = type(v)
  if v == nil or v == null then
    out[#out + 1] = 'null'
  elseif kind == 'string' then
    out[#out + 1] = quoted(v)
  elseif kind == 'number' then
    out[#out + 1] = number(v)
  elseif kind == 'boolean' then
    out[#out + 1] = v and 'true' or 'false'
  elseif kind == 'table' then
    encodetable(v, out, depth + 1)
  else
    error('Cannot serialise ' .. kind .. ': type not supported', 0)
  end
end
cjson.encode = function(...)
  if select('#', ...) ~= 1 then error('expected 1 argument', 2) end
  local out = {}
  encode((...), out, 0)
  return concat(out)
end

local function utf8char(code)
  return utf8.char(code)
end
local plain = { ['"'] = '"', ['\\'] = '\\', ['/'] = '/', b = '\b', f = '\f', n = '\n', r = '\r', t = '\t' }
local function fail(what, found, at) error('Expected ' .. what .. ' but found ' .. found .. ' at character ' .. at, 0) end
local function skip(s, at) return s:find('[^ \t\r\n]', at) or #s + 1 end
local function found(s, at)
  local c = sub(s, at, at)
  if c == '' then return 'T_END' end
  local names = { ['{'] = 'T_OBJ_BEGIN', ['}'] = 'T_OBJ_END', ['['] = 'T_ARR_BEGIN', [']'] = 'T_ARR_END', [','] = 'T_COMMA', [':'] = 'T_COLON', ['"'] = 'T_STRING' }
  return names[c] or (c:match('[%d%-]') and 'T_NUMBER') or 'invalid token'
end
local function decodestring(s, at)
  local out, from = {}, at + 1
  while true do
    local stop = s:find('["\\]', from)
    if not stop then fail('value', 'unexpected end of string', #s + 1) end
    out[#out + 1] = sub(s, from, stop - 1)
    if byte(s, stop) == 34 then return concat(out), stop + 1 end
    local e = sub(s, stop + 1, stop + 1)
    if e == 'u' then
      local code = tonumber(s:match('^%x%x%x%x', stop + 2) or '', 16)
      if not code then fail('value', 'invalid unicode escape code', stop) end
      from = stop + 6
      if code >= 0xd800 and code < 0xdc00 then
        local low = tonumber(s:match('^\\u(%x%x%x%x)', from) or '', 16)
        if not low or low < 0xdc00 or low > 0xdfff then fail('value', 'invalid unicode escape code', stop) end
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        from = from + 6
      end
      out[#out + 1] = utf8char(code)
    elseif plain[e] then
      out[#out + 1] = plain[e]
      from = stop + 2
    else
      fail('value', 'invalid escape code', stop)
    end
  end
end
local decodevalue
local function decodeobject(s, at, depth)
  local t = {}
  at = skip(s, at + 1)
  if sub(s, at, at) == '}' then return t, at + 1 end
  while true do
    if sub(s, at, at) ~= '"' then fail('object key string', found(s, at), at) end
    local k
    k, at = decodestring(s, at)
    at = skip(s, at)
    if sub(s, at, at) ~= ':' then fail('colon', found(s, at), at) end
    t[k], at = decodevalue(s, skip(s, at + 1), depth)
    at = skip(s, at)
    local c = sub(s, at, at)
    if c == '}' then return t, at + 1 end
    if c ~= ',' then fail('comma or object end', found(s, at), at) end
    at = skip(s, at + 1)
  end
end
local function decodearray(s, at, depth)
  local t, n = {}, 0
  at = skip(s, at + 1)
  if sub(s, at, at) == ']' then return t, at + 1 end
  while true do
    n = n + 1
    t[n], at = decodevalue(s, at, depth)
    at = skip(s, at)
    local c = sub(s, at, at)
    if c == ']' then return t, at + 1 end
    if c ~= ',' then fail('comma or array end', found(s, at), at) end
    at = skip(s, at + 1)
  end
end
decodevalue = function(s, at, depth)
  local c = sub(s, at, at)
  if c == '"' then return decodestring(s, at) end
  if c == '{' or c == '[' then
    if depth >= depthmax then error('Found too many nested data structures (' .. depth + 1 .. ')', 0) end
    if c == '{' then return decodeobject(s, at, depth + 1) end
    return decodearray(s, at, depth + 1)
  end
  if sub(s, at, at + 3) == 'true' then return true, at + 4 end
  if sub(s, at, at + 4) == 'false' then return false, at + 5 end
  if sub(s, at, at + 3) == 'null' then return null, at + 4 end
  local text = s:match('^-?%d+%.?%d*[eE]?[+-]?%d*', at)
  local v = text and tonumber(text)
  if not v then fail('value', found(s, at), at) end
  if mathtype(v) == 'integer' and (v > 9007199254740992 or v < -9007199254740992) then v = v + 0.0 end
  return v, at + #text
end
cjson.decode = function(...)
  if select('#', ...) ~= 1 then error('expected 1 argument', 2) end
  local s = tostring((...))
  local v, at = decodevalue(s, skip(s, 1), 0)
  at = skip(s, at)
  if at <= #s then fail('the end', found(s, at), at) end
  return v
end
cjson.encode_sparse_array = function(convert, ratio, safe)
  if convert ~= nil then sparse.convert = convert end
  sparse.ratio, sparse.safe = ratio or sparse.ratio, safe or sparse.safe
  return sparse.convert, sparse.ratio, sparse.safe
end
cjson.encode_max_depth = function(n) depthmax = n or depthmax return depthmax end
cjson.decode_max_depth = cjson.encode_max_depth
cjson.encode_number_precision = function(n) return n or 14 end
cjson.encode_keep_buffer = function(on) return on ~= false end
cjson.encode_invalid_numbers = function() return false end
cjson.decode_invalid_numbers = function() return false end
cjson.new = function() return cjson end

-- cmsgpack: the smallest form that holds a value, as Redis's library chooses.
local cmsgpack = { _NAME = 'cmsgpack', _VERSION = 'lua-cmsgpack 0.4.0' }
local pack, unpack = string.pack, string.unpack
local function packinteger(v)
  if v >= 0 then
    if v <= 0x7f then return char(v) end
    if v <= 0xff then return '\xcc' .. char(v) end
    if v <= 0xffff then return pack('>BI2', 0xcd, v) end
    if v <= 0xffffffff then return pack('>BI4', 0xce, v) end
    return pack('>BI8', 0xcf, v)
  end
  if v >= -32 then return char(v & 0xff) end
  if v >= -128 then return pack('>Bi1', 0xd0, v) end
  if v >= -32768 then return pack('>Bi2', 0xd1, v) end
  if v >= -2147483648 then return pack('>Bi4', 0xd2, v) end
  return pack('>Bi8', 0xd3, v)
end
local function packstring(s)
  local n = #s
  if n < 32 then return char(0xa0 | n) .. s end
  if n <= 0xff then return pack('>BI1', 0xd9, n) .. s end
  if n <= 0xffff then return pack('>BI2', 0xda, n) .. s end
  return pack('>BI4', 0xdb, n) .. s
end
local function header(n, fix, two, four)
  if n <= 15 then return char(fix | n) end
  if n <= 0xffff then return pack('>BI2', two, n) end
  return pack('>BI4', four, n)
end
local packvalue
local function packtable(t, out, depth)
  local count, max, array = 0, 0, true
  for k in pairs(t) do
    count = count + 1
    if type(k) ~= 'number' or k < 1 or k ~= floor(k) then
      array = false
    elseif k > max then
      max = k
    end
  end
  if array and max == count then
    out[#out + 1] = header(count, 0x90, 0xdc, 0xdd)
    for i = 1, count do packvalue(t[i], out, depth) end
    return
  end
  out[#out + 1] = header(count, 0x80, 0xde, 0xdf)
  for k, v in pairs(t) do
    packvalue(k, out, depth)
    packvalue(v, out, depth)
  end
end
packvalue = function(v, out, depth)
  local kind = type(v)
  if kind == 'string' then
    out[#out + 1] = packstring(v)
  elseif kind == 'boolean' then
    out[#out + 1] = v and '\xc3' or '\xc2'
  elseif kind == 'number' then
    if mathtype(v) == 'integer' or (v == floor(v) and v >= -9223372036854775808.0 and v < 9223372036854775808.0) then
      out[#out + 1] = packinteger(floor(v))
    elseif v == unpack('f', pack('f', v)) then
      out[#out + 1] = '\xca' .. pack('>f', v)
    else
      out[#out + 1] = '\xcb' .. pack('>d', v)
    end
  elseif kind == 'table' then
    -- Deeper than this becomes nil, as there.
    if depth == 16 then out[#out + 1] = '\xc0' else packtable(v, out, depth + 1) end
  else
    out[#out + 1] = '\xc0'
  end
end
cmsgpack.pack = function(...)
  local n = select('#', ...)
  if n == 0 then error('MessagePack pack needs input.', 2) end
  local out = {}
  for i = 1, n do packvalue((select(i, ...)), out, 0) end
  return concat(out)
end
local function need(s, at, n)
  if at + n - 1 > #s then error('Missing bytes in input.', 0) end
end
local unpackvalue
local function take(s, at, f, n)
  need(s, at, n)
  return (unpack(f, s, at)), at + n
end
local function takestring(s, at, n)
  need(s, at, n)
  return sub(s, at, at + n - 1), at + n
end
local function takearray(s, at, n, depth)
  local t = {}
  for i = 1, n do t[i], at = unpackvalue(s, at, depth + 1) end
  return t, at
end
local function takemap(s, at, n, depth)
  local t = {}
  for _ = 1, n do
    local k, v
    k, at = unpackvalue(s, at, depth + 1)
    v, at = unpackvalue(s, at, depth + 1)
    if k ~= nil then t[k] = v end
  end
  return t, at
end
local numbers = { [0xcc] = '>I1', [0xcd] = '>I2', [0xce] = '>I4', [0xcf] = '>i8', [0xd0] = '>i1', [0xd1] = '>i2', [0xd2] = '>i4', [0xd3] = '>i8', [0xca] = '>f', [0xcb] = '>d' }
local strings = { [0xd9] = '>I1', [0xda] = '>I2', [0xdb] = '>I4', [0xc4] = '>I1', [0xc5] = '>I2', [0xc6] = '>I4' }
unpackvalue = function(s, at, depth)
  if depth > 1000 then error('Bad data format in input.', 0) end
  need(s, at, 1)
  local b = byte(s, at)
  at = at + 1
  if b <= 0x7f then return b, at end
  if b >= 0xe0 then return b - 256, at end
  if b <= 0x8f then return takemap(s, at, b & 15, depth) end
  if b <= 0x9f then return takearray(s, at, b & 15, depth) end
  if b <= 0xbf then return takestring(s, at, b & 31) end
  if b == 0xc0 then return nil, at end
  if b == 0xc2 or b == 0xc3 then return b == 0xc3, at end
  if numbers[b] then return take(s, at, numbers[b], string.packsize(numbers[b])) end
  if strings[b] then
    local n
    n, at = take(s, at, strings[b], string.packsize(strings[b]))
    return takestring(s, at, n)
  end
  if b >= 0xdc and b <= 0xdf then
    local n
    n, at = take(s, at, (b & 1) == 0 and '>I2' or '>I4', (b & 1) == 0 and 2 or 4)
    if b <= 0xdd then return takearray(s, at, n, depth) end
    return takemap(s, at, n, depth)
  end
  error('Bad data format in input.', 0)
end
local function unpackmany(s, limit, at)
  local out, n = {}, 0
  while at <= #s and (limit == 0 or n < limit) do
    n = n + 1
    out[n], at = unpackvalue(s, at, 0)
  end
  return out, n, at
end
cmsgpack.unpack = function(s)
  local out, n = unpackmany(s, 0, 1)
  return table.unpack(out, 1, n)
end
cmsgpack.unpack_limit = function(s, limit, offset)
  local out, n, at = unpackmany(s, limit, (offset or 0) + 1)
  return at > #s and -1 or at - 1, table.unpack(out, 1, n)
end
cmsgpack.unpack_one = function(s, offset) return cmsgpack.unpack_limit(s, 1, offset) end

return { bit = bit, struct = struct, cjson = cjson, cmsgpack = cmsgpack }
