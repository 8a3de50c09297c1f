-- Lua 5.1 took an unknown escape in a text for the letter behind the backslash ("\." or "\-" in patterns); Lua 5.4 refuses it. Gives back a source without such escapes.

local find, match, gsub, sub, concat = string.find, string.match, string.gsub, string.sub, table.concat

local function plain(letter) return find(letter, '[abfnrtv\\"\'\n\r%d]') and '\\' .. letter or letter end

-- Where a quoted text ends, and the place behind it.
local function behindquote(source, at, quote)
  while true do
    local stop, _, c = find(source, '([\\\n' .. quote .. '])', at)
    if not stop then return #source + 1 end
    if c ~= '\\' then return stop + 1 end
    at = stop + 2
  end
end

local function behindbracket(source, at, level) return (select(2, find(source, ']' .. level .. ']', at, true)) or #source) + 1 end

return function(source)
  local out, at = {}, 1
  while true do
    local start = find(source, '["\'%-%[]', at)
    if not start then break end
    out[#out + 1] = sub(source, at, start - 1)
    local c, stop = sub(source, start, start), start + 1
    local level = match(source, '^%[(=*)%[', start) or match(source, '^%-%-%[(=*)%[', start)
    if level then
      stop = behindbracket(source, start, level)
    elseif match(source, '^%-%-', start) then
      stop = find(source, '\n', start, true) or #source + 1
    elseif c == '"' or c == "'" then
      stop = behindquote(source, stop, c)
    end
    local piece = sub(source, start, stop - 1)
    out[#out + 1] = (c == '"' or c == "'") and gsub(piece, '\\(.)', plain) or piece
    at = stop
  end
  return concat(out) .. sub(source, at)
end
