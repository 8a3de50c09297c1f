-- The library "cmsgpack" of Redis: lua-cmsgpack 0.4.0. A value gets the smallest form that holds it.

local arguments = ...
local error, type, pairs, select, mathtype, floor = error, type, pairs, select, math.type, math.floor
local char, byte, sub, concat, pack, unpack = string.char, string.byte, string.sub, table.concat, string.pack, string.unpack
local refuse, integer, text, whole = arguments.refuse, arguments.integer, arguments.text, arguments.whole

local cmsgpack = {
  _NAME = 'cmsgpack',
  _VERSION = 'lua-cmsgpack 0.4.0',
  _COPYRIGHT = 'Copyright (C) 2012, Salvatore Sanfilippo',
  _DESCRIPTION = 'MessagePack C implementation for Lua',
}
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
  if n == 0 then refuse(0, 'pack', 'MessagePack pack needs input.') end
  local out = {}
  for i = 1, n do packvalue((select(i, ...)), out, 0) end
  return concat(out)
end
local function need(s, at, n)
  if at + n - 1 > #s then error('Missing bytes in input.') end
end
local unpackvalue
local function take(s, at, f, n)
  need(s, at, n)
  return whole((unpack(f, s, at))), at + n
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
    if k == nil or k ~= k then error('table index is ' .. (k == nil and 'nil' or 'NaN'), 0) end
    t[k] = v
  end
  return t, at
end
local numbers = { [0xcc] = '>I1', [0xcd] = '>I2', [0xce] = '>I4', [0xcf] = '>i8', [0xd0] = '>i1', [0xd1] = '>i2', [0xd2] = '>i4', [0xd3] = '>i8', [0xca] = '>f', [0xcb] = '>d' }
local strings = { [0xd9] = '>I1', [0xda] = '>I2', [0xdb] = '>I4' }
unpackvalue = function(s, at, depth)
  if depth > 1000 then error('Bad data format in input.') end
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
  error('Bad data format in input.')
end
-- Up to so many values from an offset on, none for all; one value before them tells where to go on, or -1 at the end, unless all are asked for.
local function unpackmany(s, limit, offset)
  if limit < 0 or offset < 0 then error('Invalid request to unpack with offset of ' .. offset .. ' and limit of ' .. #s .. '.') end
  if offset > #s then error('Start offset ' .. offset .. ' greater than input length ' .. #s .. '.') end
  local isall = limit == 0 and offset == 0
  local out, n, at = {}, 0, offset + 1
  while at <= #s and (isall or n < limit) do
    n = n + 1
    out[n], at = unpackvalue(s, at, 0)
  end
  if isall then return table.unpack(out, 1, n) end
  return at > #s and -1 or at - 1, table.unpack(out, 1, n)
end
cmsgpack.unpack = function(s) return unpackmany(text(s, 1, 'unpack'), 0, 0) end
cmsgpack.unpack_limit = function(s, limit, offset)
  return unpackmany(text(s, 1, 'unpack_limit'), integer(limit, 2, 'unpack_limit'), offset == nil and 0 or integer(offset, 3, 'unpack_limit'))
end
cmsgpack.unpack_one = function(s, offset)
  return unpackmany(text(s, 1, 'unpack_one'), 1, offset == nil and 0 or integer(offset, 2, 'unpack_one'))
end

return cmsgpack
