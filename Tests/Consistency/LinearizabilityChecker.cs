using System.Collections;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>
/// Whether there is an order of the operations on each register, within real time, that a register could show (Wing and Gong's search, with Lowe's memory of
/// configurations seen). A history is linearizable if that of each register is (locality), so each is searched by itself.
/// </summary>
internal sealed class LinearizabilityChecker(TimeProvider time, TimeSpan limit)
{
    private const int StepsPerLook = 1024;

    private long _deadline;

    /// <summary>The registers whose histories have no order, or for which the time was too short.</summary>
    internal IReadOnlyDictionary<string, Verdict> NotRight { get; private set; } = new Dictionary<string, Verdict>();

    /// <summary>Checks a whole history: wrong if one register is, else unknown if one is.</summary>
    internal Verdict Check(IEnumerable<RegisterOperation> history)
    {
        _deadline = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
        Dictionary<string, Verdict> notRight = [];
        foreach (IGrouping<string, RegisterOperation> register in history.GroupBy(operation => operation.Key))
        {
            Verdict verdict = CheckRegister([.. register.OrderBy(operation => operation.Invoked)]);
            if (verdict != Verdict.Right)
                notRight[register.Key] = verdict;
        }

        NotRight = notRight;
        return notRight.ContainsValue(Verdict.Wrong) ? Verdict.Wrong : notRight.Count > 0 ? Verdict.Unknown : Verdict.Right;
    }

    private Verdict CheckRegister(RegisterOperation[] operations)
    {
        Event head = Chain(operations);
        int toExplain = operations.Count(operation => operation.Completed != long.MaxValue);
        BitArray done = new(operations.Length);
        HashSet<(Bits, string?)> seen = [];
        Stack<(Event Call, string? Before)> taken = new();
        string? state = null;
        Event? at = head.Next;
        for (int steps = 1; toExplain > 0; steps++)
        {
            if (steps % StepsPerLook == 0 && time.GetTimestamp() > _deadline)
                return Verdict.Unknown;
            if (at is { IsCall: true })
            {
                RegisterOperation operation = operations[at.Index];
                if (operation.TryApply(state, out string? next) && seen.Add((Bits.With(done, at.Index), next)))
                {
                    taken.Push((at, state));
                    state = next;
                    done[at.Index] = true;
                    toExplain -= operation.Completed == long.MaxValue ? 0 : 1;
                    at.Lift();
                    at = head.Next;
                    continue;
                }

                at = at.Next;
                continue;
            }

            // An answer stands here whose operation has not been placed: what was placed last was wrong.
            if (taken.Count == 0)
                return Verdict.Wrong;
            (Event undone, state) = taken.Pop();
            done[undone.Index] = false;
            toExplain += operations[undone.Index].Completed == long.MaxValue ? 0 : 1;
            undone.Unlift();
            at = undone.Next;
        }

        return Verdict.Right;
    }

    private static Event Chain(RegisterOperation[] operations)
    {
        List<(long At, Event Event)> events = [];
        for (int i = 0; i < operations.Length; i++)
        {
            Event answer = new(i, call: false);
            events.Add((operations[i].Invoked, new Event(i, call: true) { Answer = answer }));
            events.Add((operations[i].Completed, answer));
        }

        Event head = new(-1, call: false);
        Event last = head;
        foreach ((_, Event next) in events.OrderBy(each => each.At))
        {
            last.Next = next;
            next.Before = last;
            last = next;
        }

        return head;
    }

    // A call or an answer in the chain of those that are not placed yet.
    private sealed class Event(int index, bool call)
    {
        internal int Index => index;

        internal bool IsCall => call;

        internal Event? Answer { get; init; }

        internal Event? Before { get; set; }

        internal Event? Next { get; set; }

        internal void Lift()
        {
            Unlink();
            Answer!.Unlink();
        }

        // In the order opposite to Lift, so that each finds its neighbours as they were.
        internal void Unlift()
        {
            Answer!.Relink();
            Relink();
        }

        private void Unlink()
        {
            Before!.Next = Next;
            if (Next is not null)
                Next.Before = Before;
        }

        private void Relink()
        {
            Before!.Next = this;
            if (Next is not null)
                Next.Before = this;
        }
    }

    // Which operations have been placed, as a key of the memory.
    private readonly struct Bits : IEquatable<Bits>
    {
        private readonly ulong[] _words;

        private Bits(ulong[] words) => _words = words;

        internal static Bits With(BitArray bits, int index)
        {
            ulong[] words = new ulong[(bits.Length + 63) / 64];
            for (int i = 0; i < bits.Length; i++)
            {
                if (bits[i] || i == index)
                    words[i / 64] |= 1UL << (i % 64);
            }

            return new Bits(words);
        }

        public bool Equals(Bits other) => _words.AsSpan().SequenceEqual(other._words);

        public override bool Equals(object? obj) => obj is Bits other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            foreach (ulong word in _words)
                hash.Add(word);
            return hash.ToHashCode();
        }
    }
}
