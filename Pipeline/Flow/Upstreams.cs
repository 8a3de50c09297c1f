using System.Collections;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Who sends to a block: <c>[router, ticker]</c>, or <see cref="None"/> for a declared source. Blocks are named by themselves, so they exist
/// before what they feed, and no cycle can be written.
/// </summary>
[CollectionBuilder(typeof(Upstreams), nameof(Of))]
public readonly struct Upstreams : IEnumerable<IDataflowBlock>
{
    private readonly IDataflowBlock[]? _blocks;

    private Upstreams(IDataflowBlock[] blocks, bool isSource)
    {
        _blocks = blocks;
        IsSource = isSource;
    }

    /// <summary>Declares a source: a block that work enters from outside the graph.</summary>
    public static Upstreams None { get; } = new([], isSource: true);

    /// <summary>Whether the block is a declared source.</summary>
    public bool IsSource { get; }

    /// <summary>The blocks that send to this one.</summary>
    public static Upstreams Of(ReadOnlySpan<IDataflowBlock> blocks) => new(blocks.ToArray(), isSource: false);

    /// <inheritdoc />
    public IEnumerator<IDataflowBlock> GetEnumerator() => ((IEnumerable<IDataflowBlock>)(_blocks ?? [])).GetEnumerator();

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
