namespace DragonflyFlow.Tests.Support;

/// <summary>Waits, polling, for what comes about in its own time. The patience is a bound against hanging, no measure of speed.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Until something is so; <paramref name="what"/> says what is so instead, if it never is.</summary>
    public static async Task IsSoAsync(Func<Task<bool>> isSo, Func<Task<string>> what)
    {
        for (long began = TimeProvider.System.GetTimestamp(); !await isSo(); await Task.Delay(2))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                Assert.Fail(await what());
        }
    }

    /// <inheritdoc cref="IsSoAsync(Func{Task{bool}}, Func{Task{string}})" />
    public static Task IsSoAsync(Func<Task<bool>> isSo, string what) => IsSoAsync(isSo, () => Task.FromResult(what));

    /// <inheritdoc cref="IsSoAsync(Func{Task{bool}}, Func{Task{string}})" />
    public static Task IsSoAsync(Func<bool> isSo, Func<string> what) => IsSoAsync(() => Task.FromResult(isSo()), () => Task.FromResult(what()));
}
