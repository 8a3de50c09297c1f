namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// Checked mode: fresh blocks are filled with 0xCD, followed by guard bytes; freed ones are filled with 0xDD and rest in quarantine, where
/// a late write still shows. What is found wrong is thrown as <see cref="ArenaCheckException"/> by the next look at it.
/// </summary>
internal sealed unsafe class BlockGuard
{
    public const int GuardBytes = 16;
    private const byte Fresh = 0xCD, Guard = 0xFD, Poison = 0xDD;
    private const int QuarantineBlocksMax = 1024;
    private const long QuarantineBytesMax = 16L * 1024 * 1024;

    private readonly Queue<(uint Handle, BlockTable.Entry Entry)> _quarantine = new();
    private long _quarantineBytes;

    /// <summary>Marks the bytes of a block from <paramref name="from"/> as fresh and sets the guard behind its end.</summary>
    public static void Arm(byte* start, int from, int bytes)
    {
        new Span<byte>(start + from, bytes - from).Fill(Fresh);
        new Span<byte>(start + bytes, GuardBytes).Fill(Guard);
    }

    public static void Check(string arena, uint handle, byte* start, int bytes)
    {
        int intact = new ReadOnlySpan<byte>(start + bytes, GuardBytes).IndexOfAnyExcept(Guard);
        if (intact >= 0)
            throw ArenaCheckException.For(arena, handle, bytes, $"written {intact + 1} or more byte(s) beyond its end");
    }

    /// <summary>Poisons a freed block and keeps it; true if another has to leave for it.</summary>
    public bool Quarantine(string arena, uint handle, in BlockTable.Entry freed, out BlockTable.Entry leaving)
    {
        new Span<byte>(freed.Start, freed.Bytes).Fill(Poison);
        _quarantine.Enqueue((handle, freed));
        _quarantineBytes += freed.Bytes;
        leaving = default;
        if (_quarantine.Count <= QuarantineBlocksMax && _quarantineBytes <= QuarantineBytesMax)
            return false;
        CheckPoison(arena, _quarantine.Peek());
        return LeaveQuarantine(out leaving);
    }

    public bool LeaveQuarantine(out BlockTable.Entry leaving)
    {
        bool any = _quarantine.TryDequeue(out (uint Handle, BlockTable.Entry Entry) first);
        leaving = first.Entry;
        _quarantineBytes -= leaving.Bytes;
        return any;
    }

    public void CheckQuarantine(string arena)
    {
        foreach ((uint Handle, BlockTable.Entry Entry) resting in _quarantine)
            CheckPoison(arena, resting);
    }

    private static void CheckPoison(string arena, (uint Handle, BlockTable.Entry Entry) resting)
    {
        BlockTable.Entry entry = resting.Entry;
        int intact = new ReadOnlySpan<byte>(entry.Start, entry.Bytes).IndexOfAnyExcept(Poison);
        if (intact >= 0)
            throw ArenaCheckException.For(arena, resting.Handle, entry.Bytes, $"written at byte {intact} after it was freed");
        int guard = new ReadOnlySpan<byte>(entry.Start + entry.Bytes, GuardBytes).IndexOfAnyExcept(Guard);
        if (guard >= 0)
            throw ArenaCheckException.For(arena, resting.Handle, entry.Bytes, "written beyond its end after it was freed");
    }
}
