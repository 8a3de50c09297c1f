namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Intersection, union and difference of sets, which may lie on several shards. Members go to a sink as they are found, each once; nothing is collected unless
/// that is cheaper. The operands come back in another order.
/// </summary>
public static class SetAlgebra
{
    // What it costs to add a member to a table and to free it again, in look-ups.
    private const int AddCost = 4;

    private static readonly Comparison<SetOperand> SmallestFirst = static (a, b) => a.Count.CompareTo(b.Count);
    private static readonly Comparison<SetOperand> BiggestFirst = static (a, b) => b.Count.CompareTo(a.Count);

    /// <summary>Members that all sets have, at most <paramref name="limit"/> if that is not 0; how many.</summary>
    public static long Intersect<TSink>(Span<SetOperand> sets, long limit, ref TSink sink)
        where TSink : IMemberSink
    {
        sets.Sort(SmallestFirst);
        Span<SetOperand> others = sets[1..];
        SetMembers members = sets[0].MembersFor(others);
        long found = 0;
        while (members.MoveNext())
        {
            if (!AreIn(others, ref members))
                continue;
            sink.Add(members.Current);
            if (++found == limit)
                break;
        }

        return found;
    }

    /// <summary>Members of the first set that no other has; how many.</summary>
    public static long Subtract<TSink>(Span<SetOperand> sets, Keyspace.Keyspace scratch, ref TSink sink)
        where TSink : IMemberSink
    {
        SetOperand first = sets[0];
        Span<SetOperand> others = sets[1..];
        others.Sort(BiggestFirst);
        if (first.Count * others.Length > (AddCost * first.Count) + MembersOf(others))
            return SubtractCollected(first, others, scratch, ref sink);
        SetMembers members = first.MembersFor(others);
        long found = 0;
        while (members.MoveNext())
        {
            if (IsIn(others, ref members))
                continue;
            sink.Add(members.Current);
            found++;
        }

        return found;
    }

    /// <summary>Members that any set has, each once; how many.</summary>
    public static long Unite<TSink>(Span<SetOperand> sets, Keyspace.Keyspace scratch, ref TSink sink)
        where TSink : IMemberSink
    {
        sets.Sort(BiggestFirst);
        long lookups = 0;
        for (int i = 0; i < sets.Length; i++)
            lookups += i * sets[i].Count;
        if (lookups > AddCost * MembersOf(sets))
            return UniteCollected(sets, scratch, ref sink);
        long found = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            SetMembers members = sets[i].MembersFor(sets[..i]);
            while (members.MoveNext())
            {
                if (IsIn(sets[..i], ref members))
                    continue;
                sink.Add(members.Current);
                found++;
            }
        }

        return found;
    }

    /// <summary>Adds the members of all sets to one that is being built.</summary>
    public static void UniteInto(ReadOnlySpan<SetOperand> sets, SetBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (SetOperand set in sets)
        {
            SetMembers members = set.Members;
            while (members.MoveNext())
                builder.AddIfAbsent(members.Current);
        }
    }

    private static long SubtractCollected<TSink>(SetOperand first, ReadOnlySpan<SetOperand> others, Keyspace.Keyspace scratch, ref TSink sink)
        where TSink : IMemberSink
    {
        using SetTableValue rest = new(scratch);
        SetMembers members = first.Members;
        while (members.MoveNext())
            rest.Add(members.Current);
        foreach (SetOperand other in others)
        {
            members = other.Members;
            while (rest.Count > 0 && members.MoveNext())
                rest.Remove(members.Current);
        }

        return AddAll(rest, ref sink);
    }

    private static long UniteCollected<TSink>(ReadOnlySpan<SetOperand> sets, Keyspace.Keyspace scratch, ref TSink sink)
        where TSink : IMemberSink
    {
        using SetTableValue all = new(scratch);
        foreach (SetOperand set in sets)
        {
            SetMembers members = set.Members;
            while (members.MoveNext())
                all.Add(members.Current);
        }

        return AddAll(all, ref sink);
    }

    private static long AddAll<TSink>(SetTableValue set, ref TSink sink)
        where TSink : IMemberSink
    {
        SetMembers members = new(set);
        while (members.MoveNext())
            sink.Add(members.Current);
        return set.Count;
    }

    private static bool AreIn(ReadOnlySpan<SetOperand> sets, ref SetMembers member)
    {
        foreach (ref readonly SetOperand set in sets)
        {
            if (!set.Contains(ref member))
                return false;
        }

        return true;
    }

    private static bool IsIn(ReadOnlySpan<SetOperand> sets, ref SetMembers member)
    {
        foreach (ref readonly SetOperand set in sets)
        {
            if (set.Contains(ref member))
                return true;
        }

        return false;
    }

    private static long MembersOf(ReadOnlySpan<SetOperand> sets)
    {
        long members = 0;
        foreach (ref readonly SetOperand set in sets)
            members += set.Count;
        return members;
    }
}
