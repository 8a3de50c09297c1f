using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Finds a record in an RDB file: what is said about the key, type, key, value. When the input ends within the value, the next call goes on there; the input
/// must begin at the same byte then.
/// </summary>
internal struct RdbRecordScan
{
    private RdbValueSkipper _skipper;
    private int _keyStart;
    private int _valueStart;
    private byte _type;
    private long? _expireAtMs;
    private long? _idleSeconds;
    private int? _frequency;

    /// <summary>Whether a record's value was begun and its end was not there yet.</summary>
    public readonly bool IsUnderWay => _skipper.IsUnderWay;

    /// <summary>Where the key begins in the input.</summary>
    public readonly int KeyStart => _keyStart;

    /// <summary>Finds the record's end; false if it is not there, or the scanner tells a problem.</summary>
    public bool TryFinish(scoped ref RdbScanner scanner) => (_skipper.IsUnderWay || TryBegin(ref scanner)) && _skipper.TryFinish(ref scanner);

    /// <summary>The record that was found; false if its key cannot be decompressed.</summary>
    public readonly bool TryGet(ReadOnlySpan<byte> input, int database, RdbScratch scratch, out SnapshotRecord record)
    {
        RdbReader reader = new(input[_keyStart.._valueStart], scratch);
        bool isGood = reader.TryReadString(out ReadOnlySpan<byte> key);
        record = new SnapshotRecord(key, (RdbType)_type, input[_valueStart.._skipper.At])
        {
            Database = database,
            ExpireAtMs = _expireAtMs ?? 0,
            IdleSeconds = _idleSeconds ?? SnapshotRecord.Unknown,
            Frequency = _frequency ?? SnapshotRecord.Unknown,
        };
        return isGood;
    }

    private bool TryBegin(scoped ref RdbScanner scanner)
    {
        this = default;
        if (!TryReadAttributes(ref scanner))
            return false;
        if (RdbValueShape.Of(_type) is not { } shape)
            return scanner.Fail(WhyUnknown(_type));
        _keyStart = scanner.At;
        if (!scanner.TrySkipString())
            return false;
        _valueStart = scanner.At;
        _skipper.Begin(shape, _valueStart);
        return true;
    }

    // Up to the type. Each may be there once: a file may not grow a record out of them without end.
    private bool TryReadAttributes(scoped ref RdbScanner scanner)
    {
        while (scanner.TryByte(out _type))
        {
            bool? isRead = (RdbOpcode)_type switch
            {
                RdbOpcode.ExpireMs when _expireAtMs is null => TryReadExpiry(ref scanner, sizeof(long)),
                RdbOpcode.ExpireSeconds when _expireAtMs is null => TryReadExpiry(ref scanner, sizeof(int)),
                RdbOpcode.Idle when _idleSeconds is null => TryReadIdle(ref scanner),
                RdbOpcode.Frequency when _frequency is null => TryReadFrequency(ref scanner),
                RdbOpcode.ExpireMs or RdbOpcode.ExpireSeconds or RdbOpcode.Idle or RdbOpcode.Frequency
                    => scanner.Fail("the same is said twice about one key"),
                _ => null,
            };
            if (isRead is not true)
                return isRead is null;
        }

        return false;
    }

    private bool TryReadExpiry(scoped ref RdbScanner scanner, int width)
    {
        if (!scanner.TryTake(width, out ReadOnlySpan<byte> bytes))
            return false;
        _expireAtMs = width == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(bytes) * 1000L : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return true;
    }

    private bool TryReadIdle(scoped ref RdbScanner scanner)
    {
        if (!scanner.TryLength(out ulong seconds))
            return false;
        _idleSeconds = (long)Math.Min(seconds, long.MaxValue);
        return true;
    }

    private bool TryReadFrequency(scoped ref RdbScanner scanner)
    {
        bool isThere = scanner.TryByte(out byte frequency);
        _frequency = frequency;
        return isThere;
    }

    private static string WhyUnknown(byte type) => type switch
    {
        RdbValueShape.ModuleOfCandidates => "a key holds a module's value in the form without an end mark (type 6), which only the module can read",
        22 or 23 or 24 or 25 => $"a key holds a hash whose fields expire, in the form of Redis 7.4 (type {type}), which is not read",
        >= (byte)RdbOpcode.SlotInfo => "something is said about a key and no key follows",
        _ => $"a key holds a value of a type that is not known (type {type})",
    };
}
