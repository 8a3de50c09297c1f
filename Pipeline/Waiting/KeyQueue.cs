// Owner: the shard of the key.

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>The commands that wait for one key, in order of arrival. Used again for another key when the last of them has left.</summary>
internal sealed class KeyQueue
{
    private const int KeptKeyBytesMax = 256;
    private const int KeptCommandsMax = 64;

    private byte[] _key = [];
    private int _length;

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _length);

    /// <summary>Number of the key's database.</summary>
    public int Database { get; private set; }

    /// <summary>Those who wait, the longest waiting first; some may be over.</summary>
    public List<BlockedCommand> Commands { get; } = [];

    /// <summary>Whether the key has changed and those who wait are looked at when the transaction ends.</summary>
    public bool IsMarked { get; set; }

    /// <summary>Whether it is small enough to be kept.</summary>
    public bool IsSmall => _key.Length <= KeptKeyBytesMax && Commands.Capacity <= KeptCommandsMax;

    /// <summary>Makes it the queue of a key.</summary>
    public void Begin(int database, ReadOnlySpan<byte> key)
    {
        if (_key.Length < key.Length)
            _key = new byte[key.Length];
        key.CopyTo(_key);
        _length = key.Length;
        Database = database;
    }
}
