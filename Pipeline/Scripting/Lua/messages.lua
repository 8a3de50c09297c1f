-- Errors of Lua 5.4 in the words of Lua 5.1. Returns what words an error of a running script, and one of the compiler.

local type, find, gsub = type, string.find, string.gsub

-- Lua 5.4 names a variable behind the type of its value, Lua 5.1 did so before it.
local rules = {
  { " %(for iterator 'for iterator'%)", '' },
  { "attempt to ([%a ]-) a (%a+) value %((%a+) '(.-)'%)", "attempt to %1 %3 '%4' (a %2 value)" },
  { "field 'integer index'", "field '?'" },
  { "attempt to %l+ a 'string' with a 'nil'", 'attempt to perform arithmetic on a nil value' },
  { "attempt to %l+ a 'string' with a 'table'", 'attempt to perform arithmetic on a table value' },
  { "attempt to %l+ a 'nil' with a 'string'", 'attempt to perform arithmetic on a nil value' },
  { "attempt to %l+ a 'table' with a 'string'", 'attempt to perform arithmetic on a table value' },
  { "attempt to %l+ a '%l+' with a '%l+'", 'attempt to perform arithmetic on a string value' },
  { "bad 'for' (%l+) %(number expected, got %a+%)", "'for' %1 must be a number" },
  { "bad 'for' initial value %(number expected, got %a+%)", "'for' initial value must be a number" },
  { 'attempt to yield from outside a coroutine', 'attempt to yield across metamethod/C-call boundary' },
  { 'invalid capture index %%%d+.*', 'invalid capture index' },
  { "to 'char' %(value out of range%)", "to 'char' (invalid value)" },
  { '%(nil or table expected.*%)', '(nil or table expected)' },
  { '%(thread expected, got .*%)', '(coroutine expected)' },
}

local compilerrules = {
  { 'near <eof>', "near '<eof>'" },
  { '<(%l+)> expected', "'<%1>' expected" },
  { 'syntax error near', "'=' expected near" },
  { 'unfinished long (%l+) %(starting at line %d+%)', 'unfinished long %1' },
}

local function reworded(message, list)
  for i = 1, #list do message = gsub(message, list[i][1], list[i][2]) end
  return message
end

local function worded(message)
  if type(message) ~= 'string' or not find(message, "[%l'] ") then return message end
  return reworded(message, rules)
end

return worded, function(message) return reworded(message, compilerrules) end
