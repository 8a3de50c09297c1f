using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>Scripts beside redis-server: conversions both ways, errors, the table "redis", Lua 5.1's ways, libraries.</summary>
[TestClass]
public sealed class EvalBesideRedisTests
{
    private static readonly string[] Scripts =
    [
        "return 1", "return 1.9", "return -1.9", "return 'a'", "return true", "return false", "return nil", "return {1,2,{3,'x'},nil,4}", "return {}", "return {ok='fine'}", "return {err='MY bad'}",
        "return {a=1}", "return redis.status_reply('S')", "return redis.error_reply('E x')", "return redis.error_reply('-E x')", "return redis.call('ping')",
        "return redis.call('set', KEYS[1], ARGV[1])", "return redis.call('get', KEYS[1])", "return redis.call('get', 'missing') == false", "return redis.call('incr', KEYS[1])", "return redis.pcall('incr', KEYS[1])",
        "return redis.pcall('incr', KEYS[1]).err", "return redis.call('rpush', KEYS[2], 1, 2.5, 'x', 1e20, 0.1)", "return redis.call('lrange', KEYS[2], 0, -1)", "return #redis.call('lrange', KEYS[2], 0, -1)",
        "return redis.call('hset', 'h', 'f', 'v')", "return redis.call('hgetall', 'h')", "return redis.call('nosuch')", "return redis.call('get')", "return redis.call('get', {})", "return redis.call()", "return redis.call('subscribe', 'x')",
        "return redis.pcall('nosuch').err", "error('boom')", "error({err='MINE x'})", "error('boom', 0)", "return nosuchvar", "x = 1", "redis = nil", "string.x = 1", "redis.call = 1", "local t = nil; return t.x", "return 1 +",
        "return tostring(10/2)", "return tostring(1/3)", "return tostring(1e15)", "return tostring(2^53)", "return tostring(-0.5)", "return 10/2", "return {10/2, 7/2}", "return string.format('%d', 3.0)", "return string.format('%s %5.2f %x', 10/2, 1/3, 255)",
        "return unpack({1,2,3})", "return {unpack({1,2,3})}", "return table.getn({1,2,3})", "return math.pow(2,10)", "return loadstring('return 5')()", "return math.mod(7,3)", "local s='' for w in string.gfind('a b c', '%a') do s = s..w end return s",
        "return redis.sha1hex('')", "return redis.sha1hex('abc')", "redis.log(redis.LOG_WARNING, 'x')", "return redis.log(5, 'x')", "return redis.log('x')", "return redis.replicate_commands()", "redis.set_repl(redis.REPL_ALL) return redis.REPL_NONE",
        "return redis.breakpoint()", "return {redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING}", "return type(io)", "return type(os.clock)", "return type(redis.call)", "return #KEYS", "return #ARGV", "return KEYS[3]",
        "return bit.band(0xff, 0x0f)", "return bit.tohex(255)", "return bit.tohex(-1, 4)", "return bit.bnot(0)", "return bit.lshift(1, 31)", "return bit.rshift(-1, 1)", "return bit.arshift(-8, 1)", "return bit.bxor(1,2,4)", "return bit.rol(0x12345678, 8)", "return bit.bswap(0x12345678)",
        "return cjson.encode({1,2,{a=1},'x/y\\n'})", "return cjson.encode({})", "return cjson.encode({a={}})", "return cjson.encode(1.5)", "return cjson.encode(10/2)", "return cjson.encode(cjson.null)", "return cjson.encode({[1]=1,[3]=3})", "return cjson.encode('\\127\\1')",
        "return cjson.decode('[1,2.5,\"x\",null,true,{\"a\":[]}]')[3]", "return cjson.decode('{\"a\":{\"b\":[1,2,3]}}').a.b[2]", "return cjson.decode('\"\\\\u00e9\\\\ud83d\\\\ude00\"')", "return cjson.decode('[1,')", "return cjson.decode('nope')", "return tostring(cjson.decode('null') == cjson.null)",
        "return cjson.encode({[100]=1})", "return cjson.encode({1e300})", "return cjson.encode(12345678901234567)", "return type(cjson.null)",
        "return cmsgpack.pack(1,-1,127,128,255,256,65536,-33,-129,1.5,0.1,'str',true,false,{1,2},{a=1})", "return cmsgpack.unpack(cmsgpack.pack({1,'a',{b=2.5}}))[3].b * 2", "return {cmsgpack.unpack(cmsgpack.pack(1,2,3))}", "return cmsgpack.pack(2^40)", "return cmsgpack.unpack('\\193')",
        "return struct.pack('>HBs', 258, 3, 'hi')", "return {struct.unpack('>HBs', '\\1\\2\\3hi\\0')}", "return struct.size('>HIx')", "return struct.pack('<i4', -2)", "return struct.pack('c5', 'hello world')", "return {struct.unpack('Bc0', '\\3abcd')}",
        "redis.setresp(3) return redis.call('hgetall', 'h').map.f", "redis.setresp(3) return redis.call('zscore', 'nosuch', 'x') == nil", "redis.setresp(4)", "return {map={a=1}}", "return {double=1.5}", "return {set={a=true}}",
        "return redis.call('select', '3')", "return pcall(redis.call, 'nosuch')", "local ok, e = pcall(redis.call, 'incr', KEYS[2]) return e.err", "return select('#', 1, 2, 3)", "local t = setmetatable({}, {__index=function() return 7 end}) return t.x",
        "return redis.call('blpop', 'nothing', 0)", "return redis.call('eval', 'return 1', 0)", "return redis.call('multi')", "return redis.call('config', 'get', 'port')", "local co = coroutine.create(function() coroutine.yield(4) end) local _, v = coroutine.resume(co) return v",
        "return rawequal(_G, _G)", "rawset(_G, 'y', 1) return 1", "return string.rep('ab', 3, ',')", "return ('x'):rep(3)", "return tostring(nil)..tostring(true)", "return redis.call('object', 'encoding', KEYS[2])", "return {1.5, '1.5', 1e3}",
    ];

