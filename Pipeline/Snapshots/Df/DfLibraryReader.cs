using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Pipeline.Snapshots.Loading;

namespace DragonflyFlow.Pipeline.Snapshots.Df;

/// <summary>Loads the libraries of functions that a manifest holds.</summary>
internal sealed class DfLibraryReader(string path, IReadOnlyList<ReadOnlyMemory<byte>> libraries, FunctionRegistry functions) : ILoadReader
{
    /// <inheritdoc />
    public ValueTask<bool> ReadAsync(LoadRouter router, Action<long> read)
    {
        foreach (ReadOnlyMemory<byte> library in libraries)
        {
            if (!functions.TryLoad(library.Span, replace: true, out _, out string error))
                throw new LoadException($"{path}: a library of functions cannot be loaded: {error}");
        }

        return ValueTask.FromResult(false);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The manifest has been read and closed.
    }
}
