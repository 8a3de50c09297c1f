using System.Text;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Scripting.KeyUse;

namespace DragonflyFlow.Tests.Pipeline.Scripting.KeyUse;

/// <summary>Which scripts are known to use no keys but those that they are called with.</summary>
[TestClass]
public sealed class KeyUseReaderTests
{
    private static readonly CommandTable Commands = new(CommandFamilies.All);

    [TestMethod]
    [DataRow("")]
    [DataRow("return 1")]
    [DataRow("return redis.call('get', KEYS[1])")]
    [DataRow("return redis.call(\"GET\", KEYS[1]) -- 'of' KEYS")]
    [DataRow("return redis.call([[get]], KEYS[1])")]
    [DataRow("--[[ loadstring\n ]] --[==[ _G ]] ]==] return redis.call('get', KEYS[1])")]
    [DataRow("return redis.pcall('set', KEYS[1], ARGV[1], 'EX', 100)")]
    [DataRow("local v = redis.call('get', KEYS[1]) if v == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end")]
    [DataRow("return redis.call('set', KEYS[1], redis.call('get', KEYS[2]))")]
    [DataRow("local key, other = KEYS[1], KEYS[2] redis.call('rename', key, other)")]
    [DataRow("local a <const>, b = unpack(KEYS) return redis.call('smove', a, b, 'x')")]
    [DataRow("local call = redis.call local n = call('incr', KEYS[1]) if n > 1 then call('expire', KEYS[1], 60) end return n")]
    [DataRow("local r = redis return r.call('get', KEYS[1])")]
    [DataRow("for i = 1, #KEYS do redis.call('del', KEYS[i]) end")]
    [DataRow("for _, key in ipairs(KEYS) do redis.call('del', key) end")]
    [DataRow("local n = 0 for i, key in pairs(KEYS) do n = n + redis.call('exists', key) end return n")]
    [DataRow("return redis.call('mget', unpack(KEYS))")]
    [DataRow("return redis.call('del', KEYS[1], table.unpack(KEYS, 2, 3))")]
    [DataRow("return redis.call('sadd', KEYS[1], unpack(ARGV))")]
    [DataRow("redis.call('mset', KEYS[1], ARGV[1], KEYS[2], ARGV[2])")]
    [DataRow("return redis.call('zunionstore', KEYS[1], 2, KEYS[2], KEYS[3], 'AGGREGATE', 'MAX')")]
    [DataRow("return redis.call('object', 'encoding', KEYS[1])")]
    [DataRow("redis.call('xgroup', 'create', KEYS[1], 'g', '$', 'MKSTREAM')")]
    [DataRow("redis.call('select', 3) redis.call('publish', 'channel', KEYS[1]) return redis.call('time')")]
    [DataRow("return redis.call('nosuchcommand', 'key')")]
    [DataRow("local function give(a, ...) return a .. select('#', ...) end return give(KEYS[1], redis.call('get', KEYS[1]))")]
    [DataRow("local t = {KEYS[1], n = KEYS[2], ['x'] = 1; 2} t.n = KEYS[1] return {t[1], #t, -1, not t, cjson.encode({1, 2})}")]
    [DataRow("local ok, e = pcall(function() return redis.call('incr', KEYS[1]) end) repeat local x = ok until x return e")]
    [DataRow("local s = ('x'):rep(3) .. ARGV[1]:sub(1, 2) while false do break end goto done ::done:: return s // 2 >= 1 and 0x1p-3 or 1e+5")]
    [DataRow("return redis.sha1hex(KEYS[1]), redis.status_reply'OK', redis.log(redis.LOG_NOTICE, #KEYS)")]
    [DataRow("return (redis.call)('get', (KEYS[1]))")]
    public void It_shows_that_no_other_key_is_used(string source) => Assert.IsTrue(IsProven(source));

