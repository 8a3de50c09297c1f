-- Gives back a compiled chunk changed in three places, where Lua 5.4 is not as Redis's Lua was.
-- Tail calls: "return redis.call(...)" drops the caller's frame, and an error would have no line; they become plain calls where the caller's line would be missed.
-- Functions that call themselves by a local name keep theirs, for they may go on without end.
-- Division and powers: 10 / 2 is 5.0, which ".." shows as such. The instruction becomes one that does nothing, so that the one behind it asks the metatable of
-- numbers (lua51.lua), as it would for operands that are no numbers.
-- Whole numbers written as fractions (1e3, 5.0, 10 / 2 when both are written) become integers.
-- Says also whether a chunk is straight: no loop, no function made in it, and of the library only what is named below. It ends after as many instructions as it has.
-- The format is that of string.dump in Lua 5.4; whoever loads this file looks whether it still holds.

local dump, byte, sub, concat, unpack, pack = string.dump, string.byte, string.sub, table.concat, string.unpack, string.pack
local tointeger = math.tointeger
local HEADER = 4 + 1 + 1 + 6 + 3 + 8 + 8
local OP_MASK, OP_MOVE, OP_LOADI, OP_LOADF, OP_GETFIELD, OP_CALL, OP_TAILCALL = 0x7f, 0, 1, 2, 14, 68, 69
-- x / 2 and x ^ 2 with a constant; x / y and x ^ y.
local PLAIN = { [26] = true, [27] = true, [38] = true, [39] = true }
local KIND_INTEGER, KIND_FLOAT = 0x03, 0x13
-- GETUPVAL, SETUPVAL, SELF, FORLOOP, TFORLOOP, CLOSURE: what a straight chunk does not have. Nor has it a jump backwards; offsets are written with this added.
local WINDING = { [9] = true, [10] = true, [20] = true, [73] = true, [77] = true, [79] = true }
local OP_GETTABUP, OP_JMP, JUMPZERO = 11, 56, (1 << 24) - 1
local SHORT = { redis = true, server = true, KEYS = true, ARGV = true, type = true, tonumber = true, tostring = true }
-- From here on Lua 5.1 printed an exponent.
local WHOLEMAX = 1e14
-- The places of A and B. A plain call has no k, and C is 0 when it takes all results.
local KEPT = 0x00ff7f80

local text, at, out, copied, changed, straight, globals

-- What stands at a place is replaced by a piece as long.
local function put(here, piece)
  out[#out + 1] = sub(text, copied, here - 1)
  out[#out + 1] = piece
  copied = here + #piece
  changed = true
end

local function varint()
  local n = 0
  while true do
    local b = byte(text, at)
    at = at + 1
    n = (n << 7) | (b & 0x7f)
    if b >= 0x80 then return n end
  end
end

local function skip(n) at = at + n end

local function skipstring()
  local n = varint()
  if n > 0 then skip(n - 1) end
end

local function constants()
  for i = 1, varint() do
    local kind = byte(text, at)
    at = at + 1
    if kind == KIND_INTEGER then
      skip(8)
    elseif kind == KIND_FLOAT then
      local v = unpack('<d', text, at)
      local whole = v > -WHOLEMAX and v < WHOLEMAX and (v ~= 0 or 1 / v > 0) and tointeger(v)
      if whole then put(at - 1, pack('<Bi8', KIND_INTEGER, whole)) end
      skip(8)
    elseif kind == 0x04 or kind == 0x14 then
      local n = varint() - 1
      straight = straight and (not globals[i] or SHORT[sub(text, at, at + n - 1)])
      skip(n)
    end
  end
end

-- Whether the instruction that put the called function into its register took it out of a table by name.
local function isfield(first, here, register)
  for i = here - 4, first, -4 do
    local word = unpack('<I4', text, i)
    if (word >> 7) & 0xff == register then return word & OP_MASK == OP_GETFIELD end
  end
end

local function code(ismain)
  local n = varint()
  local first = at
  for here = first, first + (n - 1) * 4, 4 do
    local op = byte(text, here) & OP_MASK
    if WINDING[op] then
      straight = false
    elseif op == OP_JMP and unpack('<I4', text, here) >> 7 < JUMPZERO then
      straight = false
    elseif op == OP_GETTABUP then
      globals[byte(text, here + 3) + 1] = true
    end
    if op == OP_TAILCALL or op == OP_LOADF or PLAIN[op] then
      local word = unpack('<I4', text, here)
      local a = (word >> 7) & 0xff
      if PLAIN[op] then
        put(here, pack('<I4', a << 16 | a << 7 | OP_MOVE))
      elseif op == OP_LOADF then
        put(here, pack('<I4', (word & ~OP_MASK) | OP_LOADI))
      elseif ismain or isfield(first, here, a) then
        put(here, pack('<I4', (word & KEPT) | OP_CALL))
      end
    end
  end
  at = first + n * 4
end

local function proto(ismain)
  skipstring()
  varint()
  varint()
  skip(3)
  code(ismain)
  constants()
  skip(varint() * 3)
  for _ = 1, varint() do proto(false) end
  skip(varint())
  for _ = 1, varint() do
    varint()
    varint()
  end
  for _ = 1, varint() do
    skipstring()
    varint()
    varint()
  end
  for _ = 1, varint() do skipstring() end
end

-- The chunk as it is loaded again, or nothing if there is nothing to change in it; and whether it is straight.
return function(f)
  text, at, out, copied, changed, straight, globals = dump(f), HEADER + 2, {}, 1, false, true, {}
  proto(true)
  local whole = changed and concat(out) .. sub(text, copied)
  text, out, globals = nil, nil, nil
  return whole or nil, straight and true or false
end
