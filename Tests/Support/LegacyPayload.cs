using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Support;

/// <summary>Payloads in forms that only servers before the installed one wrote, made by hand; text is Latin-1.</summary>
internal static class LegacyPayload
{
    /// <summary>A count and strings, pairs counted once.</summary>
    internal static byte[] Plain(RdbType type, int step, params string[] elements) => Seal(type, writer =>
    {
        writer.WriteLength(elements.Length / step);
        foreach (string element in elements)
            writer.WriteString(Encoding.Latin1.GetBytes(element));
    });

    /// <summary>Members with scores as text.</summary>
    internal static byte[] SortedSetText(params (string Member, double Score)[] members) => Seal(RdbType.SortedSetText, writer =>
    {
        writer.WriteLength(members.Length);
        foreach ((string member, double score) in members)
        {
            writer.WriteString(Encoding.Latin1.GetBytes(member));
            string text = score.ToString("R", CultureInfo.InvariantCulture);
            writer.WriteByte(double.IsPositiveInfinity(score) ? (byte)254 : double.IsNegativeInfinity(score) ? (byte)255 : (byte)text.Length);
            if (double.IsFinite(score))
            {
                foreach (char letter in text)
                    writer.WriteByte((byte)letter);
            }
        }
    });

    /// <summary>One packed form as a string.</summary>
    internal static byte[] Packed(RdbType type, byte[] pack) => Seal(type, writer => writer.WriteBytes(pack));

    /// <summary>A stream in one of its three forms.</summary>
    internal static byte[] Stream(RdbType type, StreamValue stream) => Seal(type, writer =>
    {
        writer.WriteLength(stream.NodeCount);
        for (int i = 0; i < stream.NodeCount; i++)
        {
            byte[] id = new byte[StreamId.Bytes];
            stream.NodeId(i).WriteBytes(id);
            writer.WriteBytes(id);
            writer.WriteBytes(stream.PackOf(i));
        }

        writer.WriteLength(stream.Length);
        Write(writer, stream.LastId);
        if (type != RdbType.Stream)
        {
            Write(writer, stream.FirstId);
            Write(writer, stream.MaxRemovedId);
            writer.WriteLength(stream.EntriesAdded);
        }

        writer.WriteLength(stream.Groups.Count);
        for (int i = 0; i < stream.Groups.Count; i++)
            Write(writer, type, stream.Groups[i]);
    });

    private static void Write(RdbWriter writer, RdbType type, StreamGroup group)
    {
        byte[] id = new byte[StreamId.Bytes];
        writer.WriteString(group.Name);
        Write(writer, group.LastId);
        if (type != RdbType.Stream)
            writer.WriteLength(group.EntriesRead);
        writer.WriteLength(group.Pending.Count);
        for (StreamIdMap<StreamDelivery>.Walk walk = group.Pending.From(StreamId.Min); walk.MoveNext();)
        {
            walk.Id.WriteBytes(id);
            writer.WriteRaw(id);
            writer.WriteInt64(walk.Value.AtMs);
            writer.WriteLength(walk.Value.Count);
        }

        writer.WriteLength(group.Consumers.Count);
        for (int i = 0; i < group.Consumers.Count; i++)
        {
            StreamConsumer consumer = group.Consumers[i];
            writer.WriteString(consumer.Name);
            writer.WriteInt64(consumer.SeenAtMs);
            if (type == RdbType.Stream3)
                writer.WriteInt64(consumer.ActiveAtMs);
            writer.WriteLength(consumer.Pending.Count);
            for (StreamIdMap<ValueTuple>.Walk walk = consumer.Pending.From(StreamId.Min); walk.MoveNext();)
            {
                walk.Id.WriteBytes(id);
                writer.WriteRaw(id);
            }
        }
    }

    private static void Write(RdbWriter writer, StreamId id)
    {
        writer.WriteLength((long)id.Ms);
        writer.WriteLength((long)id.Seq);
    }

