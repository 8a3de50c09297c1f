using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// Under which transaction policy the stores of a test run: the one its class has asked for, else that of DFLOW_TX_POLICY, else the default. Classes of tests
/// over several shards have a derived class that asks for VLL, so that each of them runs under both.
/// </summary>
internal static class Policies
{
    private static readonly AsyncLocal<TransactionPolicy?> Asked = new();

    private static readonly TransactionPolicy Usual =
        Enum.TryParse(Environment.GetEnvironmentVariable("DFLOW_TX_POLICY"), ignoreCase: true, out TransactionPolicy policy) ? policy : TransactionPolicy.Ordered;

    /// <summary>The policy of stores made from here on, by this test.</summary>
    internal static TransactionPolicy Current => Asked.Value ?? Usual;

    /// <summary>Asks for a policy, in the constructor of a class of tests.</summary>
    internal static void Use(TransactionPolicy policy) => Asked.Value = policy;

    /// <summary>Options with the current policy.</summary>
    internal static ConfigStore Config() => Config(Current);

    /// <summary>Options with a policy.</summary>
    internal static ConfigStore Config(TransactionPolicy policy)
    {
        ConfigStore config = new();
        Assert.IsNull(config.SetAtStart(StoreOptions.TransactionPolicy, policy.ToString()));
        return config;
    }
}
