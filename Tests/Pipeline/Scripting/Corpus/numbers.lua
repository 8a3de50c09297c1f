-- Numbers: all of them were doubles in Lua 5.1, and whole ones are shown without a point.
return tostring(10/2)
return tostring(7/2)
return tostring(1/3)
return tostring(-1/3)
return tostring(2^10)
return tostring(2^53)
return tostring(2^63)
return tostring(2^64)
return tostring(1e14)
return tostring(1e15)
return tostring(1e16)
return tostring(1e100)
return tostring(1e308*10)
return tostring(-1e308*10)
return tostring(0.1)
return tostring(0.1+0.2)
return tostring(100)
return tostring(-100)
return tostring(0)
return tostring(0/1)
return tostring(99999999999999)
return tostring(12345678901234567890)
return tostring(3.0)
return tostring(3.10)
return tostring(1e3)
return tostring(1e-3)
return tostring(1e-5)
return tostring(5e-324)
return tostring(0x10)
return tostring(0xff)
return tostring(0xffffffff)
return tostring(1.5e3)
return tostring(17 % 5)
return tostring(-17 % 5)
return tostring(17 % -5)
return tostring(5.5 % 2)
return tostring(-5.5 % 2)
return tostring(1/0)
return tostring(-1/0)
return tostring(0/0 ~= 0/0)
return tostring(2^0.5)
return tostring(-2^2)
return tostring(7 - 2.5)
return tostring(0.5+0.5)
return tostring(1.5*2)
return tostring('10'/2)
return tostring('10'+5)
return tostring('0x10'+0)
return tostring('1e2'*1)
return tostring(' 10 '+1)
return tostring('10' * '2')
return tostring(-'3')
return tostring('3.0' + 0)
return '10' + 0
return '3.9' + 0
return 10/2
return 10/4
return -10/4
return 2^31
return 2^53
return 1e15
return 1e18
return 123456789.987
return -0.9
return 0.9999999
return 3 == 3.0
return tostring(3 == 3.0)
return tostring('3' == 3)
return tostring(1 < 1.5)
return tostring(0 == -0)
return tonumber('10')
return tonumber('10.5')
return tostring(tonumber('10.5'))
return tostring(tonumber('5.0'))
return tostring(tonumber('1e3'))
return tostring(tonumber('  12  '))
return tostring(tonumber('12a'))
return tostring(tonumber(''))
return tostring(tonumber(' '))
return tostring(tonumber('0x1F'))
return tostring(tonumber('0x'))
return tostring(tonumber('ff', 16))
return tostring(tonumber('FF', 16))
return tostring(tonumber('777', 8))
return tostring(tonumber('zz', 36))
return tostring(tonumber('12', 2))
return tostring(tonumber('9', 8))
return tostring(tonumber(12, 10))
return tostring(tonumber(nil))
return tostring(tonumber({}))
return tostring(tonumber(true))
return tostring(tonumber('inf'))
return tostring(tonumber('nan'))
return tostring(tonumber('1_000'))
return tostring(tonumber('1e'))
return tostring(tonumber('.5'))
return tostring(tonumber('5.'))
return tostring(tonumber('+5'))
return tostring(tonumber('- 5'))
return tostring(tonumber('123456789012345678901234567890'))
return tostring(tonumber('10', 37))
return math.floor(3.7)
return math.floor(-3.7)
return math.ceil(3.2)
return math.ceil(-3.2)
return tostring(math.floor(3.7))
return tostring(math.floor(1e20))
return tostring(math.ceil(1e20))
return tostring(math.floor('3.7'))
return tostring(math.abs(-5))
return tostring(math.abs(-5.5))
return tostring(math.max(1, 2.5, 2))
return tostring(math.min(1, 2.5, -2))
return tostring(math.max(1, 2))
return tostring(math.pow(2, 10))
return tostring(math.pow(2, 0.5))
return tostring(math.sqrt(16))
return tostring(math.sqrt(2))
return tostring(math.mod(7, 3))
return tostring(math.mod(-7, 3))
return tostring(math.fmod(-7, 3))
return tostring(math.fmod(7.5, 2))
return tostring(math.fmod(7, 0) ~= math.fmod(7, 0))
return tostring(select(2, math.modf(3.7)))
return tostring((math.modf(3.7)))
return tostring((math.modf(-3.7)))
return tostring((math.modf(5)))
return tostring((math.frexp(8)))
return tostring(select(2, math.frexp(8)))
return tostring((math.frexp(0)))
return tostring((math.frexp(-3.75)))
return tostring(math.ldexp(0.5, 4))
return tostring(math.exp(0))
return tostring(math.exp(1))
return tostring(math.log(1))
return tostring(math.log(100))
return tostring(math.log10(1000))
return tostring(math.log10(50))
return tostring(math.sin(0))
return tostring(math.cos(0))
return tostring(math.tan(1))
return tostring(math.sinh(1))
return tostring(math.cosh(1))
return tostring(math.tanh(1))
return tostring(math.asin(1))
return tostring(math.acos(1))
return tostring(math.atan(1))
return tostring(math.atan2(1, 2))
return tostring(math.atan2(-1, -2))
return tostring(math.deg(math.pi))
return tostring(math.rad(180))
return tostring(math.pi)
return tostring(math.huge)
return tostring(-math.huge)
return type(math.random())
local a = math.random(10) return a >= 1 and a <= 10
local a = math.random(5, 6) return a >= 5 and a <= 6
math.randomseed(7) return type(math.random(1, 100))
math.randomseed(7) local a = math.random() math.randomseed(7) return a == math.random()
return math.random(0)
return math.random(2, 1)
return math.floor()
return math.floor('x')
return math.floor({})
local t = {} t[1.0] = 'a' t[2] = 'b' return {t[1], t[2.0]}
local t = {} t[10/2] = 'x' return t[5]
local s = 0 for i = 1, 10 do s = s + i / 2 end return tostring(s)
local s = '' for i = 1, 2, 0.5 do s = s .. tostring(i) .. ' ' end return s
local s = '' for i = 3, 1, -1 do s = s .. i end return s
for i = 'a', 2 do end
for i = '1', 2 do return i end
return 10 .. ''
return 1.5 .. ''
return 1 .. 2
return -1.25 .. 'x'
return 1e100 .. ''
return 0.1 .. ''
return 10/2 .. ''
return 2^10 .. ''
local a = 10/2 return a .. ''
local a, b = 7, 2 return (a - 1) / b .. 'x'
local x = 100 / 10 return 'n' .. x .. 'm'
return math.sqrt(16) .. ''
return math.pow(2, 3) .. ''
return tonumber('5.0') .. ''
return math.floor(7.2) .. ''
return math.max(2, 10/5) .. ''
return 1e3 .. ''
return 5.0 .. ''
return 'a' .. 2^2 .. 'b'
return '10' / 2 .. ''
return '10' * 1 .. ''
return '2' ^ 2 .. ''
return 7 % 4 .. ''
return 7.5 - 0.5 .. ''
return 1e15 .. ''
return 2^53 .. ''
return 2^40 .. ''
return 1/0 .. ''
return -1/0 .. ''
return redis.call('set', KEYS[1], 10/2) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 2^53) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1/3) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 0.1) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1e15) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1e17) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1e20) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 123456789012345678) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1e-7) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1/0) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], -1/0) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 3.14) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 100) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1e5) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1.5e300) and redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], 1234567.891) and redis.call('get', KEYS[1])
return redis.call('incrby', KEYS[2], 10/2)
return redis.call('incrby', KEYS[2], 2.5)
return redis.call('incrby', KEYS[2], '3')
return 3 > '2'
return 3 < 'a'
return {} < {}
return {} + 1
return nil + 1
return 'a' + 1
return 'abc' * 2
return #5
return -{}
return ARGV[2] + 1
return ARGV[2] / 2
return tostring(ARGV[2] / 4)
return ARGV[2] .. 1
local n = tonumber(ARGV[2]) return n / 2 .. ':' .. n * 2