    /// <summary>A string that is compressed: one letter many times.</summary>
    internal static byte[] Compressed(int letters) => Seal(RdbType.String, writer =>
    {
        byte[] body = [0, (byte)'z', 0xE0, (byte)(letters - 1 - 9), 0];
        writer.WriteByte(0xC3);
        writer.WriteLength(body.Length);
        writer.WriteLength(letters);
        foreach (byte next in body)
            writer.WriteByte(next);
    });

    /// <summary>A quicklist of ziplists.</summary>
    internal static byte[] Quicklist(params string[][] nodes) => Seal(RdbType.ListQuicklist, writer =>
    {
        writer.WriteLength(nodes.Length);
        foreach (string[] node in nodes)
            writer.WriteBytes(Ziplist(node));
    });

    /// <summary>A ziplist; decimal integers in their own forms.</summary>
    internal static byte[] Ziplist(params string[] elements)
    {
        List<byte> bytes = [.. new byte[10]];
        int previous = 0;
        int last = 10;
        foreach (string element in elements)
        {
            last = bytes.Count;
            bytes.AddRange(previous < 254 ? [(byte)previous] : [254, .. Int(previous, 4)]);
            bytes.AddRange(ZiplistElement(element));
            previous = bytes.Count - last;
        }

        bytes.Add(255);
        byte[] list = [.. bytes];
        BinaryPrimitives.WriteInt32LittleEndian(list, list.Length);
        BinaryPrimitives.WriteInt32LittleEndian(list.AsSpan(4), last);
        BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(8), (ushort)elements.Length);
        return list;
    }

    /// <summary>A zipmap, each value with unused bytes behind it.</summary>
    internal static byte[] Zipmap(params string[] elements)
    {
        List<byte> bytes = [(byte)(elements.Length / 2)];
        for (int i = 0; i < elements.Length; i++)
        {
            bytes.AddRange(elements[i].Length < 254 ? [(byte)elements[i].Length] : [254, .. Int(elements[i].Length, 4)]);
            if (i % 2 == 1)
                bytes.Add(2);
            bytes.AddRange(Encoding.Latin1.GetBytes(elements[i]));
            if (i % 2 == 1)
                bytes.AddRange("??"u8);
        }

        return [.. bytes, 255];
    }

    /// <summary>Writes the checksum anew over what a test has changed.</summary>
    internal static byte[] Reseal(byte[] payload)
    {
        int covered = payload.Length - sizeof(ulong);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(covered), Crc64.Append(0, payload.AsSpan(0, covered)));
        return payload;
    }

    /// <summary>A type byte, what is written, version and checksum.</summary>
    internal static byte[] Seal(RdbType type, Action<RdbWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        RdbWriter writer = new(bytes);
        writer.WriteByte((byte)type);
        write(writer);
        writer.WriteUInt16(DumpPayload.Version);
        writer.WriteInt64(0);
        return Reseal(bytes.WrittenSpan.ToArray());
    }

    private static byte[] ZiplistElement(string element)
    {
        if (long.TryParse(element, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return number switch
            {
                >= 0 and <= 12 => [(byte)(0xF1 + number)],
                >= sbyte.MinValue and <= sbyte.MaxValue => [0xFE, .. Int(number, 1)],
                >= short.MinValue and <= short.MaxValue => [0xC0, .. Int(number, 2)],
                >= -(1 << 23) and < 1 << 23 => [0xF0, .. Int(number, 3)],
                >= int.MinValue and <= int.MaxValue => [0xD0, .. Int(number, 4)],
                _ => [0xE0, .. Int(number, 8)],
            };
        }

        byte[] text = Encoding.Latin1.GetBytes(element);
        return text.Length switch
        {
            < 1 << 6 => [(byte)text.Length, .. text],
            < 1 << 14 => [(byte)(0x40 | (text.Length >> 8)), (byte)text.Length, .. text],
            _ => [0x80, .. Int(text.Length, 4).Reverse(), .. text],
        };
    }

    private static byte[] Int(long value, int width)
    {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++, value >>= 8)
            bytes[i] = (byte)value;
        return bytes;
    }
}
