namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>What a record of our own format says beside key, expiry and value.</summary>
[Flags]
public enum RecordMarks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Eviction passes the key over (STICK).</summary>
    Sticky = 1,

    /// <summary>More pieces of this value follow, in this file though not at once.</summary>
    HasMore = 2,

    /// <summary>The value goes on one whose first piece was in an earlier record.</summary>
    Continues = 4,

    /// <summary>The key may have come before: what it had is replaced (a relaxed snapshot).</summary>
    Again = 8,

    /// <summary>The key is gone; there is no value (a relaxed snapshot).</summary>
    Gone = 16,

    /// <summary>All that are known.</summary>
    All = Sticky | HasMore | Continues | Again | Gone,
}
