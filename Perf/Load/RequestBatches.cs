using System.Collections;
using System.Text;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// Batches of one workload's command, each made when it is asked for: only the digits of the placeholders are written anew, into one buffer. A batch is valid
/// until the next is asked for; one thread at a time.
/// </summary>
internal sealed class RequestBatches : IReadOnlyList<ReadOnlyMemory<byte>>
{
    private const int Digits = 12;

    private readonly byte[] _bytes;
    private readonly int[] _places;
    private readonly int _placesPerCopy;
    private readonly int _copies;
    private readonly int _range;
    private readonly Random? _random;

    private RequestBatches(Workload workload, int copies, Random? random)
    {
        _bytes = Encode(workload.Commands, copies);
        _places = [.. PlacesIn(_bytes)];
        _placesPerCopy = _places.Length / copies;
        _copies = copies;
        _range = workload.Range;
        _random = random;
        Count = random is null ? (_range + copies - 1) / copies : int.MaxValue;
    }

    /// <inheritdoc />
    public int Count { get; }

    /// <inheritdoc />
    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            if (_random is null)
                Number((long)index * _copies);
            else
                Randomize(_random);
            return _bytes;
        }
    }

    /// <summary>Batches that together hold the command for each number below the range, in order; the last begins again at 0.</summary>
    public static RequestBatches Numbered(Workload workload, int copies) => new(workload, copies, random: null);

    /// <summary>Batches of random numbers, without end.</summary>
    public static RequestBatches Random(Workload workload, int copies, int seed) => new(workload, copies, new Random(seed));

    /// <inheritdoc />
    public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static byte[] Encode(IReadOnlyList<IReadOnlyList<string>> commands, int copies)
    {
        StringBuilder text = new();
        foreach (IReadOnlyList<string> command in commands)
        {
            text.Append('*').Append(command.Count).Append("\r\n");
            foreach (string part in command)
                text.Append('$').Append(Encoding.UTF8.GetByteCount(part)).Append("\r\n").Append(part).Append("\r\n");
        }

        byte[] one = Encoding.UTF8.GetBytes(text.ToString());
        byte[] all = new byte[one.Length * copies];
        for (int copy = 0; copy < copies; copy++)
            one.CopyTo(all, copy * one.Length);
        return all;
    }

    private static IEnumerable<int> PlacesIn(byte[] bytes)
    {
        byte[] placeholder = Encoding.ASCII.GetBytes(Workload.Random);
        for (int at = 0; ; at += Digits)
        {
            int distance = bytes.AsSpan(at).IndexOf(placeholder);
            if (distance < 0)
                yield break;
            at += distance;
            yield return at;
        }
    }

    private void Number(long first)
    {
        for (int at = 0; at < _places.Length; at++)
            Write(_places[at], (int)((first + (at / _placesPerCopy)) % _range));
    }

    private void Randomize(Random random)
    {
        foreach (int place in _places)
            Write(place, random.Next(_range));
    }

    private void Write(int place, int value)
    {
        for (int digit = Digits - 1; digit >= 0; digit--, value /= 10)
            _bytes[place + digit] = (byte)('0' + (value % 10));
    }
}
