namespace DragonflyFlow.Pipeline.Migration;

/// <summary>Why a round of a migration has failed, in words for the operator.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Says why, and whether another round can do better.</summary>
    public MigrationException(string message, bool isFatal = false)
        : base(message) => IsFatal = isFatal;

    /// <summary>Whether no other round can succeed.</summary>
    public bool IsFatal { get; }
}
