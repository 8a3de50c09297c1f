using System.Text;
using System.Text.Json;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Snapshots;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>
/// The report of a stop, beside the snapshot: written at its end, taken away by the next start. A start that finds none is the first, or comes after a kill. A
/// store without a name for its snapshot leaves no files, this one neither.
/// </summary>
internal sealed class StopReportFile(ConfigStore config, IDisk disk)
{
    /// <summary>Its name in the directory of the store's files.</summary>
    public const string Name = "dflow.stop.json";

    private const string Temporary = Name + ".tmp";

    private bool IsWanted => config.Get(StoreOptions.DbFileName).Length > 0;

    private string Directory => config.Get(StoreOptions.Directory) is { Length: > 0 } directory ? directory : ".";

    /// <summary>Writes it: whole, or not at all.</summary>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public async Task WriteAsync(StopReport report)
    {
        if (!IsWanted)
            return;
        disk.Delete(PathOf(Temporary));
        using (IDiskWriter file = disk.Create(PathOf(Temporary)))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(report.ToJson()));
            await file.FlushAsync();
        }

        disk.Rename(PathOf(Temporary), PathOf(Name));
        disk.FlushDirectory(Directory);
    }

    /// <summary>What the last stop has left, and takes it away; null if it has left nothing that can be read.</summary>
    public LastStop? Take()
    {
        if (!IsWanted)
            return null;
        try
        {
            FileInfo file = new(PathOf(Name));
            if (!file.Exists)
                return null;
            LastStop last = new(StopReport.FromJson(File.ReadAllText(file.FullName)), new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds());
            disk.Delete(PathOf(Name));
            return last;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string name) => Path.Combine(Directory, name);
}
