using System.Buffers.Binary;
using System.Text;
using BenchmarkDotNet.Attributes;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Perf.Micro;

/// <summary>The dash table with a million keys of 16 B and values of 32 B, keys in random order: time for one key, hashing included.</summary>
public class TableBenchmarks : IDisposable
{
    private const int Keys = 1_000_000;
    private const int KeyBytes = 16;
    private const int ValueBytes = 32;
    private const int Group = 16;
    private const int Chosen = Group * 4096;

    private readonly byte[] _value = new byte[ValueBytes];
    private readonly byte[] _chosen = new byte[Chosen * KeyBytes];
    private readonly ulong[] _hashes = new ulong[Group];
    private Arena _arena = null!;
    private DashTable _table = null!;

    [GlobalSetup]
    public void Fill()
    {
        _arena = new Arena(new ArenaOptions());
        _table = new DashTable(_arena);
        for (int number = 0; number < Keys; number++)
        {
            byte[] key = Key(number);
            _table.Insert(key, KeyHash.Of(key), ValueKind.String, ValueEncoding.Raw, ValueBytes);
        }

        Random random = new(42);
        for (int at = 0; at < Chosen; at++)
            Key(random.Next(Keys)).CopyTo(_chosen, at * KeyBytes);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _table.Dispose();
        _arena.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Chosen, Description = "get")]
    public int Get()
    {
        int sum = 0;
        for (int at = 0; at < Chosen; at++)
            sum += Find(at, KeyHash.Of(ChosenKey(at)));
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Chosen, Description = "get, prefetched in groups of 16")]
    public int GetPrefetched()
    {
        int sum = 0;
        for (int first = 0; first < Chosen; first += Group)
        {
            for (int at = 0; at < Group; at++)
            {
                _hashes[at] = KeyHash.Of(ChosenKey(first + at));
                _table.PrefetchBucket(_hashes[at]);
            }

            foreach (ulong hash in _hashes)
                _table.PrefetchRecord(hash);
            for (int at = 0; at < Group; at++)
                sum += Find(first + at, _hashes[at]);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Chosen, Description = "overwrite")]
    public void Overwrite()
    {
        for (int at = 0; at < Chosen; at++)
        {
            ReadOnlySpan<byte> key = ChosenKey(at);
            if (!_table.TryFind(key, KeyHash.Of(key), out Slot slot))
                throw new InvalidOperationException("A key is missing.");
            _value.CopyTo(_table.ReplaceValue(ref slot, ValueKind.String, ValueEncoding.Raw, ValueBytes));
        }
    }

    [Benchmark(OperationsPerInvoke = Keys, Description = "insert into a table that grows from nothing, and free it")]
    public long Grow()
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena);
        Span<byte> key = stackalloc byte[KeyBytes];
        "key:000000000000"u8.CopyTo(key);
        for (int number = 0; number < Keys; number++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key[^sizeof(int)..], number);
            table.Insert(key, KeyHash.Of(key), ValueKind.String, ValueEncoding.Raw, ValueBytes);
        }

        return table.Count;
    }

    private int Find(int at, ulong hash)
        => _table.TryFind(ChosenKey(at), hash, out Slot slot) ? _table.Value(slot)[0] : throw new InvalidOperationException("A key is missing.");

    private ReadOnlySpan<byte> ChosenKey(int at) => _chosen.AsSpan(at * KeyBytes, KeyBytes);

    private static byte[] Key(int number) => Encoding.ASCII.GetBytes($"key:{number:D12}");
}
