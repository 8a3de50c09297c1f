namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>What makes a set of files a snapshot: which files, and what each must be. It gets its name when all of them have theirs.</summary>
/// <param name="Id">The set's number.</param>
/// <param name="About">Names and texts about the set.</param>
/// <param name="Libraries">Sources of the libraries of functions.</param>
/// <param name="Files">The files of records, in the order of their shards.</param>
public sealed record DfManifest(
    long Id,
    IReadOnlyDictionary<string, string> About,
    IReadOnlyList<ReadOnlyMemory<byte>> Libraries,
    IReadOnlyList<DfShardFile> Files)
{
    /// <summary>Records in all files.</summary>
    public long Records => Files.Sum(static file => file.Records);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Sum(static file => file.Bytes);

    /// <summary>Writes the whole file into an empty buffer.</summary>
    public void Write(SnapshotBuffer into)
    {
        ArgumentNullException.ThrowIfNull(into);
        DfFrameWriter.Header(into, new DfHeader(Id, DfHeader.Manifest, Files.Count));
        foreach ((string name, string text) in About)
            DfFrameWriter.About(into, name, text);
        foreach (ReadOnlyMemory<byte> library in Libraries)
            DfFrameWriter.Library(into, library.Span);
        foreach (DfShardFile file in Files)
            DfFrameWriter.File(into, file);
        long frames = 1 + About.Count + Libraries.Count + Files.Count;
        DfFrameWriter.End(into, frames, records: 0, System.IO.Hashing.XxHash3.HashToUInt64(into.WrittenSpan));
    }

    /// <summary>Reads a whole file; null with the reason and the place if it is no manifest, damaged or cut off.</summary>
    public static DfManifest? Read(ReadOnlyMemory<byte> bytes, out FormatProblem? problem)
    {
        DfFileReader reader = new();
        Dictionary<string, string> about = [];
        List<ReadOnlyMemory<byte>> libraries = [];
        List<DfShardFile> files = [];
        while (reader.Read(bytes[(int)reader.Offset..], isLast: true, out _, out DfFrame frame) == SnapshotReadStatus.Item)
        {
            if (frame.Kind == DfFrameKind.End)
                break;
            if (!TryTake(frame, about, libraries, files))
            {
                problem = new FormatProblem(frame.Offset, $"the fields of a frame ({frame.Kind}) are damaged");
                return null;
            }
        }

        problem = reader.Problem;
        if (problem is null && reader.Offset != bytes.Length)
            problem = new FormatProblem(reader.Offset, "the file goes on behind its end");
        else if (problem is null && (reader.Header.Shard != DfHeader.Manifest || reader.Header.Shards != files.Count))
            problem = new FormatProblem(0, "this is no manifest, or it does not name the files that it counts");
        return problem is null ? new DfManifest(reader.Header.Id, about, libraries, files) : null;
    }

    private static bool TryTake(DfFrame frame, Dictionary<string, string> about, List<ReadOnlyMemory<byte>> libraries, List<DfShardFile> files)
    {
        DfFields fields = new(frame.Body);
        switch (frame.Kind)
        {
            case DfFrameKind.Header:
                return true;
            case DfFrameKind.About when fields.TryText(out string name) && fields.TryText(out string text):
                return about.TryAdd(name, text);
            case DfFrameKind.Library when fields.TryBytes(out ReadOnlyMemory<byte> code):
                libraries.Add(code);
                return true;
            case DfFrameKind.File when DfShardFile.TryRead(frame.Body, out DfShardFile? file):
                files.Add(file!);
                return true;
            default:
                return false;
        }
    }
}
