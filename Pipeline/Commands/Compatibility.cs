namespace DragonflyFlow.Pipeline.Commands;

/// <summary>What we say we are.</summary>
public static class Compatibility
{
    /// <summary>The Redis version whose commands and texts we follow; clients switch features by it.</summary>
    public const string RedisVersion = "7.2.5";

    /// <summary>The same as scripts see it: one byte each for major, minor and patch.</summary>
    public const int RedisVersionNumber = 0x070205;

    /// <summary>Our own version.</summary>
    public static string Version { get; } = typeof(Compatibility).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
