// Any thread reads; whoever changes the catalog holds the lock, which spans no script: a library's code runs before, and what it clashes with is looked at under it.

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>What FUNCTION RESTORE does with the libraries that are there.</summary>
internal enum RestorePolicy
{
    /// <summary>A library that is there already is an error.</summary>
    Append,

    /// <summary>It is replaced.</summary>
    Replace,

    /// <summary>All that are there go.</summary>
    Flush,
}

/// <summary>The store's libraries of functions: one catalog for all shards and interpreters, replaced whole.</summary>
/// <remarks>Snapshots list <see cref="Libraries"/> and load them with <see cref="TryLoad"/>.</remarks>
internal sealed class FunctionRegistry(ScriptEngine scripts)
{
    private readonly Lock _lock = new();
    private FunctionCatalog _catalog = FunctionCatalog.Empty;

    /// <summary>The libraries of this moment.</summary>
    public FunctionCatalog Catalog => Volatile.Read(ref _catalog);

    /// <summary>The libraries of this moment, by name.</summary>
    public IReadOnlyList<FunctionLibrary> Libraries => Catalog.Libraries;

    /// <summary>Loads a library from its source, first line included; false with the error, without its code word.</summary>
    public bool TryLoad(ReadOnlySpan<byte> code, bool replace, out string name, out string error)
    {
        name = "";
        if (Make(code.ToArray(), replace, out FunctionLibrary? library) is { } wrong)
        {
            error = wrong;
            return false;
        }

        lock (_lock)
        {
            error = _catalog.TryAdd(library!, replace, out FunctionCatalog changed) ?? "";
            Volatile.Write(ref _catalog, changed);
        }

        name = library!.Name;
        return error.Length == 0;
    }

    /// <summary>FUNCTION DELETE; false if there is no such library.</summary>
    public bool Delete(string name)
    {
        lock (_lock)
        {
            FunctionCatalog changed = _catalog.Without(name);
            bool isThere = !ReferenceEquals(changed, _catalog);
            Volatile.Write(ref _catalog, changed);
            return isThere;
        }
    }

    /// <summary>FUNCTION FLUSH.</summary>
    public void Clear()
    {
        lock (_lock)
            Volatile.Write(ref _catalog, FunctionCatalog.Empty);
    }

    /// <summary>FUNCTION RESTORE: all libraries of the payload or none; the error, without its code word, or null.</summary>
    public string? Restore(ReadOnlySpan<byte> payload, RestorePolicy policy)
    {
        List<byte[]> codes = [];
        if (FunctionPayload.Read(payload, codes) is { } damaged)
            return damaged;
        FunctionCatalog restored = FunctionCatalog.Empty;
        foreach (byte[] code in codes)
        {
            if ((Make(code, replace: true, out FunctionLibrary? library) ?? restored.TryAdd(library!, replace: false, out restored)) is { } wrong)
                return wrong;
        }

        lock (_lock)
        {
            if (policy == RestorePolicy.Flush)
            {
                Volatile.Write(ref _catalog, restored);
                return null;
            }

            string? error = _catalog.TryJoin([.. restored.Libraries], policy == RestorePolicy.Replace, out FunctionCatalog joined);
            Volatile.Write(ref _catalog, joined);
            return error;
        }
    }

    // A name that is taken is found before the code runs, as in Redis, and once more when the catalog is changed.
    private string? Make(byte[] code, bool replace, out FunctionLibrary? library)
    {
        library = null;
        if (LibraryHeader.Read(code, out string name, out byte[] body) is { } wrong)
            return wrong;
        if (!replace && Catalog.Libraries.Any(known => known.Name == name))
            return $"Library '{name}' already exists";
        return scripts.Register(name, code, body, out library);
    }
}
