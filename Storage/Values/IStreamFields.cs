namespace DragonflyFlow.Storage.Values;

/// <summary>The fields and values of an entry that is to be added, wherever they lie.</summary>
public interface IStreamFields
{
    /// <summary>Pairs of a field and a value; at least one.</summary>
    int Count { get; }

    /// <summary>The field of a pair.</summary>
    ReadOnlySpan<byte> Field(int index);

    /// <summary>The value of a pair.</summary>
    ReadOnlySpan<byte> Value(int index);
}
