-- Values that scripts return, replies that they get.
return 1
return 1.9
return -1.9
return 'a'
return ''
return '\r\n'
return 'zero\0byte'
return true
return false
return nil
return
return 1, 2, 3
return {}
return {1, 2, 3}
return {1, 'a', true, false, 2.5}
return {1, nil, 3}
return {nil, 1}
return {1, 2, {3, {4, {5}}}}
return {{}, {}}
return {false}
return {true, false, true}
return {a = 1}
return {1, a = 2}
return {[1] = 'x', [2] = 'y', [4] = 'z'}
return {[0] = 'zero', 'one'}
return {['1'] = 'text'}
return {ok = 'fine'}
return {ok = ''}
return {ok = 'a\r\nb'}
return {ok = 5}
return {ok = true}
return {ok = {}}
return {err = 'ERR bad'}
return {err = 'bad'}
return {err = ''}
return {err = 'a\r\nb'}
return {err = 5}
return {err = {}}
return {err = '-ERR dash'}
return {ok = 'fine', err = 'bad'}
return {1, {ok = 'in'}, {err = 'ERR in'}}
return {{err = 'x'}}
return {ok = 'fine', 1, 2}
return {1, 2, ok = 'fine'}
return function() end
return print
return coroutine.create(function() end)
return redis
return cjson.null
return {function() end, 1}
return {cjson.null, 1}
return {1, coroutine.create(function() end), 3}
return {map = {a = 1}}
return {map = {}}
return {map = 5}
return {set = {a = true}}
return {set = {}}
return {double = 1.5}
return {double = 3}
return {double = '3'}
return {double = 1/0}
return {big_number = '123456789012345678901234567890'}
return {big_number = 5}
return {verbatim_string = {format = 'txt', string = 'text'}}
return {verbatim_string = {string = 'text'}}
return {verbatim_string = {format = 'toolong', string = 'text'}}
return {verbatim_string = 5}
return setmetatable({}, {__index = function(t, k) if type(k) == 'number' and k < 4 then return k end end})
return setmetatable({}, {__index = {ok = 'no'}})
return 9007199254740992
return 2^62
return 2^63
return -2^63
return 1e100
return -1e100
return 0/0
return 1/0
return 0x7fffffff
return 0xffffffff
return 3 == 3
return not true
return #KEYS
return #ARGV
return KEYS
return ARGV
return KEYS[1] .. ARGV[1]
return KEYS[0]
return KEYS[-1]
return KEYS[3]
return ARGV[3]
return KEYS['1']
return ARGV[1.0]
KEYS[1] = 'changed' return KEYS[1]
KEYS[#KEYS + 1] = 'more' return #KEYS
ARGV.x = 5 return ARGV.x
KEYS = {1} return KEYS[1]
ARGV = nil return type(ARGV)
return type(KEYS)
return table.concat(KEYS, ',') .. ' ' .. table.concat(ARGV, ',')
local t = {} for i = 1, 200 do t = {t} end return t
local t = {} for i = 1, 900 do t = {t} end return t
local t = {} for i = 1, 20 do t = {t} end return t
local t = {} for i = 1, 1000 do t[i] = i end return t
return redis.call('set', KEYS[1], 'v')
return redis.call('set', KEYS[1], 'v', 'nx')
return redis.call('get', KEYS[1])
return redis.call('get', 'missing')
return redis.call('del', KEYS[1])
return redis.call('incr', KEYS[1])
return redis.call('incrbyfloat', KEYS[1], 1.5)
return redis.call('exists', KEYS[1])
return redis.call('del', KEYS[1], KEYS[2], 'l', 's', 'z', 'h', 'x')
return redis.call('rpush', 'l', 1, 2.5, 'x', 1e20, 0.1)
return redis.call('lrange', 'l', 0, -1)
return redis.call('lpop', 'l', 2)
return redis.call('lpop', 'missing', 2)
return type(redis.call('lpop', 'missing', 2))
return redis.call('mget', 'missing', 'l')
return type(redis.call('mget', 'missing')[1])
return redis.call('hset', 'h', 'f', 'v')
return redis.call('hgetall', 'h')
return redis.call('hmget', 'h', 'f', 'g')
return redis.call('sadd', 's', 'a')
return redis.call('smembers', 's')
return redis.call('zadd', 'z', 1.5, 'm')
return redis.call('zscore', 'z', 'm')
return redis.call('zscore', 'z', 'none')
return redis.call('zrange', 'z', 0, -1, 'withscores')
return redis.call('type', 'z')
return redis.call('type', 'z').ok
return redis.call('ping').ok
return redis.call('ping', 'text')
return redis.call('echo', 'x')
return type(redis.call('set', KEYS[1], 1))
return redis.call('time')[1] ~= nil
return #redis.call('time')
return redis.call('strlen', KEYS[1])
return redis.call('append', KEYS[1], 'more')
return redis.call('getrange', KEYS[1], 0, -1)
return redis.call('setex', KEYS[1], 100, 'v')
return redis.call('ttl', KEYS[1])
return redis.call('xadd', 'x', '1-1', 'f', 'v')
return redis.call('xrange', 'x', '-', '+')
return redis.call('bitcount', KEYS[1])
return redis.call('object', 'refcount', 's')
return redis.call('set', KEYS[1], true)
return redis.call('set', KEYS[1], nil)
return redis.call('set', KEYS[1], {})
return redis.call('set', KEYS[1], function() end)
return redis.call(1)
return redis.call(true)
return redis.call({})
return redis.call('')
return redis.call('SET', KEYS[1], 'upper') and redis.call('Get', KEYS[1])
return redis.call('GET', KEYS[1], 'extra')
return redis.call('set', KEYS[1])
return redis.call('set', KEYS[1], 'a', 'b')
return redis.call('set', KEYS[1], 'a\0b') and #redis.call('get', KEYS[1])
return redis.call('set', KEYS[1], string.rep('x', 100000)) and redis.call('strlen', KEYS[1])
return redis.call('del', unpack({'a', 'b', 'c'}))
local t = {} for i = 1, 1000 do t[i] = 'k' .. i end return redis.call('del', unpack(t))
local t = {} for i = 1, 7000 do t[i] = i end return redis.call('rpush', 'l', unpack(t))
