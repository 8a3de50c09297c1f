-- The library "struct": values as the bytes of a C struct. "x" is a byte of padding, "s" ends with a zero byte, "c0" takes all or as many as the last number says,
-- "!n" aligns numbers to their size, n at most. Whole numbers keep their low bytes, as in C.

local arguments = ...
local error, tonumber, mathtype, concat, tableunpack = error, tonumber, math.type, table.concat, table.unpack
local sub, find, rep, match, pack, unpack = string.sub, string.find, string.rep, string.match, string.pack, string.unpack
local refuse, number, integer, text, whole = arguments.refuse, arguments.number, arguments.integer, arguments.text, arguments.whole

local struct = {}
local INTMAX, SIZEMAX, ALIGNMENT = 2147483647, 32, 8
local sizes = { b = 1, B = 1, h = 2, H = 2, l = 8, L = 8, T = 8, f = 4, d = 8, x = 1 }

-- The number behind a letter, or the usual one, and where the format goes on.
local function counted(fmt, at, usual)
  local digits, behind = match(fmt, '^(%d+)()', at)
  if not digits then return usual, at end
  if #digits > 10 or tonumber(digits) > INTMAX then error('integral size overflow') end
  return tonumber(digits), behind
end

-- The items of a format, one a call: letter, size, alignment, byte order. The function's name is for errors.
local function items(fmt, name)
  local at, order, align = 1, '<', 1
  return function()
    while at <= #fmt do
      local letter, size = sub(fmt, at, at), nil
      at = at + 1
      if letter == '<' or letter == '>' then
        order = letter
      elseif letter == '!' then
        align, at = counted(fmt, at, ALIGNMENT)
        if align == 0 or align & (align - 1) ~= 0 then error('alignment ' .. align .. ' is not a power of 2') end
      elseif letter ~= ' ' then
        if letter == 'i' or letter == 'I' then
          size, at = counted(fmt, at, 4)
          if size > SIZEMAX then error('integral size ' .. size .. ' is larger than limit of ' .. SIZEMAX) end
        elseif letter == 'c' then
          size, at = counted(fmt, at, 1)
        elseif letter ~= 's' then
          size = sizes[letter]
          if not size and not (name == 'size' and find(letter, '^%w')) then refuse(1, name, "invalid format option '" .. letter .. "'") end
        end
        return letter, size or 0, align, order
      end
    end
  end
end

-- Bytes to be left out before an item that would begin behind so many.
local function padding(total, letter, size, align)
  if size == 0 or letter == 'c' then return 0 end
  if size > align then size = align end
  return (size - (total & (size - 1))) & (size - 1)
end

local function ofwhole(v, size, order)
  if mathtype(v) == 'float' and v >= 2.0 ^ 63 then v = v - 2.0 ^ 64 end
  local low = sub(pack('<i8', integer(v)), 1, size) .. rep('\0', size - 8)
  return order == '<' and low or low:reverse()
end

local function towhole(data, at, size, order, letter)
  if size == 0 then return 0 end
  local low = sub(data, at, at + size - 1)
  if order == '>' then low = low:reverse() end
  local issigned = find(letter, '[bhli]')
  if size < 8 then return (unpack((issigned and '<i' or '<I') .. size, low)) end
  local v = unpack('<i8', low)
  return not issigned and v < 0 and v + 2.0 ^ 64 or v
end

struct.pack = function(fmt, ...)
  local values, out, total, n = { ... }, {}, 0, 1
  local function argument()
    n = n + 1
    return values[n - 1]
  end
  for letter, size, align, order in items(text(fmt, 1, 'pack'), 'pack') do
    local bytes
    if letter == 'x' then
      bytes = '\0'
    elseif letter == 's' or letter == 'c' then
      local v = text(argument(), n, 'pack')
      if size == 0 then size = #v end
      if #v < size then refuse(n + 1, 'pack', 'string too short') end
      bytes = letter == 's' and v .. '\0' or sub(v, 1, size)
    elseif letter == 'f' or letter == 'd' then
      bytes = pack(order .. letter, number(argument(), n, 'pack'))
    else
      bytes = ofwhole(number(argument(), n, 'pack'), size, order)
    end
    local before = padding(total, letter, letter == 's' and 0 or size, align)
    out[#out + 1] = rep('\0', before) .. bytes
    total = total + before + #bytes
  end
  return concat(out)
end

struct.unpack = function(fmt, data, from)
  fmt, data = text(fmt, 1, 'unpack'), text(data, 2, 'unpack')
  from = from == nil and 1 or integer(from, 3, 'unpack')
  if from == 0 then refuse(3, 'unpack', 'offset must be 1 or greater') end
  local out, n, at = {}, 0, from - 1
  local function need(size)
    if at < 0 or at + size > #data then refuse(2, 'unpack', 'data string too short') end
  end
  local function give(v)
    n = n + 1
    out[n] = v
  end
  for letter, size, align, order in items(fmt, 'unpack') do
    at = at + padding(at, letter, size, align)
    need(size)
    if letter == 's' then
      local stop = find(data, '\0', at + 1, true)
      if not stop then error('unfinished string in data') end
      give(sub(data, at + 1, stop - 1))
      at = stop
    else
      if letter == 'c' and size == 0 then
        size = n > 0 and tonumber(out[n])
        if not size then error("format 'c0' needs a previous size") end
        n = n - 1
        need(size)
      end
      if letter == 'c' then
        give(sub(data, at + 1, at + size))
      elseif letter == 'f' or letter == 'd' then
        give(whole((unpack(order .. letter, data, at + 1))))
      elseif letter ~= 'x' then
        give(towhole(data, at + 1, size, order, letter))
      end
      at = at + size
    end
  end
  out[n + 1] = at + 1
  return tableunpack(out, 1, n + 1)
end

struct.size = function(fmt)
  local total = 0
  for letter, size, align in items(text(fmt, 1, 'size'), 'size') do
    if letter == 's' or (letter == 'c' and size == 0) then refuse(1, 'size', "option '" .. letter .. (letter == 'c' and '0' or '') .. "' has no fixed size") end
    total = total + padding(total, letter, size, align) + size
  end
  return total
end

return struct
