using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Writes of every type and kind, by seed: what a snapshot under way has to survive.</summary>
internal sealed class WriteStorm(int seed, int keys, bool withRare = true)
{
    private static readonly string[] Kinds =
    [
        "SET s{k} {v}", "SET s{k} {v}", "SET x{k} {v} PX {p}", "APPEND s{k} {v}", "INCR i{k}", "SETRANGE s{k} {n} abc", "SETBIT b{k} {n} 1", "PFADD f{c} {v}",
        "RPUSH l{c} {v} {n}", "LPUSH l{c} {v}", "LPOP l{c}", "LTRIM l{c} 0 50", "LMOVE l{c} l{d} LEFT RIGHT", "HSET h{c} {n} {v}", "HDEL h{c} {n}", "HINCRBY h{c} count 1",
        "HPEXPIRE h{c} {p} FIELDS 1 {n}", "SADD t{c} {v} {n}", "SREM t{c} {n}", "SPOP t{c}", "SMOVE t{c} t{d} {n}", "SUNIONSTORE t{c} t{c} t{d}", "ZADD z{c} {n} {v}", "ZINCRBY z{c} 1 {n}",
        "ZREM z{c} {n}", "ZPOPMIN z{c}", "ZUNIONSTORE z{c} 2 z{c} z{d}", "DEL s{k}", "DEL l{c} h{d}", "UNLINK z{c}", "GETDEL x{k}", "RENAME s{k} s{m}", "COPY h{c} h{d} REPLACE",
        "SORT l{c} ALPHA STORE l{d}", "EXPIRE s{k} {p}", "PERSIST x{k}", "MOVE s{k} {q}", "MSET s{k} {v} s{m} {v}", "SELECT {q}", "BITOP OR b{k} b{k} b{m}",
        "XADD y{c} * f {v} g {n}", "XADD y{c} MAXLEN 40 * f {v}", "XTRIM y{c} MAXLEN 20", "XGROUP CREATE y{c} g 0 MKSTREAM", "XREADGROUP GROUP g c{q} COUNT 2 STREAMS y{c} >", "XGROUP DESTROY y{c} g", "COPY y{c} y{d} REPLACE",
    ];

    private static readonly string[] Rare = ["FLUSHDB", "FLUSHDB ASYNC", "SWAPDB 0 {q}", "SET e{k} {v} PX 1"];

    private readonly Random _random = new(seed);

    /// <summary>One write, or a MULTI or a script of several.</summary>
    public void Write(InProcessClient client)
    {
        switch (_random.Next(60))
        {
            case 0 when withRare:
                client.Line(Fill(Rare[_random.Next(Rare.Length)]));
                break;
            case 1:
                client.Line("MULTI");
                for (int i = 0; i < 4; i++)
                    client.Line(Next());
                client.Line("EXEC");
                break;
            case 2:
                client.Execute("EVAL", "redis.call('SET', KEYS[1], ARGV[1]) redis.call('RPUSH', KEYS[2], ARGV[1]) return redis.call('DEL', KEYS[3])", "3", Fill("s{k}"), Fill("l{c}"), Fill("s{m}"), Fill("{v}"));
                break;
            default:
                client.Line(Next());
                break;
        }
    }

    private string Next() => Fill(Kinds[_random.Next(Kinds.Length)]);

    private string Fill(string form) => form
        .Replace("{k}", Number(keys), StringComparison.Ordinal).Replace("{m}", Number(keys), StringComparison.Ordinal)
        .Replace("{c}", Number(12), StringComparison.Ordinal).Replace("{d}", Number(12), StringComparison.Ordinal)
        .Replace("{v}", Number(int.MaxValue), StringComparison.Ordinal).Replace("{n}", Number(400), StringComparison.Ordinal)
        .Replace("{p}", (1_000_000 + _random.Next(1_000_000)).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{q}", Number(3), StringComparison.Ordinal);

    private string Number(int below) => _random.Next(below).ToString(CultureInfo.InvariantCulture);
}
