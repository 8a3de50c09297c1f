-- The library "cmsgpack".
return cmsgpack.pack(nil)
return cmsgpack.pack(true, false)
return cmsgpack.pack(0, 1, 127, 128, 255, 256, 65535, 65536)
return cmsgpack.pack(4294967295, 4294967296, 2^53)
return cmsgpack.pack(-1, -32, -33, -128, -129, -32768, -32769)
return cmsgpack.pack(-2147483648, -2147483649, -2^53)
return cmsgpack.pack(1.5, 0.5, -0.25)
return cmsgpack.pack(0.1, 1/3, 1e300)
return cmsgpack.pack(1e15, 1e18, 1e19, 1e20)
return cmsgpack.pack(2^63, -2^63, 2^64)
return cmsgpack.pack(1/0, -1/0)
return cmsgpack.pack(-0.0)
return cmsgpack.pack('', 'a', string.rep('x', 31))
return cmsgpack.pack(string.rep('x', 32))
return cmsgpack.pack(string.rep('x', 255)):sub(1, 5)
return cmsgpack.pack(string.rep('x', 256)):sub(1, 5)
return cmsgpack.pack(string.rep('x', 65536)):sub(1, 6)
return cmsgpack.pack({})
return cmsgpack.pack({1, 2, 3})
return cmsgpack.pack({a = 1})
return cmsgpack.pack({1, {2, {3}}})
return cmsgpack.pack({[1] = 'a', [2] = 'b'})
return cmsgpack.pack({[2] = 'b'})
return cmsgpack.pack({[0] = 'b'})
return cmsgpack.pack({[1.5] = 'b'})
return cmsgpack.pack({[true] = 1})
return #cmsgpack.pack({1, 2, nil, 4})
return cmsgpack.pack({1, nil, 3})
local t = {} for i = 1, 15 do t[i] = i end return cmsgpack.pack(t)
local t = {} for i = 1, 16 do t[i] = i end return cmsgpack.pack(t)
local t = {} for i = 1, 70000 do t[i] = 1 end return cmsgpack.pack(t):sub(1, 8)
local t = {} for i = 1, 16 do t['k' .. i] = i end return cmsgpack.pack(t):sub(1, 3)
local t = {} for i = 1, 70000 do t['k' .. i] = i end return cmsgpack.pack(t):sub(1, 5)
return cmsgpack.pack(function() end)
return cmsgpack.pack(cjson.null)
return cmsgpack.pack(coroutine.create(function() end))
return cmsgpack.pack()
return cmsgpack.pack(1, 'a', {2}, nil, true)
local t = {} t.t = t return cmsgpack.pack(t)
local t = {} for i = 1, 14 do t = {t} end return cmsgpack.pack(t)
local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)
return cmsgpack.pack(ARGV[1], 10/2)
return cmsgpack.unpack('\1')
return cmsgpack.unpack('\255')
return cmsgpack.unpack('\204\200')
return cmsgpack.unpack('\205\1\0')
return cmsgpack.unpack('\206\1\0\0\0')
return tostring(cmsgpack.unpack('\207\0\0\0\1\0\0\0\0'))
return tostring(cmsgpack.unpack('\207\255\255\255\255\255\255\255\255'))
return cmsgpack.unpack('\208\200')
return cmsgpack.unpack('\209\255\0')
return cmsgpack.unpack('\210\255\255\255\0')
return tostring(cmsgpack.unpack('\211\255\255\255\255\255\255\255\0'))
return tostring(cmsgpack.unpack('\202\63\192\0\0'))
return tostring(cmsgpack.unpack('\203\63\248\0\0\0\0\0\0'))
return cmsgpack.unpack('\203\64\20\0\0\0\0\0\0') .. ''
return tostring(cmsgpack.unpack('\192'))
return tostring(cmsgpack.unpack('\194'))
return cmsgpack.unpack('\195')
return cmsgpack.unpack('\163abc')
return cmsgpack.unpack('\217\3abc')
return cmsgpack.unpack('\218\0\3abc')
return cmsgpack.unpack('\219\0\0\0\3abc')
return cmsgpack.unpack('\196\3abc')
return cmsgpack.unpack('\197\0\3abc')
return cmsgpack.unpack('\198\0\0\0\3abc')
return cmsgpack.unpack('\147\1\2\3')
return cmsgpack.unpack('\220\0\2\1\2')
return cmsgpack.unpack('\221\0\0\0\2\1\2')
return cmsgpack.unpack('\129\161a\7').a
return cmsgpack.unpack('\222\0\1\161a\7').a
return cmsgpack.unpack('\223\0\0\0\1\161a\7').a
return cmsgpack.unpack('\129\1\7')[1]
return cmsgpack.unpack('\129\192\7')
return cmsgpack.unpack('\129\203\127\248\0\0\0\0\0\0\7')
return cmsgpack.unpack('\144')
return cmsgpack.unpack('\128')
return {cmsgpack.unpack('\1\2\3')}
return {cmsgpack.unpack('\1\192\3')}
return select('#', cmsgpack.unpack('\1\192\3'))
return select('#', cmsgpack.unpack(''))
return cmsgpack.unpack('')
return cmsgpack.unpack('\193')
return cmsgpack.unpack('\199\1\1a')
return cmsgpack.unpack('\212\1a')
return cmsgpack.unpack('\163ab')
return cmsgpack.unpack('\147\1\2')
return cmsgpack.unpack('\129\1')
return cmsgpack.unpack('\205\1')
return cmsgpack.unpack('\217')
return cmsgpack.unpack('\220\0')
return cmsgpack.unpack('\1\163a')
return cmsgpack.unpack('\221\255\255\255\255')
return cmsgpack.unpack('\223\255\255\255\255')
return cmsgpack.unpack('\219\255\255\255\255')
return cmsgpack.unpack(5)
return cmsgpack.unpack({})
return cmsgpack.unpack(nil)
return {cmsgpack.unpack_one('\1\2\3')}
return {cmsgpack.unpack_one('\1\2\3', 1)}
return {cmsgpack.unpack_one('\1\2\3', 2)}
return {cmsgpack.unpack_one('\1\2\3', 3)}
return {cmsgpack.unpack_one('\1\2\3', 4)}
return {cmsgpack.unpack_one('\1\2\3', -1)}
return {cmsgpack.unpack_one('')}
return {cmsgpack.unpack_one('\192')}
return {cmsgpack.unpack_one('\163ab')}
return {cmsgpack.unpack_limit('\1\2\3', 2)}
return {cmsgpack.unpack_limit('\1\2\3', 3)}
return {cmsgpack.unpack_limit('\1\2\3', 5)}
return {cmsgpack.unpack_limit('\1\2\3', 1, 1)}
return {cmsgpack.unpack_limit('\1\2\3', 0)}
return {cmsgpack.unpack_limit('\1\2\3', 0, 1)}
return {cmsgpack.unpack_limit('\1\2\3', -1)}
return {cmsgpack.unpack_limit('\1\2\3', 1, 7)}
return {cmsgpack.unpack_limit('\1\2\3', 1, -1)}
return {cmsgpack.unpack_limit('\1\2\3', 'x')}
return {cmsgpack.unpack_limit('\1\193\3', 1)}
local t = cmsgpack.unpack(cmsgpack.pack({a = {1, 2, {b = 'c'}}, d = 1.5})) return {t.a[1], t.a[3].b, tostring(t.d)}
return cmsgpack.unpack(cmsgpack.pack(2^53)) == 2^53
return cmsgpack._NAME
return cmsgpack._VERSION
return cmsgpack._COPYRIGHT
return cmsgpack._DESCRIPTION
local n = 0 for k in pairs(cmsgpack) do n = n + 1 end return n
return cmsgpack.nosuch
cmsgpack.x = 1
local ok, e = pcall(cmsgpack.unpack, '\193') return e
local ok, e = pcall(cmsgpack.unpack, '\163') return e
