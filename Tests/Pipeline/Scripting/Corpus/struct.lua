-- The library "struct".
return struct.pack('b', 1)
return struct.pack('b', -1)
return struct.pack('b', 300)
return struct.pack('B', 255)
return struct.pack('B', -1)
return struct.pack('h', 258)
return struct.pack('<h', 258)
return struct.pack('>h', 258)
return struct.pack('>H', 65535)
return struct.pack('>l', 1)
return struct.pack('<L', 2^40)
return struct.pack('<L', -1)
return struct.pack('<T', 7)
return struct.pack('<i', 1)
return struct.pack('<I', 4294967295)
return struct.pack('<i2', 1)
return struct.pack('<i3', 1)
return struct.pack('<i8', -1)
return struct.pack('>I8', 2^53)
return struct.pack('<i16', 1)
return struct.pack('<i17', 1)
return struct.pack('<i33', 1)
return struct.pack('<i1', 127)
return struct.pack('i', 3.7)
return struct.pack('i', -3.7)
return struct.pack('i', '42')
return struct.pack('i', 'x')
return struct.pack('i', nil)
return struct.pack('i')
return struct.pack('i', {})
return struct.pack('<f', 1.5)
return struct.pack('>d', 1.5)
return struct.pack('<d', 10)
return struct.pack('<d', '1.5')
return struct.pack('<f', 1e40)
return struct.pack('s', 'abc')
return struct.pack('s', '')
return struct.pack('s', 5)
return struct.pack('s', {})
return struct.pack('c3', 'abc')
return struct.pack('c3', 'abcdef')
return struct.pack('c3', 'ab')
return struct.pack('c0', 'abc')
return struct.pack('c', 'abc')
return struct.pack('c1', 'abc')
return struct.pack('x')
return struct.pack('xx')
return struct.pack('bxb', 1, 2)
return struct.pack('bi', 1, 2)
return struct.pack('!4bi', 1, 2)
return struct.pack('!8bl', 1, 2)
return struct.pack('!bi', 1, 2)
return struct.pack('!2bi', 1, 2)
return struct.pack('!3bi', 1, 2)
return struct.pack('!4bd', 1, 2)
return struct.pack('!16bd', 1, 2)
return struct.pack('!4bhbi', 1, 2, 3, 4)
return struct.pack('> h < h', 1, 1)
return struct.pack('=h', 1)
return struct.pack('', 1)
return struct.pack('')
return struct.pack('z', 1)
return struct.pack('?', 1)
return struct.pack('Bc0', 3, 'abc')
return struct.pack('i0', 1)
return struct.pack('<hh', 1, 2)
return struct.pack('<hh', 1)
return struct.pack('<h', 1, 2)
return struct.pack('c99999999999', 'a')
return struct.pack('>i5', 1)
return struct.pack('>I2', 65536 + 5)
return struct.pack('<I4', 2^32 + 7)
return struct.pack('<l', 1e19)
return {struct.unpack('b', '\255')}
return {struct.unpack('B', '\255')}
return {struct.unpack('<h', '\255\255')}
return {struct.unpack('<H', '\255\255')}
return {struct.unpack('>i', '\0\0\1\0')}
return {struct.unpack('<I', '\255\255\255\255')}
return {struct.unpack('<l', '\255\255\255\255\255\255\255\255')}
return tostring(struct.unpack('<L', '\255\255\255\255\255\255\255\255'))
return tostring(struct.unpack('<L', '\0\0\0\0\0\0\0\128'))
return {struct.unpack('<i3', '\1\0\0')}
return {struct.unpack('<i3', '\255\255\255')}
return tostring(struct.unpack('<f', '\0\0\192\63'))
return tostring(struct.unpack('>d', '\63\248\0\0\0\0\0\0'))
return struct.unpack('<d', struct.pack('<d', 10)) .. ''
return {struct.unpack('s', 'abc\0def')}
return {struct.unpack('ss', 'abc\0def\0')}
return {struct.unpack('s', 'abc')}
return {struct.unpack('c3', 'abcdef')}
return {struct.unpack('c0', 'abcdef')}
return {struct.unpack('Bc0', '\3abcdef')}
return {struct.unpack('Bc0', '\9abc')}
return {struct.unpack('Bc0B', '\1a\7')}
return {struct.unpack('c', 'abc')}
return {struct.unpack('xB', 'ab')}
return {struct.unpack('BB', '\1\2')}
return {struct.unpack('BB', '\1')}
return {struct.unpack('B', '')}
return {struct.unpack('', 'abc')}
return {struct.unpack('B', 'abc', 2)}
return {struct.unpack('B', 'abc', 3)}
return {struct.unpack('B', 'abc', 4)}
return {struct.unpack('B', 'abc', 0)}
return {struct.unpack('B', 'abc', -1)}
return {struct.unpack('B', 'abc', 2.0)}
return {struct.unpack('!4bi', '\1\0\0\0\2\0\0\0')}
return {struct.unpack('z', 'abc')}
return {struct.unpack('B', 5)}
return {struct.unpack('<hBs', struct.pack('<hBs', -2, 7, 'end'))}
return {struct.unpack('x', '')}
return struct.size('b')
return struct.size('bh')
return struct.size('i')
return struct.size('l')
return struct.size('T')
return struct.size('f')
return struct.size('d')
return struct.size('c5')
return struct.size('c')
return struct.size('c0')
return struct.size('s')
return struct.size('x')
return struct.size('xx')
return struct.size('!4bi')
return struct.size('!8bd')
return struct.size('i3')
return struct.size('i33')
return struct.size('<h>h')
return struct.size('')
return struct.size('z')
return struct.size('b i')
struct.x = 1
local n = 0 for k in pairs(struct) do n = n + 1 end return n
