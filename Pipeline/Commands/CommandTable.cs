using System.Runtime.InteropServices;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>All commands by name. Made once; read by every session without a lock.</summary>
public sealed class CommandTable
{
    private const int Slots = 2048;

    /// <summary>Stands for a request that names no command.</summary>
    public static readonly CommandDescriptor Unknown
        = new("unknown", 0, CommandFlags.None, KeySpec.None, static (ref CommandCall call) => call.Reply.Error(Errors.Syntax));

    private readonly Entry[] _byHash = new Entry[Slots];
    private readonly List<CommandDescriptor> _withCounters = [];

    /// <summary>A table of these families.</summary>
    public CommandTable(IEnumerable<CommandFamily> families)
    {
        List<CommandDescriptor> all = [];
        foreach (CommandFamily family in families)
        {
            foreach (CommandDescriptor command in family.Commands)
            {
                command.Group = family.Group;
                all.Add(command);
                Insert(command);
                GiveId(command);
                foreach (CommandDescriptor sub in command.Subcommands)
                {
                    sub.Group = family.Group;
                    GiveId(sub);
                }
            }
        }

        Commands = all;
    }

    /// <summary>All commands, without subcommands.</summary>
    public IReadOnlyList<CommandDescriptor> Commands { get; }

    /// <summary>Commands and subcommands by <see cref="CommandDescriptor.Id"/>.</summary>
    public IReadOnlyList<CommandDescriptor> ById => _withCounters;

    /// <summary>Finds a command by its name in any case; null if there is none.</summary>
    public CommandDescriptor? Find(ReadOnlySpan<byte> name)
    {
        ulong word = WordOf(name);
        for (uint at = HashOf(word); ; at++)
        {
            ref readonly Entry entry = ref _byHash[at % Slots];
            if (entry.Command is null || (entry.Word == word && (entry.IsWhole(name) || Words.Equal(name, entry.Command.Name))))
                return entry.Command;
        }
    }

    /// <summary>Finds "get", or "client|list" for a subcommand; null if there is none.</summary>
    public CommandDescriptor? FindByFullName(ReadOnlySpan<byte> name)
    {
        int bar = name.IndexOf((byte)'|');
        return bar < 0 ? Find(name) : Find(name[..bar])?.FindSubcommand(name[(bar + 1)..]);
    }

    private void Insert(CommandDescriptor command)
    {
        ulong word = WordOf(System.Text.Encoding.ASCII.GetBytes(command.Name));
        uint at = HashOf(word);
        for (; _byHash[at % Slots].Command is { } taken; at++)
        {
            if (taken.Name == command.Name)
                throw new InvalidOperationException($"Command '{command.Name}' is described twice.");
        }

        _byHash[at % Slots] = new Entry(command, word);
    }

    private void GiveId(CommandDescriptor command)
    {
        command.Id = _withCounters.Count;
        _withCounters.Add(command);
    }

    // First and last bytes with the case bit set, and the length: names differ in these, and one load of 8 bytes or two of 4 are cheap.
    private static ulong WordOf(ReadOnlySpan<byte> name)
    {
        const ulong LowerCase = 0x2020202020202020UL;
        ulong word = 0;
        if (name.Length >= 8)
        {
            word = (MemoryMarshal.Read<ulong>(name) | LowerCase) + ((MemoryMarshal.Read<ulong>(name[^8..]) | LowerCase) * 31);
        }
        else if (name.Length >= 4)
        {
            word = (MemoryMarshal.Read<uint>(name) | ((ulong)MemoryMarshal.Read<uint>(name[^4..]) << 32)) | LowerCase;
        }
        else
        {
            foreach (byte letter in name)
                word = (word << 8) | (uint)(letter | 0x20);
        }

        return word ^ ((ulong)name.Length << 60);
    }

    private static uint HashOf(ulong word) => (uint)((word * 0x9E3779B97F4A7C15UL) >> 40);

    /// <summary>A command and the word of its name.</summary>
    private readonly struct Entry(CommandDescriptor command, ulong word)
    {
        public readonly CommandDescriptor? Command = command;
        public readonly ulong Word = word;

        // Letters only: no other bytes become these with the case bit.
        private readonly int _wholeLength = command.Name.Length < 8 && command.Name.All(char.IsAsciiLetterLower) ? command.Name.Length : -1;

        /// <summary>Whether a name that has the same word is this one, since the word holds all of it.</summary>
        public bool IsWhole(ReadOnlySpan<byte> name) => name.Length == _wholeLength;
    }
}

/// <summary>Commands of one kind, kept in one file or folder of Pipeline/Commands.</summary>
public sealed record CommandFamily(string Group, IReadOnlyList<CommandDescriptor> Commands);
