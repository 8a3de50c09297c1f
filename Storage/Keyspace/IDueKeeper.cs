namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Says which keys live on though their time has come: those whose expiry another node decides, as long as their slots are on the way.</summary>
public interface IDueKeeper
{
    /// <summary>Whether the key stays for now. Asked inside the shard's step, of keys that are due only.</summary>
    bool Keeps(ReadOnlySpan<byte> key);
}
