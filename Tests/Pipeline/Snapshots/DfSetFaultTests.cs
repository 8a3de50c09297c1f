namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Faults of snapshots that are a set of files.</summary>
[TestClass]
public sealed class DfSetFaultTests : SnapshotFaultContract
{
    protected override string IsDf => "yes";

    protected override int Files => 3;
}
