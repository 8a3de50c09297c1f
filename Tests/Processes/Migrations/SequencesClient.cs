// Owner: the task of RunAsync while it runs, else its user.

using System.Globalization;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>
/// A client that writes sequences to keys all over the cluster, one command at a time, follows MOVED, and holds every answer against what it knows. A connection may break only
/// if its node may end; what had no answer then is looked up when the node is back.
/// </summary>
internal sealed class SequencesClient : IAsyncDisposable
{
    private const int KeysOfKind = 12;
    private const int RedirectionsMax = 10_000;
    private const int RedirectionsAtOnce = 8;
    private const string Refusal = "ERR Server is shutting down";
    private const string NotServed = "CLUSTERDOWN Hash slot not served";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ProcessCluster _cluster;
    private readonly Random _random;
    private readonly KeySequence[] _sequences;
    private readonly (RespClient Client, int Generation)?[] _connections;
    private readonly int[] _brokenIn;
    private volatile bool _stops;
    private long _acknowledged;
    private Task _running = Task.CompletedTask;

    public SequencesClient(ProcessCluster cluster, int number, int seed)
    {
        _cluster = cluster;
        _random = new Random(seed);
        _connections = new (RespClient, int)?[cluster.Nodes.Count];
        _brokenIn = [.. cluster.Nodes.Select(_ => -1)];
        _sequences = [.. from kind in (string[])["c", "l", "s"] from i in Enumerable.Range(0, KeysOfKind) select new KeySequence(kind, string.Create(CultureInfo.InvariantCulture, $"{kind}:{number}:{i}"), cluster.Nodes.Count)];
    }

    /// <summary>Its keys.</summary>
    public IReadOnlyList<KeySequence> Sequences => _sequences;

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Redirections that it followed.</summary>
    public long Redirections { get; private set; }

    /// <summary>Whether it has ended; by itself only because something is wrong.</summary>
    public bool HasEnded => _running.IsCompleted;

    /// <summary>Begins to write.</summary>
    public void Start()
    {
        _stops = false;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Ends it behind the command under way; throws what it has found.</summary>
    public async Task StopAsync()
    {
        _stops = true;
        await _running.WaitAsync(Patience);
    }

    /// <summary>Asks for what all its keys hold.</summary>
    public async Task CheckAsync()
    {
        foreach (KeySequence sequence in _sequences)
            sequence.Check(await ReadAsync(sequence));
    }

    /// <summary>What a key holds.</summary>
    public async Task<RespValue> ReadAsync(KeySequence sequence)
        => await AskAsync(sequence, sequence.Question, isWrite: false) ?? throw new AssertFailedException($"{sequence.Key}: its node has ended");

    public async ValueTask DisposeAsync()
    {
        _stops = true;
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (ProcessNode node in _cluster.Nodes)
            await ForgetAsync(node, generation: -1);
    }

    private async Task RunAsync()
    {
        while (!_stops)
        {
            KeySequence sequence = _sequences[_random.Next(_sequences.Length)];
            if (_brokenIn[sequence.Node] == _cluster[sequence.Node].Generation)
            {
                // Another one may know where the key is by now.
                sequence.Node = (sequence.Node + 1) % _cluster.Nodes.Count;
                await Task.Delay(1);
            }

            await StepAsync(sequence);
        }
    }

    private async Task StepAsync(KeySequence sequence)
    {
        if (sequence.IsInDoubt)
        {
            if (await AskAsync(sequence, sequence.Question, isWrite: false) is { } held)
                sequence.Check(held);
            return;
        }

        if (await AskAsync(sequence, sequence.Next(), isWrite: true) is not { } reply)
            return;
        sequence.Answered(reply, by: sequence.Node);
        Interlocked.Increment(ref _acknowledged);
    }

    // Null: the node has ended, or ends. A write that was sent and had no answer is in doubt then, one that was not sent, or refused, is not.
    private async Task<RespValue?> AskAsync(KeySequence sequence, string[] words, bool isWrite)
    {
        for (int i = 0; i < RedirectionsMax; i++)
        {
            ProcessNode node = _cluster[sequence.Node];
            if (await ConnectionToAsync(node) is not { } connection)
                return Undone();
            RespValue reply;
            try
            {
                reply = await connection.Client.ExecuteAsync(words).WaitAsync(Patience);
            }
            catch (IOException)
            {
                Assert.IsTrue(MayHaveEnded(node, connection.Generation), $"the connection to {node.Id}, which lives, has broken");
                await ForgetAsync(node, connection.Generation);
                return null;
            }

            if (!reply.IsError)
                return reply;
            // It stops, or is back and has not been configured yet.
            if (MayHaveEnded(node, connection.Generation) && reply.Text is (Refusal or NotServed))
                return Undone();
            await FollowAsync(sequence, reply.Text, i);
        }

        throw new AssertFailedException($"{sequence.Key} leads in circles");

        RespValue? Undone()
        {
            if (isWrite)
                sequence.Refused();
            return null;
        }
    }

    private async Task FollowAsync(KeySequence sequence, string error, int times)
    {
        if (error.StartsWith("TRYAGAIN ", StringComparison.Ordinal))
        {
            // Nobody knows yet whose the slot is.
            await Task.Delay(1);
            return;
        }

        Assert.IsTrue(error.StartsWith("MOVED ", StringComparison.Ordinal), $"{sequence.Key}: {error}");
        sequence.Node = _cluster.Of(error).Index;
        Redirections++;
        // Who has taken slots over may be told of it a moment later than who has given them up.
        if (times > RedirectionsAtOnce)
            await Task.Delay(1);
    }

    // Null: it has ended. A connection to an earlier life of the node is none.
    private async Task<(RespClient Client, int Generation)?> ConnectionToAsync(ProcessNode node)
    {
        int generation = node.Generation;
        if (_connections[node.Index] is { } known && known.Generation == generation)
            return known;
        await ForgetAsync(node, generation: -1);
        try
        {
            return _connections[node.Index] = (await RespClient.ConnectAsync(node.EndPoint).WaitAsync(Patience), generation);
        }
        catch (SocketException refused)
        {
            Assert.IsTrue(MayHaveEnded(node, generation), $"{node.Id}, which lives, takes no connection: {refused.Message}");
            _brokenIn[node.Index] = generation;
            return null;
        }
    }

    // It ends, or is another one by now than it was when it was asked.
    private static bool MayHaveEnded(ProcessNode node, int generation) => node.MayEnd || node.Generation != generation;

    private async Task ForgetAsync(ProcessNode node, int generation)
    {
        if (_connections[node.Index] is { } connection)
            await connection.Client.DisposeAsync();
        _connections[node.Index] = null;
        _brokenIn[node.Index] = generation;
    }
}
