using System.Globalization;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>A key that one client alone writes: a counter, or a list of numbered lines; and what the client knows of it. What is applied twice shows in both.</summary>
internal sealed class MovingKey(string name, bool isList)
{
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private long _lines;

    public string Name => name;

    public bool IsList => isList;

    public int Slot { get; } = NodeImage.SlotOf(name);

    /// <summary>Where its client writes to it: as configured at the start, then as MOVED said last.</summary>
    public SimNode Node { get; set; } = null!;

    /// <summary>How often it was written to.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Whether an operator may have emptied it.</summary>
    public bool MayBeGone { get; set; }

    /// <summary>The next command on it, which is about to be sent.</summary>
    public string[] Next()
    {
        Tally.Send();
        return isList ? ["RPUSH", name, string.Create(CultureInfo.InvariantCulture, $"{_lines++:00000}")] : ["INCR", name];
    }

    /// <summary>Notes an answer; what is wrong with it, or null.</summary>
    public (Wrong Kind, string Text)? Acknowledge(long answer, string[] command)
    {
        bool isPossible = answer <= Tally.Acknowledged + Tally.Unknown + 1 && answer > (MayBeGone ? 0 : Tally.Acknowledged);
        string told = $"{string.Join(' ', command)} answered {answer} after {Tally}";
        Tally.Count(true);
        if (isList)
            _acknowledged.Add(command[2]);
        return isPossible ? null : (answer > Tally.Acknowledged ? Wrong.Doubled : Wrong.Lost, told);
    }

    /// <summary>Holds what its client knows against what its owner holds in the end.</summary>
    public void Judge(Oracle oracle, HeldKey? held)
    {
        long restored = held is null ? 0 : isList ? held.Lines.Count : long.Parse(held.Text ?? "0", CultureInfo.InvariantCulture);
        oracle.Require(restored >= Tally.Acknowledged || MayBeGone, Wrong.Lost, $"{name} in slot {Slot}: {Tally}, but {restored} in the store");
        oracle.Require(restored <= Tally.Possible, Wrong.Doubled, $"{name} in slot {Slot}: {Tally}, but {restored} in the store");
        if (isList)
            JudgeLines(oracle, held?.Lines ?? []);
    }

    private void JudgeLines(Oracle oracle, IReadOnlyList<string> lines)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        string last = string.Empty;
        foreach (string line in lines)
        {
            oracle.Require(seen.Add(line), Wrong.Doubled, $"{name} holds line {line} twice");
            // One that had no answer may have been on its way for long.
            if (!_acknowledged.Contains(line))
                continue;
            oracle.Require(string.CompareOrdinal(last, line) < 0, Wrong.Reply, $"{name} holds line {line} behind {last}");
            last = line;
        }

        foreach (string line in _acknowledged.Except(lines).Order(StringComparer.Ordinal))
            oracle.Require(MayBeGone, Wrong.Lost, $"{name} has line {line} no more, which was acknowledged");
    }
}
