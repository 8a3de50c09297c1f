using System.Collections.Immutable;

namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>All libraries at one moment. Never changed: whoever has it sees each library whole, the old one or the new one.</summary>
internal sealed class FunctionCatalog
{
    /// <summary>No libraries.</summary>
    public static readonly FunctionCatalog Empty = new(ImmutableSortedDictionary.Create<string, FunctionLibrary>(StringComparer.Ordinal));

    // Functions are found whatever the case of their letters, libraries are not: as in Redis.
    private readonly Dictionary<string, LibraryFunction> _functions = new(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableSortedDictionary<string, FunctionLibrary> _libraries;

    private FunctionCatalog(ImmutableSortedDictionary<string, FunctionLibrary> libraries)
    {
        _libraries = libraries;
        foreach (LibraryFunction function in libraries.Values.SelectMany(library => library.Functions))
            _functions.Add(function.Name, function);
        Libraries = [.. libraries.Values];
    }

    /// <summary>The libraries by name.</summary>
    public IReadOnlyList<FunctionLibrary> Libraries { get; }

    /// <summary>Functions of all libraries.</summary>
    public int FunctionCount => _functions.Count;

    /// <summary>A function by its name; null if there is none.</summary>
    public LibraryFunction? Find(ReadOnlySpan<byte> name)
    {
        const int NameMax = 256;
        if (name.Length > NameMax)
            return FindText(System.Text.Encoding.Latin1.GetString(name));
        Span<char> text = stackalloc char[NameMax];
        System.Text.Encoding.Latin1.GetChars(name, text);
        return FindText(text[..name.Length]);
    }

    /// <summary>The catalog with one library more; the error, without its code word, if its name or a function's is taken.</summary>
    public string? TryAdd(FunctionLibrary library, bool replace, out FunctionCatalog result)
    {
        result = this;
        if (_libraries.ContainsKey(library.Name) && !replace)
            return $"Library '{library.Name}' already exists";
        return Taken(library) ?? Put(library, out result);
    }

    /// <summary>As <see cref="TryAdd"/>, for libraries of a payload: Redis words the errors otherwise.</summary>
    public string? TryJoin(IReadOnlyCollection<FunctionLibrary> libraries, bool replace, out FunctionCatalog result)
    {
        result = this;
        if (!replace && libraries.FirstOrDefault(library => _libraries.ContainsKey(library.Name)) is { } twice)
            return $"Library {twice.Name} already exists";
        FunctionCatalog joined = new(_libraries.RemoveRange(libraries.Select(library => library.Name)));
        foreach (FunctionLibrary library in libraries)
        {
            if (joined.TryAdd(library, replace: false, out joined) is { } error)
                return error;
        }

        result = joined;
        return null;
    }

    /// <summary>The catalog without a library; itself if there is none of this name.</summary>
    public FunctionCatalog Without(string name) => _libraries.ContainsKey(name) ? new(_libraries.Remove(name)) : this;

    /// <summary>Whether this very library is in it.</summary>
    public bool Has(FunctionLibrary library) => _libraries.TryGetValue(library.Name, out FunctionLibrary? known) && ReferenceEquals(known, library);

    private LibraryFunction? FindText(ReadOnlySpan<char> name)
        => _functions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out LibraryFunction? function) ? function : null;

    private string? Put(FunctionLibrary library, out FunctionCatalog result)
    {
        result = new FunctionCatalog(_libraries.SetItem(library.Name, library));
        return null;
    }

    // A function of the library that is replaced is no hindrance.
    private string? Taken(FunctionLibrary library)
    {
        LibraryFunction? clash = library.Functions.FirstOrDefault(function => _functions.TryGetValue(function.Name, out LibraryFunction? known) && known.Library.Name != library.Name);
        return clash is null ? null : $"Function {clash.Name} already exists";
    }
}
