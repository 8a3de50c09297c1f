using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>The letters of notify-keyspace-events; written back in Redis's order, with A for all classes together.</summary>
internal sealed class KeyspaceEventsKind : OptionKind<KeyspaceEvents>
{
    private const string Letters = "g$lshzxetdKEmn";

    private static readonly KeyspaceEvents[] Flags =
    [
        KeyspaceEvents.Generic, KeyspaceEvents.String, KeyspaceEvents.List, KeyspaceEvents.Set, KeyspaceEvents.Hash, KeyspaceEvents.SortedSet,
        KeyspaceEvents.Expired, KeyspaceEvents.Evicted, KeyspaceEvents.Stream, KeyspaceEvents.Module, KeyspaceEvents.Keyspace, KeyspaceEvents.KeyEvent,
        KeyspaceEvents.KeyMiss, KeyspaceEvents.NewKey,
    ];

    public override string Name => "flags";

    public override bool TryParse(string text, KeyspaceEvents current, out KeyspaceEvents value, [NotNullWhen(false)] out string? error)
    {
        value = KeyspaceEvents.None;
        error = null;
        foreach (char letter in text)
        {
            int at = Letters.IndexOf(letter, StringComparison.Ordinal);
            if (letter != 'A' && at < 0)
            {
                error = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
                return false;
            }

            value |= letter == 'A' ? KeyspaceEvents.All : Flags[at];
        }

        return true;
    }

    public override string Format(KeyspaceEvents value)
    {
        StringBuilder text = new();
        bool all = (value & KeyspaceEvents.All) == KeyspaceEvents.All;
        if (all)
            text.Append('A');
        for (int i = 0; i < Flags.Length; i++)
        {
            bool covered = all && KeyspaceEvents.All.HasFlag(Flags[i]);
            if (!covered && value.HasFlag(Flags[i]))
                text.Append(Letters[i]);
        }

        return text.ToString();
    }
}
