using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>How a node is started this time: by how many shards, and which engine of input and output.</summary>
internal sealed record NodeDraw(int Shards, string IoEngine)
{
    public static NodeDraw By(Random random) => new(random.Next(1, 4), EnginesHere.Draw(random));
}
