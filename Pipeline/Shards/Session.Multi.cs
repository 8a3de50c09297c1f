// Owner: the session's turn. From EXEC on a queue belongs to the batch that runs it, and comes back when that batch's output has been sent.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Shards;

/// <content>MULTI: commands are checked, copied into a queue and answered with QUEUED; EXEC is one command whose keys are those of the queue.</content>
public sealed partial class Session
{
    private const string NotInMulti = "ERR Command not allowed inside a transaction";

    private readonly Stack<TransactionQueue> _freeQueues = [];
    private readonly List<TransactionQueue> _usedQueues = [];

    /// <summary>The open MULTI; null outside one.</summary>
    internal TransactionQueue? Queue { get; private set; }

    /// <summary>What the client watches; null if nothing. Changed by WATCH, which runs alone, and by the session.</summary>
    internal WatchTicket? Watched { get; set; }

    /// <summary>MULTI.</summary>
    internal void OpenQueue() => Queue = _freeQueues.Count > 0 ? _freeQueues.Pop() : new TransactionQueue(_engine, Client);

    /// <summary>DISCARD, RESET and the end of the connection: the open MULTI and all watches end.</summary>
    internal void DropTransaction()
    {
        if (Queue is { } queue)
        {
            queue.Reset();
            _freeQueues.Push(queue);
            Queue = null;
        }

        Unwatch();
    }

    /// <summary>UNWATCH. Outside the shards, or in an EXEC that has taken the watches with it.</summary>
    internal void Unwatch()
    {
        Watched?.End(_engine);
        Watched = null;
    }

    // True: the command is not run now; it is queued, or has been refused.
    private bool TakeIntoQueue(ArgView args, Route route, ref BatchCommand command)
    {
        if (Queue is not { } queue)
            return false;
        if (route != Route.Refused && command.Descriptor.Has(CommandFlags.EndsMulti))
            return false;
        int start = _batch.Local.Length;
        _batch.Local.Resp3 = command.Resp3;
        if (route == Route.Refused)
        {
            queue.Spoil();
            _batch.Local.Error(RefusalOf(args));
        }
        else if (command.Descriptor.Has(CommandFlags.NoMulti))
        {
            queue.Spoil();
            _engine.CountRejected(command.Descriptor, NotInMulti);
            _batch.Local.Error(NotInMulti);
        }
        else
        {
            queue.Add(args, command);
            _batch.Local.Raw("+QUEUED\r\n"u8);
        }

        _batch.AddLocal(start);
        return true;
    }

    // A refused EXEC (with arguments, say) ends the transaction and says so, also where there is none.
    private string RefusalOf(ArgView args)
    {
        const string Code = "ERR ";
        string error = _router.Error;
        if (!Words.Equal(args[0], "EXEC"))
            return error;
        DropTransaction();
        return "EXECABORT Transaction discarded because of: " + (error.StartsWith(Code, StringComparison.Ordinal) ? error[Code.Length..] : error);
    }

    // In a cluster a transaction whose keys are elsewhere ends with where they are.
    private bool DiscardElsewhere()
    {
        DropTransaction();
        int start = _batch.Local.Length;
        _batch.Local.Error(_router.Error);
        _batch.AddLocal(start);
        return true;
    }

    // EXEC leaves with the queue and the watches: what is parsed behind it is outside the transaction.
    private Route PlaceExec(ref BatchCommand command, out int shard)
    {
        shard = 0;
        if (Queue is not { } queue)
            return Route.Alone;
        if (!Client.IsTrusted)
            queue.LookAtRules(_router);
        queue.Take(Watched);
        Watched = null;
        Queue = null;
        _usedQueues.Add(queue);
        command.Queue = queue;
        command.ShardMask = queue.ShardMask;
        if (queue.ShardMask == 0 || queue.HasCommandsWithoutShard || (queue.ShardMask & (queue.ShardMask - 1)) != 0)
            return Route.Alone;
        shard = System.Numerics.BitOperations.TrailingZeroCount(queue.ShardMask);
        return Route.Shard;
    }

    private void ReturnQueues()
    {
        foreach (TransactionQueue queue in _usedQueues)
        {
            queue.Reset();
            _freeQueues.Push(queue);
        }

        _usedQueues.Clear();
    }
}
