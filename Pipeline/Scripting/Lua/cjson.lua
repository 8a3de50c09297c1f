-- The library "cjson" of Redis: lua-cjson 2.1.0, with a configuration of its own for each module that cjson.new makes.
-- Returns what makes a module, and gives back a second function that sets its configuration as it was.

local arguments, null = ...
local error, type, pairs, select, tonumber, mathtype, floor, huge = error, type, pairs, select, tonumber, math.type, math.floor, math.huge
local char, byte, sub, find, gsub, match, lower, format, concat = string.char, string.byte, string.sub, string.find, string.gsub, string.match, string.lower, string.format, table.concat
local utf8char = utf8.char
local refuse, integer, text, whole = arguments.refuse, arguments.integer, arguments.text, arguments.whole
local INTMAX = 2147483647

-- Encoding.
local escapes = { ['"'] = '\\"', ['\\'] = '\\\\', ['/'] = '\\/', ['\b'] = '\\b', ['\f'] = '\\f', ['\n'] = '\\n', ['\r'] = '\\r', ['\t'] = '\\t', ['\127'] = '\\u007f' }
for i = 0, 31 do escapes[char(i)] = escapes[char(i)] or format('\\u%04x', i) end
local function quoted(s) return '"' .. gsub(s, '[%c"\\/\127]', escapes) .. '"' end

local function refusevalue(kind, why) error('Cannot serialise ' .. kind .. ': ' .. why) end

local function numeral(v, config)
  if mathtype(v) == 'integer' and v > -100000000000000 and v < 100000000000000 and config.precision == 14 then return format('%d', v) end
  if v ~= v or v == huge or v == -huge then
    if config.encodeinvalid == 'null' then return 'null' end
    if not config.encodeinvalid then refusevalue('number', 'must not be NaN or Inf') end
  end
  return format(config.numberformat, v)
end

-- The length if all keys are positive whole numbers, else nil: what is an array.
local function arraylength(t, config)
  local max, count = 0, 0
  for k in pairs(t) do
    if not mathtype(k) or k < 1 or k ~= floor(k) then return nil end
    if k > max then max = k end
    count = count + 1
  end
  if count == 0 then return nil end
  if config.ratio > 0 and max > count * config.ratio and max > config.safe then
    if not config.convert then refusevalue('table', 'excessively sparse array') end
    return nil
  end
  return floor(max)
end

