using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Scripting;

/// <summary>Libraries of functions beside redis-server: what may be registered and how, what a function sees, what FUNCTION answers, payloads both ways.</summary>
[TestClass]
public sealed class FunctionsBesideRedisTests
{
    private const string One = "redis.register_function('f', function(keys, args) return 1 end)";

    // The code of libraries behind their first line.
    private static readonly string[] Bodies =
    [
        One, "return 1", "x = 1", "local t = {} return t.x.y", "error('boom')", "redis.call('ping')", "redis.pcall('ping')", "redis.setresp(3)", "redis.sha1hex('x')", "redis.log(redis.LOG_NOTICE, 'x') " + One, "redis.log('x')", "local x = string.upper('a') " + One,
        "local x = math.random() " + One, "local x = KEYS", "local x = _G", "redis.register_function()", "redis.register_function('f')", "redis.register_function('f', 1)", "redis.register_function(1, function() end)", "redis.register_function({}, function() end)",
        "redis.register_function('f', function() end, 3)", "redis.register_function{function_name='f', callback=function() end}", "redis.register_function{function_name='f', callback=function() end, flags={'no-writes'}}",
        "redis.register_function{function_name='f', callback=function() end, flags={'zzz'}}", "redis.register_function{function_name='f', callback=function() end, flags='no-writes'}", "redis.register_function{function_name='f', callback=function() end, flags={1}}",
        "redis.register_function{function_name='f', callback=function() end, flags={a='no-writes'}}", "redis.register_function{function_name='f', callback=1}", "redis.register_function{function_name='f'}", "redis.register_function{callback=function() end}",
        "redis.register_function{function_name={}, callback=function() end}", "redis.register_function{function_name=12, callback=function() end}", "redis.register_function{function_name='f', callback=function() end, description=1}",
        "redis.register_function{function_name='f', callback=function() end, description={}}", "redis.register_function{function_name='f', callback=function() end, foo=1}", "redis.register_function{function_name='f', callback=function() end, [1]=1}",
        "redis.register_function{function_name='f', callback=function() end, [true]=1}", "redis.register_function{FUNCTION_NAME='f', Callback=function() end}", "redis.register_function('f-', function() end)", "redis.register_function('', function() end)", One + One,
        "while true do end", "redis.foo = 1", "redis = nil", "local f = redis.register_function f('a', function() end)", "local x = redis.LOG_DEBUG .. redis.REDIS_VERSION_NUM " + One,
        "local x = redis.error_reply('x')", "return redis.nosuch", "local s = ('x'):upper() " + One,
    ];

    private static readonly string[] Sources =
    [
        "", "x", "#!lua", "#!lua\nx", "#! name=x\nx", "#!lua name=\nx", "#!lua name=a b\nx", "#!lua name=a-b\n", "#!py name=a\nx", "#!lua name=a name=b\nx", "#!lua nome=a\nx", "#!LUA name=a\n" + One, "#!lua NAME=a\n" + One, "#!lua name=\"a b\"\nx",
        "#!lua name='a\nx", "#!lua name=a\r\n" + One, "\n#!lua name=a\n" + One, "#!lua name=\"ab\"\n" + One, "#!lua \"name=ab\"\n" + One, "#!lua name=a\n",
    ];

    // Bodies of functions that are called with one key and one argument.
    private static readonly string[] Functions =
    [
        "return #keys .. '/' .. #args", "return KEYS[1]", "return ARGV[1]", "x = 1", "error('boom')", "error({err='MY boom'})", "return redis.call('nosuch')", "local x = redis.call('incr', 'str') return x", "return redis.register_function('z', function() end)",
        "return redis.call('set', keys[1], args[1])", "return redis.call('get', keys[1])", "return {ok='x'}", "return {1, 2, {3}}", "return {type(string.upper), type(math), type(cjson), type(redis.call), type(_G), type(load)}", "local ok, e = pcall(redis.call, 'nosuch') return e",
        "local e = redis.pcall('nosuch') return e.err", "redis.setresp(3) return redis.call('hgetall', 'h')", "return nosuch", "return redis.call('fcall', 'f', 0)", "return redis.call('function', 'list')", "return redis.call('eval', 'return 1', 0)", "return redis.breakpoint()",
        "return redis.debug('x')", "return redis.replicate_commands()", "return redis.acl_check_cmd('get', 'x')", "return redis.set_repl(redis.REPL_ALL)", "local t = nil; return t.x", "return error('tt')", "return redis.sha1hex('')", "return loadstring('return 1')()",
        "return loadstring('return KEYS')()", "redis.x = 1", "string.x = 1", "return redis.status_reply('S')", "return redis.error_reply('E x')", "return {err='E y'}", "n = n + 1 return n", "local n = 1\nn = n + 1\nlocal t = {}\nreturn t.x.y", "return keys", "return args",
    ];

