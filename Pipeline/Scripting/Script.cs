using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Scripting.KeyUse;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>A script as it came, with what its first line says of it. Any thread.</summary>
internal sealed class Script
{
    private readonly Lazy<bool> _usesOnlyItsKeys;

    /// <summary>A script that can call <paramref name="commands"/>.</summary>
    public Script(string sha, byte[] source, ScriptFlags flags, CommandTable commands)
    {
        Sha = sha;
        Source = source;
        Flags = flags;
        _usesOnlyItsKeys = new Lazy<bool>(() => flags.DeclaresAllKeys || KeyUseReader.UsesOnlyDeclaredKeys(source, commands));
    }

    /// <summary>SHA1 of the source, 40 lower-case hexadecimal digits.</summary>
    public string Sha { get; }

    /// <summary>The source with its first line blanked if that is a shebang.</summary>
    public byte[] Source { get; }

    /// <summary>What the first line says.</summary>
    public ScriptFlags Flags { get; }

    /// <summary>Whether it is certain that it uses no keys but those it is called with: it says so, or its source shows it.</summary>
    public bool UsesOnlyItsKeys => _usesOnlyItsKeys.Value;
}
