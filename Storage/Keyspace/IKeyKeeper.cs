namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Says which keys neither expire, nor lose fields that are due, nor are evicted: those that another node decides about, as long as their slots are on the way.</summary>
public interface IKeyKeeper
{
    /// <summary>Whether the key stays for now. Asked inside the shard's step, of keys that would go only.</summary>
    bool Keeps(ReadOnlySpan<byte> key);
}
