using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>
/// The users in a file (option aclfile), a line "user NAME RULES" for each, as ACL LIST shows them. Read at the start and by ACL LOAD: all of it, or, if a line is
/// wrong, none. Written by ACL SAVE under another name first (DESIGN rule 20).
/// </summary>
internal sealed class AclFile
{
    private const long BytesMax = 64L << 20;

    private readonly StoreEngine _engine;
    private readonly IDisk _disk;
    private readonly Gate _gate;
    private int _saves;

    private AclFile(FlowGraph graph, StoreEngine engine, IDisk disk, Upstreams from)
    {
        _engine = engine;
        _disk = disk;
        _gate = graph.AddGate("acl-file", Stage.Drivers, from, static () => { });
    }

    // As Redis, which works in the directory of its files.
    private string Path => System.IO.Path.Combine(_engine.Config.Get(StoreOptions.Directory), _engine.Config.Get(StoreOptions.AclFile));

    private string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    /// <summary>Whether there is one.</summary>
    public bool IsNamed => _engine.Config.Get(StoreOptions.AclFile).Length > 0;

    /// <summary>Gives it its place in the graph: a stop waits for what has begun.</summary>
    public static AclFile AddTo(FlowGraph graph, StoreEngine engine, IDisk disk, Upstreams from) => new(graph, engine, disk, from);

    /// <summary>Begins ACL LOAD or SAVE outside the caller's turn; <paramref name="ended"/> is told what is wrong, or null. False if the store stops.</summary>
    public bool TryBegin(bool isLoad, Action<string?> ended)
    {
        if (!_gate.TryEnter())
            return false;
        Running = RunAsync(isLoad, ended);
        return true;
    }

    /// <summary>What was begun last.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Reads the users; what is wrong, or null.</summary>
    public async Task<string?> LoadAsync()
    {
        string text;
        try
        {
            text = await ReadAsync();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return $"Error loading ACLs, opening file '{Path}': {cause.Message}";
        }

        Dictionary<string, AclRules> users = new(StringComparer.Ordinal);
        StringBuilder problems = new();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (TakeLine(lines[i], users) is { } problem)
                problems.Append($"{Path}:{i + 1}: {problem}. ");
        }

        if (problems.Length > 0)
            return problems.Append("WARNING: ACL errors detected, no change to the previously active ACL rules was performed").ToString();
        _engine.Users.Load(users);
        return null;
    }

    /// <summary>Writes the users.</summary>
    /// <exception cref="IOException">The file cannot be written; what was there still is.</exception>
    public async Task SaveAsync()
    {
        string temporary = $"{Path}.{Interlocked.Increment(ref _saves)}.tmp";
        try
        {
            _disk.Delete(temporary);
            using (IDiskWriter file = _disk.Create(temporary))
            {
                await file.WriteAsync(AclText.Bytes(string.Concat(_engine.Users.All.Select(user => user + "\n"))));
                await file.FlushAsync();
            }

            _disk.Rename(temporary, Path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            _disk.Delete(temporary);
            throw;
        }

        _disk.FlushDirectory(Folder);
    }

    private async Task RunAsync(bool isLoad, Action<string?> ended)
    {
        await Task.Yield();
        string? problem;
        try
        {
            problem = isLoad ? await LoadAsync() : await TrySaveAsync();
        }
        finally
        {
            _gate.Exit();
        }

        ended(problem);
    }

    private async Task<string?> TrySaveAsync()
    {
        try
        {
            await SaveAsync();
            return null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return "There was an error trying to save the ACLs: " + cause.Message;
        }
    }

    private async Task<string> ReadAsync()
    {
        using IDiskReader file = _disk.Open(Path);
        if (file.Bytes > BytesMax)
            throw new IOException($"{Path}: {file.Bytes} bytes are too many for a file of users");
        byte[] bytes = new byte[file.Bytes];
        int read = 0;
        for (int got; read < bytes.Length && (got = await file.ReadAsync(bytes.AsMemory(read))) > 0;)
            read += got;
        return AclText.Of(bytes.AsSpan(0, read));
    }

    private string? TakeLine(string line, Dictionary<string, AclRules> users)
    {
        string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0].StartsWith('#'))
            return null;
        if (words[0] != "user" || words.Length < 2)
            return "line should start with user keyword followed by the username";
        string name = words[1];
        if (users.ContainsKey(name))
            return $"Duplicate user '{name}' found";
        if (!AclRulesDraft.TryMerge(words.Skip(2), out List<string> rules, out string unmatched))
            return $"Unmatched parenthesis in selector definition '{unmatched}'";
        if (_engine.Users.TryApply(null, rules, out AclRules made) is { } wrong)
            return $"Error in applying operation '{wrong.Rule}': {wrong.Problem}";
        users.Add(name, made);
        return null;
    }
}
