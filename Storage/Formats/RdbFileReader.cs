// Owner: whoever reads the file; one at a time.

using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Reads an RDB file item by item from bytes that somebody else fetches. The owner gives what is at hand, takes the item, drops the bytes that were used and
/// goes on; when told that more is needed, it gives the same bytes again with more behind them. Values are not decoded, so memory is bounded by the record
/// at hand. What was delivered is good only when <see cref="RdbItemKind.End"/> has come: the checksum stands there.
/// </summary>
public sealed class RdbFileReader : IDisposable
{
    /// <summary>The newest version whose files are read, as far as the types in them are known: that of Redis 7.4.</summary>
    public const int VersionMax = 12;

    private const int VersionWithChecksum = 5;
    private const int VersionDigits = 4;
    private const int HeaderBytes = 5 + VersionDigits;

    private readonly RdbScratch _scratch = new();
    private readonly RunningCrc64 _checksum = new();
    private readonly byte[] _moduleName = new byte[RdbModuleName.Length];
    private readonly int _recordBytesMax;
    private RdbRecordScan _record;
    private int _database;
    private int _version;
    private bool _isEnded;

    /// <summary>Reads from the first byte of a file; an item that needs more than a number of bytes is refused.</summary>
    public RdbFileReader(int recordBytesMax = int.MaxValue) => _recordBytesMax = Math.Min(recordBytesMax, Array.MaxLength);

    private static ReadOnlySpan<byte> EndMark => [(byte)RdbOpcode.End];

    /// <summary>Bytes of the file that were used.</summary>
    public long Offset { get; private set; }

    /// <summary>The checksum of the bytes that were used; of the end only its mark counts, not the checksum that stands there.</summary>
    public ulong Checksum => _checksum.Value;

    /// <summary>Whether the file had a checksum; known at its end.</summary>
    public bool HadChecksum { get; private set; }

    /// <summary>After <see cref="SnapshotReadStatus.NeedMore"/>: bytes of input without which it is of no use to ask again.</summary>
    public int BytesNeeded { get; private set; }

    /// <summary>After <see cref="SnapshotReadStatus.Bad"/>: why.</summary>
    public FormatProblem? Problem { get; private set; }

    /// <summary>Reads the next item.</summary>
    /// <param name="input">The bytes from <see cref="Offset"/> on, as far as they are at hand.</param>
    /// <param name="isLast">Whether the file ends with them.</param>
    /// <param name="used">Bytes that the item took; they are not to be given again.</param>
    /// <param name="item">The item.</param>
    public SnapshotReadStatus Read(ReadOnlySpan<byte> input, bool isLast, out int used, out RdbFileItem item)
    {
        used = 0;
        item = default;
        if (Problem is not null)
            return SnapshotReadStatus.Bad;
        RdbScanner scanner = new(input, 0);
        bool isRead = _isEnded ? scanner.Fail("the file has ended")
            : _version == 0 ? TryReadHeader(ref scanner, out item)
            : TryReadItem(input, ref scanner, out item);
        if (!isRead)
            return Explain(ref scanner, input.Length, isLast);
        used = scanner.At;
        Offset += used;
        if (!_isEnded)
            _checksum.Append(input[..used]);
        return SnapshotReadStatus.Item;
    }

    /// <summary>Gives borrowed buffers back.</summary>
    public void Dispose() => _scratch.Dispose();

    private bool TryReadHeader(scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = default;
        if (!scanner.TryTake(HeaderBytes, out ReadOnlySpan<byte> header))
            return false;
        int version = 0;
        bool isNumber = true;
        foreach (byte digit in header[^VersionDigits..])
        {
            isNumber &= digit is >= (byte)'0' and <= (byte)'9';
            version = (10 * version) + (digit - '0');
        }

        scanner.At = 0;
        if (!header.StartsWith("REDIS"u8) || !isNumber)
            return scanner.Fail("this is no RDB file: it does not begin with REDIS and a version");
        if (version is < 1 or > VersionMax)
            return scanner.Fail($"this is an RDB file of version {version}; versions 1 to {VersionMax} can be read");
        scanner.At = HeaderBytes;
        _version = version;
        item = new RdbFileItem(RdbItemKind.Header) { First = version };
        return true;
    }

