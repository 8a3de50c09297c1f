namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>A library of functions as it was loaded. Never changed: a new version is a new library.</summary>
internal sealed class FunctionLibrary
{
    /// <summary>A library and what it has registered.</summary>
    public FunctionLibrary(string name, byte[] code, byte[] body, IEnumerable<RegisteredFunction> functions)
    {
        Name = name;
        Code = code;
        Body = body;
        Functions = [.. functions.Select(function => new LibraryFunction(this, function))];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The source with its first line: what FUNCTION LOAD takes.</summary>
    public ReadOnlyMemory<byte> Code { get; }

    /// <summary>The source with its first line blanked, so that line numbers stay.</summary>
    public byte[] Body { get; }

    /// <summary>Its functions, by name.</summary>
    public IReadOnlyList<LibraryFunction> Functions { get; }
}

/// <summary>A function as redis.register_function was given it.</summary>
internal sealed record RegisteredFunction(string Name, string? Description, FunctionFlags Flags);

/// <summary>A function that FCALL finds. Two are the same only if they are one: interpreters know by it what they have compiled.</summary>
internal sealed class LibraryFunction(FunctionLibrary library, RegisteredFunction registered)
{
    /// <summary>Where it comes from.</summary>
    public FunctionLibrary Library { get; } = library;

    /// <summary>Its name.</summary>
    public string Name { get; } = registered.Name;

    /// <summary>What its author says of it, or null.</summary>
    public string? Description { get; } = registered.Description;

    /// <summary>What it says of itself.</summary>
    public FunctionFlags Flags { get; } = registered.Flags;

    /// <summary>Whether a flag is set.</summary>
    public bool Has(FunctionFlags flag) => (Flags & flag) != 0;
}
