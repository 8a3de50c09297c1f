using System.Buffers.Binary;
using MessagePack;

namespace DragonflyFlow.Protocol.Wire.Frames;

/// <summary>
/// MessagePack out of memory, without the sequences that MessagePackReader reads through, which take three times as long: arrays, whole numbers and binary, in all their forms.
/// What is not asked for, or not all there, throws <see cref="FrameException"/>.
/// </summary>
internal ref struct PackReader(ReadOnlySpan<byte> from)
{
    private readonly ReadOnlySpan<byte> _from = from;

    /// <summary>Bytes read.</summary>
    public int Consumed { get; private set; }

    /// <summary>Whether nothing follows.</summary>
    public readonly bool IsAtEnd => Consumed == _from.Length;

    /// <summary>Begins an array; its items follow.</summary>
    public int ReadArray()
    {
        byte code = ReadCode();
        long items = code switch
        {
            >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray => code & MessagePackRange.MaxFixArrayCount,
            MessagePackCode.Array16 => ReadTwo(),
            MessagePackCode.Array32 => ReadFour(),
            _ => throw Unexpected(code, "an array"),
        };
        return items <= int.MaxValue ? (int)items : throw new FrameException($"An array of {items} items.");
    }

    /// <summary>A number from -2^31 to 2^31 - 1.</summary>
    public int ReadInt32()
    {
        long number = ReadInt64();
        return number is >= int.MinValue and <= int.MaxValue ? (int)number : throw OutOfRange(number);
    }

    /// <summary>A number from -2^63 to 2^63 - 1.</summary>
    public long ReadInt64()
    {
        byte code = ReadCode();
        if (code <= MessagePackCode.MaxFixInt)
            return code;
        if (code >= MessagePackCode.MinNegativeFixInt)
            return (sbyte)code;
        if (!IsUnsigned(code))
            return ReadSigned(code);
        ulong number = ReadUnsigned(code);
        return number <= long.MaxValue ? (long)number : throw OutOfRange(number);
    }

    /// <summary>A number from 0 to 2^64 - 1.</summary>
    public ulong ReadUInt64()
    {
        byte code = ReadCode();
        if (code <= MessagePackCode.MaxFixInt)
            return code;
        if (IsUnsigned(code))
            return ReadUnsigned(code);
        long number = code >= MessagePackCode.MinNegativeFixInt ? (sbyte)code : ReadSigned(code);
        return number >= 0 ? (ulong)number : throw OutOfRange(number);
    }

    /// <summary>Bytes: how many, and at which place they begin.</summary>
    public int ReadBinary(out int start)
    {
        byte code = ReadCode();
        uint length = code switch
        {
            MessagePackCode.Bin8 => ReadOne(),
            MessagePackCode.Bin16 => ReadTwo(),
            MessagePackCode.Bin32 => ReadFour(),
            _ => throw Unexpected(code, "bytes"),
        };
        start = Consumed;
        if (length > (uint)(_from.Length - Consumed))
            throw Short();
        Consumed += (int)length;
        return (int)length;
    }

    private static bool IsUnsigned(byte code) => code is >= MessagePackCode.UInt8 and <= MessagePackCode.UInt64;

    private static FrameException OutOfRange<T>(T number) => new($"The number {number} is out of range.");

    private static FrameException Short() => new("It ends in the middle of an item.");

    private readonly FrameException Unexpected(byte code, string wanted) => new($"{MessagePackCode.ToFormatName(code)} at byte {Consumed - 1}, not {wanted}.");

    private ulong ReadUnsigned(byte code) => code switch
    {
        MessagePackCode.UInt8 => ReadOne(),
        MessagePackCode.UInt16 => ReadTwo(),
        MessagePackCode.UInt32 => ReadFour(),
        _ => ReadEight(),
    };

    private long ReadSigned(byte code) => code switch
    {
        MessagePackCode.Int8 => (sbyte)ReadOne(),
        MessagePackCode.Int16 => (short)ReadTwo(),
        MessagePackCode.Int32 => (int)ReadFour(),
        MessagePackCode.Int64 => (long)ReadEight(),
        _ => throw Unexpected(code, "a whole number"),
    };

    private byte ReadCode() => ReadOne();

    private byte ReadOne() => Take(sizeof(byte))[0];

    private ushort ReadTwo() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    private uint ReadFour() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    private ulong ReadEight() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _from.Length - Consumed)
            throw Short();
        ReadOnlySpan<byte> taken = _from.Slice(Consumed, bytes);
        Consumed += bytes;
        return taken;
    }
}
