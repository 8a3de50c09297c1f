namespace DragonflyFlow.Tests.Support;

/// <summary>Programs of others that tests compare with. A test that needs an absent one is inconclusive, or fails when DFLOW_REQUIRE_PEERS=1.</summary>
internal static class Peers
{
    /// <summary>Starts a redis-server of its own for the calling test; dispose it.</summary>
    internal static Task<RedisServerPeer> StartRedisAsync(params string[] extraArguments) =>
        RedisServerPeer.StartAsync(RequireProgram("redis-server"), extraArguments);

    /// <summary>The full path of a program, or the end of the test.</summary>
    internal static string RequireProgram(string name)
    {
        string? path = FindProgram(name);
        if (path is not null)
            return path;

        throw Absent($"{name} is not on the PATH: nothing was compared");
    }

    /// <summary>The full path of a program without which a test does less; null if it is absent and may be.</summary>
    internal static string? ProgramIfThere(string name) =>
        Environment.GetEnvironmentVariable("DFLOW_REQUIRE_PEERS") == "1" ? RequireProgram(name) : FindProgram(name);

    /// <summary>Ends the test if a folder is not there.</summary>
    internal static void RequireFolder(string path, string advice)
    {
        if (!Directory.Exists(path))
            throw Absent($"{path} is not there: {advice}");
    }

    private static InvalidOperationException Absent(string reason)
    {
        if (Environment.GetEnvironmentVariable("DFLOW_REQUIRE_PEERS") == "1")
            Assert.Fail(reason);
        Assert.Inconclusive(reason);
        return new InvalidOperationException(reason);
    }

    private static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
}
