using System.Text;

namespace DragonflyFlow.Tests.Simulator.World;

/// <summary>
/// What happened, as one number: every choice of the scheduler, every byte delivered, every reply. Two runs with the same hash are the same run. With a writer
/// it also tells what it hashes, one line each.
/// </summary>
internal sealed class TraceHash(TextWriter? told)
{
    public const ulong Start = 0xCBF29CE484222325UL;

    private const ulong Prime = 0x100000001B3UL;

    public ulong Value { get; private set; } = Start;

    /// <summary>Whether somebody reads along; text is made for him only.</summary>
    public bool IsTold => told is not null;

    public static ulong Mix(ulong hash, ulong value)
    {
        for (int shift = 0; shift < 64; shift += 16)
            hash = (hash ^ ((value >> shift) & 0xFFFF)) * Prime;
        return hash;
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Start;
        foreach (byte b in bytes)
            hash = (hash ^ b) * Prime;
        return hash;
    }

    public void Add(ulong value) => Value = Mix(Value, value);

    public void Add(ulong value, ulong second)
    {
        Add(value);
        Add(second);
    }

    /// <summary>An event with its text: the text is part of the hash.</summary>
    public void Event(long nowTicks, string text)
    {
        Add((ulong)nowTicks);
        foreach (char c in text)
            Value = (Value ^ c) * Prime;
        told?.WriteLine($"{nowTicks / (double)TimeSpan.TicksPerMillisecond,12:0.0000} {text}");
    }

    /// <summary>Bytes that arrived somewhere.</summary>
    public void Bytes(long nowTicks, string where, ReadOnlySpan<byte> bytes)
    {
        Add((ulong)nowTicks, Of(bytes));
        if (told is not null)
            told.WriteLine($"{nowTicks / (double)TimeSpan.TicksPerMillisecond,12:0.0000} {where} {Encoding.Latin1.GetString(bytes).ReplaceLineEndings("|")}");
    }
}