    private bool TryReadItem(ReadOnlySpan<byte> input, scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = default;
        if (_record.IsUnderWay)
            return TryReadRecord(input, ref scanner, out item);
        if (!scanner.TryByte(out byte first))
            return false;
        switch ((RdbOpcode)first)
        {
            case RdbOpcode.Aux:
                return TryReadAux(ref scanner, out item);
            case RdbOpcode.Function:
                return TryReadFunction(ref scanner, out item);
            case RdbOpcode.SelectDatabase:
                return TrySelectDatabase(ref scanner, out item);
            case RdbOpcode.Resize:
                return TryReadNumbers(RdbItemKind.Resize, 2, ref scanner, out item);
            case RdbOpcode.SlotInfo:
                return TryReadNumbers(RdbItemKind.SlotInfo, 3, ref scanner, out item);
            case RdbOpcode.ModuleAux:
                return TrySkipModule(ref scanner, out item);
            case RdbOpcode.FunctionOfCandidates:
                scanner.At = 0;
                return scanner.Fail("a function is written as candidates for Redis 7.0 did it, which nothing else reads");
            case RdbOpcode.End:
                return TryEnd(ref scanner, out item);
            default:
                scanner.At = 0;
                return TryReadRecord(input, ref scanner, out item);
        }
    }

    private bool TryReadRecord(ReadOnlySpan<byte> input, scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = default;
        if (!_record.TryFinish(ref scanner))
            return false;
        if (!_record.TryGet(input, _database, _scratch, out SnapshotRecord record))
        {
            scanner.At = _record.KeyStart;
            return scanner.Fail("a key cannot be decompressed");
        }

        item = new RdbFileItem(record);
        return true;
    }

    private bool TryReadAux(scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = default;
        if (!TryReadText(ref scanner, out ReadOnlySpan<byte> name) || !TryReadText(ref scanner, out ReadOnlySpan<byte> text))
            return false;
        item = new RdbFileItem(RdbItemKind.Aux) { Name = name, Text = text };
        return true;
    }

    private bool TryReadFunction(scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        bool isRead = TryReadText(ref scanner, out ReadOnlySpan<byte> code);
        item = new RdbFileItem(RdbItemKind.Function) { Text = code };
        return isRead;
    }

    private bool TryReadText(scoped ref RdbScanner scanner, out ReadOnlySpan<byte> text)
    {
        text = default;
        int start = scanner.At;
        if (!scanner.TryString(out ReadOnlySpan<byte> encoded))
            return false;
        RdbReader reader = new(encoded, _scratch);
        if (reader.TryReadString(out text))
            return true;
        scanner.At = start;
        return scanner.Fail("a string cannot be decompressed");
    }

    private bool TrySelectDatabase(scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        if (!TryReadNumbers(RdbItemKind.SelectDatabase, 1, ref scanner, out item))
            return false;
        if (item.First > int.MaxValue)
            return scanner.Fail("the number of a database is too big");
        _database = (int)item.First;
        return true;
    }

    // Numbers behind the second are of no use to anybody.
    private static bool TryReadNumbers(RdbItemKind kind, int count, scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = default;
        Span<ulong> numbers = stackalloc ulong[3];
        for (int i = 0; i < count; i++)
        {
            if (!scanner.TryLength(out numbers[i]))
                return false;
            if (numbers[i] > long.MaxValue)
                return scanner.Fail("a count is too big");
        }

        item = new RdbFileItem(kind) { First = (long)numbers[0], Second = count > 1 ? (long)numbers[1] : 0 };
        return true;
    }

    private bool TrySkipModule(scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = default;
        int start = scanner.At;
        if (!scanner.TryLength(out ulong module))
            return false;
        RdbModuleName.Write(module, _moduleName);
        item = new RdbFileItem(RdbItemKind.ModuleAux) { Name = _moduleName };
        RdbValueSkipper skipper = default;
        skipper.Begin(RdbValueShape.ModuleAux, start);
        return skipper.TryFinish(ref scanner);
    }

    private bool TryEnd(scoped ref RdbScanner scanner, out RdbFileItem item)
    {
        item = new RdbFileItem(RdbItemKind.End);
        ulong computed = Crc64.Append(Checksum, EndMark);
        if (_version >= VersionWithChecksum)
        {
            if (!scanner.TryTake(sizeof(ulong), out ReadOnlySpan<byte> bytes))
                return false;
            ulong stored = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            HadChecksum = stored != 0;
            if (HadChecksum && stored != computed)
                return scanner.Fail($"the checksum is {stored:x16}, but that of the bytes before it is {computed:x16}: the file is damaged");
        }

        _checksum.Append(EndMark);
        _isEnded = true;
        return true;
    }

    private SnapshotReadStatus Explain(scoped ref RdbScanner scanner, int inputLength, bool isLast)
    {
        string? reason = scanner.Problem;
        if (reason is null && scanner.Needed > _recordBytesMax)
            reason = $"one item needs {scanner.Needed} bytes, more than the {_recordBytesMax} that can be taken for one";
        if (reason is null && isLast)
            reason = inputLength == 0 ? "the file stops without its end mark" : "the file stops in the middle of an item";
        if (reason is null)
        {
            BytesNeeded = (int)scanner.Needed;
            return SnapshotReadStatus.NeedMore;
        }

        Problem = new FormatProblem(Offset + scanner.At, reason);
        return SnapshotReadStatus.Bad;
    }
}
