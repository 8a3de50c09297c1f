namespace DragonflyFlow.Storage.Values;

/// <summary>What became of an expiry that was asked for a field; the numbers are those of HEXPIRE's reply.</summary>
public enum HashExpiryResult
{
    /// <summary>There is no such field.</summary>
    NoField = -2,

    /// <summary>The condition is not met.</summary>
    NotMet = 0,

    /// <summary>The field has the expiry.</summary>
    Set = 1,

    /// <summary>The moment has come already: the field is gone.</summary>
    Removed = 2,
}
