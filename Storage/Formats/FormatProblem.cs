namespace DragonflyFlow.Storage.Formats;

/// <summary>Why a file is refused, and at which of its bytes that was seen.</summary>
public sealed record FormatProblem(long Offset, string Reason)
{
    /// <inheritdoc />
    public override string ToString() => $"{Reason} (at byte {Offset})";
}
