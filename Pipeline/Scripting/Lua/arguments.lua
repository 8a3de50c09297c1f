-- What the functions below the scripts ask of their arguments, with the errors of Lua's C library. The place of an error is put right by preamble.lua.

local error, type, mathtype, tonumber, tostring, modf = error, type, math.type, tonumber, tostring, math.modf
local tointeger, format = math.tointeger, string.format

local arguments = {}

-- Raises that argument n of a function is wrong.
function arguments.refuse(n, name, why) error("bad argument #" .. n .. " to '" .. name .. "' (" .. why .. ')', 2) end
local refuse = arguments.refuse

-- Numbers were doubles; whole ones, where they are printed without an exponent, are integers here, so that they print without a point. Not minus zero.
function arguments.whole(v)
  if v > -1e14 and v < 1e14 and (v ~= 0 or 1 / v > 0) then return tointeger(v) or v end
  return v
end

-- A number, or a text that is one.
function arguments.number(v, n, name)
  if mathtype(v) then return v end
  local number = type(v) == 'string' and tonumber(v)
  if not number then refuse(n, name, 'number expected, got ' .. type(v)) end
  return number
end
local number = arguments.number

-- An integer as C casts a double to one: the fraction is cut off.
function arguments.integer(v, n, name)
  if mathtype(v) == 'integer' then return v end
  v = number(v, n, name)
  return tointeger(v) or tointeger((modf(v))) or math.mininteger
end

-- A text, or a number as one.
function arguments.text(v, n, name)
  if type(v) == 'string' then return v end
  if not mathtype(v) then refuse(n, name, 'string expected, got ' .. type(v)) end
  return arguments.shown(v)
end

-- As Lua 5.1's tostring: whole numbers have no point, fractions fourteen digits.
function arguments.shown(v)
  if mathtype(v) == 'float' then return format('%.14g', v) end
  return tostring(v)
end

return arguments
