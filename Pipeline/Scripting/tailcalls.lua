-- Gives back a compiled chunk whose tail calls are plain calls where the caller's line would be missed. "return redis.call(...)" is a tail call, and Lua 5.4
-- drops the caller's frame: an error would have no line. Redis's redis.call is a function of C, whose callers stay.
-- Functions that call themselves by a local name keep their tail calls, for they may go on without end.
-- The format is that of string.dump in Lua 5.4; whoever loads this file looks whether it still holds.

local dump, byte, sub, concat, unpack, pack = string.dump, string.byte, string.sub, table.concat, string.unpack, string.pack
local HEADER = 4 + 1 + 1 + 6 + 3 + 8 + 8
local OP_MASK, OP_GETFIELD, OP_CALL, OP_TAILCALL = 0x7f, 14, 68, 69
-- The places of A and B. A plain call has no k, and C is 0 when it takes all results.
local KEPT = 0x00ff7f80

local text, at, out, copied, changed

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
  for _ = 1, varint() do
    local kind = byte(text, at)
    at = at + 1
    if kind == 0x03 or kind == 0x13 then
      skip(8)
    elseif kind == 0x04 or kind == 0x14 then
      skipstring()
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
    if byte(text, here) & OP_MASK == OP_TAILCALL then
      local word = unpack('<I4', text, here)
      if ismain or isfield(first, here, (word >> 7) & 0xff) then
        out[#out + 1] = sub(text, copied, here - 1)
        out[#out + 1] = pack('<I4', (word & KEPT) | OP_CALL)
        copied = here + 4
        changed = true
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

-- The chunk as it is loaded again, or nothing if there is no such call in it.
return function(f)
  text, at, out, copied, changed = dump(f), HEADER + 2, {}, 1, false
  proto(true)
  local whole = changed and concat(out) .. sub(text, copied)
  text, out = nil, nil
  return whole or nil
end
