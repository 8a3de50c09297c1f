namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Redis's own error texts, word for word (7.0 and 7.2 agree on these).</summary>
public static class Errors
{
    /// <summary>The key holds another type.</summary>
    public const string WrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";

    /// <summary>Arguments that do not fit together.</summary>
    public const string Syntax = "ERR syntax error";

    /// <summary>Not a 64-bit integer.</summary>
    public const string NotInteger = "ERR value is not an integer or out of range";

    /// <summary>Not a float.</summary>
    public const string NotFloat = "ERR value is not a valid float";

    /// <summary>A negative or too large number.</summary>
    public const string OutOfRange = "ERR value is out of range";

    /// <summary>An integer of more than 32 bits where 32 are asked for.</summary>
    public const string OutOfIntRange = "ERR value is out of range, value must between -2147483648 and 2147483647";

    /// <summary>A database there is not.</summary>
    public const string DatabaseOutOfRange = "ERR DB index is out of range";

    /// <summary>A number that must be positive.</summary>
    public const string MustBePositive = "ERR value is out of range, must be positive";

    /// <summary>The key must be there.</summary>
    public const string NoSuchKey = "ERR no such key";

    /// <summary>An index beyond the end.</summary>
    public const string IndexOutOfRange = "ERR index out of range";

    /// <summary>An increment past 64 bits.</summary>
    public const string Overflow = "ERR increment or decrement would overflow";

    /// <summary>Memory is used up.</summary>
    public const string OutOfMemory = "OOM command not allowed when used memory > 'maxmemory'.";

    /// <summary>A password is needed first.</summary>
    public const string NoAuth = "NOAUTH Authentication required.";

    /// <summary>The server is going down.</summary>
    public const string ShuttingDown = "ERR Server is shutting down";

    /// <summary>A string beyond the limit.</summary>
    public const string StringTooLong = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

    /// <summary>Arguments that are too few or too many.</summary>
    public static string WrongArity(string command) => $"ERR wrong number of arguments for '{command}' command";

    /// <summary>An expiry that is not positive or overflows.</summary>
    public static string InvalidExpire(string command) => $"ERR invalid expire time in '{command}' command";
}
