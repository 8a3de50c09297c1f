namespace DragonflyFlow.Storage.Values;

/// <summary>Where members go that an algorithm finds: a reply, or a set that is being built. A span is good for the call only.</summary>
public interface IMemberSink
{
    /// <summary>Takes one member.</summary>
    void Add(ReadOnlySpan<byte> member);
}
