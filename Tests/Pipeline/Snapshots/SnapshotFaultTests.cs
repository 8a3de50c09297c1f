namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Faults of snapshots that are one RDB file.</summary>
[TestClass]
public sealed class SnapshotFaultTests : SnapshotFaultContract
{
    protected override string IsDf => "no";

    protected override int Files => 1;
}
