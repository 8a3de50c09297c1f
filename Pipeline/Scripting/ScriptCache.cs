// Any thread.

using System.Collections.Concurrent;
using System.Security.Cryptography;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>The scripts that EVALSHA finds, by the SHA1 of their source.</summary>
internal sealed class ScriptCache(CommandTable commands)
{
    private readonly ConcurrentDictionary<string, Script> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<byte[], Script> _bySource = new(KeyBytes.Comparer);
    private long _bytes;
    private int _generation;

    /// <summary>Scripts.</summary>
    public int Count => _scripts.Count;

    /// <summary>Bytes of their sources.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Goes up with each Clear: what was compiled before is dropped.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>A script by its SHA1, in any case; null if it is not there.</summary>
    public Script? Find(ReadOnlySpan<byte> sha)
    {
        const int ShaLength = 40;
        if (sha.Length != ShaLength)
            return null;
        Span<char> name = stackalloc char[ShaLength];
        for (int i = 0; i < ShaLength; i++)
            name[i] = char.ToLowerInvariant((char)sha[i]);
        return _scripts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out Script? script) ? script : null;
    }

    /// <summary>The script of this source, added if it is new.</summary>
    public Script Add(ReadOnlySpan<byte> source)
    {
        // A script that is sent again and again is found without hashing it.
        if (_bySource.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(source, out Script? sent))
            return sent;
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        HashOf(source, hash);
        string sha = Convert.ToHexStringLower(hash);
        (ScriptFlags flags, byte[] body) = ScriptFlags.Read(source);
        Script script = _scripts.GetOrAdd(sha, new Script(sha, body, flags, commands));
        if (_bySource.TryAdd(source.ToArray(), script))
            Interlocked.Add(ref _bytes, body.Length);
        return script;
    }

    /// <summary>SCRIPT FLUSH.</summary>
    public void Clear()
    {
        _scripts.Clear();
        _bySource.Clear();
        Interlocked.Exchange(ref _bytes, 0);
        Interlocked.Increment(ref _generation);
    }

    /// <summary>SHA1 is what names scripts in Redis; nothing here relies on its strength.</summary>
    public static void HashOf(ReadOnlySpan<byte> source, Span<byte> hash)
    {
#pragma warning disable CA5350
        SHA1.HashData(source, hash);
#pragma warning restore CA5350
    }
}
