namespace DragonflyFlow.Storage.Values;

/// <summary>When an expiry is set.</summary>
public enum HashExpiryCondition
{
    /// <summary>Always.</summary>
    None,

    /// <summary>NX: the field has none.</summary>
    IfNone,

    /// <summary>XX: the field has one.</summary>
    IfAny,

    /// <summary>GT: it is later than the one the field has.</summary>
    IfLater,

    /// <summary>LT: it is earlier than the one the field has.</summary>
    IfEarlier,
}
