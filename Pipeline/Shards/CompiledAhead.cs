using System.Reflection;
using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Code that is run seldom, mostly for the first time, and while all shards are held or writes wait: the cut of a snapshot, that of a migration, its hand-over and the flush behind it.
/// Each method that is compiled only then costs them about a millisecond, so it is compiled before.
/// </summary>
/// <param name="namespaces">All of these.</param>
/// <param name="others">Of namespaces whose other code has run before, or never runs here.</param>
internal sealed class CompiledAhead(string[] namespaces, Type[] others)
{
    private int _isDone;

    /// <summary>What makes snapshots.</summary>
    public static CompiledAhead Snapshots { get; } = new(
        ["DragonflyFlow.Pipeline.Snapshots", "DragonflyFlow.Pipeline.Walks"],
        [typeof(GlobalWork), typeof(ShardAction), typeof(ArenaLease), typeof(TableEpoch), typeof(BucketSlots), typeof(SnapshotBuffer), typeof(RdbFileWriter), typeof(RdbShortStrings)]);

    /// <summary>What moves slots.</summary>
    public static CompiledAhead Migrations { get; } = new(
        ["DragonflyFlow.Pipeline.Cluster", "DragonflyFlow.Pipeline.Commands.Cluster", "DragonflyFlow.Pipeline.Journal", "DragonflyFlow.Pipeline.Migration", "DragonflyFlow.Pipeline.Peers",
            "DragonflyFlow.Pipeline.Walks", "DragonflyFlow.Protocol.Wire.Frames"],
        [typeof(ClientPause), typeof(DeferredReply), typeof(GlobalWork), typeof(ShardAction)]);

    /// <summary>Once in a process; a few tenths of a second.</summary>
    public void Run()
    {
        if (Interlocked.Exchange(ref _isDone, 1) != 0)
            return;
        foreach (Type type in Types())
        {
            foreach (MethodBase method in MethodsOf(type))
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    private IEnumerable<Type> Types()
        => from assembly in (Assembly[])[typeof(CompiledAhead).Assembly, typeof(ChangeFrame).Assembly, typeof(DashTable).Assembly]
           from type in assembly.GetTypes()
           where !type.ContainsGenericParameters && (Array.IndexOf(namespaces, type.Namespace) >= 0 || Array.IndexOf(others, type.DeclaringType ?? type) >= 0)
           select type;

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags OwnOfAnyKind = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return type.GetMethods(OwnOfAnyKind).Concat<MethodBase>(type.GetConstructors(OwnOfAnyKind)).Where(IsCode);
    }

    // Not what has no body here, or one that the runtime makes.
    private static bool IsCode(MethodBase method)
        => !method.IsAbstract && !method.ContainsGenericParameters && (method.MethodImplementationFlags & MethodImplAttributes.CodeTypeMask) == MethodImplAttributes.IL;
}
