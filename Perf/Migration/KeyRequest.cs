using System.Globalization;
using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Migration;

/// <summary>A command on one key, "key:" and 12 digits, which is given anew for each use.</summary>
internal sealed class KeyRequest
{
    private const string Prefix = "key:";
    private const int Digits = 12;
    private const int KeyBytes = 16;

    private readonly byte[] _bytes;
    private readonly int _keyAt;

    /// <summary>GET, or with a value SET.</summary>
    public KeyRequest(string? value = null)
    {
        string key = Prefix + new string('0', Digits);
        string[] words = value is null ? ["GET", key] : ["SET", key, value];
        _bytes = Encoding.ASCII.GetBytes($"*{words.Length}\r\n" + string.Concat(words.Select(static word => $"${word.Length}\r\n{word}\r\n")));
        _keyAt = _bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Prefix));
    }

    /// <summary>The request.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Its key's slot.</summary>
    public int Slot => KeySlot.Of(_bytes.AsSpan(_keyAt, KeyBytes));

    /// <summary>Names the key.</summary>
    public void Take(int number)
        => number.TryFormat(_bytes.AsSpan(_keyAt + Prefix.Length, Digits), out _, "D12", CultureInfo.InvariantCulture);

    /// <summary>How many of the first <paramref name="keys"/> keys lie in the <paramref name="slots"/> slots from <paramref name="first"/> on.</summary>
    public static int Count(int keys, int first, int slots) => Of(keys, first, slots).Count();

    /// <summary>Those keys' numbers.</summary>
    public static IEnumerable<int> Of(int keys, int first, int slots)
    {
        KeyRequest request = new();
        for (int number = 0; number < keys; number++)
        {
            request.Take(number);
            if (request.Slot >= first && request.Slot < first + slots)
                yield return number;
        }
    }
}
