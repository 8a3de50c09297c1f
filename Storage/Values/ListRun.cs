namespace DragonflyFlow.Storage.Values;

/// <summary>Searches and removals in a run of entries, which is a packed block or a node of a big list: bytes and where the entries begin and end.</summary>
internal static class ListRun
{
    /// <summary>The position of the entry with a number from the nearer end; the number may be the count, then it is the end.</summary>
    public static int PositionOf(ReadOnlySpan<byte> run, int start, int end, int count, int index)
    {
        int position;
        if (index < count / 2)
        {
            position = start;
            for (; index > 0; index--)
                position = PackedBlock.Next(run, position);
            return position;
        }

        position = end;
        for (; index < count; index++)
            position = PackedBlock.Previous(run, position);
        return position;
    }

    /// <summary>Entries that equal a value.</summary>
    public static int CountMatches(ReadOnlySpan<byte> run, int start, int end, ReadOnlySpan<byte> value)
    {
        int matches = 0;
        for (int position = start; position < end; position = PackedBlock.Next(run, position))
        {
            if (PackedBlock.Read(run, position).SequenceEqual(value))
                matches++;
        }

        return matches;
    }

    /// <summary>Removes <paramref name="take"/> entries that equal a value after passing over the first <paramref name="skip"/> of them; the new end.</summary>
    public static int RemoveMatches(Span<byte> run, int start, int end, ReadOnlySpan<byte> value, int skip, int take)
    {
        int kept = start;
        int next;
        for (int position = start; position < end; position = next)
        {
            next = PackedBlock.Next(run, position);
            if (take > 0 && PackedBlock.Read(run, position).SequenceEqual(value) && skip-- <= 0)
            {
                take--;
                continue;
            }

            run[position..next].CopyTo(run[kept..]);
            kept += next - position;
        }

        return kept;
    }
}
