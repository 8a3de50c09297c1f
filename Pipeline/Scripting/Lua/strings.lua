-- The library "string" as Lua 5.1 had it: fractions are cut off where places are asked for, "%s" takes texts and numbers, and a pattern that matches nothing matches
-- behind each match too.

local arguments = ...
local error, type, select, mathtype = error, type, select, math.type
local find, match, gmatch, gsub, sub, byte, char, rep, format = string.find, string.match, string.gmatch, string.gsub, string.sub, string.byte, string.char, string.rep, string.format
local pack, unpack, concat, huge = table.pack, table.unpack, table.concat, math.huge
local refuse, shown, number, integer, text = arguments.refuse, arguments.shown, arguments.number, arguments.integer, arguments.text
local REPEATMAX = 512 * 1024 * 1024

-- format
local quotes = { ['"'] = '\\"', ['\\'] = '\\\\', ['\n'] = '\\\n', ['\r'] = '\\r', ['\0'] = '\\000' }
local function quoted(v, n) return '"' .. gsub(text(v, n, 'format'), '["\\\n\r%z]', quotes) .. '"' end
local function whole(v, n) return integer(v, n, 'format') end
local converted = {
  d = whole, i = whole, u = whole, c = whole, x = whole, X = whole, o = whole,
  e = false, E = false, f = false, g = false, G = false,
  q = quoted,
  s = function(v, n) return text(v, n, 'format') end,
}
string.format = function(f, ...)
  f = text(f, 1, 'format')
  local args, n, i = { ... }, select('#', ...), 0
  for width, precision, letter in gmatch(f, '%%[-+ #0]*(%d*)%.?(%d*)(.?)') do
    if letter ~= '%' or width ~= '' then
      i = i + 1
      if i > n then refuse(i + 1, 'format', 'no value') end
      local convert = converted[letter]
      if convert == nil then error("invalid option '%" .. letter .. "' to 'format'") end
      if #width > 2 or #precision > 2 then error('invalid format (width or precision too long)') end
      if convert then args[i] = convert(args[i], i + 1) end
      if letter == 'q' then f = gsub(f, '%%q', '%%s', 1) end
    end
  end
  return format(f, unpack(args, 1, n))
end

-- Places and counts.
local function placed(name, f, first)
  string[name] = function(s, i, j)
    if i ~= nil or first == nil then i = integer(i, 2, name) end
    if j ~= nil then j = integer(j, 3, name) end
    return f(s, i == nil and first or i, j)
  end
end
placed('sub', sub)
placed('byte', function(s, i, j) return byte(s, i, j or i) end, 1)
string.char = function(...)
  local codes = pack(...)
  for i = 1, codes.n do codes[i] = integer(codes[i], i, 'char') end
  return char(unpack(codes, 1, codes.n))
end
string.rep = function(s, n, ...)
  s, n = text(s, 1, 'rep'), integer(n, 2, 'rep')
  if n > 0 and (#s + #((...) or '')) * n > REPEATMAX then error('resulting string too large') end
  return rep(s, n, ...)
end

-- Patterns. A search that would begin behind the end begins there.
local function searching(name, f)
  string[name] = function(s, p, from, ...)
    if from == nil then return f(s, p, from, ...) end
    s, from = text(s, 1, name), integer(from, 3, name)
    return f(s, p, from > #s and #s + 1 or from, ...)
  end
end
searching('find', find)
searching('match', match)

-- Whether a pattern may match nothing, and is not tied to the start.
local function isloose(p) return find('', p) ~= nil and sub(p, 1, 1) ~= '^' end

local function captures(s, found)
  if not found[1] then return nil end
  if found.n > 2 then return unpack(found, 3, found.n) end
  return sub(s, found[1], found[2])
end

string.gmatch = function(s, p)
  s, p = text(s, 1, 'gmatch'), text(p, 2, 'gmatch')
  if not isloose(p) then return gmatch(s, p) end
  local at = 1
  return function()
    if at > #s + 1 then return nil end
    local found = pack(find(s, p, at))
    local first, last = found[1], found[2]
    at = not first and #s + 2 or last < first and first + 1 or last + 1
    return captures(s, found)
  end
end
string.gfind = string.gmatch

-- What "%" stands for in a replacement: a capture, or else the letter behind it.
local function plainpercent(repl)
  return (gsub(repl, '%%(.)', function(c) return find(c, '[%d%%]') and '%' .. c or c end))
end

local function replaced(s, found, repl)
  local kind = type(repl)
  local value
  if kind == 'string' then
    return (gsub(repl, '%%(.)', function(c)
      if c == '0' or (c == '1' and found.n == 2) then return sub(s, found[1], found[2]) end
      local n = c:match('%d')
      if n and n + 2 > found.n then error('invalid capture index') end
      return n and shown(found[n + 2]) or c
    end))
  end
  if kind == 'table' then value = repl[(captures(s, found))] else value = repl(captures(s, found)) end
  if not value then return sub(s, found[1], found[2]) end
  if type(value) ~= 'string' and not mathtype(value) then error('invalid replacement value (a ' .. type(value) .. ')') end
  return shown(value)
end

-- Tries the pattern at every place: an empty match behind another one counts.
local function everywhere(s, p, repl, max)
  local out, n, at = {}, 0, 1
  p = '^' .. p
  while n < max do
    local found = pack(find(s, p, at))
    local last = found[2]
    if last then
      n = n + 1
      out[#out + 1] = replaced(s, found, repl)
    end
    if last and last >= at then
      at = last + 1
    elseif at <= #s then
      out[#out + 1] = sub(s, at, at)
      at = at + 1
    else
      break
    end
  end
  return concat(out) .. sub(s, at), n
end

string.gsub = function(s, p, repl, max)
  s, p = text(s, 1, 'gsub'), text(p, 2, 'gsub')
  local kind = type(repl)
  if kind == 'number' then repl, kind = shown(repl), 'string' end
  if kind ~= 'string' and kind ~= 'table' and kind ~= 'function' then refuse(3, 'gsub', 'string/function/table expected') end
  if max ~= nil then max = integer(max, 4, 'gsub') end
  if isloose(p) then return everywhere(s, p, repl, max or huge) end
  if kind == 'string' and find(repl, '%%[^%d]') then repl = plainpercent(repl) end
  return gsub(s, p, repl, max)
end
