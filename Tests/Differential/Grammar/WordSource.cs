using System.Globalization;

namespace DragonflyFlow.Tests.Differential.Grammar;

/// <summary>
/// Draws words by class from one random sequence. Keys are few, so that they collide; one in some twenty is of another type. Keys
/// "lex" are sorted sets of one score, the only ones whose lexicographical ranges mean anything. Expiries lie far in the
/// future or in the past, so that nothing expires while a script runs.
/// </summary>
internal sealed class WordSource(Random random)
{
    private const int KeysPerType = 4;
    private const int OtherTypeOneIn = 20;
    private const int OddOneIn = 25;

    private static readonly string[] Types = ["str", "list", "hash", "set", "zset", "stream"];
    private static readonly string[] Odd = ["", "-1", "0", "x", "nan", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e400", " 1", "1.5"];

    private static readonly string[] Integers =
    [
        "0", "1", "-1", "2", "10", "-10", "100", "9223372036854775807", "-9223372036854775808", "9223372036854775806", "4611686018427387904",
        "-4611686018427387904", "2147483647", "-2147483648", "4294967296", "9223372036854775808", "01", "+1", "1.0", "-0",
    ];

    private static readonly string[] Floats =
    [
        "0", "1", "-1", "0.1", "-0.5", "3.0e3", "1e17", "1.7976931348623157e308", "-1e-7", "5e-324", "inf", "-inf", "+inf", "nan", "3.141592653589793", "1e",
        "100", "1234567.890123", "-0.0", "infinity", "0x10", "-0X1.8p1", "0x.8", "0x", "0x1p-2000", " 2", "2 ", "-nan", "nan(1)", "1.", ".", "+inFinity", "1e-400", "1\0",
    ];

    private static readonly string[] Patterns = ["*", "str*", "?et?", "[hl]*", "f[0-4]", "*1", "no-such-*", "[^s]*", "\\*", "m?", "[a-", "**1**"];

    private int _nextId = 1;

    /// <summary>Where the words come from.</summary>
    internal Random Random { get; } = random;

    /// <summary>The keys of one type.</summary>
    internal static IEnumerable<string> KeysOf(string type) => Enumerable.Range(1, KeysPerType).Select(i => type + i.ToString(CultureInfo.InvariantCulture));

    /// <summary>All keys there may be.</summary>
    internal static IEnumerable<string> AllKeys() => Types.SelectMany(KeysOf);

    /// <summary>A word of a class; now and then one that does not belong.</summary>
    internal string Draw(string name)
    {
        if (Array.IndexOf(Types, name) >= 0)
            return Key(Random.Next(OtherTypeOneIn) == 0 ? Types[Random.Next(Types.Length)] : name);
        if (name == "lex")
            return Key("lex");
        if (name == "hll")
            return Key(Random.Next(OtherTypeOneIn) == 0 ? Types[Random.Next(Types.Length)] : name);
        if (name == "key")
            return Key(Types[Random.Next(Types.Length)]);
        return Random.Next(OddOneIn) == 0 && !IsBounded(name) ? Any(Odd) : Fitting(name);
    }

    private string Fitting(string name) => name switch
    {
        "value" => Value(),
        "field" => "f" + Number(0, 12),
        "manyfield" => "f" + Number(0, 400),
        "member" => Random.Next(3) == 0 ? Number(0, 12) : "m" + Number(0, 12),
        "manymember" => "m" + Number(0, 400),
        "manyint" => Number(-100_000, 100_000),
        "element" => Random.Next(8) == 0 ? Value() : "e" + Number(0, 6),
        "int" => Random.Next(2) == 0 ? Number(-20, 20) : Any(Integers),
        "float" => Random.Next(2) == 0 ? Score() : Any(Floats),
        "score" => Random.Next(8) == 0 ? Any(Floats) : Score(),
        "smallscore" => Number(-5, 6),
        "scoreborder" => Any(["-inf", "+inf", "inf", Score(), "(" + Score(), "(" + Number(-5, 6), Number(-5, 6), "(inf", "x", "(", "", " 2", "( -2", " (2", "0x3", "(0x1p1", "nan", "2 ", "1\0x", "\0", "1e999", " "]),
        "lexborder" => Any(["-", "+", "[m" + Number(0, 12), "(m" + Number(0, 12), "[", "(", "[m", "(5", "m1", ""]),
        "index" => Random.Next(12) == 0 ? Any(Integers) : Number(-14, 14),
        "offset" => Random.Next(15) == 0 ? Any(["-1", "536870912", "9223372036854775807", "4294967296"]) : Number(0, 40),
        "count" => Random.Next(12) == 0 ? Any(["-1", "-5", "0"]) : Number(0, 14),
        "signedcount" => Random.Next(20) == 0 ? Any(["-9223372036854775808", "x"]) : Number(-14, 14),
        "numkeys" => Random.Next(10) == 0 ? Any(["0", "-1", "1", "3", "x", "100"]) : "2",
        "longitude" => Random.Next(16) == 0 ? Any(["180", "-180", "180.1", "inf", "0", "179.9999"]) : Number(-180, 180) + "." + Number(0, 1_000_000),
        "latitude" => Random.Next(16) == 0 ? Any(["85.05112878", "-85.05112878", "86", "0", "-90"]) : Number(-85, 85) + "." + Number(0, 1_000_000),
        "radius" => Random.Next(12) == 0 ? Any(["0", "-1", "1e9", "0.5", "x"]) : Number(1, Random.Next(2) == 0 ? 500 : 20_000),
        "unit" => Random.Next(12) == 0 ? Any(["parsec", "FT", "Mi", ""]) : Any(["m", "km", "km", "km", "mi", "ft"]),
        "weight" => Any(["-3", "-2", "-1", "1", "2", "3", "1.5", "-0.1", "1e17", "x", "0", "inf", "-inf", "0x2", " 1", "nan"]),
        "ttl" => Random.Next(8) == 0 ? Any(["0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775", "x"]) : Number(100_000, 900_000),
        "ttlms" => Random.Next(8) == 0 ? Any(["0", "-1", "9223372036854775807", "-9223372036854775808", "x"]) : Number(100_000_000, 900_000_000),
        "at" => Random.Next(8) == 0 ? Any(["0", "-1", "1", "9223372036854775807", "9223372036854775", "x"]) : "40" + Number(10_000_000, 99_999_999),
        "atms" => Random.Next(8) == 0 ? Any(["0", "-1", "1", "9223372036854775807", "x"]) : "40" + Number(10_000_000, 99_999_999) + "000",
        "bit" => Random.Next(15) == 0 ? Any(["-1", "4294967296", "x"]) : Number(0, 600),
        "bitoffset" => Random.Next(15) == 0 ? Any(["-1", "#-1", "#x", "4294967296"]) : (Random.Next(3) == 0 ? "#" : "") + Number(0, 60),
        "bittype" => Random.Next(15) == 0 ? Any(["u64", "i65", "u0", "x8", "i"]) : Any(["i8", "u8", "i5", "u3", "u63", "i64", "i16", "u1", "u32"]),
        "pattern" => Any(Patterns),
        "cursor" => Random.Next(6) == 0 ? Any(["x", "-", "1x", "18446744073709551616"]) : "0",
        "database" => Any(["0", "1", "1", "2", "15", "16", "-1", "x"]),
        "type" => Any(["string", "list", "hash", "set", "zset", "stream", "STRING"]),
        "nextid" => NextId(),
        "anyid" => Random.Next(20) == 0 ? Any(["0", "0-0", "18446744073709551615-18446744073709551615", "5-x", "-", "+"]) : AnyId(),
        "rangeid" => Random.Next(3) == 0 ? Any(["-", "+", "0", "(-", "(0-0", "(18446744073709551615-18446744073709551615", "x"]) : (Random.Next(4) == 0 ? "(" : "") + AnyId(),
        "group" => "g" + Number(1, 4),
        "consumer" => "c" + Number(1, 4),
        "idle" => Any(["0", "0", "50000", "5000000", "-1"]),
        _ => throw new ArgumentException($"no words of class <{name}>"),
    };

    // A count that names the words behind it, and what must be bounded for the run's sake, gets no odd word.
    private static bool IsBounded(string name) => name is "offset" or "numkeys" or "ttl" or "ttlms" or "at" or "atms" or "signedcount" or "count" or "cursor" or "type" or "scoreborder" or "bit" or "weight" or "longitude" or "latitude" or "radius" or "unit";

    private string Key(string type) => type + Number(1, KeysPerType + 1);

    private string Value() => Random.Next(14) switch
    {
        0 => "",
        1 => Any(Integers),
        2 => Any(Floats),
        3 => Random.Next(2) == 0 ? new string((char)('a' + Random.Next(3)), Random.Next(40, 70)) : Text(Random.Next(12, 140)),
        4 => new string((char)('a' + Random.Next(3)), Random.Next(100, 700)),
        5 => Random.Next(6) == 0 ? new string('z', Random.Next(5000, 20_000)) : "z",
        6 => "\0\r\nÿ€".Replace('€', '\u0080') + Number(0, 9),
        7 or 8 => Number(-1000, 1000),
        9 => Number(-1000, 1000) + "." + Number(0, 1000),
        _ => "v" + Number(0, 9),
    };

    // ASCII of all kinds, and some with a NUL at its end: what is kept in 7 bits a character, and what is not.
    private string Text(int length) => string.Create(length, Random, (text, random) =>
    {
        for (int i = 0; i < text.Length; i++)
            text[i] = (char)random.Next(' ', '~' + 1);
        if (random.Next(4) == 0)
            text[^1] = '\0';
    });

    // Ids of entries grow, in all streams together; one in some twenty does not.
    private string NextId()
    {
        _nextId += Random.Next(3);
        string ms = (Random.Next(20) == 0 ? Random.Next(_nextId) : _nextId).ToString(CultureInfo.InvariantCulture);
        return Random.Next(6) switch { 0 => ms, 1 => ms + "-*", _ => ms + "-" + Number(0, 9) };
    }

    private string AnyId()
    {
        string ms = Random.Next(Math.Max(0, _nextId - 60), _nextId + 2).ToString(CultureInfo.InvariantCulture);
        return Random.Next(4) == 0 ? ms : ms + "-" + Number(0, 9);
    }

    private string Score() => Random.Next(3) switch
    {
        0 => Number(-5, 6),
        1 => Number(-5, 6) + "." + Number(0, 10),
        _ => Number(-100_000, 100_000) + "." + Number(0, 1000),
    };

    private string Any(string[] of) => of[Random.Next(of.Length)];

    private string Number(int from, int below) => Random.Next(from, below).ToString(CultureInfo.InvariantCulture);
}
