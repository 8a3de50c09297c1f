using System.Runtime.InteropServices;

namespace DragonflyFlow.Pipeline.Commands;

/// <summary>All commands by name. Made once; read by every session without a lock.</summary>
public sealed class CommandTable
{
    private const int Slots = 2048;

    /// <summary>Stands for a request that names no command.</summary>
    public static readonly CommandDescriptor Unknown
        = new("unknown", 0, CommandFlags.None, KeySpec.None, static (ref CommandCall call) => call.Reply.Error(Errors.Syntax));

    private readonly CommandDescriptor?[] _byHash = new CommandDescriptor?[Slots];
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
        for (uint at = HashOf(name); ; at++)
        {
            CommandDescriptor? found = _byHash[at % Slots];
            if (found is null || Words.Equal(name, found.Name))
                return found;
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
        uint at = HashOf(System.Text.Encoding.ASCII.GetBytes(command.Name));
        for (; _byHash[at % Slots] is { } taken; at++)
        {
            if (taken.Name == command.Name)
                throw new InvalidOperationException($"Command '{command.Name}' is described twice.");
        }

        _byHash[at % Slots] = command;
    }

    private void GiveId(CommandDescriptor command)
    {
        command.Id = _withCounters.Count;
        _withCounters.Add(command);
    }

    // First and last bytes and the length, with the case bit set: names differ in these, and 8-byte loads are cheap.
    private static uint HashOf(ReadOnlySpan<byte> name)
    {
        ulong word;
        if (name.Length >= 8)
        {
            word = (MemoryMarshal.Read<ulong>(name) | 0x2020202020202020UL) + ((MemoryMarshal.Read<ulong>(name[^8..]) | 0x2020202020202020UL) * 31);
        }
        else
        {
            word = 0;
            foreach (byte letter in name)
                word = (word << 8) | (uint)(letter | 0x20);
        }

        return (uint)(((word ^ (ulong)name.Length) * 0x9E3779B97F4A7C15UL) >> 40);
    }
}

/// <summary>Commands of one kind, kept in one file or folder of Pipeline/Commands.</summary>
public sealed record CommandFamily(string Group, IReadOnlyList<CommandDescriptor> Commands);
