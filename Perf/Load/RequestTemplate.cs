using System.Text;

namespace DragonflyFlow.Perf.Load;

/// <summary>Some copies of one command, encoded once; before each use only the digits of the placeholders are written anew.</summary>
internal sealed class RequestTemplate
{
    private const int Digits = 12;

    private readonly byte[] _bytes;
    private readonly int[] _places;
    private readonly int _placesPerCopy;
    private readonly int _copyLength;
    private readonly int _range;

    /// <summary>Encodes <paramref name="copies"/> copies of the workload's command.</summary>
    public RequestTemplate(Workload workload, int copies)
    {
        byte[] one = Encode(workload.Command);
        _range = workload.Range;
        _copyLength = one.Length;
        _bytes = new byte[one.Length * copies];
        for (int copy = 0; copy < copies; copy++)
            one.CopyTo(_bytes, copy * one.Length);
        _places = [.. PlacesIn(_bytes)];
        _placesPerCopy = _places.Length / copies;
    }

    /// <summary>The first <paramref name="copies"/> commands.</summary>
    public ReadOnlyMemory<byte> Bytes(int copies) => _bytes.AsMemory(0, copies * _copyLength);

    /// <summary>Gives every placeholder of every copy a random number.</summary>
    public void Randomize(Random random)
    {
        foreach (int place in _places)
            Write(place, random.Next(_range));
    }

    /// <summary>Gives all placeholders of one copy the same number.</summary>
    public void Number(int copy, int value)
    {
        for (int at = 0; at < _placesPerCopy; at++)
            Write(_places[(copy * _placesPerCopy) + at], value);
    }

    private static byte[] Encode(IReadOnlyList<string> command)
    {
        StringBuilder text = new();
        text.Append('*').Append(command.Count).Append("\r\n");
        foreach (string part in command)
            text.Append('$').Append(Encoding.UTF8.GetByteCount(part)).Append("\r\n").Append(part).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static IEnumerable<int> PlacesIn(byte[] bytes)
    {
        byte[] placeholder = Encoding.ASCII.GetBytes(Workload.Random);
        for (int at = bytes.AsSpan().IndexOf(placeholder); at >= 0;)
        {
            yield return at;
            int next = bytes.AsSpan(at + Digits).IndexOf(placeholder);
            at = next < 0 ? -1 : at + Digits + next;
        }
    }

    private void Write(int place, int value)
    {
        for (int digit = Digits - 1; digit >= 0; digit--, value /= 10)
            _bytes[place + digit] = (byte)('0' + (value % 10));
    }
}
