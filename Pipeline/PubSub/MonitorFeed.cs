// Any thread feeds; the list of monitors is replaced under _lock and read without it.

using System.Globalization;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.PubSub;

/// <summary>MONITOR: every command that runs, as a line to each monitor. Costs one look at a field while nobody monitors.</summary>
internal sealed class MonitorFeed(TimeProvider time)
{
    private readonly Lock _lock = new();
    private Session[] _monitors = [];

    /// <summary>Whether anybody monitors.</summary>
    public bool IsActive => Volatile.Read(ref _monitors).Length > 0;

    /// <summary>Adds a monitor, once.</summary>
    public void Add(Session session)
    {
        lock (_lock)
        {
            if (!_monitors.Contains(session))
                _monitors = [.. _monitors, session];
        }
    }

    /// <summary>Removes a monitor, if it is one.</summary>
    public void Remove(Session session)
    {
        lock (_lock)
            _monitors = Array.FindAll(_monitors, other => !ReferenceEquals(other, session));
    }

    /// <summary>Whether this client monitors.</summary>
    public bool Has(Session session) => Volatile.Read(ref _monitors).Contains(session);

    /// <summary>Tells the monitors of a command that has run. Commands for operators are too dangerous to be shown, as in Redis.</summary>
    public void Tell(CommandDescriptor command, ArgView args, ClientContext client, int database, string? origin)
    {
        if ((command.Flags & (CommandFlags.SkipMonitor | CommandFlags.Admin)) != 0)
            return;
        List<byte> line = [];
        long us = time.GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        Append(line, string.Create(CultureInfo.InvariantCulture, $"+{us / 1_000_000}.{us % 1_000_000:D6} [{database} {origin ?? client.Address}]"));
        for (int i = 0; i < args.Count; i++)
        {
            Append(line, " \"");
            Quote(line, args[i]);
            Append(line, "\"");
        }

        Append(line, "\r\n");
        byte[] message = [.. line];
        foreach (Session monitor in Volatile.Read(ref _monitors))
            monitor.Push(message);
    }

    // As sdscatrepr: printable bytes as they are, the rest escaped.
    private static void Quote(List<byte> line, ReadOnlySpan<byte> text)
    {
        foreach (byte one in text)
        {
            string? escaped = one switch
            {
                (byte)'\\' => "\\\\",
                (byte)'"' => "\\\"",
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                7 => "\\a",
                8 => "\\b",
                < 32 or > 126 => string.Create(CultureInfo.InvariantCulture, $"\\x{one:x2}"),
                _ => null,
            };
            if (escaped is null)
                line.Add(one);
            else
                Append(line, escaped);
        }
    }

    private static void Append(List<byte> line, string text)
    {
        foreach (char letter in text)
            line.Add((byte)letter);
    }
}
