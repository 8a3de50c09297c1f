using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>
/// What one client writes to one key: 1, 2, 3 ... as a counter (INCR), as the elements of a list (RPUSH) or as values of which the newest stands (SET). What the key holds says
/// how many of the writes it has, and for the list that none is missing or there twice.
/// </summary>
internal sealed class KeySequence(string kind, string key, int nodes)
{
    private readonly long[] _acknowledgedBy = new long[nodes];
    private long _acknowledged;
    private long _sent;

    // Writes before the key was emptied.
    private long _base;
    private volatile bool _mayBeEmptied;
    private volatile bool _hidesEmptying;

    public string Key => key;

    public int Slot { get; } = ClusterTexts.SlotOf(key);

    /// <summary>The node that the client believes to have the key.</summary>
    public int Node { get; set; }

    /// <summary>Whether a write had no answer: it may be there or not.</summary>
    public bool IsInDoubt => _sent > _acknowledged;

    /// <summary>Whether there is a key.</summary>
    public bool Exists => _acknowledged > _base;

    /// <summary>The next write.</summary>
    public string[] Next()
    {
        _sent = _acknowledged + 1;
        string number = _sent.ToString(CultureInfo.InvariantCulture);
        return kind switch
        {
            "c" => ["INCR", key],
            "l" => ["RPUSH", key, number],
            _ => ["SET", key, number],
        };
    }

    /// <summary>The question what the key holds.</summary>
    public string[] Question => kind == "l" ? ["LRANGE", key, "0", "-1"] : ["GET", key];

    /// <summary>The write that was under way was not done.</summary>
    public void Refused() => _sent = _acknowledged;

    /// <summary>The write that was under way was done.</summary>
    public void Answered(RespValue reply, int by)
    {
        if (kind == "s")
        {
            Assert.AreEqual("OK", reply.Text, key);
            _hidesEmptying |= _mayBeEmptied;
        }
        else if (_mayBeEmptied && reply.Integer == 1 && _acknowledged > _base)
        {
            _base = _acknowledged;
            _mayBeEmptied = false;
        }
        else
        {
            Assert.AreEqual(_sent - _base, reply.Integer, $"{key}: {this}: a write is lost, or was done twice");
        }

        _acknowledged = _acknowledgedBy[by] = _sent;
    }

    /// <summary>Both ends have taken writes, which only a manager can end: it has decided for a node, and what only others have acknowledged may be missing.</summary>
    public void DecidedFor(int node) => _acknowledged = Math.Max(_base, Math.Min(_acknowledged, _acknowledgedBy[node]));

    /// <summary>Asserts that the key holds what was acknowledged, or also what had no answer; that is what it goes on from.</summary>
    public void Check(RespValue reply)
    {
        long held = Held(reply);
        Assert.IsTrue(held >= _acknowledged, $"{key}: {this}, {held} are there: acknowledged writes are lost");
        Assert.IsTrue(held <= _sent, $"{key}: {this}, {held} are there: more than was sent");
        _acknowledged = _sent = held;
        Array.Fill(_acknowledgedBy, held);
    }

    /// <summary>From now on until it is judged the key may be emptied, once.</summary>
    public void MayBeEmptied()
    {
        // What comes to be behind it looks as if it had been there.
        _hidesEmptying = !Exists;
        _mayBeEmptied = true;
    }

    /// <summary>Whether the key was emptied, which no longer may be; null if that does not show. It holds nothing of before, or all.</summary>
    public bool? WasEmptied(RespValue reply)
    {
        bool isSeen = !_mayBeEmptied;
        bool isHidden = _hidesEmptying || !Exists;
        _mayBeEmptied = _hidesEmptying = false;
        if (!isSeen && Exists && (reply.IsNull || (reply.Kind == RespKind.Array && reply.Items.Count == 0)))
        {
            Lost();
            return true;
        }

        Check(reply);
        return isSeen ? true : isHidden ? null : false;
    }

    /// <summary>The key is gone with all that was written to it.</summary>
    public void Lost()
    {
        _base = _sent = _acknowledged;
        Array.Fill(_acknowledgedBy, _base);
    }

    public override string ToString() => $"{_base} emptied, {_acknowledged} acknowledged, {_sent} sent";

    private long Held(RespValue reply)
    {
        if (kind != "l")
            return reply.IsNull ? _base : long.Parse(reply.Text, CultureInfo.InvariantCulture) + (kind == "c" ? _base : 0);
        for (int i = 0; i < reply.Items.Count; i++)
            Assert.AreEqual((_base + i + 1).ToString(CultureInfo.InvariantCulture), reply[i].Text, $"{key}: element {i}: one is missing, or there twice");
        return _base + reply.Items.Count;
    }
}
