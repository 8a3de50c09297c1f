using System.Text;

namespace DragonflyFlow.Tests.Protocol.Wire;

/// <summary>Requests, good and bad, and random variations of them.</summary>
internal static class RequestCorpus
{
    /// <summary>Well-formed requests, each complete.</summary>
    internal static readonly string[] Valid =
    [
        "*1\r\n$4\r\nPING\r\n",
        "*2\r\n$3\r\nGET\r\n$5\r\nhello\r\n",
        "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$12\r\nline\r\nbreaks\r\n",
        "*12\r\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"$2\r\n{i:00}\r\n")),
        $"*2\r\n$4\r\nECHO\r\n$123\r\n{new string('e', 123)}\r\n",
        "*0\r\n",
        "*-1\r\n",
        "\r\n",
        "PING\r\n",
        "PING\n",
        "SET key \"a \\x41\\n\\\"b\" 'c \\' d'\r\n",
        "  GET \t key\v \r\n",
        "*1\r\n$4\rxPINGyz",
    ];

    /// <summary>Requests that end in each of the protocol errors.</summary>
    internal static readonly string[] Invalid =
    [
        "*x\r\n", "*\r\n", "*+1\r\n", "*01\r\n", "*-0\r\n", "* 1\r\n", "*2147483648\r\n", "*9223372036854775808\r\n", "*99999999999999999999999\r\n",
        "*1\r\n$-1\r\n", "*1\r\n$\r\n", "*1\r\n$abc\r\n", "*1\r\n$03\r\nabc\r\n", "*1\r\n$536870913\r\n", "*1\r\n$99999999999999999999\r\n",
        "*1\r\nPING\r\n", "*2\r\n$3\r\nGET\r\n:1\r\n", "*1\r\n\r\n\r\n", "*1\r\n\n\r\n", "*3\n$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n*1\r\n*1\r\n",
        "GET \"abc\r\n", "GET 'a'b\r\n", "GET \"a\\\r\n", "GET \"a\"\"b\"\r\n", "'\r\n",
    ];

    private static readonly byte[] Telling = "*$:\r\n 0123456789-+\"'\\x\0\t\v"u8.ToArray();

    internal static byte[] Bytes(string request) => Encoding.Latin1.GetBytes(request);

    /// <summary>Some valid requests in a row, with a few bytes changed, inserted, deleted, repeated or cut off.</summary>
    internal static byte[] Mutated(Random random)
    {
        List<byte> bytes = [];
        for (int i = random.Next(1, 5); i > 0; i--)
            bytes.AddRange(Bytes(Valid[random.Next(Valid.Length)]));

        for (int i = random.Next(0, 4); i > 0 && bytes.Count > 0; i--)
            Mutate(bytes, random);
        return [.. bytes];
    }

    private static void Mutate(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count);
        byte value = random.Next(2) == 0 ? Telling[random.Next(Telling.Length)] : (byte)random.Next(256);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] = value;
                break;
            case 1:
                bytes.Insert(at, value);
                break;
            case 2:
                bytes.RemoveAt(at);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 16), bytes.Count - at)));
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }
}
