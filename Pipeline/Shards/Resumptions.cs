// Thread rule: everything here is thread-static. A thread that finishes somebody else's batch inside a shard notes who waits for it, and resumes him
// when it has left the shard, so that no socket is touched while a shard is owned (performance.md 5.1, rule b).

namespace DragonflyFlow.Pipeline.Shards;

internal static class Resumptions
{
    [ThreadStatic]
    private static Queue<IResumable>? _waiting;

    [ThreadStatic]
    private static bool _flushing;

    [ThreadStatic]
    private static int _depth;

    public static void EnterShard() => _depth++;

    public static void LeaveShard() => _depth--;

    public static void Add(IResumable waiting) => (_waiting ??= new Queue<IResumable>()).Enqueue(waiting);

    // A resumed connection may enter and leave shards itself; the outer flush goes on with what that adds.
    public static void Flush()
    {
        if (_waiting is null || _waiting.Count == 0 || _flushing || _depth != 0)
            return;
        _flushing = true;
        while (_waiting.TryDequeue(out IResumable? waiting))
            waiting.Resume();
        _flushing = false;
    }
}
