namespace DragonflyFlow.Tests.Consistency;

/// <summary>What a checker says of a history.</summary>
internal enum Verdict
{
    /// <summary>There is an order that explains it.</summary>
    Right,

    /// <summary>There is none.</summary>
    Wrong,

    /// <summary>The time was over before either was found: not a pass.</summary>
    Unknown,
}
