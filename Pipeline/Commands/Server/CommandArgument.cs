using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>One argument of a command as COMMAND DOCS tells it: a word, a value with or without a word before it, a sequence ("block") or a choice ("oneof") of such.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Type">"string", "integer", "double", "key", "pattern", "unix-time", "pure-token", "block" or "oneof".</param>
/// <param name="Parts">What a block or a choice consists of.</param>
internal sealed record CommandArgument(string Name, string Type, IReadOnlyList<CommandArgument> Parts)
{
    /// <summary>Of a key, or of a pattern that keys are made of: which of the command's key specifications it belongs to.</summary>
    public int? KeySpec { get; init; }

    /// <summary>The word that stands for it or before it; null if there is none.</summary>
    public string? Token { get; init; }

    /// <summary>The version of Redis that brought it, if it is younger than the command.</summary>
    public string? Since { get; init; }

    /// <summary>The version of Redis from which on it should not be used.</summary>
    public string? DeprecatedSince { get; init; }

    /// <summary>"optional", "multiple", and "multiple_token" if its word is repeated too.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Writes the map.</summary>
    public void Write(ReplyBuffer reply)
    {
        reply.Map(2 + Count(KeySpec is not null) + Count(Token is not null) + Count(Since is not null) + Count(DeprecatedSince is not null) + Count(Flags.Count > 0) + Count(Parts.Count > 0));
        reply.Bulk("name");
        reply.Bulk(Name);
        reply.Bulk("type");
        reply.Bulk(Type);
        if (KeySpec is { } keySpec)
        {
            reply.Bulk("key_spec_index");
            reply.Integer(keySpec);
        }

        WriteText(reply, "token", Token);
        WriteText(reply, "since", Since);
        WriteText(reply, "deprecated_since", DeprecatedSince);
        if (Flags.Count > 0)
        {
            reply.Bulk("flags");
            CommandDescription.WriteFlags(reply, [.. Flags]);
        }

        if (Parts.Count > 0)
            WriteAll(reply, Parts);
    }

    /// <summary>Writes the entry "arguments".</summary>
    public static void WriteAll(ReplyBuffer reply, IReadOnlyList<CommandArgument> arguments)
    {
        reply.Bulk("arguments");
        reply.Array(arguments.Count);
        foreach (CommandArgument argument in arguments)
            argument.Write(reply);
    }

    private static void WriteText(ReplyBuffer reply, string name, string? text)
    {
        if (text is null)
            return;
        reply.Bulk(name);
        reply.Bulk(text);
    }

    private static int Count(bool isThere) => isThere ? 1 : 0;
}
