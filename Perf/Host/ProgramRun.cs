using System.Diagnostics;

namespace DragonflyFlow.Perf.Host;

/// <summary>Programs that are run to their end.</summary>
internal static class ProgramRun
{
    private const int TailMax = 400;

    /// <summary>Runs a program and returns what it printed. It is killed when it takes too long, or when the wait is cancelled.</summary>
    /// <exception cref="InvalidOperationException">It did not start, or ended with another code than 0; <paramref name="what"/> says what it was for.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public static async Task<string> ToEndAsync(IReadOnlyList<string> commandLine, string what, TimeSpan atMost, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(commandLine[0], commandLine.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{commandLine[0]} did not start.");
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(atMost);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{what} failed: {Tail((await errors).Trim() is { Length: > 0 } told ? told : (await output).Trim())}");
            return await output;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not end within {atMost.TotalSeconds} s.");
        }
        finally
        {
            // redis-benchmark never gives up on a server that has gone.
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string Tail(string text) => text.Length <= TailMax ? text : text[^TailMax..];
}
