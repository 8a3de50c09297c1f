using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Security;

/// <summary>What a user may do with the keys of a pattern, or a command does with a key.</summary>
[Flags]
internal enum AclKeyUse : byte
{
    /// <summary>It learns whether the key is there, and of what kind.</summary>
    None = 0,

    /// <summary>It learns the value.</summary>
    Read = 1,

    /// <summary>It changes the value.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,
}

/// <summary>"~pattern", "%R~pattern", "%W~pattern": keys and what may be done with them.</summary>
internal sealed class AclKeyPattern(AclKeyUse use, string pattern)
{
    private readonly byte[] _pattern = AclText.Bytes(pattern);

    /// <summary>What may be done.</summary>
    public AclKeyUse Use => use;

    /// <summary>The glob pattern.</summary>
    public string Pattern => pattern;

    /// <summary>Whether a key may be used so.</summary>
    public bool Allows(ReadOnlySpan<byte> key, AclKeyUse wanted) => (use & wanted) == wanted && GlobPattern.IsMatch(_pattern, key);

    /// <summary>As in a rule.</summary>
    public override string ToString() => use switch
    {
        AclKeyUse.Read => "%R~" + pattern,
        AclKeyUse.Write => "%W~" + pattern,
        _ => "~" + pattern,
    };
}
