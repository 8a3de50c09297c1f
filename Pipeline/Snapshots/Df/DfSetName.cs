using System.Globalization;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>
/// What the files of a set are called: the name of the options without an extension, the time, and then -0000.dfs for each shard and -summary.dfs for the
/// manifest. The time stands in every name, so that a set never writes over files of another: what is there stays whole until a newer set is.
/// </summary>
internal sealed class DfSetName
{
    private const string Extension = ".dfs";
    private const string ManifestEnd = "-summary" + Extension;

    private const int DigitsMin = 4;

    private readonly StampedName _name;

    /// <summary>Sets of a name of the options.</summary>
    public DfSetName(string name)
    {
        string bare = name.EndsWith(Extension, StringComparison.Ordinal) || name.EndsWith(".rdb", StringComparison.Ordinal) ? name[..^Extension.Length] : name;
        _name = StampedName.Of(bare) ?? new StampedName(bare + "-", "");
    }

    /// <summary>The manifest of a set.</summary>
    public string Manifest(long id) => _name.At(id) + ManifestEnd;

    /// <summary>The file of a shard.</summary>
    public string Shard(long id, int shard) => string.Create(CultureInfo.InvariantCulture, $"{_name.At(id)}-{shard:D4}{Extension}");

    /// <summary>Whether a file is of a set of this name, and which; those that were being written count.</summary>
    public bool TryParse(string fileName, out long id, out bool isManifest)
    {
        isManifest = false;
        if (!_name.TryParse(fileName, out id, out string rest))
            return false;
        isManifest = rest == ManifestEnd;
        string whole = rest.EndsWith(SnapshotFolder.TemporaryEnd, StringComparison.Ordinal) ? rest[..^SnapshotFolder.TemporaryEnd.Length] : rest;
        return whole == ManifestEnd || IsShard(whole);
    }

    private static bool IsShard(string rest)
    {
        if (!rest.StartsWith('-') || !rest.EndsWith(Extension, StringComparison.Ordinal))
            return false;
        ReadOnlySpan<char> number = rest.AsSpan(1, rest.Length - 1 - Extension.Length);
        return number.Length >= DigitsMin && !number.ContainsAnyExceptInRange('0', '9');
    }
}
