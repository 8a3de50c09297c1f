namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>A file of a snapshot.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Open">Opens it.</param>
internal sealed record LoadFile(string Path, Func<ILoadReader> Open);

/// <summary>What is to be loaded.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Bytes">Bytes of all files.</param>
/// <param name="Files">The files, which can be read side by side.</param>
internal sealed record LoadSource(string Name, long Bytes, IReadOnlyList<LoadFile> Files);
