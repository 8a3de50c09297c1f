namespace DragonflyFlow.Storage.Values;

/// <summary>Where fields go that an algorithm chooses. Spans are good for the call only.</summary>
public interface IHashSink
{
    /// <summary>Takes one field and its value.</summary>
    void Add(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value);
}
