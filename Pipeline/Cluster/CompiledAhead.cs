using System.Reflection;
using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire.Frames;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// The code that moves slots, compiled before a node serves. A migration's cut, its hand-over and the flush behind it are run seldom, mostly for the first time, and while all shards are
/// held or writes wait: each method that is compiled only then costs them about a millisecond.
/// </summary>
internal static class CompiledAhead
{
    private static readonly string[] Namespaces =
    [
        "DragonflyFlow.Pipeline.Cluster", "DragonflyFlow.Pipeline.Commands.Cluster", "DragonflyFlow.Pipeline.Journal", "DragonflyFlow.Pipeline.Migration", "DragonflyFlow.Pipeline.Peers", "DragonflyFlow.Pipeline.Walks",
        "DragonflyFlow.Protocol.Wire.Frames",
    ];

    // Of namespaces whose other code has run before, or never runs here.
    private static readonly Type[] Others = [typeof(ClientPause), typeof(DeferredReply), typeof(GlobalWork), typeof(ShardAction)];

    private static int _isDone;

    /// <summary>Once in a process; a few tenths of a second.</summary>
    public static void Run()
    {
        if (Interlocked.Exchange(ref _isDone, 1) != 0)
            return;
        foreach (Type type in Types())
        {
            foreach (MethodBase method in MethodsOf(type))
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    private static IEnumerable<Type> Types()
        => from assembly in (Assembly[])[typeof(CompiledAhead).Assembly, typeof(ChangeFrame).Assembly]
           from type in assembly.GetTypes()
           where !type.ContainsGenericParameters && (Array.IndexOf(Namespaces, type.Namespace) >= 0 || Array.IndexOf(Others, type.DeclaringType ?? type) >= 0)
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
