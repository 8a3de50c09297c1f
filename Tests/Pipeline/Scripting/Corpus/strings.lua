-- The library "string".
return string.format('%d', 3)
return string.format('%d', 3.0)
return string.format('%d', 3.7)
return string.format('%d', -3.7)
return string.format('%d', '10')
return string.format('%d', '10.9')
return string.format('%d', 1e15)
return string.format('%d', 2^53)
return string.format('%5d|%-5d|%05d|%+d', 42, 42, 42, 42)
return string.format('%i', 42)
return string.format('%u', 42)
return string.format('%u', -1)
return string.format('%c%c', 65, 66)
return string.format('%c', 65.0)
return string.format('%x %X %#x', 255, 255, 255)
return string.format('%x', 255.9)
return string.format('%x', -1)
return string.format('%o', 8)
return string.format('%e', 12345.678)
return string.format('%E', 12345.678)
return string.format('%.3e', 0)
return string.format('%f', 1/3)
return string.format('%.2f', 2)
return string.format('%.0f', 2.5)
return string.format('%10.3f|', math.pi)
return string.format('%g', 1e20)
return string.format('%g', 0.1)
return string.format('%G', 1e-20)
return string.format('%.14g', 0.1)
return string.format('%.17g', 0.1)
return string.format('%s', 10/2)
return string.format('%s', 1.5)
return string.format('%s', 'x')
return string.format('%10s|%-10s|', 'a', 'b')
return string.format('%.2s', 'abc')
return string.format('%5.1s|', 'abc')
return string.format('%q', 'a "quoted" \\ text')
return string.format('%q', 'line\nbreak\r\0zero')
return string.format('%q', 5)
return string.format('%%')
return string.format('%d%%', 50)
return string.format('%5%')
return string.format('%s')
return string.format('%s', nil)
return string.format('%s', true)
return string.format('%s', {})
return string.format('%d', 'x')
return string.format('%d', nil)
return string.format('%d')
return string.format('%z', 1)
return string.format('%a', 1)
return string.format('%')
return string.format('%s %s', 1, 2, 3)
return string.format(5)
return string.format('%s|%s|%s', 1, 'two', 3.5)
return string.format('%s', 1e15)
return string.format('%123d', 5)
return string.format('%.123d', 5)
return ('%d'):format(7)
return ('x'):rep(5)
return ('x'):rep(0)
return ('x'):rep(-1)
return ('ab'):rep(2.9)
return string.len('abc')
return #'abc'
return string.len('a\0b')
return string.sub('hello', 2)
return string.sub('hello', 2, 3)
return string.sub('hello', -3)
return string.sub('hello', -3, -2)
return string.sub('hello', 0)
return string.sub('hello', 10)
return string.sub('hello', 2.0, 3.0)
return string.sub('hello', 2.7)
return string.sub('hello', '2', '3')
return string.sub(12345, 2, 3)
return string.upper('aBc')
return string.lower('aBc')
return string.reverse('abc')
return string.byte('abc')
return {string.byte('abc', 1, -1)}
return {string.byte('abc', 10)}
return string.char(72, 105)
return string.char()
return string.char(256)
return string.char(-1)
return string.char('65')
return string.char(65.9)
return string.find('hello world', 'wor')
return {string.find('hello world', 'o')}
return {string.find('hello world', 'o', 6)}
return {string.find('hello world', 'l+')}
return {string.find('hello world', '(l+)(o)')}
return {string.find('a.b', '.', 1, true)}
return {string.find('a.b', '%.')}
return {string.find('abc', '')}
return {string.find('abc', '', 10)}
return {string.find('abc', '', 4)}
return {string.find('abc', 'x')}
return {string.find('abc', 'b', -1)}
return string.match('key:123', '%d+')
return {string.match('key:123', '(%a+):(%d+)')}
return string.match('  trim  ', '^%s*(.-)%s*$')
return {string.match('abc', '()b()')}
return string.match('abc', 'x')
return string.match('2024-01-02', '(%d+)-(%d+)-(%d+)')
return string.match('hello', '.-l')
return string.match('[[x]]', '%[%[(.*)%]%]')
return string.match('f(a(b)c)d', '%b()')
return string.match('THE (quick) fox', '%((%a+)%)')
return string.match('abc', '[a-')
return string.match('abc', '%')
return string.match('abc', '(')
return string.match('abc', ')')
return string.match('abc', '(a')
return string.match('abc', '%1')
return string.match('aa', '(a)%1')
return string.match('abc', '%f[%a]%a+')
return string.match('a\0b', 'a%zb') and 1
return string.match('hello', '^h.*o$')
return {string.gsub('hello', 'l', 'L')}
return {string.gsub('hello', 'l', 'L', 1)}
return {string.gsub('hello', 'l', 'L', 0)}
return {string.gsub('hello world', '%w+', '<%0>')}
return {string.gsub('hello world', '(%w+) (%w+)', '%2 %1')}
return {string.gsub('hello', '', '-')}
return {string.gsub('abc', '%w', {a='1', b=2})}
return {string.gsub('abc', '%w', function(c) if c == 'b' then return 'B' end end)}
return {string.gsub('abc', '%w', function(c) return false end)}
return {string.gsub('abc', '%w', function(c) return {} end)}
return {string.gsub('abc', 'b', '%%')}
return {string.gsub('abc', 'b', '%1')}
return {string.gsub('abc', 'b', '%2')}
return {string.gsub('abc', 'b', '%x')}
return {string.gsub('abc', 'b', 5)}
return {string.gsub('abc', 'b', 2.5)}
return {string.gsub('abc', 'b', 10/2)}
return {string.gsub('abc', '%w', {a=10/2})}
return {string.gsub('abc', 'b')}
return {string.gsub('abc', 'b', true)}
return {string.gsub('$name is $age', '%$(%w+)', {name='x', age=3})}
local s = '' for w in string.gmatch('one two', '%a+') do s = s .. w .. ',' end return s
local s = '' for k, v in string.gmatch('a=1, b=2', '(%w+)=(%w+)') do s = s .. k .. v end return s
local s = '' for w in string.gfind('one two', '%a+') do s = s .. w .. ',' end return s
local t = {} for w in ('a,b,,c'):gmatch('([^,]*)') do t[#t+1] = w end return t
local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n
return 'a' .. 'b' .. 'c'
return 'a' < 'b'
return tostring('a' < 'B')
return tostring('' < 'a')
return tostring('a' == 'a')
return 'a' .. nil
return 'a' .. {}
return 'a' .. true
return nil .. 'a'
return ('x').y
return tostring(('x').len)~=nil
return ('abc'):nosuch()
return 'tab\tnewline\\n\65\10'
return 'a\
b'
return [[long]]
return [==[a]]b]==]
return #[[¶x]]
return "it's"
return 'unfinished
return "bad \q escape"
return tostring(nil)
return tostring(1, 2)
return string.upper()
return string.upper(5)
return string.len(10/2)
return string.reverse(10/2)
return (10/2):rep(2)
return tostring(10/2):rep(2)
return string.rep(10/2, 2)
return string.len(1e15)
return string.upper(1e100)
