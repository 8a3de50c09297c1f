using System.Reflection;
using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Architecture;

/// <summary>A ban of a symbol that does not exist bans nothing and says nothing: each line names a real type or member, and its reason.</summary>
[TestClass]
public sealed class BannedSymbolsTests
{
    private static readonly Assembly[] Searched =
    [
        typeof(object).Assembly, typeof(ActionBlock<int>).Assembly, typeof(System.Diagnostics.Stopwatch).Assembly, typeof(HashCode).Assembly,
    ];

    [TestMethod]
    public void Every_ban_names_something_that_exists_and_says_why()
    {
        string[] lines = Repository.Read("BannedSymbols.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.IsGreaterThan(20, lines.Length);
        string[] broken = [.. lines.Where(line => line.Split(';') is not [string symbol, { Length: > 10 }] || !Exists(symbol))];
        Assert.IsEmpty(broken, string.Join('\n', broken));
        Assert.AreEqual(lines.Length, lines.Distinct(StringComparer.Ordinal).Count(), "a line stands twice");
    }

    [TestMethod]
    [DataRow("M:System.Threading.Tasks.Task.Run(System.Int32)")]
    [DataRow("T:System.Threading.Tasks.Dataflow.NoBlock`1")]
    [DataRow("P:System.DateTime.Then")]
    public void The_search_does_not_find_what_does_not_exist(string symbol) => Assert.IsFalse(Exists(symbol));

    private static bool Exists(string symbol)
    {
        string id = symbol[2..];
        if (symbol[0] == 'T')
            return TypeOf(id) is not null;
        int parameters = id.IndexOf('(', StringComparison.Ordinal);
        string path = parameters < 0 ? id : id[..parameters];
        int dot = path.LastIndexOf('.');
        Type? type = TypeOf(path[..dot]);
        string member = path[(dot + 1)..];
        if (type is null)
            return false;
        const BindingFlags All = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        return symbol[0] == 'P'
            ? type.GetProperty(member, All) is not null
            : type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).Any(method => IdOf(method) == id[(dot + 1)..]);
    }

    private static Type? TypeOf(string name) => Searched.Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);

    // The documentation id of a method, from its name on.
    private static string IdOf(MethodBase method)
    {
        string name = method.IsConstructor ? "#ctor" : method.Name + (method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : string.Empty);
        string parameters = string.Join(',', method.GetParameters().Select(parameter => IdOf(parameter.ParameterType)));
        return parameters.Length == 0 ? name : $"{name}({parameters})";
    }

    private static string IdOf(Type type)
    {
        if (type.IsGenericParameter)
            return $"``{type.GenericParameterPosition}";
        if (!type.IsGenericType)
            return type.FullName!;
        string definition = type.GetGenericTypeDefinition().FullName!;
        return $"{definition[..definition.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(IdOf))}}}";
    }
}
