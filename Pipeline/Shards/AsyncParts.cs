using System.Reflection;
using System.Runtime.CompilerServices;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The framework's methods that run one async method. They are generic over its state machine, a struct, so each async method has its own: the start, the box for when it
/// first waits, and a way to wait for each kind of awaiter, ten methods or so that are compiled when it first runs. Their names are the framework's own business (.NET 10):
/// one that is not found is compiled later, as before.
/// </summary>
internal static class AsyncParts
{
    private const BindingFlags OfAnyKind = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type VoidResult = Find("System.Threading.Tasks.VoidTaskResult");
    private static readonly Type Core = Find("System.Runtime.CompilerServices.AsyncMethodBuilderCore");

    /// <summary>Those of the async method whose state machine <paramref name="machine"/> is; none if it is none, or of a kind that is not known here.</summary>
    public static IEnumerable<MethodBase> Of(Type machine)
    {
        if (!machine.IsValueType || !machine.IsAssignableTo(typeof(IAsyncStateMachine)) || ResultOf(machine) is not { } result)
            return [];
        Type builder = typeof(AsyncTaskMethodBuilder<>).MakeGenericType(result);
        IEnumerable<Type> awaiters = from field in machine.GetFields(OfAnyKind) where field.FieldType.IsAssignableTo(typeof(INotifyCompletion)) select field.FieldType;
        return
        [
            .. Generic(Core, "Start", machine),
            .. Generic(builder, "GetStateMachineBox", machine),
            .. awaiters.SelectMany(awaiter => Generic(builder, "AwaitUnsafeOnCompleted", awaiter, machine)),
            .. BoxOf(result, machine) is { } box ? CompiledAhead.MethodsOf(box) : [],
        ];
    }

    private static Type? ResultOf(Type machine)
    {
        Type? builder = machine.GetField("<>t__builder", OfAnyKind)?.FieldType;
        if (builder == typeof(AsyncTaskMethodBuilder))
            return VoidResult;
        return builder is { IsGenericType: true } && builder.GetGenericTypeDefinition() == typeof(AsyncTaskMethodBuilder<>) ? builder.GenericTypeArguments[0] : null;
    }

    private static IEnumerable<MethodInfo> Generic(Type type, string name, params Type[] arguments)
        => from method in type.GetMethods(OfAnyKind) where method.Name == name && method.IsStatic && method.GetGenericArguments().Length == arguments.Length select method.MakeGenericMethod(arguments);

    private static Type? BoxOf(Type result, Type machine)
        => typeof(AsyncTaskMethodBuilder<>).GetNestedType("AsyncStateMachineBox`1", BindingFlags.NonPublic)?.MakeGenericType(result, machine);

    private static Type Find(string name) => typeof(AsyncTaskMethodBuilder).Assembly.GetType(name) ?? typeof(void);
}
