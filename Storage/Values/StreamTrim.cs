namespace DragonflyFlow.Storage.Values;

/// <summary>What a trim leaves: so many entries, or those from an id on.</summary>
public readonly record struct StreamTrim
{
    /// <summary>Whether entries before <see cref="MinId"/> go, instead of those beyond <see cref="LengthMax"/>.</summary>
    public bool ById { get; init; }

    /// <summary>Entries that stay.</summary>
    public long LengthMax { get; init; }

    /// <summary>The first id that stays.</summary>
    public StreamId MinId { get; init; }

    /// <summary>Whether only whole nodes go.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>Entries that go at most; 0 = no limit.</summary>
    public long Limit { get; init; }
}
