namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The order of the store: what feeds stops before what is fed, and has ended before that is told to stop.</summary>
internal sealed class UpstreamFirst : IStopOrder
{
    private UpstreamFirst()
    {
    }

    public static UpstreamFirst Instance { get; } = new();

    public IReadOnlyList<Stage> Stages { get; } = Enum.GetValues<Stage>();

    public bool Waits => true;
}
