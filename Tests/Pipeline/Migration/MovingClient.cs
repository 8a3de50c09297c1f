using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>A client that writes keys of its own of every type, follows redirections, and knows what each key must hold: every reply it gets is checked.</summary>
internal sealed class MovingClient
{
    private const int KeysOfKind = 12;
    private const int RedirectionsMax = 10_000;

    private readonly ServerCluster _cluster;
    private readonly InProcessClient[] _clients;
    private readonly Random _random;
    private readonly string _name;
    private readonly int[] _nodeOfSlot = new int[KeySlot.Count];
    private readonly Dictionary<string, long> _counters = [];
    private readonly Dictionary<string, string> _strings = [];
    private readonly Dictionary<string, List<string>> _lists = [];
    private readonly Dictionary<string, SortedSet<string>> _sets = [];
    private readonly Dictionary<string, SortedDictionary<string, string>> _hashes = [];
    private readonly Dictionary<string, SortedDictionary<string, int>> _sortedSets = [];
    private readonly Dictionary<string, List<string>> _streams = [];

    internal MovingClient(ServerCluster cluster, string name, int seed)
    {
        _cluster = cluster;
        _name = name;
        _random = new Random(seed);
        _clients = [.. cluster.Nodes.Select(node => node.OpenClient())];
    }

    /// <summary>Commands that were answered.</summary>
    internal long Done { get; private set; }

    /// <summary>Keys that there must be.</summary>
    internal int Keys => _counters.Count + _strings.Count + _lists.Count + _sets.Count + _hashes.Count + _sortedSets.Count + _streams.Count;

    /// <summary>One command.</summary>
    internal void Step()
    {
        int number = _random.Next(KeysOfKind);
        string value = new('v', _random.Next(4) == 0 ? _random.Next(3000) : _random.Next(10));
        switch (_random.Next(16))
        {
            case 0 or 1 or 2:
                Count($"c:{_name}:{number}");
                break;
            case 3 or 4:
                Push($"l:{_name}:{number}", value);
                break;
            case 5:
                Set($"s:{_name}:{number}", value);
                break;
            case 6 or 7:
                SetAdd($"e:{_name}:{number}");
                break;
            case 8 or 9:
                HashSet($"h:{_name}:{number}", value);
                break;
            case 10:
                SortedSetAdd($"z:{_name}:{number}");
                break;
            case 11:
                StreamAdd($"x:{_name}:{number}", value);
                break;
            case 12:
                Delete($"s:{_name}:{number}");
                break;
            case 13:
                Pop($"l:{_name}:{number}");
                break;
            case 14:
                SetPop($"e:{_name}:{number}");
                break;
            default:
                Transaction($"c:{_name}:{number}");
                break;
        }

        Done++;
    }

    /// <summary>What was emptied at once (FLUSHALL) is gone for those keys that a node held.</summary>
    internal void Forget(Func<string, bool> isGone)
    {
        Drop(_counters);
        Drop(_strings);
        Drop(_lists);
        Drop(_sets);
        Drop(_hashes);
        Drop(_sortedSets);
        Drop(_streams);

        void Drop<T>(Dictionary<string, T> keys)
        {
            foreach (string key in keys.Keys.Where(isGone).ToArray())
                keys.Remove(key);
        }
    }