    [TestMethod]
    [DataRow("return redis.call('get', 'key')")]
    [DataRow("return redis.call('get', ARGV[1])")]
    [DataRow("return redis.call('get', KEYS[1] .. 'x')")]
    [DataRow("return redis.call('get', KEYS[1] or 'x')")]
    [DataRow("return redis.call(ARGV[1], KEYS[1])")]
    [DataRow("return redis.call(('get'), 'key')")]
    [DataRow("return redis.call('g' .. 'et', 'key')")]
    [DataRow("return redis.call('\\103et', 'key')")]
    [DataRow("return redis.call(unpack(ARGV))")]
    [DataRow("return redis.call('del', unpack(ARGV))")]
    [DataRow("return redis.call('mget', KEYS[1], unpack(ARGV))")]
    [DataRow("redis.call('mset', unpack(KEYS))")]
    [DataRow("redis.call('rename', KEYS[1], (unpack(ARGV)))")]
    [DataRow("redis.call('rename', KEYS[1], unpack(ARGV))")]
    [DataRow("return redis.call('zunionstore', KEYS[1], ARGV[1], KEYS[2], KEYS[3])")]
    [DataRow("return redis.call('zunionstore', KEYS[1], 2, KEYS[2], 'x')")]
    [DataRow("return redis.call('zunionstore', KEYS[1], KEYS[2], 'a', 'b')")]
    [DataRow("return redis.call('sort', KEYS[1], 'by', 'weight_*')")]
    [DataRow("return redis.call('keys', '*')")]
    [DataRow("return redis.call('dbsize')")]
    [DataRow("return redis.call('object', ARGV[1], KEYS[1])")]
    [DataRow("return redis['call']('get', 'key')")]
    [DataRow("return redis.call'dbsize'")]
    [DataRow("local call = redis.call return call('get', 'key')")]
    [DataRow("local call, other = redis.call, redis.pcall call = other return call('get', KEYS[1])")]
    [DataRow("return pcall(redis.call, 'get', 'key')")]
    [DataRow("local t = {redis.call} return t[1]('get', 'key')")]
    [DataRow("local key = KEYS[1] key = 'x' return redis.call('get', key)")]
    [DataRow("local key = KEYS[1] local function f() key = 'x' end f() return redis.call('get', key)")]
    [DataRow("local key = KEYS[1] for i = 1, 2 do redis.call('get', key) key = 'x' end")]
    [DataRow("local key = KEYS[1] do local key = 'x' redis.call('get', key) end")]
    [DataRow("local key = KEYS[1] for key in pairs({x = 1}) do redis.call('get', key) end")]
    [DataRow("local key = KEYS[1] local function f(key) redis.call('get', key) end f('x')")]
    [DataRow("for i in ipairs(KEYS) do redis.call('get', i) end")]
    [DataRow("for i, key in ipairs(KEYS) do key = key .. i redis.call('get', key) end")]
    [DataRow("KEYS[1] = 'x' return redis.call('get', KEYS[1])")]
    [DataRow("local n n, KEYS[1] = 1, 'x' return redis.call('get', KEYS[1])")]
    [DataRow("KEYS = {'x'} return redis.call('get', KEYS[1])")]
    [DataRow("local KEYS = {'x'} return redis.call('get', KEYS[1])")]
    [DataRow("local keys = KEYS keys[1] = 'x' return redis.call('get', KEYS[1])")]
    [DataRow("table.insert(KEYS, 'x') return redis.call('get', KEYS[2])")]
    [DataRow("local f, t = ipairs(KEYS) t[1] = 'x' return redis.call('get', KEYS[1])")]
    [DataRow("(function(t) t[1] = 'x' end)(KEYS) return redis.call('get', KEYS[1])")]
    [DataRow("_G.KEYS[1] = 'x' return redis.call('get', KEYS[1])")]
    [DataRow("return _G.redis.call('get', 'x')")]
    [DataRow("local _ENV = {KEYS = {'x'}, redis = redis} return redis.call('get', KEYS[1])")]
    [DataRow("return loadstring('return redis.call(\"get\", \"x\")')()")]
    [DataRow("return getfenv(1).redis.call('get', 'x')")]
    [DataRow("local table = {unpack = function() return 'x' end} return redis.call('get', table.unpack(KEYS))")]
    [DataRow("local function ipairs() return next, {x = 'x'} end for _, key in ipairs(KEYS) do redis.call('get', key) end")]
    [DataRow("return redis.call('get', KEYS[1]")]
    [DataRow("return 'unfinished")]
    [DataRow("--[[ unfinished")]
    [DataRow("end")]
    public void It_may_use_another(string source) => Assert.IsFalse(IsProven(source));

    [TestMethod]
    [DataRow("(", ")")]
    [DataRow("{", "}")]
    [DataRow("-", "")]
    [DataRow("function() return ", " end")]
    public void What_is_nested_too_deeply_is_not_read(string open, string close)
    {
        static string Nested(string open, string close, int depth) => "return " + string.Concat(Enumerable.Repeat(open + " ", depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.IsTrue(IsProven(Nested(open, close, 50)));
        Assert.IsFalse(IsProven(Nested(open, close, 100_000)));
    }

    private static bool IsProven(string source) => KeyUseReader.UsesOnlyDeclaredKeys(Encoding.Latin1.GetBytes(source), Commands);
}
