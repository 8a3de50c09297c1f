namespace DragonflyFlow.Perf;

/// <summary>The value of an option that takes several, separated by commas; prints as it is typed.</summary>
internal sealed record CommaList<T>(IReadOnlyList<T> Items)
{
    /// <inheritdoc />
    public override string ToString() => string.Join(',', Items);
}