    /// <summary>All keys hold what they must.</summary>
    internal void Check(string replay)
    {
        foreach ((string key, long count) in _counters)
            Assert.AreEqual(count.ToString(CultureInfo.InvariantCulture), Ask("GET", key).Text, $"{key}: {replay}");
        foreach ((string key, string value) in _strings)
            Assert.AreEqual(value, Ask("GET", key).Text, $"{key}: {replay}");
        foreach ((string key, List<string> elements) in _lists)
            CollectionAssert.AreEqual(elements, Texts(Ask("LRANGE", key, "0", "-1")), $"{key}: {replay}");
        foreach ((string key, SortedSet<string> members) in _sets)
            CollectionAssert.AreEqual(members.ToArray(), Texts(Ask("SMEMBERS", key)).Order(StringComparer.Ordinal).ToArray(), $"{key}: {replay}");
        foreach ((string key, SortedDictionary<string, string> fields) in _hashes)
        {
            string[] found = Texts(Ask("HGETALL", key));
            Assert.AreEqual(fields.Count * 2, found.Length, $"{key}: {replay}");
            for (int i = 0; i < found.Length; i += 2)
                Assert.AreEqual(fields[found[i]], found[i + 1], $"{key} {found[i]}: {replay}");
        }

        foreach ((string key, SortedDictionary<string, int> members) in _sortedSets)
        {
            string[] expected = [.. members.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
            CollectionAssert.AreEqual(expected, Texts(Ask("ZRANGE", key, "0", "-1")), $"{key}: {replay}");
        }

        foreach ((string key, List<string> ids) in _streams)
            CollectionAssert.AreEqual(ids, Ask("XRANGE", key, "-", "+").Items.Select(entry => entry[0].Text).ToArray(), $"{key}: {replay}");
    }

    private static string[] Texts(RespValue reply) => [.. reply.Items.Select(item => item.Text)];

    private void Count(string key)
    {
        long next = _counters.GetValueOrDefault(key) + 1;
        Assert.AreEqual(next, Ask("INCR", key).Integer, key);
        _counters[key] = next;
    }

    private void Push(string key, string value)
    {
        List<string> list = _lists.TryGetValue(key, out List<string>? known) ? known : [];
        string element = string.Create(CultureInfo.InvariantCulture, $"{list.Count}{value}");
        Assert.AreEqual(list.Count + 1, Ask("RPUSH", key, element).Integer, key);
        list.Add(element);
        _lists[key] = list;
    }

    private void Pop(string key)
    {
        if (!_lists.TryGetValue(key, out List<string>? list))
            return;
        Assert.AreEqual(list[0], Ask("LPOP", key).Text, key);
        list.RemoveAt(0);
        if (list.Count == 0)
            _lists.Remove(key);
    }

    private void Set(string key, string value)
    {
        value += Done.ToString(CultureInfo.InvariantCulture);
        string[] words = _random.Next(3) == 0 ? ["SET", key, value, "EX", "10000"] : ["SET", key, value];
        Assert.AreEqual("OK", Ask(words).Text, key);
        _strings[key] = value;
    }

    private void Delete(string key) => Assert.AreEqual(_strings.Remove(key) ? 1 : 0, Ask("DEL", key).Integer, key);

    private void SetAdd(string key)
    {
        SortedSet<string> set = _sets.TryGetValue(key, out SortedSet<string>? known) ? known : new SortedSet<string>(StringComparer.Ordinal);
        string member = (_random.Next(2) == 0 ? "m" : "") + _random.Next(800).ToString(CultureInfo.InvariantCulture);
        Assert.AreEqual(set.Add(member) ? 1 : 0, Ask("SADD", key, member).Integer, key);
        _sets[key] = set;
    }

    private void SetPop(string key)
    {
        if (!_sets.TryGetValue(key, out SortedSet<string>? set))
            return;
        Assert.IsTrue(set.Remove(Ask("SPOP", key).Text), key);
        if (set.Count == 0)
            _sets.Remove(key);
    }

    private void HashSet(string key, string value)
    {
        SortedDictionary<string, string> hash = _hashes.TryGetValue(key, out SortedDictionary<string, string>? known) ? known : [];
        string field = "f" + _random.Next(300).ToString(CultureInfo.InvariantCulture);
        Assert.AreEqual(hash.ContainsKey(field) ? 0 : 1, Ask("HSET", key, field, value).Integer, key);
        hash[field] = value;
        _hashes[key] = hash;
    }

    private void SortedSetAdd(string key)
    {
        SortedDictionary<string, int> set = _sortedSets.TryGetValue(key, out SortedDictionary<string, int>? known) ? known : [];
        string member = "m" + _random.Next(300).ToString(CultureInfo.InvariantCulture);
        int score = _random.Next(-100, 100);
        Assert.AreEqual(set.ContainsKey(member) ? 0 : 1, Ask("ZADD", key, score.ToString(CultureInfo.InvariantCulture), member).Integer, key);
        set[member] = score;
        _sortedSets[key] = set;
    }

    private void StreamAdd(string key, string value)
    {
        string id = Ask("XADD", key, "*", "field", value).Text;
        if (!_streams.TryGetValue(key, out List<string>? ids))
            _streams[key] = ids = [];
        ids.Add(id);
    }

    private void Transaction(string key)
    {
        string other = $"{{{key}}}:twin";
        long first = _counters.GetValueOrDefault(key) + 2;
        long second = _counters.GetValueOrDefault(other) + 3;
        for (int i = 0; i < RedirectionsMax; i++)
        {
            InProcessClient client = ClientOf(key);
            foreach (string[] queued in (string[][])[["MULTI"], ["INCRBY", key, "2"], ["INCRBY", other, "3"]])
            {
                // A slot that has left is told of at once, and again by EXEC.
                client.Execute(queued);
            }

            RespValue reply = client.Ask("EXEC");
            if (!reply.IsError)
            {
                Assert.AreEqual((first, second), (reply[0].Integer, reply[1].Integer), key);
                (_counters[key], _counters[other]) = (first, second);
                return;
            }

            // Refused while it was queued: where to go is asked of a plain command.
            Follow(key, reply.Text.StartsWith("EXECABORT", StringComparison.Ordinal) ? client.Ask("GET", key) : reply);
        }

        Assert.Fail($"{key} leads in circles");
    }

    private RespValue Ask(params string[] words)
    {
        for (int i = 0; i < RedirectionsMax; i++)
        {
            RespValue reply = ClientOf(words[1]).Ask(words);
            if (!reply.IsError)
                return reply;
            Follow(words[1], reply);
        }

        throw new AssertFailedException($"{words[1]} leads in circles");
    }

    private InProcessClient ClientOf(string key) => _clients[_nodeOfSlot[KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key))]];

    private void Follow(string key, RespValue reply)
    {
        if (!reply.IsError)
            return;
        if (reply.Text.StartsWith("TRYAGAIN", StringComparison.Ordinal))
        {
            // Nobody knows yet whose its slot is.
            Thread.Sleep(1);
            return;
        }

        Assert.IsTrue(reply.Text.StartsWith("MOVED", StringComparison.Ordinal), $"{key}: {reply.Text}");
        _nodeOfSlot[KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key))] = _cluster.Of(reply.Text).Index;
        // A node that has been told later than the others may send us back for a moment.
        Thread.Yield();
    }
}