    [TestMethod]
    public async Task Libraries_are_loaded_or_refused_as_in_redis()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        foreach (string source in (string[])[.. Bodies.Select(body => "#!lua name=lib\n" + body), .. Sources])
        {
            both.Check("FUNCTION", "FLUSH");
            both.Check("FUNCTION", "LOAD", source);
            both.Check("FCALL", "f", "0");
        }
    }

    [TestMethod]
    [DataRow(1, "")]
    [DataRow(3, "")]
    [DataRow(1, "flags={'no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys'},")]
    public async Task Functions_run_as_in_redis(int shards, string flags)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        both.Check("SET", "str", "x");
        both.Check("HSET", "h", "f", "v");
        foreach (string body in Functions)
        {
            both.Check("FUNCTION", "LOAD", "REPLACE", $"#!lua name=lib\nredis.register_function{{function_name='f', {flags} callback=function(keys, args)\n{body}\nend}}");
            both.Check("FCALL", "f", "1", "k", "a");
            both.Check("FCALL_RO", "F", "1", "k", "a");
        }
    }

    [TestMethod]
    public async Task The_commands_answer_as_in_redis()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.Check("FUNCTION", "LOAD", "#!lua name=a1\n" + One);
        both.Check("FUNCTION", "LOAD", "#!lua name=a2\n" + One);
        both.Check("FUNCTION", "LOAD", "REPLACE", "replace", "#!lua name=a1\n" + One);
        both.Check("FUNCTION", "LOAD", "#!lua name=a1\n" + One, "REPLACE");
        both.Check("FUNCTION", "LIST", "LIBRARYNAME", "A?", "WITHCODE");
        both.CheckInBothProtocols("""
            FUNCTION LIST
            FUNCTION LIST WITHCODE
            FUNCTION LIST LIBRARYNAME x*
            FUNCTION STATS
            """);
        both.CheckLines("""
            FUNCTION
            FUNCTION WHAT
            FUNCTION LOAD
            FUNCTION LIST LIBRARYNAME
            FUNCTION LIST WITHCODE LIBRARYNAME
            FUNCTION LIST what
            FUNCTION LIST WITHCODE WITHCODE
            FUNCTION LIST LIBRARYNAME a LIBRARYNAME b
            FUNCTION KILL
            FUNCTION KILL x
            FUNCTION STATS x
            FUNCTION DUMP x
            FUNCTION DELETE
            FUNCTION DELETE A1
            FUNCTION DELETE zz
            FUNCTION FLUSH NOW
            FUNCTION FLUSH SYNC x
            FUNCTION RESTORE
            FUNCTION RESTORE x
            FUNCTION RESTORE x WHAT
            FUNCTION RESTORE x FLUSH y
            FCALL f
            FCALL f x
            FCALL f 1.5 a
            FCALL f -1
            FCALL f 2 a
            FCALL zz x
            FCALL F 0
            FCALL_RO f 0
            FUNCTION DELETE a1
            FCALL f 0
            FUNCTION LIST
            FUNCTION FLUSH ASYNC
            FUNCTION DUMP
            """);
    }

    [TestMethod]
    public async Task Each_side_restores_what_the_other_has_dumped()
    {
        const string Described = "#!lua name=b\nredis.register_function{function_name='g', description='words', flags={'no-writes'}, callback=function() return 2 end}";
        await using SideBySide both = await SideBySide.StartAsync();
        both.Check("SET", "k", "v");
        string value = Bulk(both.Check("DUMP", "k"));
        both.Check("FUNCTION", "LOAD", "#!lua name=a\n" + One);
        string one = Bulk(both.Check("FUNCTION", "DUMP"));
        both.Check("FUNCTION", "LOAD", Described);
        // The order of two libraries is free, and Redis may compress.
        string theirs = Bulk(both.Theirs("FUNCTION", "DUMP"));
        string ours = Bulk(both.Ours.Execute("FUNCTION", "DUMP"));
        foreach (string payload in (string[])[one, theirs, ours, value, ours[..^1], "\xf6" + ours])
        {
            both.Check("FUNCTION", "FLUSH");
            foreach (string policy in (string[])["APPEND", "REPLACE", "FLUSH"])
                both.Check("FUNCTION", "RESTORE", payload, policy);
            both.Check("FUNCTION", "STATS");
            both.Check("FCALL", "f", "0");
            both.Check("FCALL_RO", "g", "0");
            both.Check("FUNCTION", "LIST", "WITHCODE", "LIBRARYNAME", "b");
        }

        both.Check("FUNCTION", "FLUSH");
        both.Check("FUNCTION", "LOAD", "#!lua name=c\n" + One);
        both.Check("FUNCTION", "RESTORE", one, "REPLACE");
        both.Check("FUNCTION", "RESTORE", one);
        both.Check("FUNCTION", "LIST");
    }

    [TestMethod]
    public async Task Without_memory_only_what_says_so_runs()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.Check("SET", "k", "v");
        both.Check("FUNCTION", "LOAD", "#!lua name=a\n" + One);
        both.Check("FUNCTION", "LOAD", "#!lua name=b\nredis.register_function{function_name='g', flags={'allow-oom'}, callback=function() return redis.call('set', 'k', 'w') end}");
        both.Check("FUNCTION", "LOAD", "#!lua name=c\nredis.register_function{function_name='h', flags={'no-writes'}, callback=function() return redis.call('get', 'k') end}");
        both.Check("CONFIG", "SET", "maxmemory", "1");
        both.CheckLines("""
            FCALL f 0
            FCALL g 0
            FCALL h 0
            """);
        both.Check("EVAL", "redis.call('del', 'k') return redis.call('set', 'k', 'x')", "0");
        both.Check("EVAL", "return redis.pcall('set', 'k', 'y').err", "0");
    }

    private static string Bulk(string reply) => reply[(reply.IndexOf('\n', StringComparison.Ordinal) + 1)..^2];
}
