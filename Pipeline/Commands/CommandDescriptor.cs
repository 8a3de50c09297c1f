using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Runs a command: reads its arguments, acts on the databases it holds, writes exactly one reply. Never waits; never throws for bad input.</summary>
public delegate void CommandHandler(ref CommandCall call);

/// <summary>
/// One command: the single truth for arity, key positions, dispatch, ACL categories, COMMAND INFO and DOCS, and the command page.
/// </summary>
public sealed class CommandDescriptor
{
    // Ten members of 20 bytes with their scores are 350, ten fields with values of 64 bytes 900; what lies behind the record is fetched for nothing.
    private const int ContainerBytes = 640;

    /// <summary>Describes a command that runs.</summary>
    public CommandDescriptor(string name, int arity, CommandFlags flags, KeySpec keys, CommandHandler handler)
    {
        Name = name;
        FullName = name;
        Arity = arity;
        Flags = keys.IsMovable ? flags | CommandFlags.MovableKeys : flags;
        Keys = keys;
        Handler = handler;
        IsPlain = keys.IsSingle && (flags & (CommandFlags.Blocking | CommandFlags.EndsBatch | CommandFlags.EndsMulti)) == 0;
    }

    /// <summary>Describes a container of subcommands (CLIENT, CONFIG, OBJECT).</summary>
    public CommandDescriptor(string name, CommandFlags flags, params CommandDescriptor[] subcommands)
        : this(name, -2, flags, KeySpec.None, static (ref CommandCall call) => call.Descriptor.Bare!(ref call))
    {
        Subcommands = subcommands;
        foreach (CommandDescriptor sub in subcommands)
            sub.FullName = name + "|" + sub.Name;
    }

    /// <summary>The name in lower case; of a subcommand, the second word.</summary>
    public string Name { get; }

    /// <summary>"get", "client|kill".</summary>
    public string FullName { get; private set; }

    /// <summary>Arguments with the name (of a subcommand: with both words); negative = at least.</summary>
    public int Arity { get; }

    /// <summary>What the command is and needs.</summary>
    public CommandFlags Flags { get; }

    /// <summary>Where its keys are.</summary>
    public KeySpec Keys { get; }

    /// <summary>What its hash slot follows from: its keys, unless it says otherwise (shard channels).</summary>
    public KeySpec SlotKeys
    {
        get => field ?? Keys;
        init;
    }

    /// <summary>Which of its arguments are channels, for the rules of users.</summary>
    public ChannelUse Channels { get; init; }

    /// <summary>What runs.</summary>
    public CommandHandler Handler { get; }

    /// <summary>Subcommands of a container, else empty.</summary>
    public IReadOnlyList<CommandDescriptor> Subcommands { get; } = [];

    /// <summary>Of a container: what runs when the command comes without a subcommand; null if that is an error.</summary>
    public CommandHandler? Bare { get; init; }

    /// <summary>Whether a call needs every shard though its keys lie on some (scripts); null if none does.</summary>
    internal Func<StoreEngine, ArgView, bool>? NeedsAllShards { get; init; }

    /// <summary>How the replies of its parts become one, for a command that is the sum of what it does on each shard (MGET, DEL).</summary>
    internal PartReply Parts { get; init; }

    /// <summary>What a change it makes is journaled as, where its own words or the state of its keys will not do.</summary>
    internal EffectRewrite? Rewrite { get; init; }

    /// <summary>Whether it uses keys that its arguments do not name: it needs all keys of its shards.</summary>
    internal bool UsesUnnamedKeys => (Flags & CommandFlags.Global) != 0 || NeedsAllShards is not null;

    /// <summary>Whether its arguments may be passwords: logs show none of them.</summary>
    public bool CarriesSecrets { get; init; }

    /// <summary>The group of COMMAND DOCS and the ACL category of the data type: "string", "list", "generic", "server" ...</summary>
    public string Group
    {
        get;
        internal set
        {
            field = value;
            BytesAhead = value is "hash" or "list" or "set" or "sorted-set" ? ContainerBytes : DashTable.BytesAhead;
        }
    } = "generic";

    /// <summary>How much of its first key's record is brought near before it runs: a container that is one run of bytes is read through.</summary>
    internal int BytesAhead { get; private set; } = DashTable.BytesAhead;

    /// <summary>Where an element is, of a command on the elements of one container: the index of the argument, from the end if negative; 0 if it names none.</summary>
    internal int ElementAt { get; init; }

    /// <summary>One line that says what it does.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The Redis version that has it.</summary>
    public string Since { get; init; } = "1.0.0";

    /// <summary>"O(1)", "O(N) where ...".</summary>
    public string Complexity { get; init; } = "O(1)";

    /// <summary>ACL categories beyond those that follow from flags and group ("dangerous", "keyspace").</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Index of the command's counters.</summary>
    public int Id { get; internal set; } = -1;

    /// <summary>Whether it has one key at a fixed place, never waits and does not end a batch: it can join any.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether <paramref name="count"/> arguments fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AcceptsCount(int count) => (count == 1 && Bare is not null) || (Arity >= 0 ? count == Arity : count >= -Arity);

    /// <summary>Whether it is so short that its time is a share of its batch's (DECISIONS 11).</summary>
    public bool IsTimedByBatch => (Flags & (CommandFlags.Fast | CommandFlags.Light)) != 0;

    /// <summary>Whether all of <paramref name="flags"/> are set.</summary>
    public bool Has(CommandFlags flags) => (Flags & flags) == flags;

    /// <summary>A subcommand by its word, or null.</summary>
    public CommandDescriptor? FindSubcommand(ReadOnlySpan<byte> word)
    {
        foreach (CommandDescriptor sub in Subcommands)
        {
            if (Words.Equal(word, sub.Name))
                return sub;
        }

        return null;
    }
}
