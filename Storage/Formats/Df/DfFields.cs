using System.Text;
using MessagePack;

namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>Reads MessagePack values one after the other; what is not there, or of another kind, is answered with false and ends the reading.</summary>
public ref struct DfFields
{
    private MessagePackReader _reader;

    /// <summary>Reads from the first byte on.</summary>
    public DfFields(ReadOnlyMemory<byte> bytes) => _reader = new MessagePackReader(bytes);

    /// <summary>Whether all has been read.</summary>
    public readonly bool IsAtEnd => _reader.End;

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    /// <summary>Reads an integer.</summary>
    public bool TryNumber(out long number)
    {
        number = 0;
        try
        {
            number = _reader.ReadInt64();
            return true;
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            return false;
        }
    }

    /// <summary>Reads an integer of 64 bits without sign.</summary>
    public bool TryChecksum(out ulong checksum)
    {
        checksum = 0;
        try
        {
            checksum = _reader.ReadUInt64();
            return true;
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            return false;
        }
    }

    /// <summary>Reads bytes; they stay where they are.</summary>
    public bool TryBytes(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        try
        {
            if (_reader.ReadBytes() is not { IsSingleSegment: true } read)
                return false;
            bytes = read.First;
            return true;
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            return false;
        }
    }

    /// <summary>Reads a text.</summary>
    public bool TryText(out string text)
    {
        text = "";
        try
        {
            if (_reader.ReadStringSequence() is not { IsSingleSegment: true } read)
                return false;
            text = Encoding.UTF8.GetString(read.FirstSpan);
            return true;
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            return false;
        }
    }

    /// <summary>Reads the begin of a record of so many fields.</summary>
    public bool TryRecord(int fields)
    {
        try
        {
            return _reader.ReadArrayHeader() == fields;
        }
        catch (Exception cause) when (IsDamage(cause))
        {
            return false;
        }
    }

    // What the library throws for bytes that are no MessagePack, or not the kind that was asked for.
    private static bool IsDamage(Exception cause) => cause is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentException;
}