local encode
local function encodetable(t, out, depth, config)
  if depth > config.encodedepth then error('Cannot serialise, excessive nesting (' .. depth .. ')') end
  local length = arraylength(t, config)
  if length then
    out[#out + 1] = '['
    for i = 1, length do
      if i > 1 then out[#out + 1] = ',' end
      encode(t[i], out, depth, config)
    end
    out[#out + 1] = ']'
    return
  end
  out[#out + 1] = '{'
  local first = true
  for k, v in pairs(t) do
    if not first then out[#out + 1] = ',' end
    first = false
    if mathtype(k) then
      out[#out + 1] = '"' .. numeral(k, config) .. '":'
    elseif type(k) == 'string' then
      out[#out + 1] = quoted(k) .. ':'
    else
      refusevalue(type(k), 'table key must be a number or string')
    end
    encode(v, out, depth, config)
  end
  out[#out + 1] = '}'
end

encode = function(v, out, depth, config)
  local kind = type(v)
  if v == nil or v == null then
    out[#out + 1] = 'null'
  elseif kind == 'string' then
    out[#out + 1] = quoted(v)
  elseif kind == 'number' then
    out[#out + 1] = numeral(v, config)
  elseif kind == 'boolean' then
    out[#out + 1] = v and 'true' or 'false'
  elseif kind == 'table' then
    encodetable(v, out, depth + 1, config)
  else
    refusevalue(kind, 'type not supported')
  end
end

-- Decoding.
local plain = { ['"'] = '"', ['\\'] = '\\', ['/'] = '/', b = '\b', f = '\f', n = '\n', r = '\r', t = '\t' }
local tokens = { ['{'] = 'T_OBJ_BEGIN', ['}'] = 'T_OBJ_END', ['['] = 'T_ARR_BEGIN', [']'] = 'T_ARR_END', [','] = 'T_COMMA', [':'] = 'T_COLON', ['"'] = 'T_STRING', ['\0'] = 'T_END', [''] = 'T_END' }
local words = { ['true'] = 'T_BOOLEAN', ['false'] = 'T_BOOLEAN', ['null'] = 'T_NULL' }
local invalid = { inf = huge, infinity = huge, nan = -(0 / 0) }

local function fail(what, found, at) error('Expected ' .. what .. ' but found ' .. found .. ' at character ' .. at) end
local function skip(s, at) return find(s, '[^ \t\r\n]', at) or #s + 1 end

-- The number at a place as C's strtod reads it, its end, and whether JSON has no such number.
local function numberat(s, at)
  local sign, word, behind = match(s, '^([+-]?)(%a+)()', at)
  local named = word and invalid[lower(word)]
  if named then return sign == '-' and -named or named, behind, true end
  local hex, stop = match(s, '^([+-]?0[xX]%x+)()', at)
  if hex then return tonumber(hex) or -tonumber(sub(hex, 2)), stop, true end
  local digits, after = match(s, '^([+-]?%d+%.?%d*)()', at)
  if not digits then return nil end
  local exponent, last = match(s, '^([eE][+-]?%d+)()', after)
  local v = tonumber((gsub(digits .. (exponent or ''), '^%+', '')))
  -- Whole numbers beyond 2^53 are doubles there.
  if mathtype(v) == 'integer' and (v > 9007199254740992 or v < -9007199254740992 or (v == 0 and sub(digits, 1, 1) == '-')) then v = v == 0 and -0.0 or v + 0.0 end
  return whole(v), last or after, find(digits, '^%+') or find(digits, '^-?0%d')
end

local function found(s, at, config)
  local c = sub(s, at, at)
  local word = words[match(s, '^%l+', at) or '']
  if tokens[c] or word then return tokens[c] or word end
  local v, _, isinvalid = numberat(s, at)
  if v then return (not isinvalid or config.decodeinvalid) and 'T_NUMBER' or find(c, '%a') and 'invalid token' or 'invalid number' end
  return find(c, '[%d+-]') and 'invalid number' or 'invalid token'
end

local function codeat(s, at) return tonumber(match(s, '^%x%x%x%x', at) or '', 16) end

-- \u and its digits at a place: the character as UTF-8 and what comes behind, or nothing.
local function unicode(s, at)
  local code = codeat(s, at + 2)
  if not code or (code >= 0xdc00 and code < 0xe000) then return nil end
  if code < 0xd800 or code >= 0xdc00 then return utf8char(code), at + 6 end
  local low = sub(s, at + 6, at + 7) == '\\u' and codeat(s, at + 8)
  if not low or low < 0xdc00 or low > 0xdfff then return nil end
  return utf8char(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)), at + 12
end

local function decodestring(s, at)
  local out, from = {}, at + 1
  while true do
    local stop = find(s, '["\\]', from)
    if not stop then fail('value', 'unexpected end of string', #s + 1) end
    out[#out + 1] = sub(s, from, stop - 1)
    if byte(s, stop) == 34 then return concat(out), stop + 1 end
    local e = sub(s, stop + 1, stop + 1)
    if e == 'u' then
      out[#out + 1], from = unicode(s, stop)
      if not from then fail('value', 'invalid unicode escape code', stop) end
    elseif plain[e] then
      out[#out + 1] = plain[e]
      from = stop + 2
    else
      fail('value', 'invalid escape code', stop)
    end
  end
end

local decodevalue
local function decodeobject(s, at, depth, config)
  local t = {}
  at = skip(s, at + 1)
  if sub(s, at, at) == '}' then return t, at + 1 end
  while true do
    if sub(s, at, at) ~= '"' then fail('object key string', found(s, at, config), at) end
    local k
    k, at = decodestring(s, at)
    at = skip(s, at)
    if sub(s, at, at) ~= ':' then fail('colon', found(s, at, config), at) end
    t[k], at = decodevalue(s, skip(s, at + 1), depth, config)
    at = skip(s, at)
    local c = sub(s, at, at)
    if c == '}' then return t, at + 1 end
    if c ~= ',' then fail('comma or object end', found(s, at, config), at) end
    at = skip(s, at + 1)
  end
end

local function decodearray(s, at, depth, config)
  local t, n = {}, 0
  at = skip(s, at + 1)
  if sub(s, at, at) == ']' then return t, at + 1 end
  while true do
    n = n + 1
    t[n], at = decodevalue(s, at, depth, config)
    at = skip(s, at)
    local c = sub(s, at, at)
    if c == ']' then return t, at + 1 end
    if c ~= ',' then fail('comma or array end', found(s, at, config), at) end
    at = skip(s, at + 1)
  end
end

decodevalue = function(s, at, depth, config)
  local c = sub(s, at, at)
  if c == '"' then return decodestring(s, at) end
  if c == '{' or c == '[' then
    if depth >= config.decodedepth then error('Found too many nested data structures (' .. depth + 1 .. ') at character ' .. at) end
    if c == '{' then return decodeobject(s, at, depth + 1, config) end
    return decodearray(s, at, depth + 1, config)
  end
  if sub(s, at, at + 3) == 'true' then return true, at + 4 end
  if sub(s, at, at + 4) == 'false' then return false, at + 5 end
  if sub(s, at, at + 3) == 'null' then return null, at + 4 end
  local v, stop, isinvalid = numberat(s, at)
  if not v or (isinvalid and not config.decodeinvalid) then fail('value', found(s, at, config), at) end
  return v, stop
end

-- The functions that set a module's configuration: each takes what may be left out and returns what is set.
local function optional(config, name, field, min, max)
  return function(v, ...)
    if select('#', ...) > 0 then refuse(2, name, 'found too many arguments') end
    if v ~= nil then
      v = integer(v, 1, name)
      if v < min or v > max then refuse(1, name, 'expected integer between ' .. min .. ' and ' .. max) end
      config[field], config.changed = v, true
    end
    return config[field]
  end
end

local function switch(config, name, field, word)
  return function(v, ...)
    if select('#', ...) > 0 then refuse(2, name, 'found too many arguments') end
    if type(v) == 'boolean' or (v ~= nil and v == word) then
      config[field], config.changed = v, true
    elseif v ~= nil then
      refuse(1, name, "invalid option '" .. text(v, 1, name) .. "'")
    end
    return config[field]
  end
end

local function one(name, ...)
  if select('#', ...) ~= 1 then refuse(1, name, 'expected 1 argument') end
  return (...)
end

local function create()
  local config = { changed = true }
  local function reset()
    if not config.changed then return end
    config.changed = false
    config.convert, config.ratio, config.safe = false, 2, 10
    config.encodedepth, config.decodedepth, config.precision, config.numberformat = 1000, 1000, 14, '%.14g'
    config.keepbuffer, config.encodeinvalid, config.decodeinvalid = true, false, true
  end
  reset()
  local cjson = { _NAME = 'cjson', _VERSION = '2.1.0', null = null, new = function() return (create()) end }
  cjson.encode = function(...)
    local out = {}
    encode(one('encode', ...), out, 0, config)
    return concat(out)
  end
  cjson.decode = function(...)
    local s = text(one('decode', ...), 1, 'decode')
    local v, at = decodevalue(s, skip(s, 1), 0, config)
    at = skip(s, at)
    if at <= #s then fail('the end', found(s, at, config), at) end
    return v
  end
  local setconvert = switch(config, 'encode_sparse_array', 'convert')
  local setratio = optional(config, 'encode_sparse_array', 'ratio', 0, INTMAX)
  local setsafe = optional(config, 'encode_sparse_array', 'safe', 0, INTMAX)
  cjson.encode_sparse_array = function(convert, ratio, safe, ...)
    if select('#', ...) > 0 then refuse(4, 'encode_sparse_array', 'found too many arguments') end
    return setconvert(convert), setratio(ratio), setsafe(safe)
  end
  local setprecision = optional(config, 'encode_number_precision', 'precision', 1, 14)
  cjson.encode_number_precision = function(...)
    local precision = setprecision(...)
    config.numberformat = '%.' .. precision .. 'g'
    return precision
  end
  cjson.encode_max_depth = optional(config, 'encode_max_depth', 'encodedepth', 1, INTMAX)
  cjson.decode_max_depth = optional(config, 'decode_max_depth', 'decodedepth', 1, INTMAX)
  cjson.encode_keep_buffer = switch(config, 'encode_keep_buffer', 'keepbuffer')
  cjson.encode_invalid_numbers = switch(config, 'encode_invalid_numbers', 'encodeinvalid', 'null')
  cjson.decode_invalid_numbers = switch(config, 'decode_invalid_numbers', 'decodeinvalid')
  return cjson, reset
end

return create()
