using System.Reflection;
using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Table;
using MessagePack;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Code that is run seldom, mostly for the first time, and while all shards are held or writes wait: the cut of a snapshot, that of a migration, its hand-over and the flush behind it.
/// Each method that is compiled only then costs them about a millisecond, so it is compiled before.
/// </summary>
/// <param name="namespaces">All of these.</param>
/// <param name="others">Of namespaces whose other code has run before, or never runs here.</param>
internal sealed class CompiledAhead(string[] namespaces, Type[] others)
{
    // A graph for the occasion, and a step for which all shards are held.
    private static readonly Type[] OfBoth =
    [
        typeof(FlowGraph), typeof(FlowNode), typeof(FlowScope), typeof(GlobalWork), typeof(OrderedAcquisition), typeof(Passage), typeof(ShardAction), typeof(Ticker), typeof(DashTable),
    ];

    private int _isDone;

    /// <summary>What makes snapshots.</summary>
    public static CompiledAhead Snapshots { get; } = new(
        ["DragonflyFlow.Pipeline.Snapshots", "DragonflyFlow.Pipeline.Snapshots.Modes", "DragonflyFlow.Pipeline.Snapshots.Rdb", "DragonflyFlow.Pipeline.Walks", "DragonflyFlow.Storage.Memory"],
        [
            .. OfBoth, typeof(StoreJournals), typeof(TableEpoch), typeof(BucketSlots), typeof(Crc64), typeof(RdbFileWriter), typeof(RdbShortStrings), typeof(RdbWriter), typeof(SnapshotBuffer),
        ]);

    /// <summary>What moves slots.</summary>
    public static CompiledAhead Migrations { get; } = new(
        ["DragonflyFlow.Pipeline.Cluster", "DragonflyFlow.Pipeline.Commands.Cluster", "DragonflyFlow.Pipeline.Journal", "DragonflyFlow.Pipeline.Migration", "DragonflyFlow.Pipeline.Peers",
            "DragonflyFlow.Pipeline.Walks", "DragonflyFlow.Protocol.Wire.Frames", "DragonflyFlow.Storage.Memory"],
        [
            .. OfBoth, typeof(ClientPause), typeof(DeferredReply), typeof(MessagePackReader), typeof(MessagePackWriter), typeof(RespFrameScanner), typeof(RespReader), typeof(RespValue),
        ]);

    /// <summary>Once in a process; a few tenths of a second. With another type too, which is not known here.</summary>
    public void Run(Type? besides = null)
    {
        if (Interlocked.Exchange(ref _isDone, 1) != 0)
            return;
        IEnumerable<Type> inNamespaces =
            from assembly in (Assembly[])[typeof(CompiledAhead).Assembly, typeof(ChangeFrame).Assembly, typeof(DashTable).Assembly]
            from type in assembly.GetTypes()
            where Array.IndexOf(namespaces, type.Namespace) >= 0
            select type;
        foreach (Type type in inNamespaces.Concat(others.SelectMany(WithNested)).Concat(besides is null ? [] : WithNested(besides)))
        {
            if (!type.ContainsGenericParameters)
                Compile(type);
        }
    }

    /// <summary>Compiles a type's own methods, and what runs it if it is an async method; not what is generic.</summary>
    internal static void Compile(Type type)
    {
        foreach (MethodBase method in MethodsOf(type).Concat(AsyncParts.Of(type)))
        {
            // Without an address of its own a virtual method of a type of which there is no object yet is passed over.
            _ = method.MethodHandle.GetFunctionPointer();
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    /// <summary>A type's own methods that have code.</summary>
    internal static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags OwnOfAnyKind = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return type.GetMethods(OwnOfAnyKind).Concat<MethodBase>(type.GetConstructors(OwnOfAnyKind)).Where(IsCode);
    }

    private static IEnumerable<Type> WithNested(Type type)
        => type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(WithNested).Prepend(type);

    // Not what has no body here, or one that the runtime makes.
    private static bool IsCode(MethodBase method)
        => !method.IsAbstract && !method.ContainsGenericParameters && (method.MethodImplementationFlags & MethodImplAttributes.CodeTypeMask) == MethodImplAttributes.IL;
}
