namespace DragonflyFlow.Pipeline.Commands;

/// <summary>EX, PX, EXAT or PXAT with its number, among the options of a command. The number is looked at after all options have been read, as Redis does.</summary>
internal struct ExpireArgument
{
    private int _index;
    private ExpireUnit _unit;

    /// <summary>Whether there is one.</summary>
    public readonly bool IsGiven => _index != 0;

    /// <summary>Whether it names a moment and not a distance.</summary>
    public readonly bool IsMoment => _unit is ExpireUnit.AtSeconds or ExpireUnit.AtMilliseconds;

    /// <summary>Takes the word at <paramref name="at"/> and the number behind it, and moves there. The same word may come again: the last one counts.</summary>
    public bool TryTake(ref CommandCall call, ref int at)
    {
        if (at + 1 >= call.Count || !ExpireOption.TryUnit(call.Args[at], out ExpireUnit unit) || (IsGiven && unit != _unit))
            return false;
        _unit = unit;
        _index = ++at;
        return true;
    }

    /// <summary>The expiry in Unix milliseconds, 0 if none was given; false with Redis's error written if the number is wrong.</summary>
    public readonly bool TryResolve(ref CommandCall call, out long expireAtMs)
    {
        expireAtMs = 0;
        return !IsGiven || ExpireOption.TryRead(ref call, _index, _unit, call.Descriptor.FullName, out expireAtMs);
    }
}
