// Asked by the shard of the key, inside its step.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>What a blocked command waits for at each of its keys.</summary>
internal abstract class WaitCondition
{
    private static readonly WaitCondition[] OfKinds = [.. Enum.GetValues<ValueKind>().Select(kind => new Existence(kind))];

    /// <summary>That there is a value of a kind: containers are there when they have an element.</summary>
    public static WaitCondition Has(ValueKind kind) => OfKinds[(int)kind];

    /// <summary>Whether the command, run now for this key alone, would have an answer.</summary>
    public abstract bool IsMet(Database home, BlockedCommand command, ReadOnlySpan<byte> key);

    /// <summary>What is kept of an argument: it may mean something else when it is read again later.</summary>
    public virtual ReadOnlySpan<byte> Kept(int argument, ReadOnlySpan<byte> given) => given;

    private sealed class Existence(ValueKind kind) : WaitCondition
    {
        public override bool IsMet(Database home, BlockedCommand command, ReadOnlySpan<byte> key)
            => home.Find(key, KeyHash.Of(key), out Slot slot) && home.Table.Kind(slot) == kind;
    }
}
