namespace DragonflyFlow.Tests.Consistency;

/// <summary>What an operation does to a register.</summary>
internal enum RegisterAction
{
    /// <summary>Returned the value (null = none).</summary>
    Read,

    /// <summary>Set a value.</summary>
    Write,

    /// <summary>Set a value and returned the one before.</summary>
    Swap,

    /// <summary>Set a value where it found the expected one, in one step.</summary>
    CompareAndSet,
}

/// <summary>
/// One operation on one register, as its client saw it. <see cref="Completed"/> is <see cref="long.MaxValue"/> if no answer came: it may have happened at any time
/// since, or not at all.
/// </summary>
internal sealed record RegisterOperation(string Key, int Client, RegisterAction Action, string? Seen, string? Put, long Invoked, long Completed)
{
    /// <summary>Whether it can happen in this state, and the state behind it.</summary>
    internal bool TryApply(string? state, out string? next)
    {
        next = Action == RegisterAction.Read ? state : Put;
        return Action == RegisterAction.Write || state == Seen || Completed == long.MaxValue;
    }

    public override string ToString()
        => $"client {Client} [{Invoked}, {(Completed == long.MaxValue ? "-" : Completed)}] {Action} {Key} seen={Seen ?? "nil"} put={Put ?? "-"}";
}
