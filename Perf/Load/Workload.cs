namespace DragonflyFlow.Perf.Load;

/// <summary>
/// One test's command as redis-benchmark takes it: each <c>__rand_int__</c> stands for 12 digits of a random number below <see cref="Range"/>, chosen
/// anew for each place and request.
/// </summary>
internal sealed record Workload(IReadOnlyList<string> Command, int Range)
{
    /// <summary>The placeholder, of the same length as what replaces it.</summary>
    public const string Random = "__rand_int__";

    /// <inheritdoc />
    public override string ToString() => string.Join(' ', Command);
}
