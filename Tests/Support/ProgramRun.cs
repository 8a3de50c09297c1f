using System.Diagnostics;
using System.Text;

namespace DragonflyFlow.Tests.Support;

/// <summary>A program of others, run to its end; what takes longer than the test's patience is ended by its id, and fails.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal static async Task<ProgramRun> ToEndAsync(string program, string[] arguments, byte[]? input = null, string? directory = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory ?? Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource deadline = new(Patience);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? [], deadline.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end in {Patience}: {await output}{await errors}");
        }

        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    /// <summary>The output of a run that must have gone well.</summary>
    internal string Succeeded()
    {
        Assert.AreEqual(0, ExitCode, $"{Output}{Errors}");
        return Output;
    }
}
