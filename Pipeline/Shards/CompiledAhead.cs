using System.Reflection;
using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Commands.Cluster;
using DragonflyFlow.Pipeline.Commands.Server;
using DragonflyFlow.Pipeline.Commands.Strings;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Code that is run seldom, mostly for the first time, and while all shards are held or writes wait: the cut of a snapshot, that of a migration, its hand-over and the flush behind it.
/// Each method that is compiled only then costs them about a millisecond, so it is compiled before.
/// </summary>
/// <param name="namespaces">All of these.</param>
/// <param name="others">Of namespaces whose other code has run before, or never runs here.</param>
internal sealed class CompiledAhead(string[] namespaces, Type[] others)
{
    // A graph for the occasion.
    private const string Graphs = "DragonflyFlow.Pipeline.Flow";

    // A step for which all shards are held.
    private static readonly Type[] OfBoth = [typeof(GlobalWork), typeof(OrderedAcquisition), typeof(Passage), typeof(ShardAction), typeof(DashTable)];

    private int _isDone;

    /// <summary>What makes snapshots, asks for them and tells of them.</summary>
    public static CompiledAhead Snapshots { get; } = new(
        [
            Graphs, "DragonflyFlow.Pipeline.Commands.Snapshots", "DragonflyFlow.Pipeline.Snapshots", "DragonflyFlow.Pipeline.Snapshots.Modes", "DragonflyFlow.Pipeline.Snapshots.Rdb", "DragonflyFlow.Pipeline.Walks",
            "DragonflyFlow.Storage.Formats", "DragonflyFlow.Storage.Memory", "DragonflyFlow.Storage.Table",
        ],
        [
            .. OfBoth, typeof(StoreJournals), typeof(ClusterInfo), typeof(InfoCommand), typeof(InfoText), typeof(MemoryInfo), typeof(ReplyBuffer), typeof(ServerInfo), typeof(StatsInfo),
            typeof(TransactionInfo), typeof(TransactionStats),
        ]);

    /// <summary>What moves slots; and what a node that is still empty, as many a target is, has not run yet when it gets keys and then clients.</summary>
    public static CompiledAhead Migrations { get; } = new(
        [
            Graphs, "DragonflyFlow.Pipeline.Cluster", "DragonflyFlow.Pipeline.Commands.Cluster", "DragonflyFlow.Pipeline.Journal", "DragonflyFlow.Pipeline.Migration",
            "DragonflyFlow.Pipeline.Peers", "DragonflyFlow.Pipeline.Shards", "DragonflyFlow.Pipeline.Walks", "DragonflyFlow.Protocol.Wire", "DragonflyFlow.Protocol.Wire.Frames",
            "DragonflyFlow.Storage.Keyspace", "DragonflyFlow.Storage.Memory", "DragonflyFlow.Storage.Table",
        ],
        [
            .. OfBoth, typeof(ClientPause), typeof(InfoCommand), typeof(InfoText), typeof(IntegerText), typeof(SetCommand),
            typeof(StringReads), typeof(StringValue), typeof(TransactionStats),
        ]);

    /// <summary>Once in a process; tenths of a second, or one. With another type too, which is not known here.</summary>
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
            if (OfReferences(type) is { } closed)
                Compile(closed);
        }
    }

    /// <summary>A generic type of objects, with whose code those of all other reference types run; another type itself. Null if there is none of objects.</summary>
    internal static Type? OfReferences(Type type)
    {
        if (!type.ContainsGenericParameters)
            return type;
        Type[] parameters = type.GetGenericArguments();
        bool isForAll = Array.TrueForAll(
            parameters,
            static parameter => parameter.GetGenericParameterConstraints().Length == 0
                && (parameter.GenericParameterAttributes & GenericParameterAttributes.NotNullableValueTypeConstraint) == 0);
        return isForAll ? type.MakeGenericType([.. parameters.Select(static _ => typeof(object))]) : null;
    }

    /// <summary>Compiles a type's own methods, and what runs it if it is an async method; not methods that are generic themselves.</summary>
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
