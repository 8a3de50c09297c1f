using System.Text;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>The first line of a library: "#!lua name=mylib".</summary>
internal static class LibraryHeader
{
    private const string Engine = "lua";
    private const string NameOption = "name=";

    /// <summary>Why a name of a library or of a function is refused; Redis has one text for both.</summary>
    public const string BadName = "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

    /// <summary>Reads name and body; the error, without its code word, or null.</summary>
    public static string? Read(byte[] code, out string name, out byte[] body)
    {
        name = "";
        body = [];
        if (!code.AsSpan().StartsWith("#!"u8))
            return "Missing library metadata";
        int end = code.AsSpan().IndexOf((byte)'\n');
        ArgList words = new();
        byte[] line = code[..Math.Max(end, 0)];
        if (end < 0 || !InlineRequest.TrySplit(line, 0, line.Length, words) || words.Count == 0)
            return "Invalid library metadata";
        string[] parts = [.. Enumerable.Range(0, words.Count).Select(i => Encoding.Latin1.GetString(line, words.Items[i].Offset, words.Items[i].Length))];
        body = code[end..];
        return NameIn(parts, out name) ?? Check(parts[0]["#!".Length..], name);
    }

    /// <summary>Whether libraries and functions may be called so.</summary>
    public static bool IsName(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string? NameIn(string[] parts, out string name)
    {
        name = "";
        bool given = false;
        foreach (string part in parts[1..])
        {
            if (!part.StartsWith(NameOption, StringComparison.OrdinalIgnoreCase))
                return $"Invalid metadata value given: {part}";
            if (given)
                return "Invalid metadata value, name argument was given multiple times";
            given = true;
            name = part[NameOption.Length..];
        }

        return given ? null : "Library name was not given";
    }

    private static string? Check(string engine, string name)
    {
        if (!IsName(name))
            return BadName;
        return engine.Equals(Engine, StringComparison.OrdinalIgnoreCase) ? null : $"Engine '{engine}' not found";
    }
}
