-- redis.setresp(3): maps, sets, doubles, booleans, nulls, big numbers, verbatim strings.
redis.call('del', 'h', 's', 'z') redis.call('hset', 'h', 'f', 'v') redis.call('sadd', 's', 'm') redis.call('zadd', 'z', 1.5, 'm') return 'ready'
redis.setresp(3) return redis.call('hgetall', 'h')
redis.setresp(3) return redis.call('hgetall', 'h').map.f
redis.setresp(3) return type(redis.call('hgetall', 'h').map)
redis.setresp(3) return redis.call('smembers', 's')
redis.setresp(3) return redis.call('smembers', 's').set.m
redis.setresp(3) return tostring(redis.call('smembers', 's').set.m)
redis.setresp(3) return redis.call('zscore', 'z', 'm')
redis.setresp(3) return redis.call('zscore', 'z', 'm').double
redis.setresp(3) return tostring(redis.call('zscore', 'z', 'm').double)
redis.setresp(3) return redis.call('zscore', 'z', 'none')
redis.setresp(3) return type(redis.call('zscore', 'z', 'none'))
redis.setresp(3) return tostring(redis.call('get', 'missing'))
redis.setresp(3) return type(redis.call('get', 'missing'))
redis.setresp(2) return type(redis.call('get', 'missing'))
redis.setresp(3) return redis.call('mget', 'missing', 'missing2')
redis.setresp(3) return #redis.call('mget', 'missing', 'missing2')
redis.setresp(3) return redis.call('zrange', 'z', 0, -1, 'withscores')
redis.setresp(3) return redis.call('zrange', 'z', 0, -1, 'withscores')[1][1]
redis.setresp(3) return redis.call('config', 'get', 'maxmemory')
redis.setresp(3) return redis.call('incrbyfloat', 'n', 1.5)
redis.setresp(3) return redis.call('zincrby', 'z', 1, 'm')
redis.setresp(3) return redis.call('zpopmin', 'z')
redis.setresp(3) return redis.call('lpop', 'missing', 2)
redis.setresp(3) return redis.call('ping')
redis.setresp(3) return redis.call('set', 'n', 'x')
redis.setresp(3) return redis.call('info', 'nosuch')
redis.setresp(3) return type(redis.call('info', 'nosuch'))
redis.setresp(3) return redis.call('latency', 'doctor') ~= nil
redis.setresp(3) return redis.pcall('nosuch')
redis.setresp(3) return redis.pcall('nosuch').err
redis.setresp(3) return true
redis.setresp(3) return false
redis.setresp(3) return nil
redis.setresp(3) return {true, false, 1}
redis.setresp(3) return {1, nil, 2}
redis.setresp(3) return {map = {a = 1}}
redis.setresp(3) return {map = {a = {1, 2}}}
redis.setresp(3) return {map = {a = true}}
redis.setresp(3) return {map = {[1] = 'one'}}
redis.setresp(3) return {map = {}}
redis.setresp(3) return {set = {a = true}}
redis.setresp(3) return {set = {a = false}}
redis.setresp(3) return {set = {5}}
redis.setresp(3) return {set = {}}
redis.setresp(3) return {double = 1.5}
redis.setresp(3) return {double = 3}
redis.setresp(3) return {double = 1/0}
redis.setresp(3) return {double = -1/0}
redis.setresp(3) return {double = 1e100}
redis.setresp(3) return {big_number = '12345678901234567890'}
redis.setresp(3) return {big_number = 'a\r\nb'}
redis.setresp(3) return {verbatim_string = {format = 'txt', string = 'text'}}
redis.setresp(3) return {verbatim_string = {format = 'mkd', string = ''}}
redis.setresp(3) return {verbatim_string = {format = 'long', string = 'text'}}
redis.setresp(3) return {verbatim_string = {}}
redis.setresp(3) return {ok = 'fine'}
redis.setresp(3) return {err = 'ERR bad'}
redis.setresp(3) return {{map = {a = 1}}, {double = 1.5}}
redis.setresp(3) return 1
redis.setresp(3) return 1.5
redis.setresp(3) return 'text'
redis.setresp(3) return cjson.null
redis.setresp(3) redis.setresp(2) return redis.call('hgetall', 'h')
redis.setresp(3) redis.setresp(2) return true
redis.setresp(3) return redis.setresp(2)
return true
return {true, false}
return {map = {a = true}}
return {double = 1.5}
return {set = {a = true}}
return {big_number = '123'}
return {verbatim_string = {format = 'txt', string = 'text'}}
redis.setresp(3) local r = redis.call('hgetall', 'h') r.map.g = 'w' return r.map.g
redis.setresp(3) return redis.call('hrandfield', 'h', 1, 'withvalues')
redis.setresp(3) return redis.call('xread', 'streams', 'missing', '0')
redis.setresp(3) return redis.call('command', 'info', 'get')[1][1]
