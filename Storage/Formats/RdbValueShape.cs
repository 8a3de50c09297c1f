namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// What values of each type consist of, so that their end can be found without decoding them. A shape is a text: S a string, N a number or count, 8 a fixed 8
/// bytes, I an id of 16 bytes, T a score as text, M parts of a module up to their end mark; { is a count, and what stands up to the matching } comes as often.
/// </summary>
internal static class RdbValueShape
{
    /// <summary>Most braces that stand in each other.</summary>
    public const int DepthMax = 3;

    /// <summary>The type of a module's value in the form that has no end mark.</summary>
    public const byte ModuleOfCandidates = 6;

    /// <summary>The type of a module's value.</summary>
    public const byte Module = 7;

    /// <summary>What a module keeps beside keys: its id, a number, when it was written, parts.</summary>
    public const string ModuleAux = "NNNM";

    private const string Text = "S";
    private const string Texts = "{S}";
    private const string Pairs = "{SS}";

    // Nodes by first id; length and last id.
    private const string StreamEntries = "{SS}NNN";

    // First id, greatest deleted id, entries ever added: since Redis 7.0.
    private const string StreamCounters = "NNNNN";

    // Entries of a group that are not acknowledged: id, delivery time, deliveries.
    private const string PendingOfGroup = "{I8N}";

    private static readonly string?[] Shapes = MakeShapes();

    /// <summary>The shape of a type's values; null if nothing is known of it.</summary>
    public static string? Of(byte type) => type < Shapes.Length ? Shapes[type] : null;

    private static string?[] MakeShapes()
    {
        string?[] shapes = new string?[byte.MaxValue + 1];
        foreach (RdbType type in (ReadOnlySpan<RdbType>)[RdbType.String, RdbType.HashZipmap, RdbType.ListZiplist, RdbType.SetIntset, RdbType.SortedSetZiplist,
            RdbType.HashZiplist, RdbType.HashListpack, RdbType.SortedSetListpack, RdbType.SetListpack])
            shapes[(byte)type] = Text;
        foreach (RdbType type in (ReadOnlySpan<RdbType>)[RdbType.List, RdbType.Set, RdbType.ListQuicklist])
            shapes[(byte)type] = Texts;
        shapes[(byte)RdbType.Hash] = Pairs;
        shapes[(byte)RdbType.SortedSetText] = "{ST}";
        shapes[(byte)RdbType.SortedSet] = "{S8}";
        shapes[(byte)RdbType.ListQuicklist2] = "{NS}";
        shapes[(byte)RdbType.HashExpiring] = "{SS8}";
        shapes[Module] = "NM";

        // A group: name, last delivered id, (since 7.0) entries read; a consumer: name, when seen, (since 7.2) when active.
        shapes[(byte)RdbType.Stream] = StreamEntries + "{SNN" + PendingOfGroup + "{S8{I}}}";
        shapes[(byte)RdbType.Stream2] = StreamEntries + StreamCounters + "{SNNN" + PendingOfGroup + "{S8{I}}}";
        shapes[(byte)RdbType.Stream3] = StreamEntries + StreamCounters + "{SNNN" + PendingOfGroup + "{S88{I}}}";
        return shapes;
    }
}