    [TestMethod]
    [DataRow(1, "2")]
    [DataRow(3, "2")]
    [DataRow(1, "3")]
    public async Task Scripts_answer_as_in_redis(int shards, string protocol)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        both.Theirs("HELLO", protocol);
        both.Ours.Execute("HELLO", protocol);
        List<string> differences = [];
        foreach (string script in Scripts)
        {
            string[] command = ["EVAL", script, "2", "key1", "key2", "arg1", "arg2"];
            string theirs = both.Theirs(command);
            string ours = both.Ours.Execute(command);
            if (theirs != ours && !IsAllowed(script, theirs, ours))
                differences.Add($"{script}\n  redis {theirs.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)}\n  ours  {ours.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)}");
        }

        Assert.AreEqual("", string.Join('\n', differences));
    }

    [TestMethod]
    public async Task The_commands_around_scripts_answer_as_in_redis()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckLines("""
            EVAL return x 0
            EVAL return 1
            EVAL return -1
            EVAL return 2 a
            EVALSHA ffffffffffffffffffffffffffffffffffffffff 0
            EVALSHA short 0
            SCRIPT EXISTS ffffffffffffffffffffffffffffffffffffffff e0e1f9fabfc9d4800c877a703b823ac0578ff8db
            SCRIPT LOAD return
            SCRIPT KILL
            SCRIPT FLUSH
            SCRIPT FLUSH ASYNC
            SCRIPT FLUSH NOW
            SCRIPT WHAT
            SCRIPT DEBUG NO
            SCRIPT DEBUG MAYBE
            """);
        both.Check("SCRIPT", "LOAD", "return 1 +");
        both.Check("SCRIPT", "LOAD", "return KEYS[1]");
        both.Check("EVALSHA", "4a2267357833227dd98abdedb8cf24b15a986445", "1", "k");
        both.Check("evalsha", "4A2267357833227DD98ABDEDB8CF24B15A986445", "1", "k");
        both.Check("EVAL_RO", "return redis.call('set', KEYS[1], 1)", "1", "k");
        both.Check("EVAL_RO", "return redis.call('get', KEYS[1])", "1", "k");
        both.Check("EVAL", "#!lua flags=no-writes\nreturn redis.call('set', KEYS[1], 1)", "1", "k");
        both.Check("EVAL", "#!lua\nreturn 1", "0");
        both.Check("EVAL", "#!lua flags=nosuch\nreturn 1", "0");
        both.Check("EVAL", "#!python\nreturn 1", "0");
        both.Check("EVAL", "#!lua what=1\nreturn 1", "0");
        both.Check("EVAL", "#!lua flags=\nreturn 1", "0");
        both.Check("EVAL", "#!lua flags=allow-oom, no-writes\nreturn 1", "0");
        both.Check("EVAL", "#!lua flags=allow-oom flags=no-writes\nreturn redis.call('set', 'k', 1)", "0");
        both.Check("EVAL", "#! lua\nreturn 1", "0");
        both.Check("EVAL", "#!\n", "0");
        both.Check("EVAL", "#!lua", "0");
        both.Check("EVAL", "#!lua flags=no-cluster,allow-stale,allow-cross-slot-keys\nerror('x')", "0");
        both.Check("EVAL_RO", "#!lua\nreturn 1", "0");
        both.Check("EVAL_RO", "#!lua flags=no-writes\nreturn 1", "0");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Scripts_and_memory_that_is_used_up(int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        for (int i = 0; i < 20; i++)
            both.Check("SET", $"filler{i}", "value");
        both.Check("CONFIG", "SET", "maxmemory", "1");
        foreach (string flags in (string[])["", "#!lua\n", "#!lua flags=allow-oom\n", "#!lua flags=no-writes\n", "#!lua flags=no-writes,allow-oom\n", "#!lua flags=allow-stale\n"])
        {
            foreach (string body in (string[])["return 1", "return redis.call('get', KEYS[1])", "return redis.call('set', KEYS[1], 'x')", "redis.call('del', KEYS[1]) return redis.call('set', KEYS[1], 'x')"])
            {
                both.Check("EVAL", flags + body, "1", "k");
                both.Check("EVAL_RO", flags + body, "1", "k");
            }
        }
    }

    // What Lua 5.4 does otherwise, and what a greeting of redis-server holds.
    private static bool IsAllowed(string script, string theirs, string ours) => script switch
    {
        "local t = nil; return t.x" => ours.Contains("attempt to index a nil value (local 't')", StringComparison.Ordinal),
        "return type(os.clock)" => ours == "$8\r\nfunction\r\n",
        "return redis.call('object', 'encoding', KEYS[2])" => ours == "$8\r\nlistpack\r\n",
        "return 1 +" => ours.StartsWith("-ERR Error compiling script (new function): user_script:1:", StringComparison.Ordinal),
        "return string.rep('ab', 3, ',')" => theirs.Contains("ababab", StringComparison.Ordinal) && ours.Contains("ab,ab,ab", StringComparison.Ordinal),
        _ => false,
    };
}
