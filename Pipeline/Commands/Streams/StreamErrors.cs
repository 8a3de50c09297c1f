namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>Redis's error texts on streams.</summary>
internal static class StreamErrors
{
    public const string InvalidId = "ERR Invalid stream ID specified as stream command argument";
    public const string InvalidStart = "ERR invalid start ID for the interval";
    public const string InvalidEnd = "ERR invalid end ID for the interval";
    public const string NoKey = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.";

    public static string NoKeyOrGroup(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) => $"NOGROUP No such key '{Words.Text(key)}' or consumer group '{Words.Text(group)}'";

    public static string NoGroup(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) => $"NOGROUP No such consumer group '{Words.Text(group)}' for key name '{Words.Text(key)}'";

    public static string Subcommand(ref CommandCall call)
        => $"ERR unknown subcommand or wrong number of arguments for '{Words.Text(call.Args[1])}'. Try {Words.Text(call.Args[0]).ToUpperInvariant()} HELP.";
}
